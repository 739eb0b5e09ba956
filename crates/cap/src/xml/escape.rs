//! Escaping of text and attribute values.

use super::is_xml_character;

/// Appends text as element content. Characters XML cannot hold are left out.
pub(super) fn push_text(out: &mut String, text: &str) {
    push(out, text, |character| match character {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        // A bare carriage return would be read back as a line feed.
        '\r' => Some("&#13;"),
        _ => None,
    });
}

/// Appends text as the value of an attribute in double quotes.
pub(super) fn push_attribute(out: &mut String, text: &str) {
    push(out, text, |character| match character {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        // Bare white space other than a blank would be read back as a blank.
        '\t' => Some("&#9;"),
        '\n' => Some("&#10;"),
        '\r' => Some("&#13;"),
        _ => None,
    });
}

fn push(out: &mut String, text: &str, replacement: impl Fn(char) -> Option<&'static str>) {
    out.reserve(text.len());
    for character in text.chars() {
        match replacement(character) {
            Some(escaped) => out.push_str(escaped),
            None if is_xml_character(character) => out.push(character),
            None => {}
        }
    }
}
