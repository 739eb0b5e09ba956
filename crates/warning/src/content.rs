//! What a warning says: the elements that the law asks for.

use fengsui_events::Audience;
use fengsui_kernel::scale::WarningColor;
use fengsui_kernel::{DivisionCode, DivisionLevel, Point, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The content of a warning (突发事件应对法 §64).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Content {
    /// Event type, EW12379 code such as `11B03` or `12D`.
    #[schemars(extend("example" = "12D"))]
    pub event_type: String,
    /// Colour.
    pub color: WarningColor,
    /// One line for people.
    #[serde(default)]
    pub headline: String,
    /// What happens or may happen.
    #[serde(default)]
    pub description: String,
    /// What people should do.
    #[serde(default)]
    pub instruction: String,
    /// Where it applies.
    pub area: Area,
    /// When the event is expected to begin.
    #[serde(default)]
    pub onset_at: Option<Timestamp>,
    /// When the warning ends unless it is updated.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// The issuing organisation, by record id.
    #[serde(default)]
    pub issuer: Option<String>,
    /// The message that is forwarded, where only another office may issue.
    #[serde(default)]
    pub relayed_from: Option<RelayedFrom>,
    /// Who is told besides the posts of the area: groups, posts, persons.
    #[serde(default)]
    #[schemars(length(max = 100))]
    pub audience: Vec<Audience>,
}

/// Where a warning applies: whole divisions, and a polygon when one was drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Area {
    /// The divisions concerned, one at least.
    pub divisions: Vec<DivisionCode>,
    /// The drawn outline.
    #[serde(default)]
    pub polygon: Option<Polygon>,
}

/// A GeoJSON polygon with one ring of `[lon, lat]`; CAP knows no holes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Polygon {
    /// Always `Polygon`.
    #[serde(rename = "type")]
    pub kind: PolygonType,
    /// One ring of `[lon, lat]`.
    pub coordinates: Vec<Vec<[f64; 2]>>,
}

/// The GeoJSON type word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PolygonType {
    /// The only one accepted.
    Polygon,
}

/// The message of the competent office that is forwarded unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RelayedFrom {
    /// The office: `示例市气象台`.
    pub office: String,
    /// Number of its message.
    pub identifier: String,
    /// When it was issued.
    pub sent_at: Timestamp,
}

/// Fields to change; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Changes {
    /// New event type; only before publication.
    pub event_type: Option<String>,
    /// New colour.
    pub color: Option<WarningColor>,
    /// New headline.
    pub headline: Option<String>,
    /// New description.
    pub description: Option<String>,
    /// New instruction.
    pub instruction: Option<String>,
    /// New area.
    pub area: Option<Area>,
    /// New beginning.
    pub onset_at: Option<Timestamp>,
    /// New end.
    pub expires_at: Option<Timestamp>,
    /// New issuing organisation; only before publication.
    pub issuer: Option<String>,
    /// The office's message that the change follows.
    pub relayed_from: Option<RelayedFrom>,
    /// Who is told besides the posts of the area.
    pub audience: Option<Vec<Audience>>,
}

impl Changes {
    /// Whether nothing is to be changed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The content with the changes made.
    pub fn applied_to(&self, content: &Content) -> Content {
        let text = |new: &Option<String>, old: &String| new.as_ref().unwrap_or(old).clone();
        Content {
            event_type: text(&self.event_type, &content.event_type),
            color: self.color.unwrap_or(content.color),
            headline: text(&self.headline, &content.headline),
            description: text(&self.description, &content.description),
            instruction: text(&self.instruction, &content.instruction),
            area: self.area.as_ref().unwrap_or(&content.area).clone(),
            onset_at: self.onset_at.or(content.onset_at),
            expires_at: self.expires_at.or(content.expires_at),
            issuer: self.issuer.clone().or_else(|| content.issuer.clone()),
            relayed_from: self.relayed_from.clone().or_else(|| content.relayed_from.clone()),
            audience: self.audience.as_ref().unwrap_or(&content.audience).clone(),
        }
    }
}

