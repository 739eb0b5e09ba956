//! The kinds of what is watched: enterprises, their installations, and devices; dams and who
//! lives below them; earthquakes and fires that others report.

mod dam;
mod device;
mod earthquake;
mod enterprise;
mod fence;
mod fire_hotspot;
mod installation;
mod settlement;

pub use dam::{Dam, DamCategory, DamScale};
pub use device::{Device, DeviceCategory, DeviceProtocol, VehicleClass};
pub use earthquake::Earthquake;
pub use enterprise::{Enterprise, EnterpriseRisk, HeatSourceKind, Industry, MajorHazardGrade, is_heat_source};
pub use fence::{Fence, FenceCorner, FencePriority, FenceSense, FenceShape, Weekday};
pub use fire_hotspot::{FireHotspot, HotspotJudgement};
pub use installation::{Installation, InstallationCategory};
pub use settlement::Settlement;

use fengsui_registry::KindSpec;

/// The descriptions of these kinds.
pub fn kinds() -> Vec<KindSpec> {
    vec![
        KindSpec::of::<Enterprise>(),
        KindSpec::of::<Installation>(),
        KindSpec::of::<Device>(),
        KindSpec::of::<Fence>(),
        KindSpec::of::<Dam>(),
        KindSpec::of::<Settlement>(),
        KindSpec::of::<Earthquake>(),
        KindSpec::of::<FireHotspot>(),
    ]
}
