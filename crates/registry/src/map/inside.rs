//! What lies in an area: counts by kind and ring, people where a kind tells them, and the records.

use std::collections::HashMap;
use std::sync::Arc;

use fengsui_kernel::{BoundingBox, Fault, Point, Principal, Result};
use fengsui_storage::records::{self, Placed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kind::{FieldKind, FieldSpec, Geometry, KindSpec, Title};
use crate::query::{self, ListQuery};
use crate::record::Record;
use crate::registry::Registry;
use crate::terrain::Shape;

/// Places of one kind that are looked at; more are counted as "at least".
const MOST_PLACES: u32 = 200_000;
/// Records of one kind in an answer.
const MOST_RECORDS: u32 = 500;
/// The widest circle.
const MAX_RADIUS_M: f64 = 500_000.0;
/// The most rings of a circle.
const MOST_RINGS: usize = 10;

/// A circle on the ground.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Circle {
    /// Its middle.
    pub center: Point,
    /// Its radius in metres.
    pub radius_m: f64,
}

/// Where to look.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InsideArea {
    /// `[west, south, east, north]` in degrees.
    Bbox([f64; 4]),
    /// A circle; what lies in it is sorted by distance.
    Circle(Circle),
    /// A GeoJSON Polygon or MultiPolygon.
    Polygon(Value),
}

/// A kind, perhaps narrowed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KindFilter {
    /// The kind.
    pub kind: String,
    /// Conditions `field:op:value`.
    #[serde(default)]
    pub filter: Vec<String>,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InsideQuery {
    /// Where.
    pub area: InsideArea,
    /// Which kinds; all with a place that the caller may read, if empty.
    #[serde(default)]
    pub kinds: Vec<KindFilter>,
    /// Radii in metres, ascending, whose rings are counted in a circle.
    #[serde(default)]
    pub rings_m: Vec<f64>,
    /// Records of each kind to return, at most 500; 0 only counts.
    #[serde(default)]
    pub limit: u32,
}

/// People at the places found, as one field of the kind tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct People {
    /// The field's name for people: employees, capacity.
    pub title: Title,
    /// The sum.
    pub sum: f64,
    /// Places that tell nothing.
    pub unknown: u64,
}

/// A record that lies there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Found {
    /// The record.
    pub record: Record,
    /// Great-circle metres from the middle of the circle; absent for other areas.
    pub distance_m: Option<f64>,
}

/// What was found of one kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InsideKind {
    /// The kind.
    pub kind: String,
    /// Its name for people.
    pub title: Title,
    /// How many.
    pub count: u64,
    /// Whether there may be more than were counted.
    pub at_least: bool,
    /// How many in each ring, from the middle outwards; beyond the last ring is not counted here.
    pub rings: Vec<u64>,
    /// People there, where the kind tells.
    pub people: Option<People>,
    /// The first of them: the nearest ones in a circle.
    pub records: Vec<Found>,
}

/// A place that lies there, with its distance from the middle of a circle.
type Hit = (Placed, Option<f64>);

/// An area ready to be asked.
enum Ground {
    Bbox(BoundingBox),
    Circle(Circle),
    Shape(Box<Shape>, BoundingBox),
}

impl Ground {
    fn read(area: &InsideArea) -> Result<Self> {
        match area {
            InsideArea::Bbox(numbers) => {
                let text = numbers.map(|number| number.to_string()).join(",");
                query::bbox(&text).map(Self::Bbox)
            }
            InsideArea::Circle(circle) if !(circle.radius_m > 0.0 && circle.radius_m <= MAX_RADIUS_M) => {
                let fault = Fault::field("area.circle.radius_m", "out_of_range");
                Err(fault.with("min", "0").with("max", &MAX_RADIUS_M.to_string()).into())
            }
            InsideArea::Circle(circle) => Ok(Self::Circle(*circle)),
            InsideArea::Polygon(geometry) => {
                let shape = Shape::parse_drawn(geometry)?;
                let bbox = shape.bbox().ok_or_else(|| Fault::field("area", "malformed_polygon"))?;
                Ok(Self::Shape(Box::new(shape), bbox))
            }
        }
    }

    fn bbox(&self) -> BoundingBox {
        match self {
            Self::Bbox(bbox) | Self::Shape(_, bbox) => *bbox,
            Self::Circle(circle) => BoundingBox::around(circle.center, circle.radius_m),
        }
    }

    /// What lies here, nearest to the middle first.
    fn hits(&self, places: Vec<Placed>) -> Vec<Hit> {
        let mut hits: Vec<Hit> = places.into_iter().filter_map(|placed| self.judge(placed)).collect();
        hits.sort_by(|(_, left), (_, right)| left.unwrap_or(0.0).total_cmp(&right.unwrap_or(0.0)));
        hits
    }

