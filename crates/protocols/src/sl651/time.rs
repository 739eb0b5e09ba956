//! Times on the wire (6.6.2.5, 6.6.2.8): BCD digits of China local time, the year in two digits of this century.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::hexadecimal;

/// China has one legal time, UTC+8, without summer time.
const CHINA: Offset = Offset::constant(8);

/// Year, month, day, hour and so on, one BCD byte each, as received: it need not be a time that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WireTime<const BYTES: usize>(pub [u8; BYTES]);

/// `YYMMDDHHmmSS`: when a message was sent.
pub type SendTime = WireTime<6>;
/// `YYMMDDHHmm`: when something was observed.
pub type ObservationTime = WireTime<5>;
/// `YYMMDDHH`: a bound of a questioned period.
pub type HourTime = WireTime<4>;

impl<const BYTES: usize> WireTime<BYTES> {
    /// The local time the digits stand for; nothing for digits that are no time.
    pub fn civil(self) -> Option<DateTime> {
        let mut parts = self.0.iter().map(|byte| two_digits(*byte));
        let mut next = |missing: i8| parts.next().unwrap_or(Some(missing));
        let year = i16::from(next(0)?) + 2000;
        DateTime::new(year, next(1)?, next(1)?, next(0)?, next(0)?, next(0)?, 0).ok()
    }

    /// The moment, which is eight hours before the local time read as universal.
    pub fn timestamp(self) -> Option<Timestamp> {
        CHINA.to_timestamp(self.civil()?).ok()
    }

    /// Digits of a local time between 2000 and 2099, cut to this precision.
    pub fn from_civil(local: DateTime) -> Option<Self> {
        let year = i8::try_from(local.year().checked_sub(2000)?).ok().filter(|year| (0..100).contains(year))?;
        let parts = [year, local.month(), local.day(), local.hour(), local.minute(), local.second()];
        let mut bytes = [0; BYTES];
        for (byte, part) in bytes.iter_mut().zip(parts) {
            let part = part.unsigned_abs();
            *byte = ((part / 10) << 4) | (part % 10);
        }
        Some(Self(bytes))
    }

    /// Reads the digits, two a byte.
    pub fn from_digits(digits: &str) -> Option<Self> {
        let decimal = digits.bytes().all(|digit| digit.is_ascii_digit());
        decimal.then(|| hexadecimal::array(digits.as_bytes())).flatten().map(Self)
    }
}

/// The digits; letters where the bytes are no BCD.
impl<const BYTES: usize> fmt::Display for WireTime<BYTES> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hexadecimal::text(&self.0))
    }
}

fn two_digits(byte: u8) -> Option<i8> {
    let (tens, ones) = (byte >> 4, byte & 0x0F);
    (tens < 10 && ones < 10).then(|| i8::try_from(tens * 10 + ones).ok()).flatten()
}
