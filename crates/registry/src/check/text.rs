//! Plain texts, names and codes.

use fengsui_kernel::{Fault, Problems};

/// No control characters, no markup, not too long.
///
/// Markup is refused although screens escape it: names travel on into messages, feeds and
/// spreadsheets that we do not draw ourselves. `压力 < 0.5 MPa` is no markup.
pub(crate) fn plain_text(text: &str, path: &str, limit: u64, problems: &mut Problems) {
    if text.chars().count() as u64 > limit {
        problems.push(Fault::field(path, "too_long").with("max", &limit.to_string()));
    }
    if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
        problems.push(Fault::field(path, "control_characters"));
    }
    let markup = |pair: &[u8]| pair[0] == b'<' && (pair[1].is_ascii_alphabetic() || matches!(pair[1], b'/' | b'!'));
    if text.as_bytes().windows(2).any(markup) {
        problems.push(Fault::field(path, "markup_not_allowed"));
    }
}

/// A name: one line, 1 to 200 characters.
pub(crate) fn name(text: &str, problems: &mut Problems) {
    if text.is_empty() {
        problems.push(Fault::field("name", "required"));
    } else if text.contains(['\n', '\r', '\t']) {
        problems.push(Fault::field("name", "control_characters"));
    }
    plain_text(text, "name", 200, problems);
}

/// A code: 1 to 64 letters, digits and `- _ . / #`.
pub(crate) fn code(text: &str, problems: &mut Problems) {
    let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | '/' | '#');
    if text.chars().count() > 64 || !text.chars().all(fits) {
        problems.push(Fault::field("code", "malformed_code").with("value", text));
    }
}
