//! GB/T 26875.3-2011: the wire between transmission devices of buildings' fire alarms and the monitoring centre.
//!
//! The way in is [`Decoder`] (bytes to [`Frame`]), then [`Frame::unit`], which yields a [`DataUnit`] of typed objects.
//! The way out is [`DataUnit`] and [`Frame::new`], [`reply`], [`acknowledge`], [`deny`] and [`answer`] for what one
//! owes, and [`Exchange`] for what one waits for. [`describe`] and [`compose`] go between bytes and JSON.
//!
//! Times are China local time (UTC+8) without a zone. States and names come from the standard's tables; what the
//! tables reserve or leave to the user is kept by its number, and units of unknown types are kept as bytes.

mod coded;
mod command;
mod component_type;
mod compose;
mod decoder;
mod describe;
mod described_objects;
mod error;
mod exchange;
mod fields;
mod frame;
mod objects;
mod quantity;
mod reader;
mod reply;
mod state;
mod system_type;
mod text;
mod time_label;
mod type_flag;
mod unit;

pub use command::Command;
pub use component_type::ComponentType;
pub use compose::compose;
pub use decoder::Decoder;
pub use describe::describe;
pub use error::{EncodeError, FrameError, Rejected, UnitError};
pub use exchange::{Due, Exchange, Outcome, Timing, next_serial};
pub use fields::ComposeError;
pub use frame::{Address, Frame, Header, MAX_UNIT, ProtocolVersion, decode_frame};
pub use objects::{
    AnalogueReading, AnswerMinutes, ComponentAddress, ComponentConfiguration, ComponentQuery, ComponentStatus,
    DeviceOperationRecord, DeviceStatus, DeviceVersion, RecordsQuery, ReservedByte, SystemAddress, SystemClock,
    SystemConfiguration, SystemOperationRecord, SystemRecordsQuery, SystemStatus, SystemVersion,
};
pub use quantity::Quantity;
pub use reply::{acknowledge, answer, deny, deny_rejected, reply};
pub use state::{
    ComponentFlag, ComponentState, DeviceFlag, DeviceOperation, DeviceOperationFlag, DeviceState, SystemFlag,
    SystemOperation, SystemOperationFlag, SystemState,
};
pub use system_type::SystemType;
pub use text::{DESCRIPTION, Description, Text};
pub use time_label::TimeLabel;
pub use type_flag::{Direction, TypeFlag};
pub use unit::DataUnit;
