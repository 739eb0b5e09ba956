//! An Atom 1.0 feed (RFC 4287) of messages, for `/cap/feed.atom`.
//!
//! Readers should not take a vanished entry for a lifted warning, so keep lifted and expired
//! messages in the feed for a while. What may be public is the caller's to decide: every entry
//! given is written.

use jiff::Timestamp;

use crate::model::{Alert, Info};
use crate::time::Time;
use crate::xml::Writer;
use crate::{MEDIA_TYPE, NAMESPACE};

const ATOM: &str = "http://www.w3.org/2005/Atom";

/// What the feed says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedHeader {
    /// Permanent address (IRI) that identifies the feed.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// Who publishes it: the author of every entry that states none.
    pub author: String,
    /// Address the feed is served at.
    pub self_address: String,
    /// Language tag of the titles, such as `zh-CN`.
    pub language: Option<String>,
    /// When the feed last changed.
    pub updated: Timestamp,
}

/// One message in the feed.
#[derive(Debug, Clone)]
pub struct FeedEntry<'a> {
    /// The message.
    pub alert: &'a Alert,
    /// Permanent address of its CAP text; it is also the identity of the entry.
    pub address: &'a str,
}

/// Writes the feed. Times are in `+08:00`; entries keep the order given.
pub fn atom(entries: &[FeedEntry<'_>], header: &FeedHeader) -> String {
    let updated = Time::in_china(header.updated);
    let mut attributes = vec![("xmlns", ATOM), ("xmlns:cap", NAMESPACE)];
    if let Some(language) = &header.language {
        attributes.push(("xml:lang", language));
    }
    let mut writer = Writer::new();
    writer.element("feed", &attributes, |writer| {
        writer.text("id", &header.id);
        writer.text("title", &header.title);
        writer.text("updated", updated.as_str());
        write_author(writer, &header.author);
        let address = header.self_address.as_str();
        let link = [("rel", "self"), ("type", "application/atom+xml"), ("href", address)];
        writer.empty("link", &link);
        writer.text("generator", "Fengsui");
        for entry in entries {
            writer.element("entry", &[], |writer| write_entry(writer, entry, &updated));
        }
    });
    writer.finish()
}

fn write_entry(writer: &mut Writer, entry: &FeedEntry<'_>, feed_updated: &Time) {
    let alert = entry.alert;
    let info = alert.infos.first();
    // A message never changes after it was sent, so both times are that one.
    let sent = alert.sent.as_ref().unwrap_or(feed_updated).as_str();
    writer.text("id", entry.address);
    writer.text("title", title(alert));
    writer.text("updated", sent);
    writer.text("published", sent);
    let sender_name = info.and_then(|info| info.sender_name.as_deref());
    write_author(writer, sender_name.unwrap_or(&alert.sender));
    let link = [("rel", "alternate"), ("type", MEDIA_TYPE), ("href", entry.address)];
    writer.empty("link", &link);
    // Atom requires a summary when an entry has neither content nor text of its own to show.
    let description = info.and_then(|info| info.description.as_deref());
    writer.text("summary", description.unwrap_or_else(|| title(alert)));
    for category in info.map(|info| info.categories.as_slice()).unwrap_or_default() {
        writer.empty("category", &[("term", category.as_str())]);
    }
    write_extension(writer, alert, info);
}

/// What lists and maps need without fetching the message; the form US feeds have used for years.
fn write_extension(writer: &mut Writer, alert: &Alert, info: Option<&Info>) {
    writer.text("cap:identifier", &alert.identifier);
    writer.optional("cap:status", alert.status.map(super::words::Status::as_str));
    writer.optional("cap:msgType", alert.message_type.map(super::words::MessageType::as_str));
    let Some(info) = info else {
        return;
    };
    writer.text("cap:event", &info.event);
    writer.optional("cap:urgency", info.urgency.map(super::words::Urgency::as_str));
    writer.optional("cap:severity", info.severity.map(super::words::Severity::as_str));
    writer.optional("cap:certainty", info.certainty.map(super::words::Certainty::as_str));
    writer.optional("cap:effective", info.effective.as_ref().map(Time::as_str));
    writer.optional("cap:expires", info.expires.as_ref().map(Time::as_str));
    let names: Vec<&str> = info.areas.iter().map(|area| area.description.as_str()).collect();
    writer.optional("cap:areaDesc", Some(&names.join("; ")));
}

fn write_author(writer: &mut Writer, name: &str) {
    writer.element("author", &[], |writer| writer.text("name", name));
}

/// Atom requires a title that is not empty for people to have something to click.
fn title(alert: &Alert) -> &str {
    let info = alert.infos.first();
    let headline = info.and_then(|info| info.headline.as_deref());
    let event = info.map(|info| info.event.as_str());
    [headline, event, alert.note.as_deref()]
        .into_iter()
        .flatten()
        .find(|text| !text.is_empty())
        .unwrap_or(&alert.identifier)
}
