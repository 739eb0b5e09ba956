//! What administrators see of others: who may do something, what somebody may do, and where they are signed in.

use fengsui_kernel::id::{SessionId, TokenId, UserId};
use fengsui_kernel::{DivisionCode, Fault, Grant, Place, Principal, Result};
use fengsui_storage::Subject;
use fengsui_storage::identity::users::{self, UserRow};
use fengsui_storage::identity::{posts, sessions, tokens};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::access;
use crate::engine::Identity;
use crate::principal::place_of;
use crate::session::SessionView;
use crate::token::TokenView;

/// More holders of one right than this nobody reads; the answer says when there were more.
const MOST_HOLDERS: u32 = 500;

/// Somebody who holds a right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Holder {
    /// The account.
    pub user: UserId,
    /// Its login.
    pub login: String,
    /// Name for people.
    pub name: String,
    /// Posts held, by title.
    pub posts: Vec<String>,
    /// The rights that allow it.
    pub because: Vec<Grant>,
}

/// Who holds a right at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Holders {
    /// They, by login; accounts that the caller may not read are left out.
    pub items: Vec<Holder>,
    /// Whether there may be more than were looked at.
    pub more: bool,
    /// Roles that give the right somewhere.
    pub roles: Vec<String>,
}

impl Identity {
    /// Who may do something at a place, and why.
    pub async fn holders(&self, caller: &Principal, action: &str, kind: &str, place: &Place) -> Result<Holders> {
        caller.scopes("read", "user")?;
        if !self.roles().vocabulary().has_action(kind, action) {
            return Err(Fault::field("action", "unknown_permission").with("value", &format!("{kind}:{action}")).into());
        }
        let roles = self.roles().allowing(action, kind);
        let rows = users::with_roles(self.db(), &roles, MOST_HOLDERS).await?;
        let more = rows.len() == MOST_HOLDERS as usize;
        let mut items = Vec::new();
        for row in rows {
            items.extend(self.holder(caller, row, action, kind, place).await?);
        }
        Ok(Holders { items, more, roles })
    }

    async fn holder(
        &self,
        caller: &Principal,
        row: UserRow,
        action: &str,
        kind: &str,
        place: &Place,
    ) -> Result<Option<Holder>> {
        let (held, direct) = self.held(&row).await?;
        let direct_places = direct.iter().map(|role| Place::of(role.division));
        let visible = held.iter().map(place_of).chain(direct_places).any(|at| caller.may("read", "user", &at));
        let principal = self.principal_of(&row.id).await?;
        let because = principal.allowing(action, kind, place);
        let posts = held.into_iter().map(|post| post.title).collect();
        let holder = Holder { user: row.id, login: row.login, name: row.name, posts, because };
        Ok((visible && !holder.because.is_empty()).then_some(holder))
    }

    /// Everything that somebody may do. Everybody may ask about themselves.
    pub async fn rights(&self, caller: &Principal, user: &UserId) -> Result<Vec<Grant>> {
        self.demand_sight(caller, user).await?;
        Ok(self.principal_of(user).await?.grants)
    }

    /// The living sessions of an account, newest first.
    pub async fn sessions_of(&self, caller: &Principal, user: &UserId) -> Result<Vec<SessionView>> {
        self.demand_sight(caller, user).await?;
        self.living_sessions(user, None).await
    }

    /// Ends a session of an account.
    pub async fn end_session(
        &self,
        caller: &Principal,
        user: &UserId,
        id: &SessionId,
        why: Option<String>,
    ) -> Result<()> {
        self.demand_over(caller, "revoke", user).await?;
        let mut tx = self.db().begin(caller.acting(self.db().now(), why)).await?;
        if !sessions::delete(&mut tx, user, id).await? {
            return Err(Fault::not_found("session", id));
        }
        access::changed(&mut tx, user);
        tx.trace("user.end_session", self.subject_of(user).await?, json!({ "session": id }));
        tx.commit().await
    }

    /// The API tokens of an account, newest first.
    pub async fn tokens_of(&self, caller: &Principal, user: &UserId) -> Result<Vec<TokenView>> {
        self.demand_sight(caller, user).await?;
        Ok(tokens::of_user(self.db(), user).await?.into_iter().map(TokenView::from).collect())
    }

    /// Revokes an API token of an account.
    pub async fn end_token(&self, caller: &Principal, user: &UserId, id: &TokenId, why: Option<String>) -> Result<()> {
        self.demand_over(caller, "revoke", user).await?;
        let mut tx = self.db().begin(caller.acting(self.db().now(), why)).await?;
        if !tokens::delete(&mut tx, user, id).await? {
            return Err(Fault::not_found("token", id));
        }
        access::changed(&mut tx, user);
        tx.trace("user.end_token", self.subject_of(user).await?, json!({ "token": id }));
        tx.commit().await
    }

    async fn demand_sight(&self, caller: &Principal, user: &UserId) -> Result<()> {
        if caller.user_id() == Some(user.as_str()) {
            return Ok(());
        }
        self.demand_over(caller, "read", user).await.map(drop)
    }

    async fn subject_of(&self, user: &UserId) -> Result<Subject> {
        let division: Option<DivisionCode> = posts::of_user(self.db(), user).await?.first().map(|post| post.division);
        Ok(Subject { kind: "user", id: user.to_string(), division })
    }
}
