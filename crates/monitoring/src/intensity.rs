//! Estimated seismic intensity (烈度) around an epicentre: which ground shakes how hard, before any instrument says so.
//!
//! `I = a + b·M − c·lg(R + R₀)` along the long and the short axis of an ellipse. Coefficients: 汪素云等 2000 (East and West
//! of China), 肖亮、俞言祥 2011 (the four regions behind GB 18306-2015). They are estimates for a first hour without
//! measurements; what the seismological service publishes (烈度速报) goes before.

use fengsui_kernel::Point;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where intensity falls off in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttenuationRegion {
    /// China east of about 105° E.
    East,
    /// China west of it.
    West,
    /// Qinghai–Tibet (青藏区).
    Qingzang,
    /// Xinjiang (新疆区).
    Xinjiang,
    /// The active east (东部强震活动区).
    EastStrong,
    /// Moderate activity (中强地震活动区).
    Moderate,
}

/// The fall along one axis.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Fall {
    constant: f64,
    magnitude: f64,
    decay: f64,
    /// Kilometres.
    near: f64,
}

impl Fall {
    const fn new(constant: f64, magnitude: f64, decay: f64, near: f64) -> Self {
        Self { constant, magnitude, decay, near }
    }

    fn intensity(&self, magnitude: f64, km: f64) -> f64 {
        self.constant + self.magnitude * magnitude - self.decay * (km + self.near).log10()
    }

    fn km(&self, magnitude: f64, intensity: f64) -> f64 {
        let exponent = (self.constant + self.magnitude * magnitude - intensity) / self.decay;
        (10f64.powf(exponent) - self.near).max(0.0)
    }
}

/// The two axes of one isoseismal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Isoseismal {
    /// The intensity at its edge, 5 to 12.
    pub intensity: u8,
    /// Half its long axis, km.
    pub long_km: f64,
    /// Half its short axis, km.
    pub short_km: f64,
}

/// How hard it may have shaken somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EstimatedIntensity {
    /// Across the rupture.
    pub least: f64,
    /// Along the rupture; the same as `least` where its direction is known.
    pub most: f64,
}

impl AttenuationRegion {
    /// The region where nobody said another: east or west of 105° E (汪素云等 2000).
    #[must_use]
    pub fn at(epicentre: Point) -> Self {
        if epicentre.lon >= 105.0 { Self::East } else { Self::West }
    }

    const fn falls(self) -> (Fall, Fall) {
        match self {
            Self::East => (Fall::new(5.019, 1.446, 4.136, 24.0), Fall::new(2.24, 1.446, 3.07, 9.0)),
            Self::West => (Fall::new(5.253, 1.398, 4.164, 26.0), Fall::new(2.019, 1.398, 2.943, 8.0)),
            Self::Qingzang => (Fall::new(6.458, 1.2746, 4.4709, 25.0), Fall::new(3.3682, 1.2746, 3.3119, 9.0)),
            Self::Xinjiang => (Fall::new(5.6018, 1.4347, 4.4899, 25.0), Fall::new(3.6113, 1.4347, 3.8477, 13.0)),
            Self::EastStrong => (Fall::new(5.7123, 1.3626, 4.2903, 25.0), Fall::new(3.6588, 1.3626, 3.5406, 13.0)),
            Self::Moderate => (Fall::new(5.841, 1.071, 3.657, 15.0), Fall::new(3.944, 1.071, 2.845, 7.0)),
        }
    }

    /// The ellipse at whose edge an intensity is reached; both axes 0 where it is reached nowhere.
    #[must_use]
    pub fn isoseismal(self, magnitude: f64, intensity: u8) -> Isoseismal {
        let (long, short) = self.falls();
        let at = f64::from(intensity);
        let long_km = long.km(magnitude, at);
        // Close to the epicentre the two curves may cross.
        Isoseismal { intensity, long_km, short_km: short.km(magnitude, at).min(long_km) }
    }

    /// How hard it may have shaken at a place; `bearing_deg` is the direction of the rupture, clockwise from north.
    #[must_use]
    pub fn estimate(
        self,
        magnitude: f64,
        epicentre: Point,
        place: Point,
        bearing_deg: Option<f64>,
    ) -> EstimatedIntensity {
        let km = epicentre.distance_m(&place) / 1000.0;
        let (long, short) = self.falls();
        let most = long.intensity(magnitude, km);
        let least = short.intensity(magnitude, km).min(most);
        let Some(bearing) = bearing_deg.filter(|_| km > 0.0) else { return bounded(least, most) };
        let turned = (direction(epicentre, place) - bearing).to_radians();
        let (along, across) = (km * turned.cos(), km * turned.sin());
        let there = self.on_ellipse(magnitude, along, across, least, most);
        bounded(there, there)
    }

