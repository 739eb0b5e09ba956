//! Sealed attributes of records: `"phone": {"sealed": "s1:…", "hash": "…"}` in place of the value.

use fengsui_kernel::{Fault, Result};
use serde_json::{Value as Json, json};

use super::envelope::place;
use super::sealer::Sealer;

/// Seals the named fields of a record's attributes; what is sealed with the key in use stays.
/// Tells how many were sealed.
pub fn seal_attributes<'a>(
    sealer: &Sealer,
    record: &str,
    fields: impl IntoIterator<Item = &'a str>,
    attributes: &mut Json,
) -> Result<u64> {
    let mut count = 0;
    for field in fields {
        let Some(value) = attributes.get_mut(field).filter(|value| !value.is_null()) else { continue };
        if sealed_text(value).is_some_and(|text| sealer.is_current(text)) {
            continue;
        }
        let plain = opened(sealer, record, field, value)?;
        let text = serde_json::to_vec(&plain).map_err(Fault::internal)?;
        let envelope = sealer.seal(&place("record", record, field), &text)?;
        *value = match plain.as_str() {
            Some(plain) => json!({"sealed": envelope, "hash": sealer.hash(field, &comparable(plain))}),
            None => json!({ "sealed": envelope }),
        };
        count += 1;
    }
    Ok(count)
}

/// A field of a record in clear; what an older program left in clear is given as it is.
pub fn opened(sealer: &Sealer, record: &str, field: &str, value: &Json) -> Result<Json> {
    match sealed_text(value) {
        None => Ok(value.clone()),
        Some(text) => {
            let plain = sealer.open(&place("record", record, field), text)?;
            serde_json::from_slice(&plain).map_err(Fault::internal)
        }
    }
}

/// The envelope of a sealed attribute.
pub(super) fn sealed_text(value: &Json) -> Option<&str> {
    value.get("sealed").and_then(Json::as_str).filter(|text| super::is_sealed(text))
}

/// The form in which phone numbers, ID numbers and addresses are compared: without blanks, signs and country code.
pub fn comparable(text: &str) -> String {
    let text = text.trim();
    let text = text.strip_prefix("+86").or_else(|| text.strip_prefix("0086")).unwrap_or(text);
    text.chars().filter(|letter| letter.is_alphanumeric() || *letter == '@').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use fengsui_kernel::Timestamp;

    use super::super::keyring::Keyring;
    use super::*;

    #[test]
    fn seals_once_and_opens_again() {
        let ring = Keyring::new([1; 32], Timestamp::UNIX_EPOCH);
        let sealer = Sealer::new(ring.clone());
        let clear = json!({"phone": "138 0000 0001", "email": null, "numbers": [1, 2], "title": "队长"});
        let fields = ["phone", "email", "numbers", "absent"];
        let mut kept = clear.clone();
        assert_eq!(seal_attributes(&sealer, "r1", fields, &mut kept).expect("sealed"), 2);
        assert!(!kept.to_string().contains("0000") && kept["title"] == "队长" && kept["email"].is_null());
        let before = kept.clone();
        assert_eq!(seal_attributes(&sealer, "r1", fields, &mut kept).expect("nothing to do"), 0);
        assert_eq!(kept, before);
        for field in ["phone", "numbers", "title"] {
            assert_eq!(opened(&sealer, "r1", field, &kept[field]).expect("opened"), clear[field]);
        }
        assert!(opened(&sealer, "r2", "phone", &kept["phone"]).is_err(), "moved to another record");
        let rotated = Sealer::new(ring.with([2; 32], Timestamp::UNIX_EPOCH));
        assert_eq!(seal_attributes(&rotated, "r1", fields, &mut kept).expect("sealed anew"), 2);
        assert_eq!(opened(&rotated, "r1", "phone", &kept["phone"]).expect("opened"), clear["phone"]);
    }

    #[test]
    fn equals_are_found_however_they_are_typed() {
        assert_eq!(comparable("+86 138-0000-0001"), comparable("13800000001"));
        assert_eq!(comparable("64010219800101123x"), comparable("64010219800101123X"));
        assert_ne!(comparable("a@b.example"), comparable("ab.example"));
    }
}
