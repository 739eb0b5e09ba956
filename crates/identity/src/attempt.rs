//! Counting failed proofs of identity, and locking after too many.
//!
//! The count is kept by the hash of the login as typed, also for logins that do not exist: a lock
//! must not tell which accounts there are. While it lasts not even the right password is tried.

use fengsui_kernel::id::UserId;
use fengsui_kernel::{Acting, Result, Timestamp};
use fengsui_storage::identity::guard::{self, GuardRow};
use fengsui_storage::{Subject, Tx};
use jiff::SignedDuration;
use serde_json::json;
use tokio::sync::MutexGuard;

use crate::engine::{Identity, unauthenticated};
use crate::secret;

/// Failures are forgotten after a day without one.
const MEMORY: SignedDuration = SignedDuration::from_hours(24);

/// What is traced of a failed attempt. The login typed is not: people type passwords there.
#[derive(Debug, Default)]
pub(crate) struct Failure<'a> {
    /// The action that failed: `user.sign_in_failed`, …
    pub(crate) action: &'a str,
    /// Whose account, if there is one.
    pub(crate) user: Option<&'a UserId>,
    /// Code of the answer.
    pub(crate) reason: &'a str,
    /// Network address, where known.
    pub(crate) address: String,
    /// Browser or program, where known.
    pub(crate) agent: String,
}

/// An attempt under way. Others for the same login wait until it is dropped.
pub(crate) struct Attempt<'a> {
    login_hash: String,
    failures: u32,
    _turn: MutexGuard<'a, ()>,
}

impl Identity {
    /// Begins an attempt, or says that the login is locked.
    pub(crate) async fn attempt(&self, login: &str) -> Result<Attempt<'_>> {
        let login_hash = secret::hash(login);
        let stripe = login_hash.bytes().take(4).fold(0_usize, |sum, byte| sum * 31 + usize::from(byte));
        let turn = self.inner.stripes[stripe % self.inner.stripes.len()].lock().await;
        let now = self.db().now();
        let row = guard::get(self.db(), &login_hash).await?;
        if row.as_ref().and_then(|row| row.locked_until).is_some_and(|until| until > now) {
            return Err(unauthenticated("locked"));
        }
        let failures = row.filter(|row| now.duration_since(row.failed_at) < MEMORY).map_or(0, |row| row.failures);
        Ok(Attempt { login_hash, failures, _turn: turn })
    }

    /// Counts and traces that the attempt failed; after too many the login is locked.
    pub(crate) async fn attempt_failed(&self, attempt: &Attempt<'_>, failure: Failure<'_>) -> Result<()> {
        let now = self.db().now();
        let failures = attempt.failures.saturating_add(1);
        let lock = self.settings().lock_after(failures);
        let locked_until = lock.and_then(|lock| now.checked_add(lock).ok());
        let mut tx = self.db().begin(Acting::system("sign_in", now)).await?;
        guard::put(&mut tx, &attempt.login_hash, &GuardRow { failures, failed_at: now, locked_until }).await?;
        let facts = json!({
            "reason": failure.reason,
            "address": failure.address,
            "agent": failure.agent,
            "locked_until": locked_until.map(|until| until.to_string()),
        });
        tx.trace(failure.action, Subject::new("user", failure.user.map_or("unknown", UserId::as_str)), facts);
        tx.commit().await
    }

    /// Until when a login is locked.
    pub(crate) async fn locked_until(&self, login: &str) -> Result<Option<Timestamp>> {
        let now = self.db().now();
        let row = guard::get(self.db(), &secret::hash(login)).await?;
        Ok(row.and_then(|row| row.locked_until).filter(|until| *until > now))
    }
}

impl Attempt<'_> {
    /// Forgets earlier failures: the person proved who they are.
    pub(crate) async fn succeeded(&self, tx: &mut Tx) -> Result<()> {
        if self.failures > 0 { guard::clear(tx, &self.login_hash).await } else { Ok(()) }
    }
}

/// Before when failures are forgotten.
pub(crate) fn forgotten_before(now: Timestamp) -> Timestamp {
    now.checked_sub(MEMORY).unwrap_or(Timestamp::MIN)
}
