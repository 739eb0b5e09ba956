//! Shelved alarms: set aside until an end, never lost, on both stores.

mod common;

use common::{Plant, plant, with};
use fengsui_events::AlarmChange;
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{Actor, Grant, PageQuery, Principal, Scope};
use fengsui_series::{AlarmFilter, AlarmState, AlarmView, DeskFigures, ShelvingPolicy};
use fengsui_storage::on_every_store;

fn officer(actions: &[&str]) -> Principal {
    let scope = Scope::Subtree { division: "640181".parse().expect("a code") };
    let grant = |action: &&str| Grant {
        action: (*action).into(),
        kind: "alarm".into(),
        scope: scope.clone(),
        post: None,
        role: None,
    };
    let actor = Actor::User { id: "u1".into(), name: "值班员".into(), post: None };
    Principal { actor, posts: Vec::new(), grants: actions.iter().map(grant).collect() }
}

async fn listed(plant: &Plant, state: AlarmState) -> Vec<AlarmView> {
    let filter = AlarmFilter { state, ..AlarmFilter::default() };
    plant.engine.list_alarms(&plant.system, &filter, &PageQuery::default()).await.expect("alarms").items
}

async fn figures(plant: &Plant) -> DeskFigures {
    plant.engine.desk_figures(&plant.system).await.expect("figures")
}

/// An active alarm of the plant's only rule.
async fn raised(plant: &Plant) -> AlarmView {
    plant.rule(0, 0, 0.0).await;
    plant.send("13").await;
    plant.only_alarm().await
}

on_every_store!(a_shelved_alarm_leaves_the_open_list_and_comes_back_at_its_end, |store| async move {
    let mut plant = plant(store).await;
    let alarm = raised(&plant).await;
    plant.engine.acknowledge(&plant.system, &alarm.id, None).await.expect("noted");
    let shelved = plant.engine.shelve(&plant.system, &alarm.id, " 仪表抖动 ", 60).await.expect("shelved");
    assert_eq!(shelved.shelving_reason.as_deref(), Some("仪表抖动"));
    assert_eq!(shelved.shelved_until.expect("an end").duration_since(plant.now()).as_mins(), 60);
    assert!(listed(&plant, AlarmState::Open).await.is_empty());
    assert_eq!(listed(&plant, AlarmState::Shelved).await.len(), 1);
    assert_eq!(figures(&plant).await, DeskFigures { shelved: 1, ..DeskFigures::default() });
    // It chatters: it stays on its shelf, one alarm and no other.
    for value in ["1", "13", "1", "13"] {
        plant.advance(10);
        plant.send(value).await;
    }
    assert_eq!(listed(&plant, AlarmState::Shelved).await[0].occurrences, 3);
    plant = plant.restart().await;
    plant.advance(3600 - 41);
    plant.tick().await;
    assert!(listed(&plant, AlarmState::Open).await.is_empty(), "a second is left");
    plant.advance(1);
    plant.tick().await;
    let back = listed(&plant, AlarmState::Open).await.remove(0);
    assert!(!back.acknowledged && back.active && back.shelved_until.is_none(), "it waits for somebody again");
    assert_eq!(back.rung_at, plant.now());
    plant.tick().await;
    let detail = plant.engine.alarm(&plant.system, &alarm.id).await.expect("detail");
    let what: Vec<&str> = detail.timeline.iter().map(|entry| entry.what.as_str()).collect();
    let chatter = ["returned", "re_raised", "returned", "re_raised"];
    assert_eq!(what[..3], ["raised", "acknowledged", "shelved"]);
    assert_eq!((&what[3..7], &what[7..]), (&chatter[..], &["shelf_ended"][..]));
    assert_eq!(plant.alarm_events().await.last(), Some(&AlarmChange::ShelfEnded));
});

