//! Coordinates of the maps that people copy from: GCJ-02 and BD-09 are shifted by up to 700 m and
//! must become CGCS2000 at the door.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// In what a pair of coordinates was measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Datum {
    /// CGCS2000, within metres of WGS-84: GPS, Tianditu, surveys.
    #[default]
    Cgcs2000,
    /// GCJ-02: Amap, Tencent.
    Gcj02,
    /// BD-09: Baidu.
    Bd09,
}

const AXIS: f64 = 6_378_245.0;
const ECCENTRICITY: f64 = 0.006_693_421_622_965_943;

fn wave(x: f64) -> f64 {
    let pi = std::f64::consts::PI;
    (20.0 * (6.0 * x * pi).sin() + 20.0 * (2.0 * x * pi).sin()) * 2.0 / 3.0
}

fn shift_lat(x: f64, y: f64) -> f64 {
    let pi = std::f64::consts::PI;
    let level = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * x.abs().sqrt();
    level
        + wave(x)
        + (20.0 * (y * pi).sin() + 40.0 * (y / 3.0 * pi).sin()) * 2.0 / 3.0
        + (160.0 * (y / 12.0 * pi).sin() + 320.0 * (y * pi / 30.0).sin()) * 2.0 / 3.0
}

fn shift_lon(x: f64, y: f64) -> f64 {
    let pi = std::f64::consts::PI;
    let level = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * x.abs().sqrt();
    level
        + wave(x)
        + (20.0 * (x * pi).sin() + 40.0 * (x / 3.0 * pi).sin()) * 2.0 / 3.0
        + (150.0 * (x / 12.0 * pi).sin() + 300.0 * (x / 30.0 * pi).sin()) * 2.0 / 3.0
}

/// From CGCS2000 to GCJ-02, as the published approximation has it.
fn to_gcj02(lon: f64, lat: f64) -> (f64, f64) {
    let pi = std::f64::consts::PI;
    let (x, y) = (lon - 105.0, lat - 35.0);
    let radians = lat.to_radians();
    let magic = 1.0 - ECCENTRICITY * radians.sin().powi(2);
    let root = magic.sqrt();
    let north = shift_lat(x, y) * 180.0 / ((AXIS * (1.0 - ECCENTRICITY)) / (magic * root) * pi);
    let east = shift_lon(x, y) * 180.0 / (AXIS / root * radians.cos() * pi);
    (lon + east, lat + north)
}

/// The inverse has no closed form: three steps are good to a centimetre.
fn from_gcj02(lon: f64, lat: f64) -> (f64, f64) {
    let mut guess = (lon, lat);
    for _ in 0..4 {
        let (east, north) = to_gcj02(guess.0, guess.1);
        guess = (guess.0 - (east - lon), guess.1 - (north - lat));
    }
    guess
}

fn bd09_to_gcj02(lon: f64, lat: f64) -> (f64, f64) {
    let turn = std::f64::consts::PI * 3000.0 / 180.0;
    let (x, y) = (lon - 0.0065, lat - 0.006);
    let length = x.hypot(y) - 0.000_02 * (y * turn).sin();
    let angle = y.atan2(x) - 0.000_003 * (x * turn).cos();
    (length * angle.cos(), length * angle.sin())
}

impl Datum {
    /// The pair in CGCS2000; rounded to 7 decimals, a centimetre.
    pub fn to_cgcs2000(self, lon: f64, lat: f64) -> (f64, f64) {
        let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
        let (lon, lat) = match self {
            Self::Cgcs2000 => return (lon, lat),
            Self::Gcj02 => from_gcj02(lon, lat),
            Self::Bd09 => {
                let (lon, lat) = bd09_to_gcj02(lon, lat);
                from_gcj02(lon, lat)
            }
        };
        (round(lon), round(lat))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_pairs_agree() {
        // Pairs of the test table that the published converters share.
        let gcj = [
            ((121.531_541_859_215, 31.175_303_983_645_97), (121.527_210_6, 31.177_427_6)),
            ((113.917_176_480_836_3, 22.540_796_131_694_766), (113.912_316, 22.543_847)),
            ((116.384_047_224_556_57, 39.913_345_455_360_69), (116.377_817, 39.911_954)),
        ];
        for (given, expected) in gcj {
            let (lon, lat) = Datum::Gcj02.to_cgcs2000(given.0, given.1);
            assert!((lon - expected.0).abs() < 1e-6 && (lat - expected.1).abs() < 1e-6, "{lon} {lat} {expected:?}");
        }
        let (lon, lat) = bd09_to_gcj02(120.019_809, 29.199_786);
        assert!((lon - 120.013_260).abs() < 1e-3 && (lat - 29.193_939).abs() < 1e-3, "{lon} {lat}");
        assert_eq!(Datum::Cgcs2000.to_cgcs2000(106.5, 38.5), (106.5, 38.5));
    }

    #[test]
    fn there_and_back_again() {
        for (lon, lat) in [(106.27, 38.47), (87.6, 43.8), (121.5, 31.2)] {
            let (east, north) = to_gcj02(lon, lat);
            assert!((east - lon).abs() > 1e-3, "it is shifted");
            let (back_lon, back_lat) = Datum::Gcj02.to_cgcs2000(east, north);
            assert!((back_lon - lon).abs() < 1e-6 && (back_lat - lat).abs() < 1e-6);
        }
    }
}
