//! The kinds of what is watched: enterprises, their installations, and devices.

mod device;
mod enterprise;
mod installation;

pub use device::{Device, DeviceCategory, DeviceProtocol};
pub use enterprise::{Enterprise, EnterpriseRisk, Industry, MajorHazardGrade};
pub use installation::{Installation, InstallationCategory};

use fengsui_registry::KindSpec;

/// The descriptions of these kinds.
pub fn kinds() -> Vec<KindSpec> {
    vec![KindSpec::of::<Enterprise>(), KindSpec::of::<Installation>(), KindSpec::of::<Device>()]
}
