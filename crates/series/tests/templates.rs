//! One rule for all series of a kind: made, kept in step, excepted, gone its own way, ended; on both stores.

mod common;

use common::{Plant, device, plant, registration, submission, with};
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::{RuleTemplateId, SeriesId};
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{Fault, Grant, Principal, Scope};
use fengsui_series::rules::RuleKind;
use fengsui_series::{
    DeviceFacts, Reading, RuleCondition, RuleInput, RuleSelector, RuleTemplateInput, RuleTemplateTrialInput,
    RuleTemplateView, RuleView, SeriesRegistration,
};
use fengsui_storage::on_every_store;

fn condition(limit: f64) -> RuleCondition {
    RuleCondition {
        kind: RuleKind::High,
        limit: Some(limit),
        deadband: 0.0,
        window_seconds: None,
        direction: None,
        method: None,
        training_readings: None,
        intensity: None,
        on_delay_seconds: 0,
        off_delay_seconds: 0,
        priority: AlarmPriority::Urgent,
        level: None,
        schedule: None,
        instruction: Some("撤离下风向".into()),
        plan: None,
    }
}

fn template(limit: f64) -> RuleTemplateInput {
    RuleTemplateInput {
        name: "氯气泄漏".into(),
        division: "6401".parse().expect("a code"),
        enterprise: None,
        selector: RuleSelector { codes: vec!["CL2*".into()], unit: Some("ppm".into()), ..RuleSelector::default() },
        condition: condition(limit),
        enabled: true,
        version: None,
        why: Some("全市统一".into()),
    }
}

fn detector(code: &str) -> SeriesRegistration {
    SeriesRegistration { name: "氯气浓度".into(), unit: "ppm".into(), ..registration(code) }
}

async fn made(plant: &Plant, code: &str) -> SeriesId {
    plant.engine.register(&plant.system, detector(code)).await.expect("a series").id
}

async fn kept(plant: &Plant, id: &RuleTemplateId) {
    while plant.engine.keep_in_step(id).await.expect("kept") > 0 {}
}

async fn only(plant: &Plant) -> RuleTemplateView {
    let all = plant.engine.rule_templates(&plant.system).await.expect("templates");
    assert_eq!(all.len(), 1);
    all.into_iter().next().expect("one")
}

async fn rules(plant: &Plant, series: &SeriesId) -> Vec<RuleView> {
    plant.engine.rules(&plant.system, series).await.expect("rules")
}

async fn send(plant: &Plant, code: &str, value: &str) {
    let reading = Reading { code: code.into(), ..plant.reading(value) };
    plant.engine.ingest().submit(submission(vec![reading])).await.expect("accepted");
}

fn field_of(fault: &Fault) -> (&str, &str) {
    match fault.kind.as_ref() {
        FaultKind::Invalid(problems) => (problems.0[0].field.as_str(), problems.0[0].code.as_str()),
        other => panic!("{other}"),
    }
}

