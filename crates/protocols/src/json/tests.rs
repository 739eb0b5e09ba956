use std::collections::BTreeMap;

use jiff::tz::Offset;
use proptest::prelude::*;

use super::*;
use crate::modbus::Scale;

fn one(text: &str) -> Path {
    Path::one(text).expect("a path")
}

fn mapping(items: &str, device: &str, layout: Layout) -> Mapping {
    Mapping {
        items: Path::many(items).expect("a path"),
        device: Device::At(one(device)),
        time: Some(one("ts")),
        time_format: None,
        zone: Offset::constant(8),
        layout,
        quality: None,
    }
}

fn long() -> Layout {
    let names = BTreeMap::from([("temp".to_owned(), "T1".to_owned())]);
    Layout::One { series: Series::At(one("tag"), names), value: one("val"), unit: None }
}

fn taken(mapping: &Mapping, text: &str) -> Taken {
    mapping.take(&Node::read(text.as_bytes()).expect("JSON"))
}

fn short(taken: &Taken) -> Vec<(&str, &str, &str, &str)> {
    taken.readings.iter().map(|one| (&*one.device, &*one.series, &*one.value, &*one.pointer)).collect()
}

#[test]
fn arrays_within_arrays_with_the_device_above() {
    let mapping = mapping("/devices/*/points/*", "../../sn", long());
    let text = r#"{"devices":[{"sn":"A","points":[{"tag":"temp","val":12.30,"ts":1782864000},{"tag":"p","val":"1.0","ts":"2026-07-01 08:00:00"}]},
        {"sn":7,"points":[{"tag":"p","val":true,"ts":1782864000000}]}]}"#;
    let taken = taken(&mapping, text);
    let wanted = [
        ("A", "T1", "12.30", "/devices/0/points/0/val"),
        ("A", "p", "1.0", "/devices/0/points/1/val"),
        ("7", "p", "1", "/devices/1/points/0/val"),
    ];
    assert_eq!((short(&taken), taken.wrong.len()), (wanted.to_vec(), 0));
    assert!(taken.readings.iter().all(|one| one.at == taken.readings[0].at));
}

#[test]
fn what_is_wrong_is_named_with_its_place_and_the_rest_is_kept() {
    let mapping = mapping("/d/*", "sn", long());
    let text = r#"{"d":[{"sn":"A","tag":"p","val":1,"ts":"gestern"},{"sn":"A","tag":"p","val":{},"ts":1782864000},
        {"sn":"","tag":"p","val":1,"ts":1782864000},{"tag":"p","val":1,"ts":1782864000},{"sn":"A","tag":"p","val":1,"ts":1782864000},5]}"#;
    let taken = taken(&mapping, text);
    assert_eq!(taken.readings.len(), 1);
    let wrong: Vec<_> = taken.wrong.iter().map(|wrong| (&*wrong.pointer, wrong.reason)).collect();
    let wanted = [
        ("/d/0/ts", Reason::NoTime),
        ("/d/1/val", Reason::NoScalar),
        ("/d/2/sn", Reason::Absent),
        ("/d/3/sn", Reason::Absent),
        ("/d/5/sn", Reason::Absent),
    ];
    assert_eq!(wrong, wanted);
    let nowhere = self::taken(&mapping, r#"{"data":[]}"#);
    assert_eq!((nowhere.readings.len(), &*nowhere.wrong[0].pointer), (0, "/d"));
}

#[test]
fn wide_objects_with_a_key_for_each_property() {
    let names = BTreeMap::from([("a/b".to_owned(), "ab".to_owned())]);
    let layout = Layout::Properties { object: one("values"), names, except: vec!["note".to_owned()] };
    let text = r#"{"id":"S","ts":1782864000,"values":{"a/b":1.50,"c":null,"note":"x","d":[1]}}"#;
    let found = taken(&mapping("", "id", layout), text);
    assert_eq!(short(&found), [("S", "ab", "1.50", "/values/a~1b")]);
    assert_eq!((&*found.wrong[0].pointer, found.wrong[0].reason), ("/values/d", Reason::NoScalar));
    let columns = Layout::Columns(vec![(one("values/a~1b"), "x".to_owned()), (one("values/z"), "y".to_owned())]);
    let mapping = mapping("", "id", columns);
    assert_eq!(short(&taken(&mapping, text)), [("S", "x", "1.50", "/values/a~1b")]);
    let none = taken(&mapping, r#"{"id":"S","ts":1782864000,"values":{}}"#);
    assert_eq!(none.wrong[0].reason, Reason::NoValues);
}

#[test]
fn units_are_brought_to_that_of_the_ledger_exactly_and_qualities_to_our_words() {
    let scale = |factor: &str| Scale::new(factor, "0").expect("a scale");
    let scales = BTreeMap::from([("kPa".to_owned(), scale("0.001")), ("MPa".to_owned(), scale("1"))]);
    let unit = Some(Unit { at: one("u"), scales });
    let mut mapping = mapping("/*", "sn", Layout::One { series: Series::Fixed("P".into()), value: one("val"), unit });
    let words = BTreeMap::from([("0".to_owned(), "good".to_owned()), ("9".to_owned(), "fault".to_owned())]);
    mapping.quality = Some((one("q"), words));
    let text = r#"[{"sn":"A","val":101.3,"u":"kPa","ts":1782864000,"q":0},{"sn":"A","val":2,"u":"psi","ts":1782864000,"q":"0"},
        {"sn":"A","val":2,"u":"MPa","ts":1782864000,"q":5},{"sn":"A","val":2.10,"u":"MPa","ts":1782864000}]"#;
    let found = taken(&mapping, text);
    let values: Vec<_> = found.readings.iter().map(|one| (&*one.value, one.quality.as_deref())).collect();
    assert_eq!(values, [("0.1013", Some("good")), ("2.10", None)]);
    let reasons: Vec<_> = found.wrong.iter().map(|wrong| wrong.reason).collect();
    assert_eq!(reasons, [Reason::UnknownUnit, Reason::UnknownQuality]);
}

#[test]
fn paths_that_are_none() {
    for (text, error) in [
        ("a/*", PathError::Star),
        ("a/../b", PathError::Up),
        ("", PathError::Malformed),
        ("a//b", PathError::Malformed),
    ] {
        assert_eq!(Path::one(text), Err(error), "{text}");
    }
    assert_eq!(Path::many("a/*"), Err(PathError::Relative));
    let deep = "[".repeat(40) + &"]".repeat(40);
    assert_eq!(Node::read(deep.as_bytes()), Err(Unreadable::TooDeep));
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i32>().prop_map(Into::into),
        "[a-z~/\"\\\\]{0,4}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let keys =
            prop_oneof!["[a-z~/]{0,3}", Just("sn".into()), Just("tag".into()), Just("val".into()), Just("ts".into())];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::Array),
            prop::collection::hash_map(keys, inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Whatever comes: nothing breaks, and every place named is a pointer that leads to what was taken there.
    #[test]
    fn every_pointer_leads_back(document in any_json(), items in prop_oneof![Just(""), Just("/*"), Just("/*/*"), Just("/sn/*")]) {
        let text = document.to_string();
        let mapping = Mapping { time: None, ..mapping(items, "sn", long()) };
        for reading in taken(&mapping, &text).readings {
            let there = document.pointer(&reading.pointer);
            prop_assert!(there.is_some_and(|value| !value.is_object() && !value.is_array()), "{} in {text}", reading.pointer);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Node::read(&bytes);
    }
}
