//! Taking the rows of a sheet into a ledger, portion by portion.

use std::collections::HashMap;
use std::sync::Arc;

use fengsui_kernel::id::ImportId;
use fengsui_kernel::{Principal, Problems, Result};
use fengsui_storage::Tx;
use fengsui_storage::records::{Column, Field};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::import::RowError;
use super::plan::SheetPlan;
use super::reader::{PlannedRow, SheetReader};
use crate::bulk::Bulk;
use crate::kind::KindSpec;
use crate::query;

/// What was done, or would be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// New records.
    pub created: u64,
    /// Changed records.
    pub updated: u64,
    /// Records that were already so.
    pub unchanged: u64,
}

/// A run of rows into a ledger.
pub struct Intake<'a> {
    reader: SheetReader<'a>,
    bulk: Bulk<'a>,
    run: ImportId,
}

impl<'a> Intake<'a> {
    /// Begins a run; `dry` judges without writing.
    pub fn new(spec: &'a KindSpec, principal: &'a Principal, plan: &'a SheetPlan, run: ImportId, dry: bool) -> Self {
        let mut bulk = Bulk::new(spec, principal, "import", Arc::default());
        bulk.run = Some(run.to_string());
        bulk.given = Some(plan.given());
        bulk.dry = dry;
        bulk.known_by = match plan.identify_by.as_deref() {
            None | Some("code") => None,
            Some("name") => Some(Field::Column(Column::Name)),
            Some(name) => spec.field(name).map(query::attribute),
        };
        Self { reader: SheetReader::new(spec, plan), bulk, run }
    }

    /// What earlier starts of the run did.
    pub fn go_on_from(&mut self, taken: Taken) {
        self.bulk.done.created = taken.created;
        self.bulk.done.updated = taken.updated;
        self.bulk.done.unchanged = taken.unchanged;
    }

    /// Notes rows that an earlier start took: their codes count as seen.
    pub fn pass_over(&mut self, rows: Vec<PlannedRow>) {
        let good: Vec<_> = rows.into_iter().filter_map(|row| row.content.ok()).collect();
        self.bulk.note_taken(&good);
    }

    /// Judges a portion and writes what is good; gives the mistakes of the rest, by row.
    pub async fn take(&mut self, tx: &mut Tx, portion: Vec<PlannedRow>) -> Result<Vec<(u64, Vec<RowError>)>> {
        let mut bad: Vec<(u64, Vec<RowError>)> = Vec::new();
        let mut good = Vec::with_capacity(portion.len());
        let mut raw: HashMap<u64, HashMap<String, String>> = HashMap::with_capacity(portion.len());
        for row in portion {
            match row.content {
                Ok(checked) => {
                    raw.insert(row.number, row.raw);
                    good.push((row.number, checked));
                }
                Err(errors) => bad.push((row.number, errors)),
            }
        }
        let mut late: Vec<(u64, Problems)> = Vec::new();
        self.bulk.write(tx, good, &mut |row, problems| late.push((row, problems))).await?;
        for (row, problems) in late {
            let raw = raw.remove(&row).unwrap_or_default();
            bad.push((row, self.reader.errors(row, &raw, problems)));
        }
        bad.sort_by_key(|(row, _)| *row);
        Ok(bad)
    }

    /// What the run has done so far.
    pub fn taken(&self) -> Taken {
        let done = self.bulk.done;
        Taken { created: done.created, updated: done.updated, unchanged: done.unchanged }
    }

    /// Leaves the trace entry and the event of a portion.
    pub fn tell(&self, tx: &mut Tx, more: &Value) {
        self.bulk.tell(tx, &self.run, more);
    }
}
