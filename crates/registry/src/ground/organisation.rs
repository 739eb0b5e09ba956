//! Organisations (机构).

use fengsui_kernel::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Kind;

crate::choices! {
    /// What an organisation is.
    pub enum OrganisationCategory {
        EmergencyBureau = "emergency_bureau", "应急管理部门", "emergency management bureau";
        Government = "government", "人民政府", "government";
        FireRescue = "fire_rescue", "消防救援机构", "fire and rescue";
        Department = "department", "其他部门", "department";
        Township = "township", "乡镇（街道）", "township";
        Enterprise = "enterprise", "企业", "enterprise";
        Medical = "medical", "医疗卫生机构", "medical institution";
    }
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// What it is.
    #[schemars(extend("x-title" = ["机构类别", "Category"], "x-flags" = "filterable listed"))]
    pub category: OrganisationCategory,
    /// The organisation above it.
    #[schemars(extend("x-title" = ["上级机构", "Parent"], "x-flags" = "filterable listed", "x-reference" = "organisation"))]
    pub parent: Option<String>,
    /// Telephone of the duty room: public, no personal data.
    #[schemars(extend("x-title" = ["值班电话", "Duty phone"], "x-flags" = "listed searchable", "format" = "phone"))]
    pub duty_phone: Option<String>,
}

impl Kind for Organisation {
    const NAME: &'static str = "organisation";
    const TITLE: Text = Text::new("机构", "Organisation");
    const ICON: &'static str = "building";
}
