//! What can be ordered, by protocol, and what each order may say.

use fengsui_kernel::{Fault, Point, Problem, Problems, Timestamp};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Most bytes of a text to a driver in GBK (JT/T 808, 8300).
const LONGEST_TEXT: usize = 1024;
/// Bounds of the interval of real-time data, s (HJ 212-2017, table of commands, 1062).
const REALTIME_SECONDS: (u32, u32) = (30, 3600);
/// Longest time within which a duty check may be answered, minutes. One byte carries it; longer is no check.
const LONGEST_DUTY_MINUTES: u32 = 60;
/// Largest radius of an area on a terminal, m.
const LARGEST_RADIUS: u32 = 100_000;
/// Most areas taken away with one order: their number is one byte.
const MOST_AREAS: usize = 125;
/// Most bytes of the name of an area in GBK.
const LONGEST_NAME: usize = 60;
/// Margin around a call of a person: the way there and back.
const MARGIN_SECONDS: i64 = 30;

/// Which data of a logger are asked for, each with the longest span of one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HistoryData {
    /// Minute data (2051): at most 2 days.
    Minute,
    /// Hourly data (2061): at most 31 days.
    Hour,
    /// Daily data (2031): at most 366 days.
    Day,
}

impl HistoryData {
    /// The longest span of one question, days.
    pub fn most_days(self) -> i64 {
        match self {
            Self::Minute => 2,
            Self::Hour => 31,
            Self::Day => 366,
        }
    }
}

/// A circle on a terminal (JT/T 808, 8600). The terminal tells driver and platform when it is entered and left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CircleArea {
    /// Its number on the terminal; one with the same number is replaced.
    pub number: u32,
    /// Its name; terminals of 2019 show it.
    pub name: String,
    /// Its centre.
    pub centre: Point,
    /// Its radius, m.
    pub radius_m: u32,
    /// Speed limit within, km/h.
    #[serde(default)]
    pub max_speed_kmh: Option<u16>,
}

/// An order to a device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum DeviceOrder {
    /// Set the clock to the time of sending (HJ 212: 1012; GB/T 26875.3: 90).
    SetClock {},
    /// Read the clock (HJ 212: 1011; GB/T 26875.3: 88).
    ReadClock {},
    /// Read the interval of real-time data (HJ 212: 1061).
    ReadRealtimeInterval {},
    /// Set the interval of real-time data (HJ 212: 1062).
    SetRealtimeInterval {
        /// Seconds, 30 to 3600.
        seconds: u32,
    },
    /// Ask for kept data (HJ 212: 2051, 2061, 2031). They come in as readings.
    AskHistory {
        /// Which data.
        data: HistoryData,
        /// First time wanted.
        begin: Timestamp,
        /// Last time wanted.
        end: Timestamp,
    },
    /// A text to the driver, shown and read out (JT/T 808: 8300).
    DriverText {
        /// The text, at most 1,024 bytes of GBK.
        text: String,
    },
    /// Ask for the position (JT/T 808: 8201).
    AskPosition {},
    /// Set a circular area on the terminal (JT/T 808: 8600).
    SetCircle {
        /// The circle.
        area: CircleArea,
    },
    /// Take circular areas from the terminal (JT/T 808: 8601).
    RemoveCircles {
        /// Their numbers; at least one.
        numbers: Vec<u32>,
    },
    /// Duty check (查岗): somebody at the device is to answer (GB/T 26875.3: 91).
    DutyCheck {
        /// Minutes within which to answer, 1 to 60.
        minutes: u32,
    },
    /// Read the state of the transmission device (GB/T 26875.3: 81).
    ReadState {},
    /// Ask for real-time data (SL 651: 37). They come in as readings.
    AskRealtime {},
}

