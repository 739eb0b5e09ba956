//! What a mapping says.

use std::collections::BTreeMap;

use jiff::tz::Offset;

use super::path::Path;
use crate::modbus::Scale;

/// Where in a document readings lie and how they are written.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    /// The items, each with one reading or with several of one time.
    pub items: Path,
    /// Whose they are.
    pub device: Device,
    /// When they were measured; nothing if the time of arrival must do.
    pub time: Option<Path>,
    /// How times are written (`strftime`, or `seconds`, `milliseconds`); nothing for whatever says itself what it is.
    pub time_format: Option<String>,
    /// Distance from UTC of times that do not say it.
    pub zone: Offset,
    /// Which values an item holds.
    pub layout: Layout,
    /// How far an item can be trusted: where that stands, and what the words there mean in words of the reader.
    pub quality: Option<(Path, BTreeMap<String, String>)>,
}

/// Whose readings they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Device {
    /// All of one.
    Fixed(String),
    /// As the document says.
    At(Path),
}

/// Which series a value belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Series {
    /// All to one.
    Fixed(String),
    /// As the document says; other names for what it says.
    At(Path, BTreeMap<String, String>),
}

/// The unit of values, and what makes a value in the unit of the ledger of one in theirs.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// Where it stands.
    pub at: Path,
    /// What is done with a value of each unit.
    pub scales: BTreeMap<String, Scale>,
}

/// Which values an item holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Layout {
    /// One value and the name of its series.
    One {
        /// The series.
        series: Series,
        /// The value.
        value: Path,
        /// Its unit, if values come in several.
        unit: Option<Unit>,
    },
    /// Several values, each at a place of its own.
    Columns(Vec<(Path, String)>),
    /// An object of which each key is a series.
    Properties {
        /// The object.
        object: Path,
        /// Other names for its keys.
        names: BTreeMap<String, String>,
        /// Keys that are no values.
        except: Vec<String>,
    },
}
