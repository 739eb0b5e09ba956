//! Warning colours and what they are called.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::Info;
use crate::words::{Severity, UnknownWord};

/// Name of the CAP parameter that carries the colour.
pub const COLOR_PARAMETER: &str = "color";

/// The four statutory levels, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Color {
    /// Level I, 特别重大.
    Red,
    /// Level II, 重大.
    Orange,
    /// Level III, 较大.
    Yellow,
    /// Level IV, 一般.
    Blue,
}

impl Color {
    /// Every colour, the gravest first.
    pub const ALL: [Self; 4] = [Self::Red, Self::Orange, Self::Yellow, Self::Blue];

    /// The word the national system uses on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Red => "Red",
            Self::Orange => "Orange",
            Self::Yellow => "Yellow",
            Self::Blue => "Blue",
        }
    }

    /// The Chinese word, as in 暴雨红色预警.
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Red => "红色",
            Self::Orange => "橙色",
            Self::Yellow => "黄色",
            Self::Blue => "蓝色",
        }
    }

    /// The level in the brackets that end a headline.
    pub const fn level(self) -> &'static str {
        match self {
            Self::Red => "Ⅰ级/特别严重",
            Self::Orange => "Ⅱ级/严重",
            Self::Yellow => "Ⅲ级/较重",
            Self::Blue => "Ⅳ级/一般",
        }
    }

    /// The CAP severity. Only yellow was seen mapped by the national office (to Moderate);
    /// the others are the usual reading.
    pub const fn severity(self) -> Severity {
        match self {
            Self::Red => Severity::Extreme,
            Self::Orange => Severity::Severe,
            Self::Yellow => Severity::Moderate,
            Self::Blue => Severity::Minor,
        }
    }

    /// The inverse; `None` for Unknown.
    pub const fn from_severity(severity: Severity) -> Option<Self> {
        match severity {
            Severity::Extreme => Some(Self::Red),
            Severity::Severe => Some(Self::Orange),
            Severity::Moderate => Some(Self::Yellow),
            Severity::Minor => Some(Self::Blue),
            Severity::Unknown => None,
        }
    }
}

impl fmt::Display for Color {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Color {
    type Err = UnknownWord;

    /// Reads `Red`, `red`, `RED`, `红` and `红色` (also in traditional characters).
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let simplified = word.replace('紅', "红").replace('黃', "黄").replace('藍', "蓝");
        let short = simplified.strip_suffix('色').unwrap_or(&simplified);
        let found = Self::ALL.into_iter().find(|color| {
            color.as_str().eq_ignore_ascii_case(word) || color.chinese().strip_suffix('色') == Some(short)
        });
        found.ok_or_else(|| UnknownWord { enumeration: "color", word: word.to_owned() })
    }
}

/// The colour of an info block: its parameter, else the headline, else nothing.
///
/// The severity is not consulted: a foreign Severe is no Orange unless someone says so. Use
/// [`Color::from_severity`] where that guess is wanted.
pub fn color_of(info: &Info) -> Option<Color> {
    let stated = [COLOR_PARAMETER, "alert_color"]
        .into_iter()
        .filter_map(|name| info.parameter(name))
        .find_map(|word| word.parse().ok());
    let headline = info.headline.as_deref().unwrap_or_default();
    stated.or_else(|| {
        // Lifting a warning names the colour too, and an upgrade may name two: the last counts.
        let named = Color::ALL.into_iter().filter_map(|color| Some((headline.rfind(color.chinese())?, color)));
        named.max_by_key(|(position, _)| *position).map(|(_, color)| color)
    })
}

/// States the colour: as parameter and as severity.
pub fn set_color(info: &mut Info, color: Color) {
    info.set_parameter(COLOR_PARAMETER, color.as_str());
    info.severity = Some(color.severity());
}
