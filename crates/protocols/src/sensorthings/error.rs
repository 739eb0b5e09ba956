//! What is wrong with a request, and where.

/// A request that cannot be served as it was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} in {part} at {at}: {detail}")]
pub struct QueryError {
    /// A key of the message catalogue: `sta_syntax`, `sta_unknown_property`, …
    pub code: &'static str,
    /// The part of the request: `path`, `$filter`, `$expand`, `body`, …
    pub part: String,
    /// Characters from the beginning of that part, after percent-decoding.
    pub at: usize,
    /// What was found there, or what was expected.
    pub detail: String,
}

impl QueryError {
    /// An error whose part of the request is named by whoever called the parser.
    pub fn new(code: &'static str, at: usize, detail: impl Into<String>) -> Self {
        let detail: String = detail.into();
        // The text may be a hostile one of many kilobytes; the answer repeats only its head.
        Self { code, part: String::new(), at, detail: detail.chars().take(120).collect() }
    }

    /// Names the part of the request.
    #[must_use]
    pub fn within(mut self, part: &str) -> Self {
        if self.part.is_empty() {
            part.clone_into(&mut self.part);
        }
        self
    }
}

/// What parsing answers.
pub type QueryResult<T> = Result<T, QueryError>;
