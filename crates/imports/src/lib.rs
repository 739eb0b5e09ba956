//! Sheets on their way into ledgers: upload, understand, check, correct, take in, undo.
//!
//! Each long step is a job. The file and what was found in it lie under the data directory; the
//! database keeps the plan, the report and which versions of which records a run wrote.

mod engine;
mod feed;
mod fields;
mod read;
mod report;
mod rows;
mod run;
mod shelf;
mod undo;
mod view;

pub use engine::{Imports, Upload};
pub use report::{Aside, BadValue, ImportSummary, Trouble};
pub use rows::{RowsPage, RowsQuery, SheetRow};
pub use view::{ImportStage, ImportView, SheetFacts};

use std::path::Path;

use fengsui_identity::Identity;
use fengsui_jobs::{Builder, Jobs};
use fengsui_registry::Registry;
use fengsui_storage::Db;

/// What the runners work with.
#[derive(Clone)]
pub(crate) struct Tools {
    pub(crate) db: Db,
    pub(crate) registry: Registry,
    pub(crate) identity: Identity,
    pub(crate) shelf: shelf::Shelf,
}

/// Adds the work of imports to the jobs of a node, and gives the use cases over them.
pub fn install(
    jobs: Builder,
    registry: Registry,
    identity: Identity,
    data_directory: &Path,
) -> (Builder, impl FnOnce(Jobs) -> Imports) {
    let sealer = registry.db().sealer().clone();
    let tools =
        Tools { db: registry.db().clone(), registry, identity, shelf: shelf::Shelf::under(data_directory, sealer) };
    let jobs = jobs
        .runner(read::ReadSheet(tools.clone()))
        .runner(run::RunSheet::check(tools.clone()))
        .runner(run::RunSheet::run(tools.clone()))
        .runner(undo::UndoImport(tools.clone()));
    (jobs, |jobs| Imports::new(tools, jobs))
}
