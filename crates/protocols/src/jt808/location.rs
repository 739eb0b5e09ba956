//! The location body of 0200 and of all messages that carry one (table 23).

use serde_json::Value as Json;

use super::alarm::Alarms;
use super::decimal::Decimal;
use super::digits;
use super::error::{BodyError, ComposeError, EncodeError, EncodeProblem};
use super::field::{Field, Layout, Object, expected, hexadecimal, layout, text};
use super::groups::{Flat, Nested};
use super::item::{Item, ItemValue};
use super::numbers::{Tenths, numbered};
use super::reader::Reader;
use super::status::{State, Status};
use super::time::LocalTime;
use super::writer::Writer;

/// Bytes before the additional items.
const BASIC: usize = 28;
/// Decimals of degrees.
const DEGREE_PLACES: u8 = 6;

/// Where a vehicle is and how it fares.
///
/// The standard names no datum; terminals send WGS-84.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// Alarms.
    pub alarms: Alarms,
    /// States.
    pub status: Status,
    /// Latitude, degrees; negative where [`State::South`] is set.
    pub latitude: Decimal,
    /// Longitude, degrees; negative where [`State::West`] is set.
    pub longitude: Decimal,
    /// Altitude, m.
    pub altitude: u16,
    /// Speed, km/h.
    pub speed: Decimal,
    /// Direction, degrees from north, clockwise.
    pub direction: u16,
    /// When.
    pub time: LocalTime,
    /// Additional items, in the order sent.
    pub items: Vec<Item>,
    /// What is left after the last whole item: an item that runs past the end. The location stands nevertheless.
    pub damaged_tail: Vec<u8>,
}

impl Location {
    /// A location with no alarms, states or items.
    pub fn new(latitude: Decimal, longitude: Decimal, time: LocalTime) -> Self {
        let south = if latitude.digits < 0 { Status::default().with(State::South) } else { Status::default() };
        let status = if longitude.digits < 0 { south.with(State::West) } else { south };
        Self {
            alarms: Alarms::default(),
            status,
            latitude,
            longitude,
            altitude: 0,
            speed: Decimal::new(0, 1),
            direction: 0,
            time,
            items: Vec::new(),
            damaged_tail: Vec::new(),
        }
    }

    /// What the first item of this id says.
    pub fn item(&self, id: u8) -> Option<ItemValue> {
        self.items.iter().find(|item| item.id == id).map(Item::value)
    }

    /// Whether the position can be on the globe; some terminals swap latitude and longitude.
    pub fn is_on_the_globe(&self) -> bool {
        let within = |number: Decimal, limit: u64| {
            let limit = limit.saturating_mul(10_u64.saturating_pow(u32::from(number.places)));
            number.digits.unsigned_abs() <= limit
        };
        within(self.latitude, 90) && within(self.longitude, 180)
    }

    /// Whether the whole body could be read.
    pub fn is_whole(&self) -> bool {
        self.damaged_tail.is_empty()
    }

    fn read_items(&mut self, reader: &mut Reader<'_>) {
        while reader.remaining() > 0 {
            let ahead = reader.ahead();
            let mut item = || {
                let (id, length) = (reader.byte()?, reader.byte()?);
                Ok::<Item, BodyError>(Item { id, bytes: reader.take(usize::from(length))?.to_vec() })
            };
            if let Ok(item) = item() {
                self.items.push(item);
            } else {
                reader.rest();
                self.damaged_tail = ahead.to_vec();
            }
        }
    }
}

fn read_basic(reader: &mut Reader<'_>) -> Result<Location, BodyError> {
    let basic = reader.take(BASIC)?;
    let mut reader = Reader::new(basic);
    let alarms = Alarms(reader.dword()?);
    let status = Status(reader.dword()?);
    let degrees = |number: u32, negative: bool| {
        let number = i64::from(number);
        Decimal::new(if negative { -number } else { number }, DEGREE_PLACES)
    };
    Ok(Location {
        alarms,
        status,
        latitude: degrees(reader.dword()?, status.contains(State::South)),
        longitude: degrees(reader.dword()?, status.contains(State::West)),
        altitude: reader.word()?,
        speed: Tenths::read(&mut reader)?,
        direction: reader.word()?,
        time: LocalTime::read(&mut reader)?,
        items: Vec::new(),
        damaged_tail: Vec::new(),
    })
}

