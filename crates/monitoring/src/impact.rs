//! What an earthquake may have shaken: dams, tanks, plants and settlements inside the estimated isoseismals, the hardest
//! hit first. Whoever is on duty knows in the first minute whom to call and what to have looked at.

use fengsui_kernel::id::RecordId;
use fengsui_kernel::{DivisionCode, Fault, Point, Principal, Problems, Result};
use fengsui_registry::kind::Title;
use fengsui_registry::{Circle, Found, InsideArea, InsideQuery, KindFilter, People, Record, Registry};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::intensity::{AttenuationRegion, EstimatedIntensity, Isoseismal, roman};

/// The kinds that are looked for, those first whose failure harms others, each narrowed to what can.
const SHAKEN: &[(&str, &[&str])] = &[
    ("dam", &[]),
    ("installation", &["category:in:tank,unit,warehouse"]),
    ("enterprise", &["major_hazard_grade:in:grade_1,grade_2,grade_3,grade_4"]),
    ("settlement", &[]),
    ("shelter", &[]),
];
/// Records of one kind that are named.
const MOST_NAMED: u32 = 500;
/// The widest circle that is looked at, km.
const WIDEST_KM: f64 = 500.0;
/// From here on buildings are damaged (GB/T 17742): what is looked at where nobody asks for less.
const DAMAGING: u8 = 6;

/// How to estimate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ImpactQuery {
    /// From this intensity on, 4 to 11; 6 if absent.
    pub from: Option<u8>,
    /// Direction of the rupture, degrees clockwise from north, 0 to 360; unknown if absent.
    pub bearing: Option<f64>,
    /// How intensity falls off; by longitude if absent.
    pub region: Option<AttenuationRegion>,
}

impl ImpactQuery {
    fn check(&self) -> Result<()> {
        let mut problems = Problems::default();
        if self.from.is_some_and(|from| !(4..=11).contains(&from)) {
            problems.push(Fault::field("from", "out_of_range").with("min", "4").with("max", "11"));
        }
        if self.bearing.is_some_and(|bearing| !(0.0..=360.0).contains(&bearing)) {
            problems.push(Fault::field("bearing", "out_of_range").with("min", "0").with("max", "360"));
        }
        problems.into_result()
    }
}

/// Something that may have been shaken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShakenObject {
    /// The record.
    pub id: RecordId,
    /// Its name.
    pub name: String,
    /// Its division.
    pub division: DivisionCode,
    /// The division's name.
    pub division_name: Option<String>,
    /// The enterprise's name.
    pub enterprise_name: Option<String>,
    /// Where it is.
    pub location: Option<Point>,
    /// Kilometres from the epicentre.
    pub distance_km: f64,
    /// How hard it may have been shaken.
    pub intensity: EstimatedIntensity,
}

/// Objects of one kind, the hardest hit first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShakenKind {
    /// The kind.
    pub kind: String,
    /// Its name for people.
    pub title: Title,
    /// How many may be inside.
    pub count: u64,
    /// People there, where the kind tells.
    pub people: Option<People>,
    /// The nearest 500 of them.
    pub objects: Vec<ShakenObject>,
}

/// What an earthquake may have shaken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuakeImpact {
    /// Magnitude of the catalogue.
    pub magnitude: f64,
    /// The epicentre.
    pub epicentre: Point,
    /// How intensity falls off.
    pub region: AttenuationRegion,
    /// Direction of the rupture; without it every object has a span of intensities.
    pub bearing: Option<f64>,
    /// From which intensity on objects are named.
    pub from: u8,
    /// Intensity at the epicentre.
    pub epicentral: f64,
    /// The ellipses, the widest first; none where the intensity is reached nowhere.
    pub isoseismals: Vec<Isoseismal>,
    /// What is inside the widest of them.
    pub kinds: Vec<ShakenKind>,
}

