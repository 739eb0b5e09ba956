//! Random secrets and their hashes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngCore as _;
use sha2::{Digest as _, Sha256};

/// Marks API tokens, so that leaked ones are found by scanners and are not confused with cookies.
pub(crate) const API_TOKEN_PREFIX: &str = "fengsui_";

/// 256 random bits for cookies and tokens.
pub(crate) fn random_token() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// 160 random bits, as RFC 4226 recommends for one-time codes.
pub(crate) fn random_totp_secret() -> [u8; 20] {
    let mut bytes = [0_u8; 20];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// A password to be told once and changed at once: 80 random bits without letters that look alike.
pub(crate) fn random_password() -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let mut bytes = [0_u8; 16];
    rand::rng().fill_bytes(&mut bytes);
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// A code that somebody reads from one screen and types on another within minutes: 40 random bits.
pub(crate) fn random_code() -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mut bytes = [0_u8; 8];
    rand::rng().fill_bytes(&mut bytes);
    let letters: String = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect();
    format!("{}-{}", &letters[..4], &letters[4..])
}

/// SHA-256 of a secret, hexadecimal. Enough for 256 random bits; passwords need more.
pub(crate) fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// The CSRF token of a session. It is derived from the cookie's secret, so that the store, which
/// knows only a hash, cannot make it.
pub(crate) fn csrf(session_token: &str) -> String {
    hash(&format!("fengsui csrf\n{session_token}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_have_their_shape() {
        assert_ne!(random_token(), random_token());
        assert_eq!(random_token().len(), 43);
        let password = random_password();
        assert_eq!(password.len(), 19, "{password}");
        assert_ne!(csrf("a"), csrf("b"));
        assert_ne!(csrf("a"), hash("a"));
    }
}