    /// The intensity whose ellipse goes through a place: it lies between those of a circle by each axis.
    fn on_ellipse(self, magnitude: f64, along: f64, across: f64, least: f64, most: f64) -> f64 {
        let (long, short) = self.falls();
        let (mut low, mut high) = (least, most);
        for _ in 0..40 {
            let middle = f64::midpoint(low, high);
            let (a, b) = (long.km(magnitude, middle), short.km(magnitude, middle));
            let inside = a > 0.0 && b > 0.0 && (along / a).powi(2) + (across / b).powi(2) <= 1.0;
            if inside { low = middle } else { high = middle }
        }
        low
    }
}

fn bounded(least: f64, most: f64) -> EstimatedIntensity {
    EstimatedIntensity { least: least.clamp(1.0, 12.0), most: most.clamp(1.0, 12.0) }
}

/// The direction from one place to another, clockwise from north; flat, which is enough for some hundred kilometres.
fn direction(from: Point, to: Point) -> f64 {
    let east = (to.lon - from.lon) * f64::midpoint(from.lat, to.lat).to_radians().cos();
    let north = to.lat - from.lat;
    east.atan2(north).to_degrees()
}

/// An intensity in the Roman figures of GB/T 17742.
#[must_use]
pub fn roman(intensity: f64) -> &'static str {
    const FIGURES: [&str; 13] = ["Ⅰ", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "Ⅵ", "Ⅶ", "Ⅷ", "Ⅸ", "Ⅹ", "Ⅺ", "Ⅻ"];
    let whole = FIGURES.iter().enumerate().rev().find(|(figure, _)| {
        let figure = u32::try_from(*figure).unwrap_or(u32::MAX);
        intensity + 1e-9 >= f64::from(figure)
    });
    whole.map_or(FIGURES[0], |(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Deserialize)]
    struct Cases {
        rows: Vec<Row>,
    }

    #[derive(Deserialize)]
    struct Row {
        region: AttenuationRegion,
        magnitude: f64,
        axes: Vec<Isoseismal>,
    }

    #[test]
    fn axes_are_those_of_the_reference() {
        let text = include_str!("../../../testdata/models/intensity.json");
        let cases: Cases = serde_json::from_str(text).expect("reference cases");
        assert_eq!(cases.rows.len(), 18);
        for row in cases.rows {
            for told in row.axes {
                let made = row.region.isoseismal(row.magnitude, told.intensity);
                let near = |one: f64, other: f64| (one - other).abs() < 0.011;
                assert!(near(made.long_km, told.long_km) && near(made.short_km, told.short_km), "{made:?} {told:?}");
            }
        }
    }

    #[test]
    fn along_the_rupture_it_shakes_harder_than_across_it() {
        let centre = Point::new(106.2, 38.2).expect("a place");
        let (north, east) = (Point::new(106.2, 38.65).expect("a place"), Point::new(106.77, 38.2).expect("a place"));
        let at = |place, bearing| AttenuationRegion::East.estimate(6.8, centre, place, bearing);
        let unknown = at(north, None);
        assert!(unknown.least < unknown.most);
        let (along, across) = (at(north, Some(0.0)), at(east, Some(0.0)));
        assert!((along.most - unknown.most).abs() < 0.01 && (across.least - unknown.least).abs() < 0.02);
        assert!(along.least > across.most);
        assert_eq!(at(north, Some(180.0)), along, "a line has no end");
    }

    #[test]
    fn figures_are_roman() {
        let told: Vec<_> = [0.3, 5.99, 6.0, 7.4, 12.0, 15.0].map(roman).to_vec();
        assert_eq!(told, ["Ⅰ", "Ⅴ", "Ⅵ", "Ⅶ", "Ⅻ", "Ⅻ"]);
    }

    proptest! {
        #[test]
        fn a_known_direction_lies_between_what_is_possible_without(
            magnitude in 4.0..8.5f64, lon in 100.0..110.0f64, lat in 35.0..41.0f64, bearing in 0.0..360.0f64,
        ) {
            let (centre, place) = (Point::new(105.0, 38.0).expect("a place"), Point::new(lon, lat).expect("a place"));
            for region in [AttenuationRegion::East, AttenuationRegion::Qingzang, AttenuationRegion::Moderate] {
                let open = region.estimate(magnitude, centre, place, None);
                let known = region.estimate(magnitude, centre, place, Some(bearing));
                prop_assert!(open.least - 1e-6 <= known.least && known.most <= open.most + 1e-6);
            }
        }
    }
}
