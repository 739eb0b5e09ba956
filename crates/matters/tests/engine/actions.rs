//! Opening, acting, refusing, racing.

use fengsui_events::Event;
use fengsui_kernel::{FaultKind, PageQuery};
use fengsui_matters::{ListQuery, NewLink};
use fengsui_storage::on_every_store;
use serde_json::json;

use crate::*;

on_every_store!(opens_with_effects_trace_and_event, |store: TestStore| async move {
    let engine = engine(&store);
    let location = json!({"lon": 106.33, "lat": 38.1});
    let matter = engine.open(&officer(), repair(&json!({"location": location}))).await.expect("opened");
    assert_eq!((matter.phase.as_str(), matter.version, matter.closed), ("reported", 1, false));
    assert_eq!(matter.grade.as_ref().map(|grade| grade.scale.as_str()), Some("risk_level"));
    assert_eq!(matter.location.map(|point| point.lon), Some(106.33));
    assert_eq!(matter.clocks.len(), 1);
    assert_eq!(json!(matter.assignee), json!({"type": "role", "role": "officer", "division": "640181100000"}));
    let names: Vec<&str> = events(&store).await.iter().map(Event::name).collect();
    assert_eq!(names, ["clock_changed", "message_requested", "matter_changed"]);
    let told = &messages(&store).await[0];
    assert_eq!(told.matter.as_ref(), Some(&matter.id));
    assert!(told.division.is_some() && told.key.starts_with(&format!("matter:{}:1:", matter.id)));
    let traced = fengsui_storage::traces::of_subject(&store.db, "matter", matter.id.as_str(), 9).await.expect("trace");
    assert_eq!(traced[0].content.as_ref().map(|content| content.action.as_str()), Some("matter.open"));
});

on_every_store!(acts_once_per_version, |store: TestStore| async move {
    let engine = engine(&store);
    let matter = engine.open(&officer(), repair(&json!({"severity": "slight"}))).await.expect("opened");
    let submission = submit(&matter, json!({"action": "finish", "result": "更换垫片", "cost": 20}));
    let after = engine.act(&officer(), &matter.id, submission.clone()).await.expect("acted");
    assert_eq!((after.phase.as_str(), after.version), ("fixed", 2));
    let fault = engine.act(&officer(), &matter.id, submission).await.expect_err("the same version again");
    match *fault.kind {
        FaultKind::Stale { current, submitted } => {
            assert_eq!(current["version"], 2);
            assert_eq!(current["state"]["result"], "更换垫片");
            assert_eq!(submitted["action"]["cost"], 20);
        }
        other => panic!("{other}"),
    }
    assert_eq!(count(&store, "matter_entry").await, 4, "open, clock, finish, clock");
});

on_every_store!(of_two_at_once_one_wins, |store: TestStore| async move {
    let engine = engine(&store);
    let matter = engine.open(&officer(), repair(&json!({"severity": "slight"}))).await.expect("opened");
    let submission = submit(&matter, json!({"action": "finish", "result": "好"}));
    let (a, b) = (officer(), leader());
    let (first, second) =
        tokio::join!(engine.act(&a, &matter.id, submission.clone()), engine.act(&b, &matter.id, submission));
    let (won, lost) = if first.is_ok() { (first, second) } else { (second, first) };
    assert_eq!(won.expect("one wins").version, 2);
    assert_eq!(lost.expect_err("one loses").code(), "stale");
});

on_every_store!(refuses_with_its_clause, |store: TestStore| async move {
    let engine = engine(&store);
    let both = person("a", "leader", "640181", &["*"]);
    let matter = engine.open(&both, repair(&json!({"severity": "slight"}))).await.expect("opened");
    let early = engine.act(&both, &matter.id, submit(&matter, json!({"action": "approve"}))).await;
    assert_eq!(early.expect_err("too early").code(), "wrong_phase");
    let done = json!({"action": "finish", "result": "x"});
    let matter = engine.act(&both, &matter.id, submit(&matter, done)).await.expect("finished");
    let own = engine.act(&both, &matter.id, submit(&matter, json!({"action": "approve"}))).await;
    match *own.expect_err("own work").kind {
        FaultKind::Refused(refusal) => assert_eq!(refusal.clause.as_deref(), Some("安全生产法 §41")),
        other => panic!("{other}"),
    }
    let approve = &matter.available_actions[0];
    assert_eq!((approve.name.as_str(), approve.allowed), ("approve", false));
    assert_eq!(approve.reason.as_ref().map(|reason| reason.refusal.code.as_str()), Some("own_work"));
    let other = engine.get(&leader(), &matter.id).await.expect("read");
    assert!(other.available_actions[0].allowed);
    assert_eq!(count(&store, "matter_entry").await, 4, "refusals leave nothing");
});

