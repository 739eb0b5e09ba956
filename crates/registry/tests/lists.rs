//! Search, filters, order, paging, maps.

mod common;

use common::{draft, enterprise, person, registry, system, within};
use fengsui_kernel::{Point, Principal, Scope};
use fengsui_registry::{ListQuery, Registry};
use fengsui_storage::on_every_store;
use serde_json::json;

async fn filled(store: &fengsui_storage::testkit::TestStore) -> Registry {
    let registry = registry(store).await;
    let rows = [
        ("E-1", "宁东合成化工有限公司", "640181000000", 106.50, 38.50, 300, "hazardous_chemicals", true, "甲类"),
        ("E-2", "灵武液氨储运", "640181100000", 106.51, 38.50, 40, "hazardous_chemicals", false, "乙类"),
        ("E-3", "平罗煤业", "640221000000", 106.50, 39.50, 900, "coal_mine", true, "甲类"),
        ("E-4", "重庆路加油站", "640104000000", 105.50, 38.50, 8, "hazardous_chemicals", false, "百分%"),
    ];
    for (code, name, division, lon, lat, employees, industry, large, tag) in rows {
        let mut own = enterprise(code, name, division, lon, lat);
        own.attributes = json!({"industry": industry, "employees": employees, "large": large, "tags": [tag],
            "address": "示例路1号", "licensed_until": format!("2027-0{}-01", employees % 9 + 1)});
        registry.create(&system(), "enterprise", own, None).await.expect("created");
    }
    registry
}

async fn codes(registry: &Registry, query: ListQuery) -> Vec<String> {
    let page = registry.list(&system(), "enterprise", &query).await.expect("a page");
    assert_eq!(page.total, Some(page.items.len() as u64));
    page.items.into_iter().map(|record| record.code).collect()
}

fn q(text: &str) -> ListQuery {
    ListQuery { q: Some(text.into()), ..ListQuery::default() }
}

fn filter(filters: &[&str]) -> ListQuery {
    ListQuery { filter: filters.iter().map(ToString::to_string).collect(), ..ListQuery::default() }
}

on_every_store!(searches_chinese_initials_and_codes, |store: fengsui_storage::testkit::TestStore| async move {
    let registry = filled(&store).await;
    assert_eq!(codes(&registry, q("液氨")).await, ["E-2"]);
    assert_eq!(codes(&registry, q("合成化工")).await, ["E-1"]);
    assert_eq!(codes(&registry, q("氨")).await, ["E-2"]);
    assert_eq!(codes(&registry, q("运")).await, ["E-2"], "the last character counts too");
    assert_eq!(codes(&registry, q("ndhc")).await, ["E-1"]);
    assert_eq!(codes(&registry, q("HCHG")).await, ["E-1"], "initials from the middle");
    assert_eq!(codes(&registry, q("cql")).await, ["E-4"], "polyphonic");
    assert_eq!(codes(&registry, q("e-3")).await, ["E-3"]);
    assert_eq!(codes(&registry, q("Ｅ－３")).await, ["E-3"], "full width");
    assert_eq!(codes(&registry, q("煤矿")).await, ["E-3"], "names of choices are searched");
    assert_eq!(codes(&registry, q("示例路 煤业")).await, ["E-3"], "words of different fields");
    assert_eq!(codes(&registry, q("液氨' & '")).await, ["E-2"], "punctuation is no operator");
    for nothing in ["化学肥", "\"", "' OR 1=1 --", "NEAR(", "%", "*", "液 -氨*x"] {
        assert!(codes(&registry, q(nothing)).await.is_empty(), "{nothing}");
    }
    let hits = registry.search(&system(), "灵武", 10).await.expect("hits");
    assert_eq!(hits.len(), 1);
    assert_eq!((hits[0].kind.as_str(), hits[0].division_name.as_deref()), ("enterprise", Some("东塔镇")));
    let id = hits[0].id.to_string();
    let renamed = enterprise("E-2", "改名了", "640181100000", 106.51, 38.50);
    registry.update(&system(), "enterprise", &id, 1, renamed, None).await.expect("changed");
    assert!(codes(&registry, q("液氨")).await.is_empty(), "the index follows changes");
    registry.delete(&system(), "enterprise", &id, 2, None).await.expect("deleted");
    assert!(codes(&registry, q("改名")).await.is_empty());
});

