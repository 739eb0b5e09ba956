//! The functions of the language: of text, numbers, time and geometry.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::value::Value;

/// Longest text that a function may make.
const LONGEST: usize = 16 * 1024;

macro_rules! functions {
    ($($name:ident, $word:literal, $least:literal ..= $most:literal, $logical:literal;)*) => {
        /// A function that is known.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "they are the words of the language")]
        pub enum Function { $($name,)* }

        impl Function {
            /// The function of this word.
            pub fn find(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)* _ => None }
            }

            /// How many arguments it takes at least and at most.
            pub fn arguments(self) -> (usize, usize) {
                match self { $(Self::$name => ($least, $most),)* }
            }

            /// Whether it answers yes or no.
            pub fn is_logical(self) -> bool {
                match self { $(Self::$name => $logical,)* }
            }
        }
    };
}

functions! {
    SubstringOf, "substringof", 2..=2, true;
    Contains, "contains", 2..=2, true;
    StartsWith, "startswith", 2..=2, true;
    EndsWith, "endswith", 2..=2, true;
    Length, "length", 1..=1, false;
    IndexOf, "indexof", 2..=2, false;
    Substring, "substring", 2..=3, false;
    ToLower, "tolower", 1..=1, false;
    ToUpper, "toupper", 1..=1, false;
    Trim, "trim", 1..=1, false;
    Concat, "concat", 2..=2, false;
    Round, "round", 1..=1, false;
    Floor, "floor", 1..=1, false;
    Ceiling, "ceiling", 1..=1, false;
    Year, "year", 1..=1, false;
    Month, "month", 1..=1, false;
    Day, "day", 1..=1, false;
    Hour, "hour", 1..=1, false;
    Minute, "minute", 1..=1, false;
    Second, "second", 1..=1, false;
    FractionalSeconds, "fractionalseconds", 1..=1, false;
    Date, "date", 1..=1, false;
    Time, "time", 1..=1, false;
    TotalOffsetMinutes, "totaloffsetminutes", 1..=1, false;
    Now, "now", 0..=0, false;
    MinDateTime, "mindatetime", 0..=0, false;
    MaxDateTime, "maxdatetime", 0..=0, false;
    Distance, "geo.distance", 2..=2, false;
    GeoLength, "geo.length", 1..=1, false;
    GeoIntersects, "geo.intersects", 2..=2, true;
    Within, "st_within", 2..=2, true;
    ContainsShape, "st_contains", 2..=2, true;
    Intersects, "st_intersects", 2..=2, true;
    Disjoint, "st_disjoint", 2..=2, true;
    SameShape, "st_equals", 2..=2, true;
}

/// Functions of the standard that nobody can rely on here; they are refused by name.
pub(super) const ABSENT: [&str; 4] = ["st_touches", "st_overlaps", "st_crosses", "st_relate"];

/// Applies a function; nothing where the arguments are not of its kind.
pub(super) fn call(function: Function, arguments: &[Value], now: Timestamp) -> Value {
    match (function, arguments) {
        (Function::Now, _) => Value::Instant(now),
        (Function::MinDateTime, _) => Value::Instant(Timestamp::MIN),
        (Function::MaxDateTime, _) => Value::Instant(Timestamp::MAX),
        (_, [Value::Number(number)]) => of_number(function, *number),
        (_, [Value::Geometry(shape)]) if function == Function::GeoLength => {
            shape.length().map_or(Value::Null, Value::Number)
        }
        (_, [Value::Geometry(one), Value::Geometry(two)]) => match function {
            Function::Distance => Value::Number(one.distance(two)),
            Function::GeoIntersects | Function::Intersects => Value::Bool(one.intersects(two)),
            Function::Within => Value::Bool(one.within(two)),
            Function::ContainsShape => Value::Bool(two.within(one)),
            Function::Disjoint => Value::Bool(!one.intersects(two)),
            Function::SameShape => Value::Bool(one == two),
            _ => Value::Null,
        },
        (_, [time @ (Value::Instant(_) | Value::Interval(..))]) => {
            time.times().map_or(Value::Null, |(at, _)| of_time(function, at))
        }
        _ => of_text(function, arguments).unwrap_or(Value::Null),
    }
}

fn of_number(function: Function, number: f64) -> Value {
    match function {
        Function::Round => Value::Number(number.round()),
        Function::Floor => Value::Number(number.floor()),
        Function::Ceiling => Value::Number(number.ceil()),
        _ => Value::Null,
    }
}

/// Parts of a time, in UTC as all times of the answers are.
fn of_time(function: Function, at: Timestamp) -> Value {
    let zoned: Zoned = at.to_zoned(TimeZone::UTC);
    let number = |number: i32| Value::Number(f64::from(number));
    match function {
        Function::Year => number(zoned.year().into()),
        Function::Month => number(zoned.month().into()),
        Function::Day => number(zoned.day().into()),
        Function::Hour => number(zoned.hour().into()),
        Function::Minute => number(zoned.minute().into()),
        Function::Second => number(zoned.second().into()),
        Function::FractionalSeconds => Value::Number(f64::from(zoned.subsec_nanosecond()) / 1e9),
        Function::Date => Value::Text(zoned.date().to_string()),
        Function::Time => Value::Text(zoned.time().to_string()),
        Function::TotalOffsetMinutes => number(0),
        _ => Value::Null,
    }
}

fn of_text(function: Function, arguments: &[Value]) -> Option<Value> {
    let text = |index: usize| match arguments.get(index)? {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    };
    let number = |index: usize| match arguments.get(index)? {
        Value::Number(number) => Some(*number),
        _ => None,
    };
    let first = text(0)?;
    Some(match function {
        // The part comes first, as in OData 2 and the standard's table.
        Function::SubstringOf => Value::Bool(text(1)?.contains(first)),
        Function::Contains => Value::Bool(first.contains(text(1)?)),
        Function::StartsWith => Value::Bool(first.starts_with(text(1)?)),
        Function::EndsWith => Value::Bool(first.ends_with(text(1)?)),
        Function::Length => Value::Number(first.chars().count() as f64),
        Function::IndexOf => {
            let at = first.find(text(1)?);
            Value::Number(at.map_or(-1.0, |at| first[..at].chars().count() as f64))
        }
        Function::Substring if arguments.len() == 3 => Value::Text(part(first, number(1)?, number(2)?)),
        Function::Substring => Value::Text(part(first, number(1)?, f64::MAX)),
        Function::ToLower => Value::Text(first.to_lowercase()),
        Function::ToUpper => Value::Text(first.to_uppercase()),
        Function::Trim => Value::Text(first.trim().to_owned()),
        Function::Concat => {
            let second = text(1)?;
            (first.len() + second.len() <= LONGEST).then(|| Value::Text(format!("{first}{second}")))?
        }
        // A time that came as text, such as inside `properties`.
        _ => of_time(function, super::value::instant(first)?),
    })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, and beyond the end is empty")]
fn part(text: &str, from: f64, length: f64) -> String {
    text.chars().skip(from.max(0.0) as usize).take(length.max(0.0) as usize).collect()
}
