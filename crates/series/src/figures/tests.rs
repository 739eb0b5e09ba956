use proptest::prelude::*;

use super::account::{Fact, WINDOW_MS, What, account, average_standing, flood_share, quantile, worst_window};

const MINUTE: i64 = 60_000;

fn history(alarm: usize, steps: &[(i64, What)]) -> Vec<Fact> {
    steps.iter().map(|(minute, what)| Fact { alarm, series: 7, at: minute * MINUTE, what: *what }).collect()
}

#[test]
fn what_lies_on_a_shelf_or_is_out_of_service_rings_nobody() {
    use What::{Acknowledged, Raised, Released, Returned, Shelved, Suppressed, Unshelved};
    let shelved =
        history(0, &[(0, Raised), (2, Shelved), (3, Returned), (4, Raised), (9, Unshelved), (12, Acknowledged)]);
    let suppressed = history(1, &[(0, Raised), (0, Suppressed), (30, Released), (31, Returned)]);
    let account = account(&[shelved, suppressed].concat());
    let rings: Vec<i64> = account.rung.iter().map(|(at, _)| at / MINUTE).collect();
    assert_eq!(rings, [0, 9, 30]);
    assert_eq!(account.acknowledged_after, [3 * MINUTE], "from the ring that was acknowledged");
    let standing: Vec<_> = account.standing.iter().map(|(a, b)| (a / MINUTE, b.map(|b| b / MINUTE))).collect();
    assert_eq!(standing, [(0, Some(2)), (9, None), (30, Some(31))]);
}

#[test]
fn eleven_within_ten_minutes_are_a_flood_and_ten_are_not() {
    let ten: Vec<i64> = (0..10).collect();
    let eleven: Vec<i64> = (0..11).collect();
    let hour = (0, 60 * MINUTE);
    assert!(flood_share(&ten, hour, 10).abs() < 1e-9);
    // From the eleventh until the first is ten minutes old.
    let flooded = (WINDOW_MS - 10) as f64 / (60 * MINUTE) as f64;
    assert!((flood_share(&eleven, hour, 10) - flooded).abs() < 1e-9);
    assert_eq!((worst_window(&ten), worst_window(&eleven)), (10, 11));
}

#[test]
fn quantiles_go_by_the_nearest_rank() {
    assert_eq!((quantile(&[], 50), quantile(&[4], 90)), (None, Some(4)));
    let ten: Vec<i64> = (1..=10).collect();
    assert_eq!((quantile(&ten, 50), quantile(&ten, 90)), (Some(5), Some(9)));
}

proptest! {
    /// Counted minute by minute, the share in flood is the same.
    #[test]
    fn the_flood_is_what_a_count_in_every_minute_finds(mut minutes in prop::collection::vec(-20_i64..140, 0..200), most in 0_usize..20) {
        minutes.sort_unstable();
        let rung: Vec<i64> = minutes.iter().map(|minute| minute * MINUTE).collect();
        let flooded = (0..120).filter(|minute| {
            minutes.iter().filter(|at| **at <= *minute && **at + 10 > *minute).count() > most
        });
        let expected = flooded.count() as f64 / 120.0;
        prop_assert!((flood_share(&rung, (0, 120 * MINUTE), most) - expected).abs() < 1e-9);
    }

    /// No standing alarm counts for more than the span, and none for less than nothing.
    #[test]
    fn standing_alarms_count_within_the_span(spans in prop::collection::vec((-500_i64..1500, prop::option::of(0_i64..900)), 0..40)) {
        let standing: Vec<_> = spans.iter().map(|(since, length)| (*since, length.map(|length| since + length))).collect();
        let average = average_standing(&standing, (0, 1000));
        prop_assert!(average >= 0.0 && average <= standing.len() as f64);
    }
}
