//! Every collected message against `expected.json`: what a correct reader must find.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::PathBuf;

use fengsui_cap::{Alert, CapError, Finding, Info, Level, has_errors, parse, to_xml, validate};
use serde_json::Value;

/// Not in the repository because of their size (880 kB each, an embedded image).
const TOO_BIG: [&str; 2] = ["valid/bf-burkina-faso-signed-880kB.xml", "invalid/schema-bf-missing-severity-880kB.xml"];

/// Wrong only in their signatures, which this crate does not check: here they are good messages.
const SIGNATURE_ONLY: [&str; 9] = [
    "invalid/signature-bz-certificate-altered.xml",
    "invalid/signature-bz-digest-altered.xml",
    "invalid/signature-bz-value-altered.xml",
    "invalid/signature-ca-2012-digest-mismatch.cap",
    "invalid/signature-sc-certificate-last-character.xml",
    "invalid/signature-sc-content-altered.xml",
    "invalid/signature-sc-digest-last-character.xml",
    "invalid/signature-sc-value-last-character.xml",
    "invalid/signature-sc-wrong-value.xml",
];

/// The finding that stands for each breach of the schema.
const SCHEMA_RULES: [(&str, &str); 9] = [
    ("invalid/schema-bz-missing-sender.xml", "sender-empty"),
    ("invalid/schema-element-order-sweden-a.cap", "element-order"),
    ("invalid/schema-element-order-sweden-b.cap", "element-order"),
    ("invalid/schema-invalid-minimal.cap", "scope-missing"),
    ("invalid/schema-missing-valueName.xml", "element-order"),
    ("invalid/schema-noaa-empty-enums-and-short-polygon-v1.1.cap", "severity-missing"),
    ("invalid/schema-noaa-empty-enums-v1.1.cap", "urgency-missing"),
    ("invalid/schema-stray-text-and-cancel-without-references.xml", "stray-text"),
    ("invalid/schema-unknown-element-fiji.xml", "unknown-element"),
];

fn samples() -> PathBuf {
    PathBuf::from("../../testdata/cap")
}

