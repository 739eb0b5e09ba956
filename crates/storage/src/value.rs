//! Values that go into statements. Nulls keep their type, since PostgreSQL asks for it.

use fengsui_kernel::{DivisionCode, Timestamp};

/// One argument or one cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// 64-bit integer; also booleans (0, 1) and times (milliseconds since the epoch).
    Int(Option<i64>),
    /// Double.
    Real(Option<f64>),
    /// Text.
    Text(Option<String>),
    /// JSON: `TEXT` in SQLite, `JSONB` in PostgreSQL.
    Json(Option<serde_json::Value>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
}

/// What can be an argument.
pub trait ToValue {
    /// The argument.
    fn to_value(&self) -> Value;
}

impl ToValue for Value {
    fn to_value(&self) -> Value {
        self.clone()
    }
}

macro_rules! arguments {
    ($($type:ty => |$it:ident| $variant:ident($made:expr);)*) => {$(
        impl ToValue for $type {
            fn to_value(&self) -> Value { let $it = self; Value::$variant(Some($made)) }
        }
        impl ToValue for Option<$type> {
            fn to_value(&self) -> Value { Value::$variant(self.as_ref().map(|$it| $made)) }
        }
    )*};
}

arguments! {
    i64 => |it| Int(*it);
    i32 => |it| Int(i64::from(*it));
    u32 => |it| Int(i64::from(*it));
    u64 => |it| Int(i64::try_from(*it).unwrap_or(i64::MAX));
    usize => |it| Int(i64::try_from(*it).unwrap_or(i64::MAX));
    bool => |it| Int(i64::from(*it));
    f64 => |it| Real(*it);
    String => |it| Text(it.clone());
    &str => |it| Text((*it).to_owned());
    serde_json::Value => |it| Json(it.clone());
    Vec<u8> => |it| Bytes(it.clone());
    Timestamp => |it| Int(it.as_millisecond());
    DivisionCode => |it| Text(it.to_string());
}

macro_rules! textual {
    ($($type:ident),*) => {$(
        impl ToValue for fengsui_kernel::id::$type {
            fn to_value(&self) -> Value { Value::Text(Some(self.to_string())) }
        }
        impl ToValue for Option<fengsui_kernel::id::$type> {
            fn to_value(&self) -> Value { Value::Text(self.as_ref().map(ToString::to_string)) }
        }
    )*};
}
textual!(
    RecordId,
    SeriesId,
    RuleId,
    RuleTemplateId,
    AlarmId,
    OutOfServiceId,
    DeviceOrderId,
    MatterId,
    MessageId,
    DeliveryId,
    UserId,
    SessionId,
    TokenId,
    AttachmentId,
    ImportId,
    JobId,
    QuarantineId,
    SetAsideId,
    ViewId
);

/// Collects arguments: `args![id, name, at]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::ToValue::to_value(&$value)),*] };
}
