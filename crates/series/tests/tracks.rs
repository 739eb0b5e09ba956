//! Where a vehicle was, on both stores: its kept positions as one track, within the rights, and the look traced.

mod common;

use common::{DEVICE, Plant, plant, registration, submission};
use fengsui_kernel::clock::from_millis;
use fengsui_kernel::reading::Quality;
use fengsui_kernel::{Actor, Grant, Principal, Scope, Timestamp};
use fengsui_series::{Reading, TrackLook};
use fengsui_storage::{on_every_store, traces};

async fn vehicle(plant: &Plant) {
    for code in ["lng", "lat", "speed_kmh", "direction", "alarm.fatigue"] {
        plant.engine.register(&plant.system, registration(code)).await.expect("a series");
    }
}

/// So many seconds before now.
fn ago(plant: &Plant, seconds: i64) -> Timestamp {
    from_millis(plant.now().as_millisecond() - seconds * 1000)
}

async fn send(plant: &Plant, seconds_ago: i64, values: &[(&str, &str, Quality)]) {
    let reading = |(code, value, quality): &(&str, &str, Quality)| Reading {
        code: (*code).into(),
        observed_at: ago(plant, seconds_ago),
        value_text: (*value).into(),
        quality: *quality,
        historical: false,
        optional: false,
    };
    let done = plant.engine.ingest().submit(submission(values.iter().map(reading).collect())).await.expect("stored");
    assert_eq!(done.quarantined, 0);
}

on_every_store!(positions_become_a_track_in_order_of_time, |store| async move {
    let plant = plant(store).await;
    vehicle(&plant).await;
    let (good, bad) = (Quality::Good, Quality::Bad);
    send(
        &plant,
        60,
        &[("lng", "106.2", good), ("lat", "38.1", good), ("speed_kmh", "61.5", good), ("alarm.fatigue", "1", good)],
    )
    .await;
    // Late, and one that the receiver itself does not trust.
    send(&plant, 120, &[("lng", "106.1", good), ("lat", "38.1", good), ("speed_kmh", "40", good)]).await;
    send(&plant, 30, &[("lng", "0", bad), ("lat", "0", bad), ("speed_kmh", "0", bad), ("alarm.fatigue", "0", good)])
        .await;
    let plant = plant.restart().await;
    let span = (ago(&plant, 3600), plant.now());
    let found = plant.engine.track(&plant.system, DEVICE, span, TrackLook::Track).await.expect("a track");
    let told: Vec<_> = found.fixes.iter().map(|fix| (fix.lon, fix.speed_kmh)).collect();
    assert_eq!(told, [(106.1, Some(40.0)), (106.2, Some(61.5))]);
    assert_eq!((found.unusable, found.cut), (1, false));
    let alarms: Vec<_> =
        found.alarms.iter().map(|one| (one.alarm.as_str(), one.begin, one.end, one.at.map(|at| at.lon))).collect();
    assert_eq!(alarms, [("fatigue", Some(ago(&plant, 60)), Some(ago(&plant, 30)), Some(106.2))]);
    // A driving record begins twelve hours earlier, a track does not.
    let late = (ago(&plant, 90), plant.now());
    let count = async |look| plant.engine.track(&plant.system, DEVICE, late, look).await.expect("a track").fixes.len();
    assert_eq!((count(TrackLook::Track).await, count(TrackLook::Driving).await), (1, 2));
});

on_every_store!(a_look_needs_the_right_and_is_traced, |store| async move {
    let plant = plant(store).await;
    vehicle(&plant).await;
    send(&plant, 60, &[("lng", "106.2", Quality::Good), ("lat", "38.1", Quality::Good)]).await;
    let caller = |division: &str| {
        let scope = Scope::Subtree { division: division.parse().expect("a code") };
        let grant = Grant { action: "read".into(), kind: "series".into(), scope, post: None, role: None };
        let actor = Actor::User { id: "u1".into(), name: "示例值班员".into(), post: None };
        Principal { actor, posts: vec![], grants: vec![grant] }
    };
    let span = (ago(&plant, 3600), plant.now());
    let (own, other) = (caller("640181"), caller("640221"));
    assert!(plant.engine.track(&other, DEVICE, span, TrackLook::Track).await.is_err());
    let mut seen = 0;
    let more = plant.engine.tracks(&other, span, 10, |_, _| true, |_| seen += 1).await.expect("an answer");
    assert_eq!((seen, more), (0, 0));
    plant.engine.track(&own, DEVICE, span, TrackLook::File).await.expect("a track");
    plant.engine.tracks(&own, span, 10, |_, _| true, |_| seen += 1).await.expect("an answer");
    assert_eq!(seen, 1);
    let week = (ago(&plant, 8 * 86_400), plant.now());
    assert!(plant.engine.track(&own, DEVICE, week, TrackLook::Track).await.is_err());
    let looks = looks(&plant).await;
    assert_eq!(
        looks,
        [
            ("device.tracks_read".to_owned(), "示例值班员".to_owned()),
            ("device.track_read".to_owned(), "示例值班员".to_owned()),
            ("device.tracks_read".to_owned(), "示例值班员".to_owned())
        ]
    );
});

/// What the trace tells of looks, oldest first: the action and who.
async fn looks(plant: &Plant) -> Vec<(String, String)> {
    let entries = traces::from_seq(&plant.store.db, 0, 1_000).await.expect("the trace");
    let contents = entries.into_iter().filter_map(|entry| entry.content);
    contents.filter(|one| one.action.starts_with("device.track")).map(|one| (one.action, one.actor_name)).collect()
}
