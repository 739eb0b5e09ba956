//! Satellite fire pixels (火点).

use fengsui_kernel::{Problems, Text};
use fengsui_registry::{Kind, choices};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// What was made of a pixel.
    pub enum HotspotJudgement {
        Raised = "raised", "已报核查", "raised for verification";
        Grouped = "grouped", "并入同一火情", "part of a known fire";
        Masked = "masked", "固定热源屏蔽", "masked by a heat source";
        Kept = "kept", "仅记录", "recorded only";
    }
}

/// A pixel in which a satellite saw fire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FireHotspot {
    /// When the satellite passed, China time to the second.
    #[schemars(extend("x-title" = ["观测时间（北京时间）", "Seen at (China time)"], "x-flags" = "filterable listed"))]
    pub seen_at: String,
    /// What was made of it.
    #[schemars(extend("x-title" = ["研判", "Judgement"], "x-flags" = "filterable listed"))]
    pub judgement: HotspotJudgement,
    /// Confidence, 0 to 100.
    #[schemars(extend("x-title" = ["置信度", "Confidence"], "x-flags" = "filterable listed", "x-unit" = "%"))]
    pub confidence: u32,
    /// Fire radiative power.
    #[schemars(extend("x-title" = ["辐射功率", "Radiative power"], "x-flags" = "filterable listed", "x-unit" = "MW"))]
    pub power_mw: Option<f64>,
    /// Brightness temperature.
    #[schemars(extend("x-title" = ["亮温", "Brightness"], "x-unit" = "K"))]
    pub brightness_k: Option<f64>,
    /// The satellite.
    #[schemars(extend("x-title" = ["卫星", "Satellite"], "x-flags" = "filterable"))]
    pub satellite: String,
    /// The enterprise whose heat the satellite sees.
    #[schemars(extend("x-title" = ["屏蔽热源", "Masked by"], "x-flags" = "filterable listed", "x-reference" = "enterprise"))]
    pub masked_by: Option<String>,
    /// Distance to it.
    #[schemars(extend("x-title" = ["距热源", "Distance to it"], "x-unit" = "m"))]
    pub masked_distance_m: Option<f64>,
    /// What was judged of it, and why.
    #[schemars(extend("x-title" = ["研判说明", "Explanation"], "maxLength" = 1000))]
    pub explanation: String,
    /// The source, as the configuration names it.
    #[schemars(extend("x-title" = ["来源", "Source"], "x-flags" = "filterable"))]
    pub source: String,
    /// The incident that it raised or belongs to.
    #[schemars(extend("x-title" = ["关联事件", "Incident"]))]
    pub matter: Option<String>,
}

impl Kind for FireHotspot {
    const NAME: &'static str = "fire_hotspot";
    const TITLE: Text = Text::new("卫星火点", "Fire hot spot");
    const ICON: &'static str = "flame";

    fn validate(&self, _: &mut Problems) {}
}
