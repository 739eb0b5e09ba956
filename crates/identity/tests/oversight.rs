//! Who may do what, and where people are signed in: what administrators see and end.

mod common;

use common::*;
use fengsui_kernel::{DivisionCode, Place, Principal};
use fengsui_storage::on_every_store;
use fengsui_storage::testkit::TestStore;

fn at(division: &str) -> Place {
    Place::of(division.parse().expect("a division"))
}

on_every_store!(whoever_holds_a_right_is_named_with_the_reason, |store: TestStore| async move {
    let identity = engine(&store);
    let county = ready_user(&identity, "county.duty", vec![post("d1", "duty_officer", "640181")]).await;
    ready_user(&identity, "other.duty", vec![post("d2", "duty_officer", "640221")]).await;
    let admin = ready_user(&identity, "county.admin", vec![post("a1", "administrator", "640181")]).await;
    let admin = caller(&identity, &admin).await.principal;
    let found = identity.holders(&admin, "acknowledge", "alarm", &at("640181100")).await.expect("holders");
    let logins: Vec<_> = found.items.iter().map(|holder| holder.login.as_str()).collect();
    assert_eq!(logins, ["county.duty"], "the other one has no right there");
    assert_eq!(found.items[0].because[0].post.as_deref(), Some("d1"));
    assert!(found.roles.contains(&"duty_officer".to_owned()) && !found.more);

    let elsewhere = identity.holders(&admin, "acknowledge", "alarm", &at("640221")).await.expect("holders");
    assert!(elsewhere.items.is_empty(), "accounts beyond the administrator's reach stay hidden");
    assert_eq!(code(identity.holders(&admin, "fly", "alarm", &at("640181")).await), "unknown_permission");
    let officer = caller(&identity, &county).await.principal;
    assert_eq!(code(identity.holders(&officer, "acknowledge", "alarm", &at("640181")).await), "denied");
});

on_every_store!(rights_are_told_to_oneself_and_to_administrators, |store: TestStore| async move {
    let identity = engine(&store);
    let officer = ready_user(&identity, "county.duty", vec![post("d1", "duty_officer", "640181")]).await;
    let other = ready_user(&identity, "other.duty", vec![post("d2", "duty_officer", "640221")]).await;
    let (officer, other) = (caller(&identity, &officer).await, caller(&identity, &other).await);
    let rights = identity.rights(&officer.principal, &officer.user.id).await.expect("rights");
    assert!(rights.iter().any(|grant| grant.action == "acknowledge" && grant.kind == "alarm"));
    assert_eq!(code(identity.rights(&other.principal, &officer.user.id).await), "denied");
    let seen = identity.rights(&Principal::system("test"), &officer.user.id).await.expect("rights");
    assert_eq!(seen, rights);
});

on_every_store!(administrators_end_sessions_and_tokens_of_others, |store: TestStore| async move {
    let identity = engine(&store);
    let secret = ready_user(&identity, "county.duty", vec![post("d1", "duty_officer", "640181")]).await;
    let officer = caller(&identity, &secret).await;
    let token = identity.create_token(&officer, "script", None).await.expect("a token");
    let admin = ready_user(&identity, "county.admin", vec![post("a1", "administrator", "640181")]).await;
    let admin = caller(&identity, &admin).await.principal;
    let stranger = ready_user(&identity, "far.admin", vec![post("a2", "administrator", "640221")]).await;
    let stranger = caller(&identity, &stranger).await.principal;

    let sessions = identity.sessions_of(&admin, &officer.user.id).await.expect("sessions");
    assert!(!sessions.is_empty() && sessions.iter().all(|session| !session.current));
    assert_eq!(code(identity.sessions_of(&stranger, &officer.user.id).await), "denied");
    let session = officer.session.clone().expect("a session");
    assert_eq!(code(identity.end_session(&stranger, &officer.user.id, &session, None).await), "denied");
    let why = Some("手机丢失".to_owned());
    identity.end_session(&admin, &officer.user.id, &session, why.clone()).await.expect("ended");
    assert_eq!(code(identity.signed_in(&secret, None).await), "not_signed_in");
    assert_eq!(code(identity.end_session(&admin, &officer.user.id, &session, None).await), "not_found");

    let tokens = identity.tokens_of(&admin, &officer.user.id).await.expect("tokens");
    assert_eq!(tokens.len(), 1);
    identity.end_token(&admin, &officer.user.id, &tokens[0].id, why).await.expect("ended");
    assert_eq!(code(identity.authenticate_token(&token.token, None).await), "bad_token");
    assert!(identity.tokens_of(&admin, &officer.user.id).await.expect("tokens").is_empty());
});

on_every_store!(the_country_is_a_place_like_any_other, |store: TestStore| async move {
    let identity = engine(&store);
    identity.bootstrap().await.expect("the first administrator");
    let everywhere = Place::of(DivisionCode::COUNTRY);
    let found =
        identity.holders(&Principal::system("test"), "read", "configuration", &everywhere).await.expect("holders");
    assert_eq!(found.items.len(), 1, "a role held without a post counts, too");
});