impl QuakeImpact {
    /// One sentence for the incident: how far it reaches and how much lies there.
    #[must_use]
    pub fn sentence(&self) -> String {
        let figure = roman(f64::from(self.from));
        let Some(widest) = self.isoseismals.first() else {
            return format!("按衰减关系估计，各地烈度均低于{figure}度");
        };
        let found: Vec<String> = self
            .kinds
            .iter()
            .filter(|kind| kind.count > 0)
            .map(|kind| format!("{} {} 处", kind.title.zh, kind.count))
            .collect();
        let objects = if found.is_empty() { "台账中无对象".to_owned() } else { found.join("、") };
        format!(
            "按衰减关系估计（非实测），震中烈度约{}度，{figure}度区长轴半径约 {:.0} km，其内：{objects}",
            roman(self.epicentral),
            widest.long_km
        )
    }
}

/// What an earthquake of the ledger may have shaken, as far as a person may see it.
pub async fn of_earthquake(
    registry: &Registry,
    principal: &Principal,
    record: &Record,
    query: &ImpactQuery,
) -> Result<QuakeImpact> {
    query.check()?;
    let magnitude = record.attributes.get("magnitude").and_then(serde_json::Value::as_f64).unwrap_or_default();
    let epicentre = record.location.ok_or_else(|| Fault::field("location", "required"))?;
    let region = query.region.unwrap_or_else(|| AttenuationRegion::at(epicentre));
    let from = query.from.unwrap_or(DAMAGING);
    let isoseismals: Vec<Isoseismal> = (from..=12)
        .map(|intensity| region.isoseismal(magnitude, intensity))
        .take_while(|isoseismal| isoseismal.long_km > 0.0)
        .collect();
    let mut impact = QuakeImpact {
        magnitude,
        epicentre,
        region,
        bearing: query.bearing,
        from,
        epicentral: region.estimate(magnitude, epicentre, epicentre, None).most,
        isoseismals,
        kinds: Vec::new(),
    };
    if let Some(widest) = impact.isoseismals.first() {
        let asked = within(principal, epicentre, widest.long_km.min(WIDEST_KM));
        if !asked.kinds.is_empty() {
            let found = registry.inside(principal, &asked).await?;
            impact.kinds = found
                .into_iter()
                .map(|kind| {
                    let named = kind.records.len() as u64;
                    let objects = shaken(&impact, kind.records);
                    // Those that are not named are counted as the circle counts them.
                    let count = kind.count - named + objects.len() as u64;
                    let people = kind.people.filter(|_| count == kind.count);
                    ShakenKind { kind: kind.kind, title: kind.title, count, people, objects }
                })
                .collect();
        }
    }
    Ok(impact)
}

fn within(principal: &Principal, center: Point, km: f64) -> InsideQuery {
    let readable = SHAKEN.iter().filter(|(kind, _)| principal.scopes("read", kind).is_ok());
    let filter = |filters: &[&str]| filters.iter().map(ToString::to_string).collect();
    let kinds = readable.map(|(kind, filters)| KindFilter { kind: (*kind).to_owned(), filter: filter(filters) });
    InsideQuery {
        area: InsideArea::Circle(Circle { center, radius_m: km * 1000.0 }),
        kinds: kinds.collect(),
        rings_m: Vec::new(),
        limit: MOST_NAMED,
    }
}

fn shaken(impact: &QuakeImpact, found: Vec<Found>) -> Vec<ShakenObject> {
    let object = |found: Found| {
        let place = found.record.location?;
        let intensity = impact.region.estimate(impact.magnitude, impact.epicentre, place, impact.bearing);
        (intensity.most >= f64::from(impact.from)).then(|| ShakenObject {
            distance_km: found.distance_m.unwrap_or_default() / 1000.0,
            id: found.record.id,
            name: found.record.name,
            division: found.record.division,
            division_name: found.record.division_name,
            enterprise_name: found.record.enterprise_name,
            location: found.record.location,
            intensity,
        })
    };
    let mut objects: Vec<ShakenObject> = found.into_iter().filter_map(object).collect();
    objects.sort_by(|one, other| other.intensity.most.total_cmp(&one.intensity.most));
    objects
}
