//! Identifiers, file names, region codes and units of the national system.

use jiff::Timestamp;
use jiff::tz::Offset;

use super::color::Color;
use crate::model::{Area, NamedValue};
use crate::words::MessageType;

/// Name of the list that region codes belong to, as the national weather office exports it.
pub const REGION_CODE_LIST: &str = "CPEAS Geographic Code";

/// An identifier: issuer code (14 characters: region, agency, sub-unit, extension), an
/// underscore and the time of entry in China.
pub fn identifier(issuer_code: &str, entered: Timestamp) -> String {
    format!("{issuer_code}_{}", compact(entered))
}

/// The name of the file a message is handed over in:
/// issuer code, signing time, event type, level and state.
pub fn file_name(
    issuer_code: &str,
    signed: Timestamp,
    event_type: &str,
    color: Option<Color>,
    kind: MessageType,
) -> String {
    let level = color.map_or("Unknown", Color::as_str).to_ascii_uppercase();
    let state = kind.as_str().to_ascii_uppercase();
    let time = compact(signed);
    format!("{issuer_code}_{time}_{event_type}_{level}_{state}.XML")
}

fn compact(moment: Timestamp) -> String {
    let local = Offset::constant(8).to_datetime(moment);
    format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second()
    )
}

/// The 12-digit region codes of an area, whatever their list is called; comma lists are split
/// as the dialect writes them.
pub fn region_codes(area: &Area) -> Vec<&str> {
    let values = area.geocodes.iter().flat_map(|code| code.value.split([',', '，']));
    let is_code = |code: &&str| code.len() == 12 && code.bytes().all(|byte| byte.is_ascii_digit());
    values.map(str::trim).filter(is_code).collect()
}

/// Adds a region code to an area.
pub fn add_region_code(area: &mut Area, code: impl Into<String>) {
    area.geocodes.push(NamedValue::new(REGION_CODE_LIST, code));
}

/// The dialect gives radii in metres, CAP in kilometres.
pub fn kilometers_from_meters(meters: f64) -> f64 {
    meters / 1000.0
}

/// The inverse of [`kilometers_from_meters`].
pub fn meters_from_kilometers(kilometers: f64) -> f64 {
    kilometers * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_published_examples() {
        let signed: Timestamp = "2012-10-25T09:10:26+08:00".parse().expect("time");
        assert_eq!(identifier("33000041600000", signed), "33000041600000_20121025091026");
        assert_eq!(
            file_name("33000041600000", signed, "11B01", Some(Color::Blue), MessageType::Alert),
            "33000041600000_20121025091026_11B01_BLUE_ALERT.XML"
        );
    }

    #[test]
    fn region_codes_are_found_in_any_list() {
        let mut area = Area::default();
        add_region_code(&mut area, "640521000000");
        area.geocodes.push(NamedValue::new("SAME", "006109"));
        area.geocodes.push(NamedValue::new("list", "640521100000, 640521101000"));
        assert_eq!(region_codes(&area), ["640521000000", "640521100000", "640521101000"]);
    }
}
