//! From HJ 212 values to readings.

use fengsui_kernel::Timestamp;
use fengsui_kernel::clock::from_millis;
use fengsui_kernel::reading::Quality;
use fengsui_protocols::hj212::{self, Field, Segment};
use fengsui_series::{Reading, Submission};

/// The readings of a segment under its station number.
pub(super) fn submission(segment: &Segment, received_at: Timestamp) -> Submission {
    let readings = segment.readings().into_iter().filter_map(|value| reading(value, received_at)).collect();
    Submission {
        device_key: segment.mn.clone(),
        protocol: "hj212".to_owned(),
        readings,
        raw_ref: segment.qn.as_ref().map(|qn| format!("QN={qn}")),
    }
}

fn reading(value: hj212::Reading, received_at: Timestamp) -> Option<Reading> {
    // Texts about the instrument are no measurements.
    if matches!(value.field, Field::Information | Field::SerialNumber) {
        return None;
    }
    let code = match &value.field {
        Field::Realtime => value.code,
        field => format!("{}-{}", value.code, field.as_str()),
    };
    let observed_at = value.observed_at.map_or(received_at, |at| from_millis(at.as_millisecond()));
    let quality = quality(value.quality);
    Some(Reading {
        code: code.into(),
        observed_at,
        value_text: value.value_text.into(),
        quality,
        historical: value.historical,
        optional: false,
    })
}

fn quality(quality: hj212::Quality) -> Quality {
    match quality {
        // An invalid text claims to be usable and goes to the quarantine as a bad value.
        hj212::Quality::Good | hj212::Quality::Unstated | hj212::Quality::Invalid => Quality::Good,
        hj212::Quality::Manual => Quality::Manual,
        hj212::Quality::Unrecognised => Quality::Uncertain,
        hj212::Quality::Stopped => Quality::Bad,
        hj212::Quality::Maintenance => Quality::Maintenance,
        hj212::Quality::Calibration => Quality::Calibration,
        hj212::Quality::OverRange => Quality::OverRange,
        hj212::Quality::Fault | hj212::Quality::CommunicationFault => Quality::Fault,
        hj212::Quality::Missing => Quality::Missing,
    }
}

/// The station number in a frame that may be damaged.
pub(super) fn station_in(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("MN=")?;
    let end = rest.find(';')?;
    rest.get(..end).filter(|station| (1..=32).contains(&station.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_series_by_factor_and_field() {
        let text = "QN=20160801085857223;ST=32;CN=2051;PW=123456;MN=M1;Flag=5;CP=&&DataTime=20160801084000;\
                    w01018-Avg=36.10,w01018-Flag=N;w01001-Rtd=7.1,w01001-Flag=T;SB1-RS=1;x-Info=ok&&";
        let segment = Segment::parse(text.as_bytes()).expect("a segment");
        let submission = submission(&segment, from_millis(0));
        let mut found: Vec<(&str, &str, Quality)> = submission
            .readings
            .iter()
            .map(|reading| (reading.code.as_str(), reading.value_text.as_str(), reading.quality))
            .collect();
        found.sort_by_key(|(code, ..)| *code);
        let expected = [
            ("SB1-RS", "1", Quality::Good),
            ("w01001", "7.1", Quality::OverRange),
            ("w01018-Avg", "36.10", Quality::Good),
        ];
        assert_eq!(found, expected);
        assert!(submission.readings.iter().all(|reading| reading.historical));
        assert_eq!(submission.readings[0].observed_at.to_string(), "2016-08-01T00:40:00Z");
    }

    #[test]
    fn finds_the_station_in_a_damaged_frame() {
        assert_eq!(station_in("##0100QN=1;MN=ABC;Flag"), Some("ABC"));
        assert_eq!(station_in("##0100QN=1;MN="), None);
    }
}
