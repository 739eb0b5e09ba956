//! The data segment as text: reading it leniently, writing it strictly.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::command::Command;
use super::error::{EncodeError, SegmentError};
use super::flag::Flag;
use super::frame::{MAX_SEGMENT, encode_frame, find};
use super::parameters::{Parameter, Parameters};
use super::reading::records;
use super::segment::{Packet, ParameterCipher, Segment, SegmentDeviation};
use super::time;

const OPENING: &[u8] = b"CP=&&";
const CLOSING: &[u8] = b"&&";

pub(super) fn read(segment: &[u8], cipher: &dyn ParameterCipher) -> Result<Segment, SegmentError> {
    let opening = find(segment, OPENING).ok_or(SegmentError::MissingParameters)?;
    let header = segment.get(..opening).unwrap_or_default();
    let body = segment.get(opening + OPENING.len()..).unwrap_or_default();
    let closing = body.windows(CLOSING.len()).rposition(|window| window == CLOSING);
    let closing = closing.ok_or(SegmentError::UnclosedParameters)?;
    let sealed = body.get(..closing).unwrap_or_default();
    let mut deviations = Vec::new();
    let trailing = body.get(closing + CLOSING.len()..).unwrap_or_default();
    let mut result = read_header(&text(header, &mut deviations), &mut deviations)?;
    let open = cipher.open(&result, sealed).ok_or(SegmentError::Undecipherable)?;
    let open = text(&open, &mut deviations);
    result.parameters = Parameters::read(&open, |stray| note_stray(&mut deviations, stray));
    note_stray(&mut deviations, text(trailing, &mut Vec::new()).trim());
    note_irregularities(&result.parameters, &mut deviations);
    result.deviations = deviations;
    Ok(result)
}

/// Bytes as text. Devices that send GBK instead of UTF-8 lose their Chinese, not their values.
fn text(bytes: &[u8], deviations: &mut Vec<SegmentDeviation>) -> String {
    let text = String::from_utf8_lossy(bytes);
    if matches!(text, std::borrow::Cow::Owned(_)) && !deviations.contains(&SegmentDeviation::NotUtf8) {
        deviations.push(SegmentDeviation::NotUtf8);
    }
    text.into_owned()
}

fn note_stray(deviations: &mut Vec<SegmentDeviation>, stray: &str) {
    if !stray.is_empty() {
        deviations.push(SegmentDeviation::StrayText { text: stray.to_owned() });
    }
}

/// The fields before `CP`, in whatever order they come.
fn read_header(header: &str, deviations: &mut Vec<SegmentDeviation>) -> Result<Segment, SegmentError> {
    let mut fields: Vec<(&str, &str)> = Vec::new();
    for piece in header.split(';').map(str::trim).filter(|piece| !piece.is_empty()) {
        let Some((name, value)) = piece.split_once('=') else {
            note_stray(deviations, piece);
            continue;
        };
        let (name, value) = (name.trim_end(), value.trim_start());
        match fields.iter_mut().find(|(known, _)| *known == name) {
            Some(known) => {
                deviations.push(SegmentDeviation::DoubledName { name: name.to_owned() });
                known.1 = value;
            }
            None => fields.push((name, value)),
        }
    }
    let mut take = |name: &str| {
        let index = fields.iter().position(|(known, _)| *known == name)?;
        Some(fields.remove(index).1)
    };
    let command = take("CN").ok_or(SegmentError::MissingField { name: "CN" })?;
    let cn = Command::parse(command).ok_or_else(|| SegmentError::BadCommand { text: command.to_owned() })?;
    let mn = take("MN").filter(|mn| !mn.is_empty()).ok_or(SegmentError::MissingField { name: "MN" })?;
    let mut segment = Segment::new(cn, mn);
    segment.qn = take("QN").map(str::to_owned);
    segment.st = take("ST").map(str::to_owned);
    segment.pw = take("PW").map(str::to_owned);
    segment.flag = read_number("Flag", take("Flag"), deviations).map(Flag);
    let total = read_number("PNUM", take("PNUM"), deviations);
    let number = read_number("PNO", take("PNO"), deviations);
    segment.packet = total.zip(number).map(|(total, number)| Packet { total, number });
    segment.extra = fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    if segment.packet.is_none() {
        // One without the other says nothing, but is not to be lost.
        segment.extra.extend(total.map(|total: u16| ("PNUM".to_owned(), total.to_string())));
        segment.extra.extend(number.map(|number: u16| ("PNO".to_owned(), number.to_string())));
    }
    Ok(segment)
}

