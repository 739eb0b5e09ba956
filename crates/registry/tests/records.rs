//! Writing, reading, history, rights.

mod common;

use common::{draft, enterprise, person, problems, registry, system, within};
use fengsui_kernel::{FaultKind, Scope};
use fengsui_registry::ListQuery;
use fengsui_storage::{on_every_store, traces};
use serde_json::json;

on_every_store!(writes_versions_traces_and_events, |store: fengsui_storage::testkit::TestStore| async move {
    let registry = registry(&store).await;
    let made = registry
        .create(
            &system(),
            "enterprise",
            enterprise("E-1", "示例化工", "640181000000", 106.5, 38.5),
            Some("新建".into()),
        )
        .await
        .expect("created");
    assert_eq!((made.version, made.division_name.as_deref()), (1, Some("灵武市")));
    assert_eq!(made.enterprise, None, "an enterprise does not show that it belongs to itself");
    let mut change = enterprise("E-1", "示例化工二厂", "640181000000", 106.5, 38.5);
    change.attributes["employees"] = json!(20);
    let id = made.id.to_string();
    let changed =
        registry.update(&system(), "enterprise", &id, 1, change.clone(), Some("改名".into())).await.expect("changed");
    assert_eq!((changed.version, changed.name.as_str()), (2, "示例化工二厂"));
    let stale = registry.update(&system(), "enterprise", &id, 1, change.clone(), None).await.expect_err("stale");
    let FaultKind::Stale { current, submitted } = *stale.kind else { panic!("stale expected") };
    assert_eq!((current["version"].as_i64(), submitted["version"].as_i64()), (Some(2), Some(1)));
    let same = registry.update(&system(), "enterprise", &id, 2, change, None).await.expect("no change");
    assert_eq!(same.version, 2, "nothing changed, no new version");
    let twice = enterprise("E-1", "另一个", "640181000000", 106.5, 38.5);
    let fault = registry.create(&system(), "enterprise", twice.clone(), None).await.expect_err("taken");
    assert_eq!(fault.code(), "duplicate");
    registry.delete(&system(), "enterprise", &id, 2, Some("关停".into())).await.expect("deleted");
    assert_eq!(registry.get(&system(), "enterprise", &id).await.expect_err("gone").code(), "not_found");
    let history = registry.history(&system(), "enterprise", &id).await.expect("history");
    let told: Vec<_> = history.iter().map(|entry| (entry.change.as_str(), entry.why.as_deref())).collect();
    assert_eq!(told, [("deleted", Some("关停")), ("updated", Some("改名")), ("created", Some("新建"))]);
    assert_eq!(history[2].record["name"], "示例化工");
    registry.create(&system(), "enterprise", twice, None).await.expect("a code may be used again");
    let entries = traces::of_subject(&store.db, "record", &id, 10).await.expect("trace");
    let actions: Vec<_> =
        entries.iter().filter_map(|entry| entry.content.as_ref()).map(|own| own.action.as_str()).collect();
    assert_eq!(actions, ["record.create", "record.update", "record.delete"]);
    let events = fengsui_storage::events::after(&store.db, 0, 10).await.expect("events");
    assert_eq!(events.len(), 4);
});

