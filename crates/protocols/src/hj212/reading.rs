//! Values out of the parameters of a data segment.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::parameters::Parameter;
use super::quality::{Quality, is_decimal};
use super::segment::Segment;
use super::time;

/// What a value says about its factor: the part of the name after the last dash.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Field {
    /// `Rtd`: real-time value.
    Realtime,
    /// `Min`: lowest of the period.
    Minimum,
    /// `Avg`: mean of the period.
    Average,
    /// `Max`: highest of the period.
    Maximum,
    /// `Cou`: amount discharged in the period.
    Amount,
    /// `ZsRtd`: real-time value converted to standard conditions.
    ConvertedRealtime,
    /// `ZsMin`: lowest, converted.
    ConvertedMinimum,
    /// `ZsAvg`: mean, converted.
    ConvertedAverage,
    /// `ZsMax`: highest, converted.
    ConvertedMaximum,
    /// `Data`: noise over the whole day.
    WholeDay,
    /// `DayData`: noise by day.
    Daytime,
    /// `NightData`: noise by night.
    Nighttime,
    /// `RS`: state of a treatment device (0 off, 1 on, 2 calibration, 3 maintenance, 4 alarm, 5 blow-back).
    RunState,
    /// `RT`: hours a treatment device ran.
    RunTime,
    /// `Ala`: value of a 2005 alarm.
    Alarm,
    /// `Info`: field information, free text.
    Information,
    /// `SN`: identity of an instrument.
    SerialNumber,
    /// A field not listed here.
    Other(String),
}

impl Field {
    /// Reads the name of a field.
    pub fn parse(text: &str) -> Self {
        match text {
            "Rtd" => Self::Realtime,
            "Min" => Self::Minimum,
            "Avg" => Self::Average,
            "Max" => Self::Maximum,
            "Cou" => Self::Amount,
            "ZsRtd" => Self::ConvertedRealtime,
            "ZsMin" => Self::ConvertedMinimum,
            "ZsAvg" => Self::ConvertedAverage,
            "ZsMax" => Self::ConvertedMaximum,
            "Data" => Self::WholeDay,
            "DayData" => Self::Daytime,
            "NightData" => Self::Nighttime,
            "RS" => Self::RunState,
            "RT" => Self::RunTime,
            "Ala" => Self::Alarm,
            "Info" => Self::Information,
            "SN" => Self::SerialNumber,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The name on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Realtime => "Rtd",
            Self::Minimum => "Min",
            Self::Average => "Avg",
            Self::Maximum => "Max",
            Self::Amount => "Cou",
            Self::ConvertedRealtime => "ZsRtd",
            Self::ConvertedMinimum => "ZsMin",
            Self::ConvertedAverage => "ZsAvg",
            Self::ConvertedMaximum => "ZsMax",
            Self::WholeDay => "Data",
            Self::Daytime => "DayData",
            Self::Nighttime => "NightData",
            Self::RunState => "RS",
            Self::RunTime => "RT",
            Self::Alarm => "Ala",
            Self::Information => "Info",
            Self::SerialNumber => "SN",
            Self::Other(name) => name,
        }
    }

    fn is_numeric(&self) -> bool {
        !matches!(self, Self::Information | Self::SerialNumber | Self::Other(_))
    }
}

/// One value of one factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Code of the factor or device as sent, for example `w01018`, `011` or `SB1`.
    pub code: String,
    /// What the value says.
    pub field: Field,
    /// The value as sent; decimal text is kept because a binary float would alter it.
    pub value_text: String,
    /// How far the value can be relied on.
    pub quality: Quality,
    /// Status of the instrument in its maker's own code (`EFlag`).
    pub maker_status: Option<String>,
    /// Time of the value, or start of its period (`DataTime`, `AlarmTime`). Absent or unreadable: nothing.
    pub observed_at: Option<Timestamp>,
    /// When the sample was taken, for slow analysers (`SampleTime`).
    pub sampled_at: Option<Timestamp>,
    /// Whether the value covers a past period.
    pub historical: bool,
}

impl Reading {
    /// The value as a number, where it is one.
    pub fn number(&self) -> Option<f64> {
        if is_decimal(&self.value_text) { self.value_text.parse().ok() } else { None }
    }
}

/// Fields that describe the other values of their factor.
const FLAG: &str = "Flag";
const MAKER_STATUS: &str = "EFlag";
const SAMPLE_TIME: &str = "SampleTime";

impl Segment {
    /// All values in the segment.
    ///
    /// Members of one factor are brought together over group borders, since many devices separate everything by `;`.
    /// A device that sends several `DataTime` in one frame gets its values under the one before them.
    pub fn readings(&self) -> Vec<Reading> {
        let parameters: Vec<&Parameter> = self.parameters.iter().collect();
        let historical = self.cn.is_historical();
        let mut readings = Vec::new();
        for record in records(&parameters) {
            read_record(record, historical, &mut readings);
        }
        readings
    }
}

/// Cuts the parameters before each `DataTime` but the first.
pub(super) fn records<'a, 'b>(parameters: &'a [&'b Parameter]) -> Vec<&'a [&'b Parameter]> {
    let mut records = Vec::new();
    let mut rest = parameters;
    while !rest.is_empty() {
        let is_time = |parameter: &&Parameter| parameter.name == "DataTime";
        let mut times = rest.iter().enumerate().filter(|(_, parameter)| is_time(parameter)).map(|(index, _)| index);
        let cut = times.nth(1).unwrap_or(rest.len());
        let Some((record, following)) = rest.split_at_checked(cut) else { break };
        records.push(record);
        rest = following;
    }
    records
}

fn read_record(record: &[&Parameter], historical: bool, readings: &mut Vec<Reading>) {
    let value_of = |name: &str| record.iter().rev().find(|parameter| parameter.name == name).map(|found| &found.value);
    let observed_at = value_of("DataTime").or_else(|| value_of("AlarmTime")).and_then(|text| time::parse(text));
    // Collecting lets the last of doubled keys win.
    let mut values: BTreeMap<(&str, &str), &str> =
        record.iter().filter_map(|parameter| Some((parameter.factor()?, parameter.value.as_str()))).collect();
    for (code, name) in record.iter().filter_map(|parameter| parameter.factor()) {
        if matches!(name, FLAG | MAKER_STATUS | SAMPLE_TIME) {
            continue;
        }
        // Taken out, so that a doubled key yields one reading.
        let Some(value) = values.remove(&(code, name)) else { continue };
        let side = |name: &'static str| values.get(&(code, name)).copied();
        let field = Field::parse(name);
        readings.push(Reading {
            quality: judge(&field, value, side(FLAG)),
            field,
            code: code.to_owned(),
            value_text: value.to_owned(),
            maker_status: side(MAKER_STATUS).map(str::to_owned),
            observed_at,
            sampled_at: side(SAMPLE_TIME).and_then(time::parse),
            historical,
        });
    }
}

fn judge(field: &Field, value: &str, flag: Option<&str>) -> Quality {
    if value.is_empty() {
        return Quality::Missing;
    }
    let stated = Quality::from_flag(flag);
    // A fault flag explains a value that is no number better than "invalid" would.
    if field.is_numeric() && stated.is_usable() && !is_decimal(value) { Quality::Invalid } else { stated }
}
