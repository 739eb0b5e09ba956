//! Where a vehicle is beside a fence (电子围栏).

use fengsui_kernel::Point;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The shape of a fence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "shape", rename_all = "snake_case")]
pub enum Shape {
    /// An area by its corners, the last joined to the first.
    Area {
        /// At least three.
        corners: Vec<Corner>,
    },
    /// A circle.
    Circle {
        /// Its middle.
        centre: Corner,
        /// Metres.
        radius_m: f64,
    },
    /// A route: all within some distance of a line.
    Route {
        /// At least two.
        corners: Vec<Corner>,
        /// The whole width, metres.
        width_m: f64,
    },
}

/// A corner, degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Corner {
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
}

/// Metres east and north of a place; exact enough within some hundred kilometres of it.
type Flat = (f64, f64);

fn flat(at: Point, corner: Corner) -> Flat {
    let metres_per_degree = 6_371_008.8_f64.to_radians();
    let east = (corner.lon - at.lon) * at.lat.to_radians().cos() * metres_per_degree;
    (east, (corner.lat - at.lat) * metres_per_degree)
}

/// From the origin to the nearest place of a straight line.
fn metres_to_edge((from, to): (Flat, Flat)) -> f64 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx * dx + dy * dy;
    let share = if length > 0.0 { (-(from.0 * dx + from.1 * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (from.0 + share * dx).hypot(from.1 + share * dy)
}

/// Whether the way from the origin to the east crosses an edge.
fn crosses((from, to): (Flat, Flat)) -> bool {
    (from.1 > 0.0) != (to.1 > 0.0) && from.0 + (to.0 - from.0) * (-from.1 / (to.1 - from.1)) > 0.0
}

fn nearest(edges: &[(Flat, Flat)]) -> f64 {
    edges.iter().copied().map(metres_to_edge).fold(f64::INFINITY, f64::min)
}

impl Shape {
    /// How many metres a place lies inside the fence; negative outside.
    pub fn depth_m(&self, at: Point) -> f64 {
        let flat = |corner: &Corner| flat(at, *corner);
        match self {
            Self::Circle { centre, radius_m } => radius_m - at.distance_m(&Point { lon: centre.lon, lat: centre.lat }),
            Self::Route { corners, width_m } => {
                let line: Vec<Flat> = corners.iter().map(flat).collect();
                let edges: Vec<_> = line.iter().copied().zip(line.iter().copied().skip(1)).collect();
                width_m / 2.0 - nearest(&edges)
            }
            Self::Area { corners } => {
                let ring: Vec<Flat> = corners.iter().map(flat).collect();
                let edges: Vec<_> = ring.iter().copied().zip(ring.iter().copied().cycle().skip(1)).collect();
                let inside = edges.iter().filter(|edge| crosses(**edge)).count() % 2 == 1;
                if inside { nearest(&edges) } else { -nearest(&edges) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOME: Point = Point { lon: 106.2, lat: 38.4 };
    const DEGREE_M: f64 = 111_195.08;

    fn corner(east_m: f64, north_m: f64) -> Corner {
        let lon = HOME.lon + east_m / (DEGREE_M * HOME.lat.to_radians().cos());
        Corner { lon, lat: HOME.lat + north_m / DEGREE_M }
    }

    fn square(half_m: f64) -> Shape {
        let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];
        Shape::Area { corners: corners.map(|(east, north)| corner(east * half_m, north * half_m)).to_vec() }
    }

    fn near(told: f64, expected: f64) -> bool {
        (told - expected).abs() < 1.0 + expected.abs() * 0.002
    }

    #[test]
    fn depth_is_counted_from_the_edge_inwards() {
        let east = |metres: f64| {
            let at = corner(metres, 0.0);
            Point { lon: at.lon, lat: at.lat }
        };
        assert!(near(square(1000.0).depth_m(HOME), 1000.0));
        assert!(near(square(1000.0).depth_m(east(900.0)), 100.0));
        assert!(near(square(1000.0).depth_m(east(1500.0)), -500.0));
        let circle = Shape::Circle { centre: corner(0.0, 0.0), radius_m: 300.0 };
        assert!(near(circle.depth_m(east(100.0)), 200.0) && near(circle.depth_m(east(450.0)), -150.0));
        let route = Shape::Route {
            corners: vec![corner(-2000.0, 0.0), corner(2000.0, 0.0), corner(2000.0, 900.0)],
            width_m: 100.0,
        };
        assert!(near(route.depth_m(HOME), 50.0) && near(route.depth_m(east(2300.0)), -250.0));
    }

    proptest! {
        /// Moving by some metres never changes the depth by more: what deadbands stand on.
        #[test]
        fn depth_changes_no_faster_than_the_place(x in -3000.0f64..3000.0, y in -3000.0f64..3000.0, dx in -200.0f64..200.0, dy in -200.0f64..200.0) {
            let point = |x, y| { let at = corner(x, y); Point { lon: at.lon, lat: at.lat } };
            let shapes = [square(1000.0), Shape::Circle { centre: corner(50.0, 0.0), radius_m: 800.0 },
                Shape::Route { corners: vec![corner(-900.0, 0.0), corner(900.0, 100.0)], width_m: 60.0 }];
            for shape in shapes {
                let moved = (shape.depth_m(point(x, y)) - shape.depth_m(point(x + dx, y + dy))).abs();
                prop_assert!(moved <= dx.hypot(dy) * 1.01 + 0.5, "{moved}");
            }
        }
    }
}