on_every_store!(names_every_field_at_fault, |store: fengsui_storage::testkit::TestStore| async move {
    let registry = registry(&store).await;
    let bad = draft(json!({
        "code": "a b", "name": "<b>x</b>", "division": "640181000000", "location": {"lon": 38.1, "lat": 106.6},
        "attributes": {"industry": "banking", "phone": 1, "tags": "x", "colour": "red", "employees": -1},
    }));
    let fault = registry.create(&system(), "enterprise", bad, None).await.expect_err("bad");
    assert_eq!(
        problems(&fault),
        [
            "name markup_not_allowed",
            "code malformed_code",
            "location coordinates_swapped",
            "attributes.colour unknown_field",
            "attributes.industry unknown_value",
            "attributes.phone wrong_type",
            "attributes.employees too_small",
            "attributes.tags wrong_type",
        ]
    );
    let nowhere = enterprise("E-1", "x", "110101000000", 106.5, 38.5);
    let fault = registry.create(&system(), "enterprise", nowhere, None).await.expect_err("bad");
    assert_eq!(problems(&fault), ["division unknown_division"]);
    let far = enterprise("E-1", "x", "640181000000", 2.35, 48.85);
    let fault = registry.create(&system(), "enterprise", far, None).await.expect_err("bad");
    assert_eq!(problems(&fault), ["location coordinates_outside_china"]);
    let post = draft(json!({
        "name": "值班员", "division": "6401", "enterprise": "E-9",
        "attributes": {"organisation": "O-9", "title": "值班员", "role": "duty_officer"},
    }));
    let fault = registry.create(&system(), "post", post, None).await.expect_err("bad");
    assert_eq!(problems(&fault), ["attributes.organisation unknown_reference", "enterprise unknown_enterprise"]);
    let hostile = enterprise("E-1", "x'); DROP TABLE record; --", "640181000000", 106.5, 38.5);
    let made = registry.create(&system(), "enterprise", hostile, None).await.expect("just a name");
    let kept = registry.get(&system(), "enterprise", made.id.as_str()).await.expect("kept");
    assert_eq!(kept.name, "x'); DROP TABLE record; --");
    assert!(registry.get(&system(), "enterprise", "' OR 1=1 --").await.is_err());
    assert!(registry.get(&system(), "spaceship", "x").await.is_err());
});

on_every_store!(
    rights_end_at_the_subtree_and_the_enterprise,
    |store: fengsui_storage::testkit::TestStore| async move {
        let registry = registry(&store).await;
        let all = system();
        let ours = registry
            .create(&all, "enterprise", enterprise("E-1", "灵武化工", "640181000000", 106.5, 38.5), None)
            .await
            .expect("created");
        registry
            .create(&all, "enterprise", enterprise("E-2", "平罗煤业", "640221000000", 106.5, 39.5), None)
            .await
            .expect("created");
        let tank = draft(json!({"code": "T-1", "name": "液氨储罐", "division": "640181000000", "enterprise": "E-1",
        "attributes": {"chemical": "液氨", "quantity_t": 300}}));
        let tank = registry.create(&all, "installation", tank, None).await.expect("created");
        assert_eq!(tank.enterprise.as_deref(), Some(ours.id.as_str()));
        assert_eq!(tank.enterprise_name.as_deref(), Some("灵武化工"));
        let county = person(&["read", "create"], &within("640181"));
        let page = registry.list(&county, "enterprise", &ListQuery::default()).await.expect("page");
        assert_eq!(page.items.len(), 1);
        assert_eq!(page.items[0].attributes["phone"], "139****0001");
        let other = enterprise("E-3", "越界", "640221000000", 106.5, 39.5);
        let fault = registry.create(&county, "enterprise", other, None).await.expect_err("denied");
        assert_eq!(fault.code(), "denied");
        let fault = registry.delete(&county, "installation", tank.id.as_str(), 1, None).await.expect_err("denied");
        assert_eq!(fault.code(), "denied");
        let own = person(&["read", "read_personal"], &Scope::Enterprise { id: ours.id.to_string() });
        let page = registry.list(&own, "enterprise", &ListQuery::default()).await.expect("page");
        assert_eq!((page.items.len(), page.total), (1, Some(1)));
        assert_eq!(page.items[0].attributes["phone"], "139****0001", "masked for everybody");
        assert_eq!(registry.list(&own, "installation", &ListQuery::default()).await.expect("page").items.len(), 1);
        registry.get(&own, "enterprise", ours.id.as_str()).await.expect("own");
        let (id, why) = (ours.id.as_str(), Some("核实联系人".to_owned()));
        let reasonless = registry.reveal(&own, "enterprise", id, None, None).await.expect_err("no reason");
        assert_eq!(problems(&reasonless), ["why required"]);
        let denied = registry.reveal(&county, "enterprise", id, None, why.clone()).await.expect_err("no right");
        assert_eq!(denied.code(), "denied");
        let revealed = registry.reveal(&own, "enterprise", id, None, why.clone()).await.expect("revealed");
        assert_eq!(revealed.values["phone"], "13900000001");
        let before = registry.reveal(&own, "enterprise", id, Some(1), why).await.expect("a version");
        assert_eq!(before, revealed);
        let entries = traces::of_subject(&store.db, "record", ours.id.as_str(), 10).await.expect("trace");
        let last = entries.last().and_then(|entry| entry.content.as_ref()).expect("an entry");
        assert_eq!((last.action.as_str(), last.why.as_deref()), ("record.read_personal", Some("核实联系人")));
        assert_eq!(last.data["fields"], json!(["phone"]));
        assert_eq!(entries.len(), 3, "created, revealed twice: masked reading leaves nothing");
        assert_eq!(registry.search(&own, "化工", 10).await.expect("hits").len(), 1);
        let nobody = person(&[], &within("64"));
        assert_eq!(
            registry.list(&nobody, "enterprise", &ListQuery::default()).await.expect_err("denied").code(),
            "denied"
        );
    }
);

