//! Importing a file: every bad row is named, and all rows are taken, the good ones, or none.

use std::collections::BTreeMap;
use std::sync::Arc;

use fengsui_kernel::id::ImportId;
use fengsui_kernel::{Fault, FaultKind, Principal, Problems, Result};
use fengsui_storage::Tx;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::mpsc;

use super::MAX_FILE;
use super::rows::{ReadRow, late_errors, read_file};
use crate::bulk::{Bulk, PORTION};
use crate::draft::Checked;
use crate::kind::{KindSpec, SharedSpec};
use crate::registry::Registry;

/// Errors beyond these are counted, not listed.
const MAX_ERRORS: usize = 1000;

/// What happens to good rows when others are bad.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportMode {
    /// One bad row, and nothing is written.
    #[default]
    AllOrNothing,
    /// Good rows are written, bad ones reported.
    GoodRows,
}

/// One mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RowError {
    /// Row as the spreadsheet numbers it.
    pub row: u64,
    /// Header of the column.
    pub column: String,
    /// The field, `attributes.phone`.
    pub field: String,
    /// A key of the message catalogue.
    pub code: String,
    /// The message in the reader's language; filled in by the server.
    pub message: String,
    /// What the cell holds.
    pub value: Option<String>,
    /// What it probably should hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// Facts for the message.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

/// What an import did, or a dry run would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportReport {
    /// The run.
    pub id: ImportId,
    /// Rows read, without the header.
    pub rows: u64,
    /// Rows without a mistake.
    pub good: u64,
    /// New records.
    pub created: u64,
    /// Changed records.
    pub updated: u64,
    /// Records that were already so.
    pub unchanged: u64,
    /// Mistakes, the first thousand.
    pub errors: Vec<RowError>,
    /// How many mistakes there are in all.
    pub error_count: u64,
    /// Whether anything was written.
    pub applied: bool,
}

/// What an import is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// Judge everything, write nothing.
    pub dry_run: bool,
    /// What happens to good rows when others are bad.
    pub mode: ImportMode,
    /// The file's name, for the trace.
    pub file_name: String,
    /// Why.
    pub why: Option<String>,
}

/// The most rows that are taken in one unit of work.
const MAX_ROWS_AT_ONCE: u64 = 50_000;

struct Run<'a> {
    spec: &'a KindSpec,
    bulk: Bulk<'a>,
    rows: u64,
    bad: u64,
    errors: Vec<RowError>,
    error_count: u64,
}

impl Run<'_> {
    fn note(&mut self, errors: Vec<RowError>) {
        self.bad += 1;
        self.error_count += errors.len() as u64;
        let room = MAX_ERRORS.saturating_sub(self.errors.len());
        self.errors.extend(errors.into_iter().take(room));
    }

    async fn take(&mut self, tx: &mut Tx, portion: Vec<ReadRow>) -> Result<()> {
        let mut good: Vec<(u64, Checked)> = Vec::with_capacity(portion.len());
        for row in portion {
            // A header at fault is a mistake, but no row.
            self.rows += u64::from(!row.is_header());
            match row.content {
                Ok(checked) => good.push((row.number, checked)),
                Err(errors) => self.note(errors),
            }
        }
        let mut refused: Vec<(u64, Problems)> = Vec::new();
        self.bulk.write(tx, good, &mut |row, problems| refused.push((row, problems))).await?;
        for (row, problems) in refused {
            self.note(late_errors(self.spec, row, problems));
        }
        Ok(())
    }
}

impl ReadRow {
    fn is_header(&self) -> bool {
        let of_header = |error: &RowError| {
            matches!(error.code.as_str(), "unknown_column" | "duplicate_column" | "missing_column" | "too_many_columns")
        };
        self.content.as_ref().err().is_some_and(|errors| errors.iter().any(of_header))
    }
}