on_every_store!(asks_for_right_and_role, |store: TestStore| async move {
    let engine = engine(&store);
    let stranger = person("c", "leader", "640122", &["*"]);
    let reader = person("r", "officer", "64", &["read"]);
    assert_eq!(engine.open(&stranger, repair(&json!({}))).await.expect_err("elsewhere").code(), "denied");
    let matter = engine.open(&officer(), repair(&json!({"severity": "slight"}))).await.expect("opened");
    assert_eq!(engine.get(&stranger, &matter.id).await.expect_err("elsewhere").code(), "denied");
    assert_eq!(engine.timeline(&stranger, &matter.id).await.expect_err("elsewhere").code(), "denied");
    let finish = json!({"action": "finish", "result": "x"});
    let denied = engine.act(&reader, &matter.id, submit(&matter, finish.clone())).await.expect_err("reads only");
    assert_eq!(denied.code(), "denied");
    assert!(engine.get(&reader, &matter.id).await.expect("reads").available_actions.iter().all(|it| !it.allowed));
    let matter = engine.act(&officer(), &matter.id, submit(&matter, finish)).await.expect("finished");
    // `approve` is configured for leaders: the permission alone is not enough.
    let officer_b = person("o", "officer", "640181", &["*"]);
    let approve = submit(&matter, json!({"action": "approve"}));
    assert_eq!(engine.act(&officer_b, &matter.id, approve.clone()).await.expect_err("no role").code(), "denied");
    let reason = engine.get(&officer_b, &matter.id).await.expect("read").available_actions[0].reason.clone();
    assert_eq!(reason.expect("reason").refusal.params["roles"], "leader");
    assert!(engine.act(&leader(), &matter.id, approve).await.expect("approved").closed);
});

