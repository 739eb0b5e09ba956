//! Out of service: stored and judged, recorded and not rung, and back by itself; on both stores.

mod common;

use common::{DEVICE, Plant, plant};
use fengsui_events::{Event, MessageRequest};
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Actor, Grant, PageQuery, Principal, Scope};
use fengsui_series::{AlarmFilter, AlarmState, AlarmView, OutOfServiceInput, OutOfServiceView, Suppression};
use fengsui_storage::on_every_store;

async fn listed(plant: &Plant, state: AlarmState) -> Vec<AlarmView> {
    let filter = AlarmFilter { state, ..AlarmFilter::default() };
    plant.engine.list_alarms(&plant.system, &filter, &PageQuery::default()).await.expect("alarms").items
}

fn input(plant: &Plant, whole: bool, minutes: u32) -> OutOfServiceInput {
    let series = (!whole).then(|| plant.series.clone());
    OutOfServiceInput { device: DEVICE.into(), series, reason: "探头更换".into(), minutes }
}

async fn take_out(plant: &Plant, whole: bool, minutes: u32) -> OutOfServiceView {
    plant.engine.take_out_of_service(&plant.system, &input(plant, whole, minutes)).await.expect("out of service")
}

async fn messages(plant: &Plant) -> Vec<MessageRequest> {
    let events = fengsui_storage::events::after(&plant.store.db, 0, 10_000).await.expect("events");
    let request = |event: Event| if let Event::MessageRequested(request) = event { Some(request) } else { None };
    events.into_iter().filter_map(|logged| request(logged.read().expect("readable").event)).collect()
}

on_every_store!(alarms_are_recorded_and_not_rung_until_it_ends_by_itself, |store| async move {
    let mut plant = plant(store).await;
    plant.rule(0, 0, 0.0).await;
    take_out(&plant, false, 120).await;
    plant.send("13").await;
    assert!(listed(&plant, AlarmState::Open).await.is_empty());
    let recorded = listed(&plant, AlarmState::Suppressed).await.remove(0);
    assert_eq!(recorded.suppressed, Some(Suppression::OutOfService));
    assert_eq!(plant.engine.open_alarms(&plant.system).await.expect("figures").unacknowledged, 0);
    plant.send("1").await;
    assert!(plant.only_alarm().await.closed, "what returned while nobody was rung asks nobody");
    plant.send("13").await;
    assert_eq!(plant.engine.out_of_service(&plant.system).await.expect("a list")[0].suppressed, 2);
    let noise = listed(&plant, AlarmState::Suppressed).await.remove(0);
    plant.engine.acknowledge(&plant.system, &noise.id, None).await.expect("noted as part of the work");
    plant = plant.restart().await;
    plant.advance(90 * 60);
    plant.tick().await;
    plant.tick().await;
    let told = messages(&plant).await;
    assert_eq!(
        (told.len(), told[0].subject.as_str()),
        (1, "停用即将结束：罐区网关 液位"),
        "told once, half an hour before"
    );
    plant.advance(30 * 60);
    plant.tick().await;
    assert!(plant.engine.out_of_service(&plant.system).await.expect("a list").is_empty());
    let back = listed(&plant, AlarmState::Open).await.remove(0);
    assert!(back.active && !back.acknowledged && back.suppressed.is_none() && back.rung_at == plant.now());
    let detail = plant.engine.alarm(&plant.system, &back.id).await.expect("detail");
    let what: Vec<&str> = detail.timeline.iter().map(|entry| entry.what.as_str()).collect();
    assert_eq!(what, ["raised", "suppressed", "acknowledged", "released"]);
});

on_every_store!(what_was_open_before_stays_on_the_desk, |store| async move {
    let plant = plant(store).await;
    plant.rule(0, 0, 0.0).await;
    plant.send("13").await;
    take_out(&plant, true, 60).await;
    plant.send("1").await;
    plant.send("13").await;
    let open = listed(&plant, AlarmState::Open).await;
    assert_eq!((open.len(), open[0].occurrences), (1, 2));
});

on_every_store!(a_series_within_a_device_that_is_out_stays_silent_until_both_are_back, |store| async move {
    let plant = plant(store).await;
    plant.rule(0, 0, 0.0).await;
    let device = take_out(&plant, true, 60).await;
    let series = take_out(&plant, false, 600).await;
    plant.send("13").await;
    plant.engine.put_into_service(&plant.system, &device.id).await.expect("back");
    assert!(listed(&plant, AlarmState::Open).await.is_empty(), "the series is still out");
    for _ in 0..2 {
        let ended = plant.engine.put_into_service(&plant.system, &series.id).await.expect("back");
        assert!(ended.ended_at.is_some());
    }
    assert_eq!(listed(&plant, AlarmState::Open).await.len(), 1);
});

on_every_store!(needs_the_right_a_reason_an_end_and_is_out_only_once, |store| async move {
    let plant = plant(store).await;
    let code = |input: OutOfServiceInput| {
        let engine = plant.engine.clone();
        async move {
            let done = engine.take_out_of_service(&Principal::system("test"), &input).await;
            done.map(drop).map_err(|fault| fault.code().to_owned())
        }
    };
    let good = input(&plant, true, 30);
    assert_eq!(code(OutOfServiceInput { reason: " ".into(), ..good.clone() }).await, Err("required".into()));
    for minutes in [0, 30 * 24 * 60 + 1] {
        let long = OutOfServiceInput { minutes, ..good.clone() };
        assert_eq!(code(long).await, Err("out_of_service_too_long".into()));
    }
    let unknown =
        OutOfServiceInput { series: Some("01990000-0000-7000-8000-000000000abc".parse().expect("id")), ..good.clone() };
    assert_eq!(code(unknown).await, Err("unknown_series".into()));
    let scope = Scope::Subtree { division: "640181".parse().expect("a code") };
    let grant = Grant { action: "read".into(), kind: "series".into(), scope, post: None, role: None };
    let actor = Actor::User { id: "u1".into(), name: "值班员".into(), post: None };
    let reader = Principal { actor, posts: Vec::new(), grants: vec![grant] };
    let denied = plant.engine.take_out_of_service(&reader, &good).await.expect_err("a reader");
    assert!(matches!(*denied.kind, FaultKind::Denied(_)));
    assert_eq!(code(good.clone()).await, Ok(()));
    assert_eq!(code(good).await, Err("out_of_service_already".into()));
});
