//! Saved views of One Map: where one looked, with which layers, filters and drawings.

use fengsui_kernel::{Fault, Problems, Text};
use fengsui_registry::Kind;
use fengsui_registry::kind::Geometry;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a layer of a view is narrowed by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LayerFilter {
    /// The kind.
    #[schemars(extend("maxLength" = 40))]
    pub kind: String,
    /// Conditions `field:op:value`, as lists take them.
    #[schemars(extend("maxItems" = 20))]
    pub conditions: Vec<String>,
}

/// A view of the map that can be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MapView {
    /// The incident it belongs to, by matter id; absent: free.
    #[schemars(extend("x-title" = ["所属事件", "Incident"], "x-flags" = "filterable", "maxLength" = 36))]
    pub incident: Option<String>,
    /// What it is for.
    #[schemars(extend("x-title" = ["说明", "Note"], "x-flags" = "searchable listed", "maxLength" = 500))]
    pub note: Option<String>,
    /// Centre, degrees east.
    #[schemars(extend("x-title" = ["中心经度", "Longitude"], "minimum" = 73, "maximum" = 136))]
    pub lon: f64,
    /// Centre, degrees north.
    #[schemars(extend("x-title" = ["中心纬度", "Latitude"], "minimum" = 3, "maximum" = 54))]
    pub lat: f64,
    /// Scale, as web maps count it.
    #[schemars(extend("x-title" = ["缩放级别", "Zoom"], "minimum" = 0, "maximum" = 22))]
    pub zoom: f64,
    /// The base map, by id; absent: the offline one.
    #[schemars(extend("x-title" = ["底图", "Base map"], "maxLength" = 40))]
    pub base: Option<String>,
    /// The layers that are on.
    #[schemars(extend("x-title" = ["图层", "Layers"], "maxItems" = 60))]
    pub layers: Vec<String>,
    /// What they are narrowed by.
    #[schemars(extend("x-title" = ["图层筛选", "Filters"], "maxItems" = 60))]
    pub filters: Vec<LayerFilter>,
    /// The drawings that are shown, by record id.
    #[schemars(extend("x-title" = ["标绘", "Plots"], "maxItems" = 60))]
    pub plots: Vec<String>,
}

impl Kind for MapView {
    const NAME: &'static str = "map_view";
    const TITLE: Text = Text::new("地图视图", "Map view");
    const ICON: &'static str = "map";
    const GEOMETRY: Geometry = Geometry::None;

    fn validate(&self, problems: &mut Problems) {
        for (index, filter) in self.filters.iter().enumerate() {
            if let Some(bad) = filter.conditions.iter().find(|condition| condition.splitn(3, ':').count() < 3) {
                let field = format!("attributes.filters.{index}.conditions");
                problems.push(Fault::field(&field, "malformed_filter").with("value", bad));
            }
        }
    }
}