fn read_number<N: std::str::FromStr>(
    name: &'static str,
    text: Option<&str>,
    deviations: &mut Vec<SegmentDeviation>,
) -> Option<N> {
    let text = text?;
    let number = text.parse().ok();
    if number.is_none() {
        deviations.push(SegmentDeviation::UnreadableNumber { name, text: text.to_owned() });
    }
    number
}

/// Doubled names within one record, and times that have not 14 digits.
pub(super) fn note_irregularities(parameters: &Parameters, deviations: &mut Vec<SegmentDeviation>) {
    let all: Vec<&Parameter> = parameters.iter().collect();
    for record in records(&all) {
        let mut names = BTreeSet::new();
        for parameter in record {
            if !names.insert(parameter.name.as_str()) {
                deviations.push(SegmentDeviation::DoubledName { name: parameter.name.clone() });
            }
            if matches!(parameter.name.as_str(), "DataTime" | "AlarmTime") && !time::is_regular(&parameter.value) {
                deviations.push(SegmentDeviation::IrregularTime { text: parameter.value.clone() });
            }
        }
    }
}

impl Segment {
    /// Writes the segment in the standard's order of fields.
    pub fn to_text(&self) -> Result<String, EncodeError> {
        let mut text = String::new();
        let (command, flag) = (self.cn.to_string(), self.flag.map(|flag| flag.to_string()));
        write_field(&mut text, "QN", self.qn.as_deref())?;
        write_field(&mut text, "ST", self.st.as_deref())?;
        write_field(&mut text, "CN", Some(&command))?;
        write_field(&mut text, "PW", self.pw.as_deref())?;
        write_field(&mut text, "MN", Some(&self.mn))?;
        write_field(&mut text, "Flag", flag.as_deref())?;
        if let Some(packet) = self.packet {
            // Writing to a string cannot fail.
            let _ = write!(text, "PNUM={};PNO={};", packet.total, packet.number);
        }
        for (name, value) in &self.extra {
            check(name, name, |character| character == '=')?;
            write_field(&mut text, name, Some(value))?;
        }
        for parameter in self.parameters.iter() {
            check(&parameter.name, &parameter.name, |character| matches!(character, '=' | ','))?;
            check(&parameter.name, &parameter.value, |character| character == ',')?;
        }
        text.push_str("CP=&&");
        self.parameters.write(&mut text);
        text.push_str("&&");
        Ok(text)
    }

    /// Writes the segment as a whole frame.
    pub fn to_frame(&self) -> Result<Vec<u8>, EncodeError> {
        let text = self.to_text()?;
        if text.len() > MAX_SEGMENT {
            return Err(EncodeError::TooLong { length: text.len(), maximum: MAX_SEGMENT });
        }
        encode_frame(text.as_bytes())
    }
}

fn write_field(text: &mut String, name: &str, value: Option<&str>) -> Result<(), EncodeError> {
    if let Some(value) = value {
        check(name, value, |_| false)?;
        // Writing to a string cannot fail.
        let _ = write!(text, "{name}={value};");
    }
    Ok(())
}

/// Refuses text that would change the structure: an operator's words must not become fields.
fn check(name: &str, value: &str, also: impl Fn(char) -> bool) -> Result<(), EncodeError> {
    let illegal = |character: char| matches!(character, ';' | '&' | '#') || character.is_control() || also(character);
    if value.contains(illegal) || value.trim() != value {
        return Err(EncodeError::IllegalText { name: name.to_owned(), value: value.to_owned() });
    }
    Ok(())
}
