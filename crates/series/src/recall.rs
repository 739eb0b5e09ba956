//! What rules remember, rebuilt from the stored readings: at start, and when a rule is made or changed.

use std::sync::Arc;

use fengsui_kernel::clock::from_millis;
use fengsui_kernel::reading::Quality;
use fengsui_kernel::{Result, Timestamp};

use crate::last::Last;
use crate::readings::Readings;
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