on_every_store!(every_series_of_the_kind_has_the_rule_and_the_alarm_names_the_template, |store| async move {
    let plant = plant(store).await;
    let (first, second) = (made(&plant, "cl2").await, made(&plant, "cl2_b").await);
    let chosen = plant.engine.selected_series(&plant.system, template(1.0)).await.expect("selected");
    assert_eq!((chosen.0, chosen.1.len()), (2, 2));
    let id = plant.engine.create_rule_template(&plant.system, template(1.0)).await.expect("a template");
    assert_eq!(only(&plant).await.waiting, 2);
    kept(&plant, &id).await;
    let view = only(&plant).await;
    assert_eq!((view.series, view.own, view.excepted, view.waiting), (2, 0, 0, 0));
    assert!(rules(&plant, &plant.series).await.is_empty(), "the level in m is none of them");
    // A series that comes later has it at once, by whatever door it comes; one that stops being of the kind loses it.
    let third = made(&plant, "CL2-c").await;
    let rule = rules(&plant, &third).await.pop().expect("the rule");
    let origin = rule.template.expect("an origin");
    assert_eq!((origin.id, origin.name.as_str(), origin.version), (id, "氯气泄漏", 1));
    let other = SeriesRegistration { unit: "mg/m³".into(), ..detector("CL2-c") };
    plant.engine.update_series(&plant.system, &third, 1, other).await.expect("changed");
    assert!(rules(&plant, &third).await.is_empty());
    send(&plant, "cl2", "1.2").await;
    let alarm = plant.only_alarm().await;
    assert_eq!(alarm.series, first);
    assert_eq!(alarm.explanation.expect("why").template.as_deref(), Some("氯气泄漏"));
    let plant = plant.restart().await;
    assert_eq!(only(&plant).await.waiting, 0);
    send(&plant, "cl2", "1.3").await;
    send(&plant, "cl2_b", "1.3").await;
    assert_eq!(plant.alarms().await.len(), 2, "one for each rule, the first still the same");
    assert_eq!(rules(&plant, &second).await.len(), 1);
});

on_every_store!(a_changed_template_changes_its_rules_but_not_those_that_go_their_own_way, |store| async move {
    let plant = plant(store).await;
    let (first, second) = (made(&plant, "cl2_a").await, made(&plant, "cl2_b").await);
    let id = plant.engine.create_rule_template(&plant.system, template(1.0)).await.expect("a template");
    kept(&plant, &id).await;
    let rule = rules(&plant, &second).await.remove(0);
    let own = with(RuleInput { series: second.clone(), version: Some(1), ..plant.input(0, 0, 0.0) }, |it| {
        it.limit = Some(0.5);
    });
    let silent = plant.engine.update_rule(&plant.system, &rule.id, own.clone()).await.expect_err("no reason");
    assert_eq!(field_of(&silent), ("why", "required"));
    let own = RuleInput { why: Some("靠近学校".into()), ..own };
    plant.engine.update_rule(&plant.system, &rule.id, own).await.expect("its own way");
    send(&plant, "cl2_a", "1.2").await;
    let stale = RuleTemplateInput { version: Some(7), ..template(2.0) };
    let stale = plant.engine.update_rule_template(&plant.system, &id, stale).await.expect_err("stale");
    assert!(matches!(stale.kind.as_ref(), FaultKind::Stale { .. }));
    let changed = RuleTemplateInput { version: Some(1), ..template(2.0) };
    plant.engine.update_rule_template(&plant.system, &id, changed).await.expect("changed");
    // The program ends before the rules follow; it finds out what is left.
    let plant = plant.restart().await;
    assert_eq!(plant.engine.templates_behind().await, vec![(id.clone(), "氯气泄漏".into(), 1)]);
    kept(&plant, &id).await;
    assert_eq!(rules(&plant, &first).await[0].condition.limit, Some(2.0));
    assert_eq!(rules(&plant, &second).await[0].condition.limit, Some(0.5));
    assert_eq!(
        plant.engine.rule_versions(&plant.system, &rules(&plant, &first).await[0].id).await.expect("two").len(),
        2
    );
    assert!(plant.only_alarm().await.active, "the state stays, the next reading is judged by the new limit");
    send(&plant, "cl2_a", "1.2").await;
    assert!(!plant.only_alarm().await.active);
    let apart = plant.engine.rule_template_exceptions(&plant.system, &id).await.expect("exceptions");
    assert_eq!((apart.len(), apart[0].reason.as_str(), apart[0].rule.is_some()), (1, "靠近学校", true));
    plant.engine.end_exception(&plant.system, &id, &second, None).await.expect("follows again");
    let again = rules(&plant, &second).await.remove(0);
    assert_eq!((again.condition.limit, again.template.expect("an origin").own_reason), (Some(2.0), None));
    assert_eq!(plant.engine.rule_template_versions(&plant.system, &id).await.expect("versions").len(), 2);
});

