//! Posts (岗位): a seat in an organisation with a role, held by a person. Rights come from posts.

use fengsui_kernel::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Kind;
use crate::kind::Geometry;

crate::choices! {
    /// What whoever holds a post may do; the rights of each role are configuration.
    pub enum Role {
        DutyOfficer = "duty_officer", "值班员", "duty officer";
        DutyLeader = "duty_leader", "带班领导", "duty leader";
        WarningApprover = "warning_approver", "预警签发人", "warning approver";
        Commander = "commander", "指挥长", "commander";
        EnterpriseSafety = "enterprise_safety", "企业安全管理人员", "enterprise safety officer";
        RescueLeader = "rescue_leader", "救援队伍负责人", "rescue team leader";
        InformationOfficer = "information_officer", "信息专员", "information officer";
        Administrator = "administrator", "系统管理员", "administrator";
        DisasterInfoOfficer = "disaster_info_officer", "灾害信息员", "disaster information officer";
        Viewer = "viewer", "只读用户", "viewer";
    }
}

/// A post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// Where the seat is.
    #[schemars(extend("x-title" = ["所属机构", "Organisation"], "x-flags" = "filterable listed", "x-reference" = "organisation"))]
    pub organisation: String,
    /// What is written on the door.
    #[schemars(extend("x-title" = ["岗位职务", "Title"], "x-flags" = "listed searchable"))]
    pub title: String,
    /// What it may do.
    #[schemars(extend("x-title" = ["角色", "Role"], "x-flags" = "filterable listed"))]
    pub role: Role,
    /// Who holds it.
    #[schemars(extend("x-title" = ["任职人员", "Person"], "x-flags" = "filterable listed", "x-reference" = "person"))]
    pub person: Option<String>,
}

impl Kind for Post {
    const NAME: &'static str = "post";
    const TITLE: Text = Text::new("岗位", "Post");
    const ICON: &'static str = "badge";
    const GEOMETRY: Geometry = Geometry::None;
}
