//! Masking of personal data.

use serde_json::Value;

use crate::kind::KindSpec;

/// `13800000001` becomes `138****0001`, `name@example.org` becomes `n****@example.org`.
pub(crate) fn text(plain: &str) -> String {
    if let Some((local, domain)) = plain.split_once('@') {
        let first: String = local.chars().take(1).collect();
        return format!("{first}****@{domain}");
    }
    let letters: Vec<char> = plain.chars().collect();
    let (head, tail) = if letters.len() >= 8 { (3, 4) } else { (1, 0) };
    let first: String = letters.iter().take(head).collect();
    let last: String = letters.iter().skip(letters.len() - tail).collect();
    format!("{first}****{last}")
}

/// Masks the personal fields of attributes.
pub(crate) fn attributes(spec: &KindSpec, attributes: &mut Value) {
    for field in spec.fields.iter().filter(|field| field.personal) {
        if let Some(Value::String(plain)) = attributes.get_mut(&field.name) {
            *plain = text(plain);
        }
    }
}

/// Puts stored values back where a client returned what it was shown masked.
pub(crate) fn restore(spec: &KindSpec, submitted: &mut Value, stored: &Value) {
    for field in spec.fields.iter().filter(|field| field.personal) {
        let Some(original) = stored.get(&field.name).and_then(Value::as_str) else { continue };
        if let Some(Value::String(given)) = submitted.get_mut(&field.name)
            && *given == text(original)
        {
            original.clone_into(given);
        }
    }
}

/// Whether any personal field has a value.
pub(crate) fn any(spec: &KindSpec, attributes: &Value) -> bool {
    spec.fields.iter().any(|field| field.personal && attributes.get(&field.name).is_some_and(|value| !value.is_null()))
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
