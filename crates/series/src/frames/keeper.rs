//! The task that takes notes in, writes them, and keeps the log within its limits.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use fengsui_kernel::{Acting, Result, Timestamp};
use fengsui_storage::Db;
use fengsui_storage::series::frames as store;
use jiff::SignedDuration;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};

use super::{FrameLogSettings, FrameNote, Order, Shared};

/// Senders whose frames are written in one second.
const SENDERS: usize = 500;
/// Batches removed in one transaction.
const PORTION: u32 = 500;
/// Seconds between looks at the limits.
const TRIM_EVERY: u32 = 60;

pub(super) struct Keeper {
    db: Db,
    settings: FrameLogSettings,
    shared: Arc<Shared>,
}

impl Keeper {
    pub(super) fn new(db: Db, settings: FrameLogSettings, shared: Arc<Shared>) -> Self {
        Self { db, settings, shared }
    }

    pub(super) async fn run(self, mut notes: mpsc::Receiver<FrameNote>, mut orders: mpsc::UnboundedReceiver<Order>) {
        let mut second = interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut waiting, mut seconds) = (Vec::with_capacity(1024), TRIM_EVERY);
        loop {
            tokio::select! {
                biased;
                order = orders.recv() => {
                    while let Ok(note) = notes.try_recv() {
                        self.take([note]);
                    }
                    match order {
                        Some(Order::Catch(answer)) => drop(answer.send(())),
                        Some(Order::Flush(answer)) => drop(answer.send(self.all().await)),
                        None => return,
                    }
                }
                _ = second.tick() => {
                    seconds += 1;
                    self.each_second(&mut seconds).await;
                }
                count = notes.recv_many(&mut waiting, 1024) => {
                    if count == 0 {
                        return;
                    }
                    self.take(waiting.drain(..));
                }
            }
        }
    }

    async fn each_second(&self, seconds: &mut u32) {
        let mut done = self.write(SENDERS).await.map(drop);
        if *seconds >= TRIM_EVERY {
            *seconds = 0;
            done = done.and(self.trim().await);
        }
        if let Err(fault) = done {
            tracing::warn!(%fault, "raw frames could not be written; they wait as far as there is room");
        }
    }

    fn take(&self, notes: impl IntoIterator<Item = FrameNote>) {
        let mut buffers = self.shared.buffers.lock().unwrap_or_else(PoisonError::into_inner);
        let dropped = notes.into_iter().filter_map(|note| (!buffers.take(note)).then_some(())).count();
        self.shared.counters.dropped.fetch_add(dropped as u64, Ordering::Relaxed);
    }

    /// Writes the frames of so many senders; answers of how many.
    async fn write(&self, senders: usize) -> Result<usize> {
        let rows = self.shared.buffers.lock().unwrap_or_else(PoisonError::into_inner).begin(senders);
        if rows.is_empty() {
            return Ok(0);
        }
        let mut tx = self.db.begin(Acting::system("frames", self.db.now())).await?;
        store::insert(&mut tx, &rows).await?;
        tx.commit().await?;
        let written = self.shared.buffers.lock().unwrap_or_else(PoisonError::into_inner).written();
        self.shared.counters.stored.fetch_add(written as u64, Ordering::Relaxed);
        Ok(rows.len())
    }

    async fn all(&self) -> Result<()> {
        while self.write(SENDERS).await? > 0 {}
        self.trim().await
    }

    /// Removes what is too old or too much.
    async fn trim(&self) -> Result<()> {
        let most = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        if let Some(before) = days_ago(self.db.now(), self.settings.days) {
            self.prune(None, before, i64::MAX).await?;
        }
        for (sender, held) in store::beyond(&self.db, most(self.settings.sender_bytes)).await? {
            self.prune(Some(&sender), Timestamp::MAX, held - most(self.settings.sender_bytes)).await?;
        }
        let surplus = store::total(&self.db).await? - most(self.settings.total_bytes);
        if surplus > 0 {
            self.prune(None, Timestamp::MAX, surplus).await?;
        }
        let held = u64::try_from(store::total(&self.db).await?).unwrap_or_default();
        self.shared.counters.held_bytes.store(held, Ordering::Relaxed);
        Ok(())
    }

    /// In portions, so that readings come in between.
    async fn prune(&self, sender: Option<&str>, before: Timestamp, mut surplus: i64) -> Result<()> {
        while surplus > 0 {
            let mut tx = self.db.begin(Acting::system("frames", self.db.now())).await?;
            let freed = store::prune(&mut tx, sender, before, surplus, PORTION).await?;
            tx.commit().await?;
            if freed == 0 {
                return Ok(());
            }
            surplus -= freed;
            tokio::task::yield_now().await;
        }
        Ok(())
    }
}

/// `None` for zero days: as long as there is room.
fn days_ago(now: Timestamp, days: u32) -> Option<Timestamp> {
    let span = SignedDuration::from_hours(24 * i64::from(days));
    if days == 0 { None } else { now.checked_sub(span).ok() }
}
