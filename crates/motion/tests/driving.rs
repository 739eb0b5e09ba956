//! Driving records of tracks that are written down minute by minute.

use fengsui_kernel::Timestamp;
use fengsui_kernel::clock::from_millis;
use fengsui_motion::{FatigueRule, Fix, PhaseKind, Practice, VehicleClass, driving, geojson, gpx};
use proptest::prelude::*;

/// Beijing time on 2026-03-02.
fn at(hour: i64, minute: i64) -> Timestamp {
    let midnight: Timestamp = "2026-03-02T00:00:00+08:00".parse().expect("a time");
    from_millis(midnight.as_millisecond() + (hour * 60 + minute) * 60_000)
}

/// A fix a minute for some minutes at a speed, going on where the last ended.
fn drive(track: &mut Vec<Fix>, from: (i64, i64), minutes: i64, speed: f64) {
    let mut lon = track.last().map_or(106.0, |fix| fix.lon);
    for minute in 0..minutes {
        track.push(Fix {
            at: at(from.0, from.1 + minute),
            lon,
            lat: 38.0,
            speed_kmh: Some(speed),
            direction: Some(90.0),
        });
        lon += speed / 60.0 / 87.5;
    }
}

fn truck() -> Practice {
    Practice::of(VehicleClass::DangerousGoods, None)
}

#[test]
fn four_hours_and_a_minute_with_stops_that_are_no_rest_are_too_long() {
    let mut track = Vec::new();
    drive(&mut track, (8, 0), 150, 60.0);
    drive(&mut track, (10, 30), 15, 0.0);
    drive(&mut track, (10, 45), 91, 60.0);
    drive(&mut track, (12, 16), 30, 0.0);
    let told = driving(&track, truck());
    let kinds: Vec<PhaseKind> = told.phases.iter().map(|phase| phase.kind).collect();
    assert_eq!(kinds, [PhaseKind::Trip, PhaseKind::Stop, PhaseKind::Trip, PhaseKind::Stop]);
    let [one] = told.fatigue.as_slice() else { panic!("{:?}", told.fatigue) };
    assert_eq!(
        (one.rule, one.begin, one.exceeded_at, one.end),
        (FatigueRule::Continuous, at(8, 0), at(12, 15), at(12, 16))
    );
    assert_eq!((one.driven_seconds, one.limit_seconds), (241 * 60, 4 * 3600));
    assert_eq!((told.totals.trips, told.totals.stops, told.totals.driving_seconds), (2, 2, 241 * 60));
}

#[test]
fn twenty_minutes_of_rest_begin_the_count_anew() {
    let mut track = Vec::new();
    drive(&mut track, (8, 0), 230, 60.0);
    drive(&mut track, (11, 50), 20, 0.0);
    drive(&mut track, (12, 10), 230, 60.0);
    assert_eq!(driving(&track, truck()).fatigue, []);
}

#[test]
fn two_hours_of_the_night_are_too_long_though_four_of_the_day_are_not() {
    let mut track = Vec::new();
    drive(&mut track, (20, 30), 230, 60.0);
    let told = driving(&track, truck());
    let [one] = told.fatigue.as_slice() else { panic!("{:?}", told.fatigue) };
    assert_eq!((one.rule, one.exceeded_at, one.driven_seconds), (FatigueRule::Night, at(24, 0), 139 * 60));
}

#[test]
fn a_terminal_that_was_off_is_told_and_does_not_hide_the_driving() {
    let mut track = Vec::new();
    drive(&mut track, (8, 0), 121, 80.0);
    // Off for two hours and 160 km: at the limit of 80 km/h there was no time for a rest.
    let lon = track.last().expect("a fix").lon + 160.0 / 87.5;
    track.push(Fix { at: at(12, 0), lon, lat: 38.0, speed_kmh: Some(80.0), direction: None });
    drive(&mut track, (12, 1), 10, 80.0);
    let told = driving(&track, truck());
    assert_eq!(told.totals.displaced, 1);
    assert_eq!(told.fatigue.iter().map(|one| one.rule).collect::<Vec<_>>(), [FatigueRule::Continuous]);
    // Off for two hours in the yard: that was a rest, as far as anybody knows.
    let mut parked = Vec::new();
    drive(&mut parked, (8, 0), 121, 80.0);
    drive(&mut parked, (12, 0), 121, 80.0);
    let told = driving(&parked, truck());
    assert_eq!((told.totals.displaced, told.fatigue.len()), (0, 0));
}

