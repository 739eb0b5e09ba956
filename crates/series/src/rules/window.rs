//! The readings that a rule must remember: those of its window, by the time of their measurement.
//!
//! A window is a pure function of the observations stored within its reach, whatever the order in
//! which they came and however often: a later arrival takes the place of an earlier one, one that
//! cannot be judged takes the value away. So it needs no place of its own in the store; after a
//! restart it is rebuilt from the observations. Only above [`MOST`] readings it is coarser than that.

use fengsui_kernel::Timestamp;

/// The most readings remembered exactly; beyond, the older half is kept in pairs.
const MOST: usize = 200_000;
/// Values are summed in millionths, as whole numbers: the order of arrival must not change a sum.
const MILLIONTHS: f64 = 1e6;

/// Readings of a span of time up to the newest one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Window {
    /// Time of the newest reading, judgeable or not, in milliseconds; a sender's clock that runs
    /// ahead does not move it beyond the time of arrival.
    newest: i64,
    /// Time in milliseconds and value of judgeable readings, oldest first.
    entries: Vec<(i64, f64)>,
    /// Sum of the values in millionths.
    total: i128,
}

fn millionths(value: f64) -> i128 {
    #[expect(clippy::cast_possible_truncation, reason = "a value beyond saturates")]
    let whole = (value * MILLIONTHS).round() as i128;
    whole
}

impl Window {
    /// Takes a reading in: `value` is absent when it cannot be judged. Keeps what is not older than
    /// `reach` milliseconds before the newest. Tells whether anything that counts changed.
    pub fn put(&mut self, at: Timestamp, arrived: Timestamp, value: Option<f64>, reach: i64, summed: bool) -> bool {
        let (at, arrived) = (at.as_millisecond(), arrived.as_millisecond());
        self.newest = self.newest.max(at.min(arrived));
        let oldest = self.newest.saturating_sub(reach);
        let changed = at > oldest && self.place(at, value);
        self.forget(oldest);
        if self.entries.len() > MOST {
            self.coarsen(summed);
        }
        changed
    }

    fn place(&mut self, at: i64, value: Option<f64>) -> bool {
        let index = self.entries.partition_point(|(known, _)| *known < at);
        let known = self.entries.get(index).filter(|(known, _)| *known == at).map(|(_, value)| *value);
        self.total += value.map_or(0, millionths) - known.map_or(0, millionths);
        match (known, value) {
            (Some(_), Some(value)) => self.entries[index].1 = value,
            (Some(_), None) => drop(self.entries.remove(index)),
            (None, Some(value)) => self.entries.insert(index, (at, value)),
            (None, None) => return false,
        }
        true
    }

    fn forget(&mut self, oldest: i64) {
        let gone = self.entries.partition_point(|(at, _)| *at <= oldest);
        self.total -= self.entries.drain(..gone).map(|(_, value)| millionths(value)).sum::<i128>();
    }

    /// Pairs of the older half become one, at the later time: a sum keeps them longer, not shorter.
    fn coarsen(&mut self, summed: bool) {
        let half = self.entries.len() / 4 * 2;
        let pair = |pair: &[(i64, f64)]| (pair[1].0, if summed { pair[0].1 + pair[1].1 } else { pair[1].1 });
        let coarse: Vec<(i64, f64)> = self.entries[..half].chunks_exact(2).map(pair).collect();
        self.entries.splice(..half, coarse);
        self.total = self.entries.iter().map(|(_, value)| millionths(*value)).sum();
    }

    /// The time that the window ends at: that of the newest reading.
    pub fn newest(&self) -> Timestamp {
        fengsui_kernel::clock::from_millis(self.newest)
    }

    /// Judgeable readings, oldest first, in milliseconds.
    pub(crate) fn entries(&self) -> &[(i64, f64)] {
        &self.entries
    }

    /// Sum of the values after one time up to and with another, in milliseconds.
    pub(crate) fn sum_between(&self, after: i64, until: i64) -> f64 {
        let first = self.entries.partition_point(|(at, _)| *at <= after);
        let end = self.entries.partition_point(|(at, _)| *at <= until);
        let total: i128 = self.entries.get(first..end).unwrap_or_default().iter().map(|it| millionths(it.1)).sum();
        #[expect(clippy::cast_precision_loss, reason = "a sum of measurements has fewer digits")]
        let sum = total as f64 / MILLIONTHS;
        sum
    }

    /// Sum of all values; absent when there is none.
    pub(crate) fn sum(&self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "a sum of measurements has fewer digits")]
        let sum = self.total as f64 / MILLIONTHS;
        (!self.entries.is_empty()).then_some(sum)
    }
}

#[cfg(test)]
mod tests {
    use fengsui_kernel::clock::from_millis;

    use super::*;

    #[test]
    fn more_than_can_be_kept_is_kept_coarser_and_nothing_is_lost_from_the_sum() {
        let mut window = Window::default();
        for at in 1..=i64::try_from(MOST).expect("few") + 1 {
            window.put(from_millis(at), from_millis(at), Some(0.1), 10_000_000, true);
        }
        assert!(window.entries.len() < MOST);
        assert_eq!(window.sum(), Some(20_000.1));
        let oldest = window.entries[0];
        assert_eq!((oldest.0, (oldest.1 * 10.0).round()), (2, 2.0));
    }
}
