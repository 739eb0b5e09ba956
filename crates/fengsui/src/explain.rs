//! Faults in words, for the terminal: the messages that the console shows, with field and facts.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Fault, Locale, Problem};
use fengsui_server::catalogue;

/// An error with its causes; faults in words.
pub fn error(error: &anyhow::Error) -> String {
    let causes: Vec<String> =
        error.chain().map(|cause| cause.downcast_ref::<Fault>().map_or_else(|| cause.to_string(), fault)).collect();
    causes.join(": ")
}

fn fault(fault: &Fault) -> String {
    match fault.kind.as_ref() {
        FaultKind::Invalid(problems) => problems.0.iter().map(problem).collect::<Vec<_>>().join("\n  "),
        // Whoever sits at the terminal is not the caller that an internal text is kept from.
        _ => fault.to_string(),
    }
}

fn problem(problem: &Problem) -> String {
    let mut text = format!("{}: {}", problem.field, message(&problem.code, &problem.params));
    // The message may name some facts already; said twice is better than not at all.
    for (name, value) in problem.params.iter().filter(|(_, value)| !text.contains(value.as_str())).collect::<Vec<_>>() {
        // Writing to a string cannot fail.
        let _ = write!(text, " ({name} {value})");
    }
    text
}

/// The message of a code, as the console shows it in English.
pub fn message(code: &str, params: &BTreeMap<String, String>) -> String {
    catalogue::message(Locale::English, code, params)
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn fields_and_facts_are_named() {
        let problem = Fault::field("location", "coordinates_swapped").with("line", "7");
        let result: Result<(), Fault> = Err(problem.into());
        let chained = result.context("shelters.jsonl").expect_err("an error");
        assert_eq!(error(&chained), "shelters.jsonl: location: Longitude and latitude are swapped. (line 7)");
    }
}
