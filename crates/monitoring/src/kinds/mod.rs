//! The kinds of what is watched: enterprises, their installations, and devices.

mod device;
mod earthquake;
mod enterprise;
mod fence;
mod fire_hotspot;
mod installation;

pub use device::{Device, DeviceCategory, DeviceProtocol, VehicleClass};
pub use earthquake::Earthquake;
pub use enterprise::{Enterprise, EnterpriseRisk, HeatSourceKind, Industry, MajorHazardGrade, is_heat_source};
pub use fence::{Fence, FenceCorner, FencePriority, FenceSense, FenceShape, Weekday};
pub use fire_hotspot::{FireHotspot, HotspotJudgement};
pub use installation::{Installation, InstallationCategory};

use fengsui_registry::KindSpec;

/// The descriptions of these kinds.
pub fn kinds() -> Vec<KindSpec> {
    vec![
        KindSpec::of::<Enterprise>(),
        KindSpec::of::<Installation>(),
        KindSpec::of::<Device>(),
        KindSpec::of::<Fence>(),
        KindSpec::of::<Earthquake>(),
        KindSpec::of::<FireHotspot>(),
    ]
}
