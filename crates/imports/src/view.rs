//! What screens see of an import.

use fengsui_jobs::JobView;
use fengsui_kernel::id::ImportId;
use fengsui_kernel::{Fault, Result, Timestamp};
use fengsui_registry::Undone;
use fengsui_registry::sheet::SheetPlan;
use fengsui_storage::imports::ImportRow;
use fengsui_storage::seal::Sealer;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::report::ImportSummary;

/// How far an import came. The job tells what goes on at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportStage {
    /// Uploaded, not yet read.
    Uploaded,
    /// Read: columns are to be judged.
    Mapping,
    /// Every row was judged; nothing is written.
    Checked,
    /// Taken in.
    Done,
    /// Ended before all rows were taken in.
    Cancelled,
    /// Taken in and undone.
    Undone,
    /// Its files were removed with age.
    Expired,
}

impl ImportStage {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Mapping => "mapping",
            Self::Checked => "checked",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Undone => "undone",
            Self::Expired => "expired",
        }
    }

    pub(crate) fn of(row: &ImportRow) -> Result<Self> {
        read(&Value::String(row.stage.clone()))
    }
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SheetFacts {
    /// Names of its sheets.
    pub sheets: Vec<String>,
    /// Rows with cells in the chosen sheet, header and notes included.
    pub rows: u64,
    /// Rows below the header.
    pub below: u64,
    /// First cells of every column below the header.
    pub samples: Vec<Vec<String>>,
    /// Whether headings like these were read before by the same organisation.
    pub remembered: bool,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ImportView {
    /// Its id.
    pub id: ImportId,
    /// Kind of record.
    pub kind: String,
    /// Name of the file.
    pub file_name: String,
    /// Bytes of the file.
    pub size: u64,
    /// How far it came.
    pub stage: ImportStage,
    /// The job that works on it, or last did.
    pub job: Option<JobView>,
    /// What the file holds.
    pub facts: Option<SheetFacts>,
    /// How it is to be read.
    pub plan: Option<SheetPlan>,
    /// What the last check or run found.
    pub report: Option<ImportSummary>,
    /// What undoing it did.
    pub undo: Option<Undone>,
    /// Whether its file is still there.
    pub files: bool,
    /// Whoever uploaded it.
    pub user_name: String,
    /// Whether that is the reader.
    pub own: bool,
    /// When it was uploaded.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub created_at: Timestamp,
    /// When it last changed.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub changed_at: Timestamp,
    /// Version, for changes.
    pub version: i64,
}

pub(crate) fn read<T: DeserializeOwned>(stored: &Value) -> Result<T> {
    T::deserialize(stored).map_err(Fault::internal)
}

/// What an import keeps of its sheet: samples, corrections, findings. They repeat cells, and cells may
/// be personal data: sealed as a whole.
pub(crate) struct Kept<'a>(pub(crate) &'a Sealer);

const PLACE: &str = "import/kept";

impl Kept<'_> {
    pub(crate) fn write(&self, what: &impl Serialize) -> Result<Value> {
        let plain = serde_json::to_vec(what).map_err(Fault::internal)?;
        Ok(Value::String(self.0.seal(PLACE, &plain)?))
    }

    pub(crate) fn read<T: DeserializeOwned>(&self, stored: Option<&Value>) -> Result<Option<T>> {
        let Some(text) = stored.and_then(Value::as_str) else { return Ok(None) };
        let plain = self.0.open(PLACE, text)?;
        serde_json::from_slice(&plain).map(Some).map_err(Fault::internal)
    }
}

impl ImportView {
    pub(crate) fn new(kept: &Kept<'_>, row: ImportRow, job: Option<JobView>, own: bool, files: bool) -> Result<Self> {
        Ok(Self {
            stage: ImportStage::of(&row)?,
            facts: kept.read(row.facts.as_ref())?,
            plan: kept.read(row.plan.as_ref())?,
            report: kept.read(row.report.as_ref())?,
            undo: kept.read(row.undo.as_ref())?,
            id: row.id,
            kind: row.kind,
            file_name: row.file_name,
            size: row.size,
            job,
            files,
            user_name: row.user_name,
            own,
            created_at: row.created_at,
            changed_at: row.changed_at,
            version: row.version,
        })
    }
}