fn read(name: &str) -> Vec<u8> {
    fs::read(samples().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn expected() -> Vec<(String, Value)> {
    let text = read("expected.json");
    let root: Value = serde_json::from_slice(&text).expect("expected.json");
    let files = root["files"].as_object().expect("files").clone();
    files.into_iter().collect()
}

/// Files under `valid/` and `invalid/` that are here.
fn messages() -> Vec<(String, Value)> {
    let mut messages = expected();
    messages.retain(|(name, _)| !name.starts_with("feeds/") && !TOO_BIG.contains(&name.as_str()));
    messages
}

fn read_and_check(name: &str) -> (Alert, Vec<Finding>) {
    let (alert, mut findings) = parse_sample(name).unwrap_or_else(|error| panic!("{name}: {error}"));
    findings.extend(validate(&alert));
    (alert, findings)
}

fn parse_sample(name: &str) -> Result<(Alert, Vec<Finding>), CapError> {
    fengsui_cap::parse_bytes(&read(name))
}

fn rules(findings: &[Finding], level: Level) -> BTreeSet<&str> {
    let of_level = findings.iter().filter(|finding| finding.level == level);
    of_level.map(|finding| finding.rule.as_ref()).collect()
}

fn strings(value: &Value) -> BTreeSet<&str> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(Value::as_str).collect()
}

#[test]
fn every_message_is_read_or_refused_as_expected() {
    for (name, expected) in messages() {
        let parsed = parse_sample(&name);
        match expected["should_parse"].as_bool() {
            Some(true) => assert!(parsed.is_ok(), "{name}: {parsed:?}"),
            Some(false) => assert!(parsed.is_err(), "{name} was accepted"),
            None => assert_eq!(parsed, Err(CapError::DocumentType), "{name}"),
        }
    }
}

#[test]
fn every_value_is_the_expected_one() {
    for (name, expected) in messages() {
        if expected["should_parse"] != true {
            continue;
        }
        let (alert, findings) = read_and_check(&name);
        check_header(&name, &alert, &expected);
        check_first_info(&name, &alert, &expected);
        // A polygon without a single readable pair is reported instead of kept.
        let spoiled = rules(&findings, Level::Error).contains("polygon-coordinate");
        check_counts(&name, &alert, &expected, spoiled);
    }
}

fn check_header(name: &str, alert: &Alert, expected: &Value) {
    let text = |key: &str| expected[key].as_str().unwrap_or_default().to_owned();
    let sent = alert.sent.as_ref().map(ToString::to_string);
    assert_eq!(alert.identifier, text("identifier"), "{name}");
    assert_eq!(alert.sender, text("sender"), "{name}");
    assert_eq!(sent.unwrap_or_default(), text("sent"), "{name}");
    let word = |word: Option<&'static str>| word.unwrap_or_default();
    assert_eq!(word(alert.status.map(fengsui_cap::Status::as_str)), text("status"), "{name}");
    assert_eq!(word(alert.message_type.map(fengsui_cap::MessageType::as_str)), text("msgType"), "{name}");
    assert_eq!(word(alert.scope.map(fengsui_cap::Scope::as_str)), text("scope"), "{name}");
}

fn check_first_info(name: &str, alert: &Alert, expected: &Value) {
    let text = |key: &str| expected[key].as_str().unwrap_or_default().to_owned();
    let none = Info::default();
    let info = alert.infos.first().unwrap_or(&none);
    let severity = info.severity.map_or("", |severity| severity.as_str());
    let area = alert.infos.iter().flat_map(|info| &info.areas).next();
    assert_eq!(info.event, text("first_event"), "{name}");
    assert_eq!(severity, text("first_severity"), "{name}");
    assert_eq!(info.headline.clone().unwrap_or_default(), text("first_headline"), "{name}");
    let description = area.map(|area| area.description.clone());
    assert_eq!(description.unwrap_or_default(), text("first_area"), "{name}");
    let languages: Vec<&str> = alert.infos.iter().map(Info::language_or_default).collect();
    assert_eq!(Value::from(languages), expected["languages"], "{name}");
}

fn check_counts(name: &str, alert: &Alert, expected: &Value, polygons_spoiled: bool) {
    let areas: Vec<_> = alert.infos.iter().flat_map(|info| &info.areas).collect();
    let of_infos = |count: fn(&Info) -> usize| alert.infos.iter().map(count).sum();
    let counts: HashMap<&str, usize> = HashMap::from([
        ("references", alert.references.len()),
        ("infos", alert.infos.len()),
        ("areas", areas.len()),
        ("circles", areas.iter().map(|area| area.circles.len()).sum()),
        ("geocodes", areas.iter().map(|area| area.geocodes.len()).sum()),
        ("resources", of_infos(|info| info.resources.len())),
        ("parameters", of_infos(|info| info.parameters.len())),
    ]);
    for (key, count) in counts {
        assert_eq!(Value::from(count), expected[key], "{name}: {key}");
    }
    if !polygons_spoiled {
        let polygons = || areas.iter().flat_map(|area| &area.polygons);
        let vertices = polygons().map(|polygon| polygon.ring.len()).max().unwrap_or(0);
        assert_eq!(Value::from(polygons().count()), expected["polygons"], "{name}");
        assert_eq!(Value::from(vertices), expected["max_polygon_vertices"], "{name}");
    }
}

#[test]
fn every_verdict_is_the_expected_one() {
    for (name, expected) in messages() {
        if expected["should_parse"] != true {
            continue;
        }
        let (_, findings) = read_and_check(&name);
        let may_be_published = !has_errors(&findings);
        assert_eq!(Value::from(may_be_published), expected["should_validate"], "{name}: {findings:#?}");
        let errors = rules(&findings, Level::Error);
        assert!(
            strings(&expected["rule_errors"]).is_subset(&errors),
            "{name}: {errors:?} lacks some of {}",
            expected["rule_errors"]
        );
    }
}

#[test]
fn advice_is_the_expected_one() {
    let advice = [
        "no-info",
        "no-area",
        "no-expires",
        "area-without-geometry",
        "expires-before-sent",
        "exercise-without-note",
        "polygon-self-intersection",
    ];
    for (name, expected) in messages() {
        if expected["should_parse"] != true {
            continue;
        }
        let (_, findings) = read_and_check(&name);
        if name == "invalid/rule-polygon-placeholder-text.xml" {
            // Its only polygon is unreadable, so for us the area has no geometry as well.
            continue;
        }
        let mut warnings = rules(&findings, Level::Warning);
        warnings.retain(|rule| advice.contains(rule));
        assert_eq!(warnings, strings(&expected["lint"]), "{name}");
    }
}

#[test]
fn breaches_of_the_schema_are_named() {
    for (name, rule) in SCHEMA_RULES {
        let (_, findings) = read_and_check(name);
        assert!(rules(&findings, Level::Error).contains(rule), "{name}: {findings:#?}");
    }
    let known: BTreeSet<&str> = SCHEMA_RULES.iter().map(|(name, _)| *name).collect();
    for (name, _) in messages() {
        let is_schema = name.starts_with("invalid/schema-");
        assert_eq!(is_schema, known.contains(name.as_str()), "{name}");
    }
}

#[test]
fn signatures_are_out_of_scope_by_name() {
    let found: Vec<String> =
        messages().into_iter().map(|(name, _)| name).filter(|name| name.starts_with("invalid/signature-")).collect();
    assert_eq!(found, SIGNATURE_ONLY);
    for name in SIGNATURE_ONLY {
        let (_, findings) = read_and_check(name);
        assert!(!has_errors(&findings), "{name}");
        assert!(rules(&findings, Level::Warning).contains("signature-unchecked"), "{name}");
    }
}

#[test]
fn refusals_say_why() {
    let refusal = |name| parse_sample(name).expect_err(name);
    assert!(matches!(refusal("invalid/not-well-formed-bad-encoding-usgs.cap"), CapError::Encoding { .. }));
    assert!(matches!(refusal("invalid/not-an-alert-schema-document.xml"), CapError::NotAnAlert { .. }));
    for name in ["invalid/no-namespace-metno-mock.xml", "invalid/wrong-namespace-taiwan.cap"] {
        assert!(matches!(refusal(name), CapError::UnknownNamespace { .. }), "{name}");
    }
    for (name, _) in expected() {
        if name.starts_with("feeds/") {
            assert!(parse_sample(&name).is_err(), "{name} is no single message");
        }
    }
}

#[test]
fn what_is_written_reads_back_the_same() {
    for (name, expected) in messages() {
        if expected["should_parse"] != true {
            continue;
        }
        let (alert, _) = read_and_check(&name);
        let text = to_xml(&alert);
        let (again, findings) = parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(again, alert, "{name}");
        if expected["should_validate"] == true {
            assert_eq!(findings, [], "{name}");
            assert!(!has_errors(&validate(&again)), "{name}");
        }
    }
}

#[test]
fn values_survive_json() {
    for (name, expected) in messages() {
        if expected["should_parse"] != true {
            continue;
        }
        let (alert, _) = read_and_check(&name);
        let json = serde_json::to_string(&alert).expect("to JSON");
        let again: Alert = serde_json::from_str(&json).expect("from JSON");
        assert_eq!(again, alert, "{name}");
    }
}
