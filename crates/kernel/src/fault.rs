//! What can go wrong, for every floor. One type, so that users always read the same kind of answer.
//!
//! A [`Fault`] says what to do: correct a field, ask for a right, reload, wait.
//! Texts for people live in the message catalogues under the fault's code.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::permission::Denial;

/// The result of everything that can fail.
pub type Result<T, E = Fault> = std::result::Result<T, E>;

/// One thing wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// The field, as a path: `location.lon`, `attributes.credit_code`.
    pub field: String,
    /// The kind of problem, a key of the message catalogue.
    pub code: String,
    /// Facts for the message: the limit, the value, the allowed set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

impl Problem {
    /// Adds a fact.
    #[must_use]
    pub fn with(mut self, key: &str, value: &str) -> Self {
        // A value may be megabytes of an attacker's text; the answer repeats only its head.
        let short: String = value.chars().take(120).collect();
        self.params.insert(key.to_owned(), short);
        self
    }
}

/// All problems of one input, so that a person can correct them in one go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Notes a problem.
    pub fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// `Ok` when nothing was noted.
    pub fn into_result(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Fault::from(self)) }
    }
}

/// A process refuses an action; it names the clause that it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refusal {
    /// A key of the message catalogue.
    pub code: String,
    /// The law, standard or rule, where there is one: `突发事件应对法 §64`.
    pub clause: Option<String>,
    /// Facts for the message.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

impl Refusal {
    /// A refusal without a clause.
    pub fn new(code: &str) -> Self {
        Self { code: code.to_owned(), clause: None, params: BTreeMap::new() }
    }

    /// Names the clause.
    #[must_use]
    pub fn clause(mut self, clause: &str) -> Self {
        self.clause = Some(clause.to_owned());
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.params.insert(key.to_owned(), value.to_owned());
        self
    }
}

/// Something went wrong. Boxed, so that results stay small.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{kind}")]
pub struct Fault {
    /// What it was.
    pub kind: Box<FaultKind>,
}

/// The kinds of fault and the HTTP status each becomes.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum FaultKind {
    /// 422: fields to correct.
    #[error("invalid input: {0:?}")]
    Invalid(Problems),
    /// 404: no such thing, or not visible to the caller.
    #[error("{noun} {id} not found")]
    NotFound {
        /// What was looked for.
        noun: String,
        /// Its id as asked.
        id: String,
    },
    /// 401: sign in (again).
    #[error("not signed in: {0}")]
    Unauthenticated(String),
    /// 403: the right is missing; traced.
    #[error("denied: {0:?}")]
    Denied(Denial),
    /// 409: somebody else changed it first; both versions are given.
    #[error("stale version")]
    Stale {
        /// The stored state.
        current: Value,
        /// What the caller sent.
        submitted: Value,
    },
    /// 409: something with this key exists.
    #[error("duplicate {field}")]
    Duplicate {
        /// The field that must be unique.
        field: String,
        /// The id of what exists, when known.
        existing: Option<String>,
    },
    /// 409: the process does not allow it now.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// 413: beyond a size limit.
    #[error("too large: limit {limit}")]
    TooLarge {
        /// The limit in bytes or rows.
        limit: u64,
    },
    /// 429: too many attempts.
    #[error("too many requests, retry after {seconds} s")]
    TooMany {
        /// Seconds to wait.
        seconds: u64,
    },
    /// 503: try again later; nothing was changed.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// 500: a fault of the platform. The text goes to the log, not to the caller.
    #[error("internal: {0}")]
    Internal(String),
}

impl Fault {
    /// A problem with one field; turn it into a fault with `.into()`.
    pub fn field(field: &str, code: &str) -> Problem {
        Problem { field: field.to_owned(), code: code.to_owned(), params: BTreeMap::new() }
    }

    /// Nothing there.
    #[allow(clippy::needless_pass_by_value, reason = "callers pass ids and borrowed texts alike")]
    pub fn not_found(noun: &str, id: impl ToString) -> Self {
        FaultKind::NotFound { noun: noun.to_owned(), id: id.to_string() }.into()
    }

    /// A fault of the platform itself.
    #[allow(clippy::needless_pass_by_value, reason = "used as `map_err(Fault::internal)`")]
    pub fn internal(what: impl ToString) -> Self {
        FaultKind::Internal(what.to_string()).into()
    }

    /// The key of the message catalogue.
    pub fn code(&self) -> &str {
        match self.kind.as_ref() {
            FaultKind::Invalid(problems) => match problems.0.as_slice() {
                [only] => &only.code,
                _ => "invalid",
            },
            FaultKind::NotFound { .. } => "not_found",
            FaultKind::Unauthenticated(reason) => reason,
            FaultKind::Denied(_) => "denied",
            FaultKind::Stale { .. } => "stale",
            FaultKind::Duplicate { .. } => "duplicate",
            FaultKind::Refused(refusal) => &refusal.code,
            FaultKind::TooLarge { .. } => "too_large",
            FaultKind::TooMany { .. } => "too_many",
            FaultKind::Unavailable(_) => "unavailable",
            FaultKind::Internal(_) => "internal",
        }
    }
}

impl From<FaultKind> for Fault {
    fn from(kind: FaultKind) -> Self {
        Self { kind: Box::new(kind) }
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        FaultKind::Invalid(Problems(vec![problem])).into()
    }
}

impl From<Problems> for Fault {
    fn from(problems: Problems) -> Self {
        FaultKind::Invalid(problems).into()
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        FaultKind::Refused(refusal).into()
    }
}

impl From<Denial> for Fault {
    fn from(denial: Denial) -> Self {
        FaultKind::Denied(denial).into()
    }
}
