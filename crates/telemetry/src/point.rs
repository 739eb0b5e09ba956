//! One reading and its value, exactly as the sender wrote it.

use std::fmt;

use fengsui_kernel::reading::{Quality, parse_decimal};

/// One reading of a series. Times are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// When it was observed, in milliseconds since 1970.
    pub observed_at: i64,
    /// When it arrived here, in milliseconds since 1970.
    pub received_at: i64,
    /// The value as written.
    pub figure: Figure,
    /// How far it can be trusted.
    pub quality: Quality,
    /// Whether it was filled in afterwards and takes no part in alarming.
    pub historical: bool,
    /// Where the raw frame is found.
    pub raw: Option<Box<str>>,
}

/// The value as its sender wrote it, reproducible byte for byte.
#[derive(Debug, Clone, PartialEq)]
pub enum Figure {
    /// Nothing was written.
    Absent,
    /// A plain decimal number: `mantissa` divided by ten to the power of `places`.
    Decimal {
        /// All digits without the point.
        mantissa: i64,
        /// Digits behind the point.
        places: u8,
    },
    /// Anything else, or a number that is written in another way.
    Text(Box<str>),
}

/// The powers of ten that a double holds exactly.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Integers up to this magnitude are exact in a double.
const EXACT: u64 = 1 << 53;

impl Figure {
    /// Takes the text apart if it is a plain decimal number whose double is exact; keeps it otherwise.
    pub fn read(text: &str) -> Self {
        if text.is_empty() {
            return Self::Absent;
        }
        decimal(text.as_bytes()).unwrap_or_else(|| Self::Text(text.into()))
    }

    /// The number, equal bit for bit to what `parse_decimal` reads from the text.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Absent => None,
            Self::Decimal { mantissa, places } => match TENS.get(usize::from(*places)) {
                Some(ten) if mantissa.unsigned_abs() <= EXACT => Some(*mantissa as f64 / ten),
                _ => parse_decimal(&self.to_string()),
            },
            Self::Text(text) => parse_decimal(text),
        }
    }

    /// Appends the text.
    pub fn write_to(&self, into: &mut String) {
        match self {
            Self::Absent => {}
            Self::Text(text) => into.push_str(text),
            Self::Decimal { mantissa, places } => {
                let mut digits = [b'0'; DIGITS];
                into.push_str(written(*mantissa, *places, &mut digits));
            }
        }
    }
}

/// Room for a sign, a point and all digits that 256 places can ask for.
const DIGITS: usize = 260;

/// Writes from the right: digits, the point after `places` of them, at least one before it, the sign.
fn written(mantissa: i64, places: u8, digits: &mut [u8; DIGITS]) -> &str {
    let mut left = mantissa.unsigned_abs();
    let mut at = DIGITS;
    let mut behind = usize::from(places);
    while behind > 0 {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
        behind -= 1;
    }
    if places > 0 {
        at -= 1;
        digits[at] = b'.';
    }
    loop {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    if mantissa < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    std::str::from_utf8(&digits[at..]).unwrap_or_default()
}

/// `-?(0|[1-9][0-9]*)(\.[0-9]+)?`, no negative zero, within the exact range.
fn decimal(text: &[u8]) -> Option<Figure> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let mut mantissa = 0_u64;
    let mut point = None;
    for (at, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => mantissa = mantissa * 10 + u64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(at),
            _ => return None,
        }
        if mantissa > EXACT {
            return None;
        }
    }
    let whole = point.unwrap_or(digits.len());
    let places = point.map_or(0, |at| digits.len() - at - 1);
    let shape = whole > 0 && (whole == 1 || digits[0] != b'0') && (point.is_none() || places > 0);
    if !shape || places >= TENS.len() || (negative && mantissa == 0) {
        return None;
    }
    let mantissa = mantissa.cast_signed();
    Some(Figure::Decimal { mantissa: if negative { -mantissa } else { mantissa }, places: places as u8 })
}

impl fmt::Display for Figure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => Ok(()),
            Self::Text(text) => out.write_str(text),
            Self::Decimal { mantissa, places } => out.write_str(written(*mantissa, *places, &mut [b'0'; DIGITS])),
        }
    }
}
