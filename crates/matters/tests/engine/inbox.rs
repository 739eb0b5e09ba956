//! Whose turn it is.

use fengsui_kernel::PageQuery;
use fengsui_storage::on_every_store;
use serde_json::json;

use crate::*;

async fn inbox(engine: &Engine, who: &Principal) -> Vec<String> {
    let page = engine.inbox(who, &PageQuery::default()).await.expect("inbox");
    page.items.into_iter().map(|matter| matter.title).collect()
}

on_every_store!(waits_for_roles_and_posts_that_reach_it, |store: TestStore| async move {
    let engine = engine(&store);
    let later = "2026-11-22T09:00:00Z";
    engine.open(&officer(), repair(&json!({"title": "晚", "due_at": later}))).await.expect("opened");
    let soon = engine.open(&officer(), repair(&json!({"title": "早"}))).await.expect("opened");
    assert_eq!(inbox(&engine, &officer()).await, ["早", "晚"], "most urgent clock first");
    assert!(inbox(&engine, &leader()).await.is_empty(), "another role");
    assert!(inbox(&engine, &person("x", "officer", "640122", &["*"])).await.is_empty(), "another county");
    assert!(inbox(&engine, &person("y", "officer", "640181", &[])).await.is_empty(), "no right on it");
    let mut two = person("t", "leader", "640181", &["*"]);
    two.grants.extend(person("t", "officer", "640122", &["*"]).grants);
    assert!(inbox(&engine, &two).await.is_empty(), "the right here, the role elsewhere");
    assert_eq!(engine.claim(&two, &soon.id).await.expect_err("not theirs").code(), "denied");
    let assign = json!({"action": "assign", "post": "post-z"});
    engine.act(&officer(), &soon.id, submit(&soon, assign)).await.expect("assigned");
    assert_eq!(inbox(&engine, &officer()).await, ["晚"]);
    let holder = person("z", "officer", "640122", &[]);
    assert_eq!(inbox(&engine, &holder).await, ["早"], "given to the post, whatever its rights");
    assert_eq!(engine.get(&holder, &soon.id).await.expect("may read what waits for it").title, "早");
    let overview = engine.overview(&officer()).await.expect("overview");
    assert_eq!((overview.inbox, overview.clocks_running, overview.open["repair"]["reported"]), (1, 2, 2));
});

on_every_store!(of_two_who_claim_one_wins, |store: TestStore| async move {
    let engine = engine(&store);
    let matter = engine.open(&leader(), repair(&json!({}))).await.expect("opened");
    let (a, b) = (officer(), person("o", "officer", "6401", &["*"]));
    let (first, second) = tokio::join!(engine.claim(&a, &matter.id), engine.claim(&b, &matter.id));
    assert_ne!(first.is_ok(), second.is_ok());
    let (winner, loser, fault) = match (first, second) {
        (Ok(_), Err(fault)) => (a, b, fault),
        (Err(fault), Ok(_)) => (b, a, fault),
        _ => unreachable!("one wins"),
    };
    assert_eq!(fault.code(), "already_claimed");
    assert_eq!(inbox(&engine, &winner).await.len(), 1);
    assert!(inbox(&engine, &loser).await.is_empty());
    engine.claim(&winner, &matter.id).await.expect("again is no fault");
    assert_eq!(engine.claim(&leader(), &matter.id).await.expect_err("not theirs").code(), "denied");
    let entries = engine.timeline(&winner, &matter.id).await.expect("line");
    assert_eq!(entries.iter().filter(|entry| entry.kind == "claim").count(), 1);
});

on_every_store!(hands_over_and_forgets_the_claim, |store: TestStore| async move {
    let engine = engine(&store);
    let matter = engine.open(&leader(), repair(&json!({}))).await.expect("opened");
    engine.claim(&officer(), &matter.id).await.expect("claimed");
    let after = engine.hand_over(&officer(), &matter.id, "post-z").await.expect("handed over");
    assert!(after.claimed_by.is_none());
    assert!(inbox(&engine, &officer()).await.is_empty());
    assert_eq!(inbox(&engine, &person("z", "officer", "640122", &[])).await.len(), 1);
    let reader = person("r", "leader", "640181", &["read"]);
    assert_eq!(engine.hand_over(&reader, &matter.id, "post-r").await.expect_err("not theirs").code(), "denied");
});
