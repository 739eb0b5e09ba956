//! Depots (物资储备库).

use fengsui_kernel::Text;
use fengsui_registry::{Kind, choices};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// What a depot keeps.
    pub enum DepotCategory {
        Living = "living", "生活类救灾物资", "relief supplies";
        Equipment = "equipment", "应急装备", "equipment";
        Engineering = "engineering", "工程抢险物资", "engineering supplies";
    }
}

/// A depot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Depot {
    /// What it keeps.
    #[schemars(extend("x-title" = ["储备类别", "Category"], "x-flags" = "filterable listed"))]
    pub category: DepotCategory,
    /// Floor.
    #[schemars(extend("x-title" = ["库房面积", "Floor"], "x-flags" = "filterable listed", "x-unit" = "m²", "minimum" = 0))]
    pub capacity_m2: Option<f64>,
    /// Who keeps it.
    #[schemars(extend("x-title" = ["保管人", "Manager"], "x-flags" = "searchable listed"))]
    pub manager: Option<String>,
    /// Telephone of the keeper.
    #[schemars(extend("x-title" = ["联系电话", "Phone"], "x-flags" = "listed personal", "format" = "phone"))]
    pub phone: Option<String>,
    /// What is in stock, in short.
    #[schemars(extend("x-title" = ["库存摘要", "Stock"], "x-flags" = "searchable", "maxLength" = 2000))]
    pub stock_summary: Option<String>,
}

impl Kind for Depot {
    const NAME: &'static str = "depot";
    const TITLE: Text = Text::new("物资储备库", "Depot");
    const ICON: &'static str = "depot";
}
