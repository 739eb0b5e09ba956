//! The info block, its named values and resources.

use super::area::read_area;
use super::elements::{Context, INFO, NAMED_VALUE, RESOURCE, cap_children, keep_first, keep_first_text, present};
use crate::finding::{Place, excerpt};
use crate::model::{Info, NamedValue, Resource};
use crate::words::{Category, Certainty, ResponseType};
use crate::xml::Node;

pub(super) fn read_info(node: &Node<'_>, place: &Place<'_>, context: &mut Context) -> Info {
    context.check_sequence(node, INFO, place);
    let mut info = Info::default();
    for child in cap_children(node) {
        let here = place.child(&child.name);
        match child.name.as_str() {
            "category" => info.categories.extend(context.word::<Category>(child, &here)),
            "responseType" => {
                info.response_types.extend(context.word::<ResponseType>(child, &here));
            }
            "urgency" => keep_first(&mut info.urgency, context.word(child, &here)),
            "severity" => keep_first(&mut info.severity, context.word(child, &here)),
            "certainty" => {
                keep_first(&mut info.certainty, read_certainty(child, &here, context));
            }
            "effective" => keep_first(&mut info.effective, context.time(child, &here)),
            "onset" => keep_first(&mut info.onset, context.time(child, &here)),
            "expires" => keep_first(&mut info.expires, context.time(child, &here)),
            _ => read_part(&mut info, child, place, context),
        }
    }
    info
}

/// Version 1.0 had "Very Likely"; the standard says to read it as "Likely".
fn read_certainty(node: &Node<'_>, place: &Place<'_>, context: &mut Context) -> Option<Certainty> {
    if node.text() != "Very Likely" {
        return context.word(node, place);
    }
    if context.version != "1.0" {
        let message = "\"Very Likely\" belongs to version 1.0";
        context.report.error("certainty-value", place, message);
    }
    Some(Certainty::Likely)
}

fn read_part(info: &mut Info, child: &Node<'_>, place: &Place<'_>, context: &mut Context) {
    match child.name.as_str() {
        "eventCode" => {
            let here = place.nth("eventCode", info.event_codes.len());
            info.event_codes.push(read_named_value(child, &here, context));
        }
        "parameter" => {
            let here = place.nth("parameter", info.parameters.len());
            info.parameters.push(read_named_value(child, &here, context));
        }
        "resource" => {
            let here = place.nth("resource", info.resources.len());
            info.resources.push(read_resource(child, &here, context));
        }
        "area" => {
            let here = place.nth("area", info.areas.len());
            info.areas.push(read_area(child, &here, context));
        }
        _ => read_text(info, child, &place.child(&child.name), context),
    }
}

fn read_text(info: &mut Info, child: &Node<'_>, place: &Place<'_>, context: &mut Context) {
    if child.name == "event" {
        let text = context.text(child, place);
        return keep_first_text(&mut info.event, text);
    }
    let field = match child.name.as_str() {
        "language" => &mut info.language,
        "audience" => &mut info.audience,
        "senderName" => &mut info.sender_name,
        "headline" => &mut info.headline,
        "description" => &mut info.description,
        "instruction" => &mut info.instruction,
        "web" => &mut info.web,
        "contact" => &mut info.contact,
        _ => return,
    };
    keep_first(field, present(context.text(child, place)));
}

/// Version 1.0 wrote `name=value` as plain text.
pub(super) fn read_named_value(node: &Node<'_>, place: &Place<'_>, context: &mut Context) -> NamedValue {
    if context.version == "1.0" && node.children.is_empty() {
        let (name, value) = node.text().split_once('=').unwrap_or(("", node.text()));
        return NamedValue::new(name, value);
    }
    context.check_sequence(node, NAMED_VALUE, place);
    let mut named = NamedValue::default();
    for child in cap_children(node) {
        let here = place.child(&child.name);
        match child.name.as_str() {
            "valueName" => keep_first_text(&mut named.name, context.text(child, &here)),
            "value" => keep_first_text(&mut named.value, context.text(child, &here)),
            _ => {}
        }
    }
    named
}

fn read_resource(node: &Node<'_>, place: &Place<'_>, context: &mut Context) -> Resource {
    context.check_sequence(node, RESOURCE, place);
    let mut resource = Resource::default();
    for child in cap_children(node) {
        let here = place.child(&child.name);
        let text = context.text(child, &here);
        match child.name.as_str() {
            "resourceDesc" => keep_first_text(&mut resource.description, text),
            "mimeType" => keep_first_text(&mut resource.mime_type, text),
            "size" => keep_first(&mut resource.size, read_size(&text, &here, context)),
            "uri" => keep_first(&mut resource.uri, present(text)),
            "derefUri" => keep_first(&mut resource.content_base64, present(text)),
            "digest" => keep_first(&mut resource.digest, present(text)),
            _ => {}
        }
    }
    if resource.mime_type.is_empty() && !context.is_current() {
        // Older versions allow it to be absent; the version we write does not.
        "application/octet-stream".clone_into(&mut resource.mime_type);
        let message = "no mimeType, application/octet-stream assumed";
        context.report.warning("mimeType-assumed", place, message);
    }
    resource
}

fn read_size(text: &str, place: &Place<'_>, context: &mut Context) -> Option<u64> {
    let size = text.parse().ok();
    if size.is_none() {
        let message = format!("{:?} is no number of bytes", excerpt(text));
        context.report.error("size-format", place, message);
    }
    size
}
