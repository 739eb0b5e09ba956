//! Polygons and circles as CAP writes them: `lat,lon lat,lon …` and `lat,lon radius`.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A text that is not a CAP polygon or circle.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GeometryError {
    /// One item is not a pair of decimal numbers.
    #[error("{text:?} is not a pair of the form lat,lon")]
    Pair {
        /// The item found.
        text: String,
    },
    /// The text is not a pair followed by a radius.
    #[error("{text:?} is not of the form lat,lon radius")]
    Circle {
        /// The text found.
        text: String,
    },
}

/// A position in WGS 84 degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

impl Point {
    /// A position; note that CAP and this crate put latitude first, GeoJSON longitude.
    pub const fn new(latitude: f64, longitude: f64) -> Self {
        Self { latitude, longitude }
    }

    /// True if the position is on the globe (and a number).
    pub fn is_on_globe(self) -> bool {
        self.latitude.abs() <= 90.0 && self.longitude.abs() <= 180.0
    }

    fn parse(text: &str) -> Result<Self, GeometryError> {
        let pair = text
            .split_once(',')
            .and_then(|(latitude, longitude)| Some(Self::new(decimal(latitude)?, decimal(longitude)?)));
        pair.ok_or_else(|| GeometryError::Pair { text: text.to_owned() })
    }
}

/// A closed ring of positions; CAP knows no holes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Polygon {
    /// The corners in order, the first repeated as the last.
    pub ring: Vec<Point>,
}

impl Polygon {
    /// A polygon from its corners; the first one is repeated at the end if it is not yet.
    pub fn closing(mut corners: Vec<Point>) -> Self {
        if let (Some(first), Some(last)) = (corners.first().copied(), corners.last())
            && first != *last
        {
            corners.push(first);
        }
        Self { ring: corners }
    }

    /// True if the last position repeats the first.
    pub fn is_closed(&self) -> bool {
        self.ring.first() == self.ring.last()
    }
}

/// A disc round a position.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Circle {
    /// The centre.
    pub center: Point,
    /// The radius in kilometres. The Chinese dialect uses metres; convert at that edge.
    pub radius_kilometers: f64,
}

impl Circle {
    /// Reads `lat,lon radius`.
    pub fn parse(text: &str) -> Result<Self, GeometryError> {
        let mut items = text.split_ascii_whitespace();
        let circle = match (items.next(), items.next().and_then(decimal), items.next()) {
            (Some(center), Some(radius), None) => {
                Point::parse(center).ok().map(|center| Self { center, radius_kilometers: radius })
            }
            _ => None,
        };
        circle.ok_or_else(|| GeometryError::Circle { text: text.to_owned() })
    }

    /// Writes `lat,lon radius`.
    pub fn format(&self) -> String {
        format!("{},{} {}", self.center.latitude, self.center.longitude, self.radius_kilometers)
    }
}

/// Reads the pairs of a ring. Whether they form a polygon is for [`crate::validate`] to say.
pub fn parse_ring(text: &str) -> Result<Vec<Point>, GeometryError> {
    text.split_ascii_whitespace().map(Point::parse).collect()
}

/// Writes the pairs of a ring.
pub fn format_ring(ring: &[Point]) -> String {
    let mut text = String::with_capacity(ring.len() * 20);
    for point in ring {
        let gap = if text.is_empty() { "" } else { " " };
        // Writing into a String cannot fail.
        let _ = write!(text, "{gap}{},{}", point.latitude, point.longitude);
    }
    text
}

/// Reads the pairs that can be read, and the items that cannot. A dangling comma, as one
/// national office sends it, spoils neither its pair nor the warning.
pub(crate) fn salvage_ring(text: &str) -> (Vec<Point>, Vec<&str>) {
    let mut ring = Vec::new();
    let mut spoiled = Vec::new();
    for item in text.split_ascii_whitespace() {
        if let Ok(point) = Point::parse(item) {
            ring.push(point);
        } else {
            spoiled.push(item);
            ring.extend(Point::parse(item.trim_end_matches(',')));
        }
    }
    (ring, spoiled)
}

/// A plain decimal number: no exponent, no infinity, nothing else Rust would also read.
pub(crate) fn decimal(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'+' | b'-'));
    if plain { text.parse().ok().filter(|number: &f64| number.is_finite()) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_are_read_and_written() {
        let text = "38.47,-120.14 38.34,-119.95 38.52,-119.74 38.47,-120.14";
        let ring = parse_ring(text).expect("four pairs");
        assert_eq!(ring[1], Point::new(38.34, -119.95));
        assert_eq!(format_ring(&ring), text);
        assert_eq!(parse_ring(" \n "), Ok(Vec::new()));
        for bad in ["1", "1,2,3", "1,", "nan,1", "1e3,2", "inf,1", "{}", "1 ,2"] {
            assert!(parse_ring(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn circles_are_read_and_written() {
        let circle = Circle::parse("32.9525,-115.5527 0").expect("circle");
        assert_eq!(circle.format(), "32.9525,-115.5527 0");
        for bad in ["", "1,2", "1,2 3 4", "1,2 x", "1 2,3"] {
            assert!(Circle::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn corners_are_closed_once() {
        let corners = vec![Point::new(0.0, 0.0), Point::new(0.0, 1.0), Point::new(1.0, 1.0)];
        let polygon = Polygon::closing(corners);
        assert_eq!(polygon.ring.len(), 4);
        assert_eq!(Polygon::closing(polygon.ring.clone()), polygon);
        assert!(Polygon::closing(Vec::new()).ring.is_empty());
    }
}
