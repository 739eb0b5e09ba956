//! Rain against a threshold of intensity and duration, above which slopes fail.
//!
//! Caine (1980, The rainfall intensity–duration control of shallow landslides and debris flows, Geografiska Annaler A
//! 62) found I = 14.82 · D^−0.39 (mm/h, h) as a lower bound over the world; a bureau types in the `a`, `b` and `c` of
//! its own region: I(D) = a · D^−b + c. The mean intensity of every declared duration up to the newest reading is
//! compared; the figure of the rule is the largest ratio of intensity and threshold.
//!
//! Ground that is wet already fails earlier: antecedent effective rain P_a = Σ kⁱ · P_i, where P_i is the rain of the
//! i-th day before the duration and k its daily decay, lowers the threshold in proportion until `full_at`, by at most
//! `reduction`.

use fengsui_kernel::{Fault, Problems};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::window::Window;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// The longest duration, in hours.
const LONGEST: u32 = 72;
/// The most durations of one rule.
const MOST: usize = 12;
/// The most days of antecedent rain.
const MOST_DAYS: u32 = 30;

/// A threshold of intensity over duration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Intensity {
    /// Durations in whole hours, ascending, 1 to 72, at most 12.
    pub durations_hours: Vec<u32>,
    /// Intensity of one hour, in the unit of the series per hour; above 0.
    pub a: f64,
    /// How it falls with duration, 0 to 2.
    pub b: f64,
    /// What it never falls below, in the unit of the series per hour; 0 or more.
    #[serde(default)]
    pub c: f64,
    /// How rain of the days before lowers it; not at all without.
    #[serde(default)]
    pub antecedent: Option<Antecedent>,
}

/// How rain of the days before lowers the threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Antecedent {
    /// What is left of a day's rain after a day (k), 0.1 to 0.99; 0.84 is usual in China.
    pub decay: f64,
    /// How many days before the duration count, 1 to 30.
    pub days: u32,
    /// The antecedent effective rain at which the threshold is lowered in full, in the unit of the series.
    pub full_at: f64,
    /// By what share it is lowered then, above 0 up to 0.9.
    pub reduction: f64,
}

/// The rain of one duration beside its threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DurationRain {
    /// The duration, in hours.
    pub hours: u32,
    /// Rain within it, in the unit of the series.
    pub rain: f64,
    /// Mean intensity, per hour.
    pub intensity: f64,
    /// The threshold, per hour, lowered by antecedent rain.
    pub threshold: f64,
    /// Antecedent effective rain; absent where it does not count.
    #[serde(default)]
    pub antecedent: Option<f64>,
}

impl DurationRain {
    /// How many times the threshold.
    pub fn ratio(&self) -> f64 {
        // No finer than people read it, so that what is shown is what was compared.
        (self.intensity / self.threshold * 1000.0).round() / 1000.0
    }
}

impl Intensity {
    /// What is wrong with it.
    pub(crate) fn check(&self, problems: &mut Problems) {
        let hours = &self.durations_hours;
        let ascending = hours.is_sorted_by(|one, other| one < other);
        if hours.is_empty() {
            problems.push(Fault::field("intensity.durations_hours", "required"));
        } else if hours.len() > MOST || !ascending || hours.iter().any(|one| !(1..=LONGEST).contains(one)) {
            let fault = Fault::field("intensity.durations_hours", "intensity_durations");
            problems.push(fault.with("max", &LONGEST.to_string()).with("most", &MOST.to_string()));
        }
        if !(self.a.is_finite() && self.a > 0.0) {
            problems.push(Fault::field("intensity.a", "not_positive"));
        }
        within("intensity.b", self.b, 0.0, 2.0, problems);
        within("intensity.c", self.c, 0.0, 1000.0, problems);
        let Some(antecedent) = &self.antecedent else { return };
        within("intensity.antecedent.decay", antecedent.decay, 0.1, 0.99, problems);
        within("intensity.antecedent.days", f64::from(antecedent.days), 1.0, f64::from(MOST_DAYS), problems);
        within("intensity.antecedent.full_at", antecedent.full_at, 1.0, 10_000.0, problems);
        within("intensity.antecedent.reduction", antecedent.reduction, 0.01, 0.9, problems);
    }

    /// How far back its readings reach, in seconds.
    pub fn reach_seconds(&self) -> u32 {
        let hours = self.durations_hours.last().copied().unwrap_or_default();
        let days = self.antecedent.as_ref().map_or(0, |antecedent| antecedent.days);
        hours.saturating_mul(3600).saturating_add(days.saturating_mul(86_400))
    }

    /// The threshold of a duration by this much antecedent effective rain, per hour.
    pub fn threshold(&self, hours: u32, antecedent_rain: f64) -> f64 {
        let dry = self.a * f64::from(hours).powf(-self.b) + self.c;
        let lowered = self
            .antecedent
            .as_ref()
            .map_or(0.0, |antecedent| antecedent.reduction * (antecedent_rain / antecedent.full_at).clamp(0.0, 1.0));
        dry * (1.0 - lowered)
    }

