//! Guessing which column of a file holds what.

use pinyin::ToPinyin;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cell::Cell;
use super::column::{Column, Target};
use super::mend::{likeness, narrow};
use super::synonyms;
use crate::check;
use crate::search;

/// Guesses below this are no guesses.
pub(crate) const ACCEPTED: f64 = 0.55;

/// On what a guess rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GuessedBy {
    /// The heading is the field's name.
    Exact,
    /// Another word for it.
    Alias,
    /// Its pinyin or initials.
    Pinyin,
    /// Like it.
    Similar,
    /// What stands in the column.
    Content,
    /// As the same organisation read such a sheet before.
    Remembered,
    /// As a person said.
    Chosen,
}

/// A heading without what people decorate it with: stars, units, remarks in brackets, blanks.
pub(crate) fn clean(heading: &str) -> String {
    let plain = narrow(heading).to_lowercase();
    let plain: String =
        plain.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '*' | '★' | ':' | '"')).collect();
    let end = plain.find(['(', '（', '[', '【', '/']).filter(|at| *at > 0).unwrap_or(plain.len());
    let plain = plain.get(..end).unwrap_or_default();
    // 1.名称, 2、地址
    let numbered = plain.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let rest = if numbered.len() < plain.len() { numbered.trim_start_matches(['.', '、', ')']) } else { plain };
    if rest.is_empty() { plain.to_owned() } else { rest.to_owned() }
}

fn spelled(text: &str) -> String {
    text.chars().filter_map(|letter| letter.to_pinyin()).map(pinyin::Pinyin::plain).collect()
}

fn by_name(column: &Column<'_>, kind_title: &str, plain: &str) -> Option<(f64, GuessedBy)> {
    let title = clean(column.zh);
    if plain == title || plain == clean(column.en) || plain == column.field {
        return Some((1.0, GuessedBy::Exact));
    }
    let stripped = plain.strip_prefix(kind_title).unwrap_or(plain);
    if stripped == title {
        return Some((0.97, GuessedBy::Exact));
    }
    if synonyms::same(plain, &title) || synonyms::same(stripped, &title) {
        return Some((0.93, GuessedBy::Alias));
    }
    if plain.len() >= 2 && plain.is_ascii() && (plain == spelled(&title) || plain == search::initials(&title)) {
        return Some((0.9, GuessedBy::Pinyin));
    }
    None
}

fn by_likeness(column: &Column<'_>, plain: &str) -> f64 {
    let title = clean(column.zh);
    let length = |text: &str| text.chars().count() as f64;
    let words = synonyms::of(&title).map(str::to_owned).chain(std::iter::once(title.clone()));
    let of_word = |word: String| {
        let inside = length(&word) >= 2.0 && plain.contains(word.as_str());
        let around = length(plain) >= 2.0 && word.contains(plain);
        let part = length(&word).min(length(plain)) / length(&word).max(length(plain));
        if inside || around { 0.55 + 0.3 * part } else { likeness(&word, plain) * 0.85 }
    };
    words.map(of_word).fold(0.0, f64::max)
}

/// How likely a heading means a column, by its words alone.
pub(crate) fn likely(column: &Column<'_>, kind_title: &str, heading: &str) -> f64 {
    let plain = clean(heading);
    if plain.is_empty() || plain.chars().count() > 20 || synonyms::ignored(&plain) {
        return 0.0;
    }
    by_name(column, kind_title, &plain).map_or_else(|| by_likeness(column, &plain), |(score, _)| score)
}

/// How well the samples fit the column.
fn by_content(column: &Column<'_>, samples: &[Cell]) -> f64 {
    if samples.len() < 2 {
        return 0.0;
    }
    let share =
        |fits: &dyn Fn(&Cell) -> bool| samples.iter().filter(|cell| fits(cell)).count() as f64 / samples.len() as f64;
    match column.target {
        Target::Attribute(field) => match field.format.as_deref() {
            Some("credit_code") => 0.9 * share(&|cell| check::credit_code(&super::mend::text(field, &cell.text()))),
            Some("phone") => {
                0.65 * share(&|cell| cell.text().len() >= 8 && check::phone(&super::mend::text(field, &cell.text())))
            }
            _ if !field.options.is_empty() => {
                let known = |cell: &Cell| {
                    let text = cell.text();
                    field.options.iter().any(|choice| choice.is_meant_by(&text))
                };
                0.75 * share(&known)
            }
            _ => 0.0,
        },
        Target::Lon => {
            0.6 * share(&|cell| {
                cell.degrees().is_some_and(|degrees| (73.0..=136.0).contains(&degrees) && degrees.fract() != 0.0)
            })
        }
        Target::Lat => {
            0.6 * share(&|cell| {
                cell.degrees().is_some_and(|degrees| (3.0..=54.0).contains(&degrees) && degrees.fract() != 0.0)
            })
        }
        _ => 0.0,
    }
}

fn counts_up(samples: &[Cell]) -> bool {
    let numbers: Vec<f64> = samples.iter().filter_map(|cell| cell.number(None)).collect();
    let small = numbers.iter().all(|number| *number < 100_000.0);
    small
        && numbers.len() >= 3
        && numbers.len() == samples.len()
        && numbers.windows(2).all(|pair| (pair[1] - pair[0] - 1.0).abs() < 1e-9)
}

/// The best column for each heading, every column once.
pub(crate) fn guess<'a>(
    columns: &[Column<'a>],
    kind_title: &str,
    headings: &[String],
    samples: &[Vec<Cell>],
) -> Vec<Option<(&'a str, GuessedBy)>> {
    let mut all: Vec<(f64, usize, usize, GuessedBy)> = Vec::new();
    let none = Vec::new();
    for (at, heading) in headings.iter().enumerate() {
        let own = samples.get(at).unwrap_or(&none);
        let plain = clean(heading);
        if synonyms::ignored(&plain) || (counts_up(own) && plain != "编码") {
            continue;
        }
        for (number, column) in columns.iter().enumerate() {
            let named = by_name(column, kind_title, &plain).filter(|_| !plain.is_empty());
            let (score, by) = named.unwrap_or_else(|| {
                let (alike, content) = (likely(column, kind_title, heading), by_content(column, own));
                if content > alike { (content, GuessedBy::Content) } else { (alike, GuessedBy::Similar) }
            });
            all.push((score, at, number, by));
        }
    }
    // Best first; of equals the column further left and declared first.
    all.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)).then(one.2.cmp(&other.2)));
    let mut found: Vec<Option<(&'a str, GuessedBy)>> = vec![None; headings.len()];
    let mut taken = vec![false; columns.len()];
    for (score, at, number, by) in all {
        if score >= ACCEPTED && found[at].is_none() && !taken[number] {
            found[at] = Some((columns[number].field, by));
            taken[number] = true;
        }
    }
    found
}
