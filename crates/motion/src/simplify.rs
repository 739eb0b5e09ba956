//! Fewer positions that still tell the same.
//!
//! Douglas–Peucker with the distance in time: a position may be left out if the place that its neighbours give for its
//! own moment lies within the tolerance. So a replay is never farther off than that, and a line neither.

use crate::fix::Fix;

/// Positions looked at together: with all of a week at once, an unlucky shape would take the square of them.
const TOGETHER: usize = 2_000;
/// Where to begin when there are too many positions, metres.
const FIRST_TOLERANCE_M: f64 = 1.0;
/// Who replays a track looks at the speed too: 10 km/h beside what is shown are as much as 5 m.
const METRES_PER_KMH: f64 = 0.5;

/// What was kept, by how much it may be off.
#[derive(Debug, Clone, PartialEq)]
pub struct Simplified {
    /// The fixes kept, in order.
    pub kept: Vec<Fix>,
    /// No left-out position lies farther from the line than this, metres.
    pub tolerance_m: f64,
}

/// Leaves out what lies within `tolerance_m`, or within as much more as it takes to keep at most `most` fixes.
///
/// Stretches are parted where more than `gap_seconds` lie between fixes; their ends stay, however many they are.
pub fn simplify(fixes: &[Fix], tolerance_m: f64, most: usize, gap_seconds: u32) -> Simplified {
    let mut tolerance_m = if tolerance_m.is_finite() { tolerance_m.max(0.0) } else { 0.0 };
    let stretches = stretches(fixes, gap_seconds);
    // The ends of stretches stay at any tolerance.
    let least = most.max(stretches.len() * 2);
    loop {
        let kept: Vec<Fix> = stretches.iter().flat_map(|one| thinned(one, tolerance_m)).collect();
        if kept.len() <= least || tolerance_m > 1e7 {
            return Simplified { kept, tolerance_m };
        }
        tolerance_m = (tolerance_m * 2.0).max(FIRST_TOLERANCE_M);
    }
}

fn stretches(fixes: &[Fix], gap_seconds: u32) -> Vec<&[Fix]> {
    let longest = i64::from(gap_seconds) * 1000;
    fixes.chunk_by(|one, next| one.millis_to(next) <= longest).collect()
}

/// One stretch, portion by portion; portions share their ends.
fn thinned(stretch: &[Fix], tolerance_m: f64) -> Vec<Fix> {
    let last = stretch.len().saturating_sub(1);
    let mut keep = vec![false; stretch.len()];
    let mut from = 0;
    while from < last {
        let to = (from + TOGETHER).min(last);
        mark(stretch, from, to, tolerance_m, &mut keep);
        from = to;
    }
    stretch
        .iter()
        .zip(&keep)
        .enumerate()
        .filter(|(at, (_, keep))| **keep || *at == last)
        .map(|(_, (fix, _))| *fix)
        .collect()
}

fn mark(stretch: &[Fix], from: usize, to: usize, tolerance_m: f64, keep: &mut [bool]) {
    let mut open = vec![(from, to)];
    for end in [from, to] {
        if let Some(mark) = keep.get_mut(end) {
            *mark = true;
        }
    }
    while let Some((from, to)) = open.pop() {
        let Some((worst, off)) = farthest(stretch, from, to) else { continue };
        if off > tolerance_m {
            if let Some(mark) = keep.get_mut(worst) {
                *mark = true;
            }
            open.extend([(from, worst), (worst, to)]);
        }
    }
}

/// The fix between two that is farthest from where they say it was at its time, and by how many metres.
fn farthest(stretch: &[Fix], from: usize, to: usize) -> Option<(usize, f64)> {
    let (first, last) = (stretch.get(from)?, stretch.get(to)?);
    let between = stretch.get(from + 1..to)?.iter().enumerate();
    let off = between.map(|(at, fix)| (from + 1 + at, off_m(first, last, fix)));
    off.max_by(|(_, one), (_, other)| one.total_cmp(other))
}

