//! The one way in for readings.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::reading::Quality;
use fengsui_kernel::{Clock, Fault, Result, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use crate::quarantine::QuarantineReason;

/// The most readings that one submission may carry.
pub const MAX_READINGS: usize = 10_000;

/// One reading as a device sent it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reading {
    /// Code of the series within the device.
    #[schemars(with = "String")]
    pub code: SmolStr,
    /// When it was measured.
    pub observed_at: Timestamp,
    /// The number as its sender wrote it; empty when nothing was measured.
    #[schemars(with = "String")]
    pub value_text: SmolStr,
    /// How far it can be trusted.
    #[serde(default)]
    pub quality: Quality,
    /// From the device's memory: fills the chart, raises nothing.
    #[serde(default)]
    pub historical: bool,
    /// Passed over where the device has no such series: what a protocol sends along whether anybody wants it or not.
    #[serde(skip)]
    pub optional: bool,
}

/// Readings that one device sent together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Submission {
    /// The device's code or its serial / station number (MN).
    pub device_key: String,
    /// Over which protocol: `mqtt`, `hj212`, `http`.
    pub protocol: String,
    /// The readings; none at all says only that the device lives.
    pub readings: Vec<Reading>,
    /// Where the raw frame is found.
    pub raw_ref: Option<String>,
}

/// Something that came in and is no reading; counted and shown in the quarantine.
#[derive(Debug, Clone, PartialEq)]
pub struct Reject {
    /// Why.
    pub reason: QuarantineReason,
    /// The sender's key as far as it is known.
    pub device_key: String,
    /// The series code as far as it is known.
    pub code: String,
    /// Over which protocol.
    pub protocol: String,
    /// What came, shortened.
    pub sample: String,
}

/// What became of a submission, once it is durable.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Accepted {
    /// Readings stored.
    pub accepted: u32,
    /// Readings that wait in the quarantine.
    pub quarantined: u32,
    /// No device is known by the key.
    #[serde(skip)]
    pub unknown_device: bool,
}

pub(crate) enum Work {
    Submission(Submission),
    Reject(Reject),
    Tick,
}

pub(crate) struct Job {
    pub(crate) work: Work,
    pub(crate) received_at: Timestamp,
    pub(crate) answer: oneshot::Sender<Result<Accepted>>,
    /// Frees the place in the queue when the job is done.
    _permit: Option<OwnedSemaphorePermit>,
}

/// Counters of the way in, for `/metrics`.
#[derive(Debug, Default)]
pub struct IngestCounters {
    /// Readings stored.
    pub accepted: AtomicU64,
    /// Readings quarantined.
    pub quarantined: AtomicU64,
    /// Units of work written.
    pub commits: AtomicU64,
    /// Units of work that failed.
    pub failures: AtomicU64,
    /// Whether readings were refused when last something was to be stored: the disk is full, the database away.
    pub refusing: AtomicBool,
}

/// The handle by which readings come in. Cheap to clone.
#[derive(Clone)]
pub struct Ingest {
    jobs: mpsc::UnboundedSender<Job>,
    // The queue is bounded in readings, not in jobs: a job may hold one or ten thousand.
    room: Arc<Semaphore>,
    room_size: u32,
    clock: Arc<dyn Clock>,
    counters: Arc<IngestCounters>,
}

impl Ingest {
    pub(crate) fn new(
        jobs: mpsc::UnboundedSender<Job>,
        room_size: u32,
        clock: Arc<dyn Clock>,
        counters: Arc<IngestCounters>,
    ) -> Self {
        let room = Arc::new(Semaphore::new(room_size as usize));
        Self { jobs, room, room_size, clock, counters }
    }

    /// Hands readings over and waits until they are durable. Waits too while the queue is full.
    pub async fn submit(&self, submission: Submission) -> Result<Accepted> {
        if submission.readings.len() > MAX_READINGS {
            return Err(FaultKind::TooLarge { limit: MAX_READINGS as u64 }.into());
        }
        let weight = submission.readings.len();
        self.hand_over(Work::Submission(submission), weight).await
    }

    /// Hands over something that is no reading; waits until it is counted durably.
    pub async fn reject(&self, reject: Reject) -> Result<()> {
        self.hand_over(Work::Reject(reject), 1).await.map(|_| ())
    }

    /// The present time as readings are stamped with it.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The counters.
    pub fn counters(&self) -> &IngestCounters {
        &self.counters
    }

    pub(crate) async fn tick(&self) -> Result<()> {
        let (answer, done) = oneshot::channel();
        self.send(Job { work: Work::Tick, received_at: self.clock.now(), answer, _permit: None })?;
        done.await.map_err(|_| stopped())?.map(|_| ())
    }

    async fn hand_over(&self, work: Work, weight: usize) -> Result<Accepted> {
        // Received is when it came, not when there was room for it.
        let received_at = self.clock.now();
        let places = u32::try_from(weight).unwrap_or(u32::MAX).clamp(1, self.room_size);
        let permit = Arc::clone(&self.room).acquire_many_owned(places).await.map_err(|_| stopped())?;
        let (answer, done) = oneshot::channel();
        self.send(Job { work, received_at, answer, _permit: Some(permit) })?;
        done.await.map_err(|_| stopped())?
    }

    fn send(&self, job: Job) -> Result<()> {
        self.jobs.send(job).map_err(|_| stopped())
    }
}

impl IngestCounters {
    pub(crate) fn committed(&self, accepted: u64, quarantined: u64) {
        self.accepted.fetch_add(accepted, Ordering::Relaxed);
        self.quarantined.fetch_add(quarantined, Ordering::Relaxed);
        self.commits.fetch_add(1, Ordering::Relaxed);
        if accepted > 0 && self.refusing.swap(false, Ordering::Relaxed) {
            tracing::warn!("readings are stored again");
        }
    }
}

fn stopped() -> Fault {
    FaultKind::Unavailable("the series engine has stopped".to_owned()).into()
}
