//! Enterprises (企业).

use fengsui_kernel::{Fault, Problems, Text};
use fengsui_registry::{Kind, choices};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// The supervised industries.
    pub enum Industry {
        HazardousChemicals = "hazardous_chemicals", "危险化学品", "hazardous chemicals";
        CoalMine = "coal_mine", "煤矿", "coal mine";
        Metallurgy = "metallurgy", "冶金有色", "metallurgy";
        Gas = "gas", "燃气", "gas";
        Logistics = "logistics", "仓储物流", "logistics";
        IndustryTrade = "industry_trade", "工贸", "industry and trade";
    }
}

choices! {
    /// Grade of the gravest major hazard installation on the site (GB 18218).
    pub enum MajorHazardGrade {
        One = "grade_1", "一级重大危险源", "grade 1";
        Two = "grade_2", "二级重大危险源", "grade 2";
        Three = "grade_3", "三级重大危险源", "grade 3";
        Four = "grade_4", "四级重大危险源", "grade 4";
        None = "none", "不构成重大危险源", "none";
    }
}

choices! {
    /// Risk level of the enterprise (four colours).
    pub enum EnterpriseRisk {
        Major = "major", "重大风险", "major", also ["红", "红色", "重大"];
        RelativelyLarge = "relatively_large", "较大风险", "relatively large", also ["橙", "橙色", "较大"];
        General = "general", "一般风险", "general", also ["黄", "黄色", "一般"];
        Low = "low", "低风险", "low", also ["蓝", "蓝色", "低"];
    }
}

choices! {
    /// Heat that a satellite sees day and night.
    pub enum HeatSourceKind {
        Steel = "steel", "钢铁", "steel";
        Coking = "coking", "焦化", "coking";
        Cement = "cement", "水泥", "cement";
        Power = "power", "火电", "power";
        Refinery = "refinery", "炼化（火炬）", "refinery (flare)";
        Other = "other", "其他热源", "other heat";
        None = "none", "非热源", "none";
    }
}

/// Whether a satellite takes the heat of an enterprise for fire: as the ledger says, and metallurgy where it says
/// nothing.
pub fn is_heat_source(attributes: &serde_json::Value) -> bool {
    let told = |key: &str| attributes.get(key).and_then(serde_json::Value::as_str);
    match told("heat_source") {
        Some(told) => told != "none",
        None => told("industry") == Some("metallurgy"),
    }
}

/// An enterprise under supervision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Enterprise {
    /// Unified social credit code (GB 32100).
    #[schemars(extend("x-title" = ["统一社会信用代码", "Credit code"], "x-flags" = "filterable searchable listed", "format" = "credit_code"))]
    pub credit_code: String,
    /// Industry.
    #[schemars(extend("x-title" = ["行业", "Industry"], "x-flags" = "filterable searchable listed"))]
    pub industry: Industry,
    /// Address.
    #[schemars(extend("x-title" = ["地址", "Address"], "x-flags" = "searchable"))]
    pub address: Option<String>,
    /// Whom to ask for.
    #[schemars(extend("x-title" = ["联系人", "Contact"], "x-flags" = "searchable"))]
    pub contact: Option<String>,
    /// Telephone of the contact.
    #[schemars(extend("x-title" = ["联系电话", "Phone"], "x-flags" = "listed personal", "format" = "phone"))]
    pub phone: Option<String>,
    /// Grade of its gravest major hazard installation.
    #[schemars(extend("x-title" = ["重大危险源等级", "Major hazard grade"], "x-flags" = "filterable listed"))]
    pub major_hazard_grade: MajorHazardGrade,
    /// People employed.
    #[schemars(extend("x-title" = ["从业人数", "Employees"], "x-flags" = "filterable", "x-unit" = "人"))]
    pub employees: Option<u32>,
    /// Risk level.
    #[schemars(extend("x-title" = ["风险等级", "Risk level"], "x-flags" = "filterable listed"))]
    pub risk_level: EnterpriseRisk,
    /// Heat that a satellite sees: masks fire pixels near it. Metallurgy is one unless `none` is said here.
    #[schemars(extend("x-title" = ["固定热源", "Heat source"], "x-flags" = "filterable"))]
    pub heat_source: Option<HeatSourceKind>,
}

impl Kind for Enterprise {
    const NAME: &'static str = "enterprise";
    const TITLE: Text = Text::new("企业", "Enterprise");
    const ICON: &'static str = "factory";

    fn validate(&self, problems: &mut Problems) {
        if self.employees.is_some_and(|count| count > 2_000_000) {
            problems.push(Fault::field("attributes.employees", "too_great").with("max", "2000000"));
        }
    }
}
