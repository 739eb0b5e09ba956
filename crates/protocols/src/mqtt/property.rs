//! Properties of MQTT 5: checked once, kept as bytes, and read only when somebody asks.

use super::error::MqttError;
use super::reader::Reader;
use super::writer;

/// Number of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PropertyId(pub u8);

impl PropertyId {
    /// Whether the payload is text.
    pub const PAYLOAD_FORMAT_INDICATOR: Self = Self(0x01);
    /// Seconds after which the message is worthless.
    pub const MESSAGE_EXPIRY_INTERVAL: Self = Self(0x02);
    /// Kind of content.
    pub const CONTENT_TYPE: Self = Self(0x03);
    /// Where to answer.
    pub const RESPONSE_TOPIC: Self = Self(0x08);
    /// What to repeat in the answer.
    pub const CORRELATION_DATA: Self = Self(0x09);
    /// Identifier of the subscription.
    pub const SUBSCRIPTION_IDENTIFIER: Self = Self(0x0B);
    /// Seconds the session outlives the connection.
    pub const SESSION_EXPIRY_INTERVAL: Self = Self(0x11);
    /// Identifier the broker gave to the client.
    pub const ASSIGNED_CLIENT_IDENTIFIER: Self = Self(0x12);
    /// Keep-alive the broker wants.
    pub const SERVER_KEEP_ALIVE: Self = Self(0x13);
    /// Method of enhanced authentication.
    pub const AUTHENTICATION_METHOD: Self = Self(0x15);
    /// Data of enhanced authentication.
    pub const AUTHENTICATION_DATA: Self = Self(0x16);
    /// Seconds the will waits.
    pub const WILL_DELAY_INTERVAL: Self = Self(0x18);
    /// Reason in words.
    pub const REASON_STRING: Self = Self(0x1F);
    /// How many unacknowledged messages the sender takes.
    pub const RECEIVE_MAXIMUM: Self = Self(0x21);
    /// How many topic aliases the sender takes.
    pub const TOPIC_ALIAS_MAXIMUM: Self = Self(0x22);
    /// Alias of the topic.
    pub const TOPIC_ALIAS: Self = Self(0x23);
    /// Highest QoS the broker takes.
    pub const MAXIMUM_QOS: Self = Self(0x24);
    /// Whether the broker retains.
    pub const RETAIN_AVAILABLE: Self = Self(0x25);
    /// Name and value of the user's own; may repeat.
    pub const USER_PROPERTY: Self = Self(0x26);
    /// Largest packet the sender takes.
    pub const MAXIMUM_PACKET_SIZE: Self = Self(0x27);
    /// Whether wildcards can be subscribed to.
    pub const WILDCARD_SUBSCRIPTION_AVAILABLE: Self = Self(0x28);
    /// Whether subscriptions can have identifiers.
    pub const SUBSCRIPTION_IDENTIFIERS_AVAILABLE: Self = Self(0x29);
    /// Whether subscriptions can be shared.
    pub const SHARED_SUBSCRIPTION_AVAILABLE: Self = Self(0x2A);

    fn may_repeat(self) -> bool {
        matches!(self, Self::USER_PROPERTY | Self::SUBSCRIPTION_IDENTIFIER)
    }
}

/// Value of a property; which form it has depends on the property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PropertyValue<'a> {
    /// One byte.
    Byte(u8),
    /// Two bytes.
    TwoBytes(u16),
    /// Four bytes.
    FourBytes(u32),
    /// A number of variable length.
    Variable(u32),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Binary(&'a [u8]),
    /// Name and value.
    Pair(&'a str, &'a str),
}

/// One property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Property<'a> {
    /// Which property.
    pub id: PropertyId,
    /// Its value.
    pub value: PropertyValue<'a>,
}

/// The properties of a packet. Always empty before v5.
///
/// Form and repetition are checked; whether a property belongs into its packet is not, since a broker loses nothing
/// by ignoring a stray one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Properties<'a> {
    raw: &'a [u8],
}

impl<'a> Properties<'a> {
    /// Checks properties in their wire form, without the length before them.
    pub fn parse(raw: &'a [u8]) -> Result<Self, MqttError> {
        let mut reader = Reader::new(raw);
        let mut seen = 0_u64;
        while !reader.is_empty() {
            let property = read_property(&mut reader)?;
            // All known numbers are below 64.
            let bit = 1_u64.checked_shl(u32::from(property.id.0)).unwrap_or_default();
            if seen & bit != 0 && !property.id.may_repeat() {
                return Err(MqttError::DoubledProperty { identifier: property.id.0 });
            }
            seen |= bit;
        }
        Ok(Self { raw })
    }

