//! Alarms from the reading to the judgement, on both stores.

mod common;

use common::{Plant, plant, submission, with};
use fengsui_events::AlarmChange;
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::reading::Quality;
use fengsui_kernel::{Actor, DivisionCode, Grant, Mode, PageQuery, Principal, Scope};
use fengsui_series::rules::RuleLevel;
use fengsui_series::{AlarmFilter, AlarmVerdict, RuleInput, RuleTrialInput, VerifiedFilter};
use fengsui_storage::on_every_store;

on_every_store!(raises_returns_and_closes_only_when_both_are_done, |store| async move {
    let plant = plant(store).await;
    plant.rule(0, 0, 0.5).await;
    plant.send("11.9").await;
    assert!(plant.alarms().await.is_empty());
    plant.send("12.40").await;
    let alarm = plant.only_alarm().await;
    assert_eq!(alarm.value.as_deref(), Some("12.40"));
    assert_eq!(alarm.title, "3#甲醇罐 液位 达到或高于 12 m");
    assert!(alarm.active && !alarm.acknowledged && !alarm.closed && alarm.mode == Mode::Real);
    plant.send("11.7").await;
    assert!(plant.only_alarm().await.active, "inside the deadband");
    plant.send("11.4").await;
    let alarm = plant.only_alarm().await;
    assert!(!alarm.active && !alarm.closed, "nobody took note of it yet");
    plant.send("13").await;
    let alarm = plant.only_alarm().await;
    assert!(alarm.active && alarm.occurrences == 2, "the open alarm is raised again");
    let alarm = plant.engine.acknowledge(&plant.system, &alarm.id, Some("已派人")).await.expect("noted");
    assert!(alarm.acknowledged && !alarm.closed);
    plant.send("10").await;
    assert!(plant.only_alarm().await.closed);
    plant.send("12").await;
    assert_eq!(plant.alarms().await.len(), 2, "a closed alarm is not raised again");
    let detail = plant.engine.alarm(&plant.system, &alarm.id).await.expect("detail");
    let what: Vec<&str> = detail.timeline.iter().map(|entry| entry.what.as_str()).collect();
    assert_eq!(what, ["raised", "returned", "re_raised", "acknowledged", "returned"]);
    let changes = plant.alarm_events().await;
    assert_eq!(changes.len(), 6);
    assert_eq!(changes.last(), Some(&AlarmChange::Raised));
});

on_every_store!(acknowledges_once_however_often_it_is_asked, |store| async move {
    let plant = plant(store).await;
    plant.rule(0, 0, 0.0).await;
    plant.send("12").await;
    plant.send("1").await;
    let id = plant.only_alarm().await.id;
    let (first, second) = tokio::join!(
        plant.engine.acknowledge(&plant.system, &id, None),
        plant.engine.acknowledge(&plant.system, &id, None)
    );
    assert!(first.expect("first").closed && second.expect("second").closed);
    let changes = plant.alarm_events().await;
    assert_eq!(changes.iter().filter(|change| **change == AlarmChange::Acknowledged).count(), 1);
});

on_every_store!(judges_with_reason_and_version, |store| async move {
    let plant = plant(store).await;
    plant.rule(0, 0, 0.0).await;
    plant.send("12").await;
    let alarm = plant.only_alarm().await;
    let verify = |reason: &'static str, version| {
        let (engine, system, id) = (&plant.engine, &plant.system, &alarm.id);
        async move { engine.verify(system, id, AlarmVerdict::Test, reason, version).await }
    };
    assert_eq!(verify(" ", None).await.expect_err("no reason").code(), "required");
    assert!(matches!(*verify("检修", Some(99)).await.expect_err("stale").kind, FaultKind::Stale { .. }));
    let judged = verify("检修", Some(alarm.version)).await.expect("judged");
    assert_eq!((judged.verified, judged.verification_reason.as_deref()), (Some(AlarmVerdict::Test), Some("检修")));
    let list = |verified| {
        let filter = AlarmFilter { verified: Some(verified), ..AlarmFilter::default() };
        let (engine, system) = (&plant.engine, &plant.system);
        async move { engine.list_alarms(system, &filter, &PageQuery::default()).await.expect("a page").items.len() }
    };
    assert_eq!((list(VerifiedFilter::Test).await, list(VerifiedFilter::None).await), (1, 0));
});

on_every_store!(delays_run_by_the_clock, |store| async move {
    let plant = plant(store).await;
    plant.rule(30, 20, 0.0).await;
    let start = plant.now();
    plant.send("13").await;
    plant.advance(29);
    plant.tick().await;
    assert!(plant.alarms().await.is_empty());
    plant.advance(6);
    plant.tick().await;
    let alarm = plant.only_alarm().await;
    assert_eq!(alarm.raised_at.duration_since(start).as_secs(), 30, "when it was due, not when the clock ticked");
    plant.send("10").await;
    plant.advance(19);
    plant.tick().await;
    assert!(plant.only_alarm().await.active);
    plant.advance(1);
    plant.tick().await;
    assert!(!plant.only_alarm().await.active);
});

