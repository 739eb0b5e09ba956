//! Information objects (8.2.1, 8.3): what one element of an application data unit holds.

use super::component_type::ComponentType;
use super::quantity::Quantity;
use super::reader::Reader;
use super::state::{ComponentState, DeviceOperation, DeviceState, SystemOperation, SystemState};
use super::system_type::SystemType;
use super::text::{Description, Text};
use super::time_label::TimeLabel;

/// An object that can be read and written.
pub(super) trait Object: Sized {
    fn read(reader: &mut Reader<'_>) -> Option<Self>;
    fn write(&self, bytes: &mut Vec<u8>);
}

/// Declares an object as the sequence of its fields, each of which is an object.
macro_rules! object {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $kind,)*
        }

        impl Object for $name {
            fn read(reader: &mut Reader<'_>) -> Option<Self> {
                $(let $field = <$kind>::read(reader)?;)*
                Some(Self { $($field),* })
            }

            fn write(&self, bytes: &mut Vec<u8>) {
                $(self.$field.write(bytes);)*
            }
        }
    };
}

/// Makes objects of types that wrap one field.
macro_rules! field {
    ($($kind:ty: |$reader:ident| $read:expr, |$value:ident, $bytes:ident| $write:expr;)*) => {$(
        impl Object for $kind {
            fn read($reader: &mut Reader<'_>) -> Option<Self> {
                $read
            }

            fn write(&self, $bytes: &mut Vec<u8>) {
                let $value = self;
                $write;
            }
        }
    )*};
}

field! {
    u8: |reader| reader.byte(), |value, bytes| bytes.push(*value);
    i16: |reader| reader.array().map(Self::from_le_bytes), |value, bytes| bytes.extend_from_slice(&value.to_le_bytes());
    SystemType: |reader| reader.byte().map(Self::from_number), |value, bytes| bytes.push(value.number());
    ComponentType: |reader| reader.byte().map(Self::from_number), |value, bytes| bytes.push(value.number());
    Quantity: |reader| reader.byte().map(Self::from_number), |value, bytes| bytes.push(value.number());
    SystemState: |reader| reader.word().map(Self), |value, bytes| bytes.extend_from_slice(&value.0.to_le_bytes());
    ComponentState: |reader| reader.word().map(Self), |value, bytes| bytes.extend_from_slice(&value.0.to_le_bytes());
    DeviceState: |reader| reader.byte().map(Self), |value, bytes| bytes.push(value.0);
    SystemOperation: |reader| reader.byte().map(Self), |value, bytes| bytes.push(value.0);
    DeviceOperation: |reader| reader.byte().map(Self), |value, bytes| bytes.push(value.0);
    TimeLabel: |reader| reader.array().map(Self), |value, bytes| bytes.extend_from_slice(&value.0);
    Description: |reader| reader.array().map(Self), |value, bytes| bytes.extend_from_slice(&value.0);
    ComponentAddress: |reader| reader.double_word().map(Self), |value, bytes| bytes.extend_from_slice(&value.0.to_le_bytes());
    ReservedByte: |reader| reader.byte().map(Self), |value, bytes| bytes.push(value.0);
    AnswerMinutes: |reader| reader.byte().map(Self), |value, bytes| bytes.push(value.0);
}

impl Object for Text {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let length = reader.byte()?;
        Self::from_bytes(reader.bytes(usize::from(length))?.to_vec()).ok()
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        // A text never exceeds what its length byte can say.
        bytes.push(u8::try_from(self.as_bytes().len()).unwrap_or(u8::MAX));
        bytes.extend_from_slice(self.as_bytes());
    }
}

/// Address of a component: four bytes, of which the standard says nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComponentAddress(pub u32);

impl ComponentAddress {
    /// Zone or loop number, by the convention of most makers: the low half.
    pub fn zone(self) -> u16 {
        let [a, b, _, _] = self.0.to_le_bytes();
        u16::from_le_bytes([a, b])
    }

    /// Position number within the zone, by the convention of most makers: the high half.
    pub fn position(self) -> u16 {
        let [_, _, c, d] = self.0.to_le_bytes();
        u16::from_le_bytes([c, d])
    }
}

