//! Alarms of the 2005 edition (`CN` 2071 and 2072), still sent by loggers of later editions.

use jiff::Timestamp;

use super::parameters::Parameter;
use super::segment::Segment;
use super::time;

/// Whether an alarm begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AlarmState {
    /// `AlarmType` 1: over the limit.
    Raised,
    /// `AlarmType` 0: back to normal.
    Cleared,
    /// No `AlarmType`, or one the standard does not define.
    Unstated,
}

/// One alarm of one factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Code of the factor.
    pub code: String,
    /// The value that set it off, as sent.
    pub value_text: String,
    /// Whether it begins or ends.
    pub state: AlarmState,
    /// When (`AlarmTime`, else `DataTime`).
    pub at: Option<Timestamp>,
}

impl Segment {
    /// The alarms in the segment; none unless the command is an alarm.
    pub fn alarms(&self) -> Vec<Alarm> {
        if !self.cn.is_alarm() {
            return Vec::new();
        }
        let at = self.parameters.get("AlarmTime").or_else(|| self.parameters.get("DataTime")).and_then(time::parse);
        let mut alarms = Vec::new();
        for group in &self.parameters.groups {
            // `AlarmType` belongs to its group; some loggers put it into a group of its own.
            let own = group.iter().find(|parameter| parameter.name == "AlarmType").map(|found| found.value.as_str());
            let state = state_of(own.or_else(|| self.parameters.get("AlarmType")));
            alarms.extend(group.iter().filter_map(|parameter| read(parameter, state, at)));
        }
        alarms
    }
}

fn read(parameter: &Parameter, state: AlarmState, at: Option<Timestamp>) -> Option<Alarm> {
    let (code, field) = parameter.factor()?;
    (field == "Ala").then(|| Alarm { code: code.to_owned(), value_text: parameter.value.clone(), state, at })
}

fn state_of(text: Option<&str>) -> AlarmState {
    match text {
        Some("1") => AlarmState::Raised,
        Some("0") => AlarmState::Cleared,
        _ => AlarmState::Unstated,
    }
}
