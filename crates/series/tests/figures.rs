//! Figures of the alarm desk over stored alarms, on both stores.

mod common;

use common::{Plant, plant};
use fengsui_kernel::{Principal, Timestamp};
use fengsui_series::{AlarmFigures, AlarmVerdict, FiguresQuestion};
use fengsui_storage::on_every_store;

async fn figures(plant: &Plant, from: Timestamp) -> AlarmFigures {
    let to = plant.now();
    let question = FiguresQuestion { from, to, division: Some("6401".parse().expect("a code")), posts: 2 };
    plant.engine.alarm_figures(&plant.system, question).await.expect("figures")
}

on_every_store!(a_chattering_series_shows_in_every_figure, |store| async move {
    let plant = plant(store).await;
    let from = plant.now();
    plant.rule(0, 0, 0.0).await;
    // Twenty-two rings, one every half minute.
    for _ in 0..22 {
        plant.send("13").await;
        plant.advance(15);
        plant.send("1").await;
        plant.advance(15);
    }
    let alarm = plant.only_alarm().await;
    plant.engine.acknowledge(&plant.system, &alarm.id, None).await.expect("noted");
    plant.engine.verify(&plant.system, &alarm.id, AlarmVerdict::FalseAlarm, "抖动", None).await.expect("judged");
    plant.send("13").await;
    plant.advance(3600 * 2 - 660);
    let figures = figures(&plant, from).await;
    assert_eq!((figures.rung, figures.worst_ten_minutes, figures.posts), (23, 20, 2));
    assert!((figures.per_hour - 23.0 / 2.0 / 2.0).abs() < 1e-9, "{}", figures.per_hour);
    assert!(figures.flood_share.abs() < 1e-9, "twenty in ten minutes are ten for each of two posts");
    assert_eq!((figures.standing, figures.stale, figures.acknowledged), (1, 0, 1));
    assert_eq!(figures.acknowledge_median_minutes, Some(11.0), "from the first ring that nobody answered");
    assert_eq!((figures.noisiest.len(), figures.noisiest[0].count, figures.false_share), (1, 23, Some(1.0)));
    assert!(figures.complete);
});

on_every_store!(asks_for_the_right_and_a_sensible_span, |store| async move {
    let plant = plant(store).await;
    let now = plant.now();
    let question = FiguresQuestion { from: now, to: now, division: None, posts: 0 };
    let empty = plant.engine.alarm_figures(&plant.system, question).await;
    assert_eq!(empty.expect_err("an empty span").code(), "span_out_of_range");
    plant.advance(60);
    let question = FiguresQuestion { to: plant.now(), ..question };
    let nobody = Principal { grants: Vec::new(), ..plant.system.clone() };
    assert!(plant.engine.alarm_figures(&nobody, question).await.is_err());
    let quiet = plant.engine.alarm_figures(&plant.system, question).await.expect("figures");
    assert_eq!((quiet.rung, quiet.posts, quiet.false_share), (0, 1, None));
});
