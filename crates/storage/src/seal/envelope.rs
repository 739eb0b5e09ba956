//! The form of a sealed value: `s1:<key id>:<base64url of nonce, text and tag>`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const MARK: &str = "s1";
/// Nonce and tag alone; a shorter rest is no sealed value.
const LEAST: usize = 24 + 16;

/// A sealed value, taken apart.
pub(super) struct Envelope {
    /// Which key.
    pub(super) key: String,
    /// Nonce, then text and tag.
    pub(super) body: Vec<u8>,
}

impl Envelope {
    pub(super) fn write(key: &str, body: &[u8]) -> String {
        format!("{MARK}:{key}:{}", URL_SAFE_NO_PAD.encode(body))
    }

    /// Takes a text apart; `None` when it is no sealed value.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ':');
        let (mark, key, body) = (parts.next()?, parts.next()?, parts.next()?);
        let named = key.len() == 8 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
        let body = URL_SAFE_NO_PAD.decode(body).ok().filter(|body| body.len() >= LEAST)?;
        (mark == MARK && named).then(|| Self { key: key.to_owned(), body })
    }
}

/// Whether a text is a sealed value.
pub fn is_sealed(text: &str) -> bool {
    Envelope::read(text).is_some()
}

/// Where a value lies: part of what is sealed, so that it opens nowhere else.
pub fn place(table: &str, id: &str, field: &str) -> String {
    format!("{table}/{id}/{field}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_envelopes_are_read() {
        let whole = Envelope::write("0a1b2c3d", &[7; 51]);
        assert!(is_sealed(&whole));
        let wrong = ["", "13800000001", "s1:", "s1:0a1b2c3d:", "s1:0a1b2c3d:abcd", "a@b.example", "s1:x:y:z"];
        assert!(wrong.into_iter().all(|text| !is_sealed(text)));
        assert!(!is_sealed(&whole.replace("s1:", "s2:")) && !is_sealed(&format!("{whole}=")));
    }
}