    /// All properties in order.
    pub fn iter(&self) -> impl Iterator<Item = Property<'a>> + use<'a> {
        let mut reader = Reader::new(self.raw);
        std::iter::from_fn(move || if reader.is_empty() { None } else { read_property(&mut reader).ok() })
    }

    /// The first property of a number.
    pub fn get(&self, id: PropertyId) -> Option<PropertyValue<'a>> {
        self.iter().find(|property| property.id == id).map(|property| property.value)
    }

    /// The first property of a number, if it is a number itself.
    pub fn number(&self, id: PropertyId) -> Option<u32> {
        match self.get(id)? {
            PropertyValue::Byte(value) => Some(u32::from(value)),
            PropertyValue::TwoBytes(value) => Some(u32::from(value)),
            PropertyValue::FourBytes(value) | PropertyValue::Variable(value) => Some(value),
            PropertyValue::Text(_) | PropertyValue::Binary(_) | PropertyValue::Pair(..) => None,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// Reads the length and then the properties.
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, MqttError> {
        let length = reader.variable()?;
        Self::parse(reader.take(usize::try_from(length).unwrap_or(usize::MAX))?)
    }

    pub(super) fn write(&self, output: &mut Vec<u8>) -> Result<(), MqttError> {
        writer::variable(output, self.raw.len())?;
        output.extend_from_slice(self.raw);
        Ok(())
    }
}

/// Writes properties in their wire form, without the length before them; [`Properties::parse`] takes the result.
pub fn encode_properties(properties: &[Property<'_>], output: &mut Vec<u8>) -> Result<(), MqttError> {
    for Property { id, value } in properties {
        if form_of(u32::from(id.0))? != form_of_value(value) {
            return Err(MqttError::BadValue { field: "form of property", value: u32::from(id.0) });
        }
        output.push(id.0);
        match value {
            PropertyValue::Byte(value) => output.push(*value),
            PropertyValue::TwoBytes(value) => writer::two_bytes(output, *value),
            PropertyValue::FourBytes(value) => writer::four_bytes(output, *value),
            PropertyValue::Variable(value) => {
                writer::variable(output, usize::try_from(*value).unwrap_or(usize::MAX))?;
            }
            PropertyValue::Text(value) => writer::text(output, value)?,
            PropertyValue::Binary(value) => writer::binary(output, value)?,
            PropertyValue::Pair(name, value) => {
                writer::text(output, name)?;
                writer::text(output, value)?;
            }
        }
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Byte,
    TwoBytes,
    FourBytes,
    Variable,
    Text,
    Binary,
    Pair,
}

fn form_of(identifier: u32) -> Result<Form, MqttError> {
    match identifier {
        0x01 | 0x17 | 0x19 | 0x24 | 0x25 | 0x28..=0x2A => Ok(Form::Byte),
        0x13 | 0x21..=0x23 => Ok(Form::TwoBytes),
        0x02 | 0x11 | 0x18 | 0x27 => Ok(Form::FourBytes),
        0x0B => Ok(Form::Variable),
        0x03 | 0x08 | 0x12 | 0x15 | 0x1A | 0x1C | 0x1F => Ok(Form::Text),
        0x09 | 0x16 => Ok(Form::Binary),
        0x26 => Ok(Form::Pair),
        identifier => Err(MqttError::UnknownProperty { identifier }),
    }
}

fn form_of_value(value: &PropertyValue<'_>) -> Form {
    match value {
        PropertyValue::Byte(_) => Form::Byte,
        PropertyValue::TwoBytes(_) => Form::TwoBytes,
        PropertyValue::FourBytes(_) => Form::FourBytes,
        PropertyValue::Variable(_) => Form::Variable,
        PropertyValue::Text(_) => Form::Text,
        PropertyValue::Binary(_) => Form::Binary,
        PropertyValue::Pair(..) => Form::Pair,
    }
}

fn read_property<'a>(reader: &mut Reader<'a>) -> Result<Property<'a>, MqttError> {
    let identifier = reader.variable()?;
    let value = match form_of(identifier)? {
        Form::Byte => PropertyValue::Byte(reader.byte()?),
        Form::TwoBytes => PropertyValue::TwoBytes(reader.two_bytes()?),
        Form::FourBytes => PropertyValue::FourBytes(reader.four_bytes()?),
        Form::Variable => PropertyValue::Variable(reader.variable()?),
        Form::Text => PropertyValue::Text(reader.text()?),
        Form::Binary => PropertyValue::Binary(reader.binary()?),
        Form::Pair => PropertyValue::Pair(reader.text()?, reader.text()?),
    };
    let number = u8::try_from(identifier).map_err(|_| MqttError::UnknownProperty { identifier })?;
    Ok(Property { id: PropertyId(number), value })
}
