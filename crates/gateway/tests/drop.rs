//! Folders of files: what is complete is stored and moved, what is wrong is told, nothing is lost or taken twice.

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use common::{Site, site_with};
use fengsui_gateway::{Columns, DeviceOf, DropFolder, Encoding, Layout};

fn folder(directory: &Path, layout: Layout) -> DropFolder {
    DropFolder {
        directory: directory.to_owned(),
        pattern: "*".into(),
        interval: Duration::from_millis(30),
        encoding: Encoding::Guessed,
        delimiter: b',',
        columns: Columns {
            headings: true,
            device: DeviceOf::Fixed("GW-01".into()),
            time: "time".into(),
            time_format: None,
            zone: jiff::tz::offset(8),
            layout,
            historical: true,
        },
    }
}

fn long() -> Layout {
    let (series, value) = ("series".into(), "value".into());
    Layout::Long { series, value, quality: None, qualities: BTreeMap::new() }
}

async fn watching(folder: DropFolder) -> Site {
    site_with(|config| config.drop = vec![folder]).await
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("not in time: {what}");
}

#[tokio::test]
async fn a_complete_file_is_stored_and_moved_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = |name: &str| directory.path().join(name);
    let text = "time,series,value\n2026-01-01 08:00:00,level,12.30\n2026-01-01 08:01:00,level,12.40\n";
    std::fs::write(at("a.csv"), text).expect("a file");
    std::fs::write(at(".a.csv.part"), text).expect("a working file");
    let site = watching(folder(directory.path(), long())).await;
    until("the file is taken", || at("taken/a.csv").exists()).await;
    let stored = site.observations(&site.level).await;
    let told: Vec<(&str, String)> =
        stored.iter().map(|one| (one.value.as_str(), one.observed_at.to_string())).collect();
    assert_eq!(told, [("12.40", "2026-01-01T00:01:00Z".into()), ("12.30", "2026-01-01T00:00:00Z".into())]);
    // As after a power cut between storing and moving: the file is there again.
    std::fs::write(at("a.csv"), text).expect("a file");
    until("the file is taken again", || at("taken/1-a.csv").exists()).await;
    assert_eq!(site.observations(&site.level).await.len(), 2);
    assert!(at(".a.csv.part").exists(), "working files are left alone");
    assert!(site.quarantine().await.is_empty());
    site.gateway.stop().await;
}

#[tokio::test]
async fn bad_rows_and_readings_without_a_place_are_reported() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = |name: &str| directory.path().join(name);
    let text = "time,series,value\n2026-01-01 08:00:00,level,12.30\nyesterday,level,1\n2026-01-01 08:00:00,nowhere,1\n";
    std::fs::write(at("b.csv"), text).expect("a file");
    std::fs::write(at("c.csv"), "when,what\n1,2\n").expect("a file");
    std::fs::write(at("d.xlsx"), "no workbook").expect("a file");
    let site = watching(folder(directory.path(), long())).await;
    until("all are refused", || ["b.csv", "c.csv", "d.xlsx"].iter().all(|name| at("refused").join(name).exists()))
        .await;
    let report = |name: &str| std::fs::read_to_string(at(&format!("refused/{name}.report.txt"))).expect("a report");
    assert!(
        report("b.csv").contains("1 of 3 rows were refused, the others are stored:\nline 3: “yesterday” is no time")
    );
    assert!(report("b.csv").contains("1 readings found no place"));
    assert!(report("c.csv").contains("these columns are missing: time, series, value; there are: when, what"));
    assert!(report("d.xlsx").starts_with("no workbook"));
    assert_eq!(site.observations(&site.level).await[0].value, "12.30");
    let told = site.quarantine().await;
    assert!(told.iter().any(|entry| entry.reason == "malformed_payload" && entry.count == 3), "{told:?}");
    site.gateway.stop().await;
}

#[tokio::test]
async fn a_workbook_with_a_column_a_series_is_read() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let date = rust_xlsxwriter::ExcelDateTime::parse_from_str("2026-01-01T08:00:00").expect("a date");
    let format = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    for (column, heading) in (1_u16..).zip(["time", "水位", "浊度"]) {
        sheet.write(2, column, heading).expect("a heading");
    }
    sheet.write_with_format(3, 1, &date, &format).expect("a date");
    sheet.write(3, 2, 12.3).expect("a number");
    // A forgotten blank in the last corner makes no table of that size.
    sheet.write(1_048_575, 16_383, " ").expect("a blank");
    let content = book.save_to_buffer().expect("a workbook");
    std::fs::write(directory.path().join("e.xlsx"), content).expect("a file");
    let wide = Layout::Wide(BTreeMap::from([("水位".into(), "level".into()), ("浊度".into(), "w01018".into())]));
    let site = watching(folder(directory.path(), wide)).await;
    until("it is taken", || directory.path().join("taken/e.xlsx").exists()).await;
    let stored = site.observations(&site.level).await;
    assert_eq!(
        (stored[0].value.as_str(), stored[0].observed_at.to_string().as_str()),
        ("12.3", "2026-01-01T00:00:00Z")
    );
    assert!(site.observations(&site.factor).await.is_empty(), "an empty cell says nothing");
    site.gateway.stop().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_moved_is_stored_once_and_moved_when_it_can() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = |name: &str| directory.path().join(name);
    // A file where the folder should be made.
    std::fs::write(at("taken"), "").expect("an obstacle");
    std::fs::write(at("f.csv"), "time,series,value\n2026-01-01 08:00:00,level,12.30\n").expect("a file");
    let site = watching(DropFolder { pattern: "*.csv".into(), ..folder(directory.path(), long()) }).await;
    let counters = site.gateway.counters();
    until("it is stored", || counters.drop.figures().readings == 1).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(at("f.csv").exists());
    std::fs::remove_file(at("taken")).expect("no obstacle");
    until("it is moved", || at("taken/f.csv").exists()).await;
    assert_eq!(counters.drop.figures().readings, 1);
    site.gateway.stop().await;
}
