//! Runs put before detectors and before the plain rules; what comes out is the alarm of each row.

use fengsui_detection::{Chart, ChartState, Group, GroupState};

use crate::data::Run;

/// A chart for each series; an alarm of any counts.
pub fn charts(chart: &Chart, run: &Run) -> Vec<bool> {
    let mut states = vec![ChartState::default(); run.rows[0].len()];
    let rows = run.times.iter().zip(&run.rows);
    let judge = |(at, row): (&i64, &Vec<Option<f64>>)| {
        for (state, value) in states.iter_mut().zip(row) {
            chart.step(state, *at, *value);
        }
        states.iter().any(|state| state.beyond_since().is_some())
    };
    rows.map(judge).collect()
}

/// A group detector that learns from the beginning of the run.
pub fn group(group: &Group, run: &Run) -> Vec<bool> {
    watch(group, &mut GroupState::default(), run)
}

/// A group detector that learned from another run.
pub fn group_after(group: &Group, normal: &Run, run: &Run) -> Vec<bool> {
    let mut state = GroupState::default();
    watch(group, &mut state, normal);
    watch(group, &mut state.rewound(), run)
}

fn watch(group: &Group, state: &mut GroupState, run: &Run) -> Vec<bool> {
    let mut judge = |(at, row): (&i64, &Vec<Option<f64>>)| {
        group.step(state, *at, row);
        state.beyond_since().is_some()
    };
    run.times.iter().zip(&run.rows).map(&mut judge).collect()
}

/// Mean and standard deviation of one series.
fn moments(rows: &[Vec<Option<f64>>], place: usize) -> (f64, f64) {
    let values: Vec<f64> = rows.iter().filter_map(|row| row[place]).collect();
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    (mean, (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt())
}

/// The plain rule of SOURCES.md: the mean of the last rows of any series, more than so many standard
/// deviations from the mean of the first rows.
pub fn plain_sigmas(run: &Run, learned: usize, sigmas: f64, averaged: usize) -> Vec<bool> {
    let usual: Vec<(f64, f64)> = (0..run.rows[0].len()).map(|place| moments(&run.rows[..learned], place)).collect();
    let beyond = |end: usize, place: usize| {
        let recent = &run.rows[(end + 1).saturating_sub(averaged)..=end];
        let mean = moments(recent, place).0;
        usual[place].1 > 0.0 && (mean - usual[place].0).abs() > sigmas * usual[place].1
    };
    (0..run.rows.len()).map(|row| (0..usual.len()).any(|place| beyond(row, place))).collect()
}

/// The plain rule of SOURCES.md: three samples in a row more than so many standard deviations from
/// the mean of the normal run, in the same series.
pub fn plain_persistent(normal: &Run, run: &Run, sigmas: f64) -> Vec<bool> {
    let usual: Vec<(f64, f64)> = (0..normal.rows[0].len()).map(|place| moments(&normal.rows, place)).collect();
    let mut held = vec![0_u32; usual.len()];
    let judge = |row: &Vec<Option<f64>>| {
        for (place, value) in row.iter().enumerate() {
            let (mean, sigma) = usual[place];
            let beyond = value.is_some_and(|value| (value - mean).abs() > sigmas * sigma);
            held[place] = if beyond { held[place] + 1 } else { 0 };
        }
        held.iter().any(|held| *held >= 3)
    };
    run.rows.iter().map(judge).collect()
}

/// A plain low limit.
pub fn plain_low(run: &Run, limit: f64) -> Vec<bool> {
    run.rows.iter().map(|row| row[0].is_some_and(|value| value <= limit)).collect()
}
