//! The demonstration region and its recordings: part of the program, so that the single file runs anywhere.
//! Sources and licences: `data/demo/SOURCES.md`, `data/telemetry/SOURCES.md`.

macro_rules! shipped {
    ($path:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/", $path)).as_slice()
    };
}

/// Records of the demonstration region in the order of loading: JSON Lines.
pub const DEMO_RECORDS: [&[u8]; 11] = [
    shipped!("demo/01_organisation.jsonl"),
    shipped!("demo/02_person.jsonl"),
    shipped!("demo/03_post.jsonl"),
    shipped!("demo/04_enterprise.jsonl"),
    shipped!("demo/05_installation.jsonl"),
    shipped!("demo/06_device.jsonl"),
    shipped!("demo/07_rescue_team.jsonl"),
    shipped!("demo/08_expert.jsonl"),
    shipped!("demo/09_depot.jsonl"),
    shipped!("demo/10_shelter.jsonl"),
    shipped!("demo/11_plan.jsonl"),
];

/// Series of the demonstration region with their rules: JSON Lines.
pub const DEMO_SERIES: &[u8] = shipped!("demo/series.jsonl");

/// Accounts of the demonstration region: JSON, without passwords.
pub const DEMO_USERS: &[u8] = shipped!("demo/users.json");

/// Frames of the demonstration's logger, one a line.
pub const DEMO_FRAMES: &[u8] = shipped!("demo/hj212_frames.txt");

/// The published simulation that is replayed (Tennessee Eastman, fault 6): CSV, gzip.
pub const DEMO_TELEMETRY: &[u8] = shipped!("telemetry/tep_demo.csv.gz");

/// The licence that goes with every copy of it.
pub const TELEMETRY_LICENCE: &str = include_str!("../../../../data/telemetry/LICENSE.tep");
