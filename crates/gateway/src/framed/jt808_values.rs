//! From a vehicle's locations to readings.
//!
//! Every vehicle may have the series `lng`, `lat`, `speed_kmh`, `direction`, `altitude_m`,
//! `mileage_km`, `fuel_l`, `acc_on`, and one for each alarm bit (`alarm.emergency`, `alarm.fatigue` …);
//! those that nobody registered are passed over.

use fengsui_kernel::Timestamp;
use fengsui_kernel::clock::from_millis;
use fengsui_kernel::reading::Quality;
use fengsui_protocols::instant;
use fengsui_protocols::jt808::{Alarm, Alarms, ItemValue, Location, State};
use fengsui_series::Reading;

/// Item 01, mileage; item 02, fuel.
const FIGURES: [u8; 2] = [0x01, 0x02];

/// The readings of a location; of the alarm bits those that changed since `before`, all of them at first.
pub(super) fn readings(location: &Location, before: Option<Alarms>, historical: bool, now: Timestamp) -> Vec<Reading> {
    let observed_at = location.time.civil().map_or(now, |civil| from_millis(instant(civil)));
    let fixed = location.status.contains(State::Fixed) && location.is_on_the_globe();
    let reading = |code: &str, value_text: String, quality: Quality| Reading {
        code: code.into(),
        observed_at,
        value_text: value_text.into(),
        quality,
        historical,
        optional: true,
    };
    let place = if fixed { Quality::Good } else { Quality::Bad };
    let mut found = vec![
        reading("lng", location.longitude.to_string(), place),
        reading("lat", location.latitude.to_string(), place),
        reading("speed_kmh", location.speed.to_string(), place),
        reading("direction", location.direction.to_string(), place),
        reading("altitude_m", location.altitude.to_string(), place),
        reading("acc_on", bit(location.status.contains(State::AccOn)), Quality::Good),
    ];
    for value in FIGURES.into_iter().filter_map(|id| location.item(id)) {
        match value {
            ItemValue::Mileage(mileage) => found.push(reading("mileage_km", mileage.to_string(), Quality::Good)),
            ItemValue::Fuel(fuel) => found.push(reading("fuel_l", fuel.to_string(), Quality::Good)),
            _ => {}
        }
    }
    let changed = |alarm: &&Alarm| before.is_none_or(|old| old.contains(**alarm) != location.alarms.contains(**alarm));
    for alarm in Alarm::ALL.iter().filter(changed) {
        let on = location.alarms.contains(*alarm);
        found.push(reading(&format!("alarm.{}", alarm.name()), bit(on), Quality::Good));
    }
    found
}

fn bit(on: bool) -> String {
    String::from(if on { "1" } else { "0" })
}
