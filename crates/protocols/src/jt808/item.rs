//! Additional items of a location (table 27; table 28 in 2019).

use serde_json::{Value as Json, json};

use super::decimal::Decimal;
use super::digits;
use super::edition::Edition;
use super::error::{BodyError, ComposeError, EncodeError, EncodeProblem};
use super::field::{Field, Object, codec, expected, hexadecimal, layout, text};
use super::groups::{IfMore, Nested};
use super::numbers::{Bits, Scaled, Tenths};
use super::reader::Reader;
use super::safety::{AssistanceAlarm, BlindSpotAlarm, MonitoringAlarm, TyreAlarm};
use super::status::{DrivingBehaviours, Inputs, Signals, VideoAlarms};
use super::texts::Rest;
use super::writer::Writer;

/// One additional item as sent. [`value`](Self::value) reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is about.
    pub id: u8,
    /// Its bytes, at most 255.
    pub bytes: Vec<u8>,
}

layout! {
    /// Item 11: where a speed limit was broken (table 28).
    OverspeedPlace {
        /// 0 no particular place, 1 circle, 2 rectangle, 3 polygon, 4 section.
        kind: u8,
        /// Id of the area or section; nothing where there is no particular place.
        area_id: Option<u32> as IfMore<u32>,
    }
}

layout! {
    /// Item 12: which area or route was entered or left (table 29).
    AreaPassage {
        /// 1 circle, 2 rectangle, 3 polygon, 4 route.
        kind: u8,
        /// Id of the area or route.
        area_id: u32,
        /// 0 entered, 1 left.
        direction: u8,
    }
}

layout! {
    /// Item 13: time spent on a section (table 30).
    SectionTime {
        /// Id of the section.
        section_id: u32,
        /// Time spent, s.
        seconds: u16,
        /// 0 too little, 1 too much.
        result: u8,
    }
}

layout! {
    /// Item 2B: analogue inputs.
    Analogues {
        /// Input 1: bits 16 to 31.
        ad1: u16,
        /// Input 0: bits 0 to 15.
        ad0: u16,
    }
}

layout! {
    /// Item 18: abnormal driving. The text says two bytes and lists three; both are met (D11).
    AbnormalDriving {
        /// What the driver does.
        behaviours: DrivingBehaviours,
        /// Degree of fatigue, 0 to 100.
        degree: Option<u8> as IfMore<u8>,
    }
}

/// A number whose highest bit is its sign.
pub(crate) struct SignedMagnitude;

impl Field for SignedMagnitude {
    type Value = i16;

    fn read(reader: &mut Reader<'_>) -> Result<i16, BodyError> {
        let word = reader.word()?;
        let magnitude = i16::try_from(word & 0x7FFF).unwrap_or(i16::MAX);
        Ok(if word & 0x8000 == 0 { magnitude } else { -magnitude })
    }

    fn write(value: &i16, writer: &mut Writer) -> Result<(), EncodeError> {
        let sign = if *value < 0 { 0x8000 } else { 0 };
        let magnitude = Some(value.unsigned_abs()).filter(|magnitude| *magnitude <= 0x7FFF);
        let magnitude = magnitude.ok_or_else(|| EncodeProblem::OutOfRange { value: value.to_string() })?;
        writer.put(&(sign | magnitude).to_be_bytes());
        Ok(())
    }

    fn to_json(value: &i16) -> Option<Json> {
        Some((*value).into())
    }

    fn from_json(json: Option<&Json>) -> Result<i16, ComposeError> {
        let number = json.and_then(Json::as_i64).and_then(|number| i16::try_from(number).ok());
        number.map_or_else(|| expected(json, "a number of 15 bits and sign"), Ok)
    }
}