/// Reads the file on a thread of its own and sends portions; a broken file cannot take the server with it.
fn reader(
    spec: &SharedSpec,
    file: Arc<Vec<u8>>,
) -> (mpsc::Receiver<Vec<ReadRow>>, tokio::task::JoinHandle<Result<()>>) {
    let (sender, receiver) = mpsc::channel(2);
    let spec = SharedSpec::clone(spec);
    let task = tokio::task::spawn_blocking(move || {
        let mut portion = Vec::new();
        let stopped = |_| Fault::from(FaultKind::Unavailable("import stopped".to_owned()));
        read_file(&spec, &file, |row| {
            portion.push(row);
            if portion.len() < PORTION {
                return Ok(());
            }
            sender.blocking_send(std::mem::take(&mut portion)).map_err(stopped)
        })?;
        if portion.is_empty() { Ok(()) } else { sender.blocking_send(portion).map_err(stopped) }
    });
    (receiver, task)
}

impl Registry {
    /// Imports a spreadsheet: creates records, or updates those whose code exists. Columns that the
    /// file leaves out become empty. A record that others of the file refer to stands before them.
    pub async fn import(
        &self,
        principal: &Principal,
        kind: &str,
        file: Vec<u8>,
        options: ImportOptions,
    ) -> Result<ImportReport> {
        let spec = SharedSpec::clone(self.kind(kind)?);
        principal.scopes("import", kind)?;
        if file.len() as u64 > MAX_FILE {
            return Err(FaultKind::TooLarge { limit: MAX_FILE }.into());
        }
        let bulk = Bulk::new(&spec, principal, "import", Arc::default());
        let mut run = Run { spec: &spec, bulk, rows: 0, bad: 0, errors: Vec::new(), error_count: 0 };
        // Begun with the first portion: a file that cannot be read never holds the writer.
        let (mut portions, task) = reader(&spec, Arc::new(file));
        let mut tx: Option<Tx> = None;
        let mut id: Option<ImportId> = None;
        while let Some(portion) = portions.recv().await {
            let mut open = match tx.take() {
                Some(open) => open,
                None => self.db.begin(principal.acting(self.db.now(), options.why.clone())).await?,
            };
            let id = id.get_or_insert_with(|| open.new_id());
            run.bulk.run = Some(id.to_string());
            run.take(&mut open, portion).await?;
            if options.mode == ImportMode::AllOrNothing {
                within_one_unit(run.rows)?;
                tx = Some(open);
            } else {
                close(open, &run, id, &options).await?;
            }
        }
        let crashed = |_| Fault::from(Fault::field("file", "unreadable_file"));
        task.await.map_err(crashed)??;
        let id = id.ok_or_else(|| Fault::field("file", "empty_file"))?;
        if let Some(tx) = tx {
            close(tx, &run, &id, &options).await?;
        }
        Ok(run.report(id, &options))
    }
}

/// All-or-nothing is one unit of work, and while it is written nothing else is: no alarm may wait
/// for a large ledger.
fn within_one_unit(rows: u64) -> Result<()> {
    if rows <= MAX_ROWS_AT_ONCE {
        return Ok(());
    }
    Err(Fault::field("mode", "too_many_rows_at_once").with("max", &MAX_ROWS_AT_ONCE.to_string()).into())
}

/// Makes a portion durable, or undoes it where it was only a trial or rows of a whole were bad.
async fn close(mut tx: Tx, run: &Run<'_>, id: &ImportId, options: &ImportOptions) -> Result<()> {
    if run.applies(options) {
        let more = json!({"file": options.file_name, "rows": run.rows, "bad": run.bad});
        run.bulk.tell(&mut tx, id, &more);
        tx.commit().await
    } else {
        tx.rollback().await
    }
}

impl Run<'_> {
    fn applies(&self, options: &ImportOptions) -> bool {
        let changes = self.bulk.done.created + self.bulk.done.updated > 0;
        let allowed = self.bad == 0 || options.mode == ImportMode::GoodRows;
        changes && allowed && !options.dry_run
    }

    fn report(self, id: ImportId, options: &ImportOptions) -> ImportReport {
        let applied = self.applies(options);
        let run = self;
        ImportReport {
            id,
            rows: run.rows,
            good: run.bulk.done.created + run.bulk.done.updated + run.bulk.done.unchanged,
            created: run.bulk.done.created,
            updated: run.bulk.done.updated,
            unchanged: run.bulk.done.unchanged,
            errors: run.errors,
            error_count: run.error_count,
            applied,
        }
    }
}
