//! The labelled sets: shipped ones from `testdata/telemetry`, the others from beside the repository.

use std::fs::File;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Rows of one run, oldest first.
pub struct Run {
    pub name: String,
    /// Milliseconds.
    pub times: Vec<i64>,
    /// One place per series.
    pub rows: Vec<Vec<Option<f64>>>,
    /// Whether a row is labelled as anomalous.
    pub labels: Vec<bool>,
}

impl Run {
    fn named(name: &str) -> Self {
        Self { name: name.to_owned(), times: Vec::new(), rows: Vec::new(), labels: Vec::new() }
    }

    /// Beginning and end of what is labelled, row numbers.
    pub fn windows(&self) -> Vec<(usize, usize)> {
        let mut windows: Vec<(usize, usize)> = Vec::new();
        for (row, _) in self.labels.iter().enumerate().filter(|(_, label)| **label) {
            match windows.last_mut().filter(|(_, end)| *end == row) {
                Some((_, end)) => *end = row + 1,
                None => windows.push((row, row + 1)),
            }
        }
        windows
    }
}

/// The folder of a set that is not shipped; absent (and said so) when it is not there.
pub fn shared(set: &str) -> Option<PathBuf> {
    let root = PathBuf::from("../..");
    let shared = std::env::var_os("FENGSUI_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let path = shared.join("data/telemetry").join(set);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {set} is not shipped and {} is not there (FENGSUI_SHARED names another place)", path.display());
    None
}

fn lines(path: &PathBuf) -> Vec<Vec<String>> {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = csv::Reader::from_reader(GzDecoder::new(file));
    reader.records().map(|line| line.expect("a line").iter().map(str::to_owned).collect()).collect()
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

fn millis(text: &str, format: &str) -> i64 {
    let time = DateTime::strptime(format, text).unwrap_or_else(|error| panic!("{text}: {error}"));
    TimeZone::UTC.to_timestamp(time).expect("a time").as_millisecond()
}

/// SKAB: 17 runs of a test rig, 8 series a second.
pub fn skab() -> Option<Vec<Run>> {
    let mut runs: Vec<Run> = Vec::new();
    for line in lines(&shared("skab")?.join("skab_labelled.csv.gz")) {
        if runs.last().is_none_or(|run| run.name != line[0]) {
            runs.push(Run::named(&line[0]));
        }
        let run = runs.last_mut().expect("a run");
        run.times.push(millis(&line[1], "%Y-%m-%d %H:%M:%S"));
        run.rows.push(line[2..10].iter().map(|text| number(text)).collect());
        run.labels.push(number(&line[10]) == Some(1.0));
    }
    runs.sort_by(|one, other| one.name.cmp(&other.name));
    Some(runs)
}

/// SKAB: 2¾ hours of the test rig without any anomaly.
pub fn skab_calm() -> Option<Run> {
    let mut run = Run::named("anomaly-free");
    for line in lines(&shared("skab")?.join("skab_anomaly_free.csv.gz")) {
        run.times.push(millis(&line[1], "%Y-%m-%d %H:%M:%S"));
        run.rows.push(line[2..10].iter().map(|text| number(text)).collect());
        run.labels.push(false);
    }
    Some(run)
}

/// Tennessee Eastman: the normal run to learn from, and the test runs; a sample every 3 minutes.
pub fn tennessee_eastman() -> (Run, Vec<Run>) {
    let mut runs: Vec<Run> = Vec::new();
    for line in lines(&PathBuf::from("../../testdata/telemetry/tep_runs.csv.gz")) {
        if runs.last().is_none_or(|run| run.name != line[0]) {
            runs.push(Run::named(&line[0]));
        }
        let run = runs.last_mut().expect("a run");
        run.times.push(line[1].parse::<i64>().expect("a sample") * 180_000);
        run.rows.push(line[2..54].iter().map(|text| number(text)).collect());
        run.labels.push(line[54] != "0");
    }
    let normal = runs.iter().position(|run| run.name == "d00").expect("the normal run");
    (runs.remove(normal), runs)
}

/// NAB: temperature of a machine every 5 minutes; an hour comes twice.
pub fn machine_temperature() -> Run {
    let mut run = Run::named("machine_temperature");
    for line in lines(&PathBuf::from("../../testdata/telemetry/nab_machine_temperature.csv.gz")) {
        run.times.push(millis(&line[0], "%Y-%m-%d %H:%M:%S"));
        run.rows.push(vec![number(&line[1])]);
        run.labels.push(line[2] == "1");
    }
    run
}

/// BATADAL: a water network every hour; the labels are partial.
pub fn water_network() -> Option<Run> {
    let mut run = Run::named("batadal");
    for line in lines(&shared("batadal")?.join("batadal_dataset04_part1.csv.gz")) {
        run.times.push(millis(&line[0], "%d/%m/%y %H"));
        run.rows.push(line[1..44].iter().map(|text| number(text)).collect());
        run.labels.push(line[44] == "1");
    }
    Some(run)
}
