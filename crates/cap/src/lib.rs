//! OASIS Common Alerting Protocol 1.2: text in, typed values out, and back.
//!
//! The reader is tolerant and the writer is strict. Warnings received from real offices break
//! the schema now and then (wrong order, empty enumerations, short polygons); refusing them
//! would lose warnings, so [`parse`] keeps what it understands and lists the rest as
//! [`Finding`]s. [`validate`] applies the rules of the standard to a typed [`Alert`], and
//! [`to_xml`] writes schema order, escaped text and the CAP 1.2 time form only.
//!
//! Nothing here does I/O, and no input makes it panic. Signatures are noticed, not verified:
//! keep the received bytes if they matter.

mod error;
mod finding;
mod geometry;
mod lists;
mod model;
mod read;
mod time;
mod validate;
mod words;
mod write;
mod xml;

pub mod china;
pub mod feed;

pub use error::{CapError, Limits};
pub use finding::{Finding, Level, has_errors};
pub use geometry::{Circle, GeometryError, Point, Polygon, format_ring, parse_ring};
pub use model::{Alert, Area, DEFAULT_LANGUAGE, Info, NamedValue, Reference, Resource};
pub use read::{parse, parse_bytes, parse_with_limits};
pub use time::{Time, TimeError};
pub use validate::validate;
pub use words::{Category, Certainty, MessageType, ResponseType, Scope, Severity, Status, UnknownWord, Urgency};
pub use write::to_xml;

/// The XML namespace of CAP 1.2, the version this crate writes.
pub const NAMESPACE: &str = "urn:oasis:names:tc:emergency:cap:1.2";

/// The media type of a CAP message, for HTTP responses and feed links.
pub const MEDIA_TYPE: &str = "application/cap+xml";
