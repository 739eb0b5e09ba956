//! Frames as JSON objects and back, for people, scripts and the test vectors.

use serde_json::{Map, Value};

use super::decoder::split_all;
use super::error::{FrameError, MessageError, Rejected};
use super::frame::Frame;
use super::request::{Request, switch, switch_value};
use super::response::{ExceptionCode, Response};
use super::table::{BitTable, RegisterTable};
use crate::description::{DescriptionError, Fields, required, to_hex};

/// Reads all frames in `bytes`, one JSON object for each: `tid`, `unit`, `fc`, and what the function carries.
///
/// Bytes that are no frame yield `{"error": code}`, with the codes `bad_field`, `bad_length`, `length_mismatch` and
/// `truncated`. Whether a frame goes to the device or comes from it is told by its length. Reads of bits leave one
/// doubt: three bytes of bits look like a request. They are described as one, and `bits` says what else they may be.
pub fn describe(bytes: &[u8]) -> Vec<Value> {
    split_all(bytes).iter().map(describe_result).collect()
}

fn describe_result(result: &Result<Frame, Rejected>) -> Value {
    let described = match result {
        Ok(frame) => describe_frame(frame).map_err(|error| match error {
            MessageError::LengthMismatch { .. } => "length_mismatch",
            MessageError::BadField { .. } => "bad_field",
        }),
        Err(rejected) => Err(match rejected.error {
            FrameError::BadProtocol { .. } => "bad_field",
            FrameError::BadLength { .. } => "bad_length",
            FrameError::Truncated { .. } => "truncated",
        }),
    };
    described.unwrap_or_else(|code| serde_json::json!({ "error": code }))
}

fn describe_frame(frame: &Frame) -> Result<Value, MessageError> {
    let mut object = Map::new();
    object.insert("tid".into(), frame.transaction.into());
    object.insert("unit".into(), frame.unit.into());
    object.insert("fc".into(), frame.function().into());
    let data = frame.message.len().saturating_sub(1);
    let asks = match frame.message.first() {
        Some(1 | 2) => {
            data == 4 && (Request::decode(&frame.message).is_ok() || Response::decode(&frame.message).is_err())
        }
        Some(3 | 4) => data == 4,
        Some(15 | 16) => data != 4,
        _ => false,
    };
    if asks {
        describe_request(Request::decode(&frame.message)?, &mut object);
        if let Ok(Response::Bits { bits, .. }) = Response::decode(&frame.message) {
            object.insert("bits".into(), to_hex(&bits).into());
        }
    } else {
        describe_response(Response::decode(&frame.message)?, &mut object);
    }
    Ok(Value::Object(object))
}

fn describe_request(request: Request, object: &mut Map<String, Value>) {
    let mut add = |name: &str, value: Value| object.insert(name.to_owned(), value);
    match request {
        Request::ReadBits { start, count, .. } | Request::ReadRegisters { start, count, .. } => {
            add("start", start.into());
            add("count", count.into());
        }
        Request::WriteCoils { start, count, bits } => {
            add("start", start.into());
            add("count", count.into());
            add("bits", to_hex(&bits).into());
        }
        Request::WriteRegisters { start, values } => {
            add("start", start.into());
            add("count", values.len().into());
            add("registers", values.into());
        }
        // The rest look the same in both directions and are described as responses.
        Request::WriteCoil { .. } | Request::WriteRegister { .. } | Request::Other { .. } => {}
    }
}

fn describe_response(response: Response, object: &mut Map<String, Value>) {
    let mut add = |name: &str, value: Value| object.insert(name.to_owned(), value);
    match response {
        Response::Bits { bits, .. } => drop(add("bits", to_hex(&bits).into())),
        Response::Registers { values, .. } => drop(add("registers", values.into())),
        Response::CoilWritten { address, on } => {
            add("address", address.into());
            add("value", switch_value(on).into());
        }
        Response::RegisterWritten { address, value } => {
            add("address", address.into());
            add("value", value.into());
        }
        Response::CoilsWritten { start, count } | Response::RegistersWritten { start, count } => {
            add("start", start.into());
            add("count", count.into());
        }
        Response::Exception { code, .. } => drop(add("exception", code.number().into())),
        Response::Other { data, .. } => drop(add("data", to_hex(&data).into())),
    }
}