on_every_store!(what_returned_on_the_shelf_closes_with_it_only_if_it_was_acknowledged, |store| async move {
    let plant = plant(store).await;
    let alarm = raised(&plant).await;
    plant.engine.shelve(&plant.system, &alarm.id, "检修", 30).await.expect("shelved");
    plant.send("1").await;
    plant.advance(1800);
    plant.tick().await;
    let back = listed(&plant, AlarmState::Open).await.remove(0);
    assert!(!back.active && !back.acknowledged && !back.closed, "nobody took note of it yet");
    plant.engine.acknowledge(&plant.system, &alarm.id, None).await.expect("noted");
    assert!(plant.only_alarm().await.closed);
    plant.send("13").await;
    let second = listed(&plant, AlarmState::Open).await.remove(0);
    plant.engine.shelve(&plant.system, &second.id, "检修", 30).await.expect("shelved");
    plant.engine.acknowledge(&plant.system, &second.id, None).await.expect("noted");
    plant.send("1").await;
    assert!(!listed(&plant, AlarmState::Shelved).await[0].closed, "still on its shelf");
    plant.advance(1800);
    plant.tick().await;
    assert_eq!(figures(&plant).await, DeskFigures::default());
});

on_every_store!(a_person_takes_it_from_the_shelf_earlier_and_twice_is_once, |store| async move {
    let plant = plant(store).await;
    let alarm = raised(&plant).await;
    plant.engine.shelve(&plant.system, &alarm.id, "检修", 30).await.expect("shelved");
    let again = plant.engine.shelve(&plant.system, &alarm.id, "再延长", 480).await;
    assert_eq!(again.expect_err("no endless shelf").code(), "alarm_shelved");
    let (first, second) =
        tokio::join!(plant.engine.unshelve(&plant.system, &alarm.id), plant.engine.unshelve(&plant.system, &alarm.id));
    assert!(first.expect("first").shelved_until.is_none() && second.expect("second").shelved_until.is_none());
    let taken = plant.alarm_events().await.into_iter().filter(|change| *change == AlarmChange::Unshelved).count();
    assert_eq!((taken, figures(&plant).await.unacknowledged), (1, 1));
});

on_every_store!(needs_the_right_a_reason_and_an_end_within_the_limit, |store| async move {
    let plant = plant(store).await;
    let alarm = raised(&plant).await;
    let shelve = |caller: Principal, reason: &'static str, minutes| {
        let (engine, id) = (plant.engine.clone(), alarm.id.clone());
        async move { engine.shelve(&caller, &id, reason, minutes).await.map(drop).map_err(|fault| fault.code().to_owned()) }
    };
    let duty = || officer(&["read", "acknowledge", "shelve"]);
    assert_eq!(shelve(officer(&["read", "acknowledge"]), "检修", 30).await, Err("denied".into()));
    assert_eq!(shelve(duty(), " ", 30).await, Err("required".into()));
    assert_eq!(shelve(duty(), "检修", 0).await, Err("shelving_too_long".into()));
    assert_eq!(shelve(duty(), "检修", 481).await, Err("shelving_too_long".into()));
    assert_eq!(shelve(duty(), "检修", 480).await, Ok(()));
});

on_every_store!(an_urgent_alarm_needs_a_second_right_and_a_shorter_end, |store| async move {
    let plant = plant(store).await;
    let input = with(plant.input(0, 0, 0.0), |it| it.priority = AlarmPriority::Urgent);
    plant.engine.create_rule(&plant.system, input).await.expect("a rule");
    plant.send("13").await;
    let id = plant.only_alarm().await.id;
    let duty = officer(&["read", "shelve"]);
    assert_eq!(plant.engine.shelve(&duty, &id, "检修", 30).await.expect_err("denied").code(), "denied");
    let leader = officer(&["read", "shelve", "shelve_urgent"]);
    let long = plant.engine.shelve(&leader, &id, "检修", 61).await;
    assert_eq!(long.expect_err("too long").code(), "shelving_too_long");
    plant.engine.shelve(&leader, &id, "检修", 60).await.expect("shelved");
    assert_eq!(figures(&plant).await.shelved, 1);
});

#[test]
fn the_shorter_of_both_limits_holds_for_urgent_alarms() {
    let policy = ShelvingPolicy { longest_minutes: 30, longest_urgent_minutes: 60 };
    assert_eq!((policy.longest(AlarmPriority::Urgent), policy.longest(AlarmPriority::Low)), (30, 30));
}
