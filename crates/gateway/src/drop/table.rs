//! Rows as readings: which column is what, and what is wrong with a row.

use std::collections::BTreeMap;

use fengsui_kernel::Timestamp;
use fengsui_kernel::reading::{Quality, parse_decimal};
use fengsui_series::Reading;
use jiff::tz::Offset;

use super::sheet::Row;

/// What the columns of a table are. A column is named by its heading, or by its number, from 1, where there are none.
#[derive(Debug, Clone)]
pub struct Columns {
    /// Whether the first row holds headings.
    pub headings: bool,
    /// Whose readings they are.
    pub device: DeviceOf,
    /// The column of the time.
    pub time: String,
    /// How the time is written (`%Y-%m-%d %H:%M:%S`); absent: RFC 3339, or year to minute or second.
    pub time_format: Option<String>,
    /// Where clocks without a zone of their own stand.
    pub zone: Offset,
    /// Where the values are.
    pub layout: Layout,
    /// Whether the readings are history, which raises nothing.
    pub historical: bool,
}

/// Whose readings they are.
#[derive(Debug, Clone)]
pub enum DeviceOf {
    /// All of one device.
    Fixed(String),
    /// As a column says.
    Column(String),
}

/// Where the values are.
#[derive(Debug, Clone)]
pub enum Layout {
    /// One reading a row.
    Long {
        /// The column of the series' code.
        series: String,
        /// The column of the value.
        value: String,
        /// The column of the quality.
        quality: Option<String>,
        /// What the quality column says, where it does not use our own words.
        qualities: BTreeMap<String, Quality>,
    },
    /// One column a series: heading and code. Empty cells were not measured and say nothing.
    Wide(BTreeMap<String, String>),
}

/// A row that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BadRow {
    pub(super) line: u64,
    pub(super) why: String,
    pub(super) cells: String,
}

/// What a table holds: readings by device, and rows that are none.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Table {
    pub(super) readings: BTreeMap<String, Vec<Reading>>,
    pub(super) bad: Vec<BadRow>,
    pub(super) rows: usize,
}

type Places<'a> = BTreeMap<&'a str, usize>;

/// Reads a table. The error says why it is not the table that is expected here.
pub(super) fn read(rows: &[Row], columns: &Columns) -> Result<Table, String> {
    let numbers: Vec<String> =
        (1..=rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0)).map(|n| n.to_string()).collect();
    let (names, rows) = match rows.split_first() {
        Some(((_, names), rest)) if columns.headings => (names.as_slice(), rest),
        _ => (numbers.as_slice(), rows),
    };
    let places: Places<'_> = names.iter().enumerate().rev().map(|(index, name)| (name.as_str(), index)).collect();
    let missing: Vec<&str> = columns.names().into_iter().filter(|name| !places.contains_key(name)).collect();
    if !missing.is_empty() {
        return Err(format!("these columns are missing: {}; there are: {}", missing.join(", "), names.join(", ")));
    }
    let mut table = Table { rows: rows.len(), ..Table::default() };
    for (line, cells) in rows {
        if let Err(why) = row(cells, &places, columns, &mut table.readings) {
            table.bad.push(BadRow { line: *line, why, cells: cells.join(" | ") });
        }
    }
    Ok(table)
}

/// Takes a row; of a bad one, nothing.
fn row(
    cells: &[String],
    places: &Places<'_>,
    columns: &Columns,
    readings: &mut BTreeMap<String, Vec<Reading>>,
) -> Result<(), String> {
    let cell = |name: &str| places.get(name).and_then(|at| cells.get(*at)).map_or("", String::as_str);
    let device = match &columns.device {
        DeviceOf::Fixed(device) => device.as_str(),
        DeviceOf::Column(name) => cell(name),
    };
    if device.is_empty() {
        return Err("no device".to_owned());
    }
    let observed_at = time(cell(&columns.time), columns)?;
    let reading = |code: &str, value: &str, quality: Quality| {
        if quality.judgeable() && parse_decimal(value).is_none() {
            return Err(format!("“{value}” is no number"));
        }
        let historical = columns.historical;
        Ok(Reading { code: code.into(), observed_at, value_text: value.into(), quality, historical, optional: false })
    };
    let found: Vec<Reading> = match &columns.layout {
        Layout::Wide(series) => {
            let cells = series.iter().map(|(name, code)| (code, cell(name))).filter(|(_, value)| !value.is_empty());
            cells.map(|(code, value)| reading(code, value, Quality::Good)).collect::<Result<_, _>>()?
        }
        Layout::Long { series, value, quality, qualities } => {
            let (code, value) = (cell(series), cell(value));
            if code.is_empty() {
                return Err("no series".to_owned());
            }
            let told = quality.as_deref().map(cell).filter(|told| !told.is_empty());
            let unstated = if value.is_empty() { Quality::Missing } else { Quality::Good };
            let quality = told.map_or(Ok(unstated), |told| quality_of(told, qualities))?;
            vec![reading(code, value, quality)?]
        }
    };
    match readings.get_mut(device) {
        Some(known) => known.extend(found),
        None => drop(readings.insert(device.to_owned(), found)),
    }
    Ok(())
}

