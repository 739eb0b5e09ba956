//! Matters (事项): what must be done, by whom, until when, and proof of its closure.
//!
//! A process is a Rust type ([`Process`]); the [`Engine`] keeps its matters, runs its transitions in
//! one transaction with their effects, and derives inbox, time line, clocks, forms and diagram.

mod access;
mod act;
mod clocks;
mod configuration;
mod contribute;
mod diagram;
mod effects;
mod ending;
mod engine;
mod erased;
mod facts;
mod open;
mod punctuality;
mod read;
mod schema;
mod thread;
mod tick;
mod timeline;
mod views;

pub mod attachments;
pub mod process;

pub use act::Submission;
pub use attachments::{Attachment, AttachmentFile};
pub use clocks::{OpenClock, Timeliness};
pub use configuration::{Configuration, ConfigurationError};
pub use diagram::{Diagram, Edge, ProcessAction, ProcessView};
pub use engine::{Builder, Engine};
pub use open::{NewLink, NewMatter};
pub use process::{Assignee, Effect, Facts, Outcome, Process, Summary};
pub use punctuality::{ClockFilter, Figures, KeptClock, MOST_CLOCKS};
pub use read::{ListQuery, Overview};
pub use thread::{Thread, ThreadMatter, ThreadSubject};
pub use tick::TickReport;
pub use timeline::TimelineEntry;
pub use views::{AvailableAction, Claim, ClockState, ClockView, Direction, LinkView, Matter, WhyNot};
