//! Earthquakes (地震) as the catalogue of another service has them.

use fengsui_kernel::{Problems, Text};
use fengsui_registry::Kind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An earthquake that has happened. Forecasts have no place here: nobody but the State may issue them (防震减灾法 §29).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Earthquake {
    /// When it happened, China time to the second.
    #[schemars(extend("x-title" = ["发震时刻（北京时间）", "Occurred at (China time)"], "x-flags" = "filterable listed"))]
    pub occurred_at: String,
    /// Magnitude.
    #[schemars(extend("x-title" = ["震级", "Magnitude"], "x-flags" = "filterable listed"))]
    pub magnitude: f64,
    /// Kind of the magnitude, such as `ml`, `mww`, `Ms`.
    #[schemars(extend("x-title" = ["震级类型", "Kind of magnitude"]))]
    pub magnitude_type: Option<String>,
    /// Depth.
    #[schemars(extend("x-title" = ["震源深度", "Depth"], "x-flags" = "listed", "x-unit" = "km"))]
    pub depth_km: Option<f64>,
    /// Whether a person looked at it (正式测定).
    #[schemars(extend("x-title" = ["已正式测定", "Reviewed"], "x-flags" = "filterable listed"))]
    pub reviewed: bool,
    /// Whether the catalogue took it back.
    #[schemars(extend("x-title" = ["已撤销", "Withdrawn"], "x-flags" = "filterable"))]
    pub withdrawn: bool,
    /// What was judged of it, and why.
    #[schemars(extend("x-title" = ["研判说明", "Explanation"], "maxLength" = 1000))]
    pub explanation: String,
    /// The source, as the configuration names it.
    #[schemars(extend("x-title" = ["来源", "Source"], "x-flags" = "filterable listed"))]
    pub source: String,
    /// Its id there.
    #[schemars(extend("x-title" = ["来源编号", "Id at the source"], "x-flags" = "searchable"))]
    pub source_id: String,
    /// When the source last changed it, China time to the second.
    #[schemars(extend("x-title" = ["来源更新时间（北京时间）", "Updated at the source (China time)"]))]
    pub source_updated_at: Option<String>,
    /// The incident that it raised.
    #[schemars(extend("x-title" = ["关联事件", "Incident"]))]
    pub matter: Option<String>,
}

impl Kind for Earthquake {
    const NAME: &'static str = "earthquake";
    const TITLE: Text = Text::new("地震速报", "Earthquake");
    const ICON: &'static str = "wave";

    fn validate(&self, _: &mut Problems) {}
}
