//! Devices that move: where they are. Where they were is told by [`crate::tracks`].
//!
//! A device is followed if it has the series `lng` and `lat`, in degrees (CGCS2000), as vehicle
//! terminals send them; `speed_kmh`, `direction` and `alarm.*` are told beside them where they exist.

use fengsui_kernel::{DivisionCode, Place, Point, Principal, Result, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Catalogue, Device};
use crate::engine::SeriesEngine;

/// Where a device that moves was last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DevicePosition {
    /// The device, by record id.
    pub device: String,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its division, where it is at home.
    pub division: DivisionCode,
    /// Where it was.
    pub location: Point,
    /// When.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub observed_at: Timestamp,
    /// Whether it is heard now.
    pub online: bool,
    /// Its speed, km/h.
    pub speed_kmh: Option<f64>,
    /// Where it was heading, degrees clockwise from north.
    pub direction: Option<f64>,
    /// Alarms that it reports now, by the code of their series without `alarm.`.
    pub alarms: Vec<String>,
}

pub(crate) fn place(device: &Device) -> Place {
    Place { division: device.row.division, enterprise: device.row.enterprise.clone() }
}

/// The last number of a series of a device, with its time.
fn last(catalogue: &Catalogue, device: &Device, code: &str) -> Option<(f64, Timestamp)> {
    let series = catalogue.series.get(device.codes.get(code)?)?;
    let last = series.last.as_ref()?;
    last.quality.judgeable().then_some((last.value()?, last.observed_at))
}

fn position(catalogue: &Catalogue, device: &Device) -> Option<DevicePosition> {
    let ((lon, observed_at), (lat, _)) = (last(catalogue, device, "lng")?, last(catalogue, device, "lat")?);
    let on = |code: &&String| last(catalogue, device, code).is_some_and(|(value, _)| value >= 1.0);
    let mut alarms: Vec<String> =
        device.codes.keys().filter(on).filter_map(|code| code.strip_prefix("alarm.")).map(str::to_owned).collect();
    alarms.sort_unstable();
    Some(DevicePosition {
        device: device.row.id.clone(),
        code: device.row.code.clone(),
        name: device.row.name.clone(),
        division: device.row.division,
        location: Point::new(lon, lat).ok()?,
        observed_at,
        online: device.row.online,
        speed_kmh: last(catalogue, device, "speed_kmh").map(|(value, _)| value),
        direction: last(catalogue, device, "direction").map(|(value, _)| value),
        alarms,
    })
}

impl SeriesEngine {
    /// Where the devices that move are, by code.
    pub async fn positions(&self, principal: &Principal) -> Result<Vec<DevicePosition>> {
        principal.scopes("read", "series")?;
        let catalogue = self.core.catalogue.lock().await;
        let seen = catalogue.devices.values().filter(|device| principal.may("read", "series", &place(device)));
        let mut found: Vec<DevicePosition> = seen.filter_map(|device| position(&catalogue, device)).collect();
        found.sort_by(|one, other| one.code.cmp(&other.code));
        Ok(found)
    }
}
