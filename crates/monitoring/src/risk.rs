//! The risk index of an enterprise (企业安全风险指数): a hundred points, less what is wrong now, in four colours.
//!
//! A model of this platform, not the index of the national system, whose formula is not public. The bands are those of
//! the graded diagnosis of chemical enterprises (危险化学品企业安全风险诊断分级, 2018: below 60 red, below 75 orange, below
//! 90 yellow). A pure function of the present state and time; every point that is taken is told with its reason.

use fengsui_kernel::Timestamp;
use fengsui_kernel::scale::{AlarmPriority, RiskLevel};
use fengsui_series::DeviceTally;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kinds::MajorHazardGrade;

/// The model and its version: written beside every score, so that two scores are only compared when they may be.
pub const MODEL: &str = "enterprise-1";

/// Points are counted in tenths, so that sums are exact.
const FULL: u32 = 1_000;
/// Alarms together take no more than this.
const MOST_FOR_ALARMS: u32 = 600;
/// Devices that are all silent: nothing is known of the site.
const ALL_SILENT: u32 = 300;
/// Some of the devices silent: their share of this.
const SOME_SILENT: u32 = 200;
/// For each thing out of service, and all together at most.
const OUT_OF_SERVICE: (u32, u32) = (10, 50);
/// A first or second grade installation without any device that was ever heard.
const NOT_WATCHED: u32 = 100;
/// An urgent alarm at a first or second grade installation that nobody acknowledges for so long is red at once.
const DIRECT_MINUTES: i64 = 30;

/// What the model looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskInput {
    /// Grade of the gravest major hazard installation.
    pub grade: MajorHazardGrade,
    /// Open alarms: priority, whether somebody took note, since when it rings.
    pub alarms: Vec<(AlarmPriority, bool, Timestamp)>,
    /// The devices.
    pub devices: DeviceTally,
}

/// Why points are taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Cause {
    /// Open alarms of one priority.
    Alarms {
        /// The priority.
        priority: AlarmPriority,
        /// How many.
        count: u32,
        /// How many of them nobody took note of.
        waiting: u32,
        /// Minutes that the longest of those waits.
        minutes: i64,
    },
    /// Devices that fell silent.
    Silent {
        /// How many.
        count: u32,
        /// Of how many.
        of: u32,
    },
    /// Devices and series out of service.
    OutOfService {
        /// How many.
        count: u32,
    },
    /// A first or second grade installation without a device that was ever heard.
    NotWatched,
    /// The grade of the installation itself.
    Grade {
        /// The grade.
        grade: MajorHazardGrade,
    },
}

/// Points taken for one cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Contribution {
    /// Why.
    pub cause: Cause,
    /// How many points, positive.
    pub points: f64,
}

/// The index of an enterprise at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RiskScore {
    /// The model that judged.
    pub model: String,
    /// What is left of a hundred points.
    pub score: f64,
    /// The colour.
    pub level: RiskLevel,
    /// An urgent alarm waited so many minutes that the enterprise is red whatever its points.
    pub direct_minutes: Option<i64>,
    /// What was taken, most first.
    pub contributions: Vec<Contribution>,
}

/// Points of an open alarm, and the minutes within which somebody should take note of it.
fn weight(priority: AlarmPriority) -> (u32, i64) {
    match priority {
        AlarmPriority::Urgent => (60, 5),
        AlarmPriority::High => (30, 15),
        AlarmPriority::Medium => (10, 60),
        AlarmPriority::Low => (3, 240),
    }
}

fn minutes(since: Timestamp, now: Timestamp) -> i64 {
    ((now.as_millisecond() - since.as_millisecond()) / 60_000).max(0)
}

/// An alarm that nobody takes note of counts half as much again after its time, and double after four times as long.
fn alarm_points(priority: AlarmPriority, acknowledged: bool, waited: i64) -> u32 {
    let (points, within) = weight(priority);
    match waited {
        _ if acknowledged => points,
        waited if waited >= within * 4 => points * 2,
        waited if waited >= within => points * 3 / 2,
        _ => points,
    }
}

