//! What rules remember, rebuilt from the stored observations: at start, and when a rule is made or changed.

use std::sync::Arc;

use fengsui_kernel::clock::from_millis;
use fengsui_kernel::reading::Quality;
use fengsui_kernel::{Result, Timestamp};
use fengsui_storage::Db;
use fengsui_storage::series::observations::{self, LastRow};

use crate::rules::step::{Memory, remember};
use crate::rules::window::Window;
use crate::rules::{Rule, Sample};

/// Values read at a time.
const PORTION: u32 = 20_000;
/// A sender's clock may have run ahead of the newest value's by no more than this.
const CLOCK_MARGIN_MILLIS: i64 = 86_400_000;
/// Later than any reading.
const END_OF_TIME_MILLIS: i64 = 253_370_764_800_000;

/// What a rule remembers of the series with this number and last value.
pub(crate) async fn recall(db: &Db, rule: &Rule, series: i64, last: Option<&LastRow>) -> Result<Memory> {
    let memory = Memory::of(rule.kind);
    let (Some(last), true) = (last, rule.enabled) else { return Ok(memory) };
    match memory {
        Memory::Nothing => Ok(Memory::Nothing),
        Memory::Heard(_) => Ok(Memory::Heard(heard(db, series, last).await?)),
        Memory::Window(_) => {
            let reach = i64::from(rule.window_seconds) * 1000 * rule.kind.windows_remembered();
            let from = from_millis(last.observed_at.as_millisecond() - reach - CLOCK_MARGIN_MILLIS);
            Ok(Memory::Window(Arc::new(window(db, rule, series, from).await?)))
        }
    }
}

async fn heard(db: &Db, series: i64, last: &LastRow) -> Result<Option<Timestamp>> {
    // Nearly always the last value says it; only what is no reading makes looking further back needful.
    if last.live_at == Some(last.observed_at) && last.value.is_some() && last.quality != Quality::Missing {
        return Ok(Some(last.observed_at.min(last.received_at)));
    }
    observations::last_heard(db, series).await
}

async fn window(db: &Db, rule: &Rule, series: i64, mut from: Timestamp) -> Result<Window> {
    let mut window = Window::default();
    loop {
        let rows = observations::judged(db, series, from, from_millis(END_OF_TIME_MILLIS), true, PORTION).await?;
        for row in &rows {
            let (at, text) = (row.observed_at, row.value_text.as_str());
            remember(rule, &mut window, Sample { at, text, number: row.value, quality: row.quality }, row.received_at);
        }
        match rows.last() {
            Some(last) if rows.len() == PORTION as usize => from = from_millis(last.observed_at.as_millisecond() + 1),
            _ => return Ok(window),
        }
    }
}
