//! A JSON document taken apart, with each number, text and truth value still as it was written.

use std::borrow::Cow;

use serde_json::value::RawValue;

/// Objects and arrays within each other; platforms of others need five.
const DEEPEST: usize = 32;

/// Why a body is no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is no JSON.
    #[error("{0}")]
    NoJson(String),
    /// It is nested more than 32 deep.
    #[error("it is nested too deep")]
    TooDeep,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Node<'a> {
    /// Keys and what they hold, in their order.
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
    /// Items in their order.
    Array(Vec<Node<'a>>),
    /// A number, a text, a truth value or `null`, as written.
    Scalar(&'a str),
}

impl<'a> Node<'a> {
    /// Takes a document apart; a mark of the byte order in front is passed over.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        let text = std::str::from_utf8(bytes).map_err(|_| Unreadable::NoJson("it is no UTF-8".to_owned()))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let raw: &RawValue = serde_json::from_str(text).map_err(|error| Unreadable::NoJson(error.to_string()))?;
        Self::build(raw.get(), DEEPEST)
    }

    fn build(raw: &'a str, depth: usize) -> Result<Self, Unreadable> {
        let depth = depth.checked_sub(1).ok_or(Unreadable::TooDeep)?;
        let no_json = |error: serde_json::Error| Unreadable::NoJson(error.to_string());
        match raw.as_bytes().first() {
            Some(b'{') => {
                let Entries(entries) = serde_json::from_str(raw).map_err(no_json)?;
                let below = |(key, raw): (Cow<'a, str>, &'a RawValue)| Ok((key, Self::build(raw.get(), depth)?));
                entries.into_iter().map(below).collect::<Result<_, _>>().map(Self::Object)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(raw).map_err(no_json)?;
                items.into_iter().map(|raw| Self::build(raw.get(), depth)).collect::<Result<_, _>>().map(Self::Array)
            }
            _ => Ok(Self::Scalar(raw)),
        }
    }

    /// What lies under a key or a number; of a key that occurs twice, the last, as everywhere.
    pub(super) fn step(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(entries) => entries.iter().rev().find(|(key, _)| key == name).map(|(_, node)| node),
            Self::Array(items) => items.get(name.parse::<usize>().ok()?),
            Self::Scalar(_) => None,
        }
    }
}

struct Entries<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> serde::Deserialize<'de> for Entries<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Entries<'de>;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<M: serde::de::MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut entries = Vec::new();
                while let Some((Key(key), raw)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
                    entries.push((key, raw));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

/// A key, borrowed where nothing in it is escaped.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);
