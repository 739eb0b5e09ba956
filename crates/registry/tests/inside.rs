//! What lies in a box, a circle, a polygon; and counties by what is recorded in them.

mod common;

use common::{enterprise, person, problems, registry, system, within};
use fengsui_kernel::Point;
use fengsui_registry::{Circle, InsideArea, InsideKind, InsideQuery, KindFilter, Registry};
use fengsui_storage::on_every_store;
use fengsui_storage::testkit::TestStore;
use serde_json::json;

const CENTER: Point = Point { lon: 106.5, lat: 38.5 };

/// Enterprises east of the centre: 0.9 km, 2.6 km, 8.7 km, and one in another county.
async fn filled(store: &TestStore) -> Registry {
    let registry = registry(store).await;
    let rows = [
        ("E-1", "640181000000", 106.51, 38.5, Some(300)),
        ("E-2", "640181100000", 106.53, 38.5, None),
        ("E-3", "640181000000", 106.60, 38.5, Some(40)),
        ("E-4", "640221000000", 106.5, 39.5, Some(900)),
    ];
    for (code, division, lon, lat, employees) in rows {
        let mut own = enterprise(code, code, division, lon, lat);
        own.attributes["employees"] = json!(employees);
        own.attributes["industry"] = json!(if code == "E-3" { "coal_mine" } else { "hazardous_chemicals" });
        registry.create(&system(), "enterprise", own, None).await.expect("created");
    }
    registry
}

fn query(area: InsideArea, limit: u32) -> InsideQuery {
    InsideQuery { area, kinds: vec![KindFilter { kind: "enterprise".into(), filter: vec![] }], rings_m: vec![], limit }
}

fn circle(radius_m: f64) -> InsideArea {
    InsideArea::Circle(Circle { center: CENTER, radius_m })
}

fn codes(answer: &InsideKind) -> Vec<&str> {
    answer.records.iter().map(|found| found.record.code.as_str()).collect()
}

on_every_store!(a_circle_counts_rings_and_lists_the_nearest_first, |store: TestStore| async move {
    let registry = filled(&store).await;
    let asked = InsideQuery { rings_m: vec![1000.0, 3000.0, 5000.0, 10_000.0], ..query(circle(10_000.0), 2) };
    let answer = registry.inside(&system(), &asked).await.expect("an answer").remove(0);
    assert_eq!((answer.count, answer.rings.as_slice()), (3, [1, 1, 0, 1].as_slice()));
    assert_eq!(codes(&answer), ["E-1", "E-2"], "the nearest two of three");
    let distance = answer.records[0].distance_m.expect("metres");
    assert!((distance - 870.0).abs() < 2.0, "{distance}");
    let people = answer.people.expect("employees are told");
    assert_eq!((people.sum, people.unknown), (340.0, 1), "{people:?}");
    let mut narrowed = query(circle(10_000.0), 10);
    narrowed.kinds[0].filter = vec!["industry:eq:coal_mine".into()];
    assert_eq!(codes(&registry.inside(&system(), &narrowed).await.expect("an answer")[0]), ["E-3"]);
});

on_every_store!(a_polygon_and_a_box_hold_what_lies_in_them, |store: TestStore| async move {
    let registry = filled(&store).await;
    // A triangle whose box holds E-1 to E-3, but whose slope leaves E-3 out.
    let ring = json!([[106.49, 38.49], [106.61, 38.49], [106.49, 38.56], [106.49, 38.49]]);
    let triangle = InsideArea::Polygon(json!({"type": "Polygon", "coordinates": [ring]}));
    let answer = registry.inside(&system(), &query(triangle, 10)).await.expect("an answer").remove(0);
    let mut found = codes(&answer);
    found.sort_unstable();
    assert_eq!(found, ["E-1", "E-2"]);
    assert!(answer.records.iter().all(|found| found.distance_m.is_none()));
    let view = InsideArea::Bbox([106.0, 38.0, 107.0, 39.0]);
    assert_eq!(registry.inside(&system(), &query(view.clone(), 0)).await.expect("counts")[0].count, 3);
    let every = InsideQuery { kinds: vec![], ..query(view, 0) };
    let kinds: Vec<String> =
        registry.inside(&system(), &every).await.expect("counts").into_iter().map(|answer| answer.kind).collect();
    assert!(kinds.contains(&"installation".to_owned()) && !kinds.contains(&"person".to_owned()), "{kinds:?}");
});

on_every_store!(nobody_counts_what_they_may_not_read, |store: TestStore| async move {
    let registry = filled(&store).await;
    let township = person(&["read"], &within("640181100000"));
    let answer = registry.inside(&township, &query(circle(10_000.0), 10)).await.expect("an answer").remove(0);
    assert_eq!((answer.count, codes(&answer)), (1, vec!["E-2"]));
    assert_eq!(answer.records[0].record.attributes["phone"], json!("139****0001"), "personal data stay masked");
    let nobody = person(&[], &within("640181000000"));
    assert!(registry.inside(&nobody, &query(circle(10_000.0), 10)).await.is_err());
    let counties = registry.tally(&system(), "enterprise", "industry", vec![]).await.expect("a tally");
    let told: Vec<_> = counties.iter().map(|own| (own.name.as_deref(), own.counts.clone())).collect();
    let counts = |pairs: &[(&str, u64)]| pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    assert_eq!(
        told,
        [
            (Some("灵武市"), counts(&[("coal_mine", 1), ("hazardous_chemicals", 2)])),
            (Some("平罗县"), counts(&[("hazardous_chemicals", 1)]))
        ]
    );
    assert!(registry.tally(&system(), "enterprise", "phone", vec![]).await.is_err());
});

on_every_store!(bad_areas_name_their_field, |store: TestStore| async move {
    let registry = filled(&store).await;
    let ring = json!([[106.0, 38.0], [106.1, 38.0]]);
    let bad = [
        (circle(0.0), "area.circle.radius_m out_of_range"),
        (circle(f64::NAN), "area.circle.radius_m out_of_range"),
        (InsideArea::Bbox([107.0, 38.0, 106.0, 39.0]), "bbox malformed_bbox"),
        (InsideArea::Polygon(json!({"type": "Polygon", "coordinates": [ring]})), "area malformed_polygon"),
    ];
    for (area, told) in bad {
        let fault = registry.inside(&system(), &query(area, 10)).await.expect_err(told);
        assert_eq!(problems(&fault), [told]);
    }
    let many = InsideQuery { rings_m: vec![1.0; 11], ..query(circle(10.0), 1) };
    assert_eq!(problems(&registry.inside(&system(), &many).await.expect_err("rings")), ["rings_m too_many_items"]);
});
