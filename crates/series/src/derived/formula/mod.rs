//! Formulas: expressions in the Common Expression Language (CEL, github.com/google/cel-spec) over named inputs.
//!
//! The crate `cel` reads the text. Of what it read, only arithmetic, comparisons, logic, the choice `? :` and the
//! functions of [`tree::Function`] are admitted; no macro, list, text or field other than `value` is. What is admitted becomes
//! a tree of numbers and truths whose types are settled before anything is computed. A tree has no more nodes than
//! its text has characters and each is computed at most once: a formula always ends, and cannot panic.
//!
//! Two departures from CEL, both to the safe side: whole numbers count as numbers with decimals (`1 / 2` is 0.5 and
//! never 0), and whatever divides by zero or leaves the finite numbers has no value.

mod reader;
mod tree;

use cel::parser::Parser;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use reader::{Reader, Term};
use tree::Number;

/// The most characters of an expression.
pub const MOST_CHARACTERS: usize = 1000;
/// The deepest nesting of brackets, and of operators within each other.
const DEEPEST: usize = 64;

/// Bytes of stack for the parser; see the test with the largest formulas.
const PARSER_STACK: usize = 32 << 20;

/// Why a text is no formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing is written.
    Empty,
    /// More than [`MOST_CHARACTERS`].
    TooLong,
    /// Nested too deeply.
    TooDeep,
    /// It cannot be read from this column on, counted from 1.
    Syntax(usize),
    /// A name that is no input.
    UnknownName(String),
    /// An input that does not occur.
    Unused(String),
    /// Something that CEL knows and formulas do not: a macro, a text, a field.
    NotAdmitted(String),
    /// A number where a truth is needed, or the reverse: at this operator or function.
    Mismatch(String),
}

/// Why a formula has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// Something was divided by zero.
    DivisionByZero,
    /// The result is no finite number, or a root or power has none.
    NotFinite,
}

/// An expression over inputs, ready to be computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    root: Number,
}

impl Formula {
    /// Reads an expression over inputs of these names.
    ///
    /// The parser works on a stack of its own, large enough for whatever the bounds admit: neither its depth nor a
    /// fault in it reaches those who wait for the answer.
    pub fn read(text: &str, names: &[&str]) -> Result<Self, Flaw> {
        check_text(text)?;
        std::thread::scope(|scope| {
            let reading = std::thread::Builder::new().name("formula".to_owned()).stack_size(PARSER_STACK);
            let reading = reading.spawn_scoped(scope, || Self::parse(text, names)).map_err(|_| Flaw::TooDeep)?;
            reading.join().unwrap_or(Err(Flaw::Syntax(1)))
        })
    }

    fn parse(text: &str, names: &[&str]) -> Result<Self, Flaw> {
        let parsed = Parser::new().parse(text).map_err(|errors| {
            let column = errors.errors.iter().map(|error| error.pos.1).min().unwrap_or(1);
            Flaw::Syntax(usize::try_from(column).unwrap_or(1).max(1))
        })?;
        let mut reader = Reader { names, used: vec![false; names.len()] };
        let root = match reader.term(&parsed, 0)? {
            Term::Number(number) => number,
            Term::Truth(truth) => Number::Counted(Box::new(truth)),
        };
        match reader.used.iter().position(|used| !used) {
            Some(unused) => Err(Flaw::Unused(names[unused].to_owned())),
            None => Ok(Self { root }),
        }
    }

    /// Its value for the values of its inputs, in the order of their names.
    pub fn compute(&self, values: &[f64]) -> Result<f64, Failure> {
        self.root.compute(values).map(tidy)
    }
}

/// Bounds that hold before a parser sees the text.
fn check_text(text: &str) -> Result<(), Flaw> {
    if text.trim().is_empty() {
        return Err(Flaw::Empty);
    }
    if text.chars().count() > MOST_CHARACTERS {
        return Err(Flaw::TooLong);
    }
    let mut depth = 0_usize;
    for letter in text.chars() {
        match letter {
            '(' | '[' | '{' | '?' | '!' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err(Flaw::TooDeep);
        }
    }
    Ok(())
}

/// Twelve significant digits: 0.3 − 0.1 is 0.2, and no instrument measures finer.
fn tidy(number: f64) -> f64 {
    format!("{number:.11e}").parse().unwrap_or(number)
}

#[cfg(test)]
mod tests;
