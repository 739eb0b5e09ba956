//! The second factor: one-time codes of RFC 6238.

use fengsui_kernel::{Fault, Refusal, Result, Timestamp};
use fengsui_storage::Subject;
use fengsui_storage::identity::users;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use totp_rs::{Builder, Secret, Totp};

use crate::attempt::{Failure, Origin};
use crate::engine::Identity;
use crate::principal::SignedIn;
use crate::secret;

/// What an authenticator program needs. Not `Debug`: it would print the secret.
#[derive(Serialize, JsonSchema)]
pub struct TotpSetup {
    /// The secret in base 32, to be typed.
    pub secret: String,
    /// The same as a link for a QR code.
    pub otpauth_url: String,
}

/// Six digits, 30 seconds, SHA-1 (the only kind that all programs know), one step of skew.
fn totp(secret: &[u8]) -> Option<Totp> {
    Builder::new().with_secret(secret.to_vec()).with_skew(1).build().ok()
}

/// The time step that a code belongs to, if it is valid now or one step around.
pub(crate) fn matching_step(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    let shaped = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_digit());
    let seconds = u64::try_from(now.as_second()).ok()?;
    let step = shaped.then(|| totp(secret)?.check(&digits, seconds))??;
    i64::try_from(step).ok()
}

impl Identity {
    /// Makes a secret that becomes the second factor once a code confirms it.
    pub async fn set_up_totp(&self, caller: &SignedIn) -> Result<TotpSetup> {
        caller.demand_session()?;
        if self.user_row(&caller.user.id).await?.totp_enabled {
            return Err(Refusal::new("totp_already_enabled").into());
        }
        let bytes = secret::random_totp_secret();
        let mut tx = self.db().begin(caller.principal.acting(self.db().now(), None)).await?;
        users::set_totp(&mut tx, &caller.user.id, Some(bytes.to_vec()), false).await?;
        tx.commit().await?;
        let secret = Secret::from(bytes).to_base32();
        let (issuer, login) = (percent(&self.settings().issuer), percent(&caller.user.login));
        let otpauth_url = format!(
            "otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30"
        );
        Ok(TotpSetup { secret, otpauth_url })
    }

    /// Enables the second factor: the code shows that the authenticator has the secret.
    pub async fn confirm_totp(&self, caller: &SignedIn, code: &str) -> Result<()> {
        self.switch_totp(caller, code, true).await
    }

    /// Disables the second factor; needs a code, so that an unattended screen is not enough.
    pub async fn disable_totp(&self, caller: &SignedIn, code: &str) -> Result<()> {
        self.switch_totp(caller, code, false).await
    }

    async fn switch_totp(&self, caller: &SignedIn, code: &str, enable: bool) -> Result<()> {
        caller.demand_session()?;
        let attempt = self.attempt(&caller.user.login, Origin::Account).await?;
        let row = self.user_row(&caller.user.id).await?;
        let secret = row.totp_secret.filter(|_| row.totp_enabled != enable);
        let secret = secret
            .ok_or_else(|| Fault::from(Refusal::new(if enable { "totp_not_set_up" } else { "totp_not_enabled" })))?;
        let now = self.db().now();
        let mut tx = self.db().begin(caller.principal.acting(now, None)).await?;
        let fresh = match matching_step(&secret, code, now) {
            Some(step) => users::use_totp_step(&mut tx, &row.id, step).await?,
            None => false,
        };
        if !fresh {
            tx.rollback().await?;
            let action = "user.totp_failed";
            let failure = Failure { action, user: Some(&row.id), reason: "bad_totp", ..Failure::default() };
            self.attempt_failed(&attempt, failure).await?;
            return Err(Fault::field("code", "bad_totp").into());
        }
        users::set_totp(&mut tx, &row.id, enable.then_some(secret), enable).await?;
        attempt.succeeded(&mut tx).await?;
        let action = if enable { "user.totp_enabled" } else { "user.totp_disabled" };
        tx.trace(action, Subject::new("user", &row.id), json!({}));
        tx.commit().await
    }
}

fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encode = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_the_vector_of_rfc_6238_and_one_step_around() {
        let secret = b"12345678901234567890";
        let at = |second: i64| Timestamp::from_second(second).expect("a time");
        // RFC 6238 appendix B: at 1111111109 the eight digits are 07081804.
        assert_eq!(matching_step(secret, "081 804", at(1_111_111_109)), Some(37_037_036));
        assert_eq!(matching_step(secret, "081804", at(1_111_111_109 + 30)), Some(37_037_036));
        assert_eq!(matching_step(secret, "081804", at(1_111_111_109 + 90)), None);
        assert_eq!(matching_step(secret, "０８１８０４", at(1_111_111_109)), None);
        assert_eq!(matching_step(secret, "", at(1_111_111_109)), None);
    }

    #[test]
    fn links_are_encoded() {
        assert_eq!(percent("凤燧 a"), "%E5%87%A4%E7%87%A7%20a");
    }
}
