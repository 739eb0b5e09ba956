//! Cutting texts into search words: bigrams for Chinese, words for the rest, initials for names.

use std::collections::HashSet;

use fengsui_storage::records::Word;
use pinyin::{ToPinyin, ToPinyinMulti};
use serde_json::Value;

use crate::kind::{FieldKind, FieldSpec, KindSpec};

/// Initials are kept from every character on, but not endlessly.
const INITIALS: usize = 12;
/// Unusual readings are kept only so far and so many: most characters have a rare one.
const UNUSUAL_INITIALS: usize = 6;
const UNUSUAL_READINGS: usize = 2;
/// Query words beyond these are ignored.
const QUERY_WORDS: usize = 16;

/// A piece of text of one sort.
enum Run {
    Han(Vec<char>),
    Word(String),
}

fn han(letter: char) -> bool {
    matches!(letter, '\u{3007}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Full-width letters and digits are the same as ASCII to whoever searches.
fn narrow(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter),
        other => other,
    }
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut joined = false;
    for letter in text.chars().map(narrow) {
        if !letter.is_alphanumeric() {
            joined = false;
            continue;
        }
        match (runs.last_mut(), han(letter)) {
            (Some(Run::Han(letters)), true) if joined => letters.push(letter),
            (Some(Run::Word(word)), false) if joined && word.len() < 64 => word.extend(letter.to_lowercase()),
            (_, true) => runs.push(Run::Han(vec![letter])),
            (_, false) => runs.push(Run::Word(letter.to_lowercase().collect())),
        }
        joined = true;
    }
    runs
}

/// The words under which a text is found.
fn words(text: &str, add: &mut impl FnMut(String)) {
    for run in runs(text) {
        match run {
            Run::Word(word) => add(word),
            Run::Han(letters) => {
                letters.windows(2).for_each(|pair| add(pair.iter().collect()));
                // A single character is found as the beginning of a bigram; the last one begins none.
                letters.last().into_iter().for_each(|last| add(last.to_string()));
            }
        }
    }
}

/// The first letters that a character can be read with, the usual one first.
fn readings(letter: char) -> Vec<char> {
    let first = |reading: pinyin::Pinyin| reading.first_letter().chars().next();
    let usual = letter.to_pinyin().and_then(first);
    let others = letter.to_pinyin_multi().into_iter().flatten().filter_map(first);
    let mut all: Vec<char> = Vec::new();
    for initial in usual.into_iter().chain(others) {
        if !all.contains(&initial) {
            all.push(initial);
        }
    }
    all
}

/// The initials of a name in its usual reading.
pub fn initials(text: &str) -> String {
    text.chars().filter_map(|letter| readings(letter).first().copied()).collect()
}

/// The initials from every character on, in up to four readings each.
fn initial_words(name: &str, add: &mut impl FnMut(String)) {
    let letters: Vec<Vec<char>> = name.chars().map(readings).filter(|all| !all.is_empty()).take(60).collect();
    for start in 0..letters.len() {
        let part = letters.get(start..).unwrap_or_default();
        let spelled = |length: usize, swap: Option<(usize, char)>| {
            let letter = |(at, all): (usize, &Vec<char>)| match swap {
                Some((place, other)) if place == at => Some(other),
                _ => all.first().copied(),
            };
            part.iter().take(length).enumerate().filter_map(letter).collect::<String>()
        };
        // The usual reading, then the other reading of one character: names rarely hold two surprises.
        let others = part.iter().take(UNUSUAL_INITIALS).enumerate();
        let others = others.flat_map(|(at, all)| all.iter().skip(1).take(1).map(move |other| (at, *other)));
        let unusual = others.take(UNUSUAL_READINGS).map(|swap| spelled(UNUSUAL_INITIALS, Some(swap)));
        let variants = std::iter::once(spelled(INITIALS, None)).chain(unusual);
        variants.filter(|variant| variant.len() > 1).for_each(&mut *add);
    }
}

fn attribute_text(field: &FieldSpec, value: &Value, add: &mut impl FnMut(String)) {
    let named =
        |stored: &str| field.options.iter().find(|choice| choice.value == stored).map(|choice| choice.zh.clone());
    match value {
        Value::String(text) if field.kind == FieldKind::Enum => {
            words(&named(text).unwrap_or_else(|| text.clone()), add);
        }
        Value::String(text) => words(text, add),
        Value::Array(items) => items.iter().filter_map(Value::as_str).for_each(|item| {
            words(&named(item).unwrap_or_else(|| item.to_owned()), add);
        }),
        Value::Number(number) => add(number.to_string()),
        _ => {}
    }
}

/// The full text of a record, one blank between words. Personal data never is part of it.
pub(crate) fn document(spec: &KindSpec, code: &str, name: &str, attributes: &Value) -> String {
    let mut seen = HashSet::new();
    let mut text = String::new();
    let mut add = |word: String| {
        if !word.is_empty() && seen.insert(word.clone()) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&word);
        }
    };
    words(code, &mut add);
    words(name, &mut add);
    initial_words(name, &mut add);
    for field in spec.fields.iter().filter(|field| field.searchable && !field.personal) {
        if let Some(value) = attributes.get(&field.name) {
            attribute_text(field, value, &mut add);
        }
    }
    text
}

/// The words that a query asks for; empty when it holds nothing to search for.
pub(crate) fn query(text: &str) -> Vec<Word> {
    let mut asked = Vec::new();
    for run in runs(text) {
        match run {
            Run::Word(word) => {
                // Initials are kept to a length; whoever types more means the same name.
                asked.push(Word { text: word.chars().take(40).collect(), prefix: true });
            }
            Run::Han(letters) if letters.len() == 1 => {
                asked.push(Word { text: letters.iter().collect(), prefix: true });
            }
            Run::Han(letters) => {
                asked.extend(letters.windows(2).map(|pair| Word { text: pair.iter().collect(), prefix: false }));
            }
        }
    }
    asked.truncate(QUERY_WORDS);
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_know_polyphonic_characters() {
        let mut found = Vec::new();
        initial_words("重庆厂", &mut |word| found.push(word));
        assert!(found.contains(&"cqc".to_owned()) && found.contains(&"zqc".to_owned()), "{found:?}");
        assert_eq!(initials("灵武市"), "lws");
    }

    #[test]
    fn cuts_queries_like_documents() {
        let asked: Vec<String> = query("液氨罐 TK－101'; --").into_iter().map(|word| word.text).collect();
        assert_eq!(asked, ["液氨", "氨罐", "tk", "101"]);
        assert!(query("' OR 1=1").iter().all(|word| word.text.chars().all(char::is_alphanumeric)));
        assert!(query("%%%").is_empty());
    }
}
