//! Accounts, posts, rights, tokens, explanations.

mod common;

use common::*;
use fengsui_identity::{HeldRole, NewUser, UserPatch, trace_denial};
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Actor, DivisionCode, PageQuery, Place, Principal};
use fengsui_storage::identity::{posts, users};
use fengsui_storage::on_every_store;
use fengsui_storage::testkit::TestStore;
use jiff::SignedDuration;

fn at(division: &str) -> Place {
    Place::of(division.parse().expect("a division"))
}

on_every_store!(posts_give_rights_in_their_subtree, |store: TestStore| async move {
    let identity = engine(&store);
    let token = ready_user(&identity, "wang.duty", vec![post("p1", "duty_officer", "640181")]).await;
    let me = caller(&identity, &token).await;
    assert!(me.principal.may("acknowledge", "alarm", &at("640181100")));
    assert!(!me.principal.may("acknowledge", "alarm", &at("640122")));
    assert!(me.principal.may("read", "rescue_team", &at("640500")));
    assert_eq!(me.principal.posts, ["p1"]);
    assert!(me.principal.grants.iter().all(|grant| grant.role.as_deref() == Some("duty_officer")));
    assert_eq!(me.posts[0].organisation.name, "灵武市应急管理局（示例）");
    let actor = me.principal.actor.clone();
    assert!(matches!(actor, Actor::User { post: Some(post), .. } if post == "p1"), "the only post is acted in");
    let moved = post("p1", "duty_officer", "640122");
    let acting = Principal::system("test").acting(store.db.now(), None);
    assert_eq!(identity.refresh_post(acting.clone(), &moved).await.expect("refreshed"), 1);
    let me = caller(&identity, &token).await;
    assert!(me.principal.may("acknowledge", "alarm", &at("640122")), "rights follow the post at once");
    assert!(!me.principal.may("acknowledge", "alarm", &at("640181")));
    assert_eq!(identity.withdraw_post(acting, "p1").await.expect("withdrawn"), 1);
    assert!(caller(&identity, &token).await.principal.grants.is_empty());
});

on_every_store!(the_acting_post_is_chosen_among_those_held, |store: TestStore| async move {
    let identity = engine(&store);
    let held = vec![post("p1", "duty_officer", "640181"), post("p2", "commander", "6401")];
    let token = ready_user(&identity, "wang.duty", held).await;
    let acting = |signed_in: &fengsui_identity::SignedIn| match &signed_in.principal.actor {
        Actor::User { post, .. } => post.clone(),
        _ => None,
    };
    assert_eq!(acting(&caller(&identity, &token).await), None, "two posts, none chosen");
    let chosen = identity.signed_in(&token, Some("p2")).await.expect("a session");
    assert_eq!(acting(&chosen).as_deref(), Some("p2"));
    assert_eq!(code(identity.signed_in(&token, Some("p3")).await), "post_not_held");
    identity.choose_post(&chosen, Some("p1")).await.expect("kept");
    assert_eq!(acting(&caller(&identity, &token).await).as_deref(), Some("p1"));
});

on_every_store!(administrators_stay_within_their_division, |store: TestStore| async move {
    let identity = engine(&store);
    let county = ready_user(&identity, "county.admin", vec![post("a1", "administrator", "640181")]).await;
    let county = caller(&identity, &county).await.principal;
    let province = ready_user(&identity, "province.officer", vec![post("o1", "duty_officer", "64")]).await;
    let province = caller(&identity, &province).await.user.id;
    let within = new_user("town", vec![post("o2", "duty_officer", "640181100")]);
    let town = identity.create_user(&county, &within, None).await.expect("a user below").user;
    let beyond = new_user("other", vec![post("o3", "duty_officer", "640122")]);
    assert_eq!(code(identity.create_user(&county, &beyond, None).await), "denied");
    assert_eq!(
        code(identity.create_user(&county, &new_user("free", vec![]), None).await),
        "denied",
        "no post, no place"
    );
    assert_eq!(code(identity.reset_password(&county, &province, false, None).await), "denied");
    assert_eq!(code(identity.user(&county, &province).await), "not_found", "not even its existence");
    let listed = identity.users(&county, None, &PageQuery::default()).await.expect("a list");
    let logins: Vec<&str> = listed.items.iter().map(|user| user.login.as_str()).collect();
    assert_eq!(logins, ["county.admin", "town"]);
    let up = UserPatch { posts: Some(vec![post("a2", "administrator", "6401")]), ..UserPatch::default() };
    assert_eq!(code(identity.update_user(&county, &town.id, town.version, &up, None).await), "denied");
    let country = HeldRole { role: "administrator".into(), division: DivisionCode::COUNTRY };
    assert_eq!(code(identity.grant_role(&county, &town.id, &country).await), "denied");
    let here = HeldRole { role: "viewer".into(), division: "640181".parse().expect("a division") };
    identity.grant_role(&county, &town.id, &here).await.expect("a role");
    assert_eq!(identity.user(&county, &town.id).await.expect("the user").roles.len(), 1);
    identity.revoke_role(&county, &town.id, &here).await.expect("taken");
});