fn alarms(input: &RiskInput, now: Timestamp) -> Vec<(Cause, u32)> {
    let mut left = MOST_FOR_ALARMS;
    let mut taken = Vec::new();
    for priority in AlarmPriority::ALL.iter().copied() {
        let own = input.alarms.iter().filter(|(of, _, _)| *of == priority);
        let (mut count, mut waiting, mut longest, mut points) = (0, 0, 0, 0);
        for (_, acknowledged, since) in own {
            let waited = minutes(*since, now);
            count += 1;
            points += alarm_points(priority, *acknowledged, waited);
            if !acknowledged {
                waiting += 1;
                longest = longest.max(waited);
            }
        }
        if count > 0 {
            let points = points.min(left);
            left -= points;
            taken.push((Cause::Alarms { priority, count, waiting, minutes: longest }, points));
        }
    }
    taken
}

fn grave(grade: MajorHazardGrade) -> bool {
    matches!(grade, MajorHazardGrade::One | MajorHazardGrade::Two)
}

fn devices(input: &RiskInput) -> Vec<(Cause, u32)> {
    let DeviceTally { online, silent, out_of_service, .. } = input.devices;
    let (heard, mut taken) = (online + silent, Vec::new());
    if silent > 0 {
        let points = if online == 0 { ALL_SILENT } else { SOME_SILENT * silent / heard };
        taken.push((Cause::Silent { count: silent, of: input.devices.total() }, points));
    }
    if out_of_service > 0 {
        let points = OUT_OF_SERVICE.0.saturating_mul(out_of_service).min(OUT_OF_SERVICE.1);
        taken.push((Cause::OutOfService { count: out_of_service }, points));
    }
    if heard == 0 && grave(input.grade) {
        taken.push((Cause::NotWatched, NOT_WATCHED));
    }
    taken
}

fn standing(grade: MajorHazardGrade) -> Option<(Cause, u32)> {
    let points = match grade {
        MajorHazardGrade::One => 60,
        MajorHazardGrade::Two => 40,
        MajorHazardGrade::Three => 20,
        MajorHazardGrade::Four => 10,
        MajorHazardGrade::None => return None,
    };
    Some((Cause::Grade { grade }, points))
}

/// The urgent alarm that waits longest, where the model lets nobody wait for points.
fn direct(input: &RiskInput, now: Timestamp) -> Option<i64> {
    let waiting = input.alarms.iter().filter(|(priority, known, _)| *priority == AlarmPriority::Urgent && !known);
    let longest = waiting.map(|(_, _, since)| minutes(*since, now)).max()?;
    (grave(input.grade) && longest >= DIRECT_MINUTES).then_some(longest)
}

fn level(score: u32) -> RiskLevel {
    match score {
        0..600 => RiskLevel::Major,
        600..750 => RiskLevel::RelativelyLarge,
        750..900 => RiskLevel::General,
        _ => RiskLevel::Low,
    }
}

