//! The committed description is current: a client generated from it fits the program.

use std::fs;
use std::path::Path;

#[test]
fn the_committed_description_is_current() {
    let path = Path::new("../../docs/openapi.json");
    let now = fengsui_server::openapi::text();
    if std::env::var_os("FENGSUI_BLESS").is_some() {
        fs::write(path, &now).expect("written");
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(committed == now, "docs/openapi.json is stale: run `make openapi`");
}

#[test]
fn every_operation_is_described() {
    let document: serde_json::Value = serde_json::from_str(&fengsui_server::openapi::text()).expect("JSON");
    assert!(document["openapi"].as_str().expect("a version").starts_with("3.1"));
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.len() > 60, "{} paths", paths.len());
    assert_eq!(paths.keys().filter(|path| path.starts_with("/sta/v1.1")).count(), 4, "SensorThings is described");
    for (path, item) in paths {
        assert!(path.starts_with("/api/v1/") || path.starts_with("/sta/v1.1"), "{path}");
        let operations = item.as_object().expect("operations").iter().filter(|(name, _)| *name != "parameters");
        for (method, operation) in operations {
            assert!(
                operation["summary"].as_str().is_some_and(|text| !text.is_empty()),
                "{method} {path} has no summary"
            );
            let answers = operation["responses"].as_object().expect("responses");
            assert!(answers.keys().any(|status| status.starts_with('2')), "{method} {path} says not what it answers");
        }
    }
}
