//! Derivations as people write them, and what is wrong with them.

use fengsui_kernel::id::SeriesId;
use fengsui_kernel::{Fault, Problem, Problems, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::MOST_INPUTS;
use super::formula::{Flaw, Formula, MOST_CHARACTERS};
use super::graph::{DEEPEST, Tangle};
use crate::catalogue::Catalogue;
use crate::rule_input::check_why;

/// The shortest and the longest age of an input, in seconds: a month for what is read by hand.
const AGES: (u32, u32) = (1, 31 * 86_400);
/// Words that CEL keeps for itself.
const RESERVED: [&str; 20] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "void",
];

/// A series under the name that the expression gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedInput {
    /// Lower-case letters, digits and `_`, beginning with a letter: `inlet`. The expression says `inlet.value`.
    pub name: String,
    /// The series.
    pub series: SeriesId,
}

/// How a series is computed, as a person writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DerivationInput {
    /// The inputs, 1 to 16.
    pub inputs: Vec<NamedInput>,
    /// The expression in the Common Expression Language (CEL), at most 1000 characters; what is true counts as 1, what
    /// is false as 0.
    pub expression: String,
    /// How many seconds older than the newest an input may be, 1 to 2678400.
    pub max_age_seconds: u32,
    /// For a change: the version it is based on.
    #[serde(default)]
    pub version: Option<i64>,
    /// Why it is made or changed, for its versions and the trace.
    #[serde(default)]
    pub why: Option<String>,
}

fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_ascii_lowercase())
        && letters.all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
        && text.len() <= 32
        && !RESERVED.contains(&text)
}

impl DerivationInput {
    /// What is wrong with it by itself, else its formula.
    pub(crate) fn check(&self) -> Result<Formula> {
        let mut problems = Problems::default();
        match self.inputs.len() {
            0 => problems.push(Fault::field("inputs", "required")),
            1..=MOST_INPUTS => {}
            _ => problems.push(Fault::field("inputs", "too_many_inputs").with("max", &MOST_INPUTS.to_string())),
        }
        for (index, input) in self.inputs.iter().enumerate() {
            let field = format!("inputs.{index}.name");
            if input.name.is_empty() {
                problems.push(Fault::field(&field, "required"));
            } else if !is_name(&input.name) {
                problems.push(Fault::field(&field, "formula_name"));
            } else if self.inputs.iter().take(index).any(|other| other.name == input.name) {
                problems.push(Fault::field(&field, "duplicate_item").with("value", &input.name));
            }
        }
        let (least, most) = AGES;
        if !(least..=most).contains(&self.max_age_seconds) {
            let fault = Fault::field("max_age_seconds", "out_of_range");
            problems.push(fault.with("min", &least.to_string()).with("max", &most.to_string()));
        }
        check_why(self.why.as_deref(), &mut problems);
        let names: Vec<&str> = self.inputs.iter().map(|input| input.name.as_str()).collect();
        let read = Formula::read(&self.expression, &names).map_err(problem).map_err(|it| problems.push(it));
        problems.into_result()?;
        read.map_err(|()| Fault::internal("a formula was refused without a problem"))
    }
}

fn problem(flaw: Flaw) -> Problem {
    match flaw {
        Flaw::Empty => Fault::field("expression", "required"),
        Flaw::TooLong => Fault::field("expression", "too_long").with("max", &MOST_CHARACTERS.to_string()),
        Flaw::TooDeep => Fault::field("expression", "formula_too_deep"),
        Flaw::Syntax(column) => Fault::field("expression", "formula_syntax").with("column", &column.to_string()),
        Flaw::UnknownName(name) => Fault::field("expression", "formula_unknown_name").with("name", &name),
        Flaw::Unused(name) => Fault::field("expression", "formula_unused").with("name", &name),
        Flaw::NotAdmitted(what) => Fault::field("expression", "formula_not_admitted").with("what", &what),
        Flaw::Mismatch(at) => Fault::field("expression", "formula_mismatch").with("at", &at),
    }
}

/// Says by name what depends on itself, or lies too deep; `own` names a series that is not there yet.
pub(super) fn tangled(tangle: &Tangle, catalogue: &Catalogue, own: &str) -> Problem {
    let (code, mut path) = match tangle {
        Tangle::Cycle(path) => ("derivation_cycle", path.clone()),
        Tangle::TooDeep(path) => ("derivation_too_deep", path.clone()),
    };
    if matches!(tangle, Tangle::Cycle(_)) {
        path.extend(path.first().copied());
    }
    let name = |number: &i64| catalogue.series.get(number).map_or(own, |series| series.facts.name.as_str());
    let names: Vec<&str> = path.iter().map(name).collect();
    Fault::field("inputs", code).with("path", &names.join(" ← ")).with("max", &DEEPEST.to_string())
}
