//! For every write and every sync of a workload: let it fail, or let the power go, and see what is left.

mod ledger;

use fengsui_telemetry::testkit::{Chance, Fault, FaultDisk, Keep};
use ledger::{Run, drive};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const FAULTS: [Fault; 6] = [
    Fault::Error,
    Fault::NoSpace,
    Fault::PowerCut(Keep::Nothing),
    Fault::PowerCut(Keep::Prefix),
    Fault::PowerCut(Keep::Any),
    Fault::PowerCut(Keep::All),
];

/// A workload with faults; at its end the power goes once more.
fn survive(seed: u64, steps: usize, faults: &[(u64, Fault)]) -> u64 {
    let disk = FaultDisk::new(seed ^ 0xfa17);
    for (at, fault) in faults {
        disk.fail_at(*at, *fault);
    }
    let mut run = Run::new(disk.clone(), seed);
    drive(&mut run, &mut Chance::new(seed), steps);
    let operations = disk.operations();
    disk.cut_power(Keep::Any);
    run.recover();
    operations
}

#[test]
fn whatever_fails_at_any_moment_nothing_confirmed_is_lost() {
    for seed in 1..=3 {
        let operations = survive(seed, 300, &[]);
        assert!(operations > 200, "{operations} operations");
        for at in 1..=operations {
            for fault in FAULTS {
                survive(seed, 300, &[(at, fault)]);
            }
        }
    }
}

fn faults() -> impl Strategy<Value = Vec<(u64, Fault)>> {
    prop::collection::vec((1..400_u64, prop::sample::select(FAULTS.to_vec())), 1..12)
}

/// The same cases each time, so that a change is judged by what it changes; other ones with `FENGSUI_FUZZ_SEED`.
fn settings() -> ProptestConfig {
    let seed = std::env::var("FENGSUI_FUZZ_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let rng_seed = RngSeed::Fixed(seed);
    ProptestConfig {
        cases: 20 * ProptestConfig::default().cases,
        failure_persistence: None,
        rng_seed,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(settings())]
    #[test]
    fn many_faults_one_after_the_other_lose_nothing_confirmed(seed in any::<u64>(), faults in faults()) {
        survive(seed, 250, &faults);
    }
}
