//! Identifiers: UUID version 7 as text, one newtype per noun so that they cannot be confused.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use crate::fault::{Fault, Result};

/// The letters of a UUID, in place: millions of ids are held, and each would have an allocation of its own.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Letters([u8; Hyphenated::LENGTH]);

impl Letters {
    fn of(uuid: Uuid) -> Self {
        let mut letters = [0; Hyphenated::LENGTH];
        uuid.hyphenated().encode_lower(&mut letters);
        Self(letters)
    }

    fn as_str(&self) -> &str {
        // Only `of` makes them: they are ASCII.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl std::fmt::Debug for Letters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self.as_str(), f)
    }
}

impl Serialize for Letters {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident => $noun:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(#[schemars(with = "String")] Letters);

        impl $name {
            /// Wraps a fresh UUID.
            pub fn from_uuid(uuid: Uuid) -> Self { Self(Letters::of(uuid)) }
            /// The stored and exchanged form: lower-case, hyphenated.
            pub fn as_str(&self) -> &str { self.0.as_str() }
        }
        impl NewId for $name {
            fn from_uuid(uuid: Uuid) -> Self { Self::from_uuid(uuid) }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }
        impl std::str::FromStr for $name {
            type Err = Fault;
            fn from_str(text: &str) -> Result<Self> {
                Uuid::try_parse(text).map(Self::from_uuid).map_err(|_| Fault::field($noun, "malformed_id").with("value", text).into())
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(|_| serde::de::Error::custom(format!("malformed {} id", $noun)))
            }
        }
    )*};
}

/// Anything that can be made from a fresh UUID.
pub trait NewId {
    /// Wraps the UUID.
    fn from_uuid(uuid: Uuid) -> Self;
}

identifiers! {
    /// A record of a ledger (台账).
    RecordId => "record";
    /// A series of observations (测点).
    SeriesId => "series";
    /// A rule over a series.
    RuleId => "rule";
    /// A template of rules: one for all series of a kind.
    RuleTemplateId => "rule_template";
    /// An alarm (告警).
    AlarmId => "alarm";
    /// A time out of service (检修、停用).
    OutOfServiceId => "out_of_service";
    /// An order to a device (指令).
    DeviceOrderId => "device_order";
    /// A matter (事项).
    MatterId => "matter";
    /// A message (送达).
    MessageId => "message";
    /// One delivery of a message to one recipient over one channel.
    DeliveryId => "delivery";
    /// A user account.
    UserId => "user";
    /// A sign-in session.
    SessionId => "session";
    /// An API or device token.
    TokenId => "token";
    /// An attachment.
    AttachmentId => "attachment";
    /// An import run.
    ImportId => "import";
    /// A saved view of a screen.
    ViewId => "view";
    /// A piece of long work.
    JobId => "job";
    /// An entry of the quarantine: something that arrived and could not be placed.
    QuarantineId => "quarantine";
    /// An event that a handler could not digest.
    SetAsideId => "set_aside";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_no_uuid() {
        assert!("1; drop table".parse::<RecordId>().is_err());
        assert!(serde_json::from_str::<RecordId>("\"x\"").is_err());
    }
}
