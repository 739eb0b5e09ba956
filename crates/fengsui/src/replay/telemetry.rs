//! Recorded measurements: a table with one row for each moment and one column for each series.

use std::io::{BufReader, Read};

use anyhow::{Context as _, Result, bail, ensure};
use flate2::read::MultiGzDecoder;

/// Which part of a recording is wanted.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// First sample.
    pub from: Option<u64>,
    /// Last sample.
    pub to: Option<u64>,
    /// Series; empty for all.
    pub series: Vec<String>,
}

/// One moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Number of the sample in the recording.
    pub sample: u64,
    /// The source's decimal text, in the order of [`Telemetry::series`].
    pub values: Vec<String>,
}

/// A part of a recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Telemetry {
    /// Codes of the series.
    pub series: Vec<String>,
    /// The moments, in order.
    pub rows: Vec<Row>,
    step_minutes: f64,
}

impl Telemetry {
    /// Reads CSV, plain or gzip.
    pub fn read(input: impl Read, selection: &Selection) -> Result<Self> {
        let mut input = BufReader::new(input);
        let head = std::io::BufRead::fill_buf(&mut input)?;
        if head.starts_with(&[0x1f, 0x8b]) {
            parse(MultiGzDecoder::new(input), selection)
        } else {
            parse(input, selection)
        }
    }

    /// Seconds between two rows as they were measured.
    pub fn step_seconds(&self) -> f64 {
        self.step_minutes * 60.0
    }
}

fn parse(input: impl Read, selection: &Selection) -> Result<Telemetry> {
    let mut reader = csv::Reader::from_reader(input);
    let header: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    ensure!(header.len() > 2 && header[..2] == ["sample", "minute"], "the first columns must be sample and minute");
    let columns = columns(&header, &selection.series)?;
    let (mut rows, mut minutes) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |index: usize| record.get(index).unwrap_or_default();
        let sample: u64 = cell(0).parse().with_context(|| format!("line {line}: sample {:?}", cell(0)))?;
        if minutes.len() < 2 {
            minutes.push(cell(1).parse::<f64>().with_context(|| format!("line {line}: minute {:?}", cell(1)))?);
        }
        if selection.from.is_some_and(|from| sample < from) || selection.to.is_some_and(|to| sample > to) {
            continue;
        }
        rows.push(Row { sample, values: columns.iter().map(|index| cell(*index).to_owned()).collect() });
    }
    ensure!(!rows.is_empty(), "no row lies within the samples asked for");
    let step_minutes = match minutes.as_slice() {
        [first, second] if second > first => second - first,
        _ => bail!("the column minute does not grow"),
    };
    let series = columns.iter().filter_map(|index| header.get(*index).cloned()).collect();
    Ok(Telemetry { series, rows, step_minutes })
}

fn columns(header: &[String], wanted: &[String]) -> Result<Vec<usize>> {
    if wanted.is_empty() {
        return Ok((2..header.len()).collect());
    }
    let find = |code: &String| {
        let found = header.iter().skip(2).position(|name| name == code);
        found.map(|index| index + 2).with_context(|| format!("there is no series {code} in the file"))
    };
    wanted.iter().map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORDING: &[u8] = include_bytes!("../../../../data/telemetry/tep_demo.csv.gz");

    #[test]
    fn takes_the_part_asked_for() {
        let series = vec!["XMEAS_07".to_owned(), "XMEAS_01".to_owned()];
        let selection = Selection { from: Some(140), to: Some(279), series: series.clone() };
        let telemetry = Telemetry::read(RECORDING, &selection).expect("rows");
        assert_eq!(telemetry.series, series);
        assert_eq!((telemetry.rows.len(), telemetry.rows[0].sample, telemetry.rows[139].sample), (140, 140, 279));
        assert!((telemetry.step_seconds() - 180.0).abs() < f64::EPSILON);
        let all = Telemetry::read(RECORDING, &Selection::default()).expect("rows");
        assert_eq!((all.rows.len(), all.series.len()), (960, 52));
    }

    #[test]
    fn says_what_is_wrong() {
        let error = |text: &str, selection: &Selection| {
            Telemetry::read(text.as_bytes(), selection).expect_err("an error").to_string()
        };
        let none = Selection::default();
        assert!(error("a,b,c\n1,2,3\n", &none).contains("sample and minute"));
        assert!(error("sample,minute,x\none,3,3\n", &none).contains("line 2"));
        let unknown = Selection { series: vec!["y".into()], ..Selection::default() };
        assert!(error("sample,minute,x\n1,3,3\n2,6,3\n", &unknown).contains("no series y"));
        let beyond = Selection { from: Some(9), ..Selection::default() };
        assert!(error("sample,minute,x\n1,3,3\n2,6,3\n", &beyond).contains("no row"));
    }
}
