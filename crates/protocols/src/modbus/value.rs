//! Values out of registers, and registers out of values. Numbers are decimal text throughout.

use super::decimal::Decimal;
use super::error::ValueError;

/// What kind of number registers hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One register without sign.
    U16,
    /// One register in two's complement.
    I16,
    /// Two registers without sign.
    U32,
    /// Two registers in two's complement.
    I32,
    /// Two registers as an IEEE 754 number.
    F32,
    /// Four registers without sign.
    U64,
    /// Four registers in two's complement.
    I64,
    /// Four registers as an IEEE 754 number.
    F64,
    /// One bit of one register, 0 being the lowest.
    Bit(u8),
}

impl Kind {
    /// How many registers it takes.
    pub fn registers(self) -> usize {
        match self {
            Self::U16 | Self::I16 | Self::Bit(_) => 1,
            Self::U32 | Self::I32 | Self::F32 => 2,
            Self::U64 | Self::I64 | Self::F64 => 4,
        }
    }
}

/// Order of the bytes of a number, A being the highest, in the registers as they come.
///
/// Named after two registers; four are ordered alike. `Badc` and `Dcba` also swap the bytes of a single register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Order {
    /// Highest first, as the standard has a register.
    #[default]
    Abcd,
    /// Lowest register first.
    Cdab,
    /// Bytes swapped within each register.
    Badc,
    /// Lowest byte first throughout.
    Dcba,
}

impl Order {
    /// Registers as they come to registers highest first, and, being its own inverse, back.
    fn arrange(self, registers: &[u16]) -> Vec<u16> {
        let swap = matches!(self, Self::Badc | Self::Dcba);
        let mut arranged: Vec<u16> =
            registers.iter().map(|register| if swap { register.swap_bytes() } else { *register }).collect();
        if matches!(self, Self::Cdab | Self::Dcba) {
            arranged.reverse();
        }
        arranged
    }
}

/// What makes a measured value of a raw number: `raw × factor + offset`, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    factor: Decimal,
    offset: Decimal,
}

impl Scale {
    /// A scale out of two decimal numbers, the factor not being zero.
    pub fn new(factor: &str, offset: &str) -> Result<Self, ValueError> {
        let read = |text: &str| Decimal::parse(text).ok_or_else(|| ValueError::NoDecimal { text: text.to_owned() });
        let scale = Self { factor: read(factor)?, offset: read(offset)? };
        if scale.factor.as_whole() == Some(0) {
            return Err(ValueError::NoDecimal { text: factor.to_owned() });
        }
        Ok(scale)
    }

    /// A decimal number as text, scaled; nothing for what is no such number or has too many digits.
    pub fn of_text(self, text: &str) -> Option<String> {
        self.apply(Decimal::parse(text)?).map(|scaled| scaled.to_string())
    }

    fn apply(self, raw: Decimal) -> Option<Decimal> {
        raw.times(self.factor)?.plus(self.offset)
    }
}

/// How the registers of one point are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// Kind of number.
    pub kind: Kind,
    /// Order of bytes.
    pub order: Order,
    /// Scale; nothing for raw values.
    pub scale: Option<Scale>,
    /// Raw bits by which the device says that it has no value, for example `0x8000`.
    pub missing: Option<u64>,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A decimal number as text.
    Number(String),
    /// A single bit.
    Truth(bool),
    /// The device says that it has none.
    Missing,
    /// An IEEE 754 bit pattern that is no finite number.
    NotANumber,
}

/// Decimals kept when a value is divided into an IEEE 754 number.
const QUOTIENT_DECIMALS: u32 = 12;

impl Format {
    /// A format of plain raw values.
    pub fn new(kind: Kind) -> Self {
        Self { kind, order: Order::default(), scale: None, missing: None }
    }

