//! The readings of a series that are in the log and not yet in a chunk.

use fengsui_telemetry::Point;

/// Unsealed readings in order of arrival.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    points: Vec<Point>,
    /// The record of the log that holds the first of them.
    first: i64,
}

impl Tail {
    /// Adds a reading that the log holds in record `sequence`.
    pub(crate) fn push(&mut self, sequence: i64, point: Point) {
        if self.points.is_empty() {
            self.first = sequence;
        }
        self.points.push(point);
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.points.len()
    }

    /// The record of the log that must be kept for these.
    pub(crate) fn first(&self) -> Option<i64> {
        (!self.points.is_empty()).then_some(self.first)
    }

    /// The readings in order of arrival.
    pub(crate) fn points(&self) -> &[Point] {
        &self.points
    }

    /// Forgets the oldest so many: a chunk holds them now. What came since is in records after `sealed`.
    pub(crate) fn forget(&mut self, count: usize, sealed: i64) {
        if count >= self.points.len() {
            self.points = Vec::new();
        } else {
            self.points.drain(..count);
            self.first = sealed + 1;
        }
    }
}

/// By time, one for each; of two with one time the later arrival.
pub(crate) fn sorted(mut points: Vec<Point>) -> Vec<Point> {
    if points.is_sorted_by(|one, other| one.observed_at < other.observed_at) {
        return points;
    }
    // Stable, so that the later arrival stays behind the earlier.
    points.sort_by_key(|point| point.observed_at);
    points.reverse();
    points.dedup_by_key(|point| point.observed_at);
    points.reverse();
    points
}

#[cfg(test)]
mod tests {
    use fengsui_kernel::reading::Quality;
    use fengsui_telemetry::Figure;

    use super::*;

    #[test]
    fn keeps_the_later_arrival_of_two_with_one_time() {
        let mut tail = Tail::default();
        for (sequence, at, text) in [(7, 20, "a"), (8, 10, "b"), (9, 20, "c"), (9, 30, "d")] {
            let figure = Figure::read(text);
            let point =
                Point { observed_at: at, received_at: 0, figure, quality: Quality::Bad, historical: false, raw: None };
            tail.push(sequence, point);
        }
        let by_time: Vec<String> =
            sorted(tail.points().to_vec()).iter().map(|point| point.figure.to_string()).collect();
        assert_eq!((by_time.as_slice(), tail.first()), (["b", "c", "d"].map(str::to_owned).as_slice(), Some(7)));
        tail.forget(3, 9);
        assert_eq!((tail.len(), tail.first()), (1, Some(10)), "a record begins after those that are sealed");
        tail.forget(1, 12);
        assert_eq!(tail.first(), None);
    }
}