/// Writes the frame that an object made by [`describe`] stands for.
pub fn compose(description: &Value) -> Result<Vec<u8>, DescriptionError> {
    let fields = Fields::of_frame(description)?;
    let transaction = required("tid", fields.number("tid")?)?;
    let unit = required("unit", fields.number("unit")?)?;
    let function: u8 = required("fc", fields.number("fc")?)?;
    let message = message(fields, function)?;
    let frame = Frame { transaction, unit, message };
    frame.encode().ok_or_else(|| DescriptionError::Unwritable { reason: "the message is too long".to_owned() })
}

fn message(fields: Fields<'_>, function: u8) -> Result<Vec<u8>, DescriptionError> {
    let unwritable = |error: MessageError| DescriptionError::Unwritable { reason: error.to_string() };
    if let Some(code) = fields.number("exception")? {
        let code = ExceptionCode::from_number(code);
        return Response::Exception { function, code }.encode().map_err(unwritable);
    }
    let asks = fields.has("start");
    match function {
        1 | 2 => {
            let table = if function == 1 { BitTable::Coils } else { BitTable::DiscreteInputs };
            if asks {
                let (start, count) = span(fields)?;
                return Request::ReadBits { table, start, count }.encode().map_err(unwritable);
            }
            Response::Bits { table, bits: required("bits", fields.bytes("bits")?)? }.encode()
        }
        3 | 4 => {
            let table = if function == 3 { RegisterTable::Holding } else { RegisterTable::Input };
            if asks {
                let (start, count) = span(fields)?;
                return Request::ReadRegisters { table, start, count }.encode().map_err(unwritable);
            }
            Response::Registers { table, values: required("registers", registers(fields)?)? }.encode()
        }
        5 => {
            let (address, value) = write(fields)?;
            switch(value).and_then(|on| Response::CoilWritten { address, on }.encode())
        }
        6 => {
            let (address, value) = write(fields)?;
            Response::RegisterWritten { address, value }.encode()
        }
        15 => {
            let (start, count) = span(fields)?;
            match fields.bytes("bits")? {
                Some(bits) => Request::WriteCoils { start, count, bits }.encode(),
                None => Response::CoilsWritten { start, count }.encode(),
            }
        }
        16 => write_registers(fields)?,
        _ => Response::Other { function, data: fields.bytes("data")?.unwrap_or_default() }.encode(),
    }
    .map_err(unwritable)
}

fn write_registers(fields: Fields<'_>) -> Result<Result<Vec<u8>, MessageError>, DescriptionError> {
    let start = required("start", fields.number("start")?)?;
    let stated: Option<u16> = fields.number("count")?;
    let Some(values) = registers(fields)? else {
        let count = required("count", stated)?;
        return Ok(Response::RegistersWritten { start, count }.encode());
    };
    if stated.is_some_and(|count| usize::from(count) != values.len()) {
        return Err(DescriptionError::Contradiction { name: "count".to_owned(), other: "registers" });
    }
    Ok(Request::WriteRegisters { start, values }.encode())
}

fn span(fields: Fields<'_>) -> Result<(u16, u16), DescriptionError> {
    Ok((required("start", fields.number("start")?)?, required("count", fields.number("count")?)?))
}

fn write(fields: Fields<'_>) -> Result<(u16, u16), DescriptionError> {
    Ok((required("address", fields.number("address")?)?, required("value", fields.number("value")?)?))
}

fn registers(fields: Fields<'_>) -> Result<Option<Vec<u16>>, DescriptionError> {
    let unfit = || DescriptionError::Unfit { name: "registers".to_owned(), wanted: "a list of numbers below 65536" };
    let register = |value: &Value| value.as_u64().and_then(|value| u16::try_from(value).ok()).ok_or_else(unfit);
    fields.list("registers")?.map(|list| list.iter().map(register).collect()).transpose()
}
