//! Signing in, lock-out, second factor, sessions, passwords.

mod common;

use common::*;
use fengsui_kernel::{Principal, Timestamp};
use fengsui_storage::on_every_store;
use fengsui_storage::testkit::TestStore;
use jiff::SignedDuration;
use totp_rs::{Builder, Secret};

on_every_store!(the_first_start_makes_one_administrator, |store: TestStore| async move {
    let identity = engine(&store);
    let first = identity.bootstrap().await.expect("a start").expect("an administrator");
    assert!(identity.bootstrap().await.expect("a second start").is_none());
    let session = identity.sign_in(&credentials("ADMIN", &first.password)).await.expect("a session");
    assert!(session.signed_in.user.must_change_password);
    assert_eq!(code(session.signed_in.demand_ready()), "must_change_password");
    identity.change_password(&session.signed_in, &first.password, GOOD).await.expect("a password");
    let admin = caller(&identity, &session.token).await;
    assert!(admin.csrf_fits(session.signed_in.csrf.as_deref()), "the same for the whole session");
    assert!(!admin.csrf_fits(None) && !admin.csrf_fits(Some("x")));
    assert_eq!(code(admin.demand_ready()), "ok");
    assert!(admin.principal.scopes("create", "user").is_ok());
    assert_eq!(actions_traced(&store).await, ["user.create", "user.sign_in", "user.change_password"]);
});

on_every_store!(unknown_and_mistyped_look_the_same_and_lock_the_same, |store: TestStore| async move {
    let identity = engine(&store);
    ready_user(&identity, "wang.duty", vec![post("p1", "duty_officer", "640181")]).await;
    for login in ["wang.duty", "nobody", "no<body>"] {
        for attempt in 1..=5 {
            let answer = code(identity.sign_in(&credentials(login, "wrong")).await);
            assert_eq!(answer, "bad_credentials", "{login} {attempt}");
        }
        assert_eq!(code(identity.sign_in(&credentials(login, GOOD)).await), "locked", "{login}");
    }
    store.clock.advance(SignedDuration::from_mins(14));
    assert_eq!(code(identity.sign_in(&credentials("wang.duty", GOOD)).await), "locked");
    store.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(code(identity.sign_in(&credentials("wang.duty", "wrong")).await), "bad_credentials");
    store.clock.advance(SignedDuration::from_mins(29));
    assert_eq!(code(identity.sign_in(&credentials("wang.duty", GOOD)).await), "locked", "the sixth failure doubles");
    store.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(code(identity.sign_in(&credentials("wang.duty", GOOD)).await), "ok");
    assert_eq!(code(identity.sign_in(&credentials("wang.duty", "wrong")).await), "bad_credentials");
    assert_eq!(code(identity.sign_in(&credentials("wang.duty", GOOD)).await), "ok", "success starts the count anew");
});

on_every_store!(strangers_lock_out_neither_other_networks_nor_known_browsers, |store: TestStore| async move {
    let identity = engine(&store);
    ready_user(&identity, "wang.duty", vec![]).await;
    let at = |address: &str, password: &str, device: Option<&str>| {
        let mut request = credentials("wang.duty", password);
        (request.address, request.device) = (address.to_owned(), device.map(str::to_owned));
        request
    };
    let home = identity.sign_in(&at("10.1.2.3", GOOD, None)).await.expect("a session").device;
    let again = identity.sign_in(&at("10.1.2.3", GOOD, Some(&home))).await.expect("a session").device;
    assert_eq!(home, again, "one browser, one secret");
    let planted = identity.sign_in(&at("10.1.2.3", GOOD, Some("planted"))).await.expect("a session").device;
    assert_ne!(planted, "planted");
    for _ in 1..=5 {
        assert_eq!(code(identity.sign_in(&at("10.1.2.99", "wrong", None)).await), "bad_credentials");
    }
    assert_eq!(code(identity.sign_in(&at("10.1.2.3", GOOD, None)).await), "locked", "a stranger next door");
    assert_eq!(code(identity.sign_in(&at("10.1.2.3", GOOD, Some("guessed"))).await), "locked");
    assert_eq!(code(identity.sign_in(&at("10.1.2.3", GOOD, Some(&home))).await), "ok", "the known browser");
    assert_eq!(code(identity.sign_in(&at("10.1.3.3", GOOD, None)).await), "ok", "another network");
    for network in 0..45 {
        let answer = code(identity.sign_in(&at(&format!("198.18.{network}.1"), "wrong", None)).await);
        assert_eq!(answer, "bad_credentials", "{network}");
    }
    assert_eq!(code(identity.sign_in(&at("10.1.3.3", GOOD, None)).await), "locked", "fifty from everywhere brake");
    assert_eq!(code(identity.sign_in(&at("198.18.99.1", GOOD, Some(&home))).await), "ok", "but not known browsers");
    store.clock.advance(SignedDuration::from_mins(15));
    assert_eq!(code(identity.sign_in(&at("10.1.3.3", "wrong", None)).await), "bad_credentials");
    assert_eq!(code(identity.sign_in(&at("10.1.3.3", GOOD, None)).await), "locked", "the brake holds on");
    store.clock.advance(SignedDuration::from_mins(15));
    assert_eq!(code(identity.sign_in(&at("10.1.3.3", GOOD, None)).await), "ok", "and does not grow");
    for _ in 1..=5 {
        assert_eq!(code(identity.sign_in(&at("10.1.2.3", "wrong", Some(&home))).await), "bad_credentials");
    }
    assert_eq!(code(identity.sign_in(&at("10.1.2.3", GOOD, Some(&home))).await), "locked", "it is counted itself");
});

