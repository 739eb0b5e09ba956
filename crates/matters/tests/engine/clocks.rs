//! Clocks: reminders and escalations once each, and how they were kept.

use fengsui_events::{Audience, ClockChange, Event, Tone};
use fengsui_matters::{ClockFilter, ClockState, Figures, TickReport};
use fengsui_storage::on_every_store;
use jiff::SignedDuration;
use serde_json::json;

use crate::*;

async fn tick(store: &TestStore, engine: &Engine, minutes: i64) -> TickReport {
    store.clock.advance(SignedDuration::from_mins(minutes));
    engine.tick(store.db.now()).await.expect("tick")
}

on_every_store!(reminds_and_escalates_once_each, |store: TestStore| async move {
    let engine = engine(&store);
    let matter = engine.open(&officer(), repair(&json!({}))).await.expect("opened");
    assert_eq!(tick(&store, &engine, 39).await, TickReport::default());
    assert_eq!(tick(&store, &engine, 1).await, TickReport { reminded: 1, ..TickReport::default() });
    assert_eq!(tick(&store, &engine, 1).await, TickReport::default());
    store.clock.advance(SignedDuration::from_mins(19));
    let now = store.db.now();
    // Two platforms over one store tick at once.
    let (first, second) = tokio::join!(engine.tick(now), engine.tick(now));
    assert_eq!(first.expect("tick").overdue + second.expect("tick").overdue, 1);
    assert_eq!(tick(&store, &engine, 600).await, TickReport::default());
    let told = messages(&store).await;
    assert_eq!(told.len(), 3, "opened, reminded, overdue");
    assert!(told[1].subject.starts_with("【催办】整改报告") && told[1].body.contains("2026-11-22 11:00"));
    let officers = Audience::Role { role: "officer".into(), division: matter.division };
    assert_eq!(told[1].audience, std::slice::from_ref(&officers));
    let leaders = Audience::Role { role: "leader".into(), division: matter.division };
    assert_eq!((told[2].audience.clone(), told[2].tone), (vec![officers, leaders], Tone::Urgent));
    let changes: Vec<ClockChange> = events(&store)
        .await
        .into_iter()
        .filter_map(|event| if let Event::ClockChanged(clock) = event { Some(clock.change) } else { None })
        .collect();
    assert_eq!(changes, [ClockChange::Started, ClockChange::Reminded, ClockChange::Overdue]);
    let matter = engine.get(&officer(), &matter.id).await.expect("read");
    assert_eq!(matter.clocks[0].state, ClockState::Overdue);
    assert_eq!(engine.open_clocks(&officer()).await.expect("strip")[0].clause.as_deref(), Some("示例条例 §9"));
    assert_eq!(engine.overview(&officer()).await.expect("overview").clocks_overdue, 1);
    let rung = engine.timeline(&officer(), &matter.id).await.expect("line");
    assert_eq!(rung.iter().filter(|entry| entry.kind == "clock").count(), 3);
});

on_every_store!(a_moved_clock_rings_anew_and_a_stopped_one_never, |store: TestStore| async move {
    let engine = engine(&store);
    let matter = engine.open(&officer(), repair(&json!({"severity": "slight"}))).await.expect("opened");
    assert_eq!(tick(&store, &engine, 61).await.overdue, 1);
    let restart = json!({"action": "restart", "minutes": 30});
    let matter = engine.act(&officer(), &matter.id, submit(&matter, restart)).await.expect("restarted");
    assert_eq!(matter.clocks.len(), 1, "one running clock of a name");
    assert_eq!(tick(&store, &engine, 10).await.reminded, 1);
    assert_eq!(tick(&store, &engine, 20).await.overdue, 1);
    let finish = json!({"action": "finish", "result": "x"});
    let matter = engine.act(&officer(), &matter.id, submit(&matter, finish)).await.expect("finished");
    assert_eq!(matter.clocks[0].state, ClockState::Met, "done at its very end");
    assert_eq!(tick(&store, &engine, 600).await, TickReport::default());
});

on_every_store!(a_closed_matter_ends_its_clocks, |store: TestStore| async move {
    let engine = engine(&store);
    let matter = engine.open(&officer(), repair(&json!({}))).await.expect("opened");
    let matter = engine.act(&officer(), &matter.id, submit(&matter, json!({"action": "drop"}))).await.expect("dropped");
    assert_eq!((matter.clocks[0].state, matter.closed_at.is_some()), (ClockState::Void, true));
    assert_eq!(tick(&store, &engine, 600).await, TickReport::default());
    assert!(engine.open_clocks(&officer()).await.expect("strip").is_empty());
    let figures = engine.timeliness(&officer(), None, None, None).await.expect("figures");
    assert_eq!((figures[0].met, figures[0].late, figures[0].running, figures[0].median_minutes), (0, 0, 0, None));
});

on_every_store!(tells_how_clocks_were_kept, |store: TestStore| async move {
    let engine = engine(&store);
    let start = store.db.now();
    for minutes in [10, 20, 90] {
        let matter = engine.open(&officer(), repair(&json!({"severity": "slight"}))).await.expect("opened");
        store.clock.advance(SignedDuration::from_mins(minutes));
        let finish = json!({"action": "finish", "result": "x"});
        engine.act(&officer(), &matter.id, submit(&matter, finish)).await.expect("finished");
    }
    engine.open(&officer(), repair(&json!({}))).await.expect("running");
    let drill = NewMatter { mode: fengsui_kernel::Mode::Drill, ..repair(&json!({})) };
    engine.open(&officer(), drill).await.expect("drills do not count");
    let figures = engine.timeliness(&officer(), Some("repair"), Some(start), None).await.expect("figures");
    let figure = &figures[0];
    assert_eq!((figure.met, figure.late, figure.running, figure.median_minutes), (2, 1, 1, Some(20.0)));
    let none = engine.timeliness(&officer(), None, None, Some(start)).await.expect("figures");
    assert!(none.is_empty());
    let kept = engine.kept_clocks(&officer(), &ClockFilter::default()).await.expect("clocks");
    assert_eq!(kept.len(), 4, "drills are left out");
    let figures = Figures::of(&kept);
    assert_eq!((figures.met, figures.late, figures.running), (2, 1, 1));
    assert_eq!(
        (figures.median_minutes, figures.p90_minutes, figures.share()),
        (Some(20.0), Some(90.0), Some(2.0 / 3.0))
    );
    let elsewhere = ClockFilter { division: Some("640221".parse().expect("a code")), ..ClockFilter::default() };
    assert!(engine.kept_clocks(&officer(), &elsewhere).await.expect("clocks").is_empty());
});
