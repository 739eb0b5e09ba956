//! Sheets as people really make them: finding the header, guessing columns, reading cells.

mod common;

use common::{person, registry, system, within};
use fengsui_kernel::Principal;
use fengsui_kernel::id::ImportId;
use fengsui_registry::sheet::{
    CellFix, GuessedBy, Intake, Named, PlaceNames, Reading, Replacement, SheetPlan, SheetReader, ValueRule,
    sheet_heads, sheet_rows,
};
use fengsui_registry::{Kept, Registry, Undone};
use fengsui_storage::on_every_store;
use fengsui_storage::testkit::TestStore;

const MESSY: &str = "2026年企业统计表（示例）,,,,,,,
填报单位：示例局,,,,,填报日期：2026-11-20,,
,,,,,,,
序号,单位名称*,所在县区,所属行业（必填）,手机号码,从业人员数（人）,lng,lat
1,示例甲,灵武市,危险化学品,139 0000 0001,320人,106.5,38.5
2,示例乙,宁夏银川市灵武市东塔镇,危化品,13900000002,\"1,200\",106.6,38.4
序号,单位名称*,所在县区,所属行业（必填）,手机号码,从业人员数（人）,lng,lat
,,,,,,,
3,示例丙,640221,煤矿,电话待补,约三百,38.6,106.4
4,示例丁,某某新区,煤矿,13900000004,50,106.5,39.5
合计,,,,,1570,,
说明：以上均为虚构,,,,,,,
";

fn plan_of(registry: &Registry, text: &str) -> SheetPlan {
    let spec = registry.kind("enterprise").expect("a kind");
    let heads = sheet_heads(text.as_bytes()).expect("heads");
    let mut plan = SheetPlan::guess(spec, "", &heads[0].1, None);
    plan.defaults.insert("tags".into(), "甲类".into());
    plan
}

/// What every row turned out to be, and what a run says about it.
async fn run(
    registry: &Registry,
    principal: &Principal,
    plan: &SheetPlan,
    text: &str,
    dry: bool,
) -> (Vec<String>, Vec<String>, ImportId) {
    let spec = std::sync::Arc::clone(registry.kind("enterprise").expect("a kind"));
    let mut tx = registry.db().begin(principal.acting(registry.db().now(), None)).await.expect("a change");
    let id: ImportId = tx.new_id();
    let mut intake = Intake::new(&spec, principal, plan, id.clone(), dry);
    let mut names = PlaceNames::new(registry.db().clone(), principal.scopes("import", "enterprise").expect("a right"));
    let (mut rows, mut asides) = (Vec::new(), Vec::new());
    let mut all = Vec::new();
    sheet_rows(text.as_bytes(), "", |number, cells| {
        all.push((number, cells));
        Ok(())
    })
    .expect("rows");
    let runtime = tokio::runtime::Handle::current();
    tokio::task::block_in_place(|| {
        let reader = SheetReader::new(&spec, plan);
        let mut find = |text: &str| runtime.block_on(names.find(text));
        for (number, cells) in all {
            match reader.read(number, &cells, &mut find).expect("a reading") {
                Reading::Row(row) => rows.push(*row),
                Reading::Aside(why) => asides.push(format!("{number} {why}")),
                Reading::Nothing => {}
            }
        }
    });
    let bad = intake.take(&mut tx, rows).await.expect("judged");
    let told = bad.into_iter().flat_map(|(_, errors)| errors).map(|error| {
        let suggestion = error.suggestion.map(|text| format!(" → {text}")).unwrap_or_default();
        format!("{} {} {} {}{suggestion}", error.row, error.column, error.code, error.value.unwrap_or_default())
    });
    let told = told.collect();
    if dry {
        tx.rollback().await.expect("undone");
    } else {
        tx.commit().await.expect("committed");
    }
    (told, asides, id)
}

