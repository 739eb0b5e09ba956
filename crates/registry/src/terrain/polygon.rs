//! Polygons on a locally flat earth: good to a part in a thousand over a province, far below the
//! accuracy of the boundaries.

use fengsui_kernel::{BoundingBox, Fault, Point, Result};
use geo::{Area, BooleanOps, BoundingRect, Contains, Coord, CoordsIter, LineString, MapCoords, MultiPolygon};
use serde::Deserialize;
use serde_json::Value;

const EARTH_RADIUS_M: f64 = 6_371_008.8;
/// More corners than any real area needs; a limit against hostile input.
const MAX_CORNERS: usize = 200_000;
/// An area that crosses itself at random costs the square of its corners; drawn ones have dozens.
const MAX_DRAWN_CORNERS: usize = 1000;

/// An area in degrees.
#[derive(Debug, Clone)]
pub(crate) struct Shape(MultiPolygon<f64>);

impl Shape {
    /// Reads a GeoJSON Polygon or MultiPolygon.
    pub(super) fn parse(geometry: &Value) -> Result<Self> {
        let wrong = |detail: &str| Fault::field("area", "malformed_polygon").with("detail", detail);
        let parsed = geojson::Geometry::deserialize(geometry).map_err(|error| wrong(&error.to_string()))?;
        let shape = geo::Geometry::<f64>::try_from(parsed).map_err(|error| wrong(&error.to_string()))?;
        let polygons = match shape {
            geo::Geometry::Polygon(one) => MultiPolygon::new(vec![one]),
            geo::Geometry::MultiPolygon(many) => many,
            _ => return Err(wrong("polygon").into()),
        };
        let rings =
            || polygons.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        if rings().next().is_none() || rings().any(|ring| ring.0.len() < 4) {
            return Err(wrong("ring").into());
        }
        let corners = || rings().flat_map(LineString::coords);
        if corners().count() > MAX_CORNERS || corners().any(|at| at.x.abs() > 180.0 || at.y.abs() > 90.0) {
            return Err(wrong("coordinates").into());
        }
        Ok(Self(polygons))
    }

    /// Reads an area that somebody drew.
    pub(crate) fn parse_drawn(geometry: &Value) -> Result<Self> {
        let shape = Self::parse(geometry)?;
        if shape.0.coords_count() > MAX_DRAWN_CORNERS {
            return Err(Fault::field("area", "too_many_values").with("max", &MAX_DRAWN_CORNERS.to_string()).into());
        }
        Ok(shape)
    }

    pub(crate) fn bbox(&self) -> Option<BoundingBox> {
        let rect = self.0.bounding_rect()?;
        Some(BoundingBox { west: rect.min().x, south: rect.min().y, east: rect.max().x, north: rect.max().y })
    }

    pub(crate) fn contains(&self, point: Point) -> bool {
        self.0.contains(&geo::Point::new(point.lon, point.lat))
    }

    /// The same in metres around a latitude; areas are true there.
    fn flat(&self, latitude: f64) -> MultiPolygon<f64> {
        let shrink = latitude.to_radians().cos();
        self.0.map_coords(|at| Coord {
            x: at.x.to_radians() * EARTH_RADIUS_M * shrink,
            y: at.y.to_radians() * EARTH_RADIUS_M,
        })
    }

    /// Metres from a point to the nearest border line.
    pub(super) fn border_distance_m(&self, point: Point) -> f64 {
        let shrink = point.lat.to_radians().cos();
        let flat = |at: Coord<f64>| {
            let (x, y) = ((at.x - point.lon).to_radians() * shrink, (at.y - point.lat).to_radians());
            (x * EARTH_RADIUS_M, y * EARTH_RADIUS_M)
        };
        let rings = self.0.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        let lines = rings.flat_map(LineString::lines);
        lines.map(|line| origin_to_segment(flat(line.start), flat(line.end))).fold(f64::INFINITY, f64::min)
    }

    /// The part of this area, 0 to 1, that `other` covers.
    pub(super) fn share_within(&self, other: &Self) -> f64 {
        let Some(bbox) = self.bbox() else { return 0.0 };
        let latitude = f64::midpoint(bbox.south, bbox.north);
        let (own, cover) = (self.flat(latitude), other.flat(latitude));
        let whole = own.unsigned_area();
        let share = own.intersection(&cover).unsigned_area() / whole;
        if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Square metres.
    pub(super) fn area_m2(&self) -> f64 {
        let latitude = self.bbox().map_or(0.0, |bbox| f64::midpoint(bbox.south, bbox.north));
        self.flat(latitude).unsigned_area()
    }
}

fn origin_to_segment((ax, ay): (f64, f64), (bx, by): (f64, f64)) -> f64 {
    let (dx, dy) = (bx - ax, by - ay);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { (-(ax * dx + ay * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (ax + along * dx).hypot(ay + along * dy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn square(west: f64, south: f64, size: f64) -> Shape {
        let (east, north) = (west + size, south + size);
        let ring = json!([[west, south], [east, south], [east, north], [west, north], [west, south]]);
        Shape::parse(&json!({"type": "Polygon", "coordinates": [ring]})).expect("a square")
    }

    #[test]
    fn measures_shares_and_distances() {
        let (left, right) = (square(106.0, 38.0, 1.0), square(106.5, 38.0, 1.0));
        assert!((left.share_within(&right) - 0.5).abs() < 0.001);
        let distance = left.border_distance_m(Point { lon: 106.99, lat: 38.5 });
        assert!((distance - 870.0).abs() < 10.0, "{distance}");
        assert!(left.contains(Point { lon: 106.99, lat: 38.5 }));
    }

    #[test]
    fn refuses_drawn_areas_of_very_many_corners() {
        let circle = |corners: u32| {
            let angle = |at: u32| f64::from(at) / f64::from(corners) * std::f64::consts::TAU;
            let mut ring: Vec<_> = (0..corners).map(|at| [106.0 + angle(at).cos(), 38.0 + angle(at).sin()]).collect();
            ring.push(ring[0]);
            json!({"type": "Polygon", "coordinates": [ring]})
        };
        assert!(Shape::parse_drawn(&circle(999)).is_ok() && Shape::parse(&circle(1001)).is_ok());
        assert_eq!(Shape::parse_drawn(&circle(1001)).expect_err("too many").code(), "too_many_values");
    }

    #[test]
    fn refuses_what_is_no_area() {
        for bad in [
            json!(null),
            json!({"type": "Point", "coordinates": [1, 2]}),
            json!({"type": "Polygon", "coordinates": []}),
            json!({"type": "Polygon", "coordinates": [[]]}),
            json!({"type": "Polygon", "coordinates": [[[1, 2], [1, 2]]]}),
            json!({"type": "Polygon", "coordinates": [[[1e9, 2], [3, 4], [5, 6], [1e9, 2]]]}),
            json!({"type": "Polygon", "coordinates": "x"}),
        ] {
            assert!(Shape::parse(&bad).is_err(), "{bad}");
        }
    }
}
