//! Receiving, verifying and reporting an incident.

use fengsui_events::{Audience, Tone};
use fengsui_kernel::{Refusal, Timestamp};
use fengsui_matters::process::{Effect, Facts, Outcome};
use jiff::SignedDuration;

use super::Step;
use super::action::{IncidentOpening, Verdict};
use super::descriptor::{FIRST_REPORT_MINUTES, PHONE_REPORT_MINUTES, WRITTEN_REPORT_MINUTES};
use super::guards;
use super::state::{File, FirstReport, FollowUpReport, IncidentState, LevelChange, PhoneReport, ReportElements};
use crate::level::{Casualties, suggest_level};
use crate::record::{Note, Signature};
use crate::support::{DUTY_OFFICER, after, message, post_or_role, words};

pub(super) fn open(opening: IncidentOpening, facts: &Facts) -> Step {
    guards::times(opening.occurred_at, opening.received_at, facts.now)?;
    guards::event_type(&opening.event_type)?;
    let casualties = opening.casualties.unwrap_or_default();
    let suggested_level = suggest_level(&opening.event_type, &casualties);
    let file = File {
        title: words(opening.title, "incident_without_title")?,
        event_level: opening.event_level.or(suggested_level),
        suggested_level,
        level_changes: Vec::new(),
        event_type: opening.event_type,
        division: opening.division,
        location: opening.location,
        enterprise: opening.enterprise,
        occurred_at: opening.occurred_at,
        received_at: opening.received_at,
        description: opening.description,
        source: opening.source,
        casualties,
        post: facts.posts.first().cloned(),
        phone_reports: Vec::new(),
        first_report: None,
        follow_up_reports: Vec::new(),
        dispatches: Vec::new(),
        withdrawals: Vec::new(),
    };
    let assign = Effect::Assign(post_or_role(file.post.as_ref(), DUTY_OFFICER, file.division));
    let told = tell_leader(&file, facts);
    let mut outcome = Outcome::of(IncidentState::Reported { file }).with(assign).with(told);
    outcome.effects.extend(clocks(opening.received_at, facts));
    Ok(outcome)
}

fn tell_leader(file: &File, facts: &Facts) -> Effect {
    let to = Audience::Role { role: "duty_leader".to_owned(), division: file.division };
    let mut told = message("open", &format!("接报：{}", file.title), file.description.clone(), to, facts);
    told.tone = Tone::Urgent;
    Effect::Tell(Box::new(told))
}

/// Time limits run from the receipt of the report, not from when it was typed in.
fn clocks(received_at: Timestamp, facts: &Facts) -> [Effect; 3] {
    let start = |clock, minutes| Effect::StartClock { clock, due_at: due(clock, minutes, received_at, facts) };
    [
        start("phone_report", PHONE_REPORT_MINUTES),
        start("written_report", WRITTEN_REPORT_MINUTES),
        start("first_report", FIRST_REPORT_MINUTES),
    ]
}

/// `None` leaves the length to the configuration of clocks, where report and entry are one moment.
fn due(clock: &str, minutes: u32, received_at: Timestamp, facts: &Facts) -> Option<Timestamp> {
    let set = facts.settings.get(&format!("{clock}.minutes")).and_then(|text| text.parse::<u32>().ok());
    let fresh = facts.now.duration_since(received_at) < SignedDuration::from_secs(60);
    if set.is_none() && fresh {
        return None;
    }
    let set = set.unwrap_or(minutes).max(1);
    // No setting makes the statutory limit longer.
    let length = if clock == "first_report" { set.min(FIRST_REPORT_MINUTES) } else { set };
    Some(after(received_at, length))
}

pub(super) fn verify(file: File, result: Verdict, note: String, facts: &Facts) -> Step {
    let verification = Note::of(words(note, "note_required")?, facts);
    match result {
        Verdict::True => Ok(Outcome::of(IncidentState::Verified { file, verification })),
        Verdict::FalseAlarm => {
            guards::no_open_children(facts)?;
            let state = IncidentState::FalseAlarm { file, verification };
            let stops = ["phone_report", "written_report", "first_report"].map(|clock| Effect::StopClock { clock });
            let mut outcome = Outcome::of(state);
            outcome.effects.extend(stops);
            Ok(outcome)
        }
    }
}

pub(super) fn phone(file: &mut File, to: String, content: String, facts: &Facts) -> Result<Vec<Effect>, Refusal> {
    let to = words(to, "phone_report_incomplete")?;
    let content = Note::of(words(content, "phone_report_incomplete")?, facts);
    file.phone_reports.push(PhoneReport { to, content });
    Ok(vec![Effect::StopClock { clock: "phone_report" }])
}

pub(super) fn first(file: &mut File, elements: ReportElements, facts: &Facts) -> Result<Vec<Effect>, Refusal> {
    if file.first_report.is_some() {
        return Err(Refusal::new("first_report_exists").clause("国务院令493号 §13"));
    }
    guards::report_elements(file, &elements)?;
    count(file, &elements.casualties);
    let late = facts.now > after(file.received_at, FIRST_REPORT_MINUTES);
    file.first_report = Some(FirstReport { elements, submitted: Signature::of(facts), late });
    Ok(vec![Effect::StopClock { clock: "first_report" }, Effect::StopClock { clock: "written_report" }])
}

pub(super) fn follow_up(
    file: &mut File,
    content: String,
    casualties: Option<Casualties>,
    facts: &Facts,
) -> Result<Vec<Effect>, Refusal> {
    if file.first_report.is_none() {
        return Err(Refusal::new("first_report_missing").clause("国务院令493号 §12、§13"));
    }
    let content = Note::of(words(content, "report_without_content")?, facts);
    if let Some(casualties) = &casualties {
        count(file, casualties);
    }
    file.follow_up_reports.push(FollowUpReport { content, casualties });
    Ok(Vec::new())
}

/// New figures, new suggestion; a level that nobody decided follows it.
fn count(file: &mut File, casualties: &Casualties) {
    let followed = file.event_level == file.suggested_level && file.level_changes.is_empty();
    file.casualties = casualties.clone();
    file.suggested_level = suggest_level(&file.event_type, casualties);
    if followed || file.event_level.is_none() {
        file.event_level = file.suggested_level.or(file.event_level);
    }
}

pub(super) fn set_level(
    file: &mut File,
    level: fengsui_kernel::scale::EventLevel,
    reason: String,
    facts: &Facts,
) -> Result<Vec<Effect>, Refusal> {
    let reason = Note::of(words(reason, "reason_required")?, facts);
    file.level_changes.push(LevelChange { from: file.event_level, to: level, reason });
    file.event_level = Some(level);
    Ok(Vec::new())
}
