//! What follows from the transitions of a warning: who is told, who acts next, which clocks run.

use std::collections::BTreeMap;

use fengsui_events::{Audience, Channel, ConfirmationRule, MessageRequest, Tone};
use fengsui_kernel::scale::WarningColor;
use fengsui_kernel::{DivisionCode, Mode};
use fengsui_matters::process::{Assignee, Effect, Facts};

use super::guards::approver_roles;
use super::state::{Dossier, Publication, PublicationKind};
use crate::content::Content;
use crate::event_type;

/// Minutes in which every recipient of a grave warning confirms (叫应).
const CONFIRM_WITHIN_MINUTES: u32 = 10;

/// Hands it to the post that drafted it, or to the duty desk.
pub(super) fn to_drafter(dossier: &Dossier) -> Effect {
    let division = dossier.content.responsible_division();
    let duty = || Assignee::Role { role: "duty_officer".to_owned(), division };
    Effect::Assign(dossier.post.clone().map_or_else(duty, |id| Assignee::Post { id }))
}

/// Hands it to those who may approve the colour.
pub(super) fn to_approver(dossier: &Dossier, color: WarningColor, facts: &Facts) -> Effect {
    let role = approver_roles(color, facts).into_iter().next().unwrap_or_else(|| "warning_approver".to_owned());
    Effect::Assign(Assignee::Role { role, division: dossier.content.responsible_division() })
}

/// Everybody concerned is told of a publication: the posts of the area, the subscribers, and the
/// government one level up (突发事件应对法 §64). Drills stay inside.
pub(super) fn announce(publication: &Publication, number: usize, facts: &Facts) -> Vec<Effect> {
    let content = &publication.content;
    let area = Audience::Area { divisions: content.area.divisions.clone() };
    let division = content.responsible_division();
    let grave = matches!(content.color, WarningColor::Red | WarningColor::Orange);
    let calls = grave && publication.kind != PublicationKind::Cancel;
    let mut inside = request(publication, number, "area", facts);
    inside.audience = vec![area];
    // The outside is told in its own message.
    let named = content.audience.iter().filter(|part| !matches!(part, Audience::Subscribers { .. }));
    inside.audience.extend(named.cloned());
    if !content.audience.is_empty() {
        inside.channels = vec![Channel::InApp, Channel::Email];
    }
    inside.tone = if calls { Tone::Urgent } else { Tone::Order };
    inside.confirmation = calls.then(|| ConfirmationRule {
        count: None,
        within_minutes: CONFIRM_WITHIN_MINUTES,
        escalate_to: vec![Audience::Role { role: "duty_leader".to_owned(), division }],
    });
    let mut effects = vec![Effect::Tell(Box::new(inside))];
    // Of a drill only those hear who are set up for drills: messaging decides that, in one place.
    let mut outside = request(publication, number, "subscribers", facts);
    outside.audience = vec![Audience::Subscribers { list: "warnings".to_owned() }];
    outside.channels = vec![Channel::Email, Channel::Webhook];
    effects.push(Effect::Tell(Box::new(outside)));
    if facts.mode == Mode::Real {
        effects.extend(upward(publication, number, facts, division));
    }
    effects
}

fn upward(publication: &Publication, number: usize, facts: &Facts, division: DivisionCode) -> Option<Effect> {
    let above = division.parent().filter(|code| *code != DivisionCode::COUNTRY)?;
    let mut report = request(publication, number, "upward", facts);
    report.subject = format!("预警报告：{}", report.subject);
    report.audience = vec![Audience::Role { role: "duty_officer".to_owned(), division: above }];
    report.tone = Tone::Order;
    Some(Effect::Tell(Box::new(report)))
}

fn request(publication: &Publication, number: usize, part: &str, facts: &Facts) -> MessageRequest {
    let content = &publication.content;
    MessageRequest {
        // The engine puts the matter and its version in front.
        key: format!("publication:{number}:{part}"),
        mode: facts.mode,
        matter: None,
        division: Some(content.responsible_division()),
        subject: subject(publication, facts.mode),
        body: body(publication),
        facts: facts_of(publication),
        audience: Vec::new(),
        channels: vec![Channel::InApp],
        tone: Tone::Notice,
        confirmation: None,
    }
}

fn subject(publication: &Publication, mode: Mode) -> String {
    let content = &publication.content;
    let drill = if mode == Mode::Drill { "【演练】" } else { "" };
    let word = match publication.kind {
        PublicationKind::Alert => "预警",
        PublicationKind::Update => "预警更新",
        PublicationKind::Cancel => "预警解除",
    };
    format!("{drill}【{}{word}】{}", content.color.text().zh, content.headline)
}

fn body(publication: &Publication) -> String {
    let content = &publication.content;
    let mut lines = Vec::new();
    if let Some(note) = &publication.note {
        lines.push(format!("解除原因：{note}"));
    }
    if publication.kind != PublicationKind::Cancel {
        lines.push(content.description.clone());
        lines.push(format!("应采取的措施：{}", content.instruction));
    }
    if let Some(from) = &content.relayed_from {
        lines.push(format!("转发：{}（{}）", from.office, from.identifier));
    }
    lines.join("\n")
}

fn facts_of(publication: &Publication) -> BTreeMap<String, String> {
    let content = &publication.content;
    let kind = match publication.kind {
        PublicationKind::Alert => "Alert",
        PublicationKind::Update => "Update",
        PublicationKind::Cancel => "Cancel",
    };
    let divisions: Vec<&str> = content.area.divisions.iter().map(DivisionCode::as_str).collect();
    let mut facts = BTreeMap::from([
        ("msg_type".to_owned(), kind.to_owned()),
        ("event_type".to_owned(), content.event_type.clone()),
        ("color".to_owned(), content.color.as_str().to_owned()),
        ("divisions".to_owned(), divisions.join(",")),
        ("sent_at".to_owned(), publication.published.at.to_string()),
    ]);
    if let Some(at) = content.expires_at {
        facts.insert("expires_at".to_owned(), at.to_string());
    }
    facts
}

/// The name people read: the headline, or type and colour while there is none.
pub(super) fn title(content: &Content) -> String {
    if !content.headline.trim().is_empty() {
        return content.headline.clone();
    }
    let name = event_type::find(&content.event_type).map_or(content.event_type.as_str(), |kind| kind.name_zh);
    format!("{name}{}预警", content.color.text().zh)
}
