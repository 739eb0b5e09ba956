//! Password hashing: argon2id with the parameters that OWASP recommends, off the async threads.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use fengsui_kernel::{Fault, Result};

use crate::engine::Identity;

/// OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane.
fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(Fault::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &str) -> Result<String> {
    let hash: PasswordHash = hasher()?.hash_password(password.as_bytes()).map_err(Fault::internal)?;
    Ok(hash.to_string())
}

fn verify_now(password: &str, hash: &str) -> Result<bool> {
    let parsed = PasswordHash::new(hash).map_err(|error| Fault::internal(format!("stored password: {error}")))?;
    Ok(hasher()?.verify_password(password.as_bytes(), &parsed).is_ok())
}

impl Identity {
    /// The PHC string of a password.
    pub(crate) async fn hash_password(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.off_thread(move || hash_now(&password)).await
    }

    /// Whether the password fits. Without a hash (no such account) the same time is spent.
    pub(crate) async fn password_fits(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let (password, hash) = (password.to_owned(), hash.map(str::to_owned));
        self.off_thread(move || match hash {
            Some(hash) => verify_now(&password, &hash),
            None => hash_now(&password).map(|_| false),
        })
        .await
    }

    async fn off_thread<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let _permit = self.inner.hashing.acquire().await.map_err(Fault::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Fault::internal)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_with_the_recommended_parameters() {
        let hash = hash_now("correct horse battery").expect("a hash");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify_now("correct horse battery", &hash).expect("a check"));
        assert!(!verify_now("correct horse batterx", &hash).expect("a check"));
        assert!(verify_now("x", "damaged").is_err());
    }
}
