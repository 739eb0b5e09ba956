//! Public warnings (预警): drafted, approved by a second person, published as CAP, updated, lifted.
//!
//! - [`event_type`]: which events can be warned of, in which colours, by whom.
//! - [`content`]: what a warning says.
//! - [`process`]: the legal life of a warning, as a pure transition function.
//! - [`cap_message`]: the CAP 1.2 message of one publication, pure.
//! - [`publication`]: writes those messages once each, and reads them for feeds and maps.
//! - [`feed`]: the public feed, made once per publication.
//! - [`coverage`]: how far a warning has reached.

pub mod cap_message;
pub mod content;
pub mod coverage;
pub mod event_type;
pub mod feed;
pub mod process;
pub mod publication;

pub use process::{WarningAction, WarningOpening, WarningProcess, WarningState};
