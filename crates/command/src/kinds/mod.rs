//! The kinds of what helps: teams, experts, depots, shelters, and the plans that say how.

mod depot;
mod expert;
mod plan;
mod rescue_team;
mod shelter;

pub use depot::{Depot, DepotCategory};
pub use expert::Expert;
pub use plan::{Plan, PlanAction, PlanCategory, PlanLevel, PlanPhase};
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
    ]
}
