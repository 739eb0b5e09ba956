//! Matters that open matters.

use fengsui_matters::{Direction, NewLink, NewMatter};
use fengsui_storage::on_every_store;
use serde_json::json;

use crate::*;

on_every_store!(children_open_in_the_same_change_and_hold_their_parent, |store: TestStore| async move {
    let engine = engine(&store);
    let drill = NewMatter { mode: Mode::Drill, ..repair(&json!({"severity": "slight"})) };
    let matter = engine.open(&officer(), drill).await.expect("opened");
    let send = json!({"action": "send", "title": "取配件"});
    let matter = engine.act(&officer(), &matter.id, submit(&matter, send)).await.expect("sent");
    let link = matter.links.first().expect("a link");
    assert_eq!(
        (link.direction, link.relation.as_str(), link.phase.as_deref()),
        (Direction::Child, "errand", Some("open"))
    );
    let child = engine.get(&officer(), &link.id.parse().expect("id")).await.expect("child");
    assert_eq!((child.mode, child.parent.as_ref()), (Mode::Drill, Some(&matter.id)));
    assert_eq!(child.links[0].direction, Direction::Parent);
    let finish = json!({"action": "finish", "result": "x"});
    let early = engine.act(&officer(), &matter.id, submit(&matter, finish.clone())).await;
    assert_eq!(early.expect_err("errand open").code(), "errands_open");
    engine.act(&officer(), &child.id, submit(&child, json!({"action": "done"}))).await.expect("done");
    engine.act(&officer(), &matter.id, submit(&matter, finish)).await.expect("finished");
});

on_every_store!(a_refused_child_undoes_all, |store: TestStore| async move {
    let engine = engine(&store);
    let matter = engine.open(&officer(), repair(&json!({}))).await.expect("opened");
    let send = json!({"action": "send", "title": "impossible"});
    let fault = engine.act(&officer(), &matter.id, submit(&matter, send)).await.expect_err("refused");
    assert_eq!(fault.code(), "impossible");
    assert_eq!(engine.get(&officer(), &matter.id).await.expect("read").version, 1);
    assert_eq!(count(&store, "matter").await, 1);
});

on_every_store!(opened_under_a_parent_and_never_across_drill_and_real, |store: TestStore| async move {
    let engine = engine(&store);
    let parent = engine.open(&officer(), repair(&json!({}))).await.expect("opened");
    let link = NewLink { relation: "parent".into(), kind: "matter".into(), id: parent.id.to_string() };
    let under = NewMatter { links: vec![link.clone()], ..repair(&json!({"title": "下级"})) };
    let child = engine.open(&officer(), under).await.expect("child");
    assert_eq!(child.parent.as_ref(), Some(&parent.id));
    let seen = engine.get(&officer(), &parent.id).await.expect("parent");
    assert_eq!(seen.links.iter().map(|link| link.direction).collect::<Vec<_>>(), [Direction::Child]);
    let drill = NewMatter { links: vec![link], mode: Mode::Drill, ..repair(&json!({})) };
    assert_eq!(engine.open(&officer(), drill).await.expect_err("mixed").code(), "drill_and_real_apart");
    assert_eq!(count(&store, "matter").await, 2);
});
