//! Application data units (6.7, 8.1, 8.3): type flag, object count, objects.

use serde_json::Value;

use super::described_objects::{Described, compose_all, describe_all};
use super::error::{EncodeError, UnitError};
use super::fields::ComposeError;
use super::frame::MAX_UNIT;
use super::objects::{
    AnalogueReading, AnswerMinutes, ComponentConfiguration, ComponentQuery, ComponentStatus, DeviceOperationRecord,
    DeviceStatus, DeviceVersion, Object, RecordsQuery, ReservedByte, SystemAddress, SystemClock, SystemConfiguration,
    SystemOperationRecord, SystemRecordsQuery, SystemStatus, SystemVersion,
};
use super::reader::Reader;
use super::text::Text;
use super::time_label::TimeLabel;
use super::type_flag::TypeFlag;

macro_rules! data_unit {
    ($($variant:ident($object:ty))*) => {
        /// An application data unit: objects of one type.
        ///
        /// Most types hold one object by the text; others are read and written all the same.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum DataUnit {
            $(#[doc = concat!("Objects of [`TypeFlag::", stringify!($variant), "`].")] $variant(Vec<$object>),)*
            /// A type the standard reserves or leaves to the user.
            Other {
                /// Which type.
                type_flag: TypeFlag,
                /// How many objects it says it has.
                count: u8,
                /// The objects, as they are.
                body: Vec<u8>,
            },
        }

        impl DataUnit {
            /// The type of the objects.
            pub fn type_flag(&self) -> TypeFlag {
                match self {
                    $(Self::$variant(_) => TypeFlag::$variant,)*
                    Self::Other { type_flag, .. } => *type_flag,
                }
            }

            /// How many objects there are, or an unknown type says it has.
            pub fn count(&self) -> usize {
                match self {
                    $(Self::$variant(objects) => objects.len(),)*
                    Self::Other { count, .. } => usize::from(*count),
                }
            }

            fn read(type_flag: TypeFlag, count: u8, body: &[u8]) -> Option<Self> {
                match type_flag {
                    $(TypeFlag::$variant => read_objects(count, body).map(Self::$variant),)*
                    TypeFlag::Reserved(_) | TypeFlag::UserDefined(_) => {
                        Some(Self::Other { type_flag, count, body: body.to_vec() })
                    }
                }
            }

            /// The bytes after type flag and object count.
            pub fn body(&self) -> Vec<u8> {
                let mut bytes = Vec::new();
                match self {
                    $(Self::$variant(objects) => objects.iter().for_each(|object| object.write(&mut bytes)),)*
                    Self::Other { body, .. } => bytes.extend_from_slice(body),
                }
                bytes
            }

            /// Each object as JSON, and beside it what the numbers mean; nothing for an unknown type.
            pub(super) fn described(&self) -> Option<(Vec<Value>, Vec<Value>)> {
                match self {
                    $(Self::$variant(objects) => Some(describe_all(objects)),)*
                    Self::Other { .. } => None,
                }
            }

            /// The way back from [`described`](Self::described).
            pub(super) fn from_described(
                type_flag: TypeFlag,
                objects: &[Value],
                details: &[Value],
            ) -> Result<Self, ComposeError> {
                match type_flag {
                    $(TypeFlag::$variant => compose_all(objects, details).map(Self::$variant),)*
                    TypeFlag::Reserved(_) | TypeFlag::UserDefined(_) => {
                        Err(ComposeError::invalid("objects", "payload, the type being unknown"))
                    }
                }
            }
        }

        const _: fn() = || {
            fn is_described<T: Described>() {}
            $(is_described::<$object>();)*
        };
    };
}

data_unit! {
    SystemState(SystemStatus)
    ComponentState(ComponentStatus)
    Analogue(AnalogueReading)
    SystemOperation(SystemOperationRecord)
    SystemVersion(SystemVersion)
    SystemConfiguration(SystemConfiguration)
    ComponentConfiguration(ComponentConfiguration)
    SystemTime(SystemClock)
    DeviceState(DeviceStatus)
    DeviceOperation(DeviceOperationRecord)
    DeviceVersion(DeviceVersion)
    DeviceConfiguration(Text)
    DeviceTime(TimeLabel)
    ReadSystemState(SystemAddress)
    ReadComponentState(ComponentQuery)
    ReadAnalogue(ComponentQuery)
    ReadSystemOperation(SystemRecordsQuery)
    ReadSystemVersion(SystemAddress)
    ReadSystemConfiguration(SystemAddress)
    ReadComponentConfiguration(ComponentQuery)
    ReadSystemTime(SystemAddress)
    ReadDeviceState(ReservedByte)
    ReadDeviceOperation(RecordsQuery)
    ReadDeviceVersion(ReservedByte)
    ReadDeviceConfiguration(ReservedByte)
    ReadDeviceTime(ReservedByte)
    Initialise(ReservedByte)
    SetClock(TimeLabel)
    DutyCheck(AnswerMinutes)
}

impl DataUnit {
    /// Reads an application data unit; none if there is none.
    ///
    /// The objects must fill the unit exactly, so a count of 0 with data, and a count too large or too small, are
    /// errors. A count of 0 without data is an empty list.
    pub fn parse(bytes: &[u8]) -> Result<Option<Self>, UnitError> {
        let (flag, count, body) = match bytes {
            [] => return Ok(None),
            [_] => return Err(UnitError::MissingCount),
            [flag, count, body @ ..] => (*flag, *count, body),
        };
        let type_flag = TypeFlag::from_number(flag);
        let mismatch = UnitError::LengthMismatch { type_flag, count, available: body.len() };
        Self::read(type_flag, count, body).map(Some).ok_or(mismatch)
    }

    /// The unit as it stands on the wire.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EncodeError> {
        let count = self.count();
        let number = u8::try_from(count).map_err(|_| EncodeError::TooManyObjects { count })?;
        let mut bytes = vec![self.type_flag().number(), number];
        bytes.extend(self.body());
        let length = bytes.len();
        if length > MAX_UNIT { Err(EncodeError::TooLong { length, maximum: MAX_UNIT }) } else { Ok(bytes) }
    }
}

fn read_objects<T: Object>(count: u8, body: &[u8]) -> Option<Vec<T>> {
    let mut reader = Reader::new(body);
    let mut objects = Vec::new();
    for _ in 0..count {
        objects.push(T::read(&mut reader)?);
    }
    reader.is_empty().then_some(objects)
}
