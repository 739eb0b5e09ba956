//! What rules remember, rebuilt from the stored readings: at start, and when a rule is made or changed.

use std::sync::Arc;

use fengsui_kernel::clock::from_millis;
use fengsui_kernel::reading::Quality;
use fengsui_kernel::{Result, Timestamp};
use fengsui_telemetry::Point;

use crate::last::Last;
use crate::readings::Readings;
use crate::rules::learning::{Learning, kept};
use crate::rules::step::{Memory, remember};
use crate::rules::window::Window;
use crate::rules::{Rule, Sample};

/// A sender's clock may have run ahead of the newest value's by no more than this.
const CLOCK_MARGIN_MILLIS: i64 = 86_400_000;
/// Later than any reading.
const END_OF_TIME_MILLIS: i64 = 253_370_764_800_000;

/// What a rule remembers of a series with these readings and this last value.
pub(crate) async fn recall(readings: &Readings<'_>, rule: &Rule, last: Option<&Last>) -> Result<Memory> {
    let memory = Memory::of(rule.kind);
    let (Some(last), true) = (last, rule.enabled) else { return Ok(memory) };
    match memory {
        Memory::Nothing => Ok(Memory::Nothing),
        Memory::Heard(_) => Ok(Memory::Heard(heard(readings, last).await?)),
        Memory::Window(_) => {
            let reach = i64::from(rule.window_seconds) * 1000 * rule.kind.windows_remembered();
            let from = from_millis(last.observed_at.as_millisecond() - reach - CLOCK_MARGIN_MILLIS);
            Ok(Memory::Window(Arc::new(window(readings, rule, from).await?)))
        }
        Memory::Learning(_) => Ok(Memory::Learning(Arc::new(learning(readings, rule).await?))),
    }
}

async fn heard(readings: &Readings<'_>, last: &Last) -> Result<Option<Timestamp>> {
    // Nearly always the last value says it; only what is no reading makes looking further back needful.
    if last.live_at == Some(last.observed_at) && last.value().is_some() && last.quality != Quality::Missing {
        return Ok(Some(last.observed_at.min(last.received_at)));
    }
    readings.last_heard().await
}

async fn window(readings: &Readings<'_>, rule: &Rule, from: Timestamp) -> Result<Window> {
    let mut window = Window::default();
    let mut forward = readings.forward(from, from_millis(END_OF_TIME_MILLIS)).await?;
    while let Some(points) = forward.next().await? {
        for point in &points {
            let (at, text) = (from_millis(point.observed_at), point.figure.to_string());
            let sample = Sample { at, text: &text, number: point.figure.number(), quality: point.quality };
            remember(rule, &mut window, sample, from_millis(point.received_at));
        }
    }
    Ok(window)
}

/// What a deviation learns from and its newest readings.
async fn learning(readings: &Readings<'_>, rule: &Rule) -> Result<Learning> {
    let most = kept(rule);
    let mut found = newest(readings, after_learning(rule), most).await?;
    if found.len() < most {
        found.extend(first(readings, after_learning(rule), most).await?);
    }
    found.extend(newest(readings, from_millis(END_OF_TIME_MILLIS), most).await?);
    Ok(Learning::rebuilt(rule, found))
}

/// The same at the moment of learning: nothing of what came after it.
pub(crate) async fn learned_before(readings: &Readings<'_>, rule: &Rule) -> Result<Learning> {
    Ok(Learning::rebuilt(rule, newest(readings, after_learning(rule), kept(rule)).await?))
}

/// The first moment after that of learning.
fn after_learning(rule: &Rule) -> Timestamp {
    from_millis(rule.learned_at.unwrap_or_default().as_millisecond() + 1)
}

fn judgeable(point: &Point) -> Option<(Timestamp, f64)> {
    let value = point.figure.number().filter(|_| point.quality.judgeable())?;
    Some((from_millis(point.observed_at), value))
}

/// The newest judgeable readings before a time.
async fn newest(readings: &Readings<'_>, mut before: Timestamp, most: usize) -> Result<Vec<(Timestamp, f64)>> {
    let mut found = Vec::new();
    loop {
        let points = readings.newest(from_millis(0), before, most).await?;
        found.extend(points.iter().filter_map(judgeable));
        match points.last() {
            Some(last) if points.len() == most && found.len() < most => before = from_millis(last.observed_at),
            _ => break,
        }
    }
    found.truncate(most);
    Ok(found)
}

/// The first judgeable readings from a time on.
async fn first(readings: &Readings<'_>, from: Timestamp, most: usize) -> Result<Vec<(Timestamp, f64)>> {
    let mut found = Vec::new();
    let mut forward = readings.forward(from, from_millis(END_OF_TIME_MILLIS)).await?;
    while let Some(points) = forward.next().await?.filter(|_| found.len() < most) {
        found.extend(points.iter().filter_map(judgeable));
    }
    found.truncate(most);
    Ok(found)
}
