//! Orders to devices: kept, sent once, answered, over restarts and beyond deadlines.

mod common;

use std::sync::Arc;

use common::{DEVICE, Plant, plant, start};
use fengsui_events::DeviceOrderState as State;
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::DeviceOrderId;
use fengsui_kernel::{Clock as _, PageQuery, Principal};
use fengsui_series::{Bell, Claim, DeviceOrder, DeviceOrderInput, DeviceOrderView, SeriesEngine, Told};
use fengsui_storage::on_every_store;
use serde_json::{Map, json};

const KEY: &str = "010000A8900016F000169DC0";

fn input(order: DeviceOrder) -> DeviceOrderInput {
    DeviceOrderInput { order, why: "夜间抽查".into(), minutes: Some(5) }
}

async fn give(plant: &Plant, protocol: &str, order: DeviceOrder) -> DeviceOrderId {
    let given = plant.engine.give_order(&plant.system, DEVICE, Some(protocol), input(order)).await;
    given.expect("an order").id
}

async fn order(plant: &Plant, engine: &SeriesEngine, id: &DeviceOrderId) -> DeviceOrderView {
    let page = engine.device_orders(&plant.system, Some(DEVICE), None, &PageQuery::default()).await.expect("orders");
    page.items.into_iter().find(|order| order.id == *id).expect("the order")
}

fn next(plant: &Plant, engine: &SeriesEngine, protocol: &str) -> Option<Claim> {
    engine.orders().next(KEY, protocol, plant.store.clock.now())
}

async fn told(engine: &SeriesEngine, reference: Option<&str>, told: Told) {
    engine.order_told(KEY, reference, &told).await.expect("told");
}

on_every_store!(a_duty_check_is_followed, |store| async move {
    let plant = plant(store).await;
    let engine = &plant.engine;
    let id = give(&plant, "gb26875", DeviceOrder::DutyCheck { minutes: 5 }).await;
    assert!(next(&plant, engine, "hj212").is_none(), "not over another protocol");
    let bell = Arc::new(Bell::default());
    engine.orders().sit(KEY, "gb26875", &bell);
    bell.rung().await;
    let claim = next(&plant, engine, "gb26875").expect("an order");
    assert!(next(&plant, engine, "gb26875").is_none(), "it is on its way");
    assert!(engine.order_sent(claim, "77".into()).await.expect("kept"));
    plant.advance(1);
    told(engine, Some("76"), Told::Taken).await;
    assert_eq!(order(&plant, engine, &id).await.state, State::Sent, "another's confirmation");
    told(engine, Some("77"), Told::Taken).await;
    assert_eq!(order(&plant, engine, &id).await.state, State::Accepted);
    // What takes minutes does not hold up others.
    let read = give(&plant, "gb26875", DeviceOrder::ReadState {}).await;
    let claim = next(&plant, engine, "gb26875").expect("the second order");
    assert!(engine.order_sent(claim, "78".into()).await.expect("kept"));
    let state = [("state".to_owned(), json!(["mains_fault"]))].into_iter().collect();
    told(engine, Some("78"), Told::Done(state)).await;
    let read = order(&plant, engine, &read).await;
    assert_eq!((read.state, read.answer), (State::Answered, Some(json!({"state": ["mains_fault"], "seconds": 0}))));
    plant.advance(41);
    told(engine, None, Told::DutyAnswered).await;
    let done = order(&plant, engine, &id).await;
    assert_eq!((done.state, done.answer), (State::Answered, Some(json!({"seconds": 42}))));
    assert!(!engine.orders().expects(KEY));
});

