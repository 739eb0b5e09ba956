//! From the dialect to CAP values.

use std::str::FromStr;

use super::{CLASSIFICATION, EVENT_TYPE_LIST, PHONE, SIGNER};
use crate::china::channels::{ChannelText, set_channel_texts, split_commas};
use crate::china::color::{Color, set_color};
use crate::china::names::{add_region_code, kilometers_from_meters};
use crate::error::{CapError, Limits};
use crate::finding::{Finding, Place, Report, excerpt};
use crate::geometry::{Circle, Polygon, salvage_ring};
use crate::model::{Alert, Area, Info, NamedValue, Reference};
use crate::time::Time;
use crate::words::{Category, Certainty, Severity};
use crate::xml::{Node, Space, decode, read_tree};

/// Reads a message in the dialect.
pub fn parse_dialect(bytes: &[u8]) -> Result<(Alert, Vec<Finding>), CapError> {
    let limits = Limits::default();
    if bytes.len() > limits.bytes {
        return Err(CapError::TooLarge { bytes: bytes.len(), limit: limits.bytes });
    }
    let text = decode(bytes)?;
    let root = read_tree(&text, &limits)?;
    if root.name != "alert" {
        return Err(CapError::NotAnAlert { name: root.name });
    }
    match root.space {
        Space::Domestic => {}
        Space::Other(namespace) => return Err(CapError::UnknownNamespace { namespace }),
        Space::Cap(_) | Space::Signature => {
            let namespace = format!("{:?}", root.space);
            return Err(CapError::UnknownNamespace { namespace });
        }
    }
    let mut report = Report::default();
    let alert = read_alert(&root, &mut report);
    Ok((alert, report.into_findings()))
}

fn read_alert(node: &Node<'_>, report: &mut Report) -> Alert {
    let place = Place::ALERT;
    let sender = text_of(node, "senderCode");
    let mut alert = Alert {
        identifier: text_of(node, "identifier"),
        sent: time_of(node, "sendTime", &place, report),
        status: word_of(node, "status", &place, report),
        message_type: word_of(node, "msgType", &place, report),
        scope: word_of(node, "scope", &place, report),
        note: optional(node, "note"),
        references: split_commas(&text_of(node, "references"))
            .into_iter()
            .map(|identifier| reference(&sender, identifier))
            .collect(),
        ..Alert::default()
    };
    alert.infos = children(node, "info")
        .enumerate()
        .map(|(index, child)| {
            let mut info = read_info(child, &place.nth("info", index), report);
            add_header(&mut info, node);
            info
        })
        .collect();
    alert.sender = sender;
    alert
}

/// The dialect names only the first message. Its issuer is ours, and the time of its entry is
/// part of its identifier: enough for a CAP triple whose time is a hint.
fn reference(sender: &str, identifier: String) -> Reference {
    let part = |start: usize, end: usize| {
        let digits = identifier.split('_').nth(1).unwrap_or_default();
        digits.get(start..end).unwrap_or_default().to_owned()
    };
    let [date, time] =
        [[part(0, 4), part(4, 6), part(6, 8)].join("-"), [part(8, 10), part(10, 12), part(12, 14)].join(":")];
    let sent = Time::parse(&format!("{date}T{time}+08:00")).map(String::from);
    Reference { sender: sender.to_owned(), identifier, sent: sent.unwrap_or_default() }
}

/// CAP keeps in every info block what the dialect says once.
fn add_header(info: &mut Info, header: &Node<'_>) {
    if let Some(signer) = info.sender_name.take() {
        info.set_parameter(SIGNER, signer);
    }
    info.sender_name = optional(header, "sender");
    for (name, element) in [(CLASSIFICATION, "secClassification"), (PHONE, "phone")] {
        if let Some(text) = optional(header, element) {
            info.set_parameter(name, text);
        }
    }
    let methods = children(header, "code").flat_map(|code| children(code, "method"));
    let texts: Vec<ChannelText> = methods
        .map(|method| ChannelText {
            channel: text_of(method, "methodName"),
            message: text_of(method, "message"),
            audience_groups: split_commas(&text_of(method, "audienceGrp")),
        })
        .collect();
    set_channel_texts(info, &texts);
}