on_every_store!(parallel_guesses_are_all_counted, |store: TestStore| async move {
    let identity = engine(&store);
    ready_user(&identity, "wang.duty", vec![]).await;
    let guesses = (0..12).map(|number| {
        let identity = identity.clone();
        tokio::spawn(async move { code(identity.sign_in(&credentials("wang.duty", &format!("guess {number}"))).await) })
    });
    let mut tried = 0;
    for guess in guesses.collect::<Vec<_>>() {
        tried += usize::from(guess.await.expect("an answer") == "bad_credentials");
    }
    assert_eq!(tried, 5);
});

on_every_store!(inactive_accounts_and_their_sessions_end, |store: TestStore| async move {
    let identity = engine(&store);
    let token = ready_user(&identity, "li.team", vec![post("p1", "rescue_leader", "640181")]).await;
    let system = Principal::system("test");
    let id = caller(&identity, &token).await.user.id;
    let user = identity.user(&system, &id).await.expect("the user");
    let patch = fengsui_identity::UserPatch { active: Some(false), ..Default::default() };
    identity.update_user(&system, &id, user.version, &patch, Some("离职".into())).await.expect("a change");
    assert_eq!(code(identity.signed_in(&token, None).await), "not_signed_in");
    assert_eq!(code(identity.sign_in(&credentials("li.team", GOOD)).await), "bad_credentials");
    assert!(identity.principal_of(&id).await.expect("a principal").grants.is_empty());
    assert_eq!(code(identity.update_user(&system, &id, user.version, &patch, None).await), "stale");
});

on_every_store!(sessions_end_by_idleness_age_and_hand, |store: TestStore| async move {
    let identity = engine(&store);
    let token = ready_user(&identity, "wang.duty", vec![post("p1", "duty_officer", "640181")]).await;
    for _ in 0..6 {
        store.clock.advance(SignedDuration::from_mins(119));
        assert_eq!(code(identity.signed_in(&token, None).await), "ok", "use keeps it alive");
    }
    store.clock.advance(SignedDuration::from_mins(7));
    assert_eq!(code(identity.signed_in(&token, None).await), "session_expired", "twelve hours are the end");
    let idle = identity.sign_in(&credentials("wang.duty", GOOD)).await.expect("a session").token;
    store.clock.advance(SignedDuration::from_mins(120));
    assert_eq!(code(identity.signed_in(&idle, None).await), "session_expired");
    let first = identity.sign_in(&credentials("wang.duty", GOOD)).await.expect("a session");
    let second = identity.sign_in(&credentials("wang.duty", GOOD)).await.expect("a session");
    let listed = identity.sessions(&second.signed_in).await.expect("sessions");
    assert_eq!(listed.len(), 2, "dead ones are not shown");
    let other = listed.iter().find(|session| !session.current).expect("the first session");
    identity.revoke_session(&second.signed_in, &other.id).await.expect("revoked");
    assert_eq!(code(identity.signed_in(&first.token, None).await), "not_signed_in");
    identity.sign_out(&second.signed_in).await.expect("signed out");
    assert_eq!(code(identity.signed_in(&second.token, None).await), "not_signed_in");
    assert_eq!(identity.prune().await.expect("pruned"), 2);
});

