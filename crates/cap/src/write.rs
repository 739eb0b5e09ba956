//! The strict writer: schema order, escaped text, CAP 1.2 time form, nothing else.

use crate::NAMESPACE;
use crate::geometry::format_ring;
use crate::lists::{join_quoted, join_references};
use crate::model::{Alert, Area, Info, NamedValue, Resource};
use crate::time::Time;
use crate::xml::Writer;

/// Writes a message as CAP 1.2.
///
/// Missing optional parts are left out, and so are missing required enumerations and times,
/// since the schema has no word for them: [`crate::validate`] names them beforehand.
pub fn to_xml(alert: &Alert) -> String {
    let mut writer = Writer::new();
    writer.element("alert", &[("xmlns", NAMESPACE)], |writer| {
        write_header(writer, alert);
        for info in &alert.infos {
            writer.element("info", &[], |writer| write_info(writer, info));
        }
    });
    writer.finish()
}

fn write_header(writer: &mut Writer, alert: &Alert) {
    writer.text("identifier", &alert.identifier);
    writer.text("sender", &alert.sender);
    write_time(writer, "sent", alert.sent.as_ref());
    writer.optional("status", alert.status.map(super::words::Status::as_str));
    writer.optional("msgType", alert.message_type.map(super::words::MessageType::as_str));
    writer.optional("source", alert.source.as_deref());
    writer.optional("scope", alert.scope.map(super::words::Scope::as_str));
    writer.optional("restriction", alert.restriction.as_deref());
    writer.optional("addresses", Some(&join_quoted(&alert.addresses)));
    for code in &alert.codes {
        writer.optional("code", Some(code));
    }
    writer.optional("note", alert.note.as_deref());
    writer.optional("references", Some(&join_references(&alert.references)));
    writer.optional("incidents", Some(&join_quoted(&alert.incidents)));
}

fn write_info(writer: &mut Writer, info: &Info) {
    writer.optional("language", info.language.as_deref());
    for category in &info.categories {
        writer.text("category", category.as_str());
    }
    writer.text("event", &info.event);
    for response in &info.response_types {
        writer.text("responseType", response.as_str());
    }
    writer.optional("urgency", info.urgency.map(super::words::Urgency::as_str));
    writer.optional("severity", info.severity.map(super::words::Severity::as_str));
    writer.optional("certainty", info.certainty.map(super::words::Certainty::as_str));
    writer.optional("audience", info.audience.as_deref());
    write_named_values(writer, "eventCode", &info.event_codes);
    write_time(writer, "effective", info.effective.as_ref());
    write_time(writer, "onset", info.onset.as_ref());
    write_time(writer, "expires", info.expires.as_ref());
    writer.optional("senderName", info.sender_name.as_deref());
    writer.optional("headline", info.headline.as_deref());
    writer.optional("description", info.description.as_deref());
    writer.optional("instruction", info.instruction.as_deref());
    writer.optional("web", info.web.as_deref());
    writer.optional("contact", info.contact.as_deref());
    write_named_values(writer, "parameter", &info.parameters);
    for resource in &info.resources {
        writer.element("resource", &[], |writer| write_resource(writer, resource));
    }
    for area in &info.areas {
        writer.element("area", &[], |writer| write_area(writer, area));
    }
}

fn write_resource(writer: &mut Writer, resource: &Resource) {
    writer.text("resourceDesc", &resource.description);
    writer.text("mimeType", &resource.mime_type);
    let size = resource.size.map(|size| size.to_string());
    writer.optional("size", size.as_deref());
    writer.optional("uri", resource.uri.as_deref());
    writer.optional("derefUri", resource.content_base64.as_deref());
    writer.optional("digest", resource.digest.as_deref());
}

fn write_area(writer: &mut Writer, area: &Area) {
    writer.text("areaDesc", &area.description);
    for polygon in &area.polygons {
        writer.text("polygon", &format_ring(&polygon.ring));
    }
    for circle in &area.circles {
        writer.text("circle", &circle.format());
    }
    write_named_values(writer, "geocode", &area.geocodes);
    let altitude = area.altitude.map(|altitude| altitude.to_string());
    writer.optional("altitude", altitude.as_deref());
    let ceiling = area.ceiling.map(|ceiling| ceiling.to_string());
    writer.optional("ceiling", ceiling.as_deref());
}

fn write_named_values(writer: &mut Writer, name: &str, values: &[NamedValue]) {
    for named in values {
        writer.element(name, &[], |writer| {
            writer.text("valueName", &named.name);
            writer.text("value", &named.value);
        });
    }
}

fn write_time(writer: &mut Writer, name: &str, time: Option<&Time>) {
    writer.optional(name, time.map(Time::as_str));
}
