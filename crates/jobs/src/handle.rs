//! What a runner holds while it works.

use fengsui_kernel::Result;
use fengsui_kernel::id::JobId;
use fengsui_storage::{Db, Tx, jobs};
use serde_json::Value;

use crate::live::Running;

/// What somebody wants of a running job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// End now; what is committed stays.
    Cancel,
    /// Rest, to go on later.
    Pause,
    /// The program stops; go on when it is there again.
    Stop,
}

/// How a runner came to its end.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    /// All was done, with this result.
    Done(Value),
    /// It followed the wish to cancel; the result says what had been done by then.
    Cancelled(Value),
    /// It followed the wish to pause or to stop.
    Rested,
}

/// A runner's line to the engine.
pub struct Handle {
    pub(crate) db: Db,
    pub(crate) job: JobId,
    pub(crate) running: Running,
}

impl Handle {
    /// The job.
    pub fn job(&self) -> &JobId {
        &self.job
    }

    /// What is wanted of the job now; asked between portions.
    pub fn wish(&self) -> Option<Wish> {
        self.running.wish(&self.job)
    }

    /// Tells how far the work is.
    pub fn progress(&self, done: u64, total: Option<u64>, bad: u64) {
        self.running.tell(&self.job, done, total, bad, self.db.now());
    }

    /// Keeps from where the work goes on, together with what brought it there.
    pub async fn checkpoint(&self, tx: &mut Tx, checkpoint: &Value, done: u64) -> Result<()> {
        jobs::set_checkpoint(tx, &self.job, checkpoint, done).await
    }
}
