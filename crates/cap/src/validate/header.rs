//! Rules of the outermost block.

use super::require;
use crate::finding::{Place, Report, excerpt};
use crate::model::{Alert, Reference};
use crate::time::Time;
use crate::words::{MessageType, Scope, Status};

pub(super) fn check(alert: &Alert, report: &mut Report) {
    let place = &Place::ALERT;
    check_name(&alert.identifier, "identifier", report);
    check_name(&alert.sender, "sender", report);
    require(alert.sent.is_some(), "sent", place, report);
    require(alert.status.is_some(), "status", place, report);
    require(alert.message_type.is_some(), "msgType", place, report);
    require(alert.scope.is_some(), "scope", place, report);
    check_scope(alert, report);
    check_note(alert, report);
    check_references(alert, report);
    check_codes(alert, report);
    let needs_info = !matches!(alert.message_type, Some(MessageType::Cancel | MessageType::Ack | MessageType::Error));
    if alert.infos.is_empty() && needs_info {
        report.warning("no-info", place, "there is no information");
    }
    let infos_without_area = alert.infos.iter().all(|info| info.areas.is_empty());
    if !alert.infos.is_empty() && infos_without_area {
        report.warning("no-area", place, "no info block states an area");
    }
}

fn check_name(name: &str, element: &'static str, report: &mut Report) {
    let place = Place::ALERT.child(element);
    if name.is_empty() {
        report.error(format!("{element}-empty"), &place, "is missing or empty");
    } else if name.contains(is_bad_in_name) {
        let message = format!("{:?} contains white space, a comma, < or &", excerpt(name));
        report.error(format!("{element}-bad-character"), &place, message);
    }
}

/// These would break the triples that other messages refer by.
fn is_bad_in_name(character: char) -> bool {
    character.is_whitespace() || matches!(character, ',' | '<' | '&')
}

fn check_scope(alert: &Alert, report: &mut Report) {
    let place = &Place::ALERT;
    let restriction = alert.restriction.as_deref().unwrap_or_default();
    match alert.scope {
        Some(Scope::Restricted) if restriction.trim().is_empty() => {
            let message = "scope Restricted needs a restriction";
            report.error("restriction-missing", place, message);
        }
        Some(Scope::Private) if alert.addresses.iter().all(|address| address.trim().is_empty()) => {
            report.error("addresses-missing", place, "scope Private needs addresses");
        }
        _ => {}
    }
}

fn check_note(alert: &Alert, report: &mut Report) {
    let has_note = alert.note.as_deref().is_some_and(|note| !note.trim().is_empty());
    if has_note {
        return;
    }
    let place = &Place::ALERT;
    if alert.status == Some(Status::Exercise) {
        report.warning("exercise-without-note", place, "the note should name the exercise");
    }
    if alert.message_type == Some(MessageType::Error) {
        report.warning("error-without-note", place, "the note should say what was wrong");
    }
}

fn check_codes(alert: &Alert, report: &mut Report) {
    for (index, code) in alert.codes.iter().enumerate() {
        if code.trim().is_empty() {
            let place = Place::ALERT.nth("code", index);
            report.warning("code-empty", &place, "an empty code is left out when written");
        }
    }
}

fn check_references(alert: &Alert, report: &mut Report) {
    let concerns_others = !matches!(alert.message_type, None | Some(MessageType::Alert));
    if concerns_others && alert.references.is_empty() {
        let kind = alert.message_type.map_or("", MessageType::as_str);
        let message = format!("msgType {kind} needs references");
        report.error("references-missing", &Place::ALERT, message);
    }
    let list = Place::ALERT.child("references");
    for (index, reference) in alert.references.iter().enumerate() {
        let place = list.nth("reference", index);
        check_reference(reference, alert, &place, report);
    }
}

fn check_reference(reference: &Reference, alert: &Alert, place: &Place<'_>, report: &mut Report) {
    let is_name = |text: &str| !text.is_empty() && !text.contains(is_bad_in_name);
    let sent = Time::parse_tolerant(&reference.sent);
    if !is_name(&reference.sender) || !is_name(&reference.identifier) || sent.is_err() {
        let message = format!(
            "sender {:?}, identifier {:?}, sent {:?} are no triple",
            excerpt(&reference.sender),
            excerpt(&reference.identifier),
            excerpt(&reference.sent)
        );
        report.error("reference-not-a-triple", place, message);
    }
    if reference.identifier == alert.identifier && reference.sender == alert.sender {
        report.error("self-reference", place, "the message refers to itself");
    }
    if let (Ok(earlier), Some(own)) = (sent, &alert.sent)
        && earlier.timestamp() > own.timestamp()
    {
        let message = format!("the message referred to was sent later, {earlier}");
        report.warning("reference-postdated", place, message);
    }
}