macro_rules! items {
    ($($(#[$meta:meta])* $id:literal $text:literal $variant:ident($type:ty $(as $codec:ty)?)),* $(,)?) => {
        /// What an additional item says.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum ItemValue {
            $($(#[$meta])* $variant($type),)*
            /// An item the standard does not know, or one whose length is not the standard's.
            Unknown(Item),
        }

        impl Item {
            /// The name in descriptions; nothing for items the standard does not know.
            pub fn name(&self) -> Option<&'static str> {
                match self.id {
                    $($id => Some($text),)*
                    _ => None,
                }
            }

            /// What the item says.
            pub fn value(&self) -> ItemValue {
                let mut reader = Reader::new(&self.bytes);
                let value = match self.id {
                    $($id => <codec!($type $(, $codec)?) as Field>::read(&mut reader).map(ItemValue::$variant),)*
                    _ => Ok(ItemValue::Unknown(self.clone())),
                };
                let whole = reader.remaining() == 0;
                value.ok().filter(|_| whole).unwrap_or_else(|| ItemValue::Unknown(self.clone()))
            }
        }

        impl ItemValue {
            /// The item as sent.
            pub fn to_item(&self) -> Result<Item, EncodeError> {
                let mut writer = Writer::new(Edition::V2013);
                let id = match self {
                    $(Self::$variant(value) => {
                        <codec!($type $(, $codec)?) as Field>::write(value, &mut writer)?;
                        $id
                    })*
                    Self::Unknown(item) => return Ok(item.clone()),
                };
                Ok(Item { id, bytes: writer.into_bytes() })
            }

            fn to_json(&self) -> Option<Json> {
                match self {
                    $(Self::$variant(value) => <codec!($type $(, $codec)?) as Field>::to_json(value),)*
                    Self::Unknown(_) => None,
                }
            }
        }
    };
}

items! {
    /// 01: mileage, km.
    0x01 "mileage_km" Mileage(Decimal as Scaled<u32, 1>),
    /// 02: fuel, l.
    0x02 "fuel_l" Fuel(Decimal as Tenths),
    /// 03: speed by the recorder, km/h.
    0x03 "recorder_speed_kmh" RecorderSpeed(Decimal as Tenths),
    /// 04: id of an alarm event a person has to confirm, from 1.
    0x04 "manual_alarm_event" ManualAlarmEvent(u16),
    /// 05 (2019): tyre pressures, Pa, from the front left; FF is no value.
    0x05 "tyre_pressures" TyrePressures([u8; 30]),
    /// 06 (2019): temperature of the compartment, °C.
    0x06 "cabin_temperature_c" CabinTemperature(i16 as SignedMagnitude),
    /// 11: where a speed limit was broken.
    0x11 "overspeed" Overspeed(OverspeedPlace as Nested<OverspeedPlace>),
    /// 12: area or route entered or left.
    0x12 "area_passage" AreaPassage(AreaPassage as Nested<AreaPassage>),
    /// 13: time spent on a section.
    0x13 "section_time" SectionTime(SectionTime as Nested<SectionTime>),
    /// 14 (JT/T 1078): video alarms.
    0x14 "video_alarms" Video(VideoAlarms),
    /// 15 (JT/T 1078): channels without signal, one bit each.
    0x15 "lost_channels" LostChannels(u32 as Bits<u32>),
    /// 16 (JT/T 1078): channels covered, one bit each.
    0x16 "covered_channels" CoveredChannels(u32 as Bits<u32>),
    /// 17 (JT/T 1078): storages at fault: bits 0 to 11 main, 12 to 15 spare.
    0x17 "faulty_storages" FaultyStorages(u16 as Bits<u16>),
    /// 18 (JT/T 1078): abnormal driving.
    0x18 "abnormal_driving" AbnormalDriving(AbnormalDriving as Nested<AbnormalDriving>),
    /// 25: extended signals of the vehicle.
    0x25 "signals" Signals(Signals),
    /// 2A: inputs.
    0x2A "inputs" Inputs(Inputs),
    /// 2B: analogue inputs.
    0x2B "analogues" Analogues(Analogues as Nested<Analogues>),
    /// 30: strength of the radio signal.
    0x30 "signal_strength" SignalStrength(u8),
    /// 31: satellites in use.
    0x31 "satellites" Satellites(u8),
    /// 64 (T/JSATL 12): driver assistance.
    0x64 "driver_assistance" Assistance(AssistanceAlarm as Nested<AssistanceAlarm>),
    /// 65 (T/JSATL 12): driver monitoring.
    0x65 "driver_monitoring" Monitoring(MonitoringAlarm as Nested<MonitoringAlarm>),
    /// 66 (T/JSATL 12): tyre pressure.
    0x66 "tyre_monitoring" Tyres(TyreAlarm as Nested<TyreAlarm>),
    /// 67 (T/JSATL 12): blind spot.
    0x67 "blind_spot" BlindSpot(BlindSpotAlarm as Nested<BlindSpotAlarm>),
    /// E0: how much of the maker's own follows.
    0xE0 "vendor_length" VendorLength(Vec<u8> as Rest),
}

impl Item {
    /// `{id, hex}`: what the item is on the wire, and all that [`Self::compose`] reads.
    pub(super) fn describe(&self) -> Json {
        json!({ "id": format!("{:02X}", self.id), "hex": digits::text(&self.bytes) })
    }

    /// `{id, name, value}`, where the standard knows the item.
    pub(super) fn describe_value(&self) -> Option<Json> {
        let (name, value) = (self.name()?, self.value().to_json()?);
        Some(json!({ "id": format!("{:02X}", self.id), "name": name, "value": value }))
    }

    pub(super) fn compose(json: &Json) -> Result<Self, ComposeError> {
        let id = text(json.get("id")).map_err(|error| error.at("id"))?;
        let id = u8::from_str_radix(id, 16).or_else(|_| expected(json.get("id"), "two hexadecimal digits"))?;
        Ok(Self { id, bytes: hexadecimal(json.get("hex")).map_err(|error| error.at("hex"))? })
    }

    /// The figures that stand among the fields of the location itself.
    pub(super) fn describe_beside(&self, into: &mut Object) {
        let value = self.value();
        let figure = matches!(value, ItemValue::Mileage(_) | ItemValue::Fuel(_) | ItemValue::RecorderSpeed(_));
        if let (true, Some(name), Some(json)) = (figure, self.name(), value.to_json()) {
            into.insert(name.to_owned(), json);
        }
    }
}