on_every_store!(a_series_can_be_excepted_and_ending_a_template_leaves_nothing_behind, |store| async move {
    let plant = plant(store).await;
    let (first, second) = (made(&plant, "cl2_a").await, made(&plant, "cl2_b").await);
    let id = plant.engine.create_rule_template(&plant.system, template(1.0)).await.expect("a template");
    kept(&plant, &id).await;
    let rule = rules(&plant, &first).await.remove(0).id;
    let silent = plant.engine.delete_rule(&plant.system, &rule, None).await.expect_err("no reason");
    assert_eq!(field_of(&silent), ("why", "required"));
    plant.engine.delete_rule(&plant.system, &rule, Some("已拆除".into())).await.expect("excepted");
    let plant = plant.restart().await;
    assert!(plant.engine.templates_behind().await.is_empty(), "an exception is in step");
    assert!(rules(&plant, &first).await.is_empty());
    assert_eq!((only(&plant).await.series, only(&plant).await.excepted), (1, 1));
    plant.engine.end_exception(&plant.system, &id, &first, Some("重装".into())).await.expect("no exception");
    assert_eq!(rules(&plant, &first).await.len(), 1);
    send(&plant, "cl2_b", "3").await;
    plant.engine.delete_rule_template(&plant.system, &id, None).await.expect("ended");
    assert!(plant.engine.rule_templates(&plant.system).await.expect("none").is_empty());
    // Half way through: the next start goes on.
    let plant = plant.restart().await;
    assert_eq!(plant.engine.templates_behind().await, vec![(id.clone(), "氯气泄漏".into(), 2)]);
    kept(&plant, &id).await;
    assert!(rules(&plant, &first).await.is_empty() && rules(&plant, &second).await.is_empty());
    assert!(!plant.only_alarm().await.active, "an alarm without its rule returns");
    let plant = plant.restart().await;
    assert!(plant.engine.templates_behind().await.is_empty());
});

on_every_store!(what_a_device_is_selects_and_follows_the_ledger, |store| async move {
    let plant = plant(store).await;
    let series = made(&plant, "any").await;
    let selector = RuleSelector { category: Some("gas_detector".into()), ..RuleSelector::default() };
    let input = RuleTemplateInput { selector, ..template(1.0) };
    let id = plant.engine.create_rule_template(&plant.system, input).await.expect("a template");
    kept(&plant, &id).await;
    assert!(rules(&plant, &series).await.is_empty());
    let facts = DeviceFacts { category: Some("gas_detector".into()), ..device() };
    plant.engine.keep_device(&plant.system, &facts).await.expect("known");
    assert_eq!(rules(&plant, &series).await.len(), 1);
    let plant = plant.restart().await;
    assert!(plant.engine.templates_behind().await.is_empty());
});

