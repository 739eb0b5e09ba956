//! The figures by which driving is judged, with where they come from.
//!
//! The articles are cited from memory: whoever enforces by them compares them with the text in force.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a vehicle carries: the rules differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VehicleClass {
    /// 危险货物运输车.
    DangerousGoods,
    /// 客运车辆（班线、包车、旅游）.
    Coach,
    /// Any other.
    #[default]
    Other,
}

impl VehicleClass {
    /// By its stored name; what is unknown is `Other`.
    pub fn from_stored(text: &str) -> Self {
        match text {
            "dangerous_goods" => Self::DangerousGoods,
            "coach" => Self::Coach,
            _ => Self::Other,
        }
    }

    /// The greatest speed where the vehicle's record names none, km/h.
    ///
    /// Dangerous goods 80 on motorways: 《危险货物道路运输安全管理办法》 (2019) art. 46, which also says 60 on all other
    /// roads; the platform does not know the road and takes the greater, so that what it tells is certain.
    /// Coaches 100: 《道路交通安全法》实施条例 art. 78 (motorways, vehicles other than small cars). Others 100 likewise.
    fn limit_kmh(self) -> f64 {
        match self {
            Self::DangerousGoods => 80.0,
            Self::Coach | Self::Other => 100.0,
        }
    }

    /// The share of the limit that holds at night: coaches 80 % (《道路旅客运输企业安全管理规范》, 交运发〔2018〕55 号).
    fn night_factor(self) -> f64 {
        if self == Self::Coach { 0.8 } else { 1.0 }
    }
}

/// The figures in force for one vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "DrivingPractice")]
pub struct Practice {
    /// What it carries.
    pub class: VehicleClass,
    /// Greatest speed by day, km/h.
    pub limit_kmh: f64,
    /// Whether the limit is the vehicle's own and not that of its class.
    pub own_limit: bool,
    /// The share of the limit that holds at night.
    pub night_factor: f64,
    /// The night begins at this hour of local time and ends at `day_hour`.
    pub night_hour: u8,
    /// The night ends at this hour of local time.
    pub day_hour: u8,
    /// Minutes east of UTC.
    pub utc_offset_minutes: i32,
    /// Slower than this, km/h, a vehicle stands.
    pub standing_kmh: f64,
    /// A stand of at least so many seconds is a stop.
    pub stop_seconds: u32,
    /// Without a position for longer, in seconds, it is not known what the vehicle did.
    pub gap_seconds: u32,
    /// Positions closer than so many metres may be the same place.
    pub jitter_m: f64,
    /// A rest lasts at least so many seconds: 20 minutes.
    pub rest_seconds: u32,
    /// Driving without such a rest at most, in seconds: 4 hours.
    pub continuous_seconds: u32,
    /// The same between `night_hour` and `day_hour`: 2 hours.
    pub night_continuous_seconds: u32,
    /// An overspeed lasts at least so many positions: one alone may be an error of the receiver.
    pub speeding_fixes: u8,
}

impl Practice {
    /// The figures of a class, with the vehicle's own limit where its record names one.
    ///
    /// 4 h and 20 min: 《道路交通安全法》实施条例 art. 62(7), as in GB/T 19056 and JT/T 794 recorders. 2 h at night
    /// (22:00–06:00): 《道路旅客运输企业安全管理规范》; it binds coaches, the platform tells it of all vehicles.
    pub fn of(class: VehicleClass, own_limit_kmh: Option<f64>) -> Self {
        let own = own_limit_kmh.filter(|limit| limit.is_finite() && *limit > 0.0);
        Self {
            class,
            limit_kmh: own.unwrap_or_else(|| class.limit_kmh()),
            own_limit: own.is_some(),
            night_factor: class.night_factor(),
            night_hour: 22,
            day_hour: 6,
            utc_offset_minutes: 8 * 60,
            standing_kmh: 5.0,
            stop_seconds: 5 * 60,
            gap_seconds: 5 * 60,
            jitter_m: 500.0,
            rest_seconds: 20 * 60,
            continuous_seconds: 4 * 3600,
            night_continuous_seconds: 2 * 3600,
            speeding_fixes: 2,
        }
    }

    /// The limit at a moment, km/h.
    pub fn limit_at(&self, millis: i64) -> f64 {
        if self.is_night(millis) { self.limit_kmh * self.night_factor } else { self.limit_kmh }
    }

    fn hour_bounds(&self) -> (i64, i64) {
        (i64::from(self.night_hour) * HOUR, i64::from(self.day_hour) * HOUR)
    }

    fn local(&self, millis: i64) -> i64 {
        millis + i64::from(self.utc_offset_minutes) * 60_000
    }

    /// Whether it is night at a moment.
    pub fn is_night(&self, millis: i64) -> bool {
        let (night, day) = self.hour_bounds();
        let of_day = self.local(millis).rem_euclid(DAY);
        of_day >= night || of_day < day
    }

    /// Milliseconds of a span that lie in the night.
    pub(crate) fn night_millis(&self, begin: i64, end: i64) -> i64 {
        let (night, day) = self.hour_bounds();
        let (begin, end) = (self.local(begin), self.local(end));
        let nights = begin.div_euclid(DAY) - 1..=end.div_euclid(DAY);
        let within = |number: i64| {
            let (from, to) = (number * DAY + night, (number + 1) * DAY + day);
            (to.min(end) - from.max(begin)).max(0)
        };
        nights.map(within).sum()
    }

    /// The moment at which `amount` milliseconds of night have passed since `begin`; `end` if not before.
    pub(crate) fn night_reached(&self, begin: i64, end: i64, amount: i64) -> i64 {
        let (mut low, mut high) = (begin, end);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.night_millis(begin, middle) >= amount { high = middle } else { low = middle + 1 }
        }
        low
    }
}

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-03-01, so many hours and minutes of Beijing time.
    fn at(hour: i64, minute: i64) -> i64 {
        let midnight: jiff::Timestamp = "2026-03-01T00:00:00+08:00".parse().expect("a time");
        midnight.as_millisecond() + hour * HOUR + minute * 60_000
    }

    #[test]
    fn the_night_is_from_ten_to_six() {
        let practice = Practice::of(VehicleClass::Coach, None);
        let night =
            [at(21, 59), at(22, 0), at(23, 59), at(24, 0), at(29, 59), at(30, 0)].map(|at| practice.is_night(at));
        assert_eq!(night, [false, true, true, true, true, false]);
        assert_eq!(practice.night_millis(at(21, 0), at(31, 0)), 8 * HOUR);
        assert_eq!(practice.night_millis(at(23, 0), at(25, 0)), 2 * HOUR);
        assert_eq!(practice.night_reached(at(21, 0), at(31, 0), 2 * HOUR), at(24, 0));
    }

    #[test]
    fn a_coach_drives_slower_at_night_and_a_vehicle_has_its_own_limit() {
        let coach = Practice::of(VehicleClass::Coach, None);
        let limits = |practice: &Practice| [12, 23].map(|hour| format!("{}", practice.limit_at(at(hour, 0))));
        assert_eq!(limits(&coach), ["100", "80"]);
        let truck = Practice::of(VehicleClass::DangerousGoods, Some(60.0));
        assert_eq!(limits(&truck), ["60", "60"]);
        assert!(truck.own_limit && !coach.own_limit);
    }
}
