//! How well a device is, without any rule over it: silence, a wrong clock, a line that never moves, jumps, values
//! outside the instrument's scale, and the battery and signal that its protocol tells.

mod clock;
mod signs;

use fengsui_kernel::clock::from_millis;
use fengsui_kernel::id::SeriesId;
use fengsui_kernel::{Principal, Result, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use self::clock::ClockWindow;
pub(crate) use self::signs::Signs;
use crate::catalogue::{Catalogue, Device, Watched};
use crate::engine::SeriesEngine;
use crate::presence::{DevicePresence, Presence};

/// A clock that is off by more is told, in seconds. Frames bear whole seconds and networks delay some.
pub const CLOCK_TOLERANCE_SECONDS: i64 = 120;
/// Codes of series that tell of the device itself: its battery, its supply, its signal.
const VITALS: [&str; 8] =
    ["battery", "battery_voltage", "voltage", "power_voltage", "signal", "signal_strength", "rssi", "csq"];

/// What is wrong with a device. The order is that of urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceTrouble {
    /// It was heard and is silent.
    Silent,
    /// Its clock is off: readings bear wrong times.
    Clock,
    /// A value jumps by more than half its scale.
    Jump,
    /// A value lies outside the instrument's scale.
    OutOfScale,
    /// Its calibration is overdue.
    CalibrationOverdue,
    /// A value other than zero has not moved for a day.
    Still,
    /// Its calibration is due soon.
    CalibrationSoon,
    /// It was never heard.
    Never,
    /// None of its series says how often it is expected: its silence would not be noticed.
    Unmeasured,
}

/// One thing that is wrong with a device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TroubleView {
    /// What.
    pub trouble: DeviceTrouble,
    /// Since when, where that is known.
    pub since: Option<Timestamp>,
    /// The series, where it is one.
    pub series: Option<SeriesId>,
    /// The series' name.
    pub series_name: Option<String>,
    /// The value that shows it.
    pub value: Option<f64>,
    /// The value before, of a jump.
    pub before: Option<f64>,
    /// The unit of the value.
    pub unit: Option<String>,
    /// Seconds by which the clock is slow; negative where it is fast.
    pub seconds: Option<i64>,
    /// Days until the calibration is due; negative where it is overdue.
    pub days: Option<i64>,
}

impl TroubleView {
    /// A trouble of the device as a whole.
    pub fn of(trouble: DeviceTrouble) -> Self {
        Self {
            trouble,
            since: None,
            series: None,
            series_name: None,
            value: None,
            before: None,
            unit: None,
            seconds: None,
            days: None,
        }
    }
}

/// What a device tells of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VitalView {
    /// Name of the series.
    pub name: String,
    /// The value as its sender wrote it.
    pub value: String,
    /// Its unit.
    pub unit: String,
    /// When it was measured.
    pub observed_at: Timestamp,
}

/// A device with what is wrong with it, the most urgent first.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceHealth {
    /// The device and whether it is heard.
    pub device: DevicePresence,
    /// What is wrong.
    pub troubles: Vec<TroubleView>,
    /// Seconds by which its clock is slow; negative where it is fast; absent while too few messages came.
    pub clock_seconds: Option<i64>,
    /// Battery, supply and signal.
    pub vitals: Vec<VitalView>,
}

impl SeriesEngine {
    /// How well the devices are whose series the caller may read, or the one given; by code.
    pub async fn device_health(&self, principal: &Principal, device: Option<&str>) -> Result<Vec<DeviceHealth>> {
        let mut devices = self.presence(principal, &[self.core.db.now()]).await?;
        devices.retain(|one| device.is_none_or(|asked| asked == one.device));
        let now = self.core.db.now();
        let catalogue = self.core.catalogue.lock().await;
        Ok(devices.into_iter().map(|device| health(&catalogue, device, now)).collect())
    }
}

fn health(catalogue: &Catalogue, presence: DevicePresence, now: Timestamp) -> DeviceHealth {
    let mut troubles = Vec::new();
    match presence.presence {
        Presence::Offline => {
            troubles.push(TroubleView { since: presence.last_heard_at, ..TroubleView::of(DeviceTrouble::Silent) });
        }
        Presence::Never => troubles.push(TroubleView::of(DeviceTrouble::Never)),
        Presence::Unmeasured => troubles.push(TroubleView::of(DeviceTrouble::Unmeasured)),
        Presence::Online | Presence::OutOfService => {}
    }
    let known = catalogue.devices.get(&presence.device);
    let clock_seconds = known.and_then(|device| catalogue.clocks.get(device.slot as usize)?.behind_seconds());
    if let Some(seconds) = clock_seconds.filter(|seconds| seconds.abs() > CLOCK_TOLERANCE_SECONDS) {
        troubles.push(TroubleView { seconds: Some(seconds), ..TroubleView::of(DeviceTrouble::Clock) });
    }
    let mut vitals = Vec::new();
    for (code, series) in known.map(|device| series_of(catalogue, device)).unwrap_or_default() {
        signs_of(series, presence.presence, now, &mut troubles);
        vitals.extend(vital(code, series));
    }
    troubles.sort_by_key(|one| one.trouble);
    DeviceHealth { device: presence, troubles, clock_seconds, vitals }
}

/// The series of a device by code, in order.
fn series_of<'a>(catalogue: &'a Catalogue, device: &'a Device) -> Vec<(&'a str, &'a Watched)> {
    let found = device.codes.iter().filter_map(|(code, number)| Some((code.as_str(), catalogue.series.get(number)?)));
    let mut found: Vec<_> = found.collect();
    found.sort_unstable_by_key(|(code, _)| *code);
    found
}

fn vital(code: &str, series: &Watched) -> Option<VitalView> {
    let last = series.last.as_ref().filter(|_| VITALS.contains(&code.to_ascii_lowercase().as_str()))?;
    Some(VitalView {
        name: series.facts.name.clone(),
        value: last.figure.to_string(),
        unit: series.facts.unit.clone(),
        observed_at: last.observed_at,
    })
}

fn signs_of(series: &Watched, presence: Presence, now: Timestamp, troubles: &mut Vec<TroubleView>) {
    let facts = &series.facts;
    let of = |trouble| TroubleView {
        series: Some(series.id.clone()),
        series_name: Some(facts.name.clone()),
        unit: Some(facts.unit.clone()),
        ..TroubleView::of(trouble)
    };
    if let Some((at, before, value)) = series.signs.jump(now.as_millisecond()) {
        let since = Some(from_millis(at));
        troubles.push(TroubleView { since, before: Some(before), value: Some(value), ..of(DeviceTrouble::Jump) });
    }
    // A count or a state has no unit: it may stand for weeks. A silent device does not move, and that is said already.
    if let Some((since, value)) = series.signs.still()
        && !facts.unit.is_empty()
        && presence == Presence::Online
    {
        let since = Some(from_millis(since));
        troubles.push(TroubleView { since, value: Some(value), ..of(DeviceTrouble::Still) });
    }
    let Some(last) = series.last.as_ref().filter(|last| last.quality.judgeable()) else { return };
    if let Some(value) = last.value()
        && (facts.low.is_some_and(|low| value < low) || facts.high.is_some_and(|high| value > high))
    {
        let since = Some(last.observed_at);
        troubles.push(TroubleView { since, value: Some(value), ..of(DeviceTrouble::OutOfScale) });
    }
}
