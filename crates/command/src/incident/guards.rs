//! The legal guards of an incident, readable as law.

use fengsui_kernel::scale::ResponseLevel;
use fengsui_kernel::{Refusal, Timestamp};
use fengsui_matters::process::Facts;
use jiff::SignedDuration;

use super::state::{File, ReportElements, Response};

type Checked = Result<(), Refusal>;

/// Clocks of senders differ a little from ours.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// It happened, was reported, and is typed in: in this order.
pub(super) fn times(occurred_at: Timestamp, received_at: Timestamp, now: Timestamp) -> Checked {
    let later = |one: Timestamp, other: Timestamp| one.duration_since(other) > TOLERANCE;
    if later(occurred_at, received_at) {
        return Err(Refusal::new("occurred_after_received"));
    }
    if later(received_at, now) { Err(Refusal::new("received_in_the_future")) } else { Ok(()) }
}

/// Class digits, an optional sub-class letter, two optional digits: `12`, `12D`, `12D02`.
pub(super) fn event_type(code: &str) -> Checked {
    let bytes = code.as_bytes();
    let class = matches!(bytes, [b'1', b'1'..=b'4', ..]);
    let rest = match bytes.get(2..).unwrap_or_default() {
        [] => true,
        [letter] => letter.is_ascii_uppercase(),
        [letter, tens, ones] => letter.is_ascii_uppercase() && tens.is_ascii_digit() && ones.is_ascii_digit(),
        _ => false,
    };
    if class && rest { Ok(()) } else { Err(Refusal::new("unknown_event_type").with("event_type", code)) }
}

/// The elements of a report (国务院令493号 §12); the unit is asked for accidents at work only.
pub(super) fn report_elements(file: &File, elements: &ReportElements) -> Checked {
    let accident = file.event_type.starts_with("12");
    let asked = [
        ("unit_profile", &elements.unit_profile, accident),
        ("scene_status", &elements.scene_status, true),
        ("brief_course", &elements.brief_course, true),
        ("measures_taken", &elements.measures_taken, true),
    ];
    let missing: Vec<&str> =
        asked.iter().filter(|(_, text, needed)| *needed && text.trim().is_empty()).map(|(name, ..)| *name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Refusal::new("report_incomplete").clause("国务院令493号 §12").with("fields", &missing.join(", ")))
}

/// Matter and level are there by type; duration and measures must be given (突发事件应对法 §72).
pub(super) fn response_elements(expected_hours: u32, measures: &[String]) -> Checked {
    let asked = [("expected_hours", expected_hours > 0), ("measures", !measures.is_empty())];
    let missing: Vec<&str> = asked.iter().filter(|(_, given)| !given).map(|(name, _)| *name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Refusal::new("response_incomplete").clause("突发事件应对法 §72").with("fields", &missing.join(", ")))
}

/// Where roles are set for a level, one of them is needed: setting `response.<level>.roles`.
pub(super) fn response_role(level: ResponseLevel, facts: &Facts) -> Checked {
    let Some(text) = facts.settings.get(&format!("response.{}.roles", level.as_str())) else { return Ok(()) };
    // A list may come as TOML or JSON text: brackets and quotes are not part of a role's name.
    let names = text.split(',').map(|name| name.trim_matches(|mark: char| " []\"'".contains(mark)));
    let roles: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    if roles.is_empty() || facts.roles.iter().any(|role| roles.contains(&role.as_str())) {
        return Ok(());
    }
    let refusal = Refusal::new("response_role_missing").clause("突发事件应对法 §71、§72");
    Err(refusal.with("level", level.text().zh).with("roles", &roles.join(", ")))
}

/// Nothing that was opened from it still runs.
pub(super) fn no_open_children(facts: &Facts) -> Checked {
    let open: Vec<&str> =
        facts.children.iter().filter(|child| !child.closed).map(|child| child.title.as_str()).collect();
    if open.is_empty() {
        return Ok(());
    }
    let named = open.iter().take(5).copied().collect::<Vec<_>>().join("；");
    Err(Refusal::new("children_open").with("count", &open.len().to_string()).with("titles", &named))
}

/// An incident is closed when all it asked for is done: reported, ended, nothing open.
pub(super) fn closable(file: &File, response: Option<&Response>, facts: &Facts) -> Checked {
    if file.first_report.is_none() {
        return Err(Refusal::new("first_report_missing").clause("国务院令493号 §11、§12"));
    }
    if response.is_some_and(|response| response.ended.is_none()) {
        return Err(Refusal::new("response_not_ended").clause("突发事件应对法 §86"));
    }
    no_open_children(facts)
}