    /// Reads a value from the first of the registers, as they came.
    pub fn decode(&self, registers: &[u16]) -> Result<Value, ValueError> {
        let wanted = self.kind.registers();
        let short = ValueError::TooFewRegisters { wanted, got: registers.len() };
        let taken = registers.get(..wanted).ok_or(short)?;
        let raw = self.order.arrange(taken).iter().fold(0_u64, |bits, register| bits << 16 | u64::from(*register));
        if self.missing == Some(raw) {
            return Ok(Value::Missing);
        }
        let text = match self.kind {
            Kind::Bit(bit) if bit > 15 => return Err(ValueError::NoSuchBit { bit }),
            Kind::Bit(bit) => return Ok(Value::Truth(raw >> bit & 1 == 1)),
            Kind::F32 => {
                let number = f32::from_bits(low_32(raw));
                if !number.is_finite() {
                    return Ok(Value::NotANumber);
                }
                number.to_string()
            }
            Kind::F64 => {
                let number = f64::from_bits(raw);
                if !number.is_finite() {
                    return Ok(Value::NotANumber);
                }
                number.to_string()
            }
            Kind::I16 => low_16(raw).cast_signed().to_string(),
            Kind::I32 => low_32(raw).cast_signed().to_string(),
            Kind::I64 => raw.cast_signed().to_string(),
            Kind::U16 | Kind::U32 | Kind::U64 => raw.to_string(),
        };
        let Some(scale) = self.scale else { return Ok(Value::Number(text)) };
        let scaled = Decimal::parse(&text).and_then(|raw| scale.apply(raw)).ok_or(ValueError::TooManyDigits)?;
        Ok(Value::Number(scaled.to_string()))
    }

    /// The registers that hold a value, ready to be written. Whole kinds must hold it exactly; single bits cannot be
    /// written without the rest of their register.
    pub fn encode(&self, value: &Value) -> Result<Vec<u16>, ValueError> {
        let unfit = |text: &str| ValueError::Unfit { text: text.to_owned() };
        let raw = match (value, self.kind) {
            (Value::Missing, _) => self.missing.ok_or_else(|| unfit("missing"))?,
            (_, Kind::Bit(bit)) => return Err(ValueError::NoSuchBit { bit }),
            (Value::Truth(truth), _) => u64::from(*truth),
            (Value::NotANumber, Kind::F32) => u64::from(f32::NAN.to_bits()),
            (Value::NotANumber, Kind::F64) => f64::NAN.to_bits(),
            (Value::NotANumber, _) => return Err(unfit("not a number")),
            (Value::Number(text), kind) => self.raw_bits(text, kind).ok_or_else(|| unfit(text))?,
        };
        let all = [raw >> 48, raw >> 32, raw >> 16, raw].map(low_16);
        let used = all.get(4 - self.kind.registers()..).unwrap_or_default();
        Ok(self.order.arrange(used))
    }

    fn raw_bits(&self, text: &str, kind: Kind) -> Option<u64> {
        let scale = self.scale.unwrap_or(Scale { factor: Decimal::ONE, offset: Decimal::ZERO });
        if matches!(kind, Kind::F32 | Kind::F64) {
            let raw = if self.scale.is_some() {
                let shifted = Decimal::parse(text)?.plus(scale.offset.negated())?;
                shifted.divided_by(scale.factor, QUOTIENT_DECIMALS)?.0.to_string()
            } else {
                text.to_owned()
            };
            let bits = if kind == Kind::F32 {
                raw.parse::<f32>().ok().filter(|number| number.is_finite()).map(|number| u64::from(number.to_bits()))
            } else {
                raw.parse::<f64>().ok().filter(|number| number.is_finite()).map(f64::to_bits)
            };
            return bits;
        }
        let shifted = Decimal::parse(text)?.plus(scale.offset.negated())?;
        let (quotient, exact) = shifted.divided_by(scale.factor, 0)?;
        let whole = quotient.as_whole().filter(|_| exact)?;
        match kind {
            Kind::U16 => u16::try_from(whole).ok().map(u64::from),
            Kind::I16 => i16::try_from(whole).ok().map(|number| u64::from(number.cast_unsigned())),
            Kind::U32 => u32::try_from(whole).ok().map(u64::from),
            Kind::I32 => i32::try_from(whole).ok().map(|number| u64::from(number.cast_unsigned())),
            Kind::U64 => u64::try_from(whole).ok(),
            Kind::I64 => i64::try_from(whole).ok().map(i64::cast_unsigned),
            Kind::F32 | Kind::F64 | Kind::Bit(_) => None,
        }
    }
}

fn low_16(bits: u64) -> u16 {
    let [.., high, low] = bits.to_be_bytes();
    u16::from_be_bytes([high, low])
}

fn low_32(bits: u64) -> u32 {
    let [_, _, _, _, a, b, c, d] = bits.to_be_bytes();
    u32::from_be_bytes([a, b, c, d])
}
