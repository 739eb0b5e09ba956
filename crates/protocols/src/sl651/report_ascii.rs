//! Reads the elements of reports in ASCII coding (6.6.2).

use super::bcd::Value;
use super::body_ascii::STATION_WORD;
use super::body_hex::{Read, fault_at};
use super::content::{Element, ElementData, SLOTS, Section, text_value};
use super::error::BodyFault;
use super::function::Function;
use super::hexadecimal;
use super::identifier::{BULK, Identifier, MANUAL, PICTURE, RAIN_SERIES, STATUS, STEP, TimeStep};
use super::reader::Reader;
use super::report_hex::slots;
use super::station::{StationAddress, StationClass};
use super::status::StatusWord;
use super::time::{ObservationTime, WireTime};

const TIME_WORD: &[u8] = b"TT ";
const OPEN_WORD: &str = "a word is missing or not closed by a blank";

/// Reads all sections; the reader stands before the first `ST`.
pub(super) fn read(function: Function, reader: &mut Reader<'_>, fault: &mut Option<BodyFault>) -> Vec<Section> {
    let mut sections = Vec::new();
    while !reader.is_empty() && fault.is_none() {
        let before = *reader;
        let Some(mut section) = open_section(function, reader) else {
            *fault = Some(fault_at(&before, "the station address is no ten digits"));
            break;
        };
        *fault = fill_section(function, reader, &mut section).err();
        sections.push(section);
    }
    reader.take_rest();
    sections
}

fn open_section(function: Function, reader: &mut Reader<'_>) -> Option<Section> {
    reader.skip(STATION_WORD);
    let station = StationAddress::parse(reader.word()?)?;
    let mut ahead = *reader;
    let class = match ahead.word().map(str::as_bytes) {
        Some([class]) if function.has_class() => Some(StationClass(*class)),
        _ => None,
    };
    if class.is_some() {
        *reader = ahead;
    }
    let observed = take_time(reader);
    Some(Section { station, class, observed, elements: Vec::new() })
}

/// The observation time, if one comes next and is ten digits.
fn take_time(reader: &mut Reader<'_>) -> Option<ObservationTime> {
    let mut ahead = *reader;
    let time = if ahead.skip(TIME_WORD) { ahead.word().and_then(WireTime::from_digits) } else { None };
    if time.is_some() {
        *reader = ahead;
    }
    time
}

fn fill_section(function: Function, reader: &mut Reader<'_>, section: &mut Section) -> Result<(), BodyFault> {
    let mut observed = section.observed;
    let mut after_step = false;
    while !reader.is_empty() && !reader.rest().starts_with(STATION_WORD) {
        let before = *reader;
        if let Some(time) = take_time(reader) {
            observed = Some(time);
            continue;
        }
        if after_step && function.is_series() && !next_is_block(*reader) {
            after_step = false;
            series(reader, observed, section)?;
            continue;
        }
        let (identifier, data) = element(reader).map_err(|reason| fault_at(&before, reason))?;
        after_step = identifier.id.code() == Some(STEP);
        section.elements.push(Element { identifier, observed, data });
    }
    Ok(())
}

fn next_is_block(mut reader: Reader<'_>) -> bool {
    reader.word().is_some_and(|word| Identifier::ascii(word).id.is_slotted())
}

fn element(reader: &mut Reader<'_>) -> Read<(Identifier, ElementData)> {
    let identifier = Identifier::ascii(reader.word().ok_or(OPEN_WORD)?);
    let code = identifier.id.code();
    let data = match code {
        // Text, picture and bulk data are sent as they are (6.4.1) and go on to the end.
        Some(MANUAL) => ElementData::Text(reader.take_rest().to_vec()),
        Some(PICTURE | BULK) => ElementData::Bytes(reader.take_rest().to_vec()),
        Some(STEP) => step(&identifier).ok_or("the time step is out of range")?,
        _ => {
            let word = reader.word().ok_or(OPEN_WORD)?;
            match code {
                Some(STATUS) => status(word),
                _ if identifier.id.is_slotted() => {
                    block(word, code == Some(RAIN_SERIES)).ok_or("a block is not twelve values")?
                }
                _ => ElementData::Value(text_value(word.as_bytes())),
            }
        }
    };
    Ok((identifier, data))
}

fn step(identifier: &Identifier) -> Option<ElementData> {
    TimeStep::from_symbol(&identifier.id.to_string()).map(ElementData::Step)
}

fn status(word: &str) -> ElementData {
    match hexadecimal::array(word.as_bytes()) {
        Some(bits) => ElementData::Status(StatusWord(u32::from_be_bytes(bits))),
        None => ElementData::Bytes(word.as_bytes().to_vec()),
    }
}

fn block(word: &str, rain: bool) -> Option<ElementData> {
    let width = if rain { 1 } else { 2 };
    let data = hexadecimal::bytes(word.as_bytes()).filter(|data| data.len() == SLOTS * width)?;
    Some(ElementData::Values(slots(&data, width)))
}

/// Symbols, then their values row by row (table 30). Whole rows stay when the last one is cut.
fn series(reader: &mut Reader<'_>, observed: Option<ObservationTime>, section: &mut Section) -> Result<(), BodyFault> {
    let before = *reader;
    let symbols = words(reader, |word| value_of(word).is_none());
    let values: Vec<Value> = words(reader, |word| value_of(word).is_some()).into_iter().filter_map(value_of).collect();
    if symbols.is_empty() {
        return Err(fault_at(&before, "a series names no element"));
    }
    for (index, symbol) in symbols.iter().enumerate() {
        let column = values.chunks_exact(symbols.len()).filter_map(|row| row.get(index).cloned()).collect();
        let identifier = Identifier::ascii(*symbol);
        section.elements.push(Element { identifier, observed, data: ElementData::Values(column) });
    }
    if values.len().is_multiple_of(symbols.len()) {
        return Ok(());
    }
    Err(fault_at(&before, "a series does not end with a whole row"))
}

fn value_of(word: &str) -> Option<Value> {
    match text_value(word.as_bytes()) {
        Value::Invalid(_) => None,
        value => Some(value),
    }
}

/// Words up to the first that does not belong, the next time or station, or the end.
fn words<'a>(reader: &mut Reader<'a>, belongs: impl Fn(&str) -> bool) -> Vec<&'a str> {
    let mut found = Vec::new();
    loop {
        let mut ahead = *reader;
        let marked = reader.rest().starts_with(STATION_WORD) || reader.rest().starts_with(TIME_WORD);
        match ahead.word() {
            Some(word) if !marked && belongs(word) => found.push(word),
            _ => return found,
        }
        *reader = ahead;
    }
}
