//! Whether an outline crosses itself, within a bounded amount of work.

use crate::geometry::Point;

/// Comparisons left for one message. Outlines of tens of thousands of corners arrive, and a
/// warning about their shape is not worth holding up a warning to people.
pub(super) struct Budget {
    comparisons: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { comparisons: 400_000 }
    }
}

struct Edge {
    from: Point,
    to: Point,
    position: usize,
}

impl Edge {
    fn west(&self) -> f64 {
        self.from.longitude.min(self.to.longitude)
    }

    fn east(&self) -> f64 {
        self.from.longitude.max(self.to.longitude)
    }
}

impl Budget {
    /// True if two edges properly cross. Edges are compared only while their longitudes
    /// overlap; touching corners do not count. False when the budget runs out.
    pub(super) fn crosses_itself(&mut self, ring: &[Point]) -> bool {
        let mut edges: Vec<Edge> =
            ring.windows(2).enumerate().map(|(position, pair)| Edge { from: pair[0], to: pair[1], position }).collect();
        if edges.len() < 4 || edges.len() > self.comparisons {
            return false;
        }
        edges.sort_by(|one, other| one.west().total_cmp(&other.west()));
        for (index, edge) in edges.iter().enumerate() {
            let rest = edges.iter().skip(index + 1);
            for other in rest.take_while(|other| other.west() <= edge.east()) {
                let Some(left) = self.comparisons.checked_sub(1) else {
                    return false;
                };
                self.comparisons = left;
                if edge.position.abs_diff(other.position) > 1 && cross(edge, other) {
                    return true;
                }
            }
        }
        false
    }
}

fn cross(one: &Edge, other: &Edge) -> bool {
    separates(one, other) && separates(other, one)
}

/// True if the ends of the other edge lie strictly on different sides of this one.
fn separates(edge: &Edge, other: &Edge) -> bool {
    let side = |point: Point| {
        (edge.to.longitude - edge.from.longitude) * (point.latitude - edge.from.latitude)
            - (edge.to.latitude - edge.from.latitude) * (point.longitude - edge.from.longitude)
    };
    let (first, second) = (side(other.from), side(other.to));
    (first > 0.0 && second < 0.0) || (first < 0.0 && second > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::parse_ring;

    #[test]
    fn bow_tie_crosses_and_square_does_not() {
        let crosses = |text| {
            let ring = parse_ring(text).expect("ring");
            Budget::default().crosses_itself(&ring)
        };
        assert!(crosses("0,0 1,1 1,0 0,1 0,0"));
        assert!(!crosses("0,0 1,0 1,1 0,1 0,0"));
        assert!(!crosses("0,0 1,0 0,0 1,1 0,0"));
    }

    #[test]
    fn work_is_bounded() {
        let ring: Vec<Point> = (0..40_000).map(|step| Point::new(f64::from(step % 7), f64::from(step % 2))).collect();
        let mut budget = Budget { comparisons: 50_000 };
        budget.crosses_itself(&ring);
        assert!(budget.comparisons <= 50_000);
    }
}
