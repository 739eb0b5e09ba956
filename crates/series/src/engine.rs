//! The series engine as the composition sees it.

use std::sync::Arc;
use std::time::Duration;

use fengsui_kernel::{Fault, Principal, Result};
use fengsui_storage::series::journal;
use fengsui_storage::{Db, Tx};
use fengsui_telemetry::Point;
use jiff::tz::{Offset, TimeZone};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, broadcast, mpsc, oneshot, watch};

use crate::catalogue::Catalogue;
use crate::escalation::EscalationStep;
use crate::frames::{FrameLog, FrameLogSettings};
use crate::ingest::{Ingest, IngestCounters};
use crate::live::LiveValue;
use crate::orders::{self, OrderDesk};
use crate::readings::{self, Readings, Sealing, take_over};
use crate::shelving::ShelvingPolicy;
use crate::writer::{self, Writer};

/// How the engine is set up.
#[derive(Debug, Clone)]
pub struct SeriesSettings {
    /// How far ahead of its arrival a reading may claim to be.
    pub future_tolerance_seconds: u32,
    /// Readings that may wait; senders beyond wait outside.
    pub queue_readings: u32,
    /// Readings written together at most.
    pub batch_readings: usize,
    /// How long the writer waits under load for more to write together.
    pub linger: Duration,
    /// Causes kept in the quarantine; more are counted under one row.
    pub quarantine_limit: usize,
    /// How long alarms may be shelved.
    pub shelving: ShelvingPolicy,
    /// How long something may be out of service, in minutes.
    pub longest_out_of_service_minutes: u32,
    /// The zone in which schedules of rules are read.
    pub zone: TimeZone,
    /// To whom alarms go that nobody acknowledges.
    pub escalation: Vec<EscalationStep>,
    /// The log of raw frames.
    pub frames: FrameLogSettings,
}

impl Default for SeriesSettings {
    fn default() -> Self {
        Self {
            future_tolerance_seconds: 300,
            queue_readings: 400_000,
            batch_readings: 16_384,
            linger: Duration::from_millis(2),
            quarantine_limit: 10_000,
            shelving: ShelvingPolicy::default(),
            longest_out_of_service_minutes: 30 * 24 * 60,
            zone: TimeZone::fixed(Offset::constant(8)),
            escalation: Vec::new(),
            frames: FrameLogSettings::default(),
        }
    }
}

pub(crate) struct Core {
    pub(crate) db: Db,
    pub(crate) settings: SeriesSettings,
    /// Held by whoever changes what the writer goes by, from before its unit of work until after.
    pub(crate) catalogue: Mutex<Catalogue>,
    pub(crate) live: broadcast::Sender<Arc<[LiveValue]>>,
    pub(crate) counters: Arc<IngestCounters>,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) orders: OrderDesk,
}

/// Devices, series, rules, alarms. Cheap to clone.
#[derive(Clone)]
pub struct SeriesEngine {
    pub(crate) core: Arc<Core>,
    ingest: Ingest,
    frames: FrameLog,
    writer: Arc<Mutex<Option<oneshot::Receiver<()>>>>,
}

impl SeriesEngine {
    /// Reads the catalogue and starts the writer.
    pub async fn start(db: Db, settings: SeriesSettings) -> Result<Self> {
        take_over(&db).await?;
        let journal = readings::open(&db, journal::settled(&db).await?).await?;
        let catalogue = Mutex::new(writer::load(&db, &settings, journal.as_ref(), db.now()).await?);
        let counters = Arc::new(IngestCounters::default());
        let (sender, jobs) = mpsc::unbounded_channel();
        let ingest = Ingest::new(sender, settings.queue_readings.max(1), db.clock(), Arc::clone(&counters));
        let frames = FrameLog::start(&db, settings.frames);
        let (live, stop) = (broadcast::channel(1024).0, watch::channel(false).0);
        let orders = orders::load(&db).await?;
        let core = Arc::new(Core { db, settings, catalogue, live, counters, stop, orders });
        let writing = Writer { core: Arc::clone(&core), journal, sealing: Sealing::default() };
        let (runtime, (ended, writer)) = (Handle::current(), oneshot::channel());
        // A thread of its own: it waits for the disk, and nobody else must.
        let run = move || {
            runtime.block_on(writer::run(writing, jobs));
            // Nobody waiting is no fault.
            let _ = ended.send(());
        };
        std::thread::Builder::new().name("readings".to_owned()).spawn(run).map_err(Fault::internal)?;
        Ok(Self { core, ingest, frames, writer: Arc::new(Mutex::new(Some(writer))) })
    }

    /// The way in for readings.
    pub fn ingest(&self) -> Ingest {
        self.ingest.clone()
    }

    /// The log of raw frames.
    pub fn frames(&self) -> &FrameLog {
        &self.frames
    }

    /// Last values as they change, in batches.
    pub fn live(&self) -> broadcast::Receiver<Arc<[LiveValue]>> {
        self.core.live.subscribe()
    }

    /// Counters of the way in.
    pub fn counters(&self) -> &IngestCounters {
        &self.core.counters
    }

    /// Lets the present time of the store's clock take effect: delays run out, devices fall silent, shelves
    /// and times out of service end. To be called about once a second.
    pub async fn tick(&self) -> Result<()> {
        let judged = self.ingest.tick().await;
        // What does not depend on the writer goes on when readings cannot be stored.
        let shelves = self.end_shelves().await;
        let orders = self.tick_orders().await;
        self.end_out_of_service().await.and(shelves).and(orders).and(judged)
    }

    /// Writes what was handed over and stops; later submissions are refused.
    pub async fn stop(&self) {
        self.core.stop.send_replace(true);
        if let Some(writer) = self.writer.lock().await.take()
            && let Err(error) = writer.await
        {
            tracing::error!(%error, "the series writer ended badly");
        }
        self.frames.stop().await;
    }

    /// The readings of a series that are not sealed.
    pub(crate) async fn tail(&self, series: i64) -> Vec<Point> {
        let catalogue = self.core.catalogue.lock().await;
        catalogue.series.get(&series).map(|series| series.tail.points().to_vec()).unwrap_or_default()
    }

    /// The readings of a series, with its unsealed ones.
    pub(crate) fn readings<'a>(&'a self, series: i64, tail: &'a [Point]) -> Readings<'a> {
        Readings { db: &self.core.db, series, tail }
    }

    pub(crate) async fn begin(&self, principal: &Principal) -> Result<Tx> {
        self.begin_because(principal, None).await
    }

    /// A change whose reason was given.
    pub(crate) async fn begin_because(&self, principal: &Principal, why: Option<String>) -> Result<Tx> {
        self.core.db.begin(principal.acting(self.core.db.now(), why)).await
    }
}
