//! Boards (行业监测): one sector's objects with their alarms and devices, worst first.
//!
//! A board is no program but a declaration ([`BoardTemplate`]): which records, which of their devices by what they
//! sense, which figures and columns, what counts as worse. [`Boards`] draws any of them from the same engines.

mod check;
mod drawn;
mod engine;
mod snapshot;
mod standing;
mod template;

pub use drawn::{BoardFigures, BoardObject, BoardView, ObjectQuery, OptionCount};
pub use engine::Boards;
pub use standing::{Reason, Standing};
pub use template::{BoardTemplate, BoardText, Criterion, FigureName, Objects, Sector, TemplateError, matches};
