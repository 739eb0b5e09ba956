//! Experts (专家).

use fengsui_kernel::Text;
use fengsui_registry::Kind;
use fengsui_registry::kind::Geometry;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An expert who can be asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expert {
    /// What the expert knows.
    #[schemars(extend("x-title" = ["专业领域", "Speciality"], "x-flags" = "filterable searchable listed"))]
    pub speciality: String,
    /// Where the expert works; need not be in the ledger.
    #[schemars(extend("x-title" = ["工作单位", "Organisation"], "x-flags" = "searchable listed"))]
    pub organisation_name: Option<String>,
    /// Telephone.
    #[schemars(extend("x-title" = ["手机", "Phone"], "x-flags" = "listed personal", "format" = "phone"))]
    pub phone: Option<String>,
    /// Title.
    #[schemars(extend("x-title" = ["职称", "Title"], "x-flags" = "searchable listed"))]
    pub title: Option<String>,
}

impl Kind for Expert {
    const NAME: &'static str = "expert";
    const TITLE: Text = Text::new("专家", "Expert");
    const ICON: &'static str = "expert";
    const GEOMETRY: Geometry = Geometry::None;
}