fn quality_of(told: &str, qualities: &BTreeMap<String, Quality>) -> Result<Quality, String> {
    let ours = || serde_json::from_value(serde_json::Value::String(told.to_owned())).ok();
    qualities.get(told).copied().or_else(ours).ok_or_else(|| format!("“{told}” is no quality"))
}

fn time(text: &str, columns: &Columns) -> Result<Timestamp, String> {
    let found = fengsui_protocols::time::read(text, columns.time_format.as_deref(), columns.zone);
    found.ok_or_else(|| format!("“{text}” is no time as this folder expects it"))
}

impl Columns {
    /// All columns that must be there.
    fn names(&self) -> Vec<&str> {
        let mut names = vec![self.time.as_str()];
        if let DeviceOf::Column(name) = &self.device {
            names.push(name);
        }
        match &self.layout {
            Layout::Long { series, value, quality, .. } => {
                names.extend([series.as_str(), value.as_str()]);
                names.extend(quality.as_deref());
            }
            Layout::Wide(series) => names.extend(series.keys().map(String::as_str)),
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::super::sheet::{Encoding, rows};
    use super::*;

    fn columns(layout: Layout) -> Columns {
        Columns {
            headings: true,
            device: DeviceOf::Fixed("D".into()),
            time: "时间".into(),
            time_format: None,
            zone: jiff::tz::offset(8),
            layout,
            historical: true,
        }
    }

    fn long() -> Columns {
        let qualities = BTreeMap::from([("N".to_owned(), Quality::Good), ("D".to_owned(), Quality::Fault)]);
        let (series, value, quality) = ("测点".into(), "数值".into(), Some("标志".into()));
        columns(Layout::Long { series, value, quality, qualities })
    }

    #[test]
    fn long_tables_in_both_encodings_say_the_same() {
        let text = "时间,测点,数值,标志\n2026-11-22 10:00:00,level,12.30,N\n2026/11/22 10:01,level,,\n2026-11-22T02:02:00Z,level,x,D\n";
        let (gb, _, _) = encoding_rs::GB18030.encode(text);
        for bytes in [text.as_bytes(), &gb, format!("\u{feff}{text}").as_bytes()] {
            let table = read(&rows("a.csv", bytes, Encoding::Guessed, b',').expect("rows"), &long()).expect("a table");
            assert_eq!((table.bad, table.rows), (vec![], 3));
            let told: Vec<(String, &str, Quality)> = table.readings["D"]
                .iter()
                .map(|reading| (reading.observed_at.to_string(), reading.value_text.as_str(), reading.quality))
                .collect();
            let wanted = [
                ("2026-11-22T02:00:00Z".to_owned(), "12.30", Quality::Good),
                ("2026-11-22T02:01:00Z".to_owned(), "", Quality::Missing),
                ("2026-11-22T02:02:00Z".to_owned(), "x", Quality::Fault),
            ];
            assert_eq!(told, wanted);
        }
    }

    #[test]
    fn bad_rows_are_named_and_the_others_kept() {
        let text = "时间,测点,数值,标志\n昨天,level,1,N\n2026-11-22 10:00,,1,N\n2026-11-22 10:00,level,\"1,5\",N\n2026-11-22 10:00,level,1,Q\n2026-11-22 10:00,level,7,N\n";
        let table =
            read(&rows("a.csv", text.as_bytes(), Encoding::Utf8, b',').expect("rows"), &long()).expect("a table");
        let lines: Vec<u64> = table.bad.iter().map(|bad| bad.line).collect();
        assert_eq!((lines, table.readings["D"].len()), (vec![2, 3, 4, 5], 1));
        assert_eq!(table.bad[2].why, "“1,5” is no number");
        let other = rows("a.csv", "a,b\n1,2\n".as_bytes(), Encoding::Utf8, b',').expect("rows");
        assert!(read(&other, &long()).expect_err("another table").contains("时间, 测点, 数值, 标志"));
    }

    #[test]
    fn wide_tables_have_a_column_a_series_and_their_own_times() {
        let series = BTreeMap::from([("2".to_owned(), "a".to_owned()), ("3".to_owned(), "b".to_owned())]);
        let own = Columns {
            headings: false,
            time: "1".into(),
            time_format: Some("%d.%m.%Y %H:%M".into()),
            ..columns(Layout::Wide(series))
        };
        let text = "22.11.2026 10:00;1;2\n22.11.2026 10:01;;3\n22.11.2026 10:02;4;five\n";
        let table = read(&rows("a.txt", text.as_bytes(), Encoding::Utf8, b';').expect("rows"), &own).expect("a table");
        let told: Vec<(&str, &str)> =
            table.readings["D"].iter().map(|reading| (reading.code.as_str(), reading.value_text.as_str())).collect();
        assert_eq!((told, table.bad.len()), (vec![("a", "1"), ("b", "2"), ("b", "3")], 1), "half a row is no row");
    }
}
