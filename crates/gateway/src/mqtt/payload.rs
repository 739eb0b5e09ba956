//! What devices publish: JSON, one observation or many.

use std::borrow::Cow;

use fengsui_kernel::Timestamp;
use fengsui_kernel::reading::Quality;
use fengsui_protocols::json;
use fengsui_series::{MAX_READINGS, Reading};
use serde::Deserialize;
use serde_json::value::RawValue;
use smol_str::SmolStr;

/// A message taken apart: readings, and what could not be read with the code it names.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Message {
    pub(crate) readings: Vec<Reading>,
    pub(crate) unreadable: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    observations: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Observation<'a> {
    #[serde(borrow)]
    series: Cow<'a, str>,
    #[serde(borrow, default)]
    observed_at: Option<&'a RawValue>,
    #[serde(borrow, default)]
    value: Option<&'a RawValue>,
    #[serde(default)]
    quality: Option<Quality>,
    #[serde(default)]
    historical: bool,
}

/// The envelope when everything in it is well.
#[derive(Deserialize)]
struct Whole<'a> {
    #[serde(borrow)]
    observations: Vec<Observation<'a>>,
}

/// Only the code, to name what could not be read otherwise.
#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    series: String,
}

/// Takes a payload apart. `received_at` stands in where no time is given.
pub(crate) fn read(payload: &[u8], received_at: Timestamp) -> Message {
    // Nearly always everything is well, and reading it once is enough.
    let readings = straight(payload, received_at);
    readings.map_or_else(|| piecemeal(payload, received_at), |readings| Message { readings, unreadable: Vec::new() })
}

/// The readings, if all are readable.
fn straight(payload: &[u8], received_at: Timestamp) -> Option<Vec<Reading>> {
    let all = |raw: Vec<Observation<'_>>| -> Option<Vec<Reading>> {
        (raw.len() <= MAX_READINGS).then_some(())?;
        raw.into_iter().map(|raw| reading(raw, received_at).ok()).collect()
    };
    let payload = payload.trim_ascii_start();
    if payload.starts_with(b"{\"observations\"") {
        return serde_json::from_slice(payload).ok().and_then(|whole: Whole<'_>| all(whole.observations));
    }
    match payload.first()? {
        b'[' => serde_json::from_slice(payload).ok().and_then(all),
        b'{' => serde_json::from_slice(payload).ok().and_then(|raw| Some(vec![reading(raw, received_at).ok()?])),
        _ => None,
    }
}

/// One observation after the other, so that a bad one is named and the others are kept.
fn piecemeal(payload: &[u8], received_at: Timestamp) -> Message {
    let whole = |why: &str| Message {
        readings: Vec::new(),
        unreadable: vec![(String::new(), format!("{why}: {}", String::from_utf8_lossy(payload)))],
    };
    let items = match items(payload) {
        Ok(items) => items,
        Err(error) => return whole(&error.to_string()),
    };
    if items.len() > MAX_READINGS {
        return whole("more than 10000 observations");
    }
    let mut message = Message::default();
    for item in items {
        match observation(item.get(), received_at) {
            Ok(reading) => message.readings.push(reading),
            Err(why) => {
                let named = serde_json::from_str::<Named>(item.get());
                let code = named.map(|named| named.series).unwrap_or_default();
                message.unreadable.push((code, format!("{why}: {}", item.get())));
            }
        }
    }
    message
}

/// The observations, each still as text, so that one bad one does not spoil the others.
fn items(payload: &[u8]) -> serde_json::Result<Vec<&RawValue>> {
    if payload.trim_ascii_start().starts_with(b"[") {
        return serde_json::from_slice(payload);
    }
    match serde_json::from_slice::<Envelope<'_>>(payload) {
        Ok(envelope) => Ok(envelope.observations),
        Err(_) => serde_json::from_slice::<&RawValue>(payload).map(|one| vec![one]),
    }
}

fn observation(text: &str, received_at: Timestamp) -> Result<Reading, String> {
    reading(serde_json::from_str(text).map_err(|error| error.to_string())?, received_at)
}

fn reading(raw: Observation<'_>, received_at: Timestamp) -> Result<Reading, String> {
    let observed_at = raw.observed_at.map(|raw| json::time(raw.get())).transpose();
    let observed_at = observed_at.map_err(|why| format!("observed_at {why}"))?.flatten().unwrap_or(received_at);
    let value = raw.value.map(|raw| json::value(raw.get())).transpose().map_err(|why| format!("value {why}"))?;
    let value_text = value.map(SmolStr::from).unwrap_or_default();
    // A value left out is a value that was not measured, not a bad number.
    let unstated = if value_text.is_empty() { Quality::Missing } else { Quality::Good };
    let quality = raw.quality.unwrap_or(unstated);
    Ok(Reading {
        code: raw.series.into(),
        observed_at,
        value_text,
        quality,
        historical: raw.historical,
        optional: false,
    })
}

#[cfg(test)]
mod tests {
    use fengsui_kernel::clock::from_millis;

    use super::*;

    fn now() -> Timestamp {
        from_millis(1_795_000_000_000)
    }

    #[test]
    fn takes_all_three_shapes_and_keeps_numbers_as_written() {
        let one = r#"{"series":"level","observed_at":"2026-11-22T10:00:00+08:00","value":12.30}"#;
        for text in [one.to_owned(), format!(r#"{{"observations":[{one}]}}"#), format!(" [{one}]")] {
            let message = read(text.as_bytes(), now());
            assert_eq!(message.unreadable, [], "{text}");
            let reading = &message.readings[0];
            assert_eq!(
                (reading.value_text.as_str(), reading.observed_at.to_string().as_str()),
                ("12.30", "2026-11-22T02:00:00Z")
            );
        }
    }

    #[test]
    fn fills_in_what_is_left_out() {
        let message =
            read(br#"[{"series":"a","value":"1"},{"series":"a","observed_at":1700000000123,"value":null}]"#, now());
        assert_eq!(message.readings[0].observed_at, now());
        assert_eq!(message.readings[1].observed_at, from_millis(1_700_000_000_123));
        assert_eq!(message.readings[1].quality, Quality::Missing);
    }

    #[test]
    fn one_bad_observation_does_not_spoil_the_others() {
        let text = r#"{"observations":[{"series":"a","value":1},{"series":"b","value":[]},7,{"series":"c","value":1,"observed_at":"today"}]}"#;
        let message = read(text.as_bytes(), now());
        assert_eq!(message.readings.len(), 1);
        let codes: Vec<&str> = message.unreadable.iter().map(|(code, _)| code.as_str()).collect();
        assert_eq!(codes, ["b", "", "c"]);
    }

    #[test]
    fn keeps_what_is_no_json_as_a_sample() {
        for payload in [&b""[..], b"{", b"\xff\xfe", b"level=1", b"null"] {
            assert_eq!(read(payload, now()).unreadable.len(), 1, "{payload:?}");
        }
    }
}