on_every_store!(filters_and_sorts, |store: fengsui_storage::testkit::TestStore| async move {
    let registry = filled(&store).await;
    assert_eq!(codes(&registry, filter(&["industry:eq:coal_mine"])).await, ["E-3"]);
    assert_eq!(codes(&registry, filter(&["industry:ne:coal_mine", "employees:ge:40"])).await, ["E-1", "E-2"]);
    assert_eq!(codes(&registry, filter(&["industry:in:coal_mine,gas"])).await, ["E-3"]);
    assert_eq!(codes(&registry, filter(&["large:eq:true"])).await, ["E-1", "E-3"]);
    assert_eq!(codes(&registry, filter(&["tags:eq:甲类"])).await, ["E-1", "E-3"]);
    assert_eq!(codes(&registry, filter(&["tags:eq:百分%"])).await, ["E-4"]);
    assert_eq!(codes(&registry, filter(&["name:like:煤"])).await, ["E-3"]);
    assert!(codes(&registry, filter(&["name:like:_"])).await.is_empty(), "no wildcards from outside");
    assert_eq!(codes(&registry, filter(&["licensed_until:lt:2027-02-01"])).await, ["E-3"]);
    assert_eq!(codes(&registry, filter(&["created_at:gt:2026-11-22T03:00:00Z"])).await, Vec::<String>::new());
    let below = ListQuery { division: Some("6401".into()), ..ListQuery::default() };
    assert_eq!(codes(&registry, below).await, ["E-1", "E-2", "E-4"]);
    let town = ListQuery { division: Some("640181100".into()), ..ListQuery::default() };
    assert_eq!(codes(&registry, town).await, ["E-2"]);
    let sorted = ListQuery { sort: Some("-employees".into()), ..ListQuery::default() };
    assert_eq!(codes(&registry, sorted).await, ["E-3", "E-1", "E-2", "E-4"]);
    let boxed = ListQuery { bbox: Some("106,38,107,39".into()), ..ListQuery::default() };
    assert_eq!(codes(&registry, boxed).await, ["E-1", "E-2"]);
    for bad in ["industry", "industry:is:x", "phone:eq:139", "size:eq:1", "employees:eq:many", "large:eq:maybe"] {
        assert!(registry.list(&system(), "enterprise", &filter(&[bad])).await.is_err(), "{bad}");
    }
    for bad in ["1,2,3", "a,b,c,d", "107,38,106,39", "nan,1,2,3"] {
        let query = ListQuery { bbox: Some(bad.into()), ..ListQuery::default() };
        assert!(registry.list(&system(), "enterprise", &query).await.is_err(), "{bad}");
    }
});

on_every_store!(pages_without_gaps, |store: fengsui_storage::testkit::TestStore| async move {
    let registry = filled(&store).await;
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let query = ListQuery { limit: Some(3), cursor, sort: Some("name".into()), ..ListQuery::default() };
        let page = registry.list(&system(), "enterprise", &query).await.expect("a page");
        assert_eq!(page.total, Some(4));
        seen.extend(page.items.into_iter().map(|record| record.code));
        let Some(next) = page.next else { break };
        cursor = Some(next);
    }
    seen.sort();
    assert_eq!(seen, ["E-1", "E-2", "E-3", "E-4"]);
});

on_every_store!(draws_maps, |store: fengsui_storage::testkit::TestStore| async move {
    let registry = filled(&store).await;
    let all = ListQuery::default();
    let features = registry.geojson(&system(), "enterprise", &all).await.expect("GeoJSON");
    assert_eq!(features["features"].as_array().map(Vec::len), Some(4));
    let first = &features["features"][0];
    assert_eq!(first["geometry"]["coordinates"], json!([106.5, 38.5]));
    assert_eq!((&first["properties"]["kind"], &first["properties"]["employees"]), (&json!("enterprise"), &json!(300)));
    assert!(first["properties"].get("phone").is_none(), "no personal data on maps");
    let center = Point { lon: 106.511, lat: 38.5 };
    let near = registry.nearest(&system(), "enterprise", center, 2, None, &all).await.expect("near");
    let told: Vec<_> = near.iter().map(|own| (own.record.code.as_str(), own.distance_m.round())).collect();
    assert_eq!((told[0].0, told[1].0), ("E-2", "E-1"));
    assert!((told[0].1 - 87.0).abs() < 1.0 && (told[1].1 - 957.0).abs() < 2.0, "{told:?}");
    let close = registry.nearest(&system(), "enterprise", center, 10, Some(200.0), &all).await.expect("near");
    assert_eq!(close.len(), 1);
    let everything = registry.nearest(&system(), "enterprise", center, 10, None, &all).await.expect("near");
    assert_eq!(everything.len(), 4);
    let tile = registry.tile(&system(), "enterprise", (0, 0, 0), &all).await.expect("a tile");
    assert!(tile.len() > 100 && tile.windows(9).any(|part| part == "平罗煤".as_bytes()));
    assert!(registry.tile(&system(), "enterprise", (3, 0, 0), &all).await.expect("a tile").is_empty());
    assert!(registry.tile(&system(), "enterprise", (1, 9, 0), &all).await.is_err());
});

