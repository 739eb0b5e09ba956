//! Readings out of a document, by a mapping.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::mapping::{Device, Layout, Mapping, Series, Unit};
use super::node::Node;
use super::path::{Path, Spot, pointer};
use super::scalar;
use crate::time;

/// A reading as it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct MappedReading {
    /// Code of the device.
    pub device: String,
    /// Code of the series.
    pub series: String,
    /// When it was measured; nothing if the document does not say it.
    pub at: Option<Timestamp>,
    /// The value as written; empty where nothing was measured.
    pub value: String,
    /// The word for its quality, where the document has one.
    pub quality: Option<String>,
    /// Where the value stands.
    pub pointer: String,
}

/// Why something is no reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Nothing is there.
    Absent,
    /// An object or an array stands where a number, a text or a truth value was expected.
    NoScalar,
    /// An object was expected.
    NoObject,
    /// None of the values that the mapping knows is there.
    NoValues,
    /// No time as the mapping expects it.
    NoTime,
    /// A word for the quality that the mapping does not know.
    UnknownQuality,
    /// A unit that the mapping does not know.
    UnknownUnit,
    /// A value that cannot be brought to the unit of the ledger.
    NotScaled,
}

/// What is no reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Where, as a JSON pointer.
    pub pointer: String,
    /// Why.
    pub reason: Reason,
    /// What stands there, shortened; empty where nothing does.
    pub found: String,
}

/// What a document holds.
#[derive(Debug, Default, PartialEq)]
pub struct Taken {
    /// Its readings, in their order.
    pub readings: Vec<MappedReading>,
    /// What is none.
    pub wrong: Vec<Wrong>,
}

impl Mapping {
    /// Takes the readings out of a document. Of an item whose device or time is wrong, nothing is taken.
    pub fn take(&self, document: &Node<'_>) -> Taken {
        let (mut items, mut lost) = (Vec::new(), Vec::new());
        Spot::root(document).each(&self.items.names, &mut items, &mut lost);
        let absent = |pointer| Wrong { pointer, reason: Reason::Absent, found: String::new() };
        let mut taken = Taken { readings: Vec::new(), wrong: lost.into_iter().map(absent).collect() };
        for item in &items {
            if let Err(wrong) = self.item(item, &mut taken) {
                taken.wrong.push(wrong);
            }
        }
        taken
    }

    fn item(&self, item: &Spot<'_, '_>, taken: &mut Taken) -> Result<(), Wrong> {
        let device = match &self.device {
            Device::Fixed(device) => device.clone(),
            Device::At(path) => word(item, path)?.1.into_owned(),
        };
        let at = self.time.as_ref().map(|path| self.time_at(item, path)).transpose()?;
        let quality = match &self.quality {
            Some((path, words)) => quality(item, path, words)?,
            None => None,
        };
        for found in self.values(item)? {
            match found {
                Ok((series, value, pointer)) => {
                    let (device, quality) = (device.clone(), quality.clone());
                    taken.readings.push(MappedReading { device, series, at, value, quality, pointer });
                }
                Err(wrong) => taken.wrong.push(wrong),
            }
        }
        Ok(())
    }

    fn values(&self, item: &Spot<'_, '_>) -> Result<Values, Wrong> {
        match &self.layout {
            Layout::One { series, value, unit } => {
                let series = match series {
                    Series::Fixed(code) => code.clone(),
                    Series::At(path, names) => renamed(&word(item, path)?.1, names),
                };
                let (pointer, raw) = scalar(item, value)?;
                let text = shown(&pointer, raw)?;
                let text = unit.as_ref().map_or(Ok(text.clone()), |unit| scaled(item, unit, text, &pointer))?;
                Ok(vec![Ok((series, text, pointer))])
            }
            Layout::Columns(columns) => columns_of(item, columns),
            Layout::Properties { object, names, except } => properties_of(item, object, names, except),
        }
    }

    fn time_at(&self, item: &Spot<'_, '_>, path: &Path) -> Result<Timestamp, Wrong> {
        let (pointer, raw) = scalar(item, path)?;
        let text = scalar::value(raw).unwrap_or_default();
        let read = time::read(&text, self.time_format.as_deref(), self.zone);
        read.ok_or_else(|| wrong(pointer, Reason::NoTime, raw))
    }
}

/// Series, value and where it stands.
type Value = (String, String, String);
type Values = Vec<Result<Value, Wrong>>;

