//! How fast a device may send.

use tokio::time::{Duration, Instant};

/// A bucket of readings that refills with time. It may be overdrawn by one message; the sender is
/// then not read until the debt is paid.
#[derive(Debug)]
pub(crate) struct Rate {
    per_second: f64,
    burst: f64,
    left: f64,
    at: Instant,
}

impl Rate {
    pub(crate) fn new(per_second: u32, burst: u32, now: Instant) -> Self {
        let burst = f64::from(burst.max(1));
        Self { per_second: f64::from(per_second.max(1)), burst, left: burst, at: now }
    }

    /// Takes readings; answers from when on more may come.
    pub(crate) fn take(&mut self, readings: usize, now: Instant) -> Instant {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.left = (self.left + passed * self.per_second).min(self.burst) - readings as f64;
        self.at = now;
        let debt = (-self.left).max(0.0);
        now + Duration::from_secs_f64(debt / self.per_second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_a_sender_wait_for_its_debt() {
        let start = Instant::now();
        let mut rate = Rate::new(10, 100, start);
        assert_eq!(rate.take(100, start), start);
        assert_eq!(rate.take(50, start), start + Duration::from_secs(5));
        let later = start + Duration::from_secs(1000);
        assert_eq!(rate.take(100, later), later, "refilled, and not beyond the burst");
        assert!(rate.take(1, later) > later);
    }
}
