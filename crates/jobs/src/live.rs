//! How far running jobs are. Kept in memory only: a job that holds the writer cannot write it down.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use fengsui_kernel::Timestamp;
use fengsui_kernel::id::JobId;
use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::broadcast;

use crate::handle::Wish;

/// How far a running job is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct JobProgress {
    /// The job.
    pub job: JobId,
    /// What it does.
    pub kind: String,
    /// What it works on, by id.
    pub subject: Option<String>,
    /// Whoever asked for it.
    pub user: Option<String>,
    /// Steps done.
    pub done: u64,
    /// Steps in all, when known.
    pub total: Option<u64>,
    /// Of those done, how many were bad.
    pub bad: u64,
    /// Seconds that the rest will take at the present pace.
    pub eta_seconds: Option<u64>,
}

/// One running job.
pub(crate) struct Live {
    pub(crate) progress: JobProgress,
    pub(crate) wish: Option<Wish>,
    began: Timestamp,
    /// Steps done before this start.
    began_with: u64,
    told: Option<Timestamp>,
}

/// Listeners hear of progress no more often than this, in milliseconds.
const TELL_EVERY: i64 = 200;

/// All running jobs.
#[derive(Clone)]
pub(crate) struct Running {
    jobs: Arc<Mutex<HashMap<JobId, Live>>>,
    sender: broadcast::Sender<JobProgress>,
}

impl Running {
    pub(crate) fn new() -> Self {
        Self { jobs: Arc::default(), sender: broadcast::channel(256).0 }
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<JobProgress> {
        self.sender.subscribe()
    }

    fn with<T>(&self, work: impl FnOnce(&mut HashMap<JobId, Live>) -> T) -> T {
        // A panic elsewhere leaves nothing half done in a map of counters.
        work(&mut self.jobs.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn begin(&self, progress: JobProgress, now: Timestamp) {
        let began_with = progress.done;
        let live = Live { wish: None, began: now, began_with, told: None, progress };
        self.with(|jobs| jobs.insert(live.progress.job.clone(), live));
    }

    pub(crate) fn end(&self, job: &JobId) -> Option<JobProgress> {
        self.with(|jobs| jobs.remove(job)).map(|live| live.progress)
    }

    pub(crate) fn progress(&self, job: &JobId) -> Option<JobProgress> {
        self.with(|jobs| jobs.get(job).map(|live| live.progress.clone()))
    }

    pub(crate) fn count(&self) -> usize {
        self.with(|jobs| jobs.len())
    }

    pub(crate) fn wish(&self, job: &JobId) -> Option<Wish> {
        self.with(|jobs| jobs.get(job).and_then(|live| live.wish))
    }

    /// Asks a running job for something; tells whether it runs.
    pub(crate) fn ask(&self, job: &JobId, wish: Wish) -> bool {
        self.with(|jobs| jobs.get_mut(job).map(|live| live.wish = Some(wish)).is_some())
    }

    pub(crate) fn ask_all(&self, wish: Wish) {
        self.with(|jobs| jobs.values_mut().for_each(|live| live.wish = Some(wish)));
    }

    pub(crate) fn tell(&self, job: &JobId, done: u64, total: Option<u64>, bad: u64, now: Timestamp) {
        let message = self.with(|jobs| {
            let live = jobs.get_mut(job)?;
            live.progress.done = done;
            live.progress.bad = bad;
            live.progress.total = total.or(live.progress.total);
            live.progress.eta_seconds = live.eta(now);
            let since = live.told.map_or(i64::MAX, |told| now.as_millisecond() - told.as_millisecond());
            let due = since >= TELL_EVERY || live.progress.total == Some(done);
            due.then(|| {
                live.told = Some(now);
                live.progress.clone()
            })
        });
        // Nobody listening is no error.
        if let Some(progress) = message {
            let _ = self.sender.send(progress);
        }
    }
}

impl Live {
    fn eta(&self, now: Timestamp) -> Option<u64> {
        let rest = self.progress.total?.checked_sub(self.progress.done)?;
        let done = self.progress.done.checked_sub(self.began_with).filter(|done| *done > 0)?;
        let spent = u64::try_from(now.as_millisecond() - self.began.as_millisecond()).ok()?;
        Some((spent * rest / done).div_ceil(1000))
    }
}
