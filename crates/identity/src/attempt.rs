//! Counting failed proofs of identity, and locking after too many.
//!
//! Counted by the hash of the login as typed, also for logins that do not exist (a lock must not tell
//! which accounts there are), and by where the attempt comes from: otherwise anybody could lock out a
//! duty officer. A browser from which the login was proved before is counted by itself, so that what
//! strangers do, even next door in the same network, does not lock it out; only its owner has its
//! cookie, so it tells nothing either (OWASP: device cookies). All others share a second, slower count
//! per login: the brake against guessing from many networks at once.
//! While a lock lasts not even the right password is tried.

use std::net::{Ipv4Addr, Ipv6Addr};

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

/// A browser that was not used to sign in for so long is a stranger again.
const DEVICE_MEMORY: SignedDuration = SignedDuration::from_hours(24 * 180);

/// What counts the failures of all strangers together.
const EVERYWHERE: &str = "everywhere";

/// Where an attempt comes from, as failures are counted.
pub(crate) enum Origin<'a> {
    /// A sign-in: the network address, and the secret of the browser's device cookie.
    SignIn {
        /// Network address.
        address: &'a str,
        /// What the browser was given when it signed in before.
        device: Option<&'a str>,
    },
    /// Somebody signed in proves again who they are.
    Account,
}

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
    origin: String,
    failures: u32,
    /// What strangers failed together; `None` for those who are none.
    strangers: Option<u32>,
    _turn: MutexGuard<'a, ()>,
}

impl Identity {
    /// Begins an attempt, or says that the login is locked for that origin.
    pub(crate) async fn attempt(&self, login: &str, origin: Origin<'_>) -> Result<Attempt<'_>> {
        let login_hash = secret::hash(login);
        let stripe = login_hash.bytes().take(4).fold(0_usize, |sum, byte| sum * 31 + usize::from(byte));
        let turn = self.inner.stripes[stripe % self.inner.stripes.len()].lock().await;
        let (origin, stranger) = self.counted_by(&login_hash, &origin).await?;
        let failures = self.failures(&login_hash, &origin).await?;
        let strangers = if stranger { Some(self.failures(&login_hash, EVERYWHERE).await?) } else { None };
        Ok(Attempt { login_hash, origin, failures, strangers, _turn: turn })
    }

    /// What the failures are counted by, and whether it is a stranger's attempt.
    async fn counted_by(&self, login_hash: &str, origin: &Origin<'_>) -> Result<(String, bool)> {
        let Origin::SignIn { address, device } = origin else { return Ok(("account".to_owned(), false)) };
        if let Some(device) = device.map(secret::hash)
            && guard::knows_device(self.db(), login_hash, &device).await?
        {
            return Ok((format!("device:{device}"), false));
        }
        Ok((format!("network:{}", network(address)), true))
    }

    /// Failures remembered; a fault while they lock.
    async fn failures(&self, login_hash: &str, origin: &str) -> Result<u32> {
        let now = self.db().now();
        let row = guard::get(self.db(), login_hash, origin).await?;
        if row.as_ref().and_then(|row| row.locked_until).is_some_and(|until| until > now) {
            return Err(unauthenticated("locked"));
        }
        Ok(row.filter(|row| now.duration_since(row.failed_at) < MEMORY).map_or(0, |row| row.failures))
    }

    /// Counts and traces that the attempt failed; after too many the login is locked for the origin.
    pub(crate) async fn attempt_failed(&self, attempt: &Attempt<'_>, failure: Failure<'_>) -> Result<()> {
        let now = self.db().now();
        let mut tx = self.db().begin(Acting::system("sign_in", now)).await?;
        let lock = |failures| self.settings().lock_after(failures);
        let locked_until = count(&mut tx, &attempt.login_hash, &attempt.origin, attempt.failures, lock).await?;
        let brake = |failures| self.settings().brake_after(failures);
        let braked_until = match attempt.strangers {
            Some(strangers) => count(&mut tx, &attempt.login_hash, EVERYWHERE, strangers, brake).await?,
            None => None,
        };
        let facts = json!({
            "reason": failure.reason,
            "address": failure.address,
            "agent": failure.agent,
            "locked_until": locked_until.map(|until| until.to_string()),
            "braked_until": braked_until.map(|until| until.to_string()),
        });
        tx.trace(failure.action, Subject::new("user", failure.user.map_or("unknown", UserId::as_str)), facts);
        tx.commit().await
    }

    /// Until when a login is locked for anybody.
    pub(crate) async fn locked_until(&self, login: &str) -> Result<Option<Timestamp>> {
        let now = self.db().now();
        Ok(guard::locked_until(self.db(), &secret::hash(login)).await?.filter(|until| *until > now))
    }

    /// The secret of the browser: the one it has if we gave it, else a new one. A value that somebody
    /// planted there never becomes a known one.
    pub(crate) async fn device_secret(&self, given: Option<&str>) -> Result<String> {
        match given {
            Some(given) if guard::is_device(self.db(), &secret::hash(given)).await? => Ok(given.to_owned()),
            _ => Ok(secret::random_token()),
        }
    }
}

/// Writes one failure more; tells until when it locks.
async fn count(
    tx: &mut Tx,
    login_hash: &str,
    origin: &str,
    before: u32,
    lock: impl Fn(u32) -> Option<SignedDuration>,
) -> Result<Option<Timestamp>> {
    let (failures, failed_at) = (before.saturating_add(1), tx.now());
    let locked_until = lock(failures).and_then(|lock| failed_at.checked_add(lock).ok());
    guard::put(tx, login_hash, origin, &GuardRow { failures, failed_at, locked_until }).await?;
    Ok(locked_until)
}

impl Attempt<'_> {
    /// Forgets earlier failures of the origin: the person proved who they are. What strangers failed
    /// stays counted, or a victim's own sign-ins would release the brake.
    pub(crate) async fn succeeded(&self, tx: &mut Tx) -> Result<()> {
        if self.failures > 0 { guard::clear(tx, &self.login_hash, &self.origin).await } else { Ok(()) }
    }

    /// Remembers the browser for this login.
    pub(crate) async fn remember_device(&self, tx: &mut Tx, device: &str) -> Result<()> {
        let at = tx.now();
        guard::remember_device(tx, &self.login_hash, &secret::hash(device), at).await
    }
}

/// Before when failures, and before when browsers are forgotten.
pub(crate) fn forgotten_before(now: Timestamp) -> (Timestamp, Timestamp) {
    let before = |memory| now.checked_sub(memory).unwrap_or(Timestamp::MIN);
    (before(MEMORY), before(DEVICE_MEMORY))
}

/// The network of an address: /24 and /64, since neighbours there are often one attacker.
fn network(address: &str) -> String {
    let four = |address: Ipv4Addr| {
        let [a, b, c, _] = address.octets();
        format!("{a}.{b}.{c}.0/24")
    };
    if let Ok(address) = address.parse::<Ipv4Addr>() {
        return four(address);
    }
    match address.parse::<Ipv6Addr>().map(|six| (six.to_ipv4_mapped(), six.segments())) {
        Ok((Some(mapped), _)) => four(mapped),
        Ok((None, [a, b, c, d, ..])) => format!("{a:x}:{b:x}:{c:x}:{d:x}::/64"),
        Err(_) => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn neighbours_are_one_network() {
        assert_eq!(network("203.0.113.7"), "203.0.113.0/24");
        assert_eq!(network("::ffff:203.0.113.9"), "203.0.113.0/24");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("made up by a client"), "unknown");
    }
}