impl DeviceOrder {
    /// The kinds of order that a protocol knows, in the order in which they are offered.
    pub fn kinds_of(protocol: &str) -> &'static [&'static str] {
        match protocol {
            "hj212" => &["set_clock", "read_clock", "ask_history", "set_realtime_interval", "read_realtime_interval"],
            "jt808" => &["driver_text", "ask_position", "set_circle", "remove_circles"],
            "gb26875" => &["duty_check", "read_state", "set_clock", "read_clock"],
            "sl651" => &["ask_realtime"],
            _ => &[],
        }
    }

    /// The name of the kind, as in JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SetClock {} => "set_clock",
            Self::ReadClock {} => "read_clock",
            Self::ReadRealtimeInterval {} => "read_realtime_interval",
            Self::SetRealtimeInterval { .. } => "set_realtime_interval",
            Self::AskHistory { .. } => "ask_history",
            Self::DriverText { .. } => "driver_text",
            Self::AskPosition {} => "ask_position",
            Self::SetCircle { .. } => "set_circle",
            Self::RemoveCircles { .. } => "remove_circles",
            Self::DutyCheck { .. } => "duty_check",
            Self::ReadState {} => "read_state",
            Self::AskRealtime {} => "ask_realtime",
        }
    }

    /// Whether it may be sent again when no answer came: questions, and settings that are the same twice. Not what a
    /// person sees or hears: a text to the driver and a duty check.
    pub fn repeatable(&self) -> bool {
        !matches!(self, Self::DriverText { .. } | Self::DutyCheck { .. })
    }

    /// Whether the device's word that it has the order is all that will come.
    pub(crate) fn ends_when_taken(&self) -> bool {
        matches!(self, Self::DriverText { .. } | Self::SetCircle { .. } | Self::RemoveCircles { .. })
            || matches!(self, Self::SetClock {})
    }

    /// Whether other orders wait until this one, which the device has, is over. A duty check takes minutes.
    pub(crate) fn holds_others(&self) -> bool {
        !matches!(self, Self::DutyCheck { .. })
    }

    /// How long the answer is waited for once the device has the order, and after each part of it.
    pub(crate) fn patience(&self) -> SignedDuration {
        match self {
            Self::DutyCheck { minutes } => SignedDuration::from_secs(i64::from(*minutes) * 60 + MARGIN_SECONDS),
            Self::AskHistory { .. } => SignedDuration::from_secs(300),
            _ => SignedDuration::from_secs(60),
        }
    }

    /// What is wrong with it, as a problem of each field.
    pub fn check(&self, now: Timestamp) -> Problems {
        let mut problems = Problems::default();
        match self {
            Self::SetRealtimeInterval { seconds } => {
                let (least, most) = REALTIME_SECONDS;
                problems.0.extend(within("order.seconds", *seconds, least, most));
            }
            Self::AskHistory { data, begin, end } => problems.0.extend(span(*data, *begin, *end, now)),
            Self::DriverText { text } => problems.0.extend(gbk("order.text", text, LONGEST_TEXT)),
            Self::SetCircle { area } => circle(area, &mut problems),
            Self::RemoveCircles { numbers } if numbers.is_empty() => {
                // None deletes all on the terminal, also what nobody here set.
                problems.push(Fault::field("order.numbers", "required"));
            }
            Self::RemoveCircles { numbers } if numbers.len() > MOST_AREAS => {
                problems.push(Fault::field("order.numbers", "too_many_values").with("max", &MOST_AREAS.to_string()));
            }
            Self::DutyCheck { minutes } => {
                problems.0.extend(within("order.minutes", *minutes, 1, LONGEST_DUTY_MINUTES));
            }
            _ => {}
        }
        problems
    }
}

fn within(field: &str, value: u32, least: u32, most: u32) -> Option<Problem> {
    let problem = || Fault::field(field, "out_of_range").with("min", &least.to_string()).with("max", &most.to_string());
    (!(least..=most).contains(&value)).then(problem)
}

fn span(data: HistoryData, begin: Timestamp, end: Timestamp, now: Timestamp) -> Option<Problem> {
    if end <= begin {
        return Some(Fault::field("order.end", "ends_before_begin"));
    }
    if begin >= now {
        return Some(Fault::field("order.begin", "begins_in_future"));
    }
    let days = data.most_days();
    let problem = || Fault::field("order.end", "history_too_long").with("max", &days.to_string());
    (end.duration_since(begin) > SignedDuration::from_hours(24 * days)).then(problem)
}

