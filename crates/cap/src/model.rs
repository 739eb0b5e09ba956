//! The blocks of a message as values. Element names in the comments are those of the schema.

use serde::{Deserialize, Serialize};

use crate::geometry::{Circle, Polygon};
use crate::time::Time;
use crate::words::{Category, Certainty, MessageType, ResponseType, Scope, Severity, Status, Urgency};

/// The language of an info block that states none.
pub const DEFAULT_LANGUAGE: &str = "en-US";

/// A whole message.
///
/// Required enumerations and `sent` are optional here because real messages leave them out or
/// spell them wrongly: `None` is honest where a default would invent a warning. Build a message
/// with [`Alert::new`] and ask [`crate::validate`] before publishing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Alert {
    /// Number or string unique for its sender; no white space, comma, `<` or `&`.
    pub identifier: String,
    /// Globally unique name of the sender, under the same restrictions.
    pub sender: String,
    /// When it was first published; frozen from then on.
    pub sent: Option<Time>,
    /// How it is to be handled.
    pub status: Option<Status>,
    /// What it does to earlier messages (`msgType`).
    pub message_type: Option<MessageType>,
    /// The operator or device that produced it.
    pub source: Option<String>,
    /// Who may see it.
    pub scope: Option<Scope>,
    /// The rule that limits distribution, for scope Restricted.
    pub restriction: Option<String>,
    /// The recipients, for scope Private.
    pub addresses: Vec<String>,
    /// Special handling codes (`code`).
    pub codes: Vec<String>,
    /// Purpose or significance; names the exercise, or explains an error.
    pub note: Option<String>,
    /// The earlier messages it concerns.
    pub references: Vec<Reference>,
    /// Names of the incidents it belongs to.
    pub incidents: Vec<String>,
    /// The information itself, per language or phase (`info`).
    pub infos: Vec<Info>,
}

impl Alert {
    /// A message with everything the schema requires.
    pub fn new(
        identifier: impl Into<String>,
        sender: impl Into<String>,
        sent: Time,
        status: Status,
        message_type: MessageType,
        scope: Scope,
    ) -> Self {
        Self {
            identifier: identifier.into(),
            sender: sender.into(),
            sent: Some(sent),
            status: Some(status),
            message_type: Some(message_type),
            scope: Some(scope),
            ..Self::default()
        }
    }

    /// How later messages refer to this one; `None` while it has no `sent`.
    pub fn as_reference(&self) -> Option<Reference> {
        Some(Reference {
            sender: self.sender.clone(),
            identifier: self.identifier.clone(),
            sent: self.sent.as_ref()?.to_string(),
        })
    }
}

/// An earlier message: the triple `sender,identifier,sent`.
///
/// Real messages get `sent` wrong (one repeats its own), so match by sender and identifier and
/// take `sent` as a hint. Parts missing from a received reference are empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reference {
    /// Sender of the earlier message.
    pub sender: String,
    /// Identifier of the earlier message.
    pub identifier: String,
    /// The text of its `sent`, verbatim.
    pub sent: String,
}

/// What is going on, in one language.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Info {
    /// Language tag; see [`Info::language_or_default`].
    pub language: Option<String>,
    /// Subjects of the event (`category`), one at least.
    pub categories: Vec<Category>,
    /// The kind of event, in words.
    pub event: String,
    /// What to do (`responseType`).
    pub response_types: Vec<ResponseType>,
    /// How soon to act.
    pub urgency: Option<Urgency>,
    /// How strong it is.
    pub severity: Option<Severity>,
    /// How sure it is.
    pub certainty: Option<Certainty>,
    /// Whom it is for.
    pub audience: Option<String>,
    /// The kind of event, in codes of named lists (`eventCode`).
    pub event_codes: Vec<NamedValue>,
    /// When the information takes effect.
    pub effective: Option<Time>,
    /// When the event is expected to begin.
    pub onset: Option<Time>,
    /// When the information ends.
    pub expires: Option<Time>,
    /// Readable name of the issuer (`senderName`).
    pub sender_name: Option<String>,
    /// Headline.
    pub headline: Option<String>,
    /// Description of the event.
    pub description: Option<String>,
    /// What the audience should do.
    pub instruction: Option<String>,
    /// Address of a page with more.
    pub web: Option<String>,
    /// Whom to contact.
    pub contact: Option<String>,
    /// Values particular to a system (`parameter`).
    pub parameters: Vec<NamedValue>,
    /// Files that belong to it (`resource`).
    pub resources: Vec<Resource>,
    /// Where it applies: the union of these (`area`).
    pub areas: Vec<Area>,
}

impl Info {
    /// An info block with everything the schema requires.
    pub fn new(
        category: Category,
        event: impl Into<String>,
        urgency: Urgency,
        severity: Severity,
        certainty: Certainty,
    ) -> Self {
        Self {
            categories: vec![category],
            event: event.into(),
            urgency: Some(urgency),
            severity: Some(severity),
            certainty: Some(certainty),
            ..Self::default()
        }
    }

    /// The language tag, or the default of the standard when none is stated.
    pub fn language_or_default(&self) -> &str {
        self.language.as_deref().unwrap_or(DEFAULT_LANGUAGE)
    }

    /// The first parameter of that name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|parameter| parameter.name == name);
        found.map(|parameter| parameter.value.as_str())
    }

    /// Replaces every parameter of that name by one value.
    pub fn set_parameter(&mut self, name: &str, value: impl Into<String>) {
        self.parameters.retain(|parameter| parameter.name != name);
        self.parameters.push(NamedValue::new(name, value));
    }
}

/// A value with the name of its list or meaning (`valueName`, `value`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NamedValue {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

impl NamedValue {
    /// A name and its value.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

/// A file that belongs to an info block.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Resource {
    /// What the file is (`resourceDesc`).
    pub description: String,
    /// Media type, `type/subtype`.
    pub mime_type: String,
    /// Size in bytes.
    pub size: Option<u64>,
    /// Where to fetch it.
    pub uri: Option<String>,
    /// The content itself, in base64 (`derefUri`).
    pub content_base64: Option<String>,
    /// SHA-1 of the content, in hexadecimal.
    pub digest: Option<String>,
}

/// A part of the affected area.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Area {
    /// The area in words (`areaDesc`).
    pub description: String,
    /// Polygons of it.
    pub polygons: Vec<Polygon>,
    /// Circles of it.
    pub circles: Vec<Circle>,
    /// Codes of it in named lists; the 12-digit region code in China.
    pub geocodes: Vec<NamedValue>,
    /// Altitude, or the lowest one, in feet above mean sea level.
    pub altitude: Option<f64>,
    /// Highest altitude, in feet above mean sea level.
    pub ceiling: Option<f64>,
}

impl Area {
    /// True if a machine can find it on a map.
    pub fn has_geometry(&self) -> bool {
        !(self.polygons.is_empty() && self.circles.is_empty() && self.geocodes.is_empty())
    }
}
