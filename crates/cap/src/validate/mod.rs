//! The rules of the standard, applied to values.
//!
//! Errors are breaches of the schema or of the mandatory prose of section 3; warnings are
//! advice. A message without an error may be published.

mod area;
mod crossing;
mod header;
mod info;

use crate::finding::{Finding, Place, Report};
use crate::model::{Alert, NamedValue};

/// Checks a message. The rules are named in the findings: see [`Finding::rule`].
pub fn validate(alert: &Alert) -> Vec<Finding> {
    let mut report = Report::default();
    header::check(alert, &mut report);
    let mut crossings = crossing::Budget::default();
    for (index, info) in alert.infos.iter().enumerate() {
        let place = Place::ALERT.nth("info", index);
        info::check(info, alert.sent.as_ref(), &place, &mut report);
        for (index, area) in info.areas.iter().enumerate() {
            area::check(area, &place.nth("area", index), &mut crossings, &mut report);
        }
    }
    report.into_findings()
}

/// A required value that is absent.
fn require(is_present: bool, element: &str, place: &Place<'_>, report: &mut Report) {
    if !is_present {
        let message = format!("<{element}> is missing or empty");
        report.error(format!("{element}-missing"), place, message);
    }
}

/// Named values need their name; an empty value is allowed and seen.
fn check_names(values: &[NamedValue], element: &str, place: &Place<'_>, report: &mut Report) {
    for (index, named) in values.iter().enumerate() {
        if named.name.is_empty() {
            let message = "<valueName> is missing or empty";
            report.error("valueName-missing", &place.nth(element, index), message);
        }
    }
}
