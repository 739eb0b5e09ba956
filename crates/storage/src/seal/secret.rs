//! Sealed secrets of second factors: the envelope's text in a column of bytes.

use fengsui_kernel::Result;

use super::envelope::place;
use super::sealer::Sealer;

/// Seals a secret of an account.
pub(crate) fn seal(sealer: &Sealer, user: &str, secret: &[u8]) -> Result<Vec<u8>> {
    sealer.seal(&place("users", user, "totp_secret"), secret).map(String::into_bytes)
}

/// Opens it again; what an older program left in clear is given as it is.
pub(crate) fn open(sealer: &Sealer, user: &str, stored: Vec<u8>) -> Result<Vec<u8>> {
    match std::str::from_utf8(&stored).ok().filter(|text| super::is_sealed(text)) {
        Some(text) => sealer.open(&place("users", user, "totp_secret"), text),
        None => Ok(stored),
    }
}
