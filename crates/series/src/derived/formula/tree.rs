//! The tree that a formula is: numbers and truths whose types are settled. Computing it always ends and never panics.

use super::Failure;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    Unequal,
}

/// A function over numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Absolute,
    Least,
    Greatest,
    Mean,
    Root,
    Power,
    AsDouble,
}

impl Function {
    /// Its name and how many numbers it takes at least and at most.
    pub(super) fn named(name: &str) -> Option<(Self, usize, usize)> {
        Some(match name {
            "abs" => (Self::Absolute, 1, 1),
            "min" => (Self::Least, 1, 16),
            "max" => (Self::Greatest, 1, 16),
            "avg" => (Self::Mean, 1, 16),
            "sqrt" => (Self::Root, 1, 1),
            "pow" => (Self::Power, 2, 2),
            "double" => (Self::AsDouble, 1, 1),
            _ => return None,
        })
    }

    fn of(self, numbers: &[f64]) -> f64 {
        let first = numbers.first().copied().unwrap_or(f64::NAN);
        match self {
            Self::Absolute => first.abs(),
            Self::Least => numbers.iter().copied().fold(first, f64::min),
            Self::Greatest => numbers.iter().copied().fold(first, f64::max),
            Self::Mean => numbers.iter().sum::<f64>() / numbers.len() as f64,
            Self::Root => first.sqrt(),
            Self::Power => first.powf(numbers.get(1).copied().unwrap_or(f64::NAN)),
            Self::AsDouble => first,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Number {
    Constant(f64),
    Input(usize),
    Negated(Box<Number>),
    Combined(Operator, Box<(Number, Number)>),
    Chosen(Box<(Truth, Number, Number)>),
    Computed(Function, Vec<Number>),
    /// 1 for true, 0 for false.
    Counted(Box<Truth>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Truth {
    Constant(bool),
    Not(Box<Truth>),
    And(Box<(Truth, Truth)>),
    Or(Box<(Truth, Truth)>),
    Compared(Comparison, Box<(Number, Number)>),
    /// Both true or both false; the reverse if not `same`.
    Same(bool, Box<(Truth, Truth)>),
    Chosen(Box<(Truth, Truth, Truth)>),
}

impl Number {
    pub(super) fn compute(&self, values: &[f64]) -> Result<f64, Failure> {
        let number = match self {
            Self::Constant(number) => *number,
            Self::Input(index) => values.get(*index).copied().unwrap_or(f64::NAN),
            Self::Negated(number) => -number.compute(values)?,
            Self::Combined(operator, pair) => {
                let (one, other) = (pair.0.compute(values)?, pair.1.compute(values)?);
                if matches!(operator, Operator::Divide | Operator::Remainder) && other == 0.0 {
                    return Err(Failure::DivisionByZero);
                }
                match operator {
                    Operator::Add => one + other,
                    Operator::Subtract => one - other,
                    Operator::Multiply => one * other,
                    Operator::Divide => one / other,
                    Operator::Remainder => one % other,
                }
            }
            Self::Chosen(parts) if parts.0.compute(values)? => parts.1.compute(values)?,
            Self::Chosen(parts) => parts.2.compute(values)?,
            Self::Computed(function, numbers) => {
                let numbers = numbers.iter().map(|number| number.compute(values)).collect::<Result<Vec<_>, _>>()?;
                function.of(&numbers)
            }
            Self::Counted(truth) => f64::from(u8::from(truth.compute(values)?)),
        };
        if number.is_finite() { Ok(number) } else { Err(Failure::NotFinite) }
    }
}

impl Truth {
    fn compute(&self, values: &[f64]) -> Result<bool, Failure> {
        match self {
            Self::Constant(truth) => Ok(*truth),
            Self::Not(truth) => truth.compute(values).map(|truth| !truth),
            Self::And(pair) => either(&pair.0, &pair.1, false, values),
            Self::Or(pair) => either(&pair.0, &pair.1, true, values),
            Self::Compared(comparison, pair) => {
                let (one, other) = (pair.0.compute(values)?, pair.1.compute(values)?);
                #[expect(clippy::float_cmp, reason = "what an author calls equal is equal")]
                Ok(match comparison {
                    Comparison::Less => one < other,
                    Comparison::LessOrEqual => one <= other,
                    Comparison::Greater => one > other,
                    Comparison::GreaterOrEqual => one >= other,
                    Comparison::Equal => one == other,
                    Comparison::Unequal => one != other,
                })
            }
            Self::Same(same, pair) => Ok((pair.0.compute(values)? == pair.1.compute(values)?) == *same),
            Self::Chosen(parts) if parts.0.compute(values)? => parts.1.compute(values),
            Self::Chosen(parts) => parts.2.compute(values),
        }
    }
}

/// `&&` and `||` as CEL has them: the side that decides does, even if the other has no value.
fn either(one: &Truth, other: &Truth, decides: bool, values: &[f64]) -> Result<bool, Failure> {
    match one.compute(values) {
        Ok(truth) if truth == decides => Ok(decides),
        Ok(_) => other.compute(values),
        Err(failure) => match other.compute(values) {
            Ok(truth) if truth == decides => Ok(decides),
            _ => Err(failure),
        },
    }
}