on_every_store!(clusters_many_points, |store: fengsui_storage::testkit::TestStore| async move {
    let registry = registry(&store).await;
    let line = |number: u32| {
        let (lon, lat) = (106.0 + f64::from(number % 40) * 0.02, 38.0 + f64::from(number / 40) * 0.02);
        json!({"kind": "installation", "code": format!("T-{number}"), "name": "储罐", "division": "640181000000",
            "location": {"lon": lon, "lat": lat}, "attributes": {"chemical": "液氨"}})
        .to_string()
    };
    let lines: Vec<String> = (0..1200).map(line).collect();
    let report = registry.load_jsonl(&system(), lines.join("\n").as_bytes()).await.expect("loaded");
    assert_eq!(report.created, 1200);
    let tile = registry.tile(&system(), "installation", (5, 25, 12), &ListQuery::default()).await.expect("a tile");
    assert!(tile.windows(7).any(|part| part == b"cluster") && tile.len() < 20_000, "{}", tile.len());
    let again = registry.load_jsonl(&system(), lines.join("\n").as_bytes()).await.expect("loaded");
    assert_eq!((again.created, again.updated, again.unchanged), (0, 0, 1200));
    let bad =
        draft(json!({"name": "x", "division": "640181000000", "attributes": {"chemical": "水", "quantity_t": -1}}));
    assert!(registry.create(&system(), "installation", bad, None).await.is_err());
});

/// Callers with rights of every shape.
async fn callers(registry: &Registry) -> Vec<Principal> {
    let id = |record: fengsui_registry::Record| Scope::Enterprise { id: record.id.to_string() };
    let one = id(registry.find_by_code("enterprise", "E-1").await.expect("found").expect("there"));
    let two = id(registry.find_by_code("enterprise", "E-3").await.expect("found").expect("there"));
    let mut both = person(&["read"], &one);
    both.grants.extend(person(&["read"], &two).grants);
    let mut mixed = person(&["read"], &within("640181100"));
    mixed.grants.extend(both.grants.clone());
    vec![system(), person(&["read"], &within("6401")), person(&["read"], &one), both, mixed]
}

on_every_store!(every_way_of_walking_finds_the_same, |store: fengsui_storage::testkit::TestStore| async move {
    let registry = filled(&store).await;
    let filters: [&[&str]; 5] = [
        &[],
        &["industry:in:hazardous_chemicals,coal_mine"],
        &["employees:ge:1", "industry:ne:x"],
        &["employees:gt:0", "large:in:true,false"],
        &["tags:ne:x"],
    ];
    let sorts = [
        None,
        Some("name"),
        Some("-updated_at"),
        Some("-division"),
        Some("employees"),
        Some("-licensed_until"),
        Some("tags"),
        Some("created_at"),
    ];
    let places = [
        (None, None),
        (Some("64"), None),
        (Some("640181"), None),
        (None, Some("105,38,107,40")),
        (Some("6401"), Some("105,38,107,40")),
    ];
    // Rows that each caller sees anywhere, in 6401 and in 640181.
    let visible = [(4, 3, 2), (3, 3, 2), (1, 1, 1), (2, 1, 1), (3, 2, 2)];
    for (caller, (anywhere, city, county)) in callers(&registry).await.iter().zip(visible) {
        for (filter, sort) in filters.iter().flat_map(|filter| sorts.iter().map(move |sort| (filter, sort))) {
            for (division, bbox) in places {
                let query = ListQuery {
                    filter: filter.iter().map(ToString::to_string).collect(),
                    sort: sort.map(ToOwned::to_owned),
                    division: division.map(ToOwned::to_owned),
                    bbox: bbox.map(ToOwned::to_owned),
                    limit: Some(1),
                    ..ListQuery::default()
                };
                let page = registry.list(caller, "enterprise", &query).await.expect("a page");
                let expected = match division {
                    Some("6401") => city,
                    Some("640181") => county,
                    _ => anywhere,
                };
                assert_eq!(page.total, Some(expected), "{query:?}");
            }
        }
    }
});