on_every_store!(a_messy_sheet_is_understood, |store: TestStore| async move {
    let registry = registry(&store).await;
    let plan = plan_of(&registry, MESSY);
    assert_eq!(plan.header_row, 4);
    let targets: Vec<Option<&str>> = plan.columns.iter().map(|column| column.target.as_deref()).collect();
    let expected = [
        None,
        Some("name"),
        Some("division"),
        Some("industry"),
        Some("phone"),
        Some("employees"),
        Some("lon"),
        Some("lat"),
    ];
    assert_eq!(targets, expected);
    assert!(plan.columns.iter().skip(1).all(|column| column.by.is_some_and(|by| by != GuessedBy::Content)));
    assert_eq!(plan.identify_by.as_deref(), Some("name"));
    let all = system();
    let (bad, asides, _) = run(&registry, &all, &plan, MESSY, true).await;
    assert_eq!(asides, ["7 header", "11 sum"]);
    assert_eq!(
        bad,
        [
            "6 所属行业（必填） unknown_value 危化品 → 危险化学品",
            "9 lng coordinates_swapped 38.6 → 106.4",
            "9 手机号码 malformed_phone 电话待补",
            "9 从业人员数（人） not_a_number 约三百",
            "10 所在县区 unknown_division 某某新区",
        ]
    );
    let none = registry.list(&all, "enterprise", &fengsui_registry::ListQuery::default()).await.expect("a page");
    assert_eq!(none.total, Some(0), "a dry run writes nothing");
    let rule =
        |target: &str, from: &str, to: &str| ValueRule { target: target.into(), from: from.into(), to: to.into() };
    let mended = SheetPlan {
        values: vec![rule("industry", "危化品", "危险化学品"), rule("phone", "电话待补", "")],
        replacements: vec![Replacement { target: None, find: "约三百".into(), replace: "300".into() }],
        cells: vec![CellFix { row: 10, target: "division".into(), value: "平罗".into() }],
        swap_coordinates: true,
        ..plan.clone()
    };
    mended.check(registry.kind("enterprise").expect("a kind")).expect("a good plan");
    let (bad, _, id) = run(&registry, &all, &mended, MESSY, false).await;
    assert_eq!(bad, [""; 0]);
    let page = registry.list(&all, "enterprise", &fengsui_registry::ListQuery::default()).await.expect("a page");
    let mut told: Vec<String> = page
        .items
        .iter()
        .map(|own| format!("{} {} {} {}", own.name, own.division, own.attributes["phone"], own.attributes["employees"]))
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            "示例丁 640221000000 \"139****0004\" 50",
            "示例丙 640221000000 null 300",
            "示例乙 640181100000 \"139****0002\" 1200",
            "示例甲 640181000000 \"139****0001\" 320",
        ]
    );
    assert_eq!(registry.written_by(&id).await.expect("a count"), 4);
});

on_every_store!(records_are_known_again_and_keep_what_a_sheet_does_not_speak_of, |store: TestStore| async move {
    let registry = registry(&store).await;
    let all = system();
    let first = "编码,名称,行政区划代码,行业,标签,地址\nE-1,示例甲,640181,煤矿,乙类,一号路\nE-2,示例乙,640181,煤矿,乙类,\nE-3,示例乙,640181,煤矿,乙类,\n";
    let (bad, _, _) = run(&registry, &all, &plan_of(&registry, first), first, false).await;
    assert_eq!(bad, [""; 0]);
    let again = "名称,区划,行业,人数\n示例甲,灵武市,煤矿,12\n示例乙,灵武市,煤矿,1\n示例丙,灵武市,煤矿,1\n示例丙,灵武市,煤矿,1\n";
    let mut plan = plan_of(&registry, again);
    plan.defaults.clear();
    plan.defaults.insert("tags".into(), "乙类".into());
    let (bad, _, id) = run(&registry, &all, &plan, again, false).await;
    assert_eq!(bad, ["3 名称 ambiguous_record 示例乙", "5 名称 duplicate_in_file 示例丙"]);
    let known = registry.find_by_code("enterprise", "E-1").await.expect("a lookup").expect("still there");
    assert_eq!(
        (known.version, &known.attributes["address"], &known.attributes["employees"]),
        (2, &"一号路".into(), &12.into())
    );
    // Undoing: what was made goes, what was changed comes back, what somebody touched since stays.
    let made = registry.list(&all, "enterprise", &fengsui_registry::ListQuery::default()).await.expect("a page");
    assert_eq!(made.items.len(), 4);
    let undone = undo(&registry, &all, &id).await;
    assert_eq!((undone.restored, undone.removed, undone.kept), (1, 1, 0));
    let back = registry.find_by_code("enterprise", "E-1").await.expect("a lookup").expect("still there");
    assert_eq!((back.version, &back.attributes["employees"]), (3, &serde_json::Value::Null));
    let twice = undo(&registry, &all, &id).await;
    assert_eq!((twice.restored, twice.removed, twice.kept), (0, 0, 2), "a second time changes nothing");
    assert_eq!(twice.kept_records.iter().map(|own| own.why).collect::<Vec<_>>().len(), 2);
    assert!(twice.kept_records.iter().all(|own| matches!(own.why, Kept::Changed | Kept::Deleted)));
});

