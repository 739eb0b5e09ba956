//! Sealing and opening single values.

use std::path::PathBuf;
use std::sync::{Arc, RwLock};

use chacha20poly1305::XNonce;
use chacha20poly1305::aead::{Aead as _, Payload};
use fengsui_kernel::{Fault, Result};

use super::envelope::Envelope;
use super::file;
use super::keyring::{KeyInfo, Keyring};

/// Bytes of a nonce; random ones of this length never meet.
const NONCE: usize = 24;

/// Seals and opens with the keys of an installation. Cheap to clone.
#[derive(Clone)]
pub struct Sealer {
    inner: Arc<Inner>,
}

struct Inner {
    ring: RwLock<Arc<Keyring>>,
    file: Option<PathBuf>,
}

impl Sealer {
    /// Over a ring that never changes.
    pub fn new(ring: Keyring) -> Self {
        Self::over(ring, None)
    }

    pub(super) fn over(ring: Keyring, file: Option<PathBuf>) -> Self {
        Self { inner: Arc::new(Inner { ring: RwLock::new(Arc::new(ring)), file }) }
    }

    fn ring(&self) -> Arc<Keyring> {
        // The lock is held for a copy only; a panic there cannot leave half a ring.
        Arc::clone(&self.inner.ring.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// The ring that knows a key. A key made by the command line meanwhile is found in the file.
    fn ring_with(&self, key: &str) -> Result<Arc<Keyring>> {
        let ring = self.ring();
        if ring.holds(key) {
            return Ok(ring);
        }
        let newer = self.inner.file.as_deref().and_then(|path| file::read(path).ok().flatten());
        if let Some(newer) = newer.filter(|newer| newer.holds(key)) {
            let newer = Arc::new(newer);
            *self.inner.ring.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::clone(&newer);
            return Ok(newer);
        }
        Err(Fault::internal(format!("a value is sealed with the key {key}, which the key file does not hold")))
    }

    /// Takes up a key that the command line added to the file meanwhile.
    pub fn refresh(&self) -> Result<()> {
        let read = self.inner.file.as_deref().map_or(Ok(None), file::read)?;
        // A file that lost keys is no improvement: what is known stays.
        let known = self.describe();
        if let Some(ring) = read.filter(|ring| known.iter().all(|key| ring.holds(&key.id))) {
            *self.inner.ring.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(ring);
        }
        Ok(())
    }

    /// Seals a value for its place.
    pub fn seal(&self, place: &str, plain: &[u8]) -> Result<String> {
        let ring = self.ring();
        let (key, nonce) = (ring.active(), rand::random::<[u8; NONCE]>());
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        let sealed = key.cipher.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| Fault::internal(format!("{place} cannot be sealed")))?;
        Ok(Envelope::write(&key.id, &[nonce.as_slice(), &sealed].concat()))
    }

    /// Opens a value that was sealed for this place.
    pub fn open(&self, place: &str, sealed: &str) -> Result<Vec<u8>> {
        let envelope = Envelope::read(sealed).ok_or_else(|| Fault::internal(format!("{place} is not sealed")))?;
        let ring = self.ring_with(&envelope.key)?;
        let altered = || Fault::internal(format!("{place} was altered, or belongs to another place"));
        let (nonce, text) = envelope.body.split_first_chunk::<NONCE>().ok_or_else(altered)?;
        let key = ring.find(&envelope.key).ok_or_else(altered)?;
        key.cipher.decrypt(&XNonce::from(*nonce), Payload { msg: text, aad: place.as_bytes() }).map_err(|_| altered())
    }

    /// The same for a text.
    pub fn open_text(&self, place: &str, sealed: &str) -> Result<String> {
        String::from_utf8(self.open(place, sealed)?).map_err(Fault::internal)
    }

    /// Opens a text, or takes it as it is where an older program left it in clear.
    pub fn text_of(&self, place: &str, stored: String) -> Result<String> {
        if super::is_sealed(&stored) { self.open_text(place, &stored) } else { Ok(stored) }
    }

    /// Whether a value is sealed with the key in use.
    pub fn is_current(&self, text: &str) -> bool {
        Envelope::read(text).is_some_and(|envelope| envelope.key == self.ring().active().id)
    }

    /// The key that a value is sealed with; `None` when it lies in clear.
    pub fn key_of(text: &str) -> Option<String> {
        Envelope::read(text).map(|envelope| envelope.key)
    }

    /// The keyed hash under which equals of a domain are found.
    pub fn hash(&self, domain: &str, text: &str) -> String {
        self.ring().active().hash(domain, text)
    }

    /// The same with every key, since older rows may not be sealed anew yet.
    pub fn hashes(&self, domain: &str, text: &str) -> Vec<String> {
        self.ring().keys().iter().map(|key| key.hash(domain, text)).collect()
    }

    /// What may be told of the keys.
    pub fn describe(&self) -> Vec<KeyInfo> {
        self.ring().describe()
    }

    /// The id of the key in use.
    pub fn active(&self) -> String {
        self.ring().active().id.clone()
    }

    /// Whether a key is known.
    pub fn holds(&self, id: &str) -> bool {
        self.ring_with(id).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use fengsui_kernel::Timestamp;

    use super::*;

    fn ring() -> Keyring {
        Keyring::new([1; 32], Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn opens_only_in_its_place_and_only_unaltered() {
        let keys = Sealer::new(ring());
        let sealed = keys.seal("record/1/phone", b"13800000001").expect("sealed");
        assert!(!sealed.contains("138"));
        assert_ne!(sealed, keys.seal("record/1/phone", b"13800000001").expect("sealed"), "a nonce of its own");
        assert_eq!(keys.open_text("record/1/phone", &sealed).expect("opened"), "13800000001");
        assert!(keys.open("record/2/phone", &sealed).is_err() && keys.open("record/1/email", &sealed).is_err());
        let altered = |at: usize| {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            String::from_utf8(bytes).expect("ASCII")
        };
        // The last character carries unused bits.
        assert!((0..sealed.len() - 1).all(|at| keys.open("record/1/phone", &altered(at)).is_err()));
    }

    #[test]
    fn old_keys_open_and_the_new_one_seals() {
        let old = Sealer::new(ring());
        let sealed = old.seal("p", b"x").expect("sealed");
        let new = Sealer::new(ring().with([2; 32], Timestamp::UNIX_EPOCH));
        assert_eq!(new.open("p", &sealed).expect("opened"), b"x");
        assert!(old.is_current(&sealed) && !new.is_current(&sealed));
        assert_eq!(new.hashes("d", "x").first(), Some(&old.hash("d", "x")));
        let fault = old.open("p", &new.seal("p", b"x").expect("sealed")).expect_err("an unknown key");
        assert!(fault.to_string().contains("the key file does not hold"), "{fault}");
    }
}
