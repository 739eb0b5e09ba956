//! Places: points in CGCS2000 / WGS-84, boxes, distances.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::division::DivisionCode;
use crate::fault::{Fault, Result};

/// A point in degrees, CGCS2000 (within metres of WGS-84), inside the area of China.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Point {
    /// Longitude, degrees east, 73 to 136.
    pub lon: f64,
    /// Latitude, degrees north, 3 to 54.
    pub lat: f64,
}

impl Point {
    /// Checks the range; tells swapped coordinates from those that are plainly outside.
    pub fn new(lon: f64, lat: f64) -> Result<Self> {
        let inside = |lon: f64, lat: f64| (73.0..=136.0).contains(&lon) && (3.0..=54.0).contains(&lat);
        if inside(lon, lat) {
            Ok(Self { lon, lat })
        } else if inside(lat, lon) {
            Err(Fault::field("location", "coordinates_swapped").into())
        } else {
            Err(Fault::field("location", "coordinates_outside_china").with("value", &format!("{lon},{lat}")).into())
        }
    }

    /// Great-circle distance in metres (haversine, mean earth radius 6,371,008.8 m).
    pub fn distance_m(&self, other: &Self) -> f64 {
        let (lat1, lat2) = (self.lat.to_radians(), other.lat.to_radians());
        let half_lat = (lat2 - lat1) / 2.0;
        let half_lon = (other.lon - self.lon).to_radians() / 2.0;
        let chord = half_lat.sin().powi(2) + lat1.cos() * lat2.cos() * half_lon.sin().powi(2);
        2.0 * 6_371_008.8 * chord.sqrt().clamp(-1.0, 1.0).asin()
    }
}

impl<'de> Deserialize<'de> for Point {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Raw {
            lon: f64,
            lat: f64,
        }
        let raw = Raw::deserialize(deserializer)?;
        Self::new(raw.lon, raw.lat).map_err(|fault| serde::de::Error::custom(fault.code()))
    }
}

/// A box in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BoundingBox {
    /// Western edge.
    pub west: f64,
    /// Southern edge.
    pub south: f64,
    /// Eastern edge.
    pub east: f64,
    /// Northern edge.
    pub north: f64,
}

impl BoundingBox {
    /// The box around a point that surely contains the circle of the given radius.
    pub fn around(center: Point, radius_m: f64) -> Self {
        let lat = radius_m / 111_000.0;
        let lon = radius_m / (111_000.0 * center.lat.to_radians().cos().max(0.01));
        Self { west: center.lon - lon, south: center.lat - lat, east: center.lon + lon, north: center.lat + lat }
    }
}

/// Where something belongs, as permissions see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The division.
    pub division: DivisionCode,
    /// The enterprise it belongs to, by record id.
    pub enterprise: Option<String>,
}

impl Place {
    /// A place that belongs to no enterprise.
    pub fn of(division: DivisionCode) -> Self {
        Self { division, enterprise: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_swapped_from_outside() {
        assert_eq!(Point::new(38.1, 106.6).expect_err("swapped").code(), "coordinates_swapped");
        assert_eq!(Point::new(0.0, 0.0).expect_err("outside").code(), "coordinates_outside_china");
        assert!(Point::new(f64::NAN, 30.0).is_err());
    }

    #[test]
    fn measures_one_degree_of_latitude() {
        let metres = Point { lon: 106.0, lat: 38.0 }.distance_m(&Point { lon: 106.0, lat: 39.0 });
        assert!((metres - 111_195.0).abs() < 1.0, "{metres}");
    }
}