on_every_store!(a_template_is_tried_on_the_past_and_refused_where_no_right_reaches, |store| async move {
    let plant = plant(store).await;
    made(&plant, "cl2_a").await;
    made(&plant, "cl2_b").await;
    for value in ["0.5", "1.5", "0.5", "1.5", "0.5"] {
        send(&plant, "cl2_a", value).await;
        plant.advance(60);
    }
    let input = RuleTemplateTrialInput { template: template(1.0), hours: 1 };
    let tried = plant.engine.try_rule_template(&plant.system, input).await.expect("tried");
    assert_eq!((tried.matching, tried.tried.len(), tried.alarms), (2, 2, 2));
    assert_eq!(tried.tried[0].series.code, "cl2_a");
    for (input, field, code) in [
        (RuleTemplateInput { name: " ".into(), ..template(1.0) }, "name", "required"),
        (RuleTemplateInput { selector: RuleSelector::default(), ..template(1.0) }, "selector", "selects_everything"),
        (
            RuleTemplateInput { condition: RuleCondition { limit: None, ..condition(1.0) }, ..template(1.0) },
            "condition.limit",
            "required",
        ),
    ] {
        let fault = plant.engine.create_rule_template(&plant.system, input).await.expect_err("refused");
        assert_eq!(field_of(&fault), (field, code));
    }
    let scope = Scope::Subtree { division: "640181".parse().expect("a code") };
    let grant = Grant { action: "*".into(), kind: "rule".into(), scope, post: None, role: None };
    let county = Principal { grants: vec![grant], ..plant.system.clone() };
    let fault = plant.engine.create_rule_template(&county, template(1.0)).await.expect_err("the city is not theirs");
    assert!(matches!(fault.kind.as_ref(), FaultKind::Denied(_)));
    let id = plant.engine.create_rule_template(&plant.system, template(1.0)).await.expect("a template");
    assert_eq!(plant.engine.rule_templates(&county).await.expect("seen").len(), 1, "it reaches into the county");
    let fault = plant.engine.delete_rule_template(&county, &id, None).await.expect_err("not theirs to end");
    assert!(matches!(fault.kind.as_ref(), FaultKind::Denied(_)));
    let scope = Scope::Subtree { division: "640122".parse().expect("a code") };
    let grant = Grant { scope, ..county.grants[0].clone() };
    let elsewhere = Principal { grants: vec![grant], ..plant.system.clone() };
    let city = RuleTemplateInput { division: "640181".parse().expect("a code"), ..template(1.0) };
    let other = plant.engine.create_rule_template(&plant.system, city).await.expect("a template");
    let fault = plant.engine.rule_template_versions(&elsewhere, &other).await.expect_err("not theirs to see");
    assert!(matches!(fault.kind.as_ref(), FaultKind::NotFound { .. }));
});

/// `FENGSUI_TEMPLATE_SERIES=10000 cargo nextest run -p fengsui-series many_series --no-capture` tells how long many take.
fn many() -> usize {
    std::env::var("FENGSUI_TEMPLATE_SERIES").ok().and_then(|text| text.parse().ok()).unwrap_or(600)
}

on_every_store!(many_series_are_brought_into_step_in_portions_between_which_readings_pass, |store| async move {
    let plant = plant(store).await;
    made(&plant, "cl2_first").await;
    let first = fengsui_storage::series::find(&plant.store.db, common::DEVICE, "cl2_first").await.expect("read");
    let facts = first.expect("a series").facts;
    let mut tx = plant.store.db.begin(plant.system.acting(plant.now(), None)).await.expect("begun");
    for number in 1..many() {
        let facts = fengsui_storage::series::SeriesFacts { code: format!("cl2_{number}"), ..facts.clone() };
        let id: SeriesId = tx.new_id();
        fengsui_storage::series::insert(&mut tx, &id, &facts).await.expect("inserted");
    }
    tx.commit().await.expect("committed");
    let plant = plant.restart().await;
    let id = plant.engine.create_rule_template(&plant.system, template(1.0)).await.expect("a template");
    for (version, limit) in [(None, 1.0), (Some(1), 2.0)] {
        if version.is_some() {
            let input = RuleTemplateInput { version, ..template(limit) };
            plant.engine.update_rule_template(&plant.system, &id, input).await.expect("changed");
        }
        let (begun, mut portions, mut left) = (std::time::Instant::now(), 0, 1);
        while left > 0 {
            let before = std::time::Instant::now();
            left = plant.engine.keep_in_step(&id).await.expect("kept");
            portions += 1;
            assert!(portions < 10_000, "it comes to an end");
            println!("portion {portions}: {:?}, {left} left", before.elapsed());
            send(&plant, "cl2_first", "0.5").await;
        }
        println!("{} series in {:?}", many(), begun.elapsed());
        assert!(portions > 1);
    }
    let view = only(&plant).await;
    assert_eq!((view.series, view.waiting), (many() as u64, 0));
});
