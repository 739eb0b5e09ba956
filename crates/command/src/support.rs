//! What the three processes of this domain share.

use fengsui_events::{Audience, Channel, MessageRequest, Tone};
use fengsui_kernel::{DivisionCode, Mode, Refusal, Text, Timestamp};
use fengsui_matters::process::{ActionDescriptor, Assignee, ClockDescriptor, Facts, Phase};
use jiff::SignedDuration;

/// The role that stands in where no post was named.
pub(crate) const DUTY_OFFICER: &str = "duty_officer";

/// A year; deadlines beyond it are slips of the pen.
const LONGEST_MINUTES: u32 = 366 * 24 * 60;

pub(crate) const fn phase(name: &'static str, zh: &'static str, en: &'static str, closed: bool) -> Phase {
    Phase { name, title: Text::new(zh, en), closed }
}

#[derive(Clone, Copy)]
pub(crate) struct Edges {
    pub(crate) from: &'static [&'static str],
    pub(crate) to: &'static [&'static str],
}

pub(crate) const fn action(
    name: &'static str,
    title: Text,
    edges: Edges,
    grave: bool,
    clause: Option<&'static str>,
) -> ActionDescriptor {
    ActionDescriptor { name, title, from: edges.from, to: edges.to, grave, clause }
}

pub(crate) const fn clock(
    name: &'static str,
    title: Text,
    minutes: u32,
    statutory: bool,
    clause: Option<&'static str>,
) -> ClockDescriptor {
    ClockDescriptor { name, title, minutes, statutory, clause }
}

/// The table of actions is the law of phases: what it does not list is refused.
pub(crate) fn in_phase(actions: &[ActionDescriptor], phase: &str, name: &str) -> Result<(), Refusal> {
    let listed = actions.iter().any(|action| action.name == name && action.from.contains(&phase));
    if listed { Ok(()) } else { Err(not_in_phase(phase, name)) }
}

pub(crate) fn not_in_phase(phase: &str, name: &str) -> Refusal {
    Refusal::new("not_in_this_phase").with("phase", phase).with("action", name)
}

/// Words, not blanks.
pub(crate) fn words(text: String, code: &str) -> Result<String, Refusal> {
    if text.trim().is_empty() { Err(Refusal::new(code)) } else { Ok(text) }
}

/// A deadline that many minutes from now.
pub(crate) fn deadline(minutes: u32, now: Timestamp) -> Result<Timestamp, Refusal> {
    if !(1..=LONGEST_MINUTES).contains(&minutes) {
        return Err(Refusal::new("deadline_out_of_range").with("limit", &LONGEST_MINUTES.to_string()));
    }
    Ok(after(now, minutes))
}

/// So many minutes later; the end of time at the latest.
pub(crate) fn after(start: Timestamp, minutes: u32) -> Timestamp {
    start.checked_add(SignedDuration::from_mins(i64::from(minutes))).unwrap_or(Timestamp::MAX)
}

/// A post if one is known, else whoever has the role at the place.
pub(crate) fn post_or_role(post: Option<&String>, role: &str, division: DivisionCode) -> Assignee {
    let by_role = || Assignee::Role { role: role.to_owned(), division };
    post.map_or_else(by_role, |id| Assignee::Post { id: id.clone() })
}

/// The same, to be told.
pub(crate) fn audience(post: Option<&String>, role: &str, division: DivisionCode) -> Audience {
    let by_role = || Audience::Role { role: role.to_owned(), division };
    post.map_or_else(by_role, |id| Audience::Post { id: id.clone() })
}

/// A message in the console; the engine puts the matter into the key.
pub(crate) fn message(key: &str, subject: &str, body: String, audience: Audience, facts: &Facts) -> MessageRequest {
    let drill = if facts.mode == Mode::Drill { "【演练】" } else { "" };
    MessageRequest {
        key: key.to_owned(),
        mode: facts.mode,
        matter: None,
        division: None,
        subject: format!("{drill}{subject}"),
        body,
        facts: std::collections::BTreeMap::new(),
        audience: vec![audience],
        channels: vec![Channel::InApp],
        tone: Tone::Order,
        confirmation: None,
    }
}