/// Values at places of their own; places without anything say nothing, unless all of them do.
fn columns_of(item: &Spot<'_, '_>, columns: &[(Path, String)]) -> Result<Values, Wrong> {
    let places = columns.iter().map(|(path, series)| (item.at(path), series));
    let present: Vec<_> = places.filter_map(|((pointer, node), series)| Some((pointer, node?, series))).collect();
    if present.is_empty() {
        return Err(wrong(pointer(&item.names), Reason::NoValues, ""));
    }
    let value = |(pointer, node, series): (String, &Node<'_>, &String)| property(pointer, node, series.clone());
    Ok(present.into_iter().filter_map(value).collect())
}

fn properties_of(
    item: &Spot<'_, '_>,
    object: &Path,
    names: &BTreeMap<String, String>,
    except: &[String],
) -> Result<Values, Wrong> {
    let (place, node) = item.at(object);
    let Some(Node::Object(entries)) = node else {
        let reason = if node.is_none() { Reason::Absent } else { Reason::NoObject };
        return Err(wrong(place, reason, ""));
    };
    let values = entries.iter().filter(|(key, _)| !except.iter().any(|except| except == key));
    let value = |(key, node): &(Cow<'_, str>, Node<'_>)| {
        property(format!("{place}{}", pointer([&key.to_string()])), node, renamed(key, names))
    };
    Ok(values.filter_map(value).collect())
}

/// A value of a wide item; `null` says nothing.
fn property(pointer: String, node: &Node<'_>, series: String) -> Option<Result<Value, Wrong>> {
    match node {
        Node::Scalar("null") => None,
        Node::Scalar(raw) => Some(shown(&pointer, raw).map(|text| (series, text, pointer))),
        _ => Some(Err(wrong(pointer, Reason::NoScalar, ""))),
    }
}

fn wrong(pointer: String, reason: Reason, found: &str) -> Wrong {
    Wrong { pointer, reason, found: found.chars().take(80).collect() }
}

fn renamed(name: &str, names: &BTreeMap<String, String>) -> String {
    names.get(name).cloned().unwrap_or_else(|| name.to_owned())
}

fn scalar<'a>(item: &Spot<'_, 'a>, path: &Path) -> Result<(String, &'a str), Wrong> {
    match item.at(path) {
        (pointer, Some(Node::Scalar(raw))) => Ok((pointer, raw)),
        (pointer, Some(_)) => Err(wrong(pointer, Reason::NoScalar, "")),
        (pointer, None) => Err(wrong(pointer, Reason::Absent, "")),
    }
}

/// A text or a number that names something; never empty.
fn word<'a>(item: &Spot<'_, 'a>, path: &Path) -> Result<(String, Cow<'a, str>), Wrong> {
    let (pointer, raw) = scalar(item, path)?;
    match scalar::value(raw) {
        Ok(text) if !text.trim().is_empty() => Ok((pointer, text)),
        _ => Err(wrong(pointer, Reason::Absent, raw)),
    }
}

fn shown(pointer: &str, raw: &str) -> Result<String, Wrong> {
    let text = scalar::value(raw).map_err(|_| wrong(pointer.to_owned(), Reason::NoScalar, raw))?;
    Ok(text.trim().to_owned())
}

/// The word of the mapping for what the document says; nothing where it says nothing.
fn quality(item: &Spot<'_, '_>, path: &Path, words: &BTreeMap<String, String>) -> Result<Option<String>, Wrong> {
    let (pointer, node) = item.at(path);
    let raw = match node {
        None | Some(Node::Scalar("null")) => return Ok(None),
        Some(Node::Scalar(raw)) => *raw,
        Some(_) => return Err(wrong(pointer, Reason::NoScalar, "")),
    };
    // `true` and `1` differ here: the words are those of the sender.
    let told = if raw.starts_with('"') { scalar::text(raw).unwrap_or_default() } else { Cow::Borrowed(raw) };
    let known = words.get(told.trim()).cloned();
    known.map(Some).ok_or_else(|| wrong(pointer, Reason::UnknownQuality, raw))
}

fn scaled(item: &Spot<'_, '_>, unit: &Unit, text: String, pointer: &str) -> Result<String, Wrong> {
    let (place, told) = word(item, &unit.at)?;
    let scale = unit.scales.get(told.trim()).ok_or_else(|| wrong(place, Reason::UnknownUnit, &told))?;
    if text.is_empty() {
        return Ok(text);
    }
    scale.of_text(&text).ok_or_else(|| wrong(pointer.to_owned(), Reason::NotScaled, &text))
}
