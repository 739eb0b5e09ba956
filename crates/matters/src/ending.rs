//! The end of a drill: what was opened under it ends with it, wherever it stands.

use fengsui_events::Event;
use fengsui_kernel::{Fault, Mode, Refusal, Result};
use fengsui_storage::matters::{self as rows, AssigneeRow, MatterRow};
use fengsui_storage::{Subject, Tx};
use serde_json::json;

use crate::engine::Engine;
use crate::erased::Erased;
use crate::open::row_changed;
use crate::timeline::entry;

/// The entry on the time line of what ended with its drill.
pub(crate) const DRILL_ENDED: &str = "drill_ended";

impl Engine {
    /// Ends all open matters below a drill; their phases stay as they were.
    pub(crate) async fn close_descendants(&self, tx: &mut Tx, drill: &MatterRow) -> Result<()> {
        if drill.mode != Mode::Drill {
            return Err(Fault::internal(format!("matter {} is no drill: what is below it ends with proof", drill.id)));
        }
        for id in rows::open_descendants(tx, &drill.id).await? {
            let Some(mut row) = rows::lock(tx, &id).await?.filter(|row| !row.closed && row.mode == Mode::Drill) else {
                continue;
            };
            let before = row.version;
            row.closed = true;
            row.closed_at = Some(tx.now());
            row.version = before + 1;
            if !rows::update(tx, &row, before).await? {
                return Err(Fault::internal(format!("matter {} changed under its lock", row.id)));
            }
            row.assignee = AssigneeRow::Nobody;
            rows::assign(tx, &row.id, &row.assignee).await?;
            rows::void_clocks(tx, &row.id).await?;
            let ended = entry(
                tx,
                &row.id,
                "action",
                DRILL_ENDED,
                json!({"drill": drill.id}),
                (Some(&row.phase), Some(&row.phase)),
            );
            rows::append_entry(tx, &ended).await?;
            let data = json!({"drill": drill.id, "phase": row.phase, "title": row.title});
            tx.trace("matter.drill_ended", Subject::at("matter", &row.id, row.division), data);
            tx.publish(Event::MatterChanged(row_changed(&row, DRILL_ENDED, Some(&row.phase))));
        }
        Ok(())
    }
}

/// What ended with its drill goes on no more, though its phase would allow it.
pub(crate) fn not_ended(process: &dyn Erased, row: &MatterRow) -> std::result::Result<(), Refusal> {
    let phases = &process.descriptor().phases;
    let over = phases.iter().any(|phase| phase.name == row.phase && phase.closed);
    if row.closed && !over { Err(Refusal::new("drill_over")) } else { Ok(()) }
}
