//! What `$filter` and `$orderby` are made of.

use super::functions::Function;
use super::model::{EntityType, Navigation};
use super::value::Value;

/// An expression whose paths were found in the model.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A value as written.
    Literal(Value),
    /// A property of the entity or of one that it is related to.
    Path(Path),
    /// A function.
    Call(Function, Vec<Expression>),
    /// Two sides and what is between them.
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// The contrary.
    Not(Box<Expression>),
    /// The number with the other sign.
    Negative(Box<Expression>),
}

/// An operator of two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are the words of the language")]
pub enum Operator {
    And,
    Or,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl Operator {
    /// The comparison of this word.
    pub(super) fn comparison(word: &str) -> Option<Self> {
        Some(match word {
            "eq" => Self::Equal,
            "ne" => Self::NotEqual,
            "gt" => Self::Greater,
            "ge" => Self::GreaterOrEqual,
            "lt" => Self::Less,
            "le" => Self::LessOrEqual,
            _ => return None,
        })
    }

    /// Whether it answers yes or no.
    pub fn is_logical(self) -> bool {
        !matches!(self, Self::Add | Self::Subtract | Self::Multiply | Self::Divide | Self::Modulo)
    }

    /// The comparison seen from its other side.
    pub(super) fn mirrored(self) -> Self {
        match self {
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            other => other,
        }
    }
}

/// A path such as `Thing/properties/code`: relations, a property, and the way inside its JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The relations that lead to the entity.
    pub relations: Vec<&'static Navigation>,
    /// The type of that entity.
    pub entity: EntityType,
    /// The property.
    pub property: Property,
    /// Keys inside the property's JSON.
    pub inner: Vec<String>,
}

/// What a path ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Property {
    /// `id` or `@iot.id`.
    Id,
    /// `selfLink` or `@iot.selfLink`.
    SelfLink,
    /// A property of the model.
    Named(&'static str),
}

impl Property {
    /// The property of this name.
    pub fn find(entity: EntityType, name: &str) -> Option<Self> {
        match name {
            "id" | "@iot.id" => Some(Self::Id),
            "selfLink" | "@iot.selfLink" => Some(Self::SelfLink),
            _ => entity.property(name).map(Self::Named),
        }
    }
}

impl Expression {
    /// Whether it answers yes or no.
    pub fn is_logical(&self) -> bool {
        match self {
            Self::Literal(value) => matches!(value, Value::Bool(_)),
            Self::Path(_) | Self::Not(_) => true,
            Self::Call(function, _) => function.is_logical(),
            Self::Binary(operator, ..) => operator.is_logical(),
            Self::Negative(_) => false,
        }
    }

    /// The parts that must all hold.
    pub fn conjuncts(&self) -> Vec<&Self> {
        let mut parts = Vec::new();
        let mut open = vec![self];
        while let Some(next) = open.pop() {
            match next {
                Self::Binary(Operator::And, left, right) => open.extend([right.as_ref(), left.as_ref()]),
                other => parts.push(other),
            }
        }
        parts
    }

    /// Every path in it.
    pub fn paths(&self) -> Vec<&Path> {
        let mut found = Vec::new();
        let mut open = vec![self];
        while let Some(next) = open.pop() {
            match next {
                Self::Literal(_) => {}
                Self::Path(path) => found.push(path),
                Self::Call(_, arguments) => open.extend(arguments),
                Self::Binary(_, left, right) => open.extend([left.as_ref(), right.as_ref()]),
                Self::Not(inner) | Self::Negative(inner) => open.push(inner),
            }
        }
        found
    }
}
