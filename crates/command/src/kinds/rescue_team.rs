//! Rescue teams (救援队伍).

use fengsui_kernel::{Fault, Problems, Text};
use fengsui_registry::{Kind, choices};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// Who keeps the team.
    pub enum TeamCategory {
        NationalFireRescue = "national_fire_rescue", "国家综合性消防救援队伍", "national fire and rescue";
        Professional = "professional", "专业应急救援队伍", "professional";
        Enterprise = "enterprise", "企业救援队伍", "enterprise";
        Social = "social", "社会应急力量", "social";
        Grassroots = "grassroots", "基层应急救援队伍", "grassroots";
    }
}

choices! {
    /// What the team can do.
    pub enum Capability {
        Hazmat = "hazmat", "危险化学品处置", "hazardous materials";
        Fire = "fire", "灭火", "fire";
        Mine = "mine", "矿山救护", "mine rescue";
        Flood = "flood", "抗洪抢险", "flood";
        Medical = "medical", "医疗救护", "medical";
        Search = "search", "搜救", "search and rescue";
    }
}

choices! {
    /// What the team does now.
    pub enum TeamStatus {
        Standby = "standby", "备勤", "standby";
        Alerted = "alerted", "已预警", "alerted";
        Enroute = "enroute", "途中", "en route";
        Onsite = "onsite", "到场", "on site";
        Resting = "resting", "休整", "resting";
        Returned = "returned", "已归队", "returned";
    }
}

/// A rescue team.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RescueTeam {
    /// Who keeps it.
    #[schemars(extend("x-title" = ["队伍类别", "Category"], "x-flags" = "filterable listed"))]
    pub category: TeamCategory,
    /// What it can do.
    #[schemars(extend("x-title" = ["救援能力", "Capability"], "x-flags" = "filterable searchable listed", "minItems" = 1, "maxItems" = 20))]
    pub capability: Vec<Capability>,
    /// How many people.
    #[schemars(extend("x-title" = ["人数", "Headcount"], "x-flags" = "filterable listed", "x-unit" = "人"))]
    pub headcount: u32,
    /// Telephone of its duty room: no personal data.
    #[schemars(extend("x-title" = ["值班电话", "Duty phone"], "x-flags" = "listed", "format" = "phone"))]
    pub duty_phone: Option<String>,
    /// The post that leads it and receives orders.
    #[schemars(extend("x-title" = ["负责人岗位", "Leader post"], "x-flags" = "filterable", "x-reference" = "post"))]
    pub leader_post: Option<String>,
    /// Minutes from the order to departure.
    #[schemars(extend("x-title" = ["出动时间", "Mobilisation"], "x-flags" = "filterable", "x-unit" = "min"))]
    pub mobilise_minutes: Option<u32>,
    /// What it does now.
    #[schemars(extend("x-title" = ["状态", "Status"], "x-flags" = "filterable listed"))]
    pub status: TeamStatus,
}

impl Kind for RescueTeam {
    const NAME: &'static str = "rescue_team";
    const TITLE: Text = Text::new("救援队伍", "Rescue team");
    const ICON: &'static str = "team";

    fn validate(&self, problems: &mut Problems) {
        if self.headcount == 0 || self.headcount > 100_000 {
            problems.push(Fault::field("attributes.headcount", "out_of_range").with("min", "1").with("max", "100000"));
        }
    }
}