on_every_store!(a_restart_gives_the_same_alarms, |store| async move {
    let mut plant = plant(store).await;
    plant.rule(30, 20, 1.0).await;
    for (value, wait) in [("13", 10), ("12.5", 25), ("10", 10), ("11.5", 5), ("10", 10), ("9", 15), ("13", 40)] {
        plant.send(value).await;
        plant = plant.restart().await;
        plant.advance(wait);
        plant.tick().await;
        plant = plant.restart().await;
    }
    let changes = plant.alarm_events().await;
    assert_eq!(changes, [AlarmChange::Raised, AlarmChange::Returned, AlarmChange::ReRaised]);
    assert_eq!(plant.only_alarm().await.occurrences, 2);
});

on_every_store!(what_cannot_be_judged_and_what_is_old_changes_nothing, |store| async move {
    let plant = plant(store).await;
    plant.rule(0, 0, 0.0).await;
    plant.send("13").await;
    let ingest = plant.engine.ingest();
    for quality in [Quality::Bad, Quality::Missing, Quality::Maintenance, Quality::Fault] {
        let reading = fengsui_series::Reading { quality, ..plant.reading("1") };
        ingest.submit(submission(vec![reading])).await.expect("stored");
    }
    assert!(plant.only_alarm().await.active, "no usable value is not normal");
    plant.advance(60);
    plant.send("1").await;
    let old = fengsui_series::Reading { historical: true, ..plant.reading("99") };
    let late = fengsui_series::Reading {
        observed_at: plant.now().checked_sub(jiff::SignedDuration::from_secs(30)).expect("time"),
        ..plant.reading("99")
    };
    ingest.submit(submission(vec![old, late])).await.expect("stored");
    assert_eq!(plant.only_alarm().await.occurrences, 1, "backfilled and late values raise nothing");
});

on_every_store!(sixty_four_senders_at_once_raise_one_alarm, |store| async move {
    let plant = plant(store).await;
    plant.rule(0, 0, 0.0).await;
    let send = |number: i64| {
        let observed_at = plant.now().checked_sub(jiff::SignedDuration::from_millis(number)).expect("time");
        let reading = fengsui_series::Reading { observed_at, ..plant.reading("13") };
        let ingest = plant.engine.ingest();
        tokio::spawn(async move { ingest.submit(submission(vec![reading])).await })
    };
    let sent: Vec<_> = (0..64).map(send).collect();
    for done in futures::future::join_all(sent).await {
        assert_eq!(done.expect("joined").expect("stored").accepted, 1);
    }
    assert_eq!(plant.only_alarm().await.occurrences, 1);
    let commits = plant.engine.counters().commits.load(std::sync::atomic::Ordering::Relaxed);
    assert!(commits < 64, "they were written together: {commits}");
});

on_every_store!(a_rule_switched_off_returns_its_alarm, |store| async move {
    let plant = plant(store).await;
    let rule = plant.rule(0, 0, 0.0).await;
    plant.send("13").await;
    let off = fengsui_series::RuleInput { enabled: false, version: Some(1), ..plant.input(0, 0, 0.0) };
    plant.engine.update_rule(&plant.system, &rule, off.clone()).await.expect("off");
    assert!(!plant.only_alarm().await.active);
    let stale = plant.engine.update_rule(&plant.system, &rule, off).await.expect_err("the version has moved on");
    assert!(matches!(*stale.kind, FaultKind::Stale { .. }));
    let on = fengsui_series::RuleInput { version: Some(2), ..plant.input(0, 0, 0.0) };
    plant.engine.update_rule(&plant.system, &rule, on).await.expect("on");
    plant.send("13").await;
    assert_eq!(plant.only_alarm().await.occurrences, 2);
    plant.engine.delete_rule(&plant.system, &rule, None).await.expect("gone");
    plant.send("14").await;
    assert!(!plant.only_alarm().await.active);
});

on_every_store!(a_rule_is_tried_on_the_past_and_nothing_is_kept, |store| async move {
    let plant = plant(store).await;
    for value in ["11", "12.5", "13.25", "11", "12", "11"] {
        plant.send(value).await;
        plant.advance(60);
    }
    let input = |hours, rule| RuleTrialInput { rule, hours };
    let trial = plant.engine.try_rule(&plant.system, input(24, plant.input(0, 0, 0.0))).await.expect("a trial");
    assert_eq!((trial.trial.judged, trial.trial.alarms, trial.trial.active_seconds), (6, 2, 180));
    assert_eq!(trial.trial.episodes[0].peak, Some(13.25));
    assert!(trial.complete && plant.alarms().await.is_empty());
    let calmer = plant.engine.try_rule(&plant.system, input(24, plant.input(90, 0, 0.0))).await.expect("a trial");
    assert_eq!(calmer.trial.alarms, 1, "the second stay beyond the limit is too short");
    let off = RuleInput { enabled: false, ..plant.input(0, 0, 0.0) };
    assert_eq!(plant.engine.try_rule(&plant.system, input(24, off)).await.expect("a trial").trial.alarms, 2);
    plant.advance(2 * 3600);
    let later = plant.engine.try_rule(&plant.system, input(1, plant.input(0, 0, 0.0))).await.expect("a trial");
    assert_eq!((later.trial.judged, later.trial.alarms), (0, 0));
    let long = plant.engine.try_rule(&plant.system, input(745, plant.input(0, 0, 0.0))).await.expect_err("too long");
    assert_eq!(long.code(), "out_of_range");
});

