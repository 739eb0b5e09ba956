//! A small county to test in: divisions, two square counties, and kinds like the real ones.
#![allow(dead_code, reason = "every test file uses its own part")]

use fengsui_kernel::{Actor, Grant, Principal, Problems, Scope, Text};
use fengsui_registry::{Kind, KindSpec, RecordDraft, Registry, choices, ground};
use fengsui_storage::testkit::TestStore;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

choices! {
    /// Industry.
    pub enum Industry {
        Chemicals = "hazardous_chemicals", "危险化学品", "hazardous chemicals";
        Coal = "coal_mine", "煤矿", "coal mine";
    }
}

/// An enterprise like the real one.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Enterprise {
    #[schemars(extend("x-title" = ["行业", "Industry"], "x-flags" = "filterable searchable listed"))]
    pub industry: Industry,
    #[schemars(extend("x-title" = ["地址", "Address"], "x-flags" = "searchable"))]
    pub address: Option<String>,
    #[schemars(extend("x-title" = ["联系电话", "Phone"], "x-flags" = "listed personal", "format" = "phone"))]
    pub phone: Option<String>,
    #[schemars(extend("x-title" = ["从业人数", "Employees"], "x-flags" = "filterable listed", "x-unit" = "人"))]
    pub employees: Option<u32>,
    #[schemars(extend("x-title" = ["规模以上", "Large"], "x-flags" = "filterable"))]
    pub large: Option<bool>,
    #[schemars(extend("x-title" = ["标签", "Tags"], "x-flags" = "filterable"))]
    pub tags: Vec<String>,
    #[schemars(extend("x-title" = ["许可到期", "Licensed until"], "x-flags" = "filterable", "format" = "date"))]
    pub licensed_until: Option<String>,
}

impl Kind for Enterprise {
    const NAME: &'static str = "enterprise";
    const TITLE: Text = Text::new("企业", "Enterprise");
    const ICON: &'static str = "factory";
    fn validate(&self, problems: &mut Problems) {
        if self.employees == Some(0) {
            problems.push(fengsui_kernel::Fault::field("attributes.employees", "too_small"));
        }
    }
}

/// An installation like the real one.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Installation {
    #[schemars(extend("x-title" = ["化学品", "Chemical"], "x-flags" = "filterable searchable listed"))]
    pub chemical: String,
    #[schemars(extend("x-title" = ["最大存量", "Quantity"], "x-flags" = "filterable", "x-unit" = "t", "minimum" = 0))]
    pub quantity_t: Option<f64>,
}

impl Kind for Installation {
    const NAME: &'static str = "installation";
    const TITLE: Text = Text::new("设施", "Installation");
    const ICON: &'static str = "tank";
}

const DIVISIONS: &str = "code,name,level,parent,population,lon,lat,source
640000000000,宁夏回族自治区,province,,7202654,106.2,37.3,nbs2023;census7:2020-11-01
640100000000,银川市,city,640000000000,,106.2,38.4,nbs2023
640104000000,兴庆区,county,640100000000,808000,106.3,38.5,nbs2023;census7:2020-11-01
640181000000,灵武市,county,640100000000,294000,106.4,38.1,nbs2023;census7:2020-11-01
640181100000,东塔镇,township,640181000000,,106.3,38.1,nbs2023
640200000000,石嘴山市,city,640000000000,,106.4,39.0,nbs2023
640221000000,平罗县,county,640200000000,,106.5,38.9,nbs2023
";

fn square(code: &str, west: f64, south: f64, size: f64) -> Value {
    let (east, north) = (west + size, south + size);
    let ring = json!([[west, south], [east, south], [east, north], [west, north], [west, south]]);
    json!({"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}})
}

/// The engine in a store with divisions and boundaries: 灵武 106–107 E 38–39 N, 平罗 north of it, 兴庆 west.
pub async fn registry(store: &TestStore) -> Registry {
    Registry::load_divisions(&store.db, DIVISIONS.as_bytes()).await.expect("divisions");
    let features = vec![
        square("640181000000", 106.0, 38.0, 1.0),
        square("640221", 106.0, 39.0, 1.0),
        square("640104000000", 105.0, 38.0, 1.0),
        square("640100000000", 105.0, 38.0, 2.0),
    ];
    let collection = json!({"type": "FeatureCollection", "features": features}).to_string();
    Registry::load_boundaries(&store.db, collection.as_bytes()).await.expect("boundaries");
    let mut specs = ground::kinds();
    specs.push(KindSpec::of::<Enterprise>());
    specs.push(KindSpec::of::<Installation>());
    Registry::open(store.db.clone(), specs).await.expect("a registry")
}

/// Everything, everywhere.
pub fn system() -> Principal {
    Principal::system("test")
}

/// A person with actions on all kinds within scopes.
pub fn person(actions: &[&str], scope: &Scope) -> Principal {
    let grants = actions
        .iter()
        .map(|action| Grant {
            action: (*action).to_owned(),
            kind: "*".into(),
            scope: scope.clone(),
            post: None,
            role: None,
        })
        .collect();
    let actor = Actor::User { id: "u1".into(), name: "示例·值班员".into(), post: None };
    Principal { actor, posts: vec![], grants }
}

/// A subtree.
pub fn within(code: &str) -> Scope {
    Scope::Subtree { division: code.parse().expect("a code") }
}

/// An enterprise to write.
pub fn enterprise(code: &str, name: &str, division: &str, lon: f64, lat: f64) -> RecordDraft {
    draft(json!({
        "code": code, "name": name, "division": division, "location": {"lon": lon, "lat": lat},
        "attributes": {"industry": "hazardous_chemicals", "phone": "13900000001", "employees": 12, "tags": ["甲类"]},
    }))
}

/// A draft from JSON.
#[allow(clippy::needless_pass_by_value, reason = "called with literals")]
pub fn draft(body: Value) -> RecordDraft {
    RecordDraft::parse(&body).expect("a draft").0
}

/// `field code` of every problem of a fault.
pub fn problems(fault: &fengsui_kernel::Fault) -> Vec<String> {
    match fault.kind.as_ref() {
        fengsui_kernel::FaultKind::Invalid(list) => {
            list.0.iter().map(|problem| format!("{} {}", problem.field, problem.code)).collect()
        }
        _ => vec![format!("fault {}", fault.code())],
    }
}
