//! Masking of personal data.

use serde_json::Value;

use crate::kind::KindSpec;

/// What stands for the hidden part.
const MASK: &str = "****";

/// Hides the middle of a personal text: `13800000001` becomes `138****0001`, `name@example.org` becomes `n****@example.org`.
pub fn text(plain: &str) -> String {
    if let Some((local, domain)) = plain.split_once('@') {
        let first: String = local.chars().take(1).collect();
        return format!("{first}{MASK}@{domain}");
    }
    let letters: Vec<char> = plain.chars().collect();
    let (head, tail) = if letters.len() >= 8 { (3, 4) } else { (1, 0) };
    let first: String = letters.iter().take(head).collect();
    let last: String = letters.iter().skip(letters.len() - tail).collect();
    format!("{first}{MASK}{last}")
}

/// Masks the personal fields of attributes.
pub(crate) fn attributes(spec: &KindSpec, attributes: &mut Value) {
    for field in spec.fields.iter().filter(|field| field.personal) {
        match attributes.get_mut(&field.name) {
            None | Some(Value::Null) => {}
            Some(Value::String(plain)) => *plain = text(plain),
            Some(other) => *other = Value::String(text("")),
        }
    }
}

/// Takes masked values out of what a client or a file brought.
pub(crate) fn set_aside(spec: &KindSpec, submitted: &mut Value) -> Vec<(String, String)> {
    let mut masked = Vec::new();
    for field in spec.personal() {
        let Some(value) = submitted.get_mut(field) else { continue };
        if let Some(given) = value.as_str().map(str::trim).filter(|given| given.contains(MASK)) {
            masked.push((field.to_owned(), given.to_owned()));
            *value = Value::Null;
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn keeps_what_tells_numbers_apart() {
        assert_eq!(text("13800000001"), "138****0001");
        assert_eq!(text("0951-0000001"), "095****0001");
        assert_eq!(text("119"), "1****");
        assert_eq!(text("li@example.invalid"), "l****@example.invalid");
        assert_eq!(text(""), "****");
    }
}