on_every_store!(users_are_made_once_and_checked, |store: TestStore| async move {
    let identity = engine(&store);
    let system = Principal::system("test");
    let made = identity.create_user(&system, &new_user("Wang.Duty", vec![]), None).await.expect("a user");
    assert_eq!(made.user.login, "wang.duty");
    let again = identity.create_user(&system, &new_user("WANG.duty", vec![]), None).await.err().expect("a duplicate");
    assert!(matches!(&*again.kind, FaultKind::Duplicate { field, .. } if field == "login"), "{again:?}");
    assert_eq!(code(identity.create_user(&system, &new_user("two words", vec![]), None).await), "malformed_login");
    let unknown = new_user("x1", vec![post("p", "king", "640181")]);
    assert_eq!(code(identity.create_user(&system, &unknown, None).await), "unknown_role");
    let homeless = new_user("x2", vec![post("p", "enterprise_safety", "640181")]);
    assert_eq!(code(identity.create_user(&system, &homeless, None).await), "post_without_enterprise");
    let found = identity.users(&system, Some("WANG"), &PageQuery::default()).await.expect("a list");
    assert_eq!(found.items.len(), 1);
    let none = identity.users(&system, Some("%"), &PageQuery::default()).await.expect("a list");
    assert!(none.items.is_empty(), "signs are no wildcards");
    let patch = UserPatch { active: Some(false), ..UserPatch::default() };
    let session = identity.sign_in(&credentials("wang.duty", &made.password)).await.expect("a session");
    let own = Principal { grants: system.grants.clone(), ..session.signed_in.principal };
    let version = made.user.version;
    assert_eq!(code(identity.update_user(&own, &made.user.id, version, &patch, None).await), "cannot_deactivate_self");
});

on_every_store!(a_reset_ends_sessions_and_lifts_the_lock, |store: TestStore| async move {
    let identity = engine(&store);
    let system = Principal::system("test");
    let token = ready_user(&identity, "wang.duty", vec![]).await;
    let id = caller(&identity, &token).await.user.id;
    for _ in 0..5 {
        let _ = identity.sign_in(&credentials("wang.duty", "wrong")).await;
    }
    assert!(identity.user(&system, &id).await.expect("the user").locked_until.is_some());
    let reset = identity.reset_password(&system, &id, true, Some("忘记密码".into())).await.expect("a reset");
    assert!(reset.user.must_change_password && reset.user.locked_until.is_none());
    assert_eq!(code(identity.signed_in(&token, None).await), "not_signed_in");
    assert_eq!(code(identity.sign_in(&credentials("wang.duty", &reset.password)).await), "ok");
});

