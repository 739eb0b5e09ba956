//! Messages for people, by code, in both languages. `{name}` is replaced by the fact of that name.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fengsui_kernel::Locale;

type Messages = BTreeMap<String, String>;

static CHINESE: LazyLock<Messages> = LazyLock::new(|| parse(include_str!("../messages/zh-CN.toml")));
static ENGLISH: LazyLock<Messages> = LazyLock::new(|| parse(include_str!("../messages/en.toml")));

fn parse(text: &str) -> Messages {
    // The catalogues are part of the program; a test reads both, so this cannot fail in the field.
    toml::from_str(text).unwrap_or_default()
}

/// The message of a code. A code without a message shows itself rather than nothing.
pub fn message(locale: Locale, code: &str, params: &BTreeMap<String, String>) -> String {
    let messages = match locale {
        Locale::Chinese => &CHINESE,
        Locale::English => &ENGLISH,
    };
    let Some(template) = messages.get(code) else { return code.to_owned() };
    let filled =
        params.iter().fold(template.clone(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value));
    without_gaps(&filled)
}

/// Engines give the limit of a size as `min`, `max` or `limit`; what was not given leaves no trace.
fn without_gaps(text: &str) -> String {
    ["min", "max", "limit", "value", "reason", "seconds", "expected"]
        .iter()
        .fold(text.to_owned(), |text, name| text.replace(&format!("{{{name}}}"), ""))
        .trim_end_matches([' ', '：', ':'])
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_codes() {
        assert!(CHINESE.len() > 30, "the catalogue was read");
        assert_eq!(CHINESE.keys().collect::<Vec<_>>(), ENGLISH.keys().collect::<Vec<_>>());
    }
}
