//! Shelters (避难场所).

use fengsui_kernel::Text;
use fengsui_registry::{Kind, choices};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// How long people can stay (GB/T 35624).
    pub enum ShelterCategory {
        Emergency = "emergency", "紧急避难场所", "emergency";
        ShortTerm = "short_term", "短期避难场所", "short-term";
        LongTerm = "long_term", "长期避难场所", "long-term";
    }
}

/// A shelter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shelter {
    /// How long people can stay.
    #[schemars(extend("x-title" = ["场所类别", "Category"], "x-flags" = "filterable listed"))]
    pub category: ShelterCategory,
    /// Usable area.
    #[schemars(extend("x-title" = ["有效面积", "Area"], "x-flags" = "filterable", "x-unit" = "m²", "minimum" = 0))]
    pub area_m2: Option<f64>,
    /// How many people it takes.
    #[schemars(extend("x-title" = ["容纳人数", "Capacity"], "x-flags" = "filterable listed", "x-unit" = "人"))]
    pub capacity_person: u32,
    /// Whether it has a roof.
    #[schemars(extend("x-title" = ["室内", "Indoor"], "x-flags" = "filterable listed"))]
    pub indoor: bool,
    /// Address.
    #[schemars(extend("x-title" = ["地址", "Address"], "x-flags" = "searchable"))]
    pub address: Option<String>,
    /// Who opens it.
    #[schemars(extend("x-title" = ["管理人", "Manager"], "x-flags" = "searchable"))]
    pub manager: Option<String>,
    /// Telephone of the manager.
    #[schemars(extend("x-title" = ["联系电话", "Phone"], "x-flags" = "personal", "format" = "phone"))]
    pub phone: Option<String>,
}

impl Kind for Shelter {
    const NAME: &'static str = "shelter";
    const TITLE: Text = Text::new("避难场所", "Shelter");
    const ICON: &'static str = "shelter";
}