fn read_info(node: &Node<'_>, place: &Place<'_>, report: &mut Report) -> Info {
    let event_type = text_of(node, "eventType");
    let mut info = Info {
        language: optional(node, "language"),
        categories: vec![category(&event_type)],
        urgency: word_of(node, "urgency", place, report),
        certainty: certainty(node, place, report),
        effective: time_of(node, "effective", place, report),
        onset: time_of(node, "onset", place, report),
        expires: time_of(node, "expires", place, report),
        sender_name: optional(node, "senderName"),
        headline: optional(node, "headline"),
        description: optional(node, "description"),
        instruction: optional(node, "instruction"),
        web: optional(node, "web"),
        ..Info::default()
    };
    if text_of(node, "severity") == "Unknown" {
        info.severity = Some(Severity::Unknown);
    } else if let Some(color) = word_of::<Color>(node, "severity", place, report) {
        set_color(&mut info, color);
    }
    info.event_codes = vec![NamedValue::new(EVENT_TYPE_LIST, event_type.clone())];
    info.event = event_type;
    info.areas = children(node, "area")
        .enumerate()
        .map(|(index, child)| read_area(child, &place.nth("area", index), report))
        .collect();
    if children(node, "resource").next().is_some() {
        let message = "attachments travel as separate files and are not read";
        report.warning("resource-unread", place, message);
    }
    info
}

fn read_area(node: &Node<'_>, place: &Place<'_>, report: &mut Report) -> Area {
    let mut area = Area { description: text_of(node, "areaDesc"), ..Area::default() };
    for text in children(node, "polygon").map(Node::text).filter(|text| !text.is_empty()) {
        let (ring, spoiled) = salvage_ring(text);
        if let Some(first) = spoiled.first() {
            let message = format!("{:?} is no pair", excerpt(first));
            report.error("polygon-coordinate", place, message);
        }
        area.polygons.extend((!ring.is_empty()).then_some(Polygon { ring }));
    }
    for text in children(node, "circle").map(Node::text).filter(|text| !text.is_empty()) {
        match Circle::parse(text) {
            Ok(circle) => area
                .circles
                .push(Circle { radius_kilometers: kilometers_from_meters(circle.radius_kilometers), ..circle }),
            Err(error) => report.error("circle-format", place, excerpt(&error.to_string())),
        }
    }
    for code in children(node, "geocode").flat_map(|child| split_commas(child.text())) {
        add_region_code(&mut area, code);
    }
    area
}

/// By the first characters of the event type: GB/T 35561 classes.
fn category(event_type: &str) -> Category {
    match event_type.as_bytes() {
        [b'1', b'1', b'A' | b'B' | b'E', ..] => Category::Met,
        [b'1', b'1', b'C' | b'D', ..] => Category::Geo,
        [b'1', b'1', b'F', ..] => Category::Env,
        [b'1', b'1', b'G', ..] => Category::Fire,
        [b'2', ..] => Category::Safety,
        [b'3', ..] => Category::Health,
        [b'4', ..] => Category::Security,
        _ => Category::Other,
    }
}

fn certainty(node: &Node<'_>, place: &Place<'_>, report: &mut Report) -> Option<Certainty> {
    if text_of(node, "certainty") == "VeryLikely" {
        return Some(Certainty::Likely);
    }
    word_of(node, "certainty", place, report)
}

fn children<'n, 'a>(node: &'n Node<'a>, name: &'n str) -> impl Iterator<Item = &'n Node<'a>> {
    node.children.iter().filter(move |child| child.name == name)
}

fn text_of(node: &Node<'_>, name: &str) -> String {
    children(node, name).next().map(Node::text).unwrap_or_default().to_owned()
}

fn optional(node: &Node<'_>, name: &str) -> Option<String> {
    Some(text_of(node, name)).filter(|text| !text.is_empty())
}

fn word_of<W: FromStr>(node: &Node<'_>, name: &str, place: &Place<'_>, report: &mut Report) -> Option<W> {
    let text = text_of(node, name);
    let word = text.parse().ok();
    if word.is_none() {
        let message = format!("{:?} is not known", excerpt(&text));
        report.error(format!("{name}-value"), place, message);
    }
    word
}

fn time_of(node: &Node<'_>, name: &str, place: &Place<'_>, report: &mut Report) -> Option<Time> {
    let text = optional(node, name)?;
    match Time::parse_tolerant(&text) {
        Ok(time) => Some(time),
        Err(error) => {
            report.error(format!("{name}-format"), place, excerpt(&error.to_string()));
            None
        }
    }
}
