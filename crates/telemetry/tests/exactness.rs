//! Whatever is put in comes out again, byte for byte and bit for bit.

use fengsui_kernel::reading::{Quality, parse_decimal};
use fengsui_telemetry::{Entry, Figure, Point, Summary, decode, encode, merge, read_entries, write_entries};
use proptest::prelude::*;

fn figures() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| number.to_string()),
        (-100_000_i64..100_000, 0_usize..25).prop_map(|(number, places)| format!("{:.places$}", number as f64 / 100.0)),
        "[-+]?[0-9]{0,18}[.]?[0-9]{0,24}(e[-+]?[0-9]{1,3})?",
        ".{0,12}",
        Just("open".to_owned()),
    ]
}

fn qualities() -> impl Strategy<Value = Quality> {
    use Quality::{Bad, Calibration, Fault, Good, Maintenance, Manual, Missing, OverRange, Uncertain};
    prop_oneof![
        8 => Just(Good),
        1 => prop::sample::select(vec![Uncertain, Bad, Missing, Maintenance, Calibration, OverRange, Fault, Manual]),
    ]
}

fn raws() -> impl Strategy<Value = Option<Box<str>>> {
    prop::option::of(prop_oneof![Just("frame-7".to_owned()), ".{0,8}", "x{254,258}"].prop_map(Into::into))
}

fn points() -> impl Strategy<Value = Vec<Point>> {
    let times = prop_oneof![4 => 0..5_000_i64, 1 => Just(1_000), 1 => any::<i64>()];
    let lags = prop_oneof![4 => -20..20_i64, 1 => Just(0), 1 => any::<i64>()];
    let figure = prop_oneof![
        3 => figures().prop_map(|text| Figure::read(&text)),
        1 => (any::<i64>(), any::<u8>()).prop_map(|(mantissa, places)| Figure::Decimal { mantissa, places }),
    ];
    prop::collection::vec((times, lags, figure, qualities(), any::<bool>(), raws()), 0..150).prop_map(|rows| {
        let mut at = 1_700_000_000_000_i64;
        rows.into_iter()
            .map(|(step, lag, figure, quality, historical, raw)| {
                at = at.wrapping_add(step);
                Point { observed_at: at, received_at: at.wrapping_add(lag), figure, quality, historical, raw }
            })
            .collect()
    })
}

fn sorted(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_by_key(|point| point.observed_at);
    points.dedup_by_key(|point| point.observed_at);
    points
}

proptest! {
    #[test]
    fn a_figure_is_its_text_and_its_number(text in figures()) {
        let figure = Figure::read(&text);
        let mut written = String::from("=");
        figure.write_to(&mut written);
        prop_assert_eq!(&figure.to_string(), &text);
        prop_assert_eq!(&written[1..], &text);
        prop_assert_eq!(figure.number().map(f64::to_bits), parse_decimal(&text).map(f64::to_bits));
    }

    #[test]
    fn a_chunk_gives_its_readings_back(points in points()) {
        prop_assert_eq!(decode(&encode(&points)).expect("readable"), points);
    }

    #[test]
    fn a_batch_gives_its_readings_back(points in points(), series in prop::collection::vec(any::<i64>(), 1..5)) {
        let named = |(at, point)| (series[at % series.len()], point);
        let mut bytes = Vec::new();
        write_entries(points.iter().enumerate().map(named), &mut bytes);
        let entries: Vec<Entry> = points
            .iter()
            .enumerate()
            .map(named)
            .map(|(series, point)| Entry { series, point: point.clone() })
            .collect();
        prop_assert_eq!(read_entries(&bytes).expect("readable"), entries);
    }

    #[test]
    fn of_two_readings_of_one_moment_the_newer_stays(older in points(), newer in points()) {
        let (older, newer) = (sorted(older), sorted(newer));
        let mut expected: std::collections::BTreeMap<i64, Point> = std::collections::BTreeMap::new();
        expected.extend(older.iter().chain(&newer).map(|point| (point.observed_at, point.clone())));
        prop_assert_eq!(merge(older, newer), expected.into_values().collect::<Vec<_>>());
    }
}

#[test]
fn only_plain_exact_decimals_are_taken_apart() {
    let decimal = |mantissa, places| Figure::Decimal { mantissa, places };
    assert_eq!(Figure::read("20.50"), decimal(2050, 2));
    assert_eq!(Figure::read("-0.05"), decimal(-5, 2));
    assert_eq!(Figure::read("0"), decimal(0, 0));
    assert_eq!(Figure::read("9007199254740992"), decimal(1 << 53, 0));
    assert_eq!(Figure::read(""), Figure::Absent);
    for other in ["-0", "-0.0", "+1", ".5", "5.", "1e3", "007", "00", "-", ".", "9007199254740993", " 1", "1,5", "开"]
    {
        assert_eq!(Figure::read(other), Figure::Text(other.into()), "{other}");
    }
}

#[test]
fn a_summary_counts_only_what_may_be_judged() {
    let point = |at, text: &str, quality| Point {
        observed_at: at,
        received_at: at,
        figure: Figure::read(text),
        quality,
        historical: false,
        raw: None,
    };
    let points = [
        point(1, "2.5", Quality::Good),
        point(2, "99", Quality::Fault),
        point(3, "open", Quality::Good),
        point(4, "-1e0", Quality::Manual),
    ];
    let summary = Summary::of(&points).expect("readings");
    assert_eq!((summary.count, summary.first_at, summary.last_at, summary.usable), (4, 1, 4, 2));
    assert_eq!((summary.min, summary.max, summary.sum), (-1.0, 2.5, 1.5));
    assert_eq!(Summary::of(&[]), None);
}
