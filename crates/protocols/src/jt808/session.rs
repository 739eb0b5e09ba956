//! Registration, authentication, heartbeat, general answers, requests for missing sub-packets.

use super::edition::Edition;
use super::error::{BodyError, ComposeError, EncodeError};
use super::field::{Field, Layout, Object, layout};
use super::groups::CountedByEdition;
use super::numbers::{Bits, numbered};
use super::reader::Reader;
use super::texts::{Fixed, Measured, RestText, RestTextIfAny, Wide};
use super::time::LocalTime;
use super::writer::Writer;

/// Shortest registration of 2013; shorter ones follow 2011.
const SHORTEST_2013: usize = 37;
/// A registration of 2011 with a vehicle identification number (17 characters) in place of a plate.
const LENGTH_2011_WITH_VIN: usize = 42;
/// Where its colour stands.
const COLOUR_2011: usize = 24;

numbered! {
    /// Result in a general answer (0001, 8001).
    AnswerResult {
        /// Done or taken.
        0 Success,
        /// Failed.
        1 Failure,
        /// The message is wrong.
        2 Malformed,
        /// Not supported.
        3 Unsupported,
        /// The alarm was handled (8001 only).
        4 AlarmHandled,
    }
}

numbered! {
    /// Result of a registration (8100).
    RegistrationResult {
        /// Registered.
        0 Success,
        /// The vehicle is registered already.
        1 VehicleRegistered,
        /// No such vehicle.
        2 NoSuchVehicle,
        /// The terminal is registered already.
        3 TerminalRegistered,
        /// No such terminal.
        4 NoSuchTerminal,
    }
}

layout! {
    /// 0001 and 8001: the general answer of either side.
    GeneralAnswer {
        /// Serial of the message answered.
        ack_serial: u16,
        /// Id of the message answered.
        ack_id: u16 as Bits<u16>,
        /// How it went.
        result: AnswerResult,
    }
}

layout! {
    /// 8003 and 0005: sub-packets that did not arrive.
    ResendRequest {
        /// Serial of the first sub-packet of the message.
        ack_serial: u16,
        /// Numbers of the missing sub-packets, from 1.
        missing: Vec<u16> as CountedByEdition<u16>,
    }
}

layout! {
    /// 8004 (2019): the time of the platform. UTC by the text, unlike every other time (D8).
    TimeAnswer {
        /// The time.
        time: LocalTime,
    }
}

layout! {
    /// 8100: answer to a registration.
    RegistrationAnswer {
        /// Serial of the registration.
        ack_serial: u16,
        /// How it went.
        result: RegistrationResult,
        /// Code to authenticate with; only if registered.
        auth_code: Option<String> as RestTextIfAny,
    }
}

layout! {
    /// Content of 0100 in the widths of one edition.
    RegistrationFields {
        /// Province: first two digits of the division code.
        province: u16,
        /// City or county: last four digits of the division code.
        city: u16,
        /// Code of the maker.
        maker: String as Wide2011<11>,
        /// Model.
        model: String as Fixed<8, 20, 30>,
        /// Id of the terminal, given by the maker.
        terminal_id: String as Wide7<30>,
        /// Colour of the plate (JT/T 415); 0 if there is none yet.
        plate_color: u8,
        /// The plate; the vehicle identification number if the colour is 0.
        plate: String as RestText,
    }
}

type Wide2011<const V2019: usize> = Fixed<5, 5, V2019>;
type Wide7<const V2019: usize> = Fixed<7, 7, V2019>;

/// 0100: registration (table 7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Edition whose widths the fields have. 2011 and 2013 share their header and are told apart by the length.
    pub edition: Edition,
    /// The fields.
    pub fields: RegistrationFields,
}

impl Registration {
    fn edition_of(body: &[u8], header: Edition) -> Edition {
        let vin = || {
            let characters = body.get(COLOUR_2011 + 1..).unwrap_or_default();
            body.len() == LENGTH_2011_WITH_VIN
                && body.get(COLOUR_2011) == Some(&0)
                && characters.iter().all(u8::is_ascii_alphanumeric)
        };
        match header {
            Edition::V2019 => Edition::V2019,
            _ if body.len() < SHORTEST_2013 || vin() => Edition::V2011,
            _ => Edition::V2013,
        }
    }
}

impl Layout for Registration {
    fn read(reader: &mut Reader<'_>) -> Result<Self, BodyError> {
        let edition = Self::edition_of(reader.ahead(), reader.edition);
        reader.edition = edition;
        Ok(Self { edition, fields: RegistrationFields::read(reader)? })
    }

    fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.edition = self.edition;
        self.fields.write(writer)
    }

    fn describe(&self, into: &mut Object) {
        self.fields.describe(into);
        let year = match self.edition {
            Edition::V2011 => "2011",
            Edition::V2013 => "2013",
            Edition::V2019 => "2019",
        };
        into.insert("edition".to_owned(), year.into());
    }

    /// Without an `edition`, that of the header.
    fn compose(from: &Object) -> Result<Self, ComposeError> {
        let year = from.get("edition").or_else(|| from.get("layout")).and_then(serde_json::Value::as_str);
        let edition = match year {
            Some("2011") => Edition::V2011,
            Some("2019") => Edition::V2019,
            _ => Edition::V2013,
        };
        Ok(Self { edition, fields: RegistrationFields::compose(from)? })
    }
}

/// 0102: authentication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authentication {
    /// The code the platform gave with 8100.
    pub auth_code: String,
    /// What 2019 adds.
    pub equipment: Option<Equipment>,
}

layout! {
    /// What tells one terminal from another since 2019.
    Equipment {
        /// IMEI of the radio.
        imei: String as Wide<15>,
        /// Version of the software.
        software: String as Wide<20>,
    }
}

/// Bytes of [`Equipment`].
const EQUIPMENT: usize = 35;

impl Layout for Authentication {
    /// Some terminals of 2019 send the bare code of 2013.
    fn read(reader: &mut Reader<'_>) -> Result<Self, BodyError> {
        let ahead = reader.ahead();
        let length = ahead.first().map_or(0, |length| usize::from(*length));
        if reader.edition == Edition::V2019 && ahead.len() > length + EQUIPMENT {
            let auth_code = Measured::<u8>::read(reader)?;
            return Ok(Self { auth_code, equipment: Some(Equipment::read(reader)?) });
        }
        Ok(Self { auth_code: RestText::read(reader)?, equipment: None })
    }

    fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        match &self.equipment {
            Some(equipment) => {
                Measured::<u8>::write(&self.auth_code, writer)?;
                equipment.write(writer)
            }
            None => RestText::write(&self.auth_code, writer),
        }
    }

    fn describe(&self, into: &mut Object) {
        into.insert("auth_code".to_owned(), self.auth_code.as_str().into());
        if let Some(equipment) = &self.equipment {
            equipment.describe(into);
        }
    }

    fn compose(from: &Object) -> Result<Self, ComposeError> {
        let equipment = from.contains_key("imei").then(|| Equipment::compose(from)).transpose()?;
        Ok(Self { auth_code: RestText::compose("auth_code", from)?, equipment })
    }
}
