//! Installations (设施): tanks, units, warehouses and what they hold.

use fengsui_kernel::{Fault, Problems, Text};
use fengsui_registry::{Kind, choices};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// What an installation is.
    pub enum InstallationCategory {
        Tank = "tank", "储罐", "tank";
        Unit = "unit", "生产装置", "process unit";
        Warehouse = "warehouse", "仓库", "warehouse";
        Pump = "pump", "机泵", "pump";
        GasDetectorZone = "gas_detector_zone", "气体探测区", "gas detector zone";
    }
}

/// An installation of an enterprise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Installation {
    /// What it is.
    #[schemars(extend("x-title" = ["设施类别", "Category"], "x-flags" = "filterable searchable listed"))]
    pub category: InstallationCategory,
    /// The chemical it holds.
    #[schemars(extend("x-title" = ["危险化学品", "Chemical"], "x-flags" = "filterable searchable listed", "x-picker" = "chemical"))]
    pub chemical: Option<String>,
    /// CAS registry number.
    #[schemars(extend("x-title" = ["CAS 号", "CAS number"], "x-flags" = "filterable searchable", "format" = "cas", "x-picker" = "cas"))]
    pub cas: Option<String>,
    /// Quantity present at most.
    #[schemars(extend("x-title" = ["最大存量", "Quantity"], "x-flags" = "filterable listed", "x-unit" = "t", "minimum" = 0))]
    pub quantity_t: Option<f64>,
    /// Capacity.
    #[schemars(extend("x-title" = ["容积", "Capacity"], "x-unit" = "m³", "minimum" = 0))]
    pub capacity_m3: Option<f64>,
    /// What can happen.
    #[schemars(extend("x-title" = ["危险性", "Hazard"], "x-flags" = "searchable", "maxLength" = 1000))]
    pub hazard: Option<String>,
}

impl Kind for Installation {
    const NAME: &'static str = "installation";
    const TITLE: Text = Text::new("设施", "Installation");
    const ICON: &'static str = "tank";

    fn validate(&self, problems: &mut Problems) {
        if self.category == InstallationCategory::Tank && self.chemical.is_none() {
            problems.push(Fault::field("attributes.chemical", "required"));
        }
    }
}
