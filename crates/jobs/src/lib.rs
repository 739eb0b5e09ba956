//! Long work (imports, exports, model runs, backups): it shows how far it is, can be cancelled, and
//! survives a restart.
//!
//! A [`Runner`] does one kind of work. It asks its [`Handle`] whether to go on, tells how far it is,
//! and keeps a checkpoint in the same transaction as what the checkpoint tells of: after a crash it
//! goes on from there, and nothing is done twice.

mod engine;
mod handle;
mod live;
mod view;

pub use engine::{Builder, Jobs, NewJob};
pub use handle::{Ending, Handle, Wish};
pub use live::JobProgress;
pub use view::JobView;

use async_trait::async_trait;
use fengsui_kernel::Result;
use fengsui_storage::jobs::JobRow;

/// Does one kind of work.
#[async_trait]
pub trait Runner: Send + Sync + 'static {
    /// The kind: `import.run`.
    fn kind(&self) -> &'static str;

    /// Whether the job may rest and go on later.
    fn pausable(&self, _job: &JobRow) -> bool {
        false
    }

    /// Does the work, from the job's checkpoint if it has one.
    async fn run(&self, job: &JobRow, handle: &Handle) -> Result<Ending>;
}
