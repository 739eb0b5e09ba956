//! The job that reads an upload: its sheets, its header, its rows; and guesses the columns.

use async_trait::async_trait;
use fengsui_jobs::{Ending, Handle, Runner};
use fengsui_kernel::id::ImportId;
use fengsui_kernel::{Acting, Fault, Result};
use fengsui_registry::KindSpec;
use fengsui_registry::sheet::{Cell, Rows, SheetPlan, sheet_heads, sheet_rows};
use fengsui_storage::imports;
use fengsui_storage::jobs::JobRow;
use serde_json::json;

use crate::Tools;
use crate::fields::change;
use crate::shelf::{List, Shelf};
use crate::view::{ImportStage, SheetFacts};

/// The kind of job.
pub(crate) const KIND: &str = "import.read";
/// Samples of a column that screens show.
const SAMPLES: usize = 3;

/// Reads an upload.
pub(crate) struct ReadSheet(pub(crate) Tools);

struct Found {
    facts: SheetFacts,
    plan: SheetPlan,
}

#[async_trait]
impl Runner for ReadSheet {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, job: &JobRow, _handle: &Handle) -> Result<Ending> {
        let id = Tools::import_of(job)?;
        let import = self.0.import(&id).await?;
        let spec = std::sync::Arc::clone(self.0.registry.kind(&import.kind)?);
        let wanted = job.params.get("sheet").and_then(serde_json::Value::as_str).map(str::to_owned);
        let (files, own) = (self.0.shelf.clone(), id.clone());
        let reading = tokio::task::spawn_blocking(move || find(&files, &own, &spec, wanted.as_deref()));
        let crashed = |_| Fault::from(Fault::field("file", "unreadable_file"));
        let Found { mut facts, mut plan } = reading.await.map_err(crashed)??;
        let memory = imports::mapping(&self.0.db, &import.kind, &import.organisation, &plan.signature()).await?;
        if let Some(memory) = self.0.kept().read::<SheetPlan>(memory.as_ref())? {
            plan = plan.recall(&memory);
            facts.remembered = true;
        }
        let rows = facts.rows;
        let (facts, plan) = (self.0.kept().write(&facts)?, self.0.kept().write(&plan)?);
        let mut tx = self.0.db.begin(Acting::system("imports", self.0.db.now())).await?;
        change(&mut tx, &id, |row| {
            ImportStage::Mapping.as_str().clone_into(&mut row.stage);
            row.facts = Some(facts);
            row.plan = Some(plan);
            row.report = None;
        })
        .await?;
        tx.commit().await?;
        Ok(Ending::Done(json!({"rows": rows})))
    }
}

fn find(shelf: &Shelf, id: &ImportId, spec: &KindSpec, wanted: Option<&str>) -> Result<Found> {
    let file = shelf.source(id)?;
    let heads = sheet_heads(&file)?;
    let likely = |(_, head): &&(String, Rows)| (SheetPlan::likelihood(spec, head) * 1000.0).round();
    let chosen = match wanted {
        Some(wanted) => heads.iter().find(|(name, _)| name == wanted),
        // Of equals the first: `max_by` takes the last.
        None => heads.iter().rev().max_by(|one, other| likely(one).total_cmp(&likely(other))),
    };
    let (sheet, head) = chosen.ok_or_else(|| Fault::field("sheet", "unknown_value"))?;
    let mut writer = shelf.write(id, List::Rows, 0)?;
    let mut below = 0_u64;
    let plan = SheetPlan::guess(spec, sheet, head, None);
    sheet_rows(&file, sheet, |number, cells| {
        below += u64::from(number > plan.header_row);
        writer.push(number, &(number, cells))
    })?;
    let facts = SheetFacts {
        sheets: heads.iter().map(|(name, _)| name.clone()).collect(),
        rows: writer.settle()?,
        below,
        samples: samples(head, &plan),
        remembered: false,
    };
    Ok(Found { facts, plan })
}

/// The first cells of every column below the header.
pub(crate) fn samples(head: &[(u64, Vec<Cell>)], plan: &SheetPlan) -> Vec<Vec<String>> {
    let mut samples = vec![Vec::new(); plan.columns.len()];
    for (_, cells) in head.iter().filter(|(number, _)| *number > plan.header_row) {
        for (own, cell) in samples.iter_mut().zip(cells) {
            if !cell.is_empty() && own.len() < SAMPLES {
                own.push(cell.text().chars().take(40).collect::<String>());
            }
        }
    }
    samples
}