#[test]
fn overspeed_has_its_limit_by_class_night_and_record() {
    let mut track = Vec::new();
    drive(&mut track, (21, 50), 20, 95.0);
    drive(&mut track, (22, 10), 5, 70.0);
    let limits = |practice| {
        driving(&track, practice).speeding.iter().map(|one| (one.begin, one.end, one.limit_kmh)).collect::<Vec<_>>()
    };
    assert_eq!(limits(truck()), [(at(21, 50), at(22, 10), 80.0)]);
    assert_eq!(limits(Practice::of(VehicleClass::Coach, None)), [(at(22, 0), at(22, 10), 80.0)]);
    assert_eq!(
        limits(Practice::of(VehicleClass::Coach, Some(90.0))),
        [(at(21, 50), at(22, 0), 90.0), (at(22, 0), at(22, 10), 72.0)]
    );
    assert_eq!(limits(Practice::of(VehicleClass::Other, Some(120.0))), []);
}

#[test]
fn one_position_alone_is_no_overspeed() {
    let mut track = Vec::new();
    drive(&mut track, (9, 0), 5, 60.0);
    drive(&mut track, (9, 5), 1, 180.0);
    drive(&mut track, (9, 6), 5, 60.0);
    let told = driving(&track, truck());
    assert_eq!((told.speeding.len(), told.totals.greatest_kmh), (0, Some(180.0)));
}

#[test]
fn files_part_the_track_at_gaps_and_are_well_formed() {
    let mut track = Vec::new();
    drive(&mut track, (8, 0), 3, 60.0);
    drive(&mut track, (9, 0), 2, 72.0);
    let told = gpx("宁A·<1>", &track, 300);
    assert_eq!((told.matches("<trkseg>").count(), told.matches("<trkpt ").count()), (2, 5));
    assert!(told.contains("<name>宁A·&lt;1&gt;</name>") && told.contains("<gpxtpx:speed>20.00</gpxtpx:speed>"));
    let told = geojson("x", &track, 300);
    let lines = &told["features"][0]["geometry"]["coordinates"];
    assert_eq!((lines[0].as_array().map(Vec::len), lines[1].as_array().map(Vec::len)), (Some(3), Some(2)));
    assert_eq!(told["features"][0]["properties"]["coordinateProperties"]["times"][1][0], "2026-03-02T01:00:00Z");
}

prop_compose! {
    fn any_track()(steps in proptest::collection::vec((1i64..1200, -0.02f64..0.02, proptest::option::of(0.0f64..140.0)), 0..200)) -> Vec<Fix> {
        let (mut millis, mut lon) = (at(0, 0).as_millisecond(), 106.0);
        steps.into_iter().map(|(seconds, east, speed_kmh)| {
            (millis, lon) = (millis + seconds * 1000, lon + east);
            Fix { at: from_millis(millis), lon, lat: 38.0, speed_kmh, direction: None }
        }).collect()
    }
}

proptest! {
    #[test]
    fn phases_cover_the_time_without_holes_and_nothing_lasts_less_than_nothing(track in any_track()) {
        let told = driving(&track, Practice::of(VehicleClass::Coach, None));
        prop_assert!(told.phases.windows(2).all(|pair| pair[0].end == pair[1].begin));
        prop_assert!(told.phases.iter().all(|phase| phase.begin < phase.end && phase.distance_m >= 0.0));
        if track.len() > 1 {
            prop_assert_eq!(told.phases.first().map(|phase| phase.begin), track.first().map(|fix| fix.at));
            prop_assert_eq!(told.phases.last().map(|phase| phase.end), track.last().map(|fix| fix.at));
            let span = track[track.len() - 1].at.as_millisecond() - track[0].at.as_millisecond();
            let sums = told.totals;
            prop_assert!((sums.driving_seconds + sums.standing_seconds + sums.unknown_seconds - span / 1000).unsigned_abs() <= told.phases.len() as u64);
        }
        prop_assert!(told.speeding.iter().all(|one| one.begin < one.end && one.greatest_kmh > one.limit_kmh));
        for one in &told.fatigue {
            prop_assert!(one.begin < one.exceeded_at && one.exceeded_at <= one.end);
            prop_assert!(one.driven_seconds >= i64::from(one.limit_seconds));
            prop_assert!(one.driven_seconds * 1000 <= one.end.as_millisecond() - one.begin.as_millisecond());
        }
    }

    #[test]
    fn what_is_told_of_a_track_does_not_depend_on_where_the_day_before_ended(track in any_track(), cut in 0usize..200) {
        // Overspeeds of a part are those of the whole, as far as they lie in it.
        let practice = Practice::of(VehicleClass::Other, Some(90.0));
        let part = &track[cut.min(track.len())..];
        let whole = driving(&track, practice).speeding;
        let of_part = driving(part, practice).speeding;
        let begin = part.first().map(|fix| fix.at);
        prop_assert!(whole.iter().filter(|one| begin.is_some_and(|begin| one.begin > begin)).all(|one| of_part.contains(one)));
    }
}