fn write_degrees(number: Decimal, negative: bool, writer: &mut Writer) -> Result<(), EncodeError> {
    // The sign stands in the status word; one that contradicts it would put the vehicle on the other side of the globe.
    let agrees = if negative { number.digits <= 0 } else { number.digits >= 0 };
    let magnitude = number.digits_at(DEGREE_PLACES).filter(|_| agrees).map(i64::unsigned_abs);
    let magnitude = magnitude.and_then(|magnitude| u32::try_from(magnitude).ok());
    let magnitude = magnitude.ok_or_else(|| EncodeProblem::OutOfRange { value: number.to_string() })?;
    writer.put(&magnitude.to_be_bytes());
    Ok(())
}

fn write_basic(location: &Location, writer: &mut Writer) -> Result<(), EncodeError> {
    writer.put(&location.alarms.0.to_be_bytes());
    writer.put(&location.status.0.to_be_bytes());
    let (south, west) = (location.status.contains(State::South), location.status.contains(State::West));
    write_degrees(location.latitude, south, writer).map_err(|error| error.at("lat"))?;
    write_degrees(location.longitude, west, writer).map_err(|error| error.at("lng"))?;
    writer.put(&location.altitude.to_be_bytes());
    Tenths::write(&location.speed, writer).map_err(|error| error.at("speed_kmh"))?;
    writer.put(&location.direction.to_be_bytes());
    LocalTime::write(&location.time, writer)
}

impl Layout for Location {
    fn read(reader: &mut Reader<'_>) -> Result<Self, BodyError> {
        let mut location = read_basic(reader)?;
        location.read_items(reader);
        Ok(location)
    }

    fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        write_basic(self, writer)?;
        for item in &self.items {
            let too_long = |_| EncodeProblem::TooLong { length: item.bytes.len(), maximum: 0xFF };
            let length = u8::try_from(item.bytes.len()).map_err(too_long)?;
            writer.put(&[item.id, length]);
            writer.put(&item.bytes);
        }
        writer.put(&self.damaged_tail);
        Ok(())
    }

    fn describe(&self, into: &mut Object) {
        let mut put = |name: &str, value: Json| into.insert(name.to_owned(), value);
        put("alarm", format!("{:08X}", self.alarms.0).into());
        put("alarms", self.alarms.names());
        put("status", format!("{:08X}", self.status.0).into());
        put("states", self.status.names());
        put("load", self.status.load().name().into());
        put("lat", self.latitude.to_string().into());
        put("lng", self.longitude.to_string().into());
        put("altitude_m", self.altitude.into());
        put("speed_kmh", self.speed.to_string().into());
        put("direction", self.direction.into());
        put("time", LocalTime::to_json(&self.time).into());
        put("acc_on", self.status.contains(State::AccOn).into());
        put("fixed", self.status.contains(State::Fixed).into());
        if !self.is_on_the_globe() {
            put("position_invalid", true.into());
        }
        if !self.items.is_empty() {
            put("extras", self.items.iter().map(Item::describe).collect());
            let known: Vec<Json> = self.items.iter().filter_map(Item::describe_value).collect();
            put("extra_values", known.into());
        }
        if !self.is_whole() {
            put("extra_truncated", true.into());
            put("extra_tail", digits::text(&self.damaged_tail).into());
        }
        for item in &self.items {
            item.describe_beside(into);
        }
    }

    fn describe_inside(&self, into: &mut Object) {
        self.describe(into);
        for name in IN_WORDS {
            into.remove(name);
        }
    }

    fn compose(from: &Object) -> Result<Self, ComposeError> {
        let field = |name: &'static str| from.get(name);
        let word = |name: &'static str| {
            let digits = text(field(name)).map_err(|error| error.at(name))?;
            u32::from_str_radix(digits, 16).or_else(|_| expected(field(name), "eight hexadecimal digits"))
        };
        let items = field("extras").and_then(Json::as_array).into_iter().flatten();
        let tail = field("extra_tail").map_or(Ok(Vec::new()), |tail| hexadecimal(Some(tail)));
        Ok(Self {
            alarms: Alarms(word("alarm")?),
            status: Status(word("status")?),
            latitude: super::numbers::Degrees::compose("lat", from)?,
            longitude: super::numbers::Degrees::compose("lng", from)?,
            altitude: u16::compose("altitude_m", from)?,
            speed: Tenths::compose("speed_kmh", from)?,
            direction: u16::compose("direction", from)?,
            time: LocalTime::compose("time", from)?,
            items: items.map(Item::compose).collect::<Result<_, _>>().map_err(|error| error.at("extras"))?,
            damaged_tail: tail.map_err(|error| error.at("extra_tail"))?,
        })
    }
}

