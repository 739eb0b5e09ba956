//! What a client asks (MODBUS Application Protocol 1.1b3, 6.1 to 6.6, 6.11, 6.12).

use super::error::{MessageError, Mismatch};
use super::response::Response;
use super::table::{BitTable, RegisterTable, register_bytes, registers};

/// Most bits one request may read.
pub const MAX_READ_BITS: u16 = 2000;
/// Most registers one request may read.
pub const MAX_READ_REGISTERS: u16 = 125;
/// Most bits one request may write.
pub const MAX_WRITE_BITS: u16 = 1968;
/// Most registers one request may write.
pub const MAX_WRITE_REGISTERS: u16 = 123;

const WRITE_COIL: u8 = 5;
const WRITE_REGISTER: u8 = 6;
const WRITE_COILS: u8 = 15;
const WRITE_REGISTERS: u8 = 16;
/// How function 5 says "on".
const ON: u16 = 0xFF00;

/// A request. Addresses count from 0, whatever the device's handbook does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Functions 1 and 2.
    ReadBits {
        /// Which table.
        table: BitTable,
        /// First address.
        start: u16,
        /// How many, 1 to 2,000.
        count: u16,
    },
    /// Functions 3 and 4.
    ReadRegisters {
        /// Which table.
        table: RegisterTable,
        /// First address.
        start: u16,
        /// How many, 1 to 125.
        count: u16,
    },
    /// Function 5.
    WriteCoil {
        /// Address.
        address: u16,
        /// On or off.
        on: bool,
    },
    /// Function 6.
    WriteRegister {
        /// Address.
        address: u16,
        /// New value.
        value: u16,
    },
    /// Function 15.
    WriteCoils {
        /// First address.
        start: u16,
        /// How many, 1 to 1,968.
        count: u16,
        /// The bits, packed by [`pack_bits`](super::pack_bits).
        bits: Vec<u8>,
    },
    /// Function 16.
    WriteRegisters {
        /// First address.
        start: u16,
        /// New values, 1 to 123.
        values: Vec<u16>,
    },
    /// Any other function, its data as they are.
    Other {
        /// Function code, 1 to 127.
        function: u8,
        /// What follows it.
        data: Vec<u8>,
    },
}

impl Request {
    /// Function code.
    pub fn function(&self) -> u8 {
        match self {
            Self::ReadBits { table, .. } => table.function(),
            Self::ReadRegisters { table, .. } => table.function(),
            Self::WriteCoil { .. } => WRITE_COIL,
            Self::WriteRegister { .. } => WRITE_REGISTER,
            Self::WriteCoils { .. } => WRITE_COILS,
            Self::WriteRegisters { .. } => WRITE_REGISTERS,
            Self::Other { function, .. } => *function,
        }
    }

    /// Whether the request changes anything, as far as is known.
    pub fn is_write(&self) -> bool {
        !matches!(self, Self::ReadBits { .. } | Self::ReadRegisters { .. })
    }

    /// Writes the message, within the limits of its function.
    pub fn encode(&self) -> Result<Vec<u8>, MessageError> {
        let mut message = vec![self.function()];
        match self {
            Self::ReadBits { start, count, .. } => {
                message.extend(span(*start, *count, MAX_READ_BITS)?);
            }
            Self::ReadRegisters { start, count, .. } => {
                message.extend(span(*start, *count, MAX_READ_REGISTERS)?);
            }
            Self::WriteCoil { address, on } => message.extend(two(*address, if *on { ON } else { 0 })),
            Self::WriteRegister { address, value } => message.extend(two(*address, *value)),
            Self::WriteCoils { start, count, bits } => {
                message.extend(span(*start, *count, MAX_WRITE_BITS)?);
                let wanted = usize::from(count.div_ceil(8));
                same_length(wanted, bits.len())?;
                message.extend(u8::try_from(wanted));
                message.extend_from_slice(bits);
            }
            Self::WriteRegisters { start, values } => {
                let count = u16::try_from(values.len()).unwrap_or(u16::MAX);
                message.extend(span(*start, count, MAX_WRITE_REGISTERS)?);
                message.extend(u8::try_from(values.len() * 2));
                message.extend(register_bytes(values));
            }
            Self::Other { function, data } => {
                check_function(*function)?;
                message.extend_from_slice(data);
            }
        }
        Ok(message)
    }

    /// Reads a message sent by a client.
    pub fn decode(message: &[u8]) -> Result<Self, MessageError> {
        let (&function, data) = message.split_first().ok_or(MessageError::LengthMismatch { wanted: 1, actual: 0 })?;
        let read_bits = |table| {
            let (start, count) = read_span(data, MAX_READ_BITS)?;
            Ok(Self::ReadBits { table, start, count })
        };
        let read_registers = |table| {
            let (start, count) = read_span(data, MAX_READ_REGISTERS)?;
            Ok(Self::ReadRegisters { table, start, count })
        };
        match function {
            1 => read_bits(BitTable::Coils),
            2 => read_bits(BitTable::DiscreteInputs),
            3 => read_registers(RegisterTable::Holding),
            4 => read_registers(RegisterTable::Input),
            WRITE_COIL => {
                read_two(data).and_then(|(address, value)| Ok(Self::WriteCoil { address, on: switch(value)? }))
            }
            WRITE_REGISTER => read_two(data).map(|(address, value)| Self::WriteRegister { address, value }),
            WRITE_COILS => decode_write_coils(data),
            WRITE_REGISTERS => decode_write_registers(data),
            _ => {
                check_function(function)?;
                Ok(Self::Other { function, data: data.to_vec() })
            }
        }
    }