/// How far a fix is from what two others say of its time: metres, or the difference of speeds as metres.
fn off_m(first: &Fix, last: &Fix, fix: &Fix) -> f64 {
    let speeds = first.speed_kmh.zip(last.speed_kmh).zip(fix.speed_kmh);
    let share = share(first, last, fix);
    let off = speeds.map_or(0.0, |((from, to), own)| (own - from - (to - from) * share).abs());
    displaced_m(first, last, fix).max(off * METRES_PER_KMH)
}

fn share(first: &Fix, last: &Fix, fix: &Fix) -> f64 {
    match first.millis_to(last) {
        0 => 0.0,
        whole => first.millis_to(fix) as f64 / whole as f64,
    }
}

/// Metres between a fix and the place that two others give for its time.
fn displaced_m(first: &Fix, last: &Fix, fix: &Fix) -> f64 {
    let passed = share(first, last, fix);
    let between = |from: f64, to: f64| from + (to - from) * passed;
    let place = fengsui_kernel::Point { lon: between(first.lon, last.lon), lat: between(first.lat, last.lat) };
    fix.point().distance_m(&place)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fix::gaps;

    fn walk() -> impl Strategy<Value = Vec<Fix>> {
        let step = (1i64..700, -0.01f64..0.01, -0.01f64..0.01, 0.0f64..120.0);
        proptest::collection::vec(step, 0..300).prop_map(|steps| {
            let (mut at, mut lon, mut lat) = (1_767_225_600_000, 106.2, 38.4);
            let fix = |(seconds, east, north, speed): (i64, f64, f64, f64)| {
                (at, lon, lat) = (at + seconds * 1000, lon + east, lat + north);
                let at = fengsui_kernel::clock::from_millis(at);
                Fix { at, lon, lat, speed_kmh: Some(speed), direction: None }
            };
            steps.into_iter().map(fix).collect()
        })
    }

    /// The greatest distance between what was sent and what the kept fixes say for the same moment.
    fn worst(all: &[Fix], kept: &[Fix]) -> f64 {
        let off = |fix: &Fix| {
            let after = kept.partition_point(|one| one.at < fix.at);
            let next = kept.get(after).expect("the last is kept");
            let before = kept.get(after.saturating_sub(1)).unwrap_or(next);
            if next.at == fix.at { 0.0 } else { displaced_m(before, next, fix) }
        };
        all.iter().map(off).fold(0.0, f64::max)
    }

    proptest! {
        #[test]
        fn nothing_is_farther_off_than_told(fixes in walk(), tolerance in 0.0f64..2000.0, most in 2usize..80) {
            let told = simplify(&fixes, tolerance, most, 300);
            prop_assert!(told.tolerance_m >= tolerance || fixes.is_empty());
            prop_assert!(worst(&fixes, &told.kept) <= told.tolerance_m + 0.01);
            let ends = (gaps(&fixes, 300, 0.0).len() + 1) * 2;
            prop_assert!(told.kept.len() <= most.max(ends));
            prop_assert!(told.kept.iter().all(|one| fixes.contains(one)));
            prop_assert_eq!((told.kept.first(), told.kept.last()), (fixes.first(), fixes.last()));
        }

        #[test]
        fn with_room_and_no_tolerance_a_crooked_track_stays_as_it_is(fixes in walk()) {
            let told = simplify(&fixes, 0.0, fixes.len().max(2), 300);
            prop_assert!(worst(&fixes, &told.kept) <= 0.01);
        }
    }

    #[test]
    fn a_straight_run_becomes_its_ends() {
        let fix = |minute: i32| Fix {
            at: fengsui_kernel::clock::from_millis(i64::from(minute) * 60_000),
            lon: 106.0 + f64::from(minute) * 0.01,
            lat: 38.0,
            speed_kmh: None,
            direction: None,
        };
        let fixes: Vec<Fix> = (0..60).map(fix).collect();
        assert_eq!(simplify(&fixes, 5.0, 1000, 300).kept, [fixes[0], fixes[59]]);
    }
}
