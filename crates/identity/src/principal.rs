//! From an account to a caller with rights.

use fengsui_kernel::id::{SessionId, UserId};
use fengsui_kernel::{Actor, Fault, Place, Principal, Refusal, Result};
use fengsui_storage::identity::posts::{self, HeldPostRow, HeldRoleRow};
use fengsui_storage::identity::users::{self, UserRow};
use subtle::ConstantTimeEq as _;

use crate::engine::{Identity, unauthenticated};
use crate::view::{Account, HeldPost};

/// A caller who proved who they are.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Their account.
    pub user: Account,
    /// Posts that they hold.
    pub posts: Vec<HeldPost>,
    /// Their rights.
    pub principal: Principal,
    /// What unsafe requests with the cookie must repeat; `None` for API tokens.
    pub csrf: Option<String>,
    /// The session; `None` for API tokens.
    pub session: Option<SessionId>,
    /// The screen that was let in; nothing where a person signed in.
    pub screen: Option<String>,
}

impl SignedIn {
    /// Refuses everything while a new password must be chosen. Only reading the session, choosing
    /// the password and signing out come before.
    pub fn demand_ready(&self) -> Result<()> {
        if self.user.must_change_password { Err(Refusal::new("must_change_password").into()) } else { Ok(()) }
    }

    /// Whether an unsafe request repeats the session's CSRF token; API tokens need none. The time
    /// taken does not tell how much of it is right.
    pub fn csrf_fits(&self, given: Option<&str>) -> bool {
        match (&self.csrf, given) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(expected), Some(given)) => expected.as_bytes().ct_eq(given.as_bytes()).into(),
        }
    }

    /// Refuses API tokens and screens: a leaked token must not become a lasting account.
    pub(crate) fn demand_session(&self) -> Result<&SessionId> {
        self.session.as_ref().filter(|_| self.screen.is_none()).ok_or_else(|| Refusal::new("session_required").into())
    }

    /// The session of a person or a screen.
    pub(crate) fn any_session(&self) -> Result<&SessionId> {
        self.session.as_ref().ok_or_else(|| Refusal::new("session_required").into())
    }
}

impl Identity {
    /// The present rights of an account, for handlers that act in its name. Inactive accounts have none.
    pub async fn principal_of(&self, user: &UserId) -> Result<Principal> {
        let row = users::by_id(self.db(), user).await?.ok_or_else(|| Fault::not_found("user", user))?;
        let (held, direct) = self.held(&row).await?;
        Ok(self.principal(&row, &held, &direct, None))
    }

    pub(crate) async fn held(&self, row: &UserRow) -> Result<(Vec<HeldPostRow>, Vec<HeldRoleRow>)> {
        let held = posts::of_user(self.db(), &row.id).await?;
        let direct = posts::roles_of_user(self.db(), &row.id).await?;
        Ok((held, direct))
    }

    /// Gathers the caller. `wanted` is the post asked for now, `kept` the one chosen earlier.
    pub(crate) async fn caller(&self, row: &UserRow, wanted: Option<&str>, kept: Option<&str>) -> Result<SignedIn> {
        if !row.active {
            return Err(unauthenticated("not_signed_in"));
        }
        let (held, direct) = self.held(row).await?;
        let acting_post = choose(&held, wanted, kept)?;
        let principal = self.principal(row, &held, &direct, acting_post);
        let posts = held.into_iter().map(HeldPost::from).collect();
        Ok(SignedIn { user: Account::from(row), posts, principal, csrf: None, session: None, screen: None })
    }

    fn principal(
        &self,
        row: &UserRow,
        held: &[HeldPostRow],
        direct: &[HeldRoleRow],
        acting_post: Option<String>,
    ) -> Principal {
        let actor = Actor::User { id: row.id.to_string(), name: row.name.clone(), post: acting_post };
        if !row.active {
            return Principal { actor, posts: Vec::new(), grants: Vec::new() };
        }
        let mut grants = Vec::new();
        for post in held {
            grants.extend(self.roles().grants(&post.role, post.division, post.enterprise.as_deref(), Some(&post.post)));
        }
        for role in direct {
            grants.extend(self.roles().grants(&role.role, role.division, None, None));
        }
        Principal { actor, posts: held.iter().map(|post| post.post.clone()).collect(), grants }
    }
}

/// The post acted in: the one asked for, else the one chosen earlier, else the only one.
fn choose(held: &[HeldPostRow], wanted: Option<&str>, kept: Option<&str>) -> Result<Option<String>> {
    let holds = |post: &str| held.iter().any(|row| row.post == post);
    if let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) {
        if holds(wanted) {
            return Ok(Some(wanted.to_owned()));
        }
        return Err(Fault::field("acting_post", "post_not_held").with("value", wanted).into());
    }
    let kept = kept.filter(|kept| holds(kept)).map(str::to_owned);
    Ok(kept.or_else(|| if let [only] = held { Some(only.post.clone()) } else { None }))
}

/// Where a held post counts.
pub(crate) fn place_of(post: &HeldPostRow) -> Place {
    Place { division: post.division, enterprise: post.enterprise.clone() }
}
