//! The driver, the waybill, the recorder and the vehicle's own bus: 0700 to 0705, 8700 to 8702.

use super::error::{BodyError, ComposeError, EncodeError};
use super::field::{Field, Layout, Object, layout};
use super::groups::{IfMore, Nested, RestList, Since2019, When};
use super::numbers::{Bcd, Bits, numbered};
use super::reader::Reader;
use super::texts::{Count, Measured, MeasuredBytes, Rest, Wide};
use super::time::LocalTime;
use super::writer::Writer;

numbered! {
    /// What was done with the driver's card.
    CardState {
        /// Put in: on duty.
        1 Inserted,
        /// Taken out: off duty.
        2 Removed,
    }
}

layout! {
    /// Who drives.
    Driver {
        /// Name.
        name: String as Measured<u8>,
        /// Number of the licence for the trade, 20 characters.
        licence: String as Wide<20>,
        /// Who issued it.
        issuer: String as Measured<u8>,
        /// Valid until, `YYYYMMDD`.
        valid_until: String as Bcd<4>,
        /// Number of the identity card, 20 characters (2019).
        identity_card: Option<String> as When<Since2019, Wide<20>>,
    }
}

layout! {
    /// 0702: identity of the driver (table 34 of 2013). The layout of 2011, which has no state, is not told apart.
    DriverIdentity {
        /// What was done with the card.
        card_state: CardState,
        /// When.
        time: LocalTime,
        /// How reading went: 0 read, 1 no key, 2 locked, 3 pulled out, 4 check failed; absent when taken out.
        card_result: Option<u8> as IfMore<u8>,
        /// The driver; absent when taken out or not read.
        driver: Option<Driver> as IfMore<Nested<Driver>>,
    }
}

layout! {
    /// 8700: collect data of the recorder (GB/T 19056).
    RecorderOrder {
        /// Command word of GB/T 19056.
        command: u8,
        /// Data block of GB/T 19056; may be empty.
        data: Vec<u8> as Rest,
    }
}

layout! {
    /// 0700: data of the recorder, in answer to 8700.
    RecorderAnswer {
        /// Serial of the order.
        ack_serial: u16,
        /// Command word of GB/T 19056.
        command: u8,
        /// Data block of GB/T 19056.
        data: Vec<u8> as Rest,
    }
}

layout! {
    /// 0701: electronic waybill.
    Waybill {
        /// The waybill, of a format of its own.
        data: Vec<u8> as MeasuredBytes<u32>,
    }
}

layout! {
    /// One message of the vehicle's bus.
    CanMessage {
        /// Bit 31 channel, 30 extended frame, 29 averaged, 28 to 0 id.
        can_id: u32 as Bits<u32>,
        /// Its bytes.
        data: [u8; 8],
    }
}

/// 0705: messages of the vehicle's bus (table 79). Items begin at byte 7 (register of disagreements, D15).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CanUpload {
    /// Time of the first message: `hhmmss`, then four digits of milliseconds.
    pub time: String,
    /// The messages.
    pub items: Vec<CanMessage>,
}

impl Layout for CanUpload {
    /// The time stands between the count and what is counted.
    fn read(reader: &mut Reader<'_>) -> Result<Self, BodyError> {
        let count = reader.word()?;
        let time = Bcd::<5>::read(reader).map_err(|error| error.at("time"))?;
        let items = (0..count).map(|_| CanMessage::read(reader)).collect::<Result<_, _>>();
        Ok(Self { time, items: items.map_err(|error: BodyError| error.at("items"))? })
    }

    fn write(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        u16::put(self.items.len(), writer).map_err(|error| error.at("items"))?;
        Bcd::<5>::write(&self.time, writer).map_err(|error| error.at("time"))?;
        self.items.iter().try_for_each(|item| item.write(writer))
    }

    fn describe(&self, into: &mut Object) {
        into.insert("count".to_owned(), self.items.len().into());
        into.insert("time".to_owned(), self.time.as_str().into());
        RestList::<Nested<CanMessage>>::describe(&self.items, "items", into);
    }

    fn compose(from: &Object) -> Result<Self, ComposeError> {
        let items = RestList::<Nested<CanMessage>>::compose("items", from)?;
        Ok(Self { time: Bcd::<5>::compose("time", from)?, items })
    }
}
