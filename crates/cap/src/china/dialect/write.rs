//! From CAP values to the dialect.

use thiserror::Error;

use super::{CLASSIFICATION, EVENT_TYPE_LIST, NAMESPACE, PHONE, SIGNER};
use crate::china::channels::{ChannelText, channel_texts};
use crate::china::color::{Color, color_of};
use crate::china::names::{meters_from_kilometers, region_codes};
use crate::geometry::format_ring;
use crate::model::{Alert, Area, Info};
use crate::time::Time;
use crate::words::{Certainty, MessageType, Scope, Status, Urgency};
use crate::xml::Writer;

/// A message the dialect has no words for. Writing it all the same would make it public, real
/// or new when it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DialectError {
    /// Everything in the dialect is public.
    #[error("scope {0:?} cannot be written, only Public")]
    Scope(Option<Scope>),
    /// The dialect has Actual and Test; an exercise goes out as Test.
    #[error("status {0:?} cannot be written, only Actual, Test and Exercise")]
    Status(Option<Status>),
    /// The dialect has Alert, Update and Cancel.
    #[error("msgType {0:?} cannot be written, only Alert, Update and Cancel")]
    MessageType(Option<MessageType>),
}

/// Writes a message in the dialect. Per channel texts, classification and agency are those of
/// the first info block.
pub fn to_dialect_xml(alert: &Alert) -> Result<String, DialectError> {
    if alert.scope != Some(Scope::Public) {
        return Err(DialectError::Scope(alert.scope));
    }
    let status = match alert.status {
        Some(Status::Actual) => Status::Actual,
        Some(Status::Test | Status::Exercise) => Status::Test,
        other => return Err(DialectError::Status(other)),
    };
    let kind = match alert.message_type {
        Some(kind @ (MessageType::Alert | MessageType::Update | MessageType::Cancel)) => kind,
        other => return Err(DialectError::MessageType(other)),
    };
    let mut writer = Writer::new();
    writer.element("alert", &[("xmlns", NAMESPACE)], |writer| {
        write_header(writer, alert, status, kind);
        for info in &alert.infos {
            writer.element("info", &[], |writer| write_info(writer, info));
        }
    });
    Ok(writer.finish())
}

fn write_header(writer: &mut Writer, alert: &Alert, status: Status, kind: MessageType) {
    let none = Info::default();
    let first = alert.infos.first().unwrap_or(&none);
    writer.text("identifier", &alert.identifier);
    writer.text("sender", first.sender_name.as_deref().unwrap_or(&alert.sender));
    writer.text("senderCode", &alert.sender);
    writer.optional("phone", first.parameter(PHONE));
    write_time(writer, "sendTime", alert.sent.as_ref());
    writer.text("status", status.as_str());
    writer.text("msgType", kind.as_str());
    writer.text("scope", "Public");
    writer.element("code", &[], |writer| {
        for text in channel_texts(first) {
            writer.element("method", &[], |writer| write_method(writer, &text));
        }
    });
    let classification = first.parameter(CLASSIFICATION).unwrap_or("None");
    writer.text("secClassification", classification);
    writer.text("note", alert.note.as_deref().unwrap_or_default());
    // The dialect names the first message of the chain only.
    let chain = alert.references.first().map(|reference| reference.identifier.as_str());
    writer.text("references", chain.unwrap_or_default());
}

fn write_method(writer: &mut Writer, text: &ChannelText) {
    writer.text("methodName", &text.channel);
    writer.text("message", &text.message);
    writer.text("audienceGrp", &text.audience_groups.join(","));
    writer.text("audiencePrt", "");
}

fn write_info(writer: &mut Writer, info: &Info) {
    writer.text("language", info.language.as_deref().unwrap_or("zh-CN"));
    let event_type = info.event_codes.iter().find(|code| code.name == EVENT_TYPE_LIST);
    writer.text("eventType", event_type.map_or(info.event.as_str(), |code| &code.value));
    // Unknown by rule of the system, whatever the warning knows.
    writer.text("urgency", Urgency::Unknown.as_str());
    let color = color_of(info).or_else(|| Color::from_severity(info.severity?));
    writer.text("severity", color.map_or("Unknown", Color::as_str));
    let certainty = info.certainty.unwrap_or(Certainty::Unknown);
    writer.text("certainty", certainty.as_str());
    write_time(writer, "effective", info.effective.as_ref());
    write_time(writer, "onset", info.onset.as_ref());
    write_time(writer, "expires", info.expires.as_ref());
    writer.text("senderName", info.parameter(SIGNER).unwrap_or_default());
    writer.text("headline", info.headline.as_deref().unwrap_or_default());
    writer.text("description", info.description.as_deref().unwrap_or_default());
    writer.text("instruction", info.instruction.as_deref().unwrap_or_default());
    writer.text("web", info.web.as_deref().unwrap_or_default());
    for area in &info.areas {
        writer.element("area", &[], |writer| write_area(writer, area));
    }
}

fn write_area(writer: &mut Writer, area: &Area) {
    writer.text("areaDesc", &area.description);
    for polygon in &area.polygons {
        writer.text("polygon", &format_ring(&polygon.ring));
    }
    for circle in &area.circles {
        let [latitude, longitude] = [circle.center.latitude, circle.center.longitude];
        let meters = meters_from_kilometers(circle.radius_kilometers);
        writer.text("circle", &format!("{latitude},{longitude} {meters}"));
    }
    writer.text("geocode", &region_codes(area).join(","));
}

/// Times have a space in place of `T`, and the offset of China.
fn write_time(writer: &mut Writer, name: &str, time: Option<&Time>) {
    let text = time.map(|time| Time::in_china(time.timestamp()).as_str().replacen('T', " ", 1));
    writer.optional(name, text.as_deref());
}
