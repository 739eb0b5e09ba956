//! How far a device's clock is from the platform's: pure, from the newest readings.

/// Differences remembered: the median of so many is not moved by a few that came late.
const REMEMBERED: usize = 9;
/// Fewer say nothing yet.
const FEWEST: usize = 3;

/// The newest differences between when a message came and when its newest reading was measured, in milliseconds.
///
/// Never stored: after a start it is made anew from the newest readings of the device's series.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ClockWindow {
    millis: [i64; REMEMBERED],
    count: usize,
    newest: usize,
    received_at: Option<i64>,
}

impl ClockWindow {
    /// A live reading of a message, both times in milliseconds. Of one message its newest reading counts: a gateway
    /// that sends ten minutes at once is not ten minutes slow.
    pub(crate) fn note(&mut self, received_at: i64, observed_at: i64) {
        let mut difference = received_at.saturating_sub(observed_at);
        if self.received_at == Some(received_at) {
            difference = difference.min(self.millis.get(self.newest).copied().unwrap_or(difference));
        } else {
            self.received_at = Some(received_at);
            self.newest = if self.count == 0 { 0 } else { (self.newest + 1) % REMEMBERED };
            self.count = (self.count + 1).min(REMEMBERED);
        }
        if let Some(slot) = self.millis.get_mut(self.newest) {
            *slot = difference;
        }
    }

    /// The median difference in seconds: positive where the device's clock is slow (or its messages are late),
    /// negative where it is fast. Nothing while too few messages came.
    pub(crate) fn behind_seconds(&self) -> Option<i64> {
        let known = self.millis.get(..self.count).filter(|known| known.len() >= FEWEST)?;
        let mut sorted = known.to_vec();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).map(|millis| millis.div_euclid(1000))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn window(differences: impl IntoIterator<Item = i64>) -> ClockWindow {
        let mut window = ClockWindow::default();
        for (message, seconds) in (0..).zip(differences) {
            let received_at = 1_000_000_000 + message;
            window.note(received_at, received_at - seconds * 1000);
        }
        window
    }

    #[test]
    fn a_slow_clock_is_behind_and_a_fast_one_ahead() {
        assert_eq!(window([720; 5]).behind_seconds(), Some(720));
        assert_eq!(window([-400; 5]).behind_seconds(), Some(-400));
        assert_eq!(window([0, 0]).behind_seconds(), None, "too few");
    }

    #[test]
    fn a_few_late_messages_do_not_make_a_clock_wrong() {
        assert_eq!(window([1, 900, 1, 1, 900, 1, 1]).behind_seconds(), Some(1));
    }

    #[test]
    fn a_clock_that_was_put_right_is_right_after_five_messages() {
        assert_eq!(window([720; 9].into_iter().chain([1; 5])).behind_seconds(), Some(1));
    }

    #[test]
    fn what_is_sent_together_counts_once_by_its_newest_reading() {
        let mut window = ClockWindow::default();
        for message in 1..=3 {
            for age in [600_000, 300_000, 1_000] {
                window.note(message * 600_000, message * 600_000 - age);
            }
        }
        assert_eq!(window.behind_seconds(), Some(1));
    }

    proptest! {
        #[test]
        fn only_the_newest_count(old in prop::collection::vec(-5_000_i64..5_000, 0..20), new in prop::collection::vec(-5_000_i64..5_000, 9)) {
            let all = window(old.into_iter().chain(new.clone()));
            prop_assert_eq!(all.behind_seconds(), window(new).behind_seconds());
        }
    }
}
