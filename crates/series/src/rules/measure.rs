//! What the readings remembered amount to: a rate, a time of standing still, a sum, a departure.

use fengsui_kernel::clock::from_millis;

use super::evidence::{Evidence, Witness};
use super::learning::Learning;
use super::step::Memory;
use super::window::Window;
use super::{DurationRain, Rule, RuleKind, Side, side};

/// What a window amounts to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Measured {
    /// On which side of the limit it lies.
    pub(super) side: Side,
    /// What it is made of.
    pub(super) evidence: Evidence,
}

/// What the memory of a rule amounts to; absent when it does not tell.
pub(super) fn measure(rule: &Rule, memory: &Memory) -> Option<Measured> {
    match (rule.kind, memory) {
        (RuleKind::Rate, Memory::Window(window)) => rate(rule, window),
        (RuleKind::Flat, Memory::Window(window)) => standing(rule, window),
        (RuleKind::Sum, Memory::Window(window)) => sum(rule, window),
        (RuleKind::IntensityDuration, Memory::Window(window)) => intensity(rule, window),
        (RuleKind::Deviation, Memory::Learning(learning)) => deviation(rule, learning),
        _ => None,
    }
}

fn witness(entry: (i64, f64)) -> Witness {
    Witness { at: from_millis(entry.0), value: entry.1 }
}

/// Without the dust of binary fractions: 0.3 − 0.1 is 0.2.
fn clean(number: f64) -> f64 {
    let scaled = number * 1e9;
    if scaled.abs() < 1e15 { scaled.round() / 1e9 } else { number }
}

fn counted(entries: &[(i64, f64)]) -> Option<u32> {
    u32::try_from(entries.len()).ok()
}

/// The change per minute since the newest reading that is at least a window older than the last.
fn rate(rule: &Rule, window: &Window) -> Option<Measured> {
    let entries = window.entries();
    let last = *entries.last()?;
    let before = entries.partition_point(|(at, _)| *at <= last.0 - i64::from(rule.window_seconds) * 1000);
    let first = *entries.get(before.checked_sub(1)?)?;
    #[expect(clippy::cast_precision_loss, reason = "two days in milliseconds")]
    let minutes = (last.0 - first.0) as f64 / 60_000.0;
    let rate = clean(clean(last.1 - first.1) / minutes);
    let evidence = Evidence {
        figure: Some(rate),
        first: Some(witness(first)),
        last: Some(witness(last)),
        readings: counted(&entries[before - 1..]),
        ..Evidence::default()
    };
    Some(Measured { side: side(rule, rule.direction.of(rate)), evidence })
}

/// How long the newest value stands, with readings at least once a window.
fn standing(rule: &Rule, window: &Window) -> Option<Measured> {
    let entries = window.entries();
    let last = *entries.last()?;
    let wanted = i64::from(rule.window_seconds) * 1000;
    let (mut low, mut high, mut begin, mut moved) = (last.1, last.1, entries.len() - 1, false);
    for (index, (at, value)) in entries.iter().enumerate().rev().skip(1) {
        (low, high) = (low.min(*value), high.max(*value));
        moved = clean(high - low) > rule.deadband;
        if moved || entries[begin].0 - at > wanted || last.0 - entries[begin].0 >= wanted {
            break;
        }
        begin = index;
    }
    let first = entries[begin];
    let side = match last.0 - first.0 >= wanted {
        true => Side::Beyond,
        false if moved => Side::Within,
        false => Side::Band,
    };
    #[expect(clippy::cast_precision_loss, reason = "days in seconds")]
    let figure = ((last.0 - first.0) / 1000) as f64;
    let evidence = Evidence {
        figure: Some(figure),
        first: Some(witness(first)),
        last: Some(witness(last)),
        readings: counted(&entries[begin..]),
        ..Evidence::default()
    };
    Some(Measured { side, evidence })
}

fn sum(rule: &Rule, window: &Window) -> Option<Measured> {
    let entries = window.entries();
    let sum = window.sum()?;
    let evidence = Evidence {
        figure: Some(sum),
        first: entries.first().copied().map(witness),
        last: entries.last().copied().map(witness),
        readings: counted(entries),
        ..Evidence::default()
    };
    Some(Measured { side: side(rule, sum), evidence })
}

/// How many times the threshold the mean intensity of the worst duration is.
fn intensity(rule: &Rule, window: &Window) -> Option<Measured> {
    let entries = window.entries();
    let (first, last) = (*entries.first()?, *entries.last()?);
    let durations = rule.intensity.as_ref()?.judge(window);
    let ratio = durations.iter().map(DurationRain::ratio).fold(0.0, f64::max);
    let evidence = Evidence {
        figure: Some(ratio),
        first: Some(witness(first)),
        last: Some(witness(last)),
        readings: counted(entries),
        durations,
        ..Evidence::default()
    };
    Some(Measured { side: side(rule, ratio), evidence })
}

/// How far the newest reading, or what it adds to, departs from what is usual.
fn deviation(rule: &Rule, learning: &Learning) -> Option<Measured> {
    let (found, entries) = learning.judge(rule)?;
    // No finer than people read it, so that what is shown is what was compared.
    let figure = (found.statistic * 100.0).round() / 100.0;
    let since = found.since.and_then(|since| entries.iter().find(|(at, _)| *at == since));
    let evidence = Evidence {
        figure: Some(figure),
        first: since.copied().map(witness),
        last: entries.last().copied().map(witness),
        readings: counted(entries),
        baseline: Some(clean(found.baseline)),
        sigma: Some(clean(found.scale)),
        ..Evidence::default()
    };
    Some(Measured { side: side(rule, figure.abs()), evidence })
}
