//! Detectors on labelled data, beside the plain rules; prints the tables of `docs/detection.md`:
//!
//!     cargo test -p fengsui-detection --test score -- --nocapture --test-threads 1
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the table is the purpose")]

mod data;
mod detectors;
mod figures;

use data::{Run, machine_temperature, skab, skab_calm, tennessee_eastman, water_network};
use detectors::{charts, group, group_after, plain_low, plain_persistent, plain_sigmas};
use fengsui_detection::{Baseline, Chart, Group, Method};
use figures::{Figures, heading, line};

/// One setting for all sets: only the length of training and what counts as a hole differ.
fn plant(baseline: Baseline, training: u32, gap_millis: i64) -> Group {
    Group { baseline, weight: 0.2, limit: 2.0, training, follow: training / 2, gap_millis }
}

/// The same for charts of one series.
fn chart(method: Method, limit: f64, training: u32, gap_millis: i64) -> Chart {
    Chart { method, limit, training, follow: training / 2, gap_millis }
}

/// As a rule of the kind `deviation` watches: what is usual stands until it learns anew. (The rule goes
/// through the newest 256 readings only, which changes no moving average.)
fn as_rule(method: Method, limit: f64, training: u32) -> Chart {
    Chart { method, limit, training, follow: 0, gap_millis: 0 }
}

const EWMA: Method = Method::Ewma { weight: 0.1 };

/// The charts of one series that are shown for every set.
const CHARTS: [(&str, Method, f64); 4] = [
    ("z-score, limit 4", Method::ZScore, 4.0),
    ("EWMA 0.1, limit 3", EWMA, 3.0),
    ("EWMA 0.1, limit 4", EWMA, 4.0),
    ("CUSUM, limit 8", Method::Cusum, 8.0),
];

const BASELINES: [(&str, Baseline); 2] = [("group, level", Baseline::Level), ("group, predicted", Baseline::Predicted)];

fn over<'a>(runs: impl IntoIterator<Item = &'a Run>, judge: impl Fn(&Run) -> Vec<bool>) -> Figures {
    let mut figures = Figures::default();
    for run in runs {
        figures.add(run, &judge(run));
    }
    figures
}

/// The test rig: learned from the first 400 rows of each run, as the plain rule does.
#[test]
fn skab_is_better_than_the_plain_rule() {
    let Some(runs) = skab() else { return };
    heading("SKAB, 17 runs");
    let plain = over(&runs, |run| plain_sigmas(run, 400, 3.0, 5));
    line("plain: any z > 3, 5-row mean", &plain);
    assert_eq!(
        (format!("{:.3}", plain.f1()), format!("{:.3}", plain.false_alarm_rate())),
        ("0.742".to_owned(), "0.198".to_owned()),
        "the plain rule is that of SOURCES.md"
    );
    line("plain: any z > 4, 5-row mean", &over(&runs, |run| plain_sigmas(run, 400, 4.0, 5)));
    for (name, method, limit) in CHARTS {
        line(name, &over(&runs, |run| charts(&chart(method, limit, 400, 10_000), run)));
    }
    for (name, method, limit) in CHARTS {
        line(&format!("as rules: {name}"), &over(&runs, |run| charts(&as_rule(method, limit, 400), run)));
    }
    for (name, baseline) in BASELINES {
        let detector = plant(baseline, 400, 10_000);
        let figures = over(&runs, |run| group(&detector, run));
        line(name, &figures);
        assert!(figures.f1() >= plain.f1(), "{name}: {}", figures.f1());
        assert!(figures.false_alarm_rate() <= plain.false_alarm_rate(), "{name}: {}", figures.false_alarm_rate());
        assert_eq!(figures.found(), 17, "{name}");
    }
    for (half, first) in [("1st, 3rd … run", 0), ("2nd, 4th … run", 1)] {
        let part = || runs.iter().skip(first).step_by(2);
        line(&format!("  {half}: plain, z > 3"), &over(part(), |run| plain_sigmas(run, 400, 3.0, 5)));
        for (name, baseline) in BASELINES {
            let detector = plant(baseline, 400, 10_000);
            line(&format!("  {half}: {name}"), &over(part(), |run| group(&detector, run)));
        }
    }
}

/// Hours of the same rig without any anomaly, from a cold start: every alarm is false. Learned from
/// 400 rows as the runs above, and from an hour, when it has warmed up.
#[test]
fn a_calm_rig_is_left_alone_once_it_was_learned_warm() {
    let Some(run) = skab_calm() else { return };
    for learned in [400_u32, 3600] {
        heading(&format!("SKAB, no anomaly, learned from {learned}"));
        let plain = Figures::of(&run, &plain_sigmas(&run, learned as usize, 3.0, 5));
        line("plain: any z > 3, 5-row mean", &plain);
        for (name, method, limit) in CHARTS {
            let figures = Figures::of(&run, &charts(&chart(method, limit, learned, 10_000), &run));
            line(name, &figures);
            assert!(figures.false_alarm_rate() <= plain.false_alarm_rate(), "{name}, learned from {learned}");
        }
        for (name, baseline) in BASELINES {
            let figures = Figures::of(&run, &group(&plant(baseline, learned, 10_000), &run));
            line(name, &figures);
            // Learned from an hour, prediction is worse than the plain rule here: docs/detection.md says so.
            if learned == 400 || baseline == Baseline::Level {
                assert!(figures.false_alarm_rate() <= plain.false_alarm_rate(), "{name}, learned from {learned}");
            }
        }
    }
}

