//! Signing what is handed out, and checking signatures: Ed25519 over texts that name their purpose.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

/// The key of a node. Not `Debug`: it would print the secret.
#[derive(Clone)]
pub struct Signer {
    key: SigningKey,
}

/// The public half: what an outsider needs to check exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// A text that is no public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an Ed25519 public key (64 hexadecimal digits)")]
pub struct NoKey;

impl Signer {
    /// From the 32 secret bytes.
    pub fn new(secret: [u8; 32]) -> Self {
        Self { key: SigningKey::from_bytes(&secret) }
    }

    /// The public half.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.key.verifying_key())
    }

    pub(crate) fn sign(&self, text: &str) -> String {
        hex::encode(self.key.sign(text.as_bytes()).to_bytes())
    }
}

impl PublicKey {
    /// The short form that people compare: the first half of the key's SHA-256 hash.
    pub fn fingerprint(&self) -> String {
        hex::encode(Sha256::digest(self.0.as_bytes())).chars().take(32).collect()
    }

    pub(crate) fn verifies(&self, text: &str, signature: &str) -> bool {
        // Only the form that was written: upper case would be another file with the same meaning.
        let bytes = hex::decode(signature).ok().filter(|bytes| hex::encode(bytes) == signature);
        let signature = bytes.and_then(|bytes| Signature::from_slice(&bytes).ok());
        signature.is_some_and(|signature| self.0.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(self.0.as_bytes()))
    }
}

impl FromStr for PublicKey {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        let bytes: [u8; 32] = hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(NoKey)?;
        let key = VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak()).ok_or(NoKey)?;
        Ok(Self(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_what_only_its_key_could() {
        let (signer, other) = (Signer::new([1; 32]), Signer::new([2; 32]));
        let signature = signer.sign("head 17");
        assert!(signer.public_key().verifies("head 17", &signature));
        assert!(!signer.public_key().verifies("head 18", &signature));
        assert!(!signer.public_key().verifies("head 17", &signature.to_uppercase()));
        assert!(!other.public_key().verifies("head 17", &signature));
        assert_eq!(signer.public_key().to_string().parse(), Ok(signer.public_key()));
        assert_eq!(signer.public_key().fingerprint().len(), 32);
        assert_eq!("ab".parse::<PublicKey>(), Err(NoKey));
        assert_eq!("00".repeat(32).parse::<PublicKey>(), Err(NoKey), "a weak key");
    }
}
