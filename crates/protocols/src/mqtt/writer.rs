//! Writes the fields packets are made of.

use super::error::MqttError;

/// Largest number that fits four bytes of seven bits.
const LARGEST_VARIABLE: usize = 268_435_455;

pub(super) fn two_bytes(output: &mut Vec<u8>, value: u16) {
    output.extend_from_slice(&value.to_be_bytes());
}

pub(super) fn four_bytes(output: &mut Vec<u8>, value: u32) {
    output.extend_from_slice(&value.to_be_bytes());
}

pub(super) fn variable(output: &mut Vec<u8>, value: usize) -> Result<(), MqttError> {
    if value > LARGEST_VARIABLE {
        return Err(MqttError::ValueTooLong { length: value });
    }
    let mut rest = value;
    loop {
        let low = u8::try_from(rest & 0x7F).unwrap_or_default();
        rest >>= 7;
        if rest == 0 {
            output.push(low);
            return Ok(());
        }
        output.push(low | 0x80);
    }
}

pub(super) fn binary(output: &mut Vec<u8>, value: &[u8]) -> Result<(), MqttError> {
    let length = u16::try_from(value.len()).map_err(|_| MqttError::ValueTooLong { length: value.len() })?;
    two_bytes(output, length);
    output.extend_from_slice(value);
    Ok(())
}

pub(super) fn text(output: &mut Vec<u8>, value: &str) -> Result<(), MqttError> {
    if value.contains('\0') { Err(MqttError::BadText) } else { binary(output, value.as_bytes()) }
}

pub(super) fn packet_id(output: &mut Vec<u8>, value: u16) -> Result<(), MqttError> {
    if value == 0 {
        return Err(MqttError::BadValue { field: "packet identifier", value: 0 });
    }
    two_bytes(output, value);
    Ok(())
}