on_every_store!(tokens_act_for_their_owner_until_they_end, |store: TestStore| async move {
    let identity = engine(&store);
    let cookie = ready_user(&identity, "wang.duty", vec![post("p1", "duty_officer", "640181")]).await;
    let me = caller(&identity, &cookie).await;
    let end = store.db.now().checked_add(SignedDuration::from_hours(1)).expect("a time");
    let made = identity.create_token(&me, "每日报表", Some(end)).await.expect("a token");
    assert!(made.token.starts_with("fengsui_"));
    let script = identity.authenticate_token(&made.token, None).await.expect("a caller");
    assert!(script.principal.may("acknowledge", "alarm", &at("640181")));
    assert!(script.csrf.is_none() && script.session.is_none());
    assert_eq!(code(identity.create_token(&script, "子令牌", None).await), "session_required");
    assert_eq!(code(identity.change_password(&script, GOOD, "Chang-jiang 9 hao").await), "session_required");
    let listed = identity.tokens(&me).await.expect("tokens");
    assert!(listed[0].last_used_at.is_some());
    assert_eq!(code(identity.signed_in(&made.token, None).await), "not_signed_in", "a token is no cookie");
    assert_eq!(code(identity.authenticate_token(&cookie, None).await), "bad_token");
    store.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(code(identity.authenticate_token(&made.token, None).await), "token_expired");
    let lasting = identity.create_token(&me, "x", None).await.expect("a token");
    identity.revoke_token(&me, &lasting.view.id).await.expect("revoked");
    assert_eq!(code(identity.authenticate_token(&lasting.token, None).await), "bad_token");
    assert_eq!(code(identity.create_token(&me, " ", None).await), "length_out_of_range");
});

on_every_store!(explains_what_is_allowed_and_what_is_missing, |store: TestStore| async move {
    let identity = engine(&store);
    let token = ready_user(&identity, "wang.duty", vec![post("p1", "duty_officer", "640181")]).await;
    let me = caller(&identity, &token).await;
    let explain = async |action: &str, kind: &str, place: &str| {
        identity.explain(&me.principal, &me.user.id, action, kind, &at(place)).await.expect("an explanation")
    };
    let allowed = explain("acknowledge", "alarm", "640181100").await;
    assert!(allowed.allowed && allowed.missing.is_none());
    assert_eq!(allowed.because[0].post.as_deref(), Some("p1"));
    let elsewhere = explain("acknowledge", "alarm", "640122").await.missing.expect("missing");
    assert_eq!((elsewhere.code.as_str(), elsewhere.elsewhere.len()), ("other_place", 1));
    let role = explain("approve", "warning", "640181").await.missing.expect("missing");
    assert_eq!((role.code.as_str(), role.roles), ("no_role", vec!["warning_approver".to_owned()]));
    let other = ready_user(&identity, "other", vec![]).await;
    let other = caller(&identity, &other).await;
    let asked = identity.explain(&me.principal, &other.user.id, "read", "alarm", &at("640181")).await;
    assert_eq!(code(asked), "denied");
});

on_every_store!(denials_are_traced_with_the_name, |store: TestStore| async move {
    let identity = engine(&store);
    let token = ready_user(&identity, "wang.duty", vec![post("p1", "duty_officer", "640181")]).await;
    let me = caller(&identity, &token).await;
    let fault = me.principal.require("approve", "warning", &at("640181")).expect_err("a denial");
    let FaultKind::Denied(denial) = *fault.kind else { panic!("a denial") };
    trace_denial(&store.db, &denial, store.db.now()).await.expect("traced");
    let entries = fengsui_storage::traces::of_subject(&store.db, "permission", "warning:approve", 9).await.expect("it");
    let content = entries[0].content.clone().expect("content");
    assert_eq!((content.action.as_str(), content.actor_name.as_str()), ("permission.denied", "示例 wang.duty"));
    assert_eq!(content.division.as_deref(), Some("640181000000"));
});

on_every_store!(finds_who_is_to_be_told, |store: TestStore| async move {
    let identity = engine(&store);
    ready_user(&identity, "county", vec![post("o1", "duty_officer", "640181")]).await;
    let system = Principal::system("test");
    let gone = NewUser { active: false, ..new_user("gone", vec![post("o1", "duty_officer", "640181")]) };
    identity.create_user(&system, &gone, None).await.expect("an inactive user");
    let known = NewUser { person: Some("R-1".into()), ..new_user("known", vec![]) };
    identity.create_user(&system, &known, None).await.expect("a user");
    let names = |found: Vec<(String, String)>| found.into_iter().map(|(_, name)| name).collect::<Vec<_>>();
    assert_eq!(names(posts::holders(&store.db, "o1").await.expect("holders")), ["示例 county"]);
    assert_eq!(names(users::of_person(&store.db, "R-1").await.expect("accounts")), ["示例 known"]);
});
