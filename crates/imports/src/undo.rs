//! The job that undoes an import.

use async_trait::async_trait;
use fengsui_jobs::{Ending, Handle, Runner, Wish};
use fengsui_kernel::{Fault, Result};
use fengsui_registry::Undone;
use fengsui_storage::jobs::JobRow;
use serde::{Deserialize, Serialize};

use crate::Tools;
use crate::fields::change;
use crate::view::{ImportStage, read};

/// The kind of job.
pub(crate) const KIND: &str = "import.undo";

/// Undoes an import.
pub(crate) struct UndoImport(pub(crate) Tools);

#[derive(Default, Serialize, Deserialize)]
struct Mark {
    after: String,
    done: Undone,
}

#[async_trait]
impl Runner for UndoImport {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, job: &JobRow, handle: &Handle) -> Result<Ending> {
        let tools = &self.0;
        let id = Tools::import_of(job)?;
        let import = tools.import(&id).await?;
        let principal = tools.principal(job).await?;
        principal.scopes("import", &import.kind)?;
        let total = tools.registry.written_by(&id).await?;
        let mut mark: Mark = job.checkpoint.as_ref().map(read).transpose()?.unwrap_or_default();
        loop {
            match handle.wish() {
                Some(Wish::Stop | Wish::Pause) => return Ok(Ending::Rested),
                // Half an import would be left: undoing goes through, it is quick.
                Some(Wish::Cancel) | None => {}
            }
            let mut tx = tools.db.begin(principal.acting(tools.db.now(), job.why.clone())).await?;
            let registry = &tools.registry;
            let last =
                registry.undo_portion(&mut tx, &principal, &import.kind, &id, &mark.after, &mut mark.done).await?;
            let Some(last) = last else {
                let undone = tools.kept().write(&mark.done)?;
                let told = serde_json::json!({"restored": mark.done.restored, "removed": mark.done.removed, "kept": mark.done.kept});
                change(&mut tx, &id, |row| {
                    ImportStage::Undone.as_str().clone_into(&mut row.stage);
                    row.undo = Some(undone);
                })
                .await?;
                tx.commit().await?;
                return Ok(Ending::Done(told));
            };
            mark.after = last;
            handle
                .checkpoint(&mut tx, &serde_json::to_value(&mark).map_err(Fault::internal)?, mark.done.seen())
                .await?;
            tx.commit().await?;
            handle.progress(mark.done.seen(), Some(total), mark.done.kept);
        }
    }
}
