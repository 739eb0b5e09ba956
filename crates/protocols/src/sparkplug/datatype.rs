//! Data types of metrics, columns, parameters and properties (6.4.16).

use std::fmt;

/// A data type by its number; numbers unknown here are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DataType(pub u32);

/// How a value of a type travels, by the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carrier {
    Int,
    Long,
    Float,
    Double,
    Boolean,
    Text,
    Bytes,
    DataSet,
    Template,
}

const NAMES: [&str; 35] = [
    "Unknown",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "UInt8",
    "UInt16",
    "UInt32",
    "UInt64",
    "Float",
    "Double",
    "Boolean",
    "String",
    "DateTime",
    "Text",
    "UUID",
    "DataSet",
    "Bytes",
    "File",
    "Template",
    "PropertySet",
    "PropertySetList",
    "Int8Array",
    "Int16Array",
    "Int32Array",
    "Int64Array",
    "UInt8Array",
    "UInt16Array",
    "UInt32Array",
    "UInt64Array",
    "FloatArray",
    "DoubleArray",
    "BooleanArray",
    "StringArray",
    "DateTimeArray",
];

impl DataType {
    /// 8 bits in two's complement.
    pub const INT8: Self = Self(1);
    /// 16 bits in two's complement.
    pub const INT16: Self = Self(2);
    /// 32 bits in two's complement.
    pub const INT32: Self = Self(3);
    /// 64 bits in two's complement.
    pub const INT64: Self = Self(4);
    /// 8 bits without sign.
    pub const UINT8: Self = Self(5);
    /// 16 bits without sign.
    pub const UINT16: Self = Self(6);
    /// 32 bits without sign.
    pub const UINT32: Self = Self(7);
    /// 64 bits without sign.
    pub const UINT64: Self = Self(8);
    /// IEEE 754, 32 bits.
    pub const FLOAT: Self = Self(9);
    /// IEEE 754, 64 bits.
    pub const DOUBLE: Self = Self(10);
    /// True or false.
    pub const BOOLEAN: Self = Self(11);
    /// Text.
    pub const STRING: Self = Self(12);
    /// Milliseconds since 1970 UTC.
    pub const DATE_TIME: Self = Self(13);
    /// Text.
    pub const TEXT: Self = Self(14);
    /// Text of a UUID.
    pub const UUID: Self = Self(15);
    /// A table.
    pub const DATA_SET: Self = Self(16);
    /// Bytes.
    pub const BYTES: Self = Self(17);
    /// Bytes of a file.
    pub const FILE: Self = Self(18);
    /// A template or an instance of one.
    pub const TEMPLATE: Self = Self(19);
    /// A set of properties, within properties only.
    pub const PROPERTY_SET: Self = Self(20);
    /// A list of sets of properties, within properties only.
    pub const PROPERTY_SET_LIST: Self = Self(21);

    /// The specification's name, where it has one.
    pub fn name(self) -> Option<&'static str> {
        usize::try_from(self.0).ok().and_then(|index| NAMES.get(index)).copied()
    }

    pub(super) fn carrier(self) -> Option<Carrier> {
        Some(match self.0 {
            1..=3 | 5..=7 => Carrier::Int,
            4 | 8 | 13 => Carrier::Long,
            9 => Carrier::Float,
            10 => Carrier::Double,
            11 => Carrier::Boolean,
            12 | 14 | 15 => Carrier::Text,
            16 => Carrier::DataSet,
            17 | 18 | 22..=34 => Carrier::Bytes,
            19 => Carrier::Template,
            _ => return None,
        })
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => formatter.write_str(name),
            None => write!(formatter, "{}", self.0),
        }
    }
}
