//! What people set up for themselves, and views that they share.

mod common;

use common::*;
use fengsui_identity::{PreferenceDraft, SavedViewDraft};
use fengsui_kernel::id::ViewId;
use fengsui_storage::on_every_store;
use fengsui_storage::testkit::TestStore;
use serde_json::{Value, json};

fn draft(version: i64, value: Value) -> PreferenceDraft {
    PreferenceDraft { version, value }
}

fn view(name: &str, organisation: Option<&str>, version: i64) -> SavedViewDraft {
    SavedViewDraft {
        place: "ledger.enterprise".into(),
        name: name.into(),
        organisation: organisation.map(str::to_owned),
        body: json!({"filter": ["risk_level:eq:major"]}),
        version,
    }
}

on_every_store!(a_preference_is_kept_for_its_owner_alone, |store: TestStore| async move {
    let identity = engine(&store);
    let mine = ready_user(&identity, "wang.duty", vec![post("p1", "duty_officer", "640181")]).await;
    let other = ready_user(&identity, "li.duty", vec![post("p2", "duty_officer", "640181")]).await;
    let (me, other) = (caller(&identity, &mine).await, caller(&identity, &other).await);
    let nothing = identity.preference(&me, "ledger.enterprise").await.expect("an empty one");
    assert_eq!((nothing.version, nothing.value), (0, Value::Null));
    let columns = json!({"columns": ["name", "risk_level"], "density": "compact", "宽": 1.5});
    let kept = identity.set_preference(&me, "ledger.enterprise", draft(0, columns.clone())).await.expect("kept");
    assert_eq!(kept.version, 1);
    assert_eq!(code(identity.set_preference(&me, "ledger.enterprise", draft(0, json!(1))).await), "stale");
    assert_eq!(code(identity.set_preference(&me, "ledger.enterprise", draft(7, json!(1))).await), "stale");
    assert_eq!(identity.preference(&me, "ledger.enterprise").await.expect("kept").value, columns);
    let again = identity.set_preference(&me, "ledger.enterprise", draft(1, Value::Null)).await.expect("changed");
    assert_eq!((again.version, again.value), (2, Value::Null));
    assert_eq!(identity.preference(&me, "ledger.enterprise").await.expect("kept").version, 2);
    assert_eq!(identity.preference(&other, "ledger.enterprise").await.expect("theirs").version, 0);
});

on_every_store!(a_preference_is_small_and_its_key_plain, |store: TestStore| async move {
    let identity = engine(&store);
    let token = ready_user(&identity, "wang.duty", vec![]).await;
    let me = caller(&identity, &token).await;
    for key in ["", "Ledger", "a b", "表", &"x".repeat(81)] {
        assert_eq!(code(identity.set_preference(&me, key, draft(0, json!(1))).await), "malformed_key", "{key:?}");
    }
    let large = json!("大".repeat(6000));
    assert_eq!(code(identity.set_preference(&me, "x", draft(0, large)).await), "too_long");
    assert_eq!(code(identity.set_preference(&me, "x", draft(-1, json!(1))).await), "out_of_range");
    assert_eq!(code(identity.set_preference(&me, "x", draft(i64::MAX, json!(1))).await), "out_of_range");
});

on_every_store!(a_view_is_shared_with_ones_own_organisation, |store: TestStore| async move {
    let identity = engine(&store);
    let mine = ready_user(&identity, "wang.duty", vec![post("p1", "duty_officer", "640181")]).await;
    let colleague = ready_user(&identity, "li.duty", vec![post("p2", "duty_officer", "640181")]).await;
    let stranger = ready_user(&identity, "zhao", vec![]).await;
    let (me, colleague) = (caller(&identity, &mine).await, caller(&identity, &colleague).await);
    let stranger = caller(&identity, &stranger).await;
    let own = identity.save_view(&me, &view("我的重点", None, 0)).await.expect("kept");
    let shared = identity.save_view(&me, &view("重大风险", Some("org"), 0)).await.expect("shared");
    assert_eq!(shared.organisation_name.as_deref(), Some("灵武市应急管理局（示例）"));
    assert_eq!(code(identity.save_view(&me, &view("重大风险", None, 0)).await), "duplicate");
    assert_eq!(code(identity.save_view(&me, &view("x", Some("elsewhere"), 0)).await), "not_my_organisation");
    assert_eq!(code(identity.save_view(&me, &view("  ", None, 0)).await), "length_out_of_range");
    let seen = identity.views(&colleague, "ledger.enterprise").await.expect("views");
    assert_eq!(seen.iter().map(|view| (view.name.as_str(), view.mine)).collect::<Vec<_>>(), [("重大风险", false)]);
    assert!(identity.views(&stranger, "ledger.enterprise").await.expect("views").is_empty());
    assert_eq!(identity.views(&me, "ledger.enterprise").await.expect("views").len(), 2);
    assert!(identity.views(&me, "map").await.expect("views").is_empty());
    assert_eq!(code(identity.change_view(&colleague, &shared.id, &view("x", None, 1)).await), "not_found");
    assert_eq!(code(identity.remove_view(&colleague, &shared.id).await), "not_found");
    assert_eq!(code(identity.change_view(&me, &own.id, &view("重大风险", None, 1)).await), "duplicate");
    let renamed = identity.change_view(&me, &shared.id, &view("红色企业", None, 1)).await.expect("changed");
    assert_eq!((renamed.version, renamed.organisation), (2, None));
    assert_eq!(code(identity.change_view(&me, &shared.id, &view("y", None, 1)).await), "stale");
    assert!(identity.views(&colleague, "ledger.enterprise").await.expect("views").is_empty(), "no longer shared");
    identity.remove_view(&me, &own.id).await.expect("removed");
    let nobody: ViewId = "0190a5e0-0000-7000-8000-000000000000".parse().expect("an id");
    assert_eq!(code(identity.remove_view(&me, &nobody).await), "not_found");
    let traced = actions_traced(&store).await;
    assert_eq!(traced.iter().filter(|action| action.starts_with("view.")).count(), 4, "{traced:?}");
});
