//! Devices counted under what they watch, for boards: by enterprise, by installation, or one by one.

use std::collections::HashMap;

use fengsui_kernel::id::AlarmId;
use fengsui_kernel::{DivisionCode, Principal, Result, Scope, Timestamp};
use fengsui_storage::series::{alarms, open_alarms, out_of_service};
use rustc_hash::FxHashSet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use fengsui_storage::series::open_alarms::OpenAlarm;

use crate::catalogue::{Catalogue, Device};
use crate::engine::SeriesEngine;
use crate::view::AlarmView;

/// Open alarms that are counted at most: beyond, a control room has other troubles than a figure.
const MOST_ALARMS: u32 = 20_000;

/// What devices and alarms are counted under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Under {
    /// The enterprise that they belong to.
    Enterprise,
    /// The installation that a series measures.
    Installation,
    /// Each device by itself.
    Device,
}

impl Under {
    /// By what an open alarm is counted, as a record id.
    pub fn of(self, alarm: &OpenAlarm) -> Option<&str> {
        match self {
            Self::Enterprise => alarm.enterprise.as_deref(),
            Self::Installation => alarm.installation.as_deref(),
            Self::Device => Some(&alarm.device),
        }
    }
}

/// How the devices of an object are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeviceTally {
    /// Heard.
    pub online: u32,
    /// Heard once and now silent.
    pub silent: u32,
    /// Never heard.
    pub never: u32,
    /// Devices and series out of service.
    pub out_of_service: u32,
}

impl DeviceTally {
    /// All devices.
    pub fn total(&self) -> u32 {
        self.online + self.silent + self.never
    }

    /// Adds another.
    pub fn add(&mut self, other: &Self) {
        self.online += other.online;
        self.silent += other.silent;
        self.never += other.never;
        self.out_of_service += other.out_of_service;
    }

    fn count(&mut self, device: &Device) {
        match (device.row.online, device.row.last_heard_at) {
            (true, _) => self.online += 1,
            (false, Some(_)) => self.silent += 1,
            (false, None) => self.never += 1,
        }
    }
}

/// Which series of a device count, by code.
pub type Sensed<'a> = &'a (dyn Fn(&str) -> bool + Sync);

/// Under which objects a device, or one series of it, is counted.
fn keys<'a>(
    catalogue: &'a Catalogue,
    device: &'a Device,
    under: Under,
    sensed: Sensed<'_>,
    only: i64,
) -> FxHashSet<&'a str> {
    let chosen = device.codes.iter().filter(|(code, number)| (only == 0 || **number == only) && sensed(code));
    match under {
        Under::Device => chosen.take(1).map(|_| device.row.id.as_str()).collect(),
        Under::Enterprise => chosen.take(1).filter_map(|_| device.row.enterprise.as_deref()).collect(),
        Under::Installation => {
            chosen.filter_map(|(_, number)| catalogue.series.get(number)?.facts.installation.as_deref()).collect()
        }
    }
}

impl SeriesEngine {
    /// For other engines, without a caller: the devices that have a series with one of the codes, counted under what
    /// they watch.
    pub async fn tallies(&self, under: Under, sensed: Sensed<'_>) -> Result<HashMap<String, DeviceTally>> {
        let everywhere = [Scope::Subtree { division: DivisionCode::COUNTRY }];
        let out = out_of_service::current(&self.core.db, &everywhere).await?;
        let catalogue = self.core.catalogue.lock().await;
        let mut found: HashMap<String, DeviceTally> = HashMap::new();
        for device in catalogue.devices.values() {
            for key in keys(&catalogue, device, under, sensed, 0) {
                found.entry(key.to_owned()).or_default().count(device);
            }
        }
        for row in out {
            let Some(device) = catalogue.devices.get(&row.device) else { continue };
            for key in keys(&catalogue, device, under, sensed, row.number) {
                found.entry(key.to_owned()).or_default().out_of_service += 1;
            }
        }
        Ok(found)
    }

    /// For other engines, without a caller: all alarms on the desk, what waits for an acknowledgement first, the most
    /// urgent first.
    pub async fn alarms_on_desk(&self) -> Result<Vec<OpenAlarm>> {
        open_alarms::open_alarms(&self.core.db, MOST_ALARMS).await
    }

    /// Those of some alarms that the caller may see, in their order.
    pub async fn alarms_by_ids(&self, principal: &Principal, ids: &[AlarmId]) -> Result<Vec<AlarmView>> {
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let alarm = alarms::get(&self.core.db, id).await?.map(AlarmView::from);
            found.extend(alarm.filter(|alarm| principal.may("read", "alarm", &alarm.place())));
        }
        Ok(found)
    }

    /// The present time of the store's clock.
    pub fn now(&self) -> Timestamp {
        self.core.db.now()
    }
}
