//! The language of SensorThings under arbitrary input: no panic, no fault outside of the text, and laws that hold.

use fengsui_protocols::sensorthings::{
    EntityType, Path, Property, Subject, Value, bounds, evaluate, holds, parse_data_array, parse_filter,
    parse_observation, parse_path, parse_query,
};
use jiff::Timestamp;
use proptest::prelude::*;

fn now() -> Timestamp {
    Timestamp::from_millisecond(1_795_000_000_000).expect("a time")
}

/// An observation whose properties are those given.
#[derive(Debug, Clone)]
struct Reading {
    at: i64,
    result: f64,
    datastream: String,
}

impl Subject for Reading {
    fn value(&self, path: &Path) -> Value {
        match (path.relations.len(), path.property) {
            (0, Property::Named("phenomenonTime")) => {
                Timestamp::from_millisecond(self.at).map_or(Value::Null, Value::Instant)
            }
            (0, Property::Named("result")) => Value::Number(self.result),
            (1, Property::Id) => Value::Text(self.datastream.clone()),
            _ => Value::Null,
        }
    }
}

fn word() -> impl Strategy<Value = String> {
    let words = [
        "result",
        "phenomenonTime",
        "Datastream/id",
        "Datastream/Thing/properties/code",
        "eq",
        "ne",
        "gt",
        "and",
        "or",
        "not",
        "(",
        ")",
        ",",
        "1",
        "-2.5e3",
        "'a''b'",
        "'",
        "null",
        "true",
        "now()",
        "year(",
        "substringof(",
        "/",
        ";",
        "2026-11-22T10:00:00Z",
        "2026-11-22T10:00:00Z/2026-11-22T11:00:00Z",
        "duration'PT1H'",
        "geography'POINT (1 2)'",
        "add",
        "div",
        "mod",
        "$filter=",
        "$top=1",
        "\u{0}",
        "水",
    ];
    prop_oneof![8 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,4}"]
}

fn sentence() -> impl Strategy<Value = String> {
    proptest::collection::vec(word(), 0..24).prop_map(|words| words.join(" "))
}

/// Conditions over observations, as text.
fn condition() -> impl Strategy<Value = String> {
    let operator = proptest::sample::select(vec!["eq", "ne", "gt", "ge", "lt", "le"]);
    let time = (0_i64..200, proptest::sample::select(vec!["", ".4", ".0004"]))
        .prop_map(|(seconds, part)| format!("1970-01-01T00:{:02}:{:02}{part}Z", seconds / 60, seconds % 60));
    let atom = prop_oneof![
        (operator.clone(), time.clone()).prop_map(|(operator, time)| format!("phenomenonTime {operator} {time}")),
        (operator.clone(), time).prop_map(|(operator, time)| format!("{time} {operator} phenomenonTime")),
        (operator, -5_i32..5).prop_map(|(operator, number)| format!("result {operator} {number}")),
        proptest::sample::select(vec!["a", "b"]).prop_map(|id| format!("Datastream/id eq '{id}'")),
    ];
    atom.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(one, two)| format!("({one} and {two})")),
            (inner.clone(), inner.clone()).prop_map(|(one, two)| format!("({one}) or ({two})")),
            inner.prop_map(|inner| format!("not ({inner})")),
        ]
    })
}

fn reading() -> impl Strategy<Value = Reading> {
    (0_i64..200, 0_i64..3, -5_i32..5, proptest::sample::select(vec!["a", "b"])).prop_map(
        |(second, part, result, id)| Reading {
            at: second * 1000 + part * 400,
            result: f64::from(result),
            datastream: id.to_owned(),
        },
    )
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_fall(text in prop_oneof![sentence(), "\\PC{0,60}"]) {
        for entity in EntityType::ALL {
            match parse_filter(&text, entity) {
                Ok(expression) => {
                    let subject = Reading { at: 0, result: 1.0, datastream: "a".into() };
                    evaluate(&expression, &subject, now());
                    bounds(&expression, now());
                }
                Err(error) => prop_assert!(error.at <= text.chars().count(), "{error} in {text:?}"),
            }
        }
    }

    #[test]
    fn no_request_makes_the_reader_fall(
        query in "(\\$(filter|expand|orderby|select|top|skip|count|skipToken)=[a-zA-Z0-9%+'(),;/$= ]{0,40}&?){0,4}|\\PC{0,60}",
        path in "(Things|Datastreams|Observations|[a-z$]{1,9})?(\\('?[a-z0-9%']{0,6}'?\\))?(/\\PC{0,9}){0,3}",
        body in prop_oneof![
            "\\PC{0,60}",
            "\\[?\\{\"(result|Datastream|components|dataArray)\":[\\[\\]{}0-9a-z\",:]{0,30}\\}?\\]?",
        ],
    ) {
        let _ = (parse_path(&path), parse_observation(body.as_bytes()), parse_data_array(body.as_bytes()));
        for entity in EntityType::ALL {
            if let Err(error) = parse_query(&query, entity) {
                prop_assert!(!error.part.is_empty(), "{error}");
            }
        }
    }

    #[test]
    fn what_matches_lies_within_the_bounds(text in condition(), reading in reading()) {
        let expression = parse_filter(&text, EntityType::Observation).expect("a condition");
        let bounds = bounds(&expression, now());
        if holds(&expression, &reading, now()) {
            prop_assert!(bounds.from.is_none_or(|from| reading.at >= from), "{text} {bounds:?} {reading:?}");
            prop_assert!(bounds.before.is_none_or(|before| reading.at < before), "{text} {bounds:?} {reading:?}");
            prop_assert!(bounds.datastream.is_none_or(|id| id == reading.datastream), "{text} {reading:?}");
        }
    }

    #[test]
    fn the_contrary_is_the_contrary(text in condition(), reading in reading()) {
        let parse = |text: &str| parse_filter(text, EntityType::Observation).expect("a condition");
        let (held, contrary) = (holds(&parse(&text), &reading, now()), holds(&parse(&format!("not ({text})")), &reading, now()));
        prop_assert_ne!(held, contrary, "{}", text);
        let twice = format!("({text}) and ({text}) or ({text})");
        prop_assert_eq!(held, holds(&parse(&twice), &reading, now()));
    }

    #[test]
    fn results_keep_their_digits(number in "-?(0|[1-9][0-9]{0,15})(\\.[0-9]{1,12})?(e-?[0-9]{1,2})?") {
        let found = parse_observation(format!(r#"{{"result": {number} }}"#).as_bytes()).expect("an observation");
        prop_assert_eq!(found.result.as_deref(), Some(number.as_str()));
    }

    #[test]
    fn texts_come_back_from_quotes(id in "[^\\x00]{0,40}") {
        let written = id.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
        let path = format!("Things('{}')/name", written.replace("%27", "%27%27"));
        let Ok(fengsui_protocols::sensorthings::Resource::Entities(found)) = parse_path(&path) else { panic!("{path}") };
        prop_assert_eq!(found.steps[0].id.as_deref(), Some(id.as_str()));
        let text = format!("name eq '{}'", id.replace('\'', "''"));
        prop_assert!(parse_filter(&text, EntityType::Thing).is_ok(), "{}", text);
    }
}
