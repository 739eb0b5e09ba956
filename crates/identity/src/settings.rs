//! What a site may set: how long sessions last, when sign-ins lock, who issues the second factor.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// Settings of identity, section `[identity]` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// A session ends after this many hours however busy it is.
    pub session_hours: u32,
    /// A session ends after this many minutes without use.
    pub idle_minutes: u32,
    /// Failed sign-ins from one network until the login is locked for it.
    pub failures_until_lock: u32,
    /// Failed sign-ins from all networks together until the login is locked for every browser that it never
    /// signed in from; each lock lasts `lock_minutes`.
    pub failures_until_brake: u32,
    /// Minutes of the first lock; every further failure doubles them.
    pub lock_minutes: u32,
    /// The longest lock in minutes: nobody may be able to shut out a duty officer for days.
    pub longest_lock_minutes: u32,
    /// Name shown by authenticator programs.
    pub issuer: String,
    /// Passwords hashed at the same time; each takes 19 MiB and a processor.
    pub parallel_hashes: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            session_hours: 12,
            idle_minutes: 120,
            failures_until_lock: 5,
            failures_until_brake: 50,
            lock_minutes: 15,
            longest_lock_minutes: 240,
            issuer: "Fengsui".to_owned(),
            parallel_hashes: 4,
        }
    }
}

impl Settings {
    pub(crate) fn absolute(&self) -> SignedDuration {
        SignedDuration::from_hours(i64::from(self.session_hours))
    }

    pub(crate) fn idle(&self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.idle_minutes))
    }

    /// The lock after so many failures in a row; `None` while there are too few.
    pub(crate) fn lock_after(&self, failures: u32) -> Option<SignedDuration> {
        let beyond = failures.checked_sub(self.failures_until_lock.max(1))?;
        let doubled = u64::from(self.lock_minutes) << beyond.min(20);
        let minutes = doubled.min(u64::from(self.longest_lock_minutes));
        Some(SignedDuration::from_mins(i64::try_from(minutes).unwrap_or(i64::MAX / 60)))
    }

    /// The lock for all strangers after so many of their failures. It does not grow: whoever uses a
    /// new telephone should get in between two attacks.
    pub(crate) fn brake_after(&self, failures: u32) -> Option<SignedDuration> {
        let lock = SignedDuration::from_mins(i64::from(self.lock_minutes));
        (failures >= self.failures_until_brake.max(1)).then_some(lock)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_double_up_to_the_longest() {
        let minutes = |failures| Settings::default().lock_after(failures).map(|lock| lock.as_mins());
        let expected = [None, Some(15), Some(30), Some(60), Some(120), Some(240), Some(240)];
        assert_eq!([4, 5, 6, 7, 8, 9, 4_000_000_000].map(minutes), expected);
    }
}
