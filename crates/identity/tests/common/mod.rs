//! What the tests of identity share.
#![allow(dead_code, missing_docs, reason = "every test file uses its own part")]

use fengsui_identity::{Identity, NewUser, PostFacts, Roles, Settings, SignIn, SignedIn};
use fengsui_kernel::{Principal, Result};
use fengsui_storage::testkit::TestStore;

pub const GOOD: &str = "Huang-he zhi shui 7";

pub fn engine(store: &TestStore) -> Identity {
    Identity::new(store.db.clone(), Roles::standard().expect("the default roles"), Settings::default())
}

pub fn post(id: &str, role: &str, division: &str) -> PostFacts {
    PostFacts {
        id: id.to_owned(),
        code: format!("P-{id}"),
        title: format!("岗位{id}"),
        organisation_id: Some("org".to_owned()),
        organisation_name: "灵武市应急管理局（示例）".to_owned(),
        division: division.parse().expect("a division"),
        role: role.to_owned(),
        enterprise: None,
    }
}

pub fn new_user(login: &str, posts: Vec<PostFacts>) -> NewUser {
    NewUser { login: login.to_owned(), name: format!("示例 {login}"), person: None, active: true, posts }
}

pub fn credentials(login: &str, password: &str) -> SignIn {
    SignIn {
        login: login.to_owned(),
        password: password.to_owned(),
        totp: None,
        device: None,
        address: "192.0.2.7".to_owned(),
        agent: "test".to_owned(),
    }
}

/// Makes a user with posts who chose the password [`GOOD`]; gives their cookie.
pub async fn ready_user(identity: &Identity, login: &str, posts: Vec<PostFacts>) -> String {
    let system = Principal::system("test");
    let created = identity.create_user(&system, &new_user(login, posts), None).await.expect("a user");
    let session = identity.sign_in(&credentials(login, &created.password)).await.expect("a first session");
    identity.change_password(&session.signed_in, &created.password, GOOD).await.expect("a password");
    session.token
}

pub async fn caller(identity: &Identity, token: &str) -> SignedIn {
    identity.signed_in(token, None).await.expect("a living session")
}

pub fn code<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => "ok".to_owned(),
        Err(fault) => fault.code().to_owned(),
    }
}

pub async fn actions_traced(store: &TestStore) -> Vec<String> {
    let entries = fengsui_storage::traces::from_seq(&store.db, 1, 500).await.expect("the trace");
    entries.into_iter().filter_map(|entry| entry.content).map(|content| content.action).collect()
}