/// The reserved byte of requests that ask for nothing in particular; 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ReservedByte(pub u8);

/// Minutes the person on duty has to answer a duty check (figure 46).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AnswerMinutes(pub u8);

object! {
    /// A fire-protection system of a building. Also the whole object of types 61, 65, 66 and 68.
    SystemAddress {
        /// Kind of the system.
        kind: SystemType,
        /// Address the building gave it.
        address: u8,
    }
}

object! {
    /// Type 1: state of a system.
    SystemStatus {
        /// The system.
        system: SystemAddress,
        /// Its state.
        state: SystemState,
        /// Since when.
        time: TimeLabel,
    }
}

object! {
    /// Type 2: state of a component.
    ComponentStatus {
        /// The system it belongs to.
        system: SystemAddress,
        /// Kind of the component.
        kind: ComponentType,
        /// Address of the component.
        component: ComponentAddress,
        /// Its state.
        state: ComponentState,
        /// What and where it is, in words.
        description: Description,
        /// Since when.
        time: TimeLabel,
    }
}

object! {
    /// Type 3: an analogue value of a component.
    AnalogueReading {
        /// The system it belongs to.
        system: SystemAddress,
        /// Kind of the component.
        kind: ComponentType,
        /// Address of the component.
        component: ComponentAddress,
        /// What is measured, hence unit and scale.
        quantity: Quantity,
        /// The value in smallest steps of the quantity.
        raw: i16,
        /// When it was sampled.
        time: TimeLabel,
    }
}

impl AnalogueReading {
    /// The value as decimal text, in the unit of the quantity.
    pub fn value_text(&self) -> String {
        self.quantity.scale(self.raw)
    }
}

object! {
    /// Type 4: something done at a system.
    SystemOperationRecord {
        /// The system.
        system: SystemAddress,
        /// What was done.
        operation: SystemOperation,
        /// Number of the operator, given by the building.
        operator: u8,
        /// When.
        time: TimeLabel,
    }
}

object! {
    /// Type 5: software version of a system.
    SystemVersion {
        /// The system.
        system: SystemAddress,
        /// Main version.
        main: u8,
        /// Sub-version.
        sub: u8,
    }
}

object! {
    /// Type 6: configuration of a system, in words.
    SystemConfiguration {
        /// The system.
        system: SystemAddress,
        /// The words.
        text: Text,
    }
}

object! {
    /// Type 7: configuration of a component, in words.
    ComponentConfiguration {
        /// The system it belongs to.
        system: SystemAddress,
        /// Kind of the component.
        kind: ComponentType,
        /// Address of the component.
        component: ComponentAddress,
        /// The words.
        description: Description,
    }
}

object! {
    /// Type 8: clock of a system.
    SystemClock {
        /// The system.
        system: SystemAddress,
        /// Its time.
        time: TimeLabel,
    }
}

object! {
    /// Type 21: state of the transmission device.
    DeviceStatus {
        /// The state.
        state: DeviceState,
        /// Since when.
        time: TimeLabel,
    }
}

object! {
    /// Type 24: something done at the transmission device.
    DeviceOperationRecord {
        /// What was done.
        operation: DeviceOperation,
        /// Number of the operator.
        operator: u8,
        /// When.
        time: TimeLabel,
    }
}

object! {
    /// Type 25: software version of the transmission device.
    DeviceVersion {
        /// Main version.
        main: u8,
        /// Sub-version.
        sub: u8,
    }
}

object! {
    /// Types 62, 63 and 67: which component is asked about.
    ComponentQuery {
        /// The system it belongs to.
        system: SystemAddress,
        /// Address of the component.
        component: ComponentAddress,
    }
}

object! {
    /// Type 64: which operations of a system are asked for.
    SystemRecordsQuery {
        /// The system.
        system: SystemAddress,
        /// How many records; at most 102.
        records: u8,
        /// From when on.
        since: TimeLabel,
    }
}

object! {
    /// Type 84: which operations of the transmission device are asked for.
    RecordsQuery {
        /// How many records; at most 102.
        records: u8,
        /// From when on.
        since: TimeLabel,
    }
}
