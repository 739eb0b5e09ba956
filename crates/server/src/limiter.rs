//! Attempts per address: a bucket that fills again with time.

use std::collections::HashMap;
use std::sync::Mutex;

use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Result, Timestamp};

/// Attempts that an address may make in a row.
const BURST: f64 = 20.0;
/// Attempts that come back per second.
const PER_SECOND: f64 = 0.5;
/// Addresses remembered; beyond that the full buckets are forgotten.
const REMEMBERED: usize = 50_000;

/// Limits sign-in attempts, receipts and the like per address.
#[derive(Debug)]
pub struct Limiter {
    burst: f64,
    per_second: f64,
    buckets: Mutex<HashMap<String, (f64, i64)>>,
}

impl Default for Limiter {
    fn default() -> Self {
        Self::new(BURST, PER_SECOND)
    }
}

impl Limiter {
    /// With so many attempts in a row, and so many a second in the long run.
    pub fn new(burst: f64, per_second: f64) -> Self {
        Self { burst, per_second, buckets: Mutex::default() }
    }

    /// Takes one attempt, or says how long to wait.
    pub fn take(&self, key: &str, now: Timestamp) -> Result<()> {
        let mut buckets = self.buckets.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let millis = now.as_millisecond();
        let refill =
            |left: f64, since: i64| (left + (millis - since) as f64 / 1000.0 * self.per_second).min(self.burst);
        if buckets.len() >= REMEMBERED {
            buckets.retain(|_, (left, since)| refill(*left, *since) < self.burst);
        }
        let (left, since) = buckets.get(key).copied().unwrap_or((self.burst, millis));
        let left = refill(left, since);
        if left < 1.0 {
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "at most a minute for one attempt"
            )]
            let seconds = ((1.0 - left) / self.per_second).ceil().clamp(1.0, 60.0) as u64;
            return Err(FaultKind::TooMany { seconds }.into());
        }
        buckets.insert(key.to_owned(), (left - 1.0, millis));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_a_burst_and_forgives_with_time() {
        let limiter = Limiter::default();
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
        let taken = (0..100).filter(|_| limiter.take("1.2.3.4", start).is_ok()).count();
        assert_eq!(taken, 20);
        assert!(limiter.take("5.6.7.8", start).is_ok());
        let later: Timestamp = "2026-01-01T00:00:10Z".parse().expect("a time");
        assert_eq!((0..100).filter(|_| limiter.take("1.2.3.4", later).is_ok()).count(), 5);
    }

    #[test]
    fn a_limit_of_its_own() {
        let limiter = Limiter::new(3.0, 0.05);
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
        assert_eq!((0..10).filter(|_| limiter.take("", start).is_ok()).count(), 3);
        let fault = limiter.take("", start).expect_err("too many");
        assert!(matches!(*fault.kind, FaultKind::TooMany { seconds: 20 }), "{fault}");
    }
}
