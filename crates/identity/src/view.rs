//! What screens see of accounts. Never a hash, never a secret.

use fengsui_kernel::id::UserId;
use fengsui_kernel::{DivisionCode, Timestamp};
use fengsui_storage::identity::posts::{HeldPostRow, HeldRoleRow};
use fengsui_storage::identity::users::UserRow;
use schemars::JsonSchema;
use serde::Serialize;

/// The account of whoever is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Account {
    /// Its id.
    pub id: UserId,
    /// Login.
    pub login: String,
    /// Name for people.
    pub name: String,
    /// Person record, by id.
    pub person: Option<String>,
    /// Whether a new password must be chosen before anything else.
    pub must_change_password: bool,
    /// Whether the second factor is demanded.
    pub totp_enabled: bool,
}

/// An organisation as posts name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OrganisationName {
    /// Organisation record, by id.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
}

/// A post that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HeldPost {
    /// Post record, by id.
    pub id: String,
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Where it is set up.
    pub organisation: OrganisationName,
    /// Where its rights begin.
    pub division: DivisionCode,
    /// Roles that it gives.
    pub roles: Vec<String>,
    /// Enterprise record, by id.
    pub enterprise: Option<String>,
}

/// A role held without a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HeldRole {
    /// The role.
    pub role: String,
    /// Where its rights begin.
    pub division: DivisionCode,
}

/// An account as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UserView {
    /// Its id.
    pub id: UserId,
    /// Login.
    pub login: String,
    /// Name for people.
    pub name: String,
    /// Person record, by id.
    pub person: Option<String>,
    /// Whether the person may sign in.
    pub active: bool,
    /// Whether a new password must be chosen before anything else.
    pub must_change_password: bool,
    /// Whether the second factor is demanded.
    pub totp_enabled: bool,
    /// Posts held.
    pub posts: Vec<HeldPost>,
    /// Roles held without a post; only given for a single account.
    pub roles: Vec<HeldRole>,
    /// Until when sign-ins are refused; only given for a single account.
    #[schemars(with = "Option<String>")]
    pub locked_until: Option<Timestamp>,
    /// Version, for changes.
    pub version: i64,
    /// When it was made.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When somebody last signed in with it.
    #[schemars(with = "Option<String>")]
    pub last_sign_in_at: Option<Timestamp>,
}

impl From<&UserRow> for Account {
    fn from(row: &UserRow) -> Self {
        Self {
            id: row.id.clone(),
            login: row.login.clone(),
            name: row.name.clone(),
            person: row.person.clone(),
            must_change_password: row.must_change_password,
            totp_enabled: row.totp_enabled,
        }
    }
}

impl From<HeldPostRow> for HeldPost {
    fn from(row: HeldPostRow) -> Self {
        Self {
            id: row.post,
            code: row.code,
            title: row.title,
            organisation: OrganisationName { id: row.organisation, name: row.organisation_name },
            division: row.division,
            roles: vec![row.role],
            enterprise: row.enterprise,
        }
    }
}

impl From<HeldRoleRow> for HeldRole {
    fn from(row: HeldRoleRow) -> Self {
        Self { role: row.role, division: row.division }
    }
}

impl UserView {
    pub(crate) fn new(row: &UserRow, posts: Vec<HeldPostRow>) -> Self {
        Self {
            id: row.id.clone(),
            login: row.login.clone(),
            name: row.name.clone(),
            person: row.person.clone(),
            active: row.active,
            must_change_password: row.must_change_password,
            totp_enabled: row.totp_enabled,
            posts: posts.into_iter().map(HeldPost::from).collect(),
            roles: Vec::new(),
            locked_until: None,
            version: row.version,
            created_at: row.created_at,
            last_sign_in_at: row.last_sign_in_at,
        }
    }
}
