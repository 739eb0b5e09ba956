//! The kinds of what helps: teams, experts, depots, shelters, the plans that say how, and what is
//! drawn and kept on the map.

mod depot;
mod expert;
mod map_view;
mod plan;
mod plot;
mod rescue_team;
mod shelter;

pub use depot::{Depot, DepotCategory};
pub use expert::Expert;
pub use map_view::{LayerFilter, MapView};
pub use plan::{Plan, PlanAction, PlanCategory, PlanLevel, PlanPhase};
pub use plot::{Plot, PlotColor, PlotElement, PlotMode, PlotPoint, PlotShape};
pub use rescue_team::{Capability, RescueTeam, TeamCategory, TeamStatus};
pub use shelter::{Shelter, ShelterCategory};

use fengsui_registry::KindSpec;

/// The descriptions of these kinds.
pub fn kinds() -> Vec<KindSpec> {
    vec![
        KindSpec::of::<RescueTeam>(),
        KindSpec::of::<Expert>(),
        KindSpec::of::<Depot>(),
        KindSpec::of::<Shelter>(),
        KindSpec::of::<Plan>(),
        KindSpec::of::<Plot>(),
        KindSpec::of::<MapView>(),
    ]
}
