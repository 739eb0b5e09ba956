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

    /// By time, one for each; of two with one time the later arrival.
    pub(crate) fn sorted(&self) -> Vec<Point> {
        let mut points = self.points.clone();
        // Stable, so that the later arrival stays behind the earlier.
        points.sort_by_key(|point| point.observed_at);
        points.reverse();
        points.dedup_by_key(|point| point.observed_at);
        points.reverse();
        points
    }

    /// Forgets them: a chunk holds them now.
    pub(crate) fn clear(&mut self) {
        self.points = Vec::new();
    }
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
        let sorted: Vec<String> = tail.sorted().iter().map(|point| point.figure.to_string()).collect();
        assert_eq!((sorted.as_slice(), tail.first()), (["b", "c", "d"].map(str::to_owned).as_slice(), Some(7)));
        tail.clear();
        assert_eq!(tail.first(), None);
    }
}
