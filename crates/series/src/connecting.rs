//! Devices that come and fall silent, as the planner sees it.
//!
//! After an outage a whole fleet comes back at once, and at the next one falls silent at once. Each of them is told:
//! kept, traced and sent to live screens. To tell twenty thousand in one unit of work would hold back readings and
//! alarms for seconds, so a second has room for some; the others are told in the seconds after.

use fengsui_kernel::Timestamp;

use crate::catalogue::Device;
use crate::plan::{Connection, Planner};
use crate::presence::LEAST_SILENCE_SECONDS;
use crate::rules::later::seconds;

/// Devices whose coming or silence is told in one second.
const TOLD_EACH_SECOND: usize = 500;

impl Planner<'_> {
    /// A device was heard.
    pub(crate) fn hear(&mut self, device: &Device, received_at: Timestamp) {
        if !self.is_online(device) {
            self.connect(device, received_at, true);
        }
        match self.plan.heard.get_mut(&device.slot) {
            Some((_, heard)) => *heard = received_at,
            None => drop(self.plan.heard.insert(device.slot, (device.row.id.clone(), received_at))),
        }
    }

    /// A second passed: devices that were heard and not told yet come, those silent for too long go.
    pub(crate) fn tell_connections(&mut self) {
        self.plan.fresh_second = true;
        let catalogue = self.catalogue;
        for device in catalogue.devices.values() {
            let limit = catalogue.silence_seconds(device);
            let heard = self.plan.heard_at(device).or(device.row.last_heard_at);
            if !self.is_online(device) {
                let lately = |heard: &Timestamp| seconds(*heard, limit.unwrap_or(LEAST_SILENCE_SECONDS)) >= self.now;
                if let Some(heard) = heard.filter(lately) {
                    self.connect(device, heard, true);
                }
                continue;
            }
            let Some(limit) = limit else { continue };
            let since = heard.map_or(catalogue.listening_since, |heard| heard.max(catalogue.listening_since));
            let at = seconds(since, limit);
            if at < self.now {
                self.connect(device, at, false);
            }
        }
    }

    fn is_online(&self, device: &Device) -> bool {
        self.plan.connected.get(&device.slot).copied().unwrap_or(device.row.online)
    }

    fn connect(&mut self, device: &Device, at: Timestamp, online: bool) {
        let before = if self.plan.fresh_second { 0 } else { self.catalogue.told };
        if before + self.plan.connections.len() < TOLD_EACH_SECOND {
            self.plan.connected.insert(device.slot, online);
            self.plan.connections.push(Connection { device: device.row.id.clone(), at, online });
        }
    }
}