    /// Every duration up to the newest reading of the window.
    pub(super) fn judge(&self, window: &Window) -> Vec<DurationRain> {
        let newest = window.newest().as_millisecond();
        let of = |hours: &u32| {
            let begin = newest - i64::from(*hours) * HOUR;
            let rain = window.sum_between(begin, newest);
            let antecedent = self.antecedent.as_ref().map(|it| it.rain_before(begin, window));
            let threshold = self.threshold(*hours, antecedent.unwrap_or_default());
            DurationRain { hours: *hours, rain, intensity: rain / f64::from(*hours), threshold, antecedent }
        };
        self.durations_hours.iter().map(of).collect()
    }
}

impl Antecedent {
    /// Effective rain of the days before a moment, in milliseconds.
    fn rain_before(&self, moment: i64, window: &Window) -> f64 {
        let of = |day: u32| {
            let end = moment - i64::from(day - 1) * DAY;
            let left = self.decay.powf(f64::from(day));
            left * window.sum_between(end - DAY, end)
        };
        let sum: f64 = (1..=self.days).map(of).sum();
        (sum * 1e3).round() / 1e3
    }
}

fn within(field: &str, number: f64, least: f64, most: f64, problems: &mut Problems) {
    if !(least..=most).contains(&number) {
        let fault = Fault::field(field, "out_of_range").with("min", &least.to_string());
        problems.push(fault.with("max", &most.to_string()));
    }
}

#[cfg(test)]
mod tests {
    use fengsui_kernel::clock::from_millis;
    use proptest::prelude::*;

    use super::*;

    fn caine(durations_hours: &[u32], antecedent: Option<Antecedent>) -> Intensity {
        Intensity { durations_hours: durations_hours.to_vec(), a: 14.82, b: 0.39, c: 0.0, antecedent }
    }

    fn window(rule: &Intensity, rains: &[(i64, f64)]) -> Window {
        let mut window = Window::default();
        for (hour, rain) in rains {
            let at = from_millis(hour * HOUR + 1_000_000_000);
            window.put(at, at, Some(*rain), i64::from(rule.reach_seconds()) * 1000, true);
        }
        window
    }

    #[test]
    fn has_the_thresholds_that_caine_published() {
        let rule = caine(&[1, 3, 24, 72], None);
        let expected = [(1, 14.82), (3, 9.66), (24, 4.29), (72, 2.80)];
        for (hours, threshold) in expected {
            assert!((rule.threshold(hours, 0.0) - threshold).abs() < 0.01, "{hours} h");
        }
    }

    #[test]
    fn the_worst_duration_decides_and_wet_ground_lowers_it() {
        let rule = caine(&[1, 3, 6], None);
        let rains = [(0, 5.0), (100, 8.0), (101, 11.0), (102, 12.0)];
        let found = rule.judge(&window(&rule, &rains));
        let told: Vec<(u32, f64)> = found.iter().map(|one| (one.hours, one.rain)).collect();
        assert_eq!(told, [(1, 12.0), (3, 31.0), (6, 31.0)]);
        assert!((found[1].ratio() - 1.07).abs() < 0.01 && found[0].ratio() < 1.0);
        let wet = Antecedent { decay: 0.5, days: 3, full_at: 10.0, reduction: 0.4 };
        let rule = caine(&[1], Some(wet));
        let found = rule.judge(&window(&rule, &[(60, 16.0), (90, 4.0), (102, 9.0)]));
        // 102 − 1 = 101: 4 fell on the first day before, 16 on the second.
        assert_eq!(found[0].antecedent, Some(0.5 * 4.0 + 0.25 * 16.0));
        assert!((found[0].threshold - 14.82 * (1.0 - 0.4 * 0.6)).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn more_rain_is_never_safer_and_order_never_counts(
            rains in proptest::collection::vec((0_i64..120, 0.0_f64..40.0), 1..60), more in 0.0_f64..40.0, at in 0usize..60,
        ) {
            let wet = Antecedent { decay: 0.84, days: 5, full_at: 60.0, reduction: 0.5 };
            let rule = caine(&[1, 3, 6, 12, 24, 48], Some(wet));
            let mut by_hour: std::collections::BTreeMap<i64, f64> = rains.into_iter().collect();
            by_hour.entry(119).or_insert(0.0);
            let rains: Vec<(i64, f64)> = by_hour.into_iter().map(|(hour, rain)| (hour, (rain * 10.0).round() / 10.0)).collect();
            let before = rule.judge(&window(&rule, &rains));
            let backwards: Vec<(i64, f64)> = rains.iter().rev().copied().collect();
            prop_assert_eq!(&rule.judge(&window(&rule, &backwards)), &before);
            let mut heavier = rains.clone();
            let index = at % heavier.len();
            heavier[index].1 += (more * 10.0).round() / 10.0;
            for (one, other) in before.iter().zip(rule.judge(&window(&rule, &heavier))) {
                prop_assert!(other.ratio() >= one.ratio());
            }
        }
    }
}
