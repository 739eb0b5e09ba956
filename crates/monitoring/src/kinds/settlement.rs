//! Settlements (居民点): where people live who may have to leave, and who sees to it.

use fengsui_kernel::{Fault, Problems, Text};
use fengsui_registry::Kind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place where people live: a village group, a courtyard, a street.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settlement {
    /// People.
    #[schemars(extend("x-title" = ["人口", "People"], "x-flags" = "filterable listed", "x-unit" = "人"))]
    pub population: u32,
    /// Those of them who cannot leave by themselves.
    #[schemars(extend("x-title" = ["需帮扶转移人数", "People who need help"], "x-flags" = "filterable listed", "x-unit" = "人"))]
    pub assisted: Option<u32>,
    /// Households.
    #[schemars(extend("x-title" = ["户数", "Households"], "x-unit" = "户"))]
    pub households: Option<u32>,
    /// The dam above it.
    #[schemars(extend("x-title" = ["上游库坝", "Dam above it"], "x-flags" = "filterable listed", "x-reference" = "dam"))]
    pub dam: Option<String>,
    /// Minutes that a flood takes from that dam.
    #[schemars(extend("x-title" = ["洪水到达时间", "Flood arrives after"], "x-flags" = "filterable listed", "x-unit" = "min", "minimum" = 0, "maximum" = 10_080))]
    pub arrival_minutes: Option<u32>,
    /// Who sees to it that everybody leaves (转移责任人).
    #[schemars(extend("x-title" = ["转移责任人岗位", "Post that moves people"], "x-flags" = "filterable", "x-reference" = "post"))]
    pub responsible_post: Option<String>,
    /// Where they go; by name, for it need not be a shelter of the ledger.
    #[schemars(extend("x-title" = ["转移安置场所", "Shelter"], "x-flags" = "searchable", "maxLength" = 200))]
    pub shelter: Option<String>,
    /// Which way.
    #[schemars(extend("x-title" = ["转移路线", "Way"], "x-flags" = "searchable", "maxLength" = 500))]
    pub route: Option<String>,
}

impl Kind for Settlement {
    const NAME: &'static str = "settlement";
    const TITLE: Text = Text::new("居民点", "Settlement");
    const ICON: &'static str = "home";

    fn validate(&self, problems: &mut Problems) {
        if self.assisted.is_some_and(|assisted| assisted > self.population) {
            problems.push(Fault::field("attributes.assisted", "more_than_population"));
        }
        if self.arrival_minutes.is_some() && self.dam.is_none() {
            problems.push(Fault::field("attributes.dam", "required"));
        }
        if self.arrival_minutes.is_some_and(|minutes| minutes > 10_080) {
            problems
                .push(Fault::field("attributes.arrival_minutes", "out_of_range").with("min", "0").with("max", "10080"));
        }
    }
}
