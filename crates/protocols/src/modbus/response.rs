//! What a device answers.

use super::error::MessageError;
use super::request::{
    MAX_READ_BITS, MAX_READ_REGISTERS, MAX_WRITE_BITS, MAX_WRITE_REGISTERS, check_function, read_span, read_two,
    same_length, span, switch, switch_value, two,
};
use super::table::{BitTable, RegisterTable, register_bytes, registers};

/// The mark of an exception in the function code.
const EXCEPTION: u8 = 0x80;

/// Why a device refuses (MODBUS Application Protocol 1.1b3, 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExceptionCode {
    /// 1: the function is not supported.
    IllegalFunction,
    /// 2: an address does not exist.
    IllegalAddress,
    /// 3: a value is not allowed.
    IllegalValue,
    /// 4: the device failed.
    DeviceFailure,
    /// 5: taken, but it will take long.
    Acknowledge,
    /// 6: busy, try again.
    Busy,
    /// 8: the device's memory is damaged.
    MemoryParity,
    /// 10: the gateway has no way to the device.
    GatewayPathUnavailable,
    /// 11: the device behind the gateway does not answer.
    GatewayTargetSilent,
    /// Any other number.
    Other(u8),
}

impl ExceptionCode {
    /// The code a number stands for.
    pub fn from_number(number: u8) -> Self {
        match number {
            1 => Self::IllegalFunction,
            2 => Self::IllegalAddress,
            3 => Self::IllegalValue,
            4 => Self::DeviceFailure,
            5 => Self::Acknowledge,
            6 => Self::Busy,
            8 => Self::MemoryParity,
            10 => Self::GatewayPathUnavailable,
            11 => Self::GatewayTargetSilent,
            other => Self::Other(other),
        }
    }

    /// The number on the wire.
    pub fn number(self) -> u8 {
        match self {
            Self::IllegalFunction => 1,
            Self::IllegalAddress => 2,
            Self::IllegalValue => 3,
            Self::DeviceFailure => 4,
            Self::Acknowledge => 5,
            Self::Busy => 6,
            Self::MemoryParity => 8,
            Self::GatewayPathUnavailable => 10,
            Self::GatewayTargetSilent => 11,
            Self::Other(number) => number,
        }
    }

    /// Whether the same request may succeed later.
    pub fn is_passing(self) -> bool {
        matches!(self, Self::Acknowledge | Self::Busy | Self::GatewayPathUnavailable | Self::GatewayTargetSilent)
    }
}

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// Functions 1 and 2. How many of the bits count, only the request says.
    Bits {
        /// Which table.
        table: BitTable,
        /// The bits, to be taken apart by [`unpack_bits`](super::unpack_bits).
        bits: Vec<u8>,
    },
    /// Functions 3 and 4.
    Registers {
        /// Which table.
        table: RegisterTable,
        /// The registers.
        values: Vec<u16>,
    },
    /// Function 5.
    CoilWritten {
        /// Address.
        address: u16,
        /// On or off.
        on: bool,
    },
    /// Function 6.
    RegisterWritten {
        /// Address.
        address: u16,
        /// New value.
        value: u16,
    },
    /// Function 15.
    CoilsWritten {
        /// First address.
        start: u16,
        /// How many.
        count: u16,
    },
    /// Function 16.
    RegistersWritten {
        /// First address.
        start: u16,
        /// How many.
        count: u16,
    },
    /// The device refuses.
    Exception {
        /// Function refused.
        function: u8,
        /// Why.
        code: ExceptionCode,
    },
    /// Any other function, its data as they are.
    Other {
        /// Function code, 1 to 127.
        function: u8,
        /// What follows it.
        data: Vec<u8>,
    },
}

impl Response {
    /// Function code, without the mark of an exception.
    pub fn function(&self) -> u8 {
        match self {
            Self::Bits { table, .. } => table.function(),
            Self::Registers { table, .. } => table.function(),
            Self::CoilWritten { .. } => 5,
            Self::RegisterWritten { .. } => 6,
            Self::CoilsWritten { .. } => 15,
            Self::RegistersWritten { .. } => 16,
            Self::Exception { function, .. } | Self::Other { function, .. } => *function,
        }
    }