impl Content {
    /// The elements of §64 that are still missing, as field names.
    pub fn missing(&self) -> Vec<&'static str> {
        let checks = [
            ("headline", !self.headline.trim().is_empty()),
            ("description", !self.description.trim().is_empty()),
            ("instruction", !self.instruction.trim().is_empty()),
            ("onset_at", self.onset_at.is_some()),
            ("expires_at", self.expires_at.is_some()),
            ("issuer", self.issuer.as_deref().is_some_and(|id| !id.trim().is_empty())),
        ];
        checks.into_iter().filter(|(_, present)| !present).map(|(field, _)| field).collect()
    }

    /// The division that answers for the warning: the nearest one above all divisions concerned
    /// (突发事件应对法 §17), and never below the county, which alone may warn (§64).
    pub fn responsible_division(&self) -> DivisionCode {
        let mut divisions = self.area.divisions.iter();
        let first = divisions.next().copied().unwrap_or(DivisionCode::COUNTRY);
        let common = divisions.fold(first, |common, next| above_both(common, *next));
        std::iter::successors(Some(common), DivisionCode::parent)
            .find(|code| code.level() <= DivisionLevel::County)
            .unwrap_or(DivisionCode::COUNTRY)
    }
}

fn above_both(one: DivisionCode, other: DivisionCode) -> DivisionCode {
    let above = std::iter::successors(Some(one), DivisionCode::parent);
    above.into_iter().find(|code| code.contains(&other)).unwrap_or(DivisionCode::COUNTRY)
}

impl Polygon {
    /// A polygon from one ring.
    pub fn of(ring: Vec<[f64; 2]>) -> Self {
        Self { kind: PolygonType::Polygon, coordinates: vec![ring] }
    }

    /// The outline.
    pub fn ring(&self) -> &[[f64; 2]] {
        self.coordinates.first().map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether it is one closed ring of at least three corners inside China.
    pub fn is_sound(&self) -> bool {
        let ring = self.ring();
        let closed = ring.first() == ring.last();
        let inside = ring.iter().all(|[lon, lat]| Point::new(*lon, *lat).is_ok());
        self.coordinates.len() == 1 && (4..=MOST_CORNERS).contains(&ring.len()) && closed && inside
    }

    /// The mean of its corners, for a marker on the map.
    pub fn center(&self) -> Option<Point> {
        let corners = self.ring().split_last().map(|(_, corners)| corners).filter(|corners| !corners.is_empty())?;
        let count = corners.len() as f64;
        let sum = corners.iter().fold([0.0, 0.0], |sum, corner| [sum[0] + corner[0], sum[1] + corner[1]]);
        Point::new(sum[0] / count, sum[1] / count).ok()
    }
}

/// Receivers choke on outlines of many thousand corners; drawn ones have a few dozen.
const MOST_CORNERS: usize = 2_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn responsible(codes: &[&str]) -> String {
        let divisions = codes.iter().map(|code| code.parse().expect("code")).collect();
        let area = Area { divisions, polygon: None };
        let content = Content {
            event_type: "12D".into(),
            color: WarningColor::Red,
            headline: String::new(),
            description: String::new(),
            instruction: String::new(),
            area,
            onset_at: None,
            expires_at: None,
            issuer: None,
            relayed_from: None,
            audience: Vec::new(),
        };
        content.responsible_division().to_string()
    }

    #[test]
    fn the_common_superior_answers_and_no_township_does() {
        assert_eq!(responsible(&["640181"]), "640181000000");
        assert_eq!(responsible(&["640181100", "640181101"]), "640181000000");
        assert_eq!(responsible(&["640181100"]), "640181000000");
        assert_eq!(responsible(&["640181", "640122"]), "640100000000");
        assert_eq!(responsible(&["640181", "640221"]), "640000000000");
        assert_eq!(responsible(&["640181", "150102"]), "000000000000");
    }

    #[test]
    fn polygons_are_checked() {
        let ring = vec![[106.0, 38.0], [106.1, 38.0], [106.1, 38.1], [106.0, 38.0]];
        assert!(Polygon::of(ring.clone()).is_sound());
        assert!(!Polygon::of(ring[..3].to_vec()).is_sound(), "not closed");
        assert!(!Polygon::of(ring.iter().map(|[lon, lat]| [*lat, *lon]).collect()).is_sound(), "swapped");
        assert!(!Polygon { coordinates: vec![ring.clone(), ring], kind: PolygonType::Polygon }.is_sound(), "a hole");
    }
}
