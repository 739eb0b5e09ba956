//! What a rule watches for.

use fengsui_kernel::Fault;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const DAY: u32 = 86_400;

/// What a rule watches for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// At or above the limit.
    High,
    /// At or below the limit.
    Low,
    /// No reading for as long as the window.
    Absence,
    /// The change per minute over the window is at or above the limit.
    Rate,
    /// Readings come, but for as long as the window they moved no further than the deadband.
    Flat,
    /// The sum of the values of a sliding window, such as rain, is at or above the limit.
    Sum,
    /// The mean intensity of rain over any of several durations reaches the threshold of that duration.
    IntensityDuration,
    /// The readings depart from what the readings before them made usual, by as many sigmas as the limit.
    Deviation,
}

impl RuleKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::High,
        Self::Low,
        Self::Absence,
        Self::Rate,
        Self::Flat,
        Self::Sum,
        Self::IntensityDuration,
        Self::Deviation,
    ];

    /// The stored form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Low => "low",
            Self::Absence => "absence",
            Self::Rate => "rate",
            Self::Flat => "flat",
            Self::Sum => "sum",
            Self::IntensityDuration => "intensity_duration",
            Self::Deviation => "deviation",
        }
    }

    /// Whether it compares a figure with a limit.
    pub fn has_limit(self) -> bool {
        !matches!(self, Self::Absence | Self::Flat)
    }

    /// Whether a person types the limit; that of intensity and duration is a ratio of 1.
    pub fn takes_limit(self) -> bool {
        self.has_limit() && self != Self::IntensityDuration
    }

    /// Whether values are added up, so that a window must keep their sum.
    pub fn adds_up(self) -> bool {
        matches!(self, Self::Sum | Self::IntensityDuration)
    }

    /// The shortest and the longest window in seconds; absent for kinds without one.
    pub fn window_bounds(self) -> Option<(u32, u32)> {
        match self {
            Self::High | Self::Low | Self::Deviation | Self::IntensityDuration => None,
            Self::Absence => Some((30, 30 * DAY)),
            Self::Rate => Some((10, DAY)),
            Self::Flat => Some((60, 7 * DAY)),
            Self::Sum => Some((60, 30 * DAY)),
        }
    }

    /// How many windows back readings must be remembered; 0 for kinds that remember none. A rate and
    /// a standing value need one that is at least a window old: it is sought no further back than two.
    pub fn windows_remembered(self) -> i64 {
        match self {
            Self::High | Self::Low | Self::Absence | Self::Deviation => 0,
            Self::Sum | Self::IntensityDuration => 1,
            Self::Rate | Self::Flat => 2,
        }
    }
}

impl std::str::FromStr for RuleKind {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| Fault::field("kind", "unknown_value").with("value", text).into())
    }
}

/// Fewest and most readings that a deviation learns from: fewer tell no spread; the most is a week of one
/// every five minutes.
pub const TRAINING_BOUNDS: (u32, u32) = (20, 2016);

/// How a deviation turns readings into a figure in sigmas; see `fengsui_detection::chart`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Each reading for itself (Shewhart): sudden, large departures.
    Zscore,
    /// Exponentially weighted moving average, weight 0.1 (Roberts 1959): small and lasting ones.
    #[default]
    Ewma,
    /// Two-sided cumulative sum (Page 1954): the smallest ones, with the most false alarms.
    Cusum,
}

impl Method {
    /// The stored form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Zscore => "zscore",
            Self::Ewma => "ewma",
            Self::Cusum => "cusum",
        }
    }

    /// Reads the stored form.
    pub fn from_stored(text: &str) -> Option<Self> {
        [Self::Zscore, Self::Ewma, Self::Cusum].into_iter().find(|method| method.as_str() == text)
    }
}

/// Which way a value must change for a rate to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Upwards.
    #[default]
    Rise,
    /// Downwards.
    Fall,
    /// Either way.
    Either,
}

impl Direction {
    /// The stored form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rise => "rise",
            Self::Fall => "fall",
            Self::Either => "either",
        }
    }

    /// Reads the stored form.
    pub fn from_stored(text: &str) -> Option<Self> {
        [Self::Rise, Self::Fall, Self::Either].into_iter().find(|direction| direction.as_str() == text)
    }

    /// A signed change as seen in this direction: the larger, the worse.
    pub fn of(self, change: f64) -> f64 {
        match self {
            Self::Rise => change,
            Self::Fall => -change,
            Self::Either => change.abs(),
        }
    }
}

/// Which of the limits of an instrument a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleLevel {
    /// LL: the second lower limit.
    LowLow,
    /// L: the lower limit.
    Low,
    /// H: the upper limit.
    High,
    /// HH: the second upper limit.
    HighHigh,
}

impl RuleLevel {
    /// The stored form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LowLow => "low_low",
            Self::Low => "low",
            Self::High => "high",
            Self::HighHigh => "high_high",
        }
    }

    /// Reads the stored form.
    pub fn from_stored(text: &str) -> Option<Self> {
        [Self::LowLow, Self::Low, Self::High, Self::HighHigh].into_iter().find(|level| level.as_str() == text)
    }

    /// The side on which it lies.
    pub fn kind(self) -> RuleKind {
        match self {
            Self::LowLow | Self::Low => RuleKind::Low,
            Self::High | Self::HighHigh => RuleKind::High,
        }
    }
}
