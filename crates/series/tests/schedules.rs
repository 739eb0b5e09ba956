//! Rules that apply at some times only: judged within, ended with a reason outside; on both stores.

mod common;

use common::{Plant, plant, with};
use fengsui_kernel::fault::FaultKind;
use fengsui_series::rules::{RuleKind, Schedule, Season, WeeklyHours};
use fengsui_series::{RuleInput, RuleTrialInput};
use fengsui_storage::on_every_store;

fn daily(from: &str, to: &str) -> Schedule {
    let hours = vec![WeeklyHours { days: (1..=7).collect(), from: from.into(), to: to.into() }];
    Schedule { hours, seasons: Vec::new() }
}

fn input(plant: &Plant, schedule: Schedule) -> RuleInput {
    with(plant.input(0, 0, 0.0), |it| it.schedule = Some(schedule))
}

/// Moves the clock on to the next minute that reads so in UTC+8.
fn until(plant: &Plant, hour: i64, minute: i64) {
    let local = plant.now().as_second() + 8 * 3600;
    let wanted = (hour * 60 + minute) * 60;
    plant.advance((wanted - local).rem_euclid(86_400));
}

on_every_store!(outside_nothing_is_judged_and_what_stands_ends_with_the_reason, |store| async move {
    let plant = plant(store).await;
    until(&plant, 19, 50);
    let rule = plant.engine.create_rule(&plant.system, input(&plant, daily("20:00", "06:00"))).await.expect("a rule");
    plant.send("13").await;
    assert!(plant.alarms().await.is_empty(), "not yet");
    until(&plant, 20, 0);
    plant.tick().await;
    plant.send("13").await;
    let alarm = plant.only_alarm().await;
    assert!(alarm.active);
    assert_eq!(alarm.explanation.expect("why").schedule, rule.condition.schedule);
    let plant = plant.restart().await;
    until(&plant, 5, 59);
    plant.tick().await;
    plant.send("14").await;
    assert!(plant.only_alarm().await.active);
    // The program is away when the night ends: the alarm ends at six all the same.
    until(&plant, 6, 0);
    let ends = plant.now();
    plant.advance(200);
    let plant = plant.restart().await;
    plant.tick().await;
    let alarm = plant.only_alarm().await;
    assert_eq!((alarm.active, alarm.returned_at), (false, Some(ends)));
    let detail = plant.engine.alarm(&plant.system, &alarm.id).await.expect("an alarm");
    let last = detail.timeline.last().expect("a history");
    assert_eq!((last.what.as_str(), last.detail.as_deref()), ("returned", Some("已不在规则的适用时段，不再判断")));
    plant.send("15").await;
    plant.tick().await;
    assert!(!plant.only_alarm().await.active);
    until(&plant, 20, 1);
    plant.send("15").await;
    let again = plant.only_alarm().await;
    assert!(again.active, "one open alarm, raised again");
});

on_every_store!(a_delay_that_ends_outside_raises_nothing, |store| async move {
    let plant = plant(store).await;
    until(&plant, 17, 59);
    let held = with(input(&plant, daily("08:00", "18:00")), |it| it.on_delay_seconds = 120);
    plant.engine.create_rule(&plant.system, held).await.expect("a rule");
    plant.send("13").await;
    let plant = plant.restart().await;
    until(&plant, 18, 5);
    plant.tick().await;
    until(&plant, 8, 30);
    plant.send("11").await;
    plant.tick().await;
    assert!(plant.alarms().await.is_empty());
});

on_every_store!(a_sum_remembers_what_fell_before_the_season, |store| async move {
    let plant = plant(store).await;
    until(&plant, 7, 30);
    let sum = with(input(&plant, daily("08:00", "20:00")), |it| {
        it.kind = RuleKind::Sum;
        it.window_seconds = Some(3600);
        it.limit = Some(30.0);
    });
    plant.engine.create_rule(&plant.system, sum.clone()).await.expect("a rule");
    plant.send("25").await;
    until(&plant, 8, 5);
    plant.send("10").await;
    assert!(plant.only_alarm().await.active, "rain is rain whether or not the rule applied");
    plant.advance(60);
    let tried = plant.engine.try_rule(&plant.system, RuleTrialInput { rule: sum, hours: 2 }).await.expect("tried");
    assert_eq!(tried.trial.alarms, 1);
});

on_every_store!(a_trial_ends_what_stands_where_the_rule_stops_to_apply, |store| async move {
    let plant = plant(store).await;
    until(&plant, 5, 0);
    plant.send("13").await;
    until(&plant, 7, 0);
    plant.send("13").await;
    let night = input(&plant, daily("20:00", "06:00"));
    let tried =
        plant.engine.try_rule(&plant.system, RuleTrialInput { rule: night, hours: 6 }).await.expect("tried").trial;
    assert_eq!((tried.alarms, tried.active_seconds), (1, 3600));
});

on_every_store!(mistakes_are_named_and_silence_has_no_hours, |store| async move {
    let plant = plant(store).await;
    let season = |from: &str, to: &str| Schedule {
        hours: Vec::new(),
        seasons: vec![Season { from: from.into(), to: to.into() }],
    };
    let absence = with(input(&plant, season("05-01", "09-30")), |it| {
        it.kind = RuleKind::Absence;
        it.limit = None;
        it.window_seconds = Some(60);
    });
    for (input, field, code) in [
        (absence, "schedule", "not_for_kind"),
        (input(&plant, Schedule::default()), "schedule", "required"),
        (input(&plant, season("5-1", "09-31")), "schedule.seasons.0.from", "no_day_of_year"),
    ] {
        let fault = plant.engine.create_rule(&plant.system, input).await.expect_err("refused");
        let FaultKind::Invalid(problems) = fault.kind.as_ref() else { panic!("{fault}") };
        assert_eq!((problems.0[0].field.as_str(), problems.0[0].code.as_str()), (field, code));
    }
});