/// Judges an enterprise as it stands now.
pub fn judge(input: &RiskInput, now: Timestamp) -> RiskScore {
    let mut taken = alarms(input, now);
    taken.extend(devices(input));
    taken.extend(standing(input.grade));
    taken.sort_by_key(|(_, points)| std::cmp::Reverse(*points));
    let score = FULL.saturating_sub(taken.iter().map(|(_, points)| points).sum());
    let direct_minutes = direct(input, now);
    let told = |(cause, points): (Cause, u32)| Contribution { cause, points: f64::from(points) / 10.0 };
    RiskScore {
        model: MODEL.to_owned(),
        score: f64::from(score) / 10.0,
        level: if direct_minutes.is_some() { RiskLevel::Major } else { level(score) },
        direct_minutes,
        contributions: taken.into_iter().map(told).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: i64 = 1_000_000;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn input(grade: MajorHazardGrade, alarms: &[(AlarmPriority, bool, i64)], devices: DeviceTally) -> RiskInput {
        let alarms = alarms.iter().map(|(priority, known, ago)| (*priority, *known, at(NOW - ago * 60))).collect();
        RiskInput { grade, alarms, devices }
    }

    fn heard(online: u32, silent: u32) -> DeviceTally {
        DeviceTally { online, silent, ..DeviceTally::default() }
    }

    #[test]
    fn well_is_blue_and_three_urgent_alarms_are_told() {
        let well = judge(&input(MajorHazardGrade::One, &[], heard(4, 0)), at(NOW));
        assert_eq!((well.score, well.level), (94.0, RiskLevel::Low));
        let urgent = (AlarmPriority::Urgent, false, 8);
        let bad = judge(&input(MajorHazardGrade::Three, &[urgent, urgent, urgent], heard(4, 0)), at(NOW));
        let first = bad.contributions.first().expect("one");
        assert_eq!((first.points, bad.score, bad.level), (27.0, 71.0, RiskLevel::RelativelyLarge));
        assert!(matches!(first.cause, Cause::Alarms { count: 3, waiting: 3, minutes: 8, .. }), "{first:?}");
    }

    #[test]
    fn an_urgent_alarm_that_waits_at_a_grave_installation_is_red_at_once() {
        let waits =
            |ago, known, grade| judge(&input(grade, &[(AlarmPriority::Urgent, known, ago)], heard(9, 0)), at(NOW));
        assert_eq!(waits(29, false, MajorHazardGrade::One).direct_minutes, None);
        let red = waits(30, false, MajorHazardGrade::One);
        assert_eq!((red.level, red.direct_minutes), (RiskLevel::Major, Some(30)));
        assert_eq!(waits(300, true, MajorHazardGrade::One).direct_minutes, None);
        assert_eq!(waits(300, false, MajorHazardGrade::Four).direct_minutes, None);
    }

    #[test]
    fn silence_and_absence_are_no_safety() {
        let silent = judge(&input(MajorHazardGrade::Four, &[], heard(0, 3)), at(NOW));
        assert_eq!((silent.score, silent.level), (69.0, RiskLevel::RelativelyLarge));
        let nothing = judge(&input(MajorHazardGrade::One, &[], DeviceTally::default()), at(NOW));
        assert_eq!((nothing.score, nothing.level), (84.0, RiskLevel::General));
    }

    prop_compose! {
        fn state()(
            grade in prop::sample::select(vec![MajorHazardGrade::One, MajorHazardGrade::Two, MajorHazardGrade::Three, MajorHazardGrade::Four, MajorHazardGrade::None]),
            alarms in prop::collection::vec((0_usize..4, any::<bool>(), 0_i64..600), 0..20),
            online in 0_u32..9, silent in 0_u32..9, never in 0_u32..9, out_of_service in 0_u32..9,
        ) -> RiskInput {
            let alarms: Vec<_> = alarms.into_iter().map(|(one, known, ago)| (AlarmPriority::ALL[one], known, ago)).collect();
            input(grade, &alarms, DeviceTally { online, silent, never, out_of_service })
        }
    }

    proptest! {
        /// Every point is accounted for, and the colour follows the points or says why not.
        #[test]
        fn the_reasons_add_up(state in state()) {
            let judged = judge(&state, at(NOW));
            let taken: f64 = judged.contributions.iter().map(|one| one.points).sum();
            prop_assert!((judged.score - (100.0 - taken).max(0.0)).abs() < 1e-6);
            prop_assert!(judged.contributions.is_sorted_by(|one, other| one.points >= other.points));
            if judged.direct_minutes.is_none() {
                let floors = [(90.0, RiskLevel::Low), (75.0, RiskLevel::General), (60.0, RiskLevel::RelativelyLarge)];
                let told = floors.iter().find(|(floor, _)| judged.score >= *floor).map_or(RiskLevel::Major, |one| one.1);
                prop_assert_eq!(judged.level, told);
            }
        }

        /// Waiting never makes it better; taking note never makes it worse; one more alarm never makes it better.
        #[test]
        fn it_moves_the_right_way(state in state(), later in 0_i64..600, priority in 0_usize..4) {
            let before = judge(&state, at(NOW));
            prop_assert!(judge(&state, at(NOW + later * 60)).score <= before.score);
            let mut known = state.clone();
            for alarm in &mut known.alarms {
                alarm.1 = true;
            }
            prop_assert!(judge(&known, at(NOW)).score >= before.score);
            let mut more = state;
            more.alarms.push((AlarmPriority::ALL[priority], false, at(NOW)));
            prop_assert!(judge(&more, at(NOW)).score <= before.score);
        }
    }
}
