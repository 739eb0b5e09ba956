//! The log of raw frames on every store: what is noted is found, within its limits, by whoever may see it.

mod common;

use common::{device, plant, start};
use fengsui_kernel::{Clock as _, PageQuery, Timestamp};
use fengsui_series::{
    DeviceFacts, FrameDirection, FrameLogSettings, FrameNote, FrameQuery, FrameSource, FrameVerdict, SeriesEngine,
    SeriesSettings,
};
use fengsui_storage::on_every_store;
use fengsui_storage::testkit::TestStore;
use jiff::SignedDuration;

fn note(engine: &SeriesEngine, at: Timestamp, sender: &str, bytes: &[u8]) {
    engine.frames().note(FrameNote {
        at,
        sender: sender.into(),
        protocol: "hj212",
        peer: "10.0.0.9".into(),
        direction: FrameDirection::Received,
        verdict: FrameVerdict::Accepted,
        code: "".into(),
        bytes: bytes.to_vec(),
    });
}

async fn seen(engine: &SeriesEngine, of: &DeviceFacts, query: &FrameQuery) -> Vec<String> {
    let system = fengsui_kernel::Principal::system("test");
    let page = engine.frames_of(&system, FrameSource::Device(of), query).await.expect("a page");
    page.items.into_iter().map(|frame| String::from_utf8(frame.bytes).expect("a text")).collect()
}

async fn frames_are_seen_before_and_after_they_are_written(store: TestStore) {
    let plant = plant(store).await;
    let (engine, all) = (&plant.engine, FrameQuery::default());
    for number in 0..3 {
        note(engine, plant.now(), "GW-01", format!("early {number}").as_bytes());
    }
    assert_eq!(seen(engine, &device(), &all).await, ["early 2", "early 1", "early 0"]);
    engine.frames().flush().await.expect("written");
    plant.advance(60);
    note(engine, plant.now(), "010000A8900016F000169DC0", b"late, by the station number");
    note(engine, plant.now(), "SOMEBODY", b"not registered");
    let expected = ["late, by the station number", "early 2", "early 1", "early 0"];
    assert_eq!(seen(engine, &device(), &all).await, expected);
    let first = FrameQuery { limit: Some(2), ..FrameQuery::default() };
    let page = engine.frames_of(&plant.system, FrameSource::Device(&device()), &first).await.expect("a page");
    let next = FrameQuery { cursor: page.next, ..first };
    assert_eq!(seen(engine, &device(), &next).await, ["early 1", "early 0"], "the second page");
    let text = FrameQuery { q: Some("STATION num".into()), ..FrameQuery::default() };
    assert_eq!(seen(engine, &device(), &text).await.len(), 1, "letters, whatever their size");
    let digits = FrameQuery { q: Some("65 61 72 6c79 20 31".into()), ..FrameQuery::default() };
    assert_eq!(seen(engine, &device(), &digits).await, ["early 1"], "hexadecimal digits");
    let since = FrameQuery { from: Some(plant.now()), ..FrameQuery::default() };
    assert_eq!(seen(engine, &device(), &since).await.len(), 1);
    let unknown = engine.unregistered_senders(&plant.system, &PageQuery::default()).await.expect("senders").items;
    assert_eq!((unknown.len(), unknown[0].sender.as_str(), unknown[0].frames), (1, "SOMEBODY", 1));
    engine.stop().await;
    let again = start(&plant.store.db).await;
    assert_eq!(seen(&again, &device(), &all).await, expected, "a stop in order loses nothing");
}

async fn old_and_surplus_frames_make_room(store: TestStore) {
    let limits = FrameLogSettings { total_bytes: 40_000, sender_bytes: 8_000, ..FrameLogSettings::default() };
    let settings = SeriesSettings { frames: limits, ..SeriesSettings::default() };
    let engine = SeriesEngine::start(store.db.clone(), settings).await.expect("an engine");
    let incompressible = |seed: u64| -> Vec<u8> {
        (0..1_000_u64).map(|at| ((seed * 1_000 + at).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8).collect()
    };
    for round in 0..12 {
        for sender in ["A", "B"] {
            note(&engine, store.clock.now(), sender, &incompressible(round));
        }
        engine.frames().flush().await.expect("written");
        store.clock.advance(SignedDuration::from_hours(1));
    }
    let system = fengsui_kernel::Principal::system("test");
    let of = |sender: &'static str| {
        let (engine, system) = (engine.clone(), system.clone());
        async move {
            let page = engine.frames_of(&system, FrameSource::Sender(sender), &FrameQuery::default()).await;
            page.expect("a page").items
        }
    };
    let kept = of("A").await;
    let (_, held) = engine.frames().counters().figures()[3];
    assert!(held <= 16_000, "{held} bytes of two senders");
    assert!((4..=8).contains(&kept.len()), "{} frames of one sender", kept.len());
    assert_eq!(kept[0].bytes, incompressible(11), "the newest stay");
    store.clock.advance(SignedDuration::from_hours(8 * 24));
    engine.frames().flush().await.expect("trimmed");
    assert!(of("B").await.is_empty(), "what is older than a week is gone");
    assert!(engine.unregistered_senders(&system, &PageQuery::default()).await.expect("senders").items.is_empty());
}

async fn a_log_that_is_off_keeps_nothing(store: TestStore) {
    let frames = FrameLogSettings { enabled: false, ..FrameLogSettings::default() };
    let settings = SeriesSettings { frames, ..SeriesSettings::default() };
    let engine = SeriesEngine::start(store.db.clone(), settings).await.expect("an engine");
    note(&engine, store.clock.now(), "A", b"frame");
    let system = fengsui_kernel::Principal::system("test");
    let page = engine.frames_of(&system, FrameSource::Sender("A"), &FrameQuery::default()).await.expect("a page");
    assert!(page.items.is_empty());
}

on_every_store!(seen_before_and_after, frames_are_seen_before_and_after_they_are_written);
on_every_store!(within_limits, old_and_surplus_frames_make_room);
on_every_store!(turned_off, a_log_that_is_off_keeps_nothing);