async fn undo(registry: &Registry, principal: &Principal, id: &ImportId) -> Undone {
    let mut done = Undone::default();
    let mut after = String::new();
    loop {
        let mut tx = registry.db().begin(principal.acting(registry.db().now(), None)).await.expect("a change");
        let last =
            registry.undo_portion(&mut tx, principal, "enterprise", id, &after, &mut done).await.expect("undone");
        tx.commit().await.expect("committed");
        match last {
            Some(last) => after = last,
            None => return done,
        }
    }
}

on_every_store!(divisions_are_found_by_name_within_reach, |store: TestStore| async move {
    let registry = registry(&store).await;
    let mut everywhere = PlaceNames::new(store.db.clone(), vec![within("64")]);
    let one = |code: &str| Named::One(code.parse().expect("a code"));
    for (text, code) in [
        ("灵武市", "640181000000"),
        ("灵武", "640181000000"),
        ("宁夏回族自治区银川市灵武市", "640181000000"),
        ("宁夏银川市灵武市", "640181000000"),
        ("银川市 兴庆区", "640104000000"),
        ("灵武市\n东塔镇", "640181100000"),
    ] {
        assert_eq!(everywhere.find(text).await.expect("a lookup"), one(code), "{text}");
    }
    let likely = everywhere.find("灵武市某某村三组").await.expect("a lookup");
    assert_eq!(likely, Named::Maybe(vec!["640181000000".parse().expect("a code")]));
    let elsewhere = everywhere.find("石嘴山市灵武市").await.expect("a lookup");
    assert_eq!(
        elsewhere,
        Named::Maybe(vec!["640200000000".parse().expect("a code")]),
        "not there: only its city is likely"
    );
    for text in ["某某新区", ""] {
        assert_eq!(everywhere.find(text).await.expect("a lookup"), Named::Nothing, "{text}");
    }
    drop(registry);
});

on_every_store!(coordinates_of_other_systems_become_ours, |store: TestStore| async move {
    let registry = registry(&store).await;
    let text =
        "编码,名称,区划,行业,经纬度\nE-1,示例甲,640181,煤矿,\"106.5,38.5\"\nE-2,示例乙,640181,煤矿,38°30′N 106°30′E\n";
    let mut plan = plan_of(&registry, text);
    plan.datum = fengsui_kernel::Datum::Gcj02;
    let all = system();
    let (bad, _, _) = run(&registry, &all, &plan, text, false).await;
    assert_eq!(bad, [""; 0]);
    for code in ["E-1", "E-2"] {
        let place = registry
            .find_by_code("enterprise", code)
            .await
            .expect("a lookup")
            .expect("there")
            .location
            .expect("a place");
        assert!((place.lon - 106.4936).abs() < 0.002 && (place.lat - 38.4995).abs() < 0.002, "{place:?}");
    }
    let elsewhere = person(&["import"], &within("640221"));
    let (bad, _, _) = run(&registry, &elsewhere, &plan, text, true).await;
    assert!(bad.iter().all(|told| told.contains("not_permitted")) && bad.len() == 2, "{bad:?}");
});
