//! Dams (库坝): what holds back water or tailings, and what would be flooded.

use fengsui_kernel::{Fault, Problems, Text};
use fengsui_registry::{Kind, choices};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Gauges of one dam that are named.
const MOST_GAUGES: usize = 50;

choices! {
    /// What a dam holds back.
    pub enum DamCategory {
        Reservoir = "reservoir", "水库", "reservoir";
        TailingsPond = "tailings_pond", "尾矿库", "tailings pond";
        CheckDam = "check_dam", "淤地坝", "check dam";
        BarrierLake = "barrier_lake", "堰塞湖", "barrier lake";
        Sluice = "sluice", "水闸", "sluice";
    }
}

choices! {
    /// Its scale (SL 252-2017 of reservoirs).
    pub enum DamScale {
        LargeOne = "large_1", "大（1）型", "large (1)";
        LargeTwo = "large_2", "大（2）型", "large (2)";
        Medium = "medium", "中型", "medium";
        SmallOne = "small_1", "小（1）型", "small (1)";
        SmallTwo = "small_2", "小（2）型", "small (2)";
    }
}

/// A dam.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dam {
    /// What it holds back.
    #[schemars(extend("x-title" = ["库坝类别", "Category"], "x-flags" = "filterable searchable listed"))]
    pub category: DamCategory,
    /// Its scale.
    #[schemars(extend("x-title" = ["规模", "Scale"], "x-flags" = "filterable listed"))]
    pub scale: Option<DamScale>,
    /// What it holds at most.
    #[schemars(extend("x-title" = ["总库容", "Capacity"], "x-flags" = "filterable listed", "x-unit" = "万m³", "minimum" = 0))]
    pub capacity_wan_m3: Option<f64>,
    /// Its height.
    #[schemars(extend("x-title" = ["坝高", "Height"], "x-unit" = "m", "minimum" = 0))]
    pub height_m: Option<f64>,
    /// The level that must not be passed in the flood season (汛限水位).
    #[schemars(extend("x-title" = ["汛限水位", "Flood limit level"], "x-unit" = "m"))]
    pub flood_limit_level_m: Option<f64>,
    /// The level of the check flood (校核洪水位).
    #[schemars(extend("x-title" = ["校核洪水位", "Check flood level"], "x-unit" = "m"))]
    pub check_flood_level_m: Option<f64>,
    /// Gauges of its water level, by code.
    #[serde(default)]
    #[schemars(extend("x-title" = ["水位监测设备", "Level gauges"], "x-reference" = "device"))]
    pub level_devices: Vec<String>,
    /// Rain gauges of its catchment, by code.
    #[serde(default)]
    #[schemars(extend("x-title" = ["汇水区雨量站", "Rain gauges of the catchment"], "x-reference" = "device"))]
    pub rain_devices: Vec<String>,
    /// The next dam down the river.
    #[schemars(extend("x-title" = ["下一级库坝", "Next dam downstream"], "x-flags" = "filterable", "x-reference" = "dam"))]
    pub next_dam: Option<String>,
    /// Minutes that a flood takes to the next dam.
    #[schemars(extend("x-title" = ["洪水到下一级库坝时间", "Time to the next dam"], "x-unit" = "min", "minimum" = 0, "maximum" = 10_080))]
    pub next_minutes: Option<u32>,
    /// Who answers for it in the administration (行政责任人).
    #[schemars(extend("x-title" = ["行政责任人岗位", "Administrative post"], "x-flags" = "filterable", "x-reference" = "post"))]
    pub administrative_post: Option<String>,
    /// Who answers for its technique (技术责任人).
    #[schemars(extend("x-title" = ["技术责任人岗位", "Technical post"], "x-flags" = "filterable", "x-reference" = "post"))]
    pub technical_post: Option<String>,
    /// Who walks along it (巡查责任人).
    #[schemars(extend("x-title" = ["巡查责任人岗位", "Patrol post"], "x-flags" = "filterable", "x-reference" = "post"))]
    pub patrol_post: Option<String>,
}

impl Kind for Dam {
    const NAME: &'static str = "dam";
    const TITLE: Text = Text::new("库坝", "Dam");
    const ICON: &'static str = "wave";

    fn validate(&self, problems: &mut Problems) {
        if let (Some(limit), Some(check)) = (self.flood_limit_level_m, self.check_flood_level_m)
            && check < limit
        {
            problems.push(Fault::field("attributes.check_flood_level_m", "below_flood_limit"));
        }
        if self.next_minutes.is_some() && self.next_dam.is_none() {
            problems.push(Fault::field("attributes.next_dam", "required"));
        }
        if self.next_minutes.is_some_and(|minutes| minutes > 10_080) {
            problems
                .push(Fault::field("attributes.next_minutes", "out_of_range").with("min", "0").with("max", "10080"));
        }
        for (field, gauges) in [("level_devices", &self.level_devices), ("rain_devices", &self.rain_devices)] {
            if gauges.len() > MOST_GAUGES {
                let most = MOST_GAUGES.to_string();
                problems.push(Fault::field(&format!("attributes.{field}"), "too_many").with("max", &most));
            }
        }
    }
}
