//! The bodies of the collected vectors, read as the door reads them.

use fengsui_protocols::sensorthings::{parse_data_array, parse_observation};
use serde_json::Value;

fn vectors() -> Vec<Value> {
    let text = std::fs::read_to_string("../../testdata/protocols/sensorthings/vectors.json").expect("the vectors");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn all_hold() {
    let mut seen = 0;
    for vector in vectors() {
        let (name, frame) = (vector["name"].as_str().expect("a name"), vector["frame"].as_str().expect("a frame"));
        seen += 1;
        match name {
            "bad_json" => {
                let error = parse_observation(frame.as_bytes()).expect_err("half an object");
                assert_eq!((error.code, error.part.as_str(), error.at), ("sta_bad_json", "body", frame.len()));
            }
            "data_array" => {
                let rows = parse_data_array(frame.as_bytes()).expect(name);
                let found: Vec<_> = rows.into_iter().map(|row| row.expect("a row")).collect();
                let results: Vec<_> = found.iter().filter_map(|row| row.result.as_deref()).collect();
                assert_eq!(results, ["1.1", "1.2"]);
                assert!(
                    found.iter().all(|row| row.datastream.as_deref() == Some("1") && row.phenomenon_time.is_some())
                );
            }
            // Entities other than observations are the platform's own: the door refuses them before it reads them.
            "thing_deep_insert" => assert!(serde_json::from_str::<Value>(frame).is_ok()),
            _ => {
                let found = parse_observation(frame.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
                let expected = match name {
                    "observation_minimal" => ("5.25", Some("1"), None),
                    "observation_full" => ("0.345", Some("w01018-sw1"), Some(("2024-06-01T00:00:00Z", 0))),
                    "observation_interval" => ("12.5", None, Some(("2024-06-01T07:00:00Z", 3600))),
                    other => panic!("no expectation for {other}"),
                };
                let time =
                    found.phenomenon_time.map(|(from, to)| (from.to_string(), to.duration_since(from).as_secs()));
                let expected_time = expected.2.map(|(from, seconds)| (from.to_owned(), seconds));
                assert_eq!(
                    (found.result.as_deref(), found.datastream.as_deref(), time),
                    (Some(expected.0), expected.1, expected_time)
                );
            }
        }
    }
    assert_eq!(seen, 6);
}