    /// Writes the message, within the limits of its function.
    pub fn encode(&self) -> Result<Vec<u8>, MessageError> {
        let mut message = vec![self.function()];
        match self {
            Self::Bits { bits, .. } => message.extend(counted(bits, usize::from(MAX_READ_BITS / 8))?),
            Self::Registers { values, .. } => {
                message.extend(counted(&register_bytes(values), usize::from(MAX_READ_REGISTERS) * 2)?);
            }
            Self::CoilWritten { address, on } => message.extend(two(*address, switch_value(*on))),
            Self::RegisterWritten { address, value } => message.extend(two(*address, *value)),
            Self::CoilsWritten { start, count } => message.extend(span(*start, *count, MAX_WRITE_BITS)?),
            Self::RegistersWritten { start, count } => message.extend(span(*start, *count, MAX_WRITE_REGISTERS)?),
            Self::Exception { function, code } => {
                check_function(*function)?;
                message = vec![function | EXCEPTION, code.number()];
            }
            Self::Other { function, data } => {
                check_function(*function)?;
                message.extend_from_slice(data);
            }
        }
        Ok(message)
    }

    /// Reads a message sent by a device.
    pub fn decode(message: &[u8]) -> Result<Self, MessageError> {
        let (&function, data) = message.split_first().ok_or(MessageError::LengthMismatch { wanted: 1, actual: 0 })?;
        let bits = |table| Ok(Self::Bits { table, bits: read_counted(data, 1)?.to_vec() });
        let read_registers = |table| Ok(Self::Registers { table, values: registers(read_counted(data, 2)?) });
        match function {
            1 => bits(BitTable::Coils),
            2 => bits(BitTable::DiscreteInputs),
            3 => read_registers(RegisterTable::Holding),
            4 => read_registers(RegisterTable::Input),
            5 => read_two(data).and_then(|(address, value)| Ok(Self::CoilWritten { address, on: switch(value)? })),
            6 => read_two(data).map(|(address, value)| Self::RegisterWritten { address, value }),
            15 => read_span(data, MAX_WRITE_BITS).map(|(start, count)| Self::CoilsWritten { start, count }),
            16 => read_span(data, MAX_WRITE_REGISTERS).map(|(start, count)| Self::RegistersWritten { start, count }),
            _ if function & EXCEPTION != 0 => {
                let function = function & !EXCEPTION;
                check_function(function)?;
                let &[code] = data else { return Err(MessageError::LengthMismatch { wanted: 1, actual: data.len() }) };
                Ok(Self::Exception { function, code: ExceptionCode::from_number(code) })
            }
            _ => {
                check_function(function)?;
                Ok(Self::Other { function, data: data.to_vec() })
            }
        }
    }
}

/// Bytes behind their number.
fn counted(bytes: &[u8], most: usize) -> Result<Vec<u8>, MessageError> {
    let bad = MessageError::BadField { name: "byte count", value: bytes.len() };
    if bytes.is_empty() || bytes.len() > most {
        return Err(bad);
    }
    let mut counted = vec![u8::try_from(bytes.len()).map_err(|_| bad)?];
    counted.extend_from_slice(bytes);
    Ok(counted)
}

/// The bytes behind their number, which is no zero and a multiple of `unit`.
fn read_counted(data: &[u8], unit: usize) -> Result<&[u8], MessageError> {
    let (&declared, bytes) = data.split_first().ok_or(MessageError::LengthMismatch { wanted: 1, actual: 0 })?;
    let declared = usize::from(declared);
    same_length(declared, bytes.len())?;
    if declared == 0 || declared % unit != 0 {
        return Err(MessageError::BadField { name: "byte count", value: declared });
    }
    Ok(bytes)
}