    /// Whether `response` can be the answer to this request. Exceptions are answers too.
    pub fn check(&self, response: &Response) -> Result<(), Mismatch> {
        let (wanted, got) = (self.function(), response.function());
        if wanted != got {
            return Err(Mismatch::Function { wanted, got });
        }
        let count =
            |wanted: usize, got: usize| if wanted == got { Ok(()) } else { Err(Mismatch::Count { wanted, got }) };
        let echo = |same: bool| if same { Ok(()) } else { Err(Mismatch::Echo) };
        match (self, response) {
            (Self::ReadBits { count: bits, .. }, Response::Bits { bits: bytes, .. }) => {
                count(usize::from(bits.div_ceil(8)), bytes.len())
            }
            (Self::ReadRegisters { count: due, .. }, Response::Registers { values, .. }) => {
                count(usize::from(*due), values.len())
            }
            (Self::WriteCoil { address, on }, Response::CoilWritten { address: place, on: state }) => {
                echo((address, on) == (place, state))
            }
            (Self::WriteRegister { address, value }, Response::RegisterWritten { address: place, value: written }) => {
                echo((address, value) == (place, written))
            }
            (Self::WriteCoils { start, count, .. }, Response::CoilsWritten { start: first, count: number }) => {
                echo((start, count) == (first, number))
            }
            (Self::WriteRegisters { start, values }, Response::RegistersWritten { start: first, count: number }) => {
                echo(start == first && values.len() == usize::from(*number))
            }
            _ => Ok(()),
        }
    }
}

fn decode_write_coils(data: &[u8]) -> Result<Request, MessageError> {
    let (start, count, bits) = read_block(data, MAX_WRITE_BITS)?;
    same_length(usize::from(count.div_ceil(8)), bits.len())?;
    Ok(Request::WriteCoils { start, count, bits: bits.to_vec() })
}

fn decode_write_registers(data: &[u8]) -> Result<Request, MessageError> {
    let (start, count, bytes) = read_block(data, MAX_WRITE_REGISTERS)?;
    same_length(usize::from(count) * 2, bytes.len())?;
    Ok(Request::WriteRegisters { start, values: registers(bytes) })
}

/// Start, count, and what the byte count says follows.
fn read_block(data: &[u8], most: u16) -> Result<(u16, u16, &[u8]), MessageError> {
    let short = MessageError::LengthMismatch { wanted: 5, actual: data.len() };
    let (head, rest) = data.split_at_checked(4).ok_or_else(|| short.clone())?;
    let (&declared, bytes) = rest.split_first().ok_or(short)?;
    same_length(usize::from(declared), bytes.len())?;
    let (start, count) = read_span(head, most)?;
    Ok((start, count, bytes))
}

pub(super) fn two(first: u16, second: u16) -> [u8; 4] {
    let ([a, b], [c, d]) = (first.to_be_bytes(), second.to_be_bytes());
    [a, b, c, d]
}

pub(super) fn read_two(data: &[u8]) -> Result<(u16, u16), MessageError> {
    let Ok([a, b, c, d]) = <[u8; 4]>::try_from(data) else {
        return Err(MessageError::LengthMismatch { wanted: 4, actual: data.len() });
    };
    Ok((u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])))
}

/// Start and count, if the count is allowed and the last address exists.
pub(super) fn span(start: u16, count: u16, most: u16) -> Result<[u8; 4], MessageError> {
    let last_exists = count.checked_sub(1).and_then(|more| start.checked_add(more)).is_some();
    if count > most || !last_exists {
        return Err(MessageError::BadField { name: "count", value: usize::from(count) });
    }
    Ok(two(start, count))
}

pub(super) fn read_span(data: &[u8], most: u16) -> Result<(u16, u16), MessageError> {
    let (start, count) = read_two(data)?;
    span(start, count, most).map(|_| (start, count))
}

pub(super) fn switch(value: u16) -> Result<bool, MessageError> {
    match value {
        ON => Ok(true),
        0 => Ok(false),
        _ => Err(MessageError::BadField { name: "value", value: usize::from(value) }),
    }
}

pub(super) fn switch_value(on: bool) -> u16 {
    if on { ON } else { 0 }
}

pub(super) fn same_length(wanted: usize, actual: usize) -> Result<(), MessageError> {
    if wanted == actual { Ok(()) } else { Err(MessageError::LengthMismatch { wanted, actual }) }
}

pub(super) fn check_function(function: u8) -> Result<(), MessageError> {
    if (1..=127).contains(&function) {
        Ok(())
    } else {
        Err(MessageError::BadField { name: "function", value: usize::from(function) })
    }
}
