//! Signing in.

use fengsui_kernel::{Acting, Actor, Fault, Result, Timestamp};
use fengsui_storage::identity::sessions::{self, SessionRow};
use fengsui_storage::identity::users::{self, UserRow};
use fengsui_storage::{Subject, Tx};
use serde_json::json;

use crate::attempt::{Attempt, Failure, Origin};
use crate::engine::{Identity, unauthenticated};
use crate::principal::SignedIn;
use crate::{policy, secret, totp};

/// What somebody presents to sign in. Not `Debug`: it would print the password.
#[derive(Clone)]
pub struct SignIn {
    /// Login in any case.
    pub login: String,
    /// Password.
    pub password: String,
    /// One-time code, where the account demands one.
    pub totp: Option<String>,
    /// What an earlier sign-in gave this browser to keep.
    pub device: Option<String>,
    /// Network address.
    pub address: String,
    /// Browser or program.
    pub agent: String,
}

/// A session just made. Not `Debug`: it would print the cookie's secret.
pub struct NewSession {
    /// The secret for the cookie; told once.
    pub token: String,
    /// The secret by which the browser is known again; to be kept beyond the session.
    pub device: String,
    /// When the session ends at the latest.
    pub expires_at: Timestamp,
    /// The caller.
    pub signed_in: SignedIn,
}

impl Identity {
    /// Signs in, or answers `bad_credentials`, `totp_required`, `bad_totp` or `locked`.
    /// Unknown, inactive and mistyped look and last the same.
    pub async fn sign_in(&self, request: &SignIn) -> Result<NewSession> {
        // A malformed login takes the same way as an unknown one.
        let login = policy::normal_login(&request.login).unwrap_or_else(|_| request.login.trim().to_lowercase());
        let origin = Origin::SignIn { address: &request.address, device: request.device.as_deref() };
        let attempt = self.attempt(&login, origin).await?;
        let row = users::by_login(self.db(), &login).await?.filter(|row| row.active);
        let hash = row.as_ref().map(|row| row.password_hash.as_str());
        let fits = self.password_fits(&request.password, hash).await?;
        let Some(row) = row.filter(|_| fits) else {
            let known = users::by_login(self.db(), &login).await?;
            return Err(self.sign_in_failed(request, known.as_ref(), "bad_credentials", &attempt).await?);
        };
        let step = match self.second_factor(request, &row) {
            Ok(step) => step,
            Err("totp_required") => return Err(unauthenticated("totp_required")),
            Err(code) => return Err(self.sign_in_failed(request, Some(&row), code, &attempt).await?),
        };
        match self.open_session(request, &row, step, &attempt).await? {
            Some(session) => Ok(session),
            None => Err(self.sign_in_failed(request, Some(&row), "bad_totp", &attempt).await?),
        }
    }

    /// The time step whose code was given; `None` where none is demanded.
    fn second_factor(&self, request: &SignIn, row: &UserRow) -> Result<Option<i64>, &'static str> {
        let Some(secret) = row.totp_secret.as_deref().filter(|_| row.totp_enabled) else { return Ok(None) };
        let Some(code) = request.totp.as_deref().filter(|code| !code.is_empty()) else { return Err("totp_required") };
        totp::matching_step(secret, code, self.db().now()).map(Some).ok_or("bad_totp")
    }

    /// Writes the session; `None` when the code's time step was used before.
    async fn open_session(
        &self,
        request: &SignIn,
        row: &UserRow,
        step: Option<i64>,
        attempt: &Attempt<'_>,
    ) -> Result<Option<NewSession>> {
        let now = self.db().now();
        let token = secret::random_token();
        let device = self.device_secret(request.device.as_deref()).await?;
        let actor = Actor::User { id: row.id.to_string(), name: row.name.clone(), post: None };
        let mut tx = self.db().begin(Acting { actor, at: now, why: None }).await?;
        if let Some(step) = step
            && !users::use_totp_step(&mut tx, &row.id, step).await?
        {
            return Ok(None);
        }
        let session = self.new_session(&tx, request, row, &token)?;
        sessions::insert(&mut tx, &session).await?;
        users::note_sign_in(&mut tx, &row.id, now).await?;
        attempt.succeeded(&mut tx).await?;
        attempt.remember_device(&mut tx, &device).await?;
        let facts = json!({
            "session": session.id,
            "address": session.address,
            "agent": session.agent,
            "second_factor": step.is_some(),
        });
        tx.trace("user.sign_in", Subject::new("user", &row.id), facts);
        tx.commit().await?;
        let mut signed_in = self.caller(row, None, None).await?;
        signed_in.csrf = Some(secret::csrf(&token));
        signed_in.session = Some(session.id);
        Ok(Some(NewSession { token, device, expires_at: session.expires_at, signed_in }))
    }

    fn new_session(&self, tx: &Tx, request: &SignIn, row: &UserRow, token: &str) -> Result<SessionRow> {
        let now = tx.now();
        Ok(SessionRow {
            id: tx.new_id(),
            token_hash: secret::hash(token),
            user: row.id.clone(),
            created_at: now,
            last_seen_at: now,
            expires_at: now.checked_add(self.settings().absolute()).map_err(Fault::internal)?,
            address: shortened(&request.address),
            agent: shortened(&request.agent),
            acting_post: None,
            screen: None,
        })
    }

    /// Notes the failure and gives the fault to answer with.
    async fn sign_in_failed(
        &self,
        request: &SignIn,
        row: Option<&UserRow>,
        code: &str,
        attempt: &Attempt<'_>,
    ) -> Result<Fault> {
        let failure = Failure {
            action: "user.sign_in_failed",
            user: row.map(|row| &row.id),
            reason: code,
            address: shortened(&request.address),
            agent: shortened(&request.agent),
        };
        self.attempt_failed(attempt, failure).await?;
        Ok(unauthenticated(code))
    }
}

/// Headers come from outside and may be megabytes.
pub(crate) fn shortened(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(200).collect()
}