/// Each fault of the chemical plant: the time from its onset to the first alarm.
fn delays(tests: &[Run], judge: impl Fn(&Run) -> Vec<bool>) -> (usize, Vec<(String, Option<i64>)>) {
    let (mut false_alarms, mut delays) = (0, Vec::new());
    for run in tests {
        let alarms = judge(run);
        false_alarms += alarms.iter().zip(&run.labels).filter(|(alarm, label)| **alarm && !**label).count();
        for (begin, end) in run.windows() {
            let first = (begin..end).find(|row| alarms[*row]);
            delays.push((run.name[1..3].to_owned(), first.map(|row| run.times[row] - run.times[begin])));
        }
    }
    (false_alarms, delays)
}

/// The chemical plant: learned from the normal run d00 alone.
#[test]
fn tennessee_eastman_faults_are_found_no_later_and_none_is_invented() {
    let (normal, tests) = tennessee_eastman();
    heading("Tennessee Eastman, 10 test runs");
    let plain = |run: &Run| plain_persistent(&normal, run, 5.0);
    line("plain: any |z| > 5, 3 in a row", &over(&tests, plain));
    for (name, baseline) in BASELINES {
        let detector = plant(baseline, 500, 0);
        line(name, &over(&tests, |run| group_after(&detector, &normal, run)));
    }
    let (invented, before) = delays(&tests, plain);
    let detector = plant(Baseline::Level, 500, 0);
    let (false_alarms, after) = delays(&tests, |run| group_after(&detector, &normal, run));
    assert_eq!((invented, false_alarms), (0, 0), "no alarm without a fault");
    println!("  first alarm after onset: fault, plain, group level");
    for ((fault, plain), (_, delay)) in before.iter().zip(&after) {
        let told =
            |delay: &Option<i64>| delay.map_or_else(|| "never".to_owned(), |delay| format!("{} min", delay / 60_000));
        println!("    {fault} {:>8} {:>8}", told(plain), told(delay));
        assert!(delay.is_some_and(|delay| Some(delay) <= *plain), "fault {fault}: {delay:?} after {plain:?}");
    }
}

/// A machine's temperature: learned from the first week, which ends before the first labelled window.
#[test]
fn machine_temperature_is_better_than_fixed_limits() {
    let run = machine_temperature();
    heading("NAB machine_temperature");
    let [forty, fifty] = [40.0, 50.0].map(|limit| Figures::of(&run, &plain_low(&run, limit)));
    line("plain: low limit 40", &forty);
    line("plain: low limit 50", &fifty);
    assert_eq!((forty.told(), forty.hits(), fifty.told(), fifty.hits()), (399, 399, 685, 626), "as in SOURCES.md");
    for (name, method, limit) in CHARTS {
        line(name, &Figures::of(&run, &charts(&chart(method, limit, 2016, 3_600_000), &run)));
    }
    for (name, method, limit) in CHARTS {
        let figures = Figures::of(&run, &charts(&as_rule(method, limit, 2016), &run));
        line(&format!("as rule: {name}"), &figures);
        if (method, limit) == (EWMA, 4.0) {
            assert!(figures.precision() >= 1.0 && figures.hits() >= forty.hits(), "{name}: {}", figures.told());
        }
    }
    let judged = |limit| Figures::of(&run, &charts(&chart(EWMA, limit, 2016, 3_600_000), &run));
    let (sure, wide) = (judged(4.0), judged(3.25));
    line("EWMA 0.1, limit 3.25", &wide);
    assert!(sure.precision() >= 1.0 && sure.hits() >= forty.hits(), "{} of {}", sure.hits(), sure.told());
    assert!(wide.precision() >= fifty.precision() && wide.hits() >= fifty.hits(), "{} of {}", wide.hits(), wide.told());
}

/// The water network: learned from the first 60 days. SOURCES.md has no plain rule for it; that of
/// SKAB is put beside it.
#[test]
fn water_network_attacks_are_found_more_fully() {
    let Some(run) = water_network() else { return };
    heading("BATADAL, partial labels");
    let [three, five] = [3.0, 5.0].map(|sigmas| Figures::of(&run, &plain_sigmas(&run, 1440, sigmas, 1)));
    line("plain: any z > 3", &three);
    line("plain: any z > 5", &five);
    for (name, method, limit) in CHARTS {
        line(name, &Figures::of(&run, &charts(&chart(method, limit, 1440, 0), &run)));
    }
    for (name, baseline) in BASELINES {
        let figures = Figures::of(&run, &group(&plant(baseline, 1440, 0), &run));
        line(name, &figures);
        assert!(figures.f1() >= three.f1() && figures.precision() >= three.precision(), "{name}: {}", figures.f1());
        assert_eq!(figures.found(), 3, "{name}");
    }
    println!("  {} labelled hours", run.labels.iter().filter(|label| **label).count());
}
