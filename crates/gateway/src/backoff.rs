//! How long to wait before something that failed is tried again.

use std::time::Duration;

/// Doubles the pause with every failure in a row, up to `most`, and spreads it by a quarter either way, so that what
/// failed together does not come back together. `chance` is drawn from 0 to 1.
pub(crate) fn pause(failures: u32, first: Duration, most: Duration, chance: f64) -> Duration {
    let doubled = first.saturating_mul(1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX));
    doubled.min(most).mul_f64(0.75 + chance.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_a_limit_and_is_spread() {
        let (first, most) = (Duration::from_secs(1), Duration::from_mins(1));
        let seconds: Vec<u64> = [1, 2, 3, 7, 40].iter().map(|n| pause(*n, first, most, 0.5).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 60, 60]);
        assert_eq!(pause(1, first, most, 0.0), Duration::from_millis(750));
        assert_eq!(pause(9, first, most, 1.0), Duration::from_secs(75));
    }
}
