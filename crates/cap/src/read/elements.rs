//! Order and number of elements, and the single values inside them.

use std::str::FromStr;

use crate::finding::{Place, Report, excerpt};
use crate::time::Time;
use crate::xml::{Node, Space};

/// An element of a sequence: its name and whether it may occur more than once.
pub(super) type Slot = (&'static str, bool);

pub(super) const ALERT: &[Slot] = &[
    ("identifier", false),
    ("sender", false),
    ("sent", false),
    ("status", false),
    ("msgType", false),
    ("password", false),
    ("source", false),
    ("scope", false),
    ("restriction", false),
    ("addresses", false),
    ("code", true),
    ("note", false),
    ("references", false),
    ("incidents", false),
    ("info", true),
];

pub(super) const INFO: &[Slot] = &[
    ("language", false),
    ("category", true),
    ("event", false),
    ("responseType", true),
    ("urgency", false),
    ("severity", false),
    ("certainty", false),
    ("audience", false),
    ("eventCode", true),
    ("effective", false),
    ("onset", false),
    ("expires", false),
    ("senderName", false),
    ("headline", false),
    ("description", false),
    ("instruction", false),
    ("web", false),
    ("contact", false),
    ("parameter", true),
    ("resource", true),
    ("area", true),
];

pub(super) const RESOURCE: &[Slot] = &[
    ("resourceDesc", false),
    ("mimeType", false),
    ("size", false),
    ("uri", false),
    ("derefUri", false),
    ("digest", false),
];

pub(super) const AREA: &[Slot] = &[
    ("areaDesc", false),
    ("polygon", true),
    ("circle", true),
    ("geocode", true),
    ("altitude", false),
    ("ceiling", false),
];

pub(super) const NAMED_VALUE: &[Slot] = &[("valueName", false), ("value", false)];

/// What every reading function needs: the version and the place to complain to.
pub(super) struct Context {
    pub(super) version: &'static str,
    pub(super) report: Report,
}

impl Context {
    /// True for the version we write; older ones allow more.
    pub(super) fn is_current(&self) -> bool {
        self.version == "1.2"
    }

    /// Reports every departure of the children from the sequence, once per kind and parent.
    pub(super) fn check_sequence(&mut self, node: &Node<'_>, slots: &[Slot], place: &Place<'_>) {
        if !node.text().is_empty() {
            let text = excerpt(node.text());
            self.report.error("stray-text", place, format!("text {text:?} between elements"));
        }
        let mut furthest = 0;
        let mut seen = false;
        let mut disordered = false;
        for child in &node.children {
            if child.space == Space::Signature {
                continue;
            }
            let Some(position) = find(slots, child, furthest) else {
                let name = excerpt(&child.name);
                self.report.error("unknown-element", place, format!("<{name}> is not known here"));
                continue;
            };
            let (name, many) = slots[position];
            if position == furthest && seen && !many {
                self.report.error("duplicate-element", place, format!("<{name}> occurs again"));
            } else if position < furthest && !disordered {
                disordered = true;
                self.report.error("element-order", place, format!("<{name}> comes too late"));
            }
            seen = position >= furthest;
            furthest = furthest.max(position);
        }
    }

    /// A word of an enumeration. An empty element is left to the rule that the value is missing.
    pub(super) fn word<W: FromStr>(&mut self, node: &Node<'_>, place: &Place<'_>) -> Option<W> {
        let text = node.text();
        let word = text.parse().ok();
        if word.is_none() && !text.is_empty() {
            self.report.error(
                format!("{}-value", node.name),
                place,
                format!("{:?} is not a value of the schema", excerpt(text)),
            );
        }
        word
    }

    /// A time. Older versions allow forms that 1.2 forbids, so those are only worth a warning.
    pub(super) fn time(&mut self, node: &Node<'_>, place: &Place<'_>) -> Option<Time> {
        let text = node.text();
        if text.is_empty() {
            return None;
        }
        let rule = format!("{}-format", node.name);
        match Time::parse_tolerant(text) {
            Ok(time) => {
                if time.as_str() != text {
                    let message = format!("{:?} is read as {time}", excerpt(text));
                    if self.is_current() {
                        self.report.error(rule, place, message);
                    } else {
                        self.report.warning(rule, place, message);
                    }
                }
                Some(time)
            }
            Err(error) => {
                self.report.error(rule, place, excerpt(&error.to_string()));
                None
            }
        }
    }

    /// The text of an element that should hold nothing else.
    pub(super) fn text(&mut self, node: &Node<'_>, place: &Place<'_>) -> String {
        if let Some(child) = node.children.first() {
            let message = format!("<{}> holds <{}>", node.name, excerpt(&child.name));
            self.report.error("unknown-element", place, message);
        }
        node.text().to_owned()
    }
}

/// The position of a child in the sequence, tried from the furthest one on: in a well-ordered
/// message that is at most a few steps.
fn find(slots: &[Slot], child: &Node<'_>, furthest: usize) -> Option<usize> {
    if !matches!(child.space, Space::Cap(_)) {
        return None;
    }
    let matches = |slot: &Slot| slot.0 == child.name;
    let (before, after) = slots.split_at(furthest);
    let ahead = after.iter().position(matches).map(|position| position + furthest);
    ahead.or_else(|| before.iter().position(matches))
}

/// Keeps the first of several elements that should have been one.
pub(super) fn keep_first<T>(field: &mut Option<T>, value: Option<T>) {
    if field.is_none() {
        *field = value;
    }
}

/// The same for required texts, where empty means missing.
pub(super) fn keep_first_text(field: &mut String, text: String) {
    if field.is_empty() {
        *field = text;
    }
}

/// `None` for an empty text: an empty element says as much as a missing one.
pub(super) fn present(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// The children in a CAP namespace.
pub(super) fn cap_children<'n, 'a>(node: &'n Node<'a>) -> impl Iterator<Item = &'n Node<'a>> {
    node.children.iter().filter(|child| matches!(child.space, Space::Cap(_)))
}
