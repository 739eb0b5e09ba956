//! The keys of an installation.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305};
use fengsui_kernel::{Fault, Result, Timestamp};
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

const HEADING: &str = "\
# Sealing keys of Fengsui, one a line: id, time, secret. The last one seals, all of them open.
# Who has this file and the store can read the personal data. Without it nobody can, not even you:
# keep a copy of it in another place than the backups of the store.
";

/// One key with what is derived from it.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) id: String,
    made_at: String,
    secret: [u8; 32],
    pub(super) cipher: XChaCha20Poly1305,
    lookup: [u8; 32],
}

/// What may be told of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    /// Its id, derived from the secret.
    pub id: String,
    /// When it was made.
    pub made_at: String,
    /// Whether it seals.
    pub active: bool,
}

/// Keys, oldest first; the last one seals. Never empty. Not `Debug`: it would print secrets.
#[derive(Clone)]
pub struct Keyring {
    keys: Vec<Key>,
}

fn hmac(secret: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return [0; 32] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

impl Key {
    fn new(secret: [u8; 32], made_at: &str) -> Self {
        let id = hex::encode(Sha256::digest([b"fengsui key id\n".as_slice(), &secret].concat()));
        let cipher = XChaCha20Poly1305::new(&hmac(&secret, &[b"fengsui seal 1"]).into());
        let lookup = hmac(&secret, &[b"fengsui lookup 1"]);
        Self { id: id.chars().take(8).collect(), made_at: made_at.to_owned(), secret, cipher, lookup }
    }

    pub(super) fn hash(&self, domain: &str, text: &str) -> String {
        let full = hmac(&self.lookup, &[domain.as_bytes(), b"\n", text.as_bytes()]);
        hex::encode(full.get(..16).unwrap_or_default())
    }
}

impl Keyring {
    /// A ring with one key.
    pub fn new(secret: [u8; 32], at: Timestamp) -> Self {
        Self { keys: vec![Key::new(secret, &at.to_string())] }
    }

    /// The ring with one more key, which seals from now on.
    #[must_use]
    pub fn with(mut self, secret: [u8; 32], at: Timestamp) -> Self {
        self.keys.push(Key::new(secret, &at.to_string()));
        self
    }

    /// Reads a key file.
    pub fn parse(text: &str) -> Result<Self> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys: Result<Vec<Key>> = lines.map(key).collect();
        let keys = keys?;
        if keys.is_empty() {
            return Err(Fault::internal("the key file holds no key"));
        }
        Ok(Self { keys })
    }

    /// The ring as the key file holds it.
    pub fn to_text(&self) -> String {
        let mut text = HEADING.to_owned();
        for key in &self.keys {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{} {} {}", key.id, key.made_at, STANDARD.encode(key.secret));
        }
        text
    }

    /// What may be told of the keys.
    pub fn describe(&self) -> Vec<KeyInfo> {
        let last = self.keys.len() - 1;
        let info = |(index, key): (usize, &Key)| KeyInfo {
            id: key.id.clone(),
            made_at: key.made_at.clone(),
            active: index == last,
        };
        self.keys.iter().enumerate().map(info).collect()
    }

    /// Whether a key is in the ring.
    pub fn holds(&self, id: &str) -> bool {
        self.find(id).is_some()
    }

    pub(super) fn find(&self, id: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.id == id)
    }

    pub(super) fn active(&self) -> &Key {
        &self.keys[self.keys.len() - 1]
    }

    pub(super) fn keys(&self) -> &[Key] {
        &self.keys
    }
}

fn key(line: &str) -> Result<Key> {
    let wrong = || Fault::internal("the key file has a line that is no key");
    let mut parts = line.split_whitespace();
    let (Some(id), Some(made_at), Some(secret), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(wrong());
    };
    let secret: [u8; 32] = STANDARD.decode(secret).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(wrong)?;
    let key = Key::new(secret, made_at);
    if key.id == id { Ok(key) } else { Err(Fault::internal(format!("the key file is damaged: key {id}"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    #[test]
    fn comes_back_from_its_text() {
        let ring = Keyring::new([1; 32], at()).with([2; 32], at());
        let back = Keyring::parse(&ring.to_text()).expect("a ring");
        assert_eq!(back.describe(), ring.describe());
        assert_eq!(back.active().hash("phone", "138"), ring.active().hash("phone", "138"));
        assert_ne!(ring.keys()[0].hash("phone", "138"), ring.active().hash("phone", "138"));
    }

    #[test]
    fn damage_is_named() {
        let text = Keyring::new([1; 32], at()).to_text();
        let said = |text: &str| Keyring::parse(text).err().map(|fault| fault.to_string()).unwrap_or_default();
        assert!(said("# nothing\n").contains("holds no key"));
        assert!(said("a b\n").contains("no key"));
        let id = Keyring::new([1; 32], at()).active().id.clone();
        assert!(said(&text.replace(&id, "00000000")).contains("damaged"));
    }
}
