//! The registry: everything that exists (台账).
//!
//! A kind of record is declared once, as a Rust type that implements [`Kind`]; list, search, map,
//! history, permissions, templates, import and export follow from its [`KindSpec`].
//! Divisions and their boundaries live here too, since every record lies in one.
//!
//! Personal data (fields flagged `personal`) is masked without the right `read_personal`, is left
//! out of the full text, and reading it is traced. It is kept in clear text for now; encryption at
//! rest belongs below this crate and will not change its interface.

pub mod check;
pub mod ground;
pub mod kind;

mod bulk;
mod draft;
mod map;
mod mask;
mod query;
mod reading;
mod record;
mod registry;
mod resolve;
mod search;
mod sheet;
mod terrain;
mod writing;

pub use bulk::LoadReport;
pub use draft::{Position, RecordDraft};
pub use kind::{Kind, KindSpec};
pub use map::{Circle, CountyTally, Found, InsideArea, InsideKind, InsideQuery, KindFilter, Nearby, People};
pub use query::ListQuery;
pub use record::{HistoryEntry, Record, SearchHit};
pub use registry::Registry;
pub use sheet::{ImportMode, ImportOptions, ImportReport, RowError, SheetFormat, TableCell, table};
pub use terrain::{
    Division, DivisionDetail, DivisionName, Located, NearBorder, PopulationAnswer, PopulationArea, PopulationShare,
};
