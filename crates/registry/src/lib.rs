//! The registry: everything that exists (台账).
//!
//! A kind of record is declared once, as a Rust type that implements [`Kind`]; list, search, map,
//! history, permissions, templates, import and export follow from its [`KindSpec`].
//! Divisions and their boundaries live here too, since every record lies in one.
//!
//! Personal data (fields flagged `personal`) is sealed in the store, masked wherever it is shown and
//! left out of the full text; revealing it needs the right `read_personal` and a reason, and is traced.

pub mod check;
pub mod ground;
pub mod kind;

mod batch;
mod bulk;
mod draft;
mod map;
pub mod mask;
mod query;
mod reading;
mod record;
mod registry;
mod related;
mod resolve;
mod restore;
mod sealed;
mod search;
pub mod sheet;
mod terrain;
mod undo;
mod writing;

pub use batch::{BATCH_LIMIT, BatchAction, BatchOutcome, BatchReport, BatchRequest, BatchRow};
pub use bulk::LoadReport;
pub use draft::{Position, RecordDraft};
pub use kind::{Kind, KindSpec};
pub use map::{Circle, CountyTally, Found, InsideArea, InsideKind, InsideQuery, KindFilter, Nearby, People};
pub use query::ListQuery;
pub use record::{HistoryEntry, Record, SearchHit};
pub use registry::Registry;
pub use related::Related;
pub use sealed::Revealed;
pub use search::initials;
pub use sheet::{ImportMode, ImportOptions, ImportReport, RowError, SheetFormat, TableCell, table};
pub use terrain::{
    Division, DivisionDetail, DivisionName, Located, NearBorder, PopulationAnswer, PopulationArea, PopulationShare,
};
pub use undo::{Kept, KeptRecord, Undone};