on_every_store!(a_restart_loses_nothing_and_repeats_only_what_may_be, |store| async move {
    let plant = plant(store).await;
    let text = give(&plant, "jt808", DeviceOrder::DriverText { text: "前方封路".into() }).await;
    let claim = next(&plant, &plant.engine, "jt808").expect("an order");
    assert!(plant.engine.order_sent(claim, "8300:5".into()).await.expect("kept"));
    let place = give(&plant, "jt808", DeviceOrder::AskPosition {}).await;
    plant.engine.stop().await;

    let engine = start(&plant.store.db).await;
    engine.tick().await.expect("a tick");
    assert!(next(&plant, &engine, "jt808").is_none(), "an answer to the text may still come");
    plant.advance(10);
    engine.tick().await.expect("a tick");
    assert_eq!(order(&plant, &engine, &text).await.state, State::Unanswered, "never shown twice to a driver");
    for serial in 1..=3 {
        let claim = next(&plant, &engine, "jt808").expect("the question, and again");
        assert_eq!(claim.id, place);
        assert!(engine.order_sent(claim, format!("8201:{serial}")).await.expect("kept"));
        plant.advance(10);
        engine.tick().await.expect("a tick");
    }
    let asked = order(&plant, &engine, &place).await;
    assert_eq!((asked.state, asked.sent_times), (State::Unanswered, 3));
    assert!(next(&plant, &engine, "jt808").is_none());
});

on_every_store!(deadlines_refusals_and_second_thoughts, |store| async move {
    let plant = plant(store).await;
    let engine = &plant.engine;
    let late = give(&plant, "hj212", DeviceOrder::SetClock {}).await;
    let refused = give(&plant, "hj212", DeviceOrder::SetRealtimeInterval { seconds: 60 }).await;
    let taken_back = engine.cancel_order(&plant.system, &late).await.expect("taken back");
    assert_eq!((taken_back.state, taken_back.cancelled_by.is_some()), (State::Cancelled, true));
    let claim = next(&plant, engine, "hj212").expect("the other");
    assert!(engine.order_sent(claim, "20261123".into()).await.expect("kept"));
    let again = engine.cancel_order(&plant.system, &refused).await.expect_err("it is on its way");
    assert!(matches!(*again.kind, FaultKind::Refused(_)), "{again}");
    told(engine, None, Told::Refused("hj212.request.2".into())).await;
    let told_so = order(&plant, engine, &refused).await;
    assert_eq!(
        (told_so.state, told_so.answer.expect("an answer")["result"].clone()),
        (State::Refused, json!("hj212.request.2"))
    );
    let never = give(&plant, "hj212", DeviceOrder::ReadClock {}).await;
    plant.advance(5 * 60 + 1);
    engine.tick().await.expect("a tick");
    assert_eq!(order(&plant, engine, &never).await.state, State::Expired);
    assert!(next(&plant, engine, "hj212").is_none());
    let expired = engine.device_orders(&plant.system, None, Some(State::Expired), &PageQuery::default()).await;
    assert_eq!(expired.expect("orders").items.len(), 1);
});

on_every_store!(who_may_and_how_many, |store| async move {
    let plant = plant(store).await;
    let engine = &plant.engine;
    let nobody = Principal { grants: Vec::new(), ..Principal::system("nobody") };
    let denied = engine.give_order(&nobody, DEVICE, Some("jt808"), input(DeviceOrder::AskPosition {})).await;
    assert!(matches!(*denied.expect_err("no right").kind, FaultKind::Denied(_)));
    let foreign = engine.give_order(&plant.system, DEVICE, Some("hj212"), input(DeviceOrder::AskPosition {})).await;
    assert!(matches!(*foreign.expect_err("no such order").kind, FaultKind::Invalid(_)));
    let silent = DeviceOrderInput { why: " ".into(), minutes: Some(0), ..input(DeviceOrder::AskPosition {}) };
    let fault = engine.give_order(&plant.system, DEVICE, Some("jt808"), silent).await.expect_err("no reason");
    let FaultKind::Invalid(problems) = *fault.kind else { panic!("{fault}") };
    let fields: Vec<&str> = problems.0.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["why", "minutes"]);
    for _ in 0..10 {
        give(&plant, "jt808", DeviceOrder::AskPosition {}).await;
    }
    let again = || engine.give_order(&plant.system, DEVICE, Some("jt808"), input(DeviceOrder::AskPosition {}));
    assert!(matches!(*again().await.expect_err("too fast").kind, FaultKind::TooMany { .. }));
    plant.advance(61);
    assert!(again().await.is_ok());
    let claim = next(&plant, engine, "jt808").expect("an order");
    drop(claim);
    assert!(next(&plant, engine, "jt808").is_some(), "what was not sent waits again");
    told(engine, Some("1"), Told::Done(Map::new())).await;
});
