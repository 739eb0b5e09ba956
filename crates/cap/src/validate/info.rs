//! Rules of the info block and its resources.

use super::{check_names, require};
use crate::finding::{Place, Report, excerpt};
use crate::model::{Info, Resource};
use crate::time::Time;

pub(super) fn check(info: &Info, sent: Option<&Time>, place: &Place<'_>, report: &mut Report) {
    require(!info.categories.is_empty(), "category", place, report);
    require(!info.event.trim().is_empty(), "event", place, report);
    require(info.urgency.is_some(), "urgency", place, report);
    require(info.severity.is_some(), "severity", place, report);
    require(info.certainty.is_some(), "certainty", place, report);
    check_language(info, place, report);
    check_names(&info.event_codes, "eventCode", place, report);
    check_names(&info.parameters, "parameter", place, report);
    check_times(info, sent, place, report);
    if let Some(web) = &info.web
        && !is_absolute(web)
    {
        let message = format!("{:?} is no absolute address", excerpt(web));
        report.warning("web-not-absolute", place, message);
    }
    for (index, resource) in info.resources.iter().enumerate() {
        check_resource(resource, &place.nth("resource", index), report);
    }
}

/// The form the schema gives to a language tag: parts of one to eight letters or digits.
fn check_language(info: &Info, place: &Place<'_>, report: &mut Report) {
    let Some(language) = &info.language else {
        return;
    };
    let mut parts = language.split('-');
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let begins_well =
        parts.next().is_some_and(|part| is_part(part) && part.bytes().all(|byte| byte.is_ascii_alphabetic()));
    if !begins_well || !parts.all(is_part) {
        let message = format!("{:?} is no language tag", excerpt(language));
        report.error("language-format", place, message);
    }
}

fn check_times(info: &Info, sent: Option<&Time>, place: &Place<'_>, report: &mut Report) {
    let Some(expires) = &info.expires else {
        let message = "without an end, readers cannot tell when it is over";
        return report.warning("no-expires", place, message);
    };
    if sent.is_some_and(|sent| expires.timestamp() < sent.timestamp()) {
        let message = format!("expires {expires}, before it is sent");
        report.warning("expires-before-sent", place, message);
    }
    let begins = info.onset.as_ref().or(info.effective.as_ref());
    if begins.is_some_and(|begins| expires.timestamp() < begins.timestamp()) {
        let message = format!("expires {expires}, before it begins");
        report.warning("expires-before-onset", place, message);
    }
}

fn check_resource(resource: &Resource, place: &Place<'_>, report: &mut Report) {
    require(!resource.description.is_empty(), "resourceDesc", place, report);
    if resource.mime_type.is_empty() {
        require(false, "mimeType", place, report);
    } else if !is_mime_type(&resource.mime_type) {
        let message = format!("{:?} is not of the form type/subtype", excerpt(&resource.mime_type));
        report.error("mimeType-format", place, message);
    }
    if let Some(content) = &resource.content_base64
        && !is_base64(content)
    {
        report.error("derefUri-not-base64", place, "the content is not base64");
    }
    if let Some(uri) = &resource.uri
        && !is_absolute(uri)
        && resource.content_base64.is_none()
    {
        let message = format!("{:?} is relative, but there is no derefUri", excerpt(uri));
        report.warning("uri-relative", place, message);
    }
}

fn is_mime_type(text: &str) -> bool {
    let is_token = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    let essence = text.split(';').next().unwrap_or_default().trim_end();
    essence.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

/// Canonical alphabet, padded to a multiple of four; white space is allowed anywhere.
fn is_base64(text: &str) -> bool {
    let mut count = 0_usize;
    let mut padding = 0_usize;
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        count += 1;
        match byte {
            b'=' => padding += 1,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => {}
            _ => return false,
        }
    }
    count.is_multiple_of(4) && padding <= 2
}

fn is_absolute(address: &str) -> bool {
    address.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}