    /// The place with its distance from the middle, where there is one; `None` when it lies outside.
    fn judge(&self, placed: Placed) -> Option<Hit> {
        match self {
            Self::Bbox(_) => Some((placed, None)),
            Self::Circle(circle) => {
                let distance = circle.center.distance_m(&placed.point);
                (distance <= circle.radius_m).then_some((placed, Some(distance)))
            }
            Self::Shape(shape, _) => shape.contains(placed.point).then_some((placed, None)),
        }
    }
}

/// The field that tells how many people are at a place.
fn people_field(spec: &KindSpec) -> Option<&FieldSpec> {
    let counts = |field: &&FieldSpec| {
        matches!(field.kind, FieldKind::Integer | FieldKind::Number) && field.unit.as_deref() == Some("人")
    };
    spec.fields.iter().find(counts).filter(|field| !field.personal)
}

fn rings(radii: &[f64], hits: &[Hit]) -> Vec<u64> {
    let mut counts = vec![0; radii.len()];
    for distance in hits.iter().filter_map(|(_, distance)| *distance) {
        if let Some(count) = radii.iter().position(|radius| distance <= *radius).and_then(|at| counts.get_mut(at)) {
            *count += 1;
        }
    }
    counts
}

fn people(field: &FieldSpec, hits: &[Hit]) -> People {
    let figures = || hits.iter().map(|(placed, _)| placed.figure);
    let sum = figures().flatten().sum();
    People { title: field.title.clone(), sum, unknown: figures().filter(Option::is_none).count() as u64 }
}

impl Registry {
    /// What lies in an area, by kind, in the order of the kinds.
    pub async fn inside(&self, principal: &Principal, query: &InsideQuery) -> Result<Vec<InsideKind>> {
        if query.rings_m.len() > MOST_RINGS {
            return Err(Fault::field("rings_m", "too_many_items").with("max", &MOST_RINGS.to_string()).into());
        }
        if query.kinds.len() > self.kinds().len() {
            let most = self.kinds().len().to_string();
            return Err(Fault::field("kinds", "too_many_items").with("max", &most).into());
        }
        let ground = Arc::new(Ground::read(&query.area)?);
        let every = || {
            let shown = self.kinds().iter().filter(|spec| spec.geometry == Geometry::Point);
            let readable = shown.filter(|spec| principal.scopes("read", spec.name).is_ok());
            readable.map(|spec| KindFilter { kind: spec.name.to_owned(), filter: Vec::new() }).collect()
        };
        let kinds: Vec<KindFilter> = if query.kinds.is_empty() { every() } else { query.kinds.clone() };
        let mut answers = Vec::with_capacity(kinds.len());
        for kind in kinds {
            answers.push(self.inside_of(principal, &ground, kind, query).await?);
        }
        Ok(answers)
    }

    async fn inside_of(
        &self,
        principal: &Principal,
        ground: &Arc<Ground>,
        kind: KindFilter,
        query: &InsideQuery,
    ) -> Result<InsideKind> {
        let spec = self.kind(&kind.kind)?;
        let filter = ListQuery { filter: kind.filter, ..ListQuery::default() };
        let selection = filter.selection(spec, principal.scopes("read", spec.name)?)?;
        let mut answer = InsideKind {
            kind: spec.name.to_owned(),
            title: spec.title.clone(),
            count: 0,
            at_least: false,
            rings: Vec::new(),
            people: None,
            records: Vec::new(),
        };
        if query.limit == 0 && query.rings_m.is_empty() && matches!(**ground, Ground::Bbox(_)) {
            answer.count = records::count_within(&self.db, &selection, ground.bbox()).await?;
            return Ok(answer);
        }
        let told = people_field(spec);
        let figure = told.map(query::attribute);
        let places = records::places(&self.db, &selection, ground.bbox(), figure.as_ref(), MOST_PLACES).await?;
        answer.at_least = places.len() >= MOST_PLACES as usize;
        let judge = Arc::clone(ground);
        // Geometry is work; alarms must not wait behind it.
        let mut hits = tokio::task::spawn_blocking(move || judge.hits(places)).await.map_err(Fault::internal)?;
        answer.count = hits.len() as u64;
        answer.rings = rings(&query.rings_m, &hits);
        answer.people = told.filter(|_| !hits.is_empty()).map(|field| people(field, &hits));
        hits.truncate(query.limit.min(MOST_RECORDS) as usize);
        answer.records = self.found(spec, &hits).await?;
        Ok(answer)
    }

    /// Reads the records of places, in the order of the places.
    async fn found(&self, spec: &KindSpec, hits: &[Hit]) -> Result<Vec<Found>> {
        let seqs: Vec<i64> = hits.iter().map(|(placed, _)| placed.seq).collect();
        let mut stored: HashMap<i64, _> = records::by_seqs(&self.db, &seqs).await?.into_iter().collect();
        let mut found = Vec::with_capacity(hits.len());
        for (placed, distance_m) in hits {
            // Deleted between the two readings: no longer there.
            let Some(stored) = stored.remove(&placed.seq) else { continue };
            let record = self.shown(spec, Record::try_from(stored)?);
            found.push(Found { record, distance_m: *distance_m });
        }
        Ok(found)
    }
}
