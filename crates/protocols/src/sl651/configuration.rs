//! The base configuration of table D.1, read and written by functions 40 and 41, in HEX coding.

use super::bcd;
use super::content::Parameter;
use super::hexadecimal;
use super::reader::Reader;
use super::station::StationAddress;

/// Where a station reaches its centre.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Channel {
    /// Type 0: not in use.
    Disabled,
    /// Type 2: IPv4 address and port.
    Internet {
        /// The address.
        address: [u8; 4],
        /// The port.
        port: u16,
    },
    /// 1 short message, 3 Beidou, 4 maritime satellite, 5 telephone, 6 VHF, with the number called.
    Number {
        /// Which of these.
        kind: u8,
        /// Digits of the number; the `A` that fills up odd ones is left out.
        number: String,
    },
}

/// Stations a relay serves: some in a row from the first on (table D.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RelayRange {
    /// The first station.
    pub first: StationAddress,
    /// How many, 1–99.
    pub count: u8,
}

/// A base parameter in its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum BaseParameter {
    /// 01: addresses of up to four centres, 0 for none.
    Centers([u8; 4]),
    /// 02: the station's address.
    Station(StationAddress),
    /// 03: the password.
    Password(u16),
    /// 04–0B: main and spare channel of the centres 1 to 4.
    Channel {
        /// Which centre, 1–4.
        center: u8,
        /// Whether it is the spare channel.
        spare: bool,
        /// The channel.
        channel: Channel,
    },
    /// 0C: 1 reports, 2 reports and waits for acknowledgement, 3 answers questions, 4 is being repaired.
    WorkingMode(u8),
    /// 0D: which elements are measured (table D.2), a bit each.
    Elements([u8; 8]),
    /// 0E: whom a relay serves.
    Relay(Vec<RelayRange>),
    /// 0F: card of the modem: 1 mobile, 2 Beidou, and its number.
    Modem {
        /// Kind of card, as the character sent.
        kind: char,
        /// Number of the card.
        number: String,
    },
}

/// The meaning of a base parameter in HEX coding; nothing where number or data are not of table D.1.
pub fn base_parameter(parameter: &Parameter) -> Option<BaseParameter> {
    let data = parameter.data.as_slice();
    Some(match parameter.code()? {
        0x01 => BaseParameter::Centers(data.try_into().ok()?),
        0x02 => BaseParameter::Station(StationAddress(data.try_into().ok()?)),
        0x03 => BaseParameter::Password(u16::from_be_bytes(data.try_into().ok()?)),
        code @ 0x04..=0x0B => {
            let place = u8::try_from(code - 0x04).ok()?;
            BaseParameter::Channel { center: place / 2 + 1, spare: place % 2 == 1, channel: channel(data)? }
        }
        0x0C => BaseParameter::WorkingMode(bcd::read(data, 0).number()?.parse().ok()?),
        0x0D => BaseParameter::Elements(data.try_into().ok()?),
        0x0E => BaseParameter::Relay(relay(data)?),
        0x0F => {
            let text = std::str::from_utf8(data).ok()?;
            let mut characters = text.chars();
            BaseParameter::Modem { kind: characters.next()?, number: characters.collect() }
        }
        _ => return None,
    })
}

fn channel(data: &[u8]) -> Option<Channel> {
    let (kind, address) = data.split_first()?;
    let digits = hexadecimal::text(address);
    Some(match kind {
        0 => Channel::Disabled,
        2 => {
            let digits_at = |from: usize, to: usize| digits.get(from..to)?.parse::<u16>().ok();
            let byte = |from: usize| u8::try_from(digits_at(from, from + 3)?).ok();
            let port = digits.get(12..18)?.parse().ok()?;
            Channel::Internet { address: [byte(0)?, byte(3)?, byte(6)?, byte(9)?], port }
        }
        kind => Channel::Number { kind: *kind, number: digits.trim_start_matches('a').to_owned() },
    })
}

fn relay(data: &[u8]) -> Option<Vec<RelayRange>> {
    let mut reader = Reader::new(data);
    let mut ranges = Vec::new();
    while !reader.is_empty() {
        let first = StationAddress(reader.take_array()?);
        let count = bcd::read(reader.take(1)?, 0).number()?.parse().ok()?;
        ranges.push(RelayRange { first, count });
    }
    Some(ranges)
}

#[cfg(test)]
mod tests {
    use super::super::identifier::Identifier;
    use super::*;

    fn meaning(code: u16, digits: &str) -> Option<BaseParameter> {
        let data = hexadecimal::bytes(digits.as_bytes()).expect("digits");
        base_parameter(&Parameter { identifier: Identifier::hex(code, 0), data })
    }

    #[test]
    fn parameters_have_meaning() {
        let internet = Channel::Internet { address: [192, 168, 1, 20], port: 5000 };
        let wanted = BaseParameter::Channel { center: 1, spare: false, channel: internet };
        assert_eq!(meaning(0x04, "02192168001020005000"), Some(wanted));
        let call = Channel::Number { kind: 1, number: "13812345678".to_owned() };
        assert_eq!(
            meaning(0x07, "01a13812345678"),
            Some(BaseParameter::Channel { center: 2, spare: true, channel: call })
        );
        assert_eq!(meaning(0x0C, "02"), Some(BaseParameter::WorkingMode(2)));
        let range = RelayRange { first: StationAddress([0, 0x12, 0x34, 0x56, 0x78]), count: 12 };
        assert_eq!(meaning(0x0E, "001234567812"), Some(BaseParameter::Relay(vec![range])));
        assert_eq!(meaning(0x0E, "0012345678"), None);
        assert_eq!(meaning(0x02, "00"), None);
    }
}
