//! Divisions, boundaries, population.

mod common;

use common::registry;
use fengsui_kernel::{DivisionLevel, Point};
use fengsui_registry::PopulationArea;
use fengsui_storage::on_every_store;
use serde_json::json;

on_every_store!(finds_divisions, |store: fengsui_storage::testkit::TestStore| async move {
    let registry = registry(&store).await;
    let names = |found: Vec<fengsui_registry::Division>| found.into_iter().map(|own| own.name).collect::<Vec<_>>();
    assert_eq!(names(registry.divisions(None, None, None, 100).await.expect("provinces")), ["宁夏回族自治区"]);
    let yinchuan = "6401".parse().ok();
    assert_eq!(names(registry.divisions(yinchuan, None, None, 100).await.expect("counties")), ["兴庆区", "灵武市"]);
    assert_eq!(names(registry.divisions(None, Some("灵武"), None, 100).await.expect("found")), ["灵武市"]);
    assert_eq!(names(registry.divisions(None, Some("lw"), None, 100).await.expect("found")), ["灵武市"]);
    assert_eq!(names(registry.divisions(None, Some("%"), None, 100).await.expect("found")).len(), 8);
    assert_eq!(registry.divisions(None, None, Some(DivisionLevel::County), 100).await.expect("counties").len(), 3);
    let town = registry.division("640181100".parse().expect("a code")).await.expect("a town");
    assert_eq!(names(town.path), ["宁夏回族自治区", "银川市", "灵武市", "东塔镇"]);
    assert!(!town.division.has_children);
    let lingwu = registry.division("640181".parse().expect("a code")).await.expect("a county");
    assert!(lingwu.division.has_children);
    assert_eq!(lingwu.division.population_as_of.as_deref(), Some("2020-11-01"));
    assert!(registry.division("999999".parse().expect("a code")).await.is_err());
});

on_every_store!(names_both_sides_of_a_border, |store: fengsui_storage::testkit::TestStore| async move {
    let registry = registry(&store).await;
    let inside = registry.locate(Point { lon: 106.5, lat: 38.5 }).await.expect("located");
    assert_eq!(inside.county.map(|own| own.name).as_deref(), Some("灵武市"));
    assert!(inside.near_border.is_empty());
    let near = registry.locate(Point { lon: 106.5, lat: 38.99 }).await.expect("located");
    assert_eq!(near.county.as_ref().map(|own| own.name.as_str()), Some("灵武市"));
    assert_eq!(near.near_border.len(), 1);
    assert_eq!(near.near_border[0].name, "平罗县");
    assert!((near.near_border[0].distance_m - 1112.0).abs() < 5.0, "{near:?}");
    let away = registry.locate(Point { lon: 106.5, lat: 40.01 }).await.expect("located");
    assert!(away.county.is_none() && away.near_border.len() == 1);
    assert!(registry.locate(Point { lon: 120.0, lat: 30.0 }).await.expect("located").county.is_none());
    let shapes = registry.boundaries(&["640181".parse().expect("a code")]).await.expect("shapes");
    assert_eq!(shapes["features"][0]["properties"]["name"], "灵武市");
});

on_every_store!(counts_people_and_says_how, |store: fengsui_storage::testkit::TestStore| async move {
    let registry = registry(&store).await;
    let ring = json!([[106.0, 38.0], [106.5, 38.0], [106.5, 39.0], [106.0, 39.0], [106.0, 38.0]]);
    let half = PopulationArea::Area(json!({"type": "Polygon", "coordinates": [ring]}));
    let answer = registry.population(&half).await.expect("an answer");
    let people = answer.population.expect("known");
    assert!(people.abs_diff(147_000) < 500, "{answer:?}");
    assert_eq!((answer.divisions.len(), answer.note.as_deref()), (1, Some("population_by_area")));
    let divisions =
        |codes: &[&str]| PopulationArea::Divisions(codes.iter().map(|code| code.parse().expect("code")).collect());
    let city = registry.population(&divisions(&["6401", "640181"])).await.expect("an answer");
    assert_eq!((city.population, city.divisions.len()), (Some(1_102_000), 1), "the county lies in the city");
    assert_eq!((city.divisions[0].basis.as_str(), city.note), ("children", None));
    let unknown = registry.population(&divisions(&["640221"])).await.expect("an answer");
    assert_eq!((unknown.population, unknown.note.as_deref()), (None, Some("population_unknown")));
    let partial = registry.population(&divisions(&["640221", "640181"])).await.expect("an answer");
    assert_eq!((partial.population, partial.note.as_deref()), (Some(294_000), Some("population_partial")));
    let bad = PopulationArea::Area(json!({"type": "Polygon", "coordinates": [[[106, 38], [107, 38]]]}));
    assert_eq!(registry.population(&bad).await.expect_err("no area").code(), "malformed_polygon");
});
