//! The house keeps itself in order: allowed edges between crates, sizes of files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What each crate may stand on. No arrow runs back up; domains never import each other.
const EDGES: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("protocols", &[]),
    ("cap", &[]),
    ("telemetry", &["kernel"]),
    ("detection", &[]),
    ("motion", &["kernel"]),
    ("events", &["kernel"]),
    ("storage", &["kernel", "events", "telemetry"]),
    ("registry", &["kernel", "events", "storage"]),
    ("series", &["kernel", "events", "storage", "telemetry", "detection", "motion"]),
    ("matters", &["kernel", "events", "storage"]),
    ("messaging", &["kernel", "events", "storage"]),
    ("trace", &["kernel", "events", "storage"]),
    ("identity", &["kernel", "events", "storage"]),
    ("jobs", &["kernel", "events", "storage"]),
    ("imports", &["kernel", "events", "storage", "registry", "identity", "jobs"]),
    ("monitoring", &["kernel", "events", "storage", "registry", "series", "motion"]),
    ("warning", &["kernel", "events", "storage", "registry", "matters", "messaging", "cap"]),
    ("command", &["kernel", "events", "storage", "registry", "matters", "messaging"]),
    ("gateway", &["kernel", "protocols", "storage", "series", "messaging", "identity"]),
    (
        "server",
        &[
            "kernel",
            "motion",
            "protocols",
            "events",
            "storage",
            "registry",
            "series",
            "matters",
            "messaging",
            "trace",
            "identity",
            "jobs",
            "imports",
            "monitoring",
            "warning",
            "command",
            "cap",
            "gateway",
        ],
    ),
];

fn root() -> PathBuf {
    PathBuf::from("../..")
}

fn dependencies(name: &str) -> Vec<String> {
    let manifest = fs::read_to_string(root().join(format!("crates/{name}/Cargo.toml"))).expect("a manifest");
    let runtime = manifest.split("[dev-dependencies]").next().unwrap_or_default();
    let ours = runtime.lines().filter_map(|line| line.strip_prefix("fengsui-"));
    ours.filter_map(|rest| rest.split(['.', ' ', '=']).next()).map(str::to_owned).collect()
}

#[test]
fn crates_stand_only_on_lower_floors() {
    let allowed: BTreeMap<_, _> = EDGES.iter().copied().collect();
    for entry in fs::read_dir(root().join("crates")).expect("crates") {
        let name = entry.expect("an entry").file_name().into_string().expect("a name");
        if name == "fengsui" {
            continue;
        }
        let may = allowed.get(name.as_str()).unwrap_or_else(|| panic!("crate {name} has no floor: add it to EDGES"));
        for dependency in dependencies(&name) {
            assert!(may.contains(&dependency.as_str()), "{name} must not depend on {dependency}");
        }
    }
}

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && !matches!(name, "node_modules" | "dist" | "target" | "generated") {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs" || end == "ts" || end == "vue") {
            found.push(path);
        }
    }
}

#[test]
fn files_stay_small() {
    let mut found = Vec::new();
    sources(&root().join("crates"), &mut found);
    if root().join("web/src").is_dir() {
        sources(&root().join("web/src"), &mut found);
    }
    assert!(found.len() > 100, "the sources were found");
    let mut lengths: Vec<(usize, PathBuf)> = found
        .into_iter()
        .map(|path| (fs::read_to_string(&path).map_or(0, |text| text.lines().count()), path))
        .collect();
    lengths.sort();
    let longest = lengths.last().expect("files");
    assert!(longest.0 <= 900, "{} has {} lines", longest.1.display(), longest.0);
    let over = lengths.iter().filter(|(lines, _)| *lines > 500).count();
    assert!(over * 20 <= lengths.len(), "more than 5 % of the files have over 500 lines");
}

#[test]
fn only_the_store_speaks_sql() {
    for (name, _) in EDGES.iter().filter(|(name, _)| *name != "storage") {
        let mut found = Vec::new();
        sources(&root().join(format!("crates/{name}/src")), &mut found);
        for path in found {
            let text = fs::read_to_string(&path).expect("a source");
            let speaks =
                ["\"SELECT ", "\"INSERT INTO ", "\"UPDATE ", "\"DELETE FROM "].iter().any(|word| text.contains(word));
            assert!(!speaks, "{} contains SQL", path.display());
        }
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |directory: &str| {
        let path = root().join("crates/storage/migrations").join(directory);
        let mut names: Vec<String> = fs::read_dir(path)
            .expect("migrations")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

/// Codes given in the sources: `Fault::field(…, "code")`, `Refusal::new("code")`, `unauthenticated("code")`.
fn codes_in(text: &str) -> Vec<String> {
    let mut codes = Vec::new();
    for (call, argument) in [("Fault::field(", 1), ("Refusal::new(", 0), ("unauthenticated(", 0), ("refuse(", 0)] {
        for rest in text.split(call).skip(1) {
            let arguments = rest.split([')', ';']).next().unwrap_or_default();
            let literal = arguments.split(',').nth(argument).map(str::trim).unwrap_or_default();
            let inner = literal.strip_prefix('"').and_then(|inner| inner.split('"').next());
            codes.extend(
                inner
                    .filter(|code| {
                        !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
                    })
                    .map(str::to_owned),
            );
        }
    }
    codes
}

#[test]
fn every_code_has_a_message() {
    let catalogue = fs::read_to_string(root().join("crates/server/messages/zh-CN.toml")).expect("the catalogue");
    let known: Vec<&str> = catalogue.lines().filter_map(|line| line.split(" = ").next()).collect();
    let mut missing = Vec::new();
    for (name, _) in EDGES {
        let mut found = Vec::new();
        sources(&root().join(format!("crates/{name}/src")), &mut found);
        for path in found {
            let text = fs::read_to_string(&path).expect("a source");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            missing.extend(codes_in(code).into_iter().filter(|code| !known.contains(&code.as_str())));
        }
    }
    missing.sort();
    missing.dedup();
    assert!(missing.is_empty(), "codes without a message: {missing:?}");
}
