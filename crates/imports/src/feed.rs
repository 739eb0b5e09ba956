//! Rows from the shelf to the ledger: read and judged on a thread of their own, portion by portion.

use std::sync::Arc;

use fengsui_kernel::id::ImportId;
use fengsui_kernel::{Fault, FaultKind, Result};
use fengsui_registry::KindSpec;
use fengsui_registry::sheet::{Cell, PlaceNames, PlannedRow, Reading, SheetPlan, SheetReader};
use tokio::runtime::Handle as Runtime;
use tokio::sync::mpsc;

use crate::shelf::{List, Shelf};

/// What the thread hands over.
pub(crate) struct Portion {
    pub(crate) rows: Vec<PlannedRow>,
    /// Rows that are none of the table.
    pub(crate) asides: Vec<(u64, &'static str)>,
    /// The last row looked at.
    pub(crate) last: u64,
}

impl Portion {
    fn new() -> Self {
        Self { rows: Vec::new(), asides: Vec::new(), last: 0 }
    }
}

/// What the thread reads.
pub(crate) struct Feed {
    pub(crate) shelf: Shelf,
    pub(crate) import: ImportId,
    pub(crate) spec: Arc<KindSpec>,
    pub(crate) plan: Arc<SheetPlan>,
    pub(crate) names: PlaceNames,
    /// Rows that go together.
    pub(crate) portion: usize,
}

impl Feed {
    /// Starts the thread. The receiver that is dropped ends it.
    pub(crate) fn start(self) -> (mpsc::Receiver<Portion>, tokio::task::JoinHandle<Result<()>>) {
        let (sender, receiver) = mpsc::channel(2);
        let runtime = Runtime::current();
        (receiver, tokio::task::spawn_blocking(move || self.read(&runtime, &sender)))
    }

    fn read(mut self, runtime: &Runtime, sender: &mpsc::Sender<Portion>) -> Result<()> {
        let stopped = |_| Fault::from(FaultKind::Unavailable("import stopped".to_owned()));
        let mut rows = self.shelf.read(&self.import, List::Rows)?;
        let reader = SheetReader::new(&self.spec, &self.plan);
        let names = &mut self.names;
        let mut find = |text: &str| runtime.block_on(names.find(text));
        let mut portion = Portion::new();
        while let Some((number, cells)) = rows.next::<(u64, Vec<Cell>)>()? {
            match reader.read(number, &cells, &mut find)? {
                Reading::Nothing => {}
                Reading::Aside(why) => portion.asides.push((number, why)),
                Reading::Row(row) => portion.rows.push(*row),
            }
            portion.last = number;
            if portion.rows.len() >= self.portion {
                sender.blocking_send(std::mem::replace(&mut portion, Portion::new())).map_err(stopped)?;
            }
        }
        let empty = portion.rows.is_empty() && portion.asides.is_empty();
        if empty { Ok(()) } else { sender.blocking_send(portion).map_err(stopped) }
    }
}