on_every_store!(versions_of_a_rule_say_who_and_why, |store| async move {
    let plant = plant(store).await;
    let first = with(plant.input(0, 0, 0.0), |it| {
        it.level = Some(RuleLevel::HighHigh);
        it.instruction = Some("关闭进料阀".into());
    });
    let rule = plant.engine.create_rule(&plant.system, first).await.expect("a rule");
    assert_eq!(
        (rule.condition.level, rule.condition.instruction.as_deref()),
        (Some(RuleLevel::HighHigh), Some("关闭进料阀"))
    );
    let change =
        with(RuleInput { version: Some(1), why: Some("按新规程".into()), ..plant.input(0, 0, 0.0) }, |it| {
            it.limit = Some(11.5);
        });
    plant.engine.update_rule(&plant.system, &rule.id, change).await.expect("changed");
    let versions = plant.engine.rule_versions(&plant.system, &rule.id).await.expect("versions");
    let told: Vec<(i64, f64, Option<&str>)> = versions
        .iter()
        .map(|version| (version.version, version.rule.condition.limit.unwrap_or_default(), version.why.as_deref()))
        .collect();
    assert_eq!(told, [(2, 11.5, Some("按新规程")), (1, 12.0, None)]);
    let wrong = with(RuleInput { version: Some(2), ..plant.input(0, 0, 0.0) }, |it| it.level = Some(RuleLevel::Low));
    let refused = plant.engine.update_rule(&plant.system, &rule.id, wrong).await.expect_err("L is no high limit");
    assert_eq!(refused.code(), "level_contradicts_kind");
    plant.send("12").await;
    let alarm = plant.only_alarm().await.id;
    let detail = plant.engine.alarm(&plant.system, &alarm).await.expect("detail");
    assert_eq!(detail.instruction, None, "the rule in force says nothing any more");
});

fn officer_of(division: &str, actions: &[&str]) -> Principal {
    let scope = Scope::Subtree { division: division.parse::<DivisionCode>().expect("a code") };
    let grant = |action: &&str| Grant {
        action: (*action).into(),
        kind: "alarm".into(),
        scope: scope.clone(),
        post: None,
        role: None,
    };
    let actor = Actor::User { id: "u".into(), name: "示例".into(), post: None };
    Principal { actor, posts: vec![], grants: actions.iter().map(grant).collect() }
}

on_every_store!(others_see_nothing_and_readers_change_nothing, |store| async move {
    let plant: Plant = plant(store).await;
    plant.rule(0, 0, 0.0).await;
    plant.send("13").await;
    let id = plant.only_alarm().await.id;
    let stranger = officer_of("640122", &["read", "acknowledge"]);
    let page = plant.engine.list_alarms(&stranger, &AlarmFilter::default(), &PageQuery::default()).await;
    assert!(page.expect("a page").items.is_empty());
    let hidden = plant.engine.acknowledge(&stranger, &id, None).await.expect_err("hidden");
    assert_eq!(hidden.code(), "not_found");
    let reader = officer_of("6401", &["read"]);
    assert_eq!(plant.engine.acknowledge(&reader, &id, None).await.expect_err("no right").code(), "denied");
    let figures = plant.engine.open_alarms(&reader).await.expect("figures");
    assert_eq!((figures.by_priority.values().sum::<u64>(), figures.unacknowledged), (1, 1));
});

on_every_store!(an_acknowledgement_beside_a_return_closes_the_alarm, |store| async move {
    let plant = plant(store).await;
    plant.rule(0, 0, 0.0).await;
    for round in 0..10 {
        plant.advance(1);
        plant.send("13").await;
        let open = plant.alarms().await.into_iter().find(|alarm| !alarm.closed).expect("an open alarm");
        plant.advance(1);
        let (noted, ()) = tokio::join!(plant.engine.acknowledge(&plant.system, &open.id, None), plant.send("1"));
        noted.expect("noted");
        let alarms = plant.alarms().await;
        assert_eq!(alarms.len(), round + 1);
        assert!(alarms.iter().all(|alarm| alarm.closed && !alarm.active && alarm.occurrences == 1));
    }
});