/// A location of exactly 28 bytes, without items, in the midst of a body.
pub(crate) struct Basic;

impl Field for Basic {
    type Value = Location;

    fn read(reader: &mut Reader<'_>) -> Result<Location, BodyError> {
        read_basic(reader)
    }

    fn write(value: &Location, writer: &mut Writer) -> Result<(), EncodeError> {
        if value.items.is_empty() && value.is_whole() {
            write_basic(value, writer)
        } else {
            Err(EncodeProblem::NotAllowed.into())
        }
    }

    fn to_json(value: &Location) -> Option<Json> {
        Nested::to_json(value)
    }

    fn from_json(json: Option<&Json>) -> Result<Location, ComposeError> {
        Nested::from_json(json)
    }
}

layout! {
    /// 0201 and 0500: a location in answer to an order.
    LocationAnswer {
        /// Serial of the order.
        ack_serial: u16,
        /// The location.
        location: Location as Flat<Location>,
    }
}

numbered! {
    /// Why locations come in a batch (0704).
    BatchKind {
        /// Sent in batches as a matter of course.
        0 Normal,
        /// Kept while out of coverage and sent later: history, not news.
        1 BlindArea,
    }
}

/// 0704: several locations (table 76).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationBatch {
    /// How many locations the sender says there are.
    pub count: u16,
    /// Why they come together.
    pub kind: BatchKind,
    /// The locations there are.
    pub locations: Vec<Location>,
}

/// What the numbers of a location say in words; inside other messages a location is its bare fields.
const IN_WORDS: [&str; 5] = ["alarms", "states", "load", "position_invalid", "extra_values"];

fn names_in(location: &Location) -> Json {
    let mut object = Object::new();
    location.describe(&mut object);
    IN_WORDS.into_iter().filter_map(|name| Some((name.to_owned(), object.remove(name)?))).collect::<Object>().into()
}

impl Layout for LocationBatch {
    fn read(reader: &mut Reader<'_>) -> Result<Self, BodyError> {
        let (count, kind) = (reader.word()?, BatchKind::from(reader.byte()?));
        let mut locations = Vec::new();
        // The count may be wrong; the items tell their lengths. One byte at the end is no item.
        while reader.remaining() >= 2 {
            let length = reader.word()?;
            let mut item = Reader::new(reader.take(usize::from(length))?);
            locations.push(Location::read(&mut item).map_err(|error| error.at("items"))?);
        }
        Ok(Self { count, kind, locations })
    }

    fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.put(&self.count.to_be_bytes());
        writer.put(&[self.kind.into()]);
        for location in &self.locations {
            let mut item = Writer::new(writer.edition);
            location.write(&mut item)?;
            let bytes = item.into_bytes();
            let too_long = |_| EncodeProblem::TooLong { length: bytes.len(), maximum: 0xFFFF };
            writer.put(&u16::try_from(bytes.len()).map_err(too_long)?.to_be_bytes());
            writer.put(&bytes);
        }
        Ok(())
    }

    fn describe(&self, into: &mut Object) {
        into.insert("count".to_owned(), self.count.into());
        into.insert("batch_type".to_owned(), u8::from(self.kind).into());
        if usize::from(self.count) != self.locations.len() {
            into.insert("count_mismatch".to_owned(), true.into());
        }
        let items = self.locations.iter().filter_map(Nested::<Location>::to_json);
        into.insert("items".to_owned(), items.collect());
        into.insert("details".to_owned(), self.locations.iter().map(names_in).collect());
    }

    fn compose(from: &Object) -> Result<Self, ComposeError> {
        let Some(items) = from.get("items").and_then(Json::as_array) else {
            return expected(from.get("items"), "a list");
        };
        let locations = items.iter().map(|item| Nested::<Location>::from_json(Some(item)));
        Ok(Self {
            count: u16::compose("count", from)?,
            kind: BatchKind::compose("batch_type", from)?,
            locations: locations.collect::<Result<_, _>>().map_err(|error: ComposeError| error.at("items"))?,
        })
    }
}
