//! What of a `$filter` over observations the store can be asked for: spans of time, a datastream, a thing.

use jiff::Timestamp;

use super::evaluate::constant;
use super::expression::{Expression, Operator, Path, Property};
use super::value::Value;

/// Bounds that every match lies within; the filter itself must still be applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounds {
    /// From this millisecond on.
    pub from: Option<i64>,
    /// Before this millisecond.
    pub before: Option<i64>,
    /// Only of this datastream.
    pub datastream: Option<String>,
    /// Only of this thing.
    pub thing: Option<String>,
    /// Only this observation.
    pub observation: Option<String>,
}

/// The bounds that a condition over observations sets.
pub fn bounds(expression: &Expression, now: Timestamp) -> Bounds {
    let mut found = Bounds::default();
    for part in expression.conjuncts() {
        let Expression::Binary(operator, left, right) = part else { continue };
        match (left.as_ref(), right.as_ref()) {
            (Expression::Path(path), other) => found.learn(path, *operator, constant(other, now)),
            (other, Expression::Path(path)) => found.learn(path, operator.mirrored(), constant(other, now)),
            _ => {}
        }
    }
    found
}

impl Bounds {
    fn learn(&mut self, path: &Path, operator: Operator, value: Option<Value>) {
        let Some(value) = value else { return };
        let relations: Vec<&str> = path.relations.iter().map(|relation| relation.name).collect();
        match (relations.as_slice(), path.property, &value) {
            ([], Property::Named("phenomenonTime"), _) => self.learn_time(operator, &value),
            ([], Property::Id, Value::Text(id)) if operator == Operator::Equal => self.observation = Some(id.clone()),
            (["Datastream"], Property::Id, Value::Text(id)) if operator == Operator::Equal => {
                self.datastream = Some(id.clone());
            }
            (["Datastream", "Thing"], Property::Id, Value::Text(id)) if operator == Operator::Equal => {
                self.thing = Some(id.clone());
            }
            _ => {}
        }
    }

    /// Stored times are whole milliseconds; what lies between two of them is rounded outwards.
    fn learn_time(&mut self, operator: Operator, value: &Value) {
        let Some((from, to)) = value.times() else { return };
        let floor = |at: Timestamp| at.as_nanosecond().div_euclid(1_000_000);
        let clamp = |millis: i128| i64::try_from(millis).unwrap_or(i64::MAX);
        let (least, most) = (clamp(floor(from)), clamp(floor(to)));
        let (from, before) = match operator {
            Operator::Equal => (Some(least), Some(most.saturating_add(1))),
            Operator::Greater | Operator::GreaterOrEqual => (Some(most), None),
            Operator::Less | Operator::LessOrEqual => (None, Some(least.saturating_add(1))),
            _ => (None, None),
        };
        self.from = self.from.max(from);
        self.before = [self.before, before].into_iter().flatten().min();
    }
}