on_every_store!(names_every_field_at_fault, |store: TestStore| async move {
    let engine = engine(&store);
    let problems = |fault: fengsui_kernel::Fault| match *fault.kind {
        FaultKind::Invalid(problems) => {
            problems.0.into_iter().map(|problem| (problem.field, problem.code)).collect::<Vec<_>>()
        }
        other => panic!("{other}"),
    };
    let bad = json!({"title": "", "division": "64", "severity": "odd", "colour": 1, "due_at": "soon"});
    let mut found = problems(engine.open(&officer(), repair(&bad)).await.expect_err("bad"));
    found.sort();
    let expected = [
        ("colour", "unknown_field"),
        ("division", "malformed"),
        ("due_at", "malformed"),
        ("severity", "unknown_value"),
        ("title", "too_short"),
    ];
    assert_eq!(found, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
    let swapped = json!({"location": {"lon": 38.1, "lat": 106.3}});
    let found = problems(engine.open(&officer(), repair(&swapped)).await.expect_err("swapped"));
    assert_eq!(found, [("location".to_owned(), "coordinates_swapped".to_owned())]);
    let matter = engine.open(&officer(), repair(&json!({}))).await.expect("opened");
    let act =
        async |action| problems(engine.act(&officer(), &matter.id, submit(&matter, action)).await.expect_err("bad"));
    let found = act(json!({"action": "finish", "cost": 2_000_000, "costs": 1})).await;
    assert!(found.contains(&("result".into(), "required".into())), "{found:?}");
    assert!(found.contains(&("cost".into(), "too_big".into())), "{found:?}");
    assert!(found.contains(&("costs".into(), "unknown_field".into())), "{found:?}");
    assert_eq!(act(json!({"action": "vanish"})).await, [("action".to_owned(), "unknown_action".to_owned())]);
    assert_eq!(act(json!({"result": "x"})).await, [("action".to_owned(), "required".to_owned())]);
    assert_eq!(act(json!([])).await, [("action".to_owned(), "wrong_type".to_owned())]);
});

on_every_store!(what_is_not_committed_leaves_nothing, |store: TestStore| async move {
    let engine = engine(&store);
    let mut tx = store.db.begin(officer().acting(store.db.now(), None)).await.expect("begun");
    let id = engine.open_in(&mut tx, &officer(), repair(&json!({}))).await.expect("opened");
    drop(tx);
    assert_eq!(engine.get(&officer(), &id).await.expect_err("gone").code(), "not_found");
    for table in ["matter", "matter_entry", "matter_clock", "matter_link", "trace", "event"] {
        assert_eq!(count(&store, table).await, 0, "{table}");
    }
});

on_every_store!(lists_by_filter_and_right, |store: TestStore| async move {
    let engine = engine(&store);
    for (title, division) in [("甲 100%", "640181100000"), ("乙", "640181200000"), ("丙", "640181100201")] {
        engine.open(&officer(), repair(&json!({"title": title, "division": division}))).await.expect("opened");
        store.clock.advance(jiff::SignedDuration::from_secs(1));
    }
    let titles = async |who: &Principal, query: ListQuery| {
        let page = engine.list(who, query, &PageQuery::default()).await.expect("list");
        page.items.into_iter().map(|matter| matter.title).collect::<Vec<_>>()
    };
    let town = person("t", "officer", "640181100", &["read"]);
    assert_eq!(titles(&officer(), ListQuery::default()).await, ["丙", "乙", "甲 100%"]);
    assert_eq!(titles(&town, ListQuery::default()).await, ["丙", "甲 100%"]);
    let text = ListQuery { q: Some("0%".into()), ..ListQuery::default() };
    assert_eq!(titles(&officer(), text).await, ["甲 100%"]);
    let below = ListQuery { division: Some("640181100201".parse().expect("code")), ..ListQuery::default() };
    assert_eq!(titles(&officer(), below).await, ["丙"]);
    let page = PageQuery { limit: Some(2), cursor: None };
    let first = engine.list(&officer(), ListQuery::default(), &page).await.expect("page");
    assert_eq!((first.items.len(), first.total, first.next.as_deref()), (2, Some(3), Some("2")));
    let nobody = person("n", "officer", "640181", &[]);
    let denied = engine.list(&nobody, ListQuery::default(), &page).await.expect_err("no right");
    assert_eq!(denied.code(), "denied");
});

on_every_store!(comments_links_and_strangers, |store: TestStore| async move {
    let engine = engine(&store);
    let matter = engine.open(&officer(), repair(&json!({}))).await.expect("opened");
    engine.comment(&leader(), &matter.id, " 请现场拍照 ").await.expect("comment");
    assert_eq!(engine.comment(&leader(), &matter.id, " ").await.expect_err("empty").code(), "required");
    let reader = person("r", "officer", "640122", &["read"]);
    assert_eq!(engine.comment(&reader, &matter.id, "x").await.expect_err("stranger").code(), "denied");
    let alarm = "0199f0a8-0000-7000-8000-000000000001";
    let link = NewLink { relation: "alarm".into(), kind: "alarm".into(), id: alarm.into() };
    let linked = engine.link(&officer(), &matter.id, &link).await.expect("linked");
    assert_eq!(linked.links.len(), 1);
    engine.link(&officer(), &matter.id, &link).await.expect("twice is once");
    let bad = NewLink { relation: "alarm".into(), kind: "alarm".into(), id: "x".into() };
    assert_eq!(engine.link(&officer(), &matter.id, &bad).await.expect_err("no id").code(), "malformed_id");
    let missing = NewLink { relation: "see".into(), kind: "matter".into(), id: alarm.into() };
    assert_eq!(engine.link(&officer(), &matter.id, &missing).await.expect_err("nothing").code(), "unknown_matter");
    assert_eq!(engine.linked_to(&officer(), "alarm", alarm).await.expect("found").len(), 1);
    let kinds: Vec<String> =
        engine.timeline(&officer(), &matter.id).await.expect("line").into_iter().map(|it| it.kind).collect();
    assert_eq!(kinds, ["action", "clock", "comment", "link"]);
});

on_every_store!(the_role_of_one_post_does_not_lend_itself_to_the_right_of_another, |store: TestStore| async move {
    let engine = engine(&store);
    let matter = engine.open(&officer(), repair(&json!({"severity": "slight"}))).await.expect("opened");
    let done = json!({"action": "finish", "result": "x"});
    let matter = engine.act(&officer(), &matter.id, submit(&matter, done)).await.expect("finished");
    // An officer here who is a leader elsewhere: here the right without the role, there the role without the right.
    let mut two = person("c", "officer", "640181", &["*"]);
    two.grants.extend(person("c", "leader", "640122", &["*"]).grants);
    let approve = || submit(&matter, json!({"action": "approve"}));
    assert_eq!(engine.act(&two, &matter.id, approve()).await.expect_err("a leader elsewhere").code(), "denied");
    let shown = engine.get(&two, &matter.id).await.expect("read");
    assert_eq!(shown.available_actions[0].reason.as_ref().map(|reason| reason.refusal.code.as_str()), Some("denied"));
    // A leader here without the right, an officer with it: still not both in one post.
    let mut split = person("d", "officer", "640181", &["*"]);
    split.grants.extend(person("d", "leader", "640181", &["read", "comment"]).grants);
    assert_eq!(engine.act(&split, &matter.id, approve()).await.expect_err("two posts").code(), "denied");
    // The same two posts the other way round, and the right is there.
    let mut whole = person("e", "leader", "640181", &["*"]);
    whole.grants.extend(person("e", "officer", "640122", &["*"]).grants);
    assert_eq!(engine.act(&whole, &matter.id, approve()).await.expect("approved").phase, "closed");
});
