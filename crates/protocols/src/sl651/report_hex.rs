//! Reads the elements of reports in HEX/BCD coding (6.6.3, annex C).

use super::bcd::{self, Value};
use super::body_hex::{Read, fault_at, identifier};
use super::content::{Element, ElementData, SLOTS, Section};
use super::error::BodyFault;
use super::function::Function;
use super::identifier::{BULK, ElementId, Identifier, MANUAL, PICTURE, RAIN_SERIES, STATUS, STEP, TimeStep};
use super::reader::Reader;
use super::station::{StationAddress, StationClass};
use super::status::StatusWord;
use super::time::{ObservationTime, WireTime};

pub(super) const TIME_MARK: &[u8] = &[0xF0, 0xF0];
pub(super) const STATION_MARK: &[u8] = &[0xF1, 0xF1];
pub(super) const MANUAL_MARK: &[u8] = &[0xF2, 0xF2];
pub(super) const PICTURE_MARK: &[u8] = &[0xF3, 0xF3];
pub(super) const BULK_MARK: &[u8] = &[0xFD, 0xF6];

/// Reads all sections; the reader stands before the first station mark.
pub(super) fn read(function: Function, reader: &mut Reader<'_>, fault: &mut Option<BodyFault>) -> Vec<Section> {
    let mut sections = Vec::new();
    while !reader.is_empty() {
        let before = *reader;
        let Some(mut section) = open_section(function, reader) else {
            *fault = Some(fault_at(&before, "the station address is cut off"));
            break;
        };
        if let Err(broken) = fill_section(function, reader, &mut section) {
            *fault = Some(broken);
        }
        sections.push(section);
        if fault.is_some() {
            break;
        }
    }
    reader.take_rest();
    sections
}

fn open_section(function: Function, reader: &mut Reader<'_>) -> Option<Section> {
    reader.skip(STATION_MARK);
    let station = StationAddress(reader.take_array()?);
    // Address and class belong together (6.6.2.6); a station that leaves the class out goes on with the time.
    let bare = reader.rest().starts_with(TIME_MARK) || !function.has_class();
    let class = if bare { None } else { reader.byte().map(StationClass) };
    let observed = take_time(reader);
    Some(Section { station, class, observed, elements: Vec::new() })
}

/// The observation time, if one comes next and is whole.
fn take_time(reader: &mut Reader<'_>) -> Option<ObservationTime> {
    let mut ahead = *reader;
    let time = if ahead.skip(TIME_MARK) { ahead.take_array().map(WireTime) } else { None };
    if time.is_some() {
        *reader = ahead;
    }
    time
}

/// Reads elements up to the next station or the end.
fn fill_section(function: Function, reader: &mut Reader<'_>, section: &mut Section) -> Result<(), BodyFault> {
    let mut observed = section.observed;
    let mut after_step = false;
    while !reader.is_empty() && !reader.rest().starts_with(STATION_MARK) {
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
        match element(reader) {
            Ok((identifier, data)) => {
                after_step = identifier.id == ElementId::Code(STEP);
                section.elements.push(Element { identifier, observed, data });
            }
            Err(reason) => return Err(fault_at(&before, reason)),
        }
    }
    Ok(())
}

fn element(reader: &mut Reader<'_>) -> Read<(Identifier, ElementData)> {
    if let Some(found) = unbounded(reader) {
        return Ok(found);
    }
    let identifier = identifier(reader)?;
    let data = sized(&identifier, reader)?;
    Ok((identifier, data))
}

/// Text, picture and bulk data go on to the end of the body.
fn unbounded(reader: &mut Reader<'_>) -> Option<(Identifier, ElementData)> {
    if reader.skip(MANUAL_MARK) {
        return Some((Identifier::hex(MANUAL, 0xF2), ElementData::Text(reader.take_rest().to_vec())));
    }
    for (mark, code, definition) in [(PICTURE_MARK, PICTURE, 0xF3), (BULK_MARK, BULK, 0xF6)] {
        if reader.skip(mark) {
            return Some((Identifier::hex(code, definition), ElementData::Bytes(reader.take_rest().to_vec())));
        }
    }
    None
}

fn sized(identifier: &Identifier, reader: &mut Reader<'_>) -> Read<ElementData> {
    const CUT: &str = "an element runs past the end";
    let code = identifier.id.code().unwrap_or_default();
    if identifier.id.is_slotted() {
        let width = if code == RAIN_SERIES { 1 } else { 2 };
        return Ok(ElementData::Values(slots(reader.take(SLOTS * width).ok_or(CUT)?, width)));
    }
    let data = reader.take(identifier.bytes()).ok_or(CUT)?;
    Ok(match code {
        STEP => match data.try_into().ok().and_then(TimeStep::from_bcd) {
            Some(step) => ElementData::Step(step),
            None => ElementData::Bytes(data.to_vec()),
        },
        STATUS => match data.try_into() {
            Ok(word) => ElementData::Status(StatusWord(u32::from_be_bytes(word))),
            Err(_) => ElementData::Bytes(data.to_vec()),
        },
        _ => ElementData::Value(bcd::read(data, identifier.decimals())),
    })
}

/// Twelve unsigned numbers: 0.1 mm in one byte, or 0.01 m in two; all bits set where there is none.
pub(super) fn slots(data: &[u8], width: usize) -> Vec<Value> {
    let decimals = if width == 1 { 1 } else { 2 };
    let slot = |bytes: &[u8]| {
        if bytes.iter().all(|byte| *byte == 0xFF) {
            return Value::Missing;
        }
        let number = bytes.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        Value::Number(bcd::place_point(&number.to_string(), decimals))
    };
    data.chunks(width).map(slot).collect()
}

/// Whether a block of five-minute values comes next: these stand after a time step of zero (table C.1 note g).
fn next_is_block(mut reader: Reader<'_>) -> bool {
    identifier(&mut reader).is_ok_and(|identifier| identifier.id.is_slotted())
}

/// One identifier and values of its size to the next mark or the end. Whole values stay when the last one is cut.
fn series(reader: &mut Reader<'_>, observed: Option<ObservationTime>, section: &mut Section) -> Result<(), BodyFault> {
    let before = *reader;
    let identifier = identifier(reader).map_err(|reason| fault_at(&before, reason))?;
    let mut values = Vec::new();
    let mut fault = None;
    while !reader.is_empty() && !reader.rest().starts_with(TIME_MARK) && !reader.rest().starts_with(STATION_MARK) {
        let Some(data) = reader.take(identifier.bytes()).filter(|data| !data.is_empty()) else {
            fault = Some(fault_at(reader, "a series does not end with a whole value"));
            break;
        };
        values.push(bcd::read(data, identifier.decimals()));
    }
    section.elements.push(Element { identifier, observed, data: ElementData::Values(values) });
    fault.map_or(Ok(()), Err)
}
