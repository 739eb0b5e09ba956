//! Silence of a series. It counts from the newest reading or from when the rule began to judge,
//! whichever is later; the first reading ends it.
//!
//! When a whole device is silent, one alarm carries it for all its series: see `silence.rs` of the
//! planner, which alone knows the device.

use fengsui_kernel::Timestamp;

use super::evidence::Evidence;
use super::later::seconds;
use super::{Phase, Rule, RuleState, Sample, Transition, Turn};
use fengsui_kernel::reading::Quality;

/// Marks the state of an alarm that speaks for its whole device.
const WHOLE_DEVICE: &str = "device";

/// Whether the state is that of an alarm that speaks for its whole device.
pub fn carries_device(state: &RuleState) -> bool {
    state.phase == Phase::Active && state.value.as_deref() == Some(WHOLE_DEVICE)
}

/// Whether a reading ends a silence: one that says that nothing was measured does not.
pub fn speaks(sample: &Sample<'_>) -> bool {
    sample.number.is_some() && sample.quality != Quality::Missing
}

/// A rule that begins to judge.
pub fn begun(at: Timestamp) -> RuleState {
    RuleState { phase: Phase::Normal, since: Some(at), value: None }
}

/// When silence will have lasted too long; absent while the alarm is on or nothing is known.
pub fn due(rule: &Rule, state: &RuleState, heard: Option<Timestamp>) -> Option<Timestamp> {
    if !rule.enabled || state.phase != Phase::Normal {
        return None;
    }
    heard.max(state.since).map(|from| seconds(from, rule.window_seconds))
}

/// Silence has lasted too long since `due`.
pub fn raise(due: Timestamp, rule: &Rule, heard: Option<Timestamp>, whole_device: bool) -> (RuleState, Transition) {
    let value = whole_device.then(|| WHOLE_DEVICE.to_owned());
    let figure = Some(f64::from(rule.window_seconds));
    let evidence = Evidence { figure, heard_at: heard, whole_device, ..Evidence::default() };
    let lasted = Some(rule.window_seconds.to_string());
    let transition = Transition { turn: Turn::Raised, at: due, value: lasted, evidence };
    (RuleState { phase: Phase::Active, since: None, value }, transition)
}

/// The alarm ends at `at`; silence counts anew from there.
pub fn end(at: Timestamp, value: Option<&str>) -> (RuleState, Transition) {
    let transition =
        Transition { turn: Turn::Returned, at, value: value.map(str::to_owned), evidence: Evidence::default() };
    (begun(at), transition)
}

/// A reading of the series itself. One that is itself older than the window ends nothing.
pub fn hear(
    rule: &Rule,
    state: &RuleState,
    heard: Option<Timestamp>,
    sample: Sample<'_>,
    now: Timestamp,
) -> (RuleState, Option<Timestamp>, Option<Transition>) {
    if !rule.enabled || !speaks(&sample) {
        return (state.clone(), heard, None);
    }
    let at = sample.at.min(now);
    let heard = heard.max(Some(at));
    if state.phase == Phase::Active && now < seconds(at, rule.window_seconds) {
        let (after, transition) = end(at, Some(sample.text));
        return (after, heard, Some(transition));
    }
    (state.clone(), heard, None)
}