on_every_store!(
    keeps_masked_values_and_what_others_refer_to,
    |store: fengsui_storage::testkit::TestStore| async move {
        let registry = registry(&store).await;
        let all = system();
        let bureau = draft(json!({"code": "O-1", "name": "应急局", "division": "640181000000",
        "attributes": {"category": "emergency_bureau"}}));
        let bureau = registry.create(&all, "organisation", bureau, None).await.expect("created");
        let lee = draft(json!({"code": "P-1", "name": "示例·李", "division": "640181000000",
        "attributes": {"phone": "13900000002", "email": "li@example.invalid", "organisation": "O-1"}}));
        let lee = registry.create(&all, "person", lee, None).await.expect("created");
        let clerk = person(&["read", "update", "delete"], &within("640181"));
        let seen = registry.get(&clerk, "person", lee.id.as_str()).await.expect("seen");
        assert_eq!(seen.attributes["email"], "l****@example.invalid");
        let mut back = draft(serde_json::to_value(&seen).expect("JSON"));
        back.attributes["title"] = json!("科员");
        registry.update(&clerk, "person", lee.id.as_str(), 1, back, None).await.expect("changed");
        let clear = registry.find_by_id(lee.id.as_str()).await.expect("found").expect("there");
        assert_eq!((clear.text("phone"), clear.text("title")), (Some("13900000002"), Some("科员")));
        let fault = registry.delete(&clerk, "organisation", bureau.id.as_str(), 1, None).await.expect_err("in use");
        assert_eq!(fault.code(), "record_in_use");
        let mut renamed = draft(serde_json::to_value(&bureau).expect("JSON"));
        renamed.code = Some("O-2".into());
        let fault =
            registry.update(&all, "organisation", bureau.id.as_str(), 1, renamed, None).await.expect_err("code");
        assert_eq!(problems(&fault), ["code immutable"]);
    }
);

on_every_store!(posts_are_found_here_or_above, |store: fengsui_storage::testkit::TestStore| async move {
    let registry = registry(&store).await;
    let all = system();
    for (code, division, role) in
        [("A", "640100000000", "duty_leader"), ("B", "640181000000", "duty_officer"), ("C", "640181100000", "viewer")]
    {
        let organisation = draft(json!({"code": code, "name": "机构", "division": division,
            "attributes": {"category": "emergency_bureau"}}));
        registry.create(&all, "organisation", organisation, None).await.expect("created");
        let post = draft(json!({"code": code, "name": "岗位", "division": division,
            "attributes": {"organisation": code, "title": "岗位", "role": role}}));
        registry.create(&all, "post", post, None).await.expect("created");
    }
    let town = "640181100000".parse().expect("a code");
    let codes = |posts: Vec<fengsui_registry::Record>| posts.into_iter().map(|post| post.code).collect::<Vec<_>>();
    assert_eq!(codes(registry.posts_with_role("duty_officer", town).await.expect("posts")), ["B"]);
    assert_eq!(codes(registry.posts_with_role("duty_leader", town).await.expect("posts")), ["A"]);
    assert!(registry.posts_with_role("commander", town).await.expect("posts").is_empty());
    assert_eq!(codes(registry.posts_in(&["640181".parse().expect("a code")]).await.expect("posts")), ["B", "C"]);
    assert_eq!(registry.find_by_code("post", "B").await.expect("found").map(|post| post.code).as_deref(), Some("B"));
});
