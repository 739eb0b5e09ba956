//! What a series shows of its instrument without any rule: a line that never moves, and jumps. Pure.

/// A value that has not moved for so long is suspected, in milliseconds.
pub(crate) const STILL_MS: i64 = 24 * 3_600_000;
/// A jump is told for so long, in milliseconds.
pub(crate) const JUMP_TOLD_MS: i64 = 24 * 3_600_000;
/// The share of the instrument's scale that no value crosses from one reading to the next.
const JUMP_SHARE: f64 = 0.5;

/// What the newest readings of a series show; made anew from its unsealed readings after a start.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Signs {
    value: Option<f64>,
    /// Since when it has had that value, by time of measurement in milliseconds.
    since: i64,
    /// The newest jump: when, from what, to what.
    jumped: Option<(i64, f64, f64)>,
    seen: i64,
}

impl Signs {
    /// A usable reading; older ones than seen before change nothing. `scale` is the instrument's.
    pub(crate) fn note(&mut self, at: i64, value: f64, scale: Option<(f64, f64)>) {
        if self.value.is_some() && at <= self.seen {
            return;
        }
        self.seen = at;
        if let (Some(before), Some((low, high))) = (self.value, scale)
            && (value - before).abs() > (high - low) * JUMP_SHARE
        {
            self.jumped = Some((at, before, value));
        }
        if self.value != Some(value) {
            (self.value, self.since) = (Some(value), at);
        }
    }

    /// Since when the value has not moved, if that is suspicious. Zero is not: a detector of leaks reads it for years.
    pub(crate) fn still(&self) -> Option<(i64, f64)> {
        let value = self.value.filter(|value| *value != 0.0)?;
        (self.seen - self.since >= STILL_MS).then_some((self.since, value))
    }

    /// The newest jump, while it is told.
    pub(crate) fn jump(&self, now: i64) -> Option<(i64, f64, f64)> {
        self.jumped.filter(|(at, ..)| now - at < JUMP_TOLD_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn signs(values: &[f64]) -> Signs {
        let mut signs = Signs::default();
        for (hour, value) in (0_i64..).zip(values) {
            signs.note(hour * HOUR, *value, Some((0.0, 10.0)));
        }
        signs
    }

    #[test]
    fn a_day_without_movement_is_told_and_zero_is_not() {
        assert_eq!(signs(&[3.0; 25]).still(), Some((0, 3.0)));
        assert_eq!(signs(&[3.0; 24]).still(), None);
        assert_eq!(signs(&[0.0; 100]).still(), None);
        let mut moved = [3.0; 30];
        moved[20] = 3.1;
        assert_eq!(signs(&moved).still(), None);
    }

    #[test]
    fn half_the_scale_at_once_is_a_jump_for_a_day() {
        let jumped = signs(&[1.0, 6.5, 6.5]);
        assert_eq!(jumped.jump(2 * HOUR), Some((HOUR, 1.0, 6.5)));
        assert_eq!(jumped.jump(25 * HOUR), None);
        assert_eq!(signs(&[1.0, 6.0]).jump(0), None, "half is not more than half");
        let mut scaleless = Signs::default();
        scaleless.note(0, 1.0, None);
        scaleless.note(1, 1e9, None);
        assert_eq!(scaleless.jump(2), None);
    }

    #[test]
    fn old_news_changes_nothing() {
        let mut signs = signs(&[3.0; 25]);
        let before = signs;
        signs.note(5 * HOUR, 9.0, Some((0.0, 10.0)));
        assert_eq!(signs, before);
    }
}
