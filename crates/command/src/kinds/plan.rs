//! Plans (应急预案), taken apart into levels and actions so that they can be carried out.

use std::collections::HashSet;

use fengsui_kernel::{Fault, Problems, Text};
use fengsui_registry::ground::Role;
use fengsui_registry::kind::Geometry;
use fengsui_registry::{Kind, choices};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// What a plan covers.
    pub enum PlanCategory {
        Overall = "overall", "总体应急预案", "overall";
        Special = "special", "专项应急预案", "special";
        Departmental = "departmental", "部门应急预案", "departmental";
        OnsiteDisposal = "onsite_disposal", "现场处置方案", "on-site disposal";
    }
}

choices! {
    /// When an action is due.
    pub enum PlanPhase {
        Report = "report", "信息报告", "report";
        Activate = "activate", "响应启动", "activate";
        Operate = "operate", "处置行动", "operate";
        Demobilize = "demobilize", "响应终止", "demobilize";
    }
}

/// Who may start the response of a level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanLevel {
    /// Response level, 1 the highest.
    #[schemars(extend("minimum" = 1, "maximum" = 4))]
    pub level: u8,
    /// The role that approves it.
    pub approver_role: Role,
}

/// One action: who does what until when, and with which proof.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanAction {
    /// When it is due.
    pub phase: PlanPhase,
    /// The working group.
    pub group: String,
    /// What is done.
    #[schemars(extend("maxLength" = 1000))]
    pub title: String,
    /// What it is done to.
    pub object: Option<String>,
    /// The role that does it.
    pub role: Role,
    /// Minutes from the start of the phase.
    pub deadline_minutes: u32,
    /// Whether completing it needs proof.
    pub evidence_required: bool,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// What it covers.
    #[schemars(extend("x-title" = ["预案类别", "Category"], "x-flags" = "filterable listed"))]
    pub category: PlanCategory,
    /// Codes of the event types it is for.
    #[schemars(extend("x-title" = ["适用事件类型", "Event types"], "x-flags" = "filterable searchable listed", "minItems" = 1))]
    pub event_types: Vec<String>,
    /// Who may start which level.
    #[schemars(extend("x-title" = ["响应分级", "Levels"], "maxItems" = 4))]
    pub levels: Vec<PlanLevel>,
    /// What is to be done.
    #[schemars(extend("x-title" = ["行动项", "Actions"], "maxItems" = 300))]
    pub actions: Vec<PlanAction>,
    /// Who issued it.
    #[schemars(extend("x-title" = ["编制单位", "Organisation"], "x-flags" = "filterable listed", "x-reference" = "organisation"))]
    pub organisation: Option<String>,
    /// When.
    #[schemars(extend("x-title" = ["发布日期", "Issued on"], "x-flags" = "filterable listed", "format" = "date"))]
    pub issued_on: Option<String>,
}

impl Kind for Plan {
    const NAME: &'static str = "plan";
    const TITLE: Text = Text::new("应急预案", "Plan");
    const ICON: &'static str = "plan";
    const GEOMETRY: Geometry = Geometry::None;

    fn validate(&self, problems: &mut Problems) {
        let mut seen = HashSet::new();
        if let Some(twice) = self.levels.iter().find(|level| !seen.insert(level.level)) {
            problems.push(Fault::field("attributes.levels", "duplicate_item").with("value", &twice.level.to_string()));
        }
    }
}