on_every_store!(a_silenced_screen_leaves_a_trace, |store: TestStore| async move {
    let identity = engine(&store);
    let token = ready_user(&identity, "wang.duty", vec![]).await;
    let me = caller(&identity, &token).await;
    identity.note_sound(&me, true, Some(15)).await.expect("noted");
    identity.note_sound(&me, false, None).await.expect("noted");
    let actions = actions_traced(&store).await;
    assert_eq!(actions[actions.len() - 2..], ["user.mute", "user.unmute"]);
    let entries = fengsui_storage::traces::from_seq(&store.db, 1, 500).await.expect("the trace");
    let muted = entries.into_iter().filter_map(|entry| entry.content).find(|content| content.action == "user.mute");
    assert_eq!(muted.expect("the muting").data["minutes"], 15);
});

on_every_store!(a_password_change_ends_the_other_sessions, |store: TestStore| async move {
    let identity = engine(&store);
    let token = ready_user(&identity, "wang.duty", vec![]).await;
    let other = identity.sign_in(&credentials("wang.duty", GOOD)).await.expect("a session");
    let me = caller(&identity, &token).await;
    assert_eq!(code(identity.change_password(&me, "wrong", "Chang-jiang 9 hao").await), "wrong_password");
    assert_eq!(code(identity.change_password(&me, GOOD, "short").await), "invalid");
    assert_eq!(code(identity.change_password(&me, GOOD, GOOD).await), "password_unchanged");
    identity.change_password(&me, GOOD, "Chang-jiang 9 hao").await.expect("a change");
    assert_eq!(code(identity.signed_in(&token, None).await), "ok");
    assert_eq!(code(identity.signed_in(&other.token, None).await), "not_signed_in");
    assert_eq!(code(identity.sign_in(&credentials("wang.duty", GOOD)).await), "bad_credentials");
});

fn totp_code(secret: &str, at: Timestamp) -> String {
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).expect("base 32")).build().expect("a secret");
    totp.generate(u64::try_from(at.as_second()).expect("after 1970")).to_string()
}

on_every_store!(a_second_factor_is_demanded_and_never_works_twice, |store: TestStore| async move {
    let identity = engine(&store);
    let token = ready_user(&identity, "wang.duty", vec![]).await;
    let me = caller(&identity, &token).await;
    let now = || store.db.now();
    let setup = identity.set_up_totp(&me).await.expect("a secret");
    assert!(setup.otpauth_url.starts_with("otpauth://totp/Fengsui:wang.duty?secret="));
    assert_eq!(code(identity.sign_in(&credentials("wang.duty", GOOD)).await), "ok", "not yet confirmed");
    assert_eq!(code(identity.confirm_totp(&me, "000000").await), "bad_totp");
    identity.confirm_totp(&me, &totp_code(&setup.secret, now())).await.expect("confirmed");
    assert_eq!(code(identity.sign_in(&credentials("wang.duty", GOOD)).await), "totp_required");
    let mut request = credentials("wang.duty", GOOD);
    request.totp = Some(totp_code(&setup.secret, now()));
    assert_eq!(code(identity.sign_in(&request).await), "bad_totp", "the step was used to confirm");
    store.clock.advance(SignedDuration::from_secs(30));
    request.totp = Some(totp_code(&setup.secret, now()));
    assert_eq!(code(identity.sign_in(&request).await), "ok");
    assert_eq!(code(identity.sign_in(&request).await), "bad_totp", "no replay");
    store.clock.advance(SignedDuration::from_secs(60));
    let before = now().checked_sub(SignedDuration::from_secs(30)).expect("a time");
    request.totp = Some(totp_code(&setup.secret, before));
    assert_eq!(code(identity.sign_in(&request).await), "ok", "one step late");
    let me = caller(&identity, &token).await;
    assert!(me.user.totp_enabled);
    assert_eq!(code(identity.set_up_totp(&me).await), "totp_already_enabled");
    identity.disable_totp(&me, &totp_code(&setup.secret, now())).await.expect("disabled");
    assert_eq!(code(identity.sign_in(&credentials("wang.duty", GOOD)).await), "ok");
});

on_every_store!(no_secret_reaches_the_trace, |store: TestStore| async move {
    let identity = engine(&store);
    let token = ready_user(&identity, "wang.duty", vec![post("p1", "duty_officer", "640181")]).await;
    let me = caller(&identity, &token).await;
    let setup = identity.set_up_totp(&me).await.expect("a secret");
    let api = identity.create_token(&me, "脚本", None).await.expect("a token").token;
    let _ = identity.sign_in(&credentials("my secret typed as login", "wrong")).await;
    let entries = fengsui_storage::traces::from_seq(&store.db, 1, 500).await.expect("the trace");
    let text = serde_json::to_string(&entries).expect("JSON");
    for secret in [GOOD, &token, &api, &setup.secret, "argon2", "my secret"] {
        assert!(!text.contains(secret), "{secret}");
    }
});
