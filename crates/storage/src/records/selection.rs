//! What a list asks for, before it becomes a statement.

use fengsui_kernel::{BoundingBox, DivisionCode, Fault, Result, Scope};

use crate::Dialect;
use crate::value::Value;

/// A fixed column that lists filter and sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Code.
    Code,
    /// Name.
    Name,
    /// Division.
    Division,
    /// First written.
    CreatedAt,
    /// Last written.
    UpdatedAt,
    /// Enterprise, by record id.
    Enterprise,
}

impl Column {
    /// Its name in both databases.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Name => "name",
            Self::Division => "division",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
            Self::Enterprise => "enterprise",
        }
    }
}

/// How an attribute is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeType {
    /// Text, also dates and choices.
    Text,
    /// Number.
    Number,
    /// Yes or no.
    Boolean,
    /// List of texts.
    List,
}

impl AttributeType {
    /// The attribute of a row of `record`, as its ledger keeps it: booleans as 0 and 1, lists as JSON.
    pub(super) fn extract(self, dialect: Dialect, row: &str, name: &str) -> String {
        let text = format!("({row}.attributes ->> '{name}')");
        match self {
            Self::Number => format!("CAST({text} AS DOUBLE PRECISION)"),
            Self::Boolean if dialect == Dialect::Postgres => {
                format!("CAST(CASE {text} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END AS BIGINT)")
            }
            _ => text,
        }
    }
}

/// What a condition or an order speaks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// A fixed column.
    Column(Column),
    /// An attribute, with whether it may be absent.
    Attribute {
        /// Its name.
        name: String,
        /// How it is kept.
        kept: AttributeType,
        /// Whether it may be absent.
        nullable: bool,
        /// Whether the ledger has a column and an index for it.
        indexed: bool,
    },
    /// The place of a choice in its closed list: grades are ordered by what they mean, not by their letters.
    Rank {
        /// Name of the attribute.
        name: String,
        /// The list, in its order.
        options: Vec<String>,
        /// Whether it may be absent.
        nullable: bool,
    },
}

impl Field {
    /// Whether the ledger of its kind has a column for it.
    pub fn in_ledger(&self) -> bool {
        !matches!(self, Self::Attribute { indexed: false, .. })
    }

    /// The expression over the ledger `l`, or over the record `r` where the ledger has no such
    /// column. Attribute names come from declarations, and are checked all the same.
    pub(super) fn sql(&self, dialect: Dialect) -> Result<String> {
        Ok(match self {
            Self::Column(column) => format!("l.{}", column.name()),
            Self::Attribute { name, indexed: true, .. } => format!("l.a_{}", identifier(name)?),
            Self::Rank { name, .. } => format!("l.o_{}", identifier(name)?),
            Self::Attribute { name, kept, .. } => kept.extract(dialect, "r", identifier(name)?),
        })
    }

    /// The end of the name of its index, if it has one.
    pub(super) fn index(&self) -> Option<String> {
        match self {
            Self::Column(column) => Some(column.name().to_owned()),
            Self::Attribute { kept: AttributeType::List, .. } => None,
            Self::Attribute { name, indexed: true, .. } => Some(format!("a_{name}")),
            Self::Attribute { .. } => None,
            Self::Rank { name, .. } => Some(format!("o_{name}")),
        }
    }

    pub(super) fn nullable(&self) -> bool {
        matches!(
            self,
            Self::Attribute { nullable: true, .. }
                | Self::Rank { nullable: true, .. }
                | Self::Column(Column::Enterprise)
        )
    }
}

/// Only names that could be declared go into statements.
pub(super) fn identifier(name: &str) -> Result<&str> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !name.is_empty() && name.len() <= 40 && name.bytes().all(plain) {
        Ok(name)
    } else {
        Err(Fault::internal(format!("{name:?} is no identifier")))
    }
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Equal; for lists: contains.
    Equal,
    /// Not equal, or absent.
    NotEqual,
    /// Less.
    Less,
    /// Less or equal.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Greater or equal.
    GreaterOrEqual,
    /// Contains the text.
    Like,
    /// One of.
    In,
}

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// What is compared.
    pub field: Field,
    /// How.
    pub operator: Operator,
    /// With what; one value except for [`Operator::In`].
    pub values: Vec<Value>,
}

/// A search word; only letters and digits of any script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: String,
    /// Whether longer words match too.
    pub prefix: bool,
}

/// The order of a list; the code decides between equals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub field: Field,
    /// Largest first.
    pub descending: bool,
}

/// What a list asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// The kind.
    pub kind: String,
    /// Within which scopes, as the caller's rights say.
    pub scopes: Vec<Scope>,
    /// At or below this division.
    pub division: Option<DivisionCode>,
    /// Words that must all occur.
    pub words: Vec<Word>,
    /// Conditions that must all hold.
    pub conditions: Vec<Condition>,
    /// Conditions of which one must hold, if there are any.
    pub any: Vec<Condition>,
    /// Within this box.
    pub bbox: Option<BoundingBox>,
    /// In which order.
    pub sort: Sort,
}

impl Selection {
    /// Everything of a kind, whoever asks.
    pub(super) fn everywhere(kind: &str) -> Self {
        Self::of(kind, vec![Scope::Subtree { division: DivisionCode::COUNTRY }])
    }

    /// Everything of a kind within scopes, in order of code.
    pub fn of(kind: &str, scopes: Vec<Scope>) -> Self {
        let sort = Sort { field: Field::Column(Column::Code), descending: false };
        Self {
            kind: kind.to_owned(),
            scopes,
            division: None,
            words: vec![],
            conditions: vec![],
            any: vec![],
            bbox: None,
            sort,
        }
    }
}