/// What a field of GBK holds is counted in its bytes; what it has no letter for cannot be sent.
fn gbk(field: &str, text: &str, most: usize) -> Option<Problem> {
    if text.trim().is_empty() {
        return Some(Fault::field(field, "required"));
    }
    let (bytes, _, unmappable) = encoding_rs::GBK.encode(text);
    if unmappable || text.contains('\0') {
        let foreign = text.chars().find(|letter| {
            let mut room = [0; 4];
            *letter == '\0' || encoding_rs::GBK.encode(letter.encode_utf8(&mut room)).2
        });
        return Some(Fault::field(field, "not_in_gbk").with("value", &foreign.map(String::from).unwrap_or_default()));
    }
    let problem = || {
        let (max, now) = (most.to_string(), bytes.len().to_string());
        Fault::field(field, "too_long_in_gbk").with("max", &max).with("value", &now)
    };
    (bytes.len() > most).then(problem)
}

fn circle(area: &CircleArea, problems: &mut Problems) {
    problems.0.extend(gbk("order.area.name", &area.name, LONGEST_NAME));
    problems.0.extend(within("order.area.radius_m", area.radius_m, 1, LARGEST_RADIUS));
    if let Some(speed) = area.max_speed_kmh {
        problems.0.extend(within("order.area.max_speed_kmh", u32::from(speed), 1, 200));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(order: &DeviceOrder) -> Vec<(String, String)> {
        let now: Timestamp = "2026-11-23T00:00:00Z".parse().expect("a time");
        order.check(now).0.into_iter().map(|problem| (problem.field, problem.code)).collect()
    }

    fn one(field: &str, code: &str) -> Vec<(String, String)> {
        vec![(field.to_owned(), code.to_owned())]
    }

    #[test]
    fn a_text_is_measured_as_the_terminal_holds_it() {
        let text = |text: String| DeviceOrder::DriverText { text };
        assert!(codes(&text("前".repeat(512))).is_empty(), "1,024 bytes");
        assert_eq!(codes(&text("前".repeat(513))), one("order.text", "too_long_in_gbk"));
        assert_eq!(codes(&text("😀".into())), one("order.text", "not_in_gbk"));
        assert_eq!(codes(&text("  ".into())), one("order.text", "required"));
    }

    #[test]
    fn spans_and_intervals_have_bounds() {
        let ask = |data, begin: &str, end: &str| {
            let (begin, end) = (begin.parse().expect("a time"), end.parse().expect("a time"));
            codes(&DeviceOrder::AskHistory { data, begin, end })
        };
        assert!(ask(HistoryData::Minute, "2026-11-20T00:00:00Z", "2026-11-22T00:00:00Z").is_empty());
        let longer = ask(HistoryData::Minute, "2026-11-20T00:00:00Z", "2026-11-22T00:01:00Z");
        assert_eq!(longer, one("order.end", "history_too_long"));
        let turned = ask(HistoryData::Day, "2026-11-20T00:00:00Z", "2026-11-20T00:00:00Z");
        assert_eq!(turned, one("order.end", "ends_before_begin"));
        let future = ask(HistoryData::Day, "2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z");
        assert_eq!(future, one("order.begin", "begins_in_future"));
        for (seconds, good) in [(29, false), (30, true), (3600, true), (3601, false)] {
            assert_eq!(codes(&DeviceOrder::SetRealtimeInterval { seconds }).is_empty(), good, "{seconds}");
        }
        assert!(!codes(&DeviceOrder::DutyCheck { minutes: 0 }).is_empty());
    }

    #[test]
    fn every_kind_that_is_offered_can_be_written_and_read() {
        for protocol in ["hj212", "jt808", "gb26875", "sl651"] {
            assert!(!DeviceOrder::kinds_of(protocol).is_empty());
        }
        let order = DeviceOrder::DutyCheck { minutes: 5 };
        let json = serde_json::to_value(&order).expect("JSON");
        assert_eq!(json, serde_json::json!({"kind": order.kind(), "minutes": 5}));
        assert_eq!(serde_json::from_value::<DeviceOrder>(json).expect("an order"), order);
    }
}
