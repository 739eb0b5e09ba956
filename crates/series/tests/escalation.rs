//! Alarms that nobody acknowledges are passed on, once for each step, on both stores.

mod common;

use common::{Plant, plant, registration};
use fengsui_events::{Audience, Event, MessageRequest};
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{DivisionCode, Mode};
use fengsui_series::{EscalationStep, RunningDrill, SeriesEngine, SeriesRegistration, SeriesSettings};
use fengsui_storage::Db;
use fengsui_storage::on_every_store;
use proptest::prelude::*;

fn table() -> Vec<EscalationStep> {
    let step = |after_minutes, role: &str, upper| EscalationStep {
        priority: AlarmPriority::High,
        after_minutes,
        role: role.into(),
        title: role.into(),
        upper,
    };
    vec![step(45, "duty_officer", true), step(15, "duty_leader", false)]
}

async fn engine(db: &Db) -> SeriesEngine {
    let settings = SeriesSettings { escalation: table(), ..SeriesSettings::default() };
    SeriesEngine::start(db.clone(), settings).await.expect("an engine")
}

/// The plant with an escalation table.
async fn escalating(store: fengsui_storage::testkit::TestStore) -> Plant {
    let mut plant = plant(store).await;
    plant.engine.stop().await;
    plant.engine = engine(&plant.store.db).await;
    plant.rule(0, 0, 0.0).await;
    plant
}

async fn messages(plant: &Plant) -> Vec<MessageRequest> {
    let events = fengsui_storage::events::after(&plant.store.db, 0, 10_000).await.expect("events");
    let request = |event: Event| if let Event::MessageRequested(request) = event { Some(request) } else { None };
    events.into_iter().filter_map(|logged| request(logged.read().expect("readable").event)).collect()
}

async fn wait(plant: &Plant, minutes: i64) {
    plant.advance(minutes * 60);
    for _ in 0..2 {
        plant.engine.escalate(&[]).await.expect("escalated");
    }
}

on_every_store!(goes_to_the_leader_then_to_the_upper_level_once_each_across_a_restart, |store| async move {
    let mut plant = escalating(store).await;
    plant.send("13").await;
    let id = plant.only_alarm().await.id;
    wait(&plant, 14).await;
    assert!(messages(&plant).await.is_empty());
    wait(&plant, 1).await;
    plant.engine.stop().await;
    plant.engine = engine(&plant.store.db).await;
    wait(&plant, 0).await;
    let division: DivisionCode = "640181".parse().expect("a code");
    let audience = |role: &str, division| vec![Audience::Role { role: role.into(), division }];
    let told = messages(&plant).await;
    assert_eq!((told.len(), &told[0].audience), (1, &audience("duty_leader", division)));
    wait(&plant, 30).await;
    wait(&plant, 300).await;
    let told = messages(&plant).await;
    assert_eq!((told.len(), &told[1].audience), (2, &audience("duty_officer", "6401".parse().expect("a code"))));
    let detail = plant.engine.alarm(&plant.system, &id).await.expect("detail");
    let steps: Vec<_> =
        detail.timeline.iter().filter(|entry| entry.what == "escalated").map(|e| e.detail.clone()).collect();
    assert_eq!(steps, [Some("duty_leader".to_owned()), Some("上一级duty_officer".to_owned())]);
});

on_every_store!(stops_with_an_acknowledgement_and_begins_anew_after_a_shelf, |store| async move {
    let plant = escalating(store).await;
    plant.send("13").await;
    let id = plant.only_alarm().await.id;
    plant.advance(600);
    plant.engine.shelve(&plant.system, &id, "检修", 60).await.expect("shelved");
    wait(&plant, 59).await;
    assert!(messages(&plant).await.is_empty(), "nobody is called for what lies on the shelf");
    plant.advance(60);
    plant.tick().await;
    wait(&plant, 14).await;
    assert!(messages(&plant).await.is_empty(), "counted from its end");
    wait(&plant, 1).await;
    assert_eq!(messages(&plant).await.len(), 1);
    plant.engine.acknowledge(&plant.system, &id, None).await.expect("noted");
    wait(&plant, 500).await;
    assert_eq!(messages(&plant).await.len(), 1);
});

on_every_store!(a_drill_alarm_is_passed_on_inside_its_drill_or_to_nobody, |store| async move {
    let plant = escalating(store).await;
    let training = SeriesRegistration { mode: Mode::Drill, ..registration("level") };
    let version = plant.engine.series(&plant.system, &plant.series).await.expect("series").version;
    plant.engine.update_series(&plant.system, &plant.series, version, training).await.expect("a training device");
    plant.send("13").await;
    wait(&plant, 20).await;
    assert!(messages(&plant).await.is_empty());
    let matter: fengsui_kernel::id::MatterId = "01990000-0000-7000-8000-00000000aaaa".parse().expect("an id");
    let elsewhere = RunningDrill { matter: matter.clone(), division: "640221".parse().expect("a code") };
    plant.engine.escalate(std::slice::from_ref(&elsewhere)).await.expect("escalated");
    assert!(messages(&plant).await.is_empty());
    let here = RunningDrill { division: "6401".parse().expect("a code"), ..elsewhere };
    plant.engine.escalate(&[here]).await.expect("escalated");
    let told = messages(&plant).await;
    assert_eq!((told.len(), told[0].mode, told[0].matter.as_ref()), (1, Mode::Drill, Some(&matter)));
});

proptest! {
    /// Whatever the division, the upper level lies above the county and contains the alarm.
    #[test]
    fn the_upper_level_is_above_the_county(code in prop::sample::select(vec!["000000", "64", "6401", "640181", "640181100", "640181100201"])) {
        let division: DivisionCode = code.parse().expect("a code");
        let upper = EscalationStep { upper: true, ..table().remove(1) };
        let addressed = fengsui_series::addressed(&upper, division);
        prop_assert!(addressed.contains(&division));
        prop_assert!(addressed.level() < fengsui_kernel::DivisionLevel::County);
    }
}
