//! Computes expressions. Total: what cannot be computed is nothing, and nothing holds no condition.

use std::cmp::Ordering;

use jiff::{SignedDuration, Timestamp};

use super::expression::{Expression, Operator, Path};
use super::functions::call;
use super::value::Value;

/// How many values a path over a set may lead to; those beyond are not looked at.
const MOST_VALUES: usize = 1_000;

/// Something whose properties can be asked for.
pub trait Subject {
    /// The value at a path; [`Value::Many`] where a relation leads to a set.
    fn value(&self, path: &Path) -> Value;
}

/// Nothing known of anything: for expressions without paths.
struct Nothing;

impl Subject for Nothing {
    fn value(&self, _: &Path) -> Value {
        Value::Null
    }
}

/// Whether a condition holds.
pub fn holds(expression: &Expression, subject: &dyn Subject, now: Timestamp) -> bool {
    truth(&evaluate(expression, subject, now)) == Some(true)
}

/// The value of an expression that names no property.
pub fn constant(expression: &Expression, now: Timestamp) -> Option<Value> {
    expression.paths().is_empty().then(|| evaluate(expression, &Nothing, now))
}

/// The value of an expression.
pub fn evaluate(expression: &Expression, subject: &dyn Subject, now: Timestamp) -> Value {
    match expression {
        Expression::Literal(value) => value.clone(),
        Expression::Path(path) => match subject.value(path) {
            Value::Many(mut values) => {
                values.truncate(MOST_VALUES);
                Value::Many(values)
            }
            value => value,
        },
        Expression::Not(inner) => match truth(&evaluate(inner, subject, now)) {
            Some(held) => Value::Bool(!held),
            None => Value::Null,
        },
        Expression::Negative(inner) => each(&evaluate(inner, subject, now), &|value| match value {
            Value::Number(number) => Value::Number(-number),
            Value::Duration(seconds) => Value::Duration(-seconds),
            _ => Value::Null,
        }),
        Expression::Call(function, arguments) => {
            let values: Vec<Value> = arguments.iter().map(|argument| evaluate(argument, subject, now)).collect();
            spread(&values, &|values| call(*function, values, now))
        }
        Expression::Binary(operator, left, right) => binary(*operator, left, right, subject, now),
    }
}

fn binary(operator: Operator, left: &Expression, right: &Expression, subject: &dyn Subject, now: Timestamp) -> Value {
    let one = evaluate(left, subject, now);
    match operator {
        Operator::And | Operator::Or => {
            // What decides alone spares the other side.
            let decisive = operator == Operator::Or;
            if truth(&one) == Some(decisive) {
                return Value::Bool(decisive);
            }
            let two = evaluate(right, subject, now);
            match (truth(&one), truth(&two)) {
                (_, Some(held)) if held == decisive => Value::Bool(decisive),
                (Some(_), Some(_)) => Value::Bool(!decisive),
                _ => Value::Null,
            }
        }
        _ if operator.is_logical() => {
            let two = evaluate(right, subject, now);
            let any = |value: &Value| match value {
                Value::Many(values) => values.contains(&Value::Bool(true)),
                value => *value == Value::Bool(true),
            };
            Value::Bool(any(&spread(&[one, two], &|pair| Value::Bool(compared(operator, &pair[0], &pair[1])))))
        }
        _ => spread(&[one, evaluate(right, subject, now)], &|pair| computed(operator, &pair[0], &pair[1])),
    }
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(held) => Some(*held),
        Value::Many(values) => Some(values.contains(&Value::Bool(true))),
        _ => None,
    }
}

/// Applies to a value, or to each of many.
fn each(value: &Value, apply: &dyn Fn(&Value) -> Value) -> Value {
    match value {
        Value::Many(values) => Value::Many(values.iter().map(apply).collect()),
        value => apply(value),
    }
}

/// Applies to arguments; where one is many, to each of them. Of several that are many only the first is spread, the
/// others stand with their first value.
fn spread(arguments: &[Value], apply: &dyn Fn(&[Value]) -> Value) -> Value {
    let Some(place) = arguments.iter().position(|argument| matches!(argument, Value::Many(_))) else {
        return apply(arguments);
    };
    let mut plain: Vec<Value> = arguments
        .iter()
        .map(|argument| match argument {
            Value::Many(values) => values.first().cloned().unwrap_or(Value::Null),
            value => value.clone(),
        })
        .collect();
    let Value::Many(values) = &arguments[place] else { return Value::Null };
    let mut found = Vec::with_capacity(values.len());
    for value in values {
        plain[place] = value.clone();
        found.push(apply(&plain));
    }
    Value::Many(found)
}

fn compared(operator: Operator, one: &Value, two: &Value) -> bool {
    let (nothing, other) = (*one == Value::Null, *two == Value::Null);
    if nothing || other {
        return match operator {
            Operator::Equal => nothing && other,
            Operator::NotEqual => nothing != other,
            _ => false,
        };
    }
    let order = match (one, two) {
        (Value::Geometry(one), Value::Geometry(two)) => (one == two).then_some(Ordering::Equal),
        _ => one.compare(two),
    };
    match operator {
        Operator::Equal => order == Some(Ordering::Equal),
        Operator::NotEqual => order != Some(Ordering::Equal),
        Operator::Greater => order == Some(Ordering::Greater),
        Operator::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Operator::Less => order == Some(Ordering::Less),
        Operator::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        _ => false,
    }
}

fn computed(operator: Operator, one: &Value, two: &Value) -> Value {
    match (one, two) {
        (Value::Number(one), Value::Number(two)) => finite(match operator {
            Operator::Add => one + two,
            Operator::Subtract => one - two,
            Operator::Multiply => one * two,
            Operator::Divide => one / two,
            _ => one % two,
        }),
        (Value::Duration(one), Value::Duration(two)) if matches!(operator, Operator::Add | Operator::Subtract) => {
            Value::Duration(if operator == Operator::Add { one + two } else { one - two })
        }
        (Value::Instant(at), Value::Duration(seconds)) => match operator {
            Operator::Add => moved(*at, *seconds),
            Operator::Subtract => moved(*at, -seconds),
            _ => Value::Null,
        },
        (Value::Instant(one), Value::Instant(two)) if operator == Operator::Subtract => {
            Value::Duration(one.duration_since(*two).as_secs_f64())
        }
        _ => Value::Null,
    }
}

fn finite(number: f64) -> Value {
    if number.is_finite() { Value::Number(number) } else { Value::Null }
}

fn moved(at: Timestamp, seconds: f64) -> Value {
    let by = SignedDuration::try_from_secs_f64(seconds).ok();
    by.and_then(|by| at.checked_add(by).ok()).map_or(Value::Null, Value::Instant)
}
