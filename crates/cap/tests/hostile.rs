//! Input made to hurt.

use fengsui_cap::{CapError, Limits, NAMESPACE, parse, parse_bytes, parse_with_limits};
use std::fmt::Write as _;
use std::time::Instant;

fn message(content: &str) -> String {
    format!("<alert xmlns=\"{NAMESPACE}\">{content}</alert>")
}

#[test]
fn entities_and_document_types_are_refused() {
    let billion = "<!DOCTYPE a [<!ENTITY b \"ha\">]><alert/>";
    assert_eq!(parse(billion), Err(CapError::DocumentType));
    let entity = parse(&message("<identifier>&b;</identifier>"));
    assert!(matches!(entity, Err(CapError::Entity { .. })), "{entity:?}");
    let control = parse(&message("<identifier>&#0;</identifier>"));
    assert!(matches!(control, Err(CapError::Entity { .. })), "{control:?}");
    let fine = parse(&message("<identifier>&amp;&#x4e2d;&#25991;</identifier>"));
    assert_eq!(fine.expect("predefined").0.identifier, "&中文");
}

#[test]
fn limits_hold() {
    let deep = message(&"<info>".repeat(50));
    assert_eq!(parse(&deep), Err(CapError::TooDeep { limit: 32 }));
    let many = message(&"<code/>".repeat(100_001));
    assert_eq!(parse(&many), Err(CapError::TooManyElements { limit: 100_000 }));
    let huge = vec![b' '; 100_000_000];
    assert!(matches!(parse_bytes(&huge), Err(CapError::TooLarge { .. })));
    let limits = Limits { bytes: 10, ..Limits::default() };
    let small = parse_with_limits(b"<alert></alert>", &limits);
    assert_eq!(small, Err(CapError::TooLarge { bytes: 15, limit: 10 }));
}

#[test]
fn broken_xml_is_refused() {
    for text in [
        "",
        "   ",
        "text",
        "<alert",
        "<alert>",
        "</alert>",
        "<alert></alarm>",
        "<alert/><alert/>",
        "<alert/>text",
        "<alert>\u{0}</alert>",
        "<alert>\u{FFFE}</alert>",
        "<alert><![CDATA[</alert>",
        "<alert>&</alert>",
    ] {
        let result = parse(text);
        assert!(matches!(result, Err(CapError::Malformed { .. })), "{text:?}: {result:?}");
    }
}

#[test]
fn large_floods_are_answered_quickly() {
    let mut attributes = String::new();
    for number in 0..200_000 {
        let _ = write!(attributes, " a{number}=''");
    }
    let mut namespaces = String::new();
    for number in 0..100_000 {
        let _ = write!(namespaces, " xmlns:a{number}='b'");
    }
    let mut zigzag = String::new();
    for step in 0..200_000 {
        let _ = write!(zigzag, "{},{} ", step % 90, step % 2);
    }
    let polygon = message(&format!("<info><area><polygon>{zigzag}</polygon></area></info>"));
    for text in [
        format!("<alert xmlns='{NAMESPACE}'{attributes}/>"),
        format!("<alert xmlns='{NAMESPACE}'{namespaces}/>"),
        message(&"stray &amp; ".repeat(400_000)),
        message(&"<x>y</x>".repeat(90_000)),
        message(&"&#65;".repeat(900_000)),
        polygon,
    ] {
        let begin = Instant::now();
        if let Ok((alert, findings)) = parse(&text) {
            assert!(findings.len() <= 1_000);
            fengsui_cap::validate(&alert);
        }
        // Generous for an unoptimised build on a shared machine; quadratic work takes minutes.
        assert!(begin.elapsed().as_secs() < 20, "{}", &text[..100]);
    }
}
