//! Values and rules shared by every floor of Fengsui. No I/O happens here.
//!
//! Identifiers, time, divisions, places, the five scales that are never mixed,
//! permissions, faults and the hash chain of the trace.

pub mod actor;
pub mod clock;
pub mod datum;
pub mod division;
pub mod fault;
pub mod id;
pub mod network;
pub mod page;
pub mod permission;
pub mod place;
pub mod reading;
pub mod scale;
pub mod text;
pub mod trace;

pub use actor::{Acting, Actor};
pub use clock::{Clock, MockClock, SystemClock};
pub use datum::Datum;
pub use division::{DivisionCode, DivisionLevel};
pub use fault::{Fault, FaultKind, Problem, Problems, Refusal, Result};
pub use page::{Page, PageQuery};
pub use permission::{Denial, Grant, Principal, Scope};
pub use place::{BoundingBox, Place, Point};
pub use text::{Locale, Text};

/// Time as the platform keeps it: UTC, read through a [`Clock`].
pub use jiff::Timestamp;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether something is real or part of a drill. Drills never reach real channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The real thing.
    #[default]
    Real,
    /// A drill (演练).
    Drill,
}

impl Mode {
    /// The stored form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Drill => "drill",
        }
    }
}

impl std::str::FromStr for Mode {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self> {
        match text {
            "real" => Ok(Self::Real),
            "drill" => Ok(Self::Drill),
            _ => Err(Fault::field("mode", "unknown_value").with("value", text).into()),
        }
    }
}
