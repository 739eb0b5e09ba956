//! What administrators do with accounts. Whoever administers an account must hold the right at
//! every post of it: sharing one post with somebody higher up must not be enough to become them.

use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::UserId;
use fengsui_kernel::{DivisionCode, Fault, Page, PageQuery, Place, Principal, Refusal, Result};
use fengsui_storage::identity::posts::{self, HeldPostRow};
use fengsui_storage::identity::users::{self, UserRow};
use fengsui_storage::identity::{guard, sessions};
use fengsui_storage::{Subject, Tx};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access;
use crate::engine::Identity;
use crate::post::PostFacts;
use crate::principal::place_of;
use crate::view::{HeldRole, UserView};
use crate::{policy, secret};

/// An account to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// Login in any case.
    pub login: String,
    /// Name for people.
    pub name: String,
    /// Person record, by id.
    pub person: Option<String>,
    /// Whether the person may sign in.
    pub active: bool,
    /// Posts to be held.
    pub posts: Vec<PostFacts>,
}

/// Changes to an account; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserPatch {
    /// Name for people.
    pub name: Option<String>,
    /// Person record, by id; an empty text removes it.
    pub person: Option<String>,
    /// Whether the person may sign in.
    pub active: Option<bool>,
    /// All posts to be held from now on.
    pub posts: Option<Vec<PostFacts>>,
}

/// An account just made or reset. Not `Debug`: it would print the password.
#[derive(Serialize, JsonSchema)]
pub struct CreatedUser {
    /// The account.
    pub user: UserView,
    /// Its password; told once, must be changed at the first sign-in.
    pub password: String,
}

impl Identity {
    /// Accounts with a post or role where the caller may read them, by login.
    pub async fn users(&self, caller: &Principal, text: Option<&str>, page: &PageQuery) -> Result<Page<UserView>> {
        let scopes = caller.scopes("read", "user")?;
        let rows = users::list(self.db(), &scopes, text, page).await?;
        let ids: Vec<UserId> = rows.iter().map(|row| row.id.clone()).collect();
        let held = posts::of_users(self.db(), &ids).await?;
        let view =
            |row: &UserRow| UserView::new(row, held.iter().filter(|post| post.user == row.id).cloned().collect());
        Ok(Page::from_overfetch(rows.iter().map(view).collect(), page, None))
    }

    /// One account.
    pub async fn user(&self, caller: &Principal, id: &UserId) -> Result<UserView> {
        if caller.user_id() != Some(id.as_str()) {
            let visible = self.demand_over(caller, "read", id).await;
            visible.map_err(|fault| hide(fault, id))?;
        }
        self.view(id).await
    }

    /// Makes an account with a generated password.
    pub async fn create_user(&self, caller: &Principal, new: &NewUser, why: Option<String>) -> Result<CreatedUser> {
        let login = policy::normal_login(&new.login)?;
        let name = checked_name(&new.name)?;
        let password = secret::random_password();
        let password_hash = self.hash_password(&password).await?;
        let now = self.db().now();
        let mut tx = self.db().begin(caller.acting(now, why)).await?;
        let row = UserRow {
            id: tx.new_id(),
            login,
            name,
            person: new.person.clone().filter(|person| !person.is_empty()),
            password_hash,
            must_change_password: true,
            active: new.active,
            totp_secret: None,
            totp_enabled: false,
            totp_step: 0,
            version: 1,
            created_at: now,
            last_sign_in_at: None,
        };
        let held: Vec<HeldPostRow> = new.posts.iter().map(|post| post.held_by(&row.id)).collect();
        if held.is_empty() {
            caller.require("create", "user", &Place::of(DivisionCode::COUNTRY))?;
        }
        self.check_posts(caller, "create", &held)?;
        users::insert(&mut tx, &row).await?;
        for post in &held {
            posts::assign(&mut tx, post).await?;
        }
        let facts = json!({"login": row.login, "name": row.name, "active": row.active, "posts": post_facts(&held)});
        tx.trace("user.create", subject(&row.id, &held), facts);
        tx.commit().await?;
        Ok(CreatedUser { user: self.view(&row.id).await?, password })
    }

    /// Changes an account. Deactivation ends its sessions at once.
    pub async fn update_user(
        &self,
        caller: &Principal,
        id: &UserId,
        version: i64,
        patch: &UserPatch,
        why: Option<String>,
    ) -> Result<UserView> {
        let before = self.demand_over(caller, "update", id).await?;
        let mut row = self.user_row(id).await?;
        if row.version != version {
            return Err(self.stale(id, patch).await?);
        }
        apply(caller, &mut row, patch)?;
        let posts_now: Option<Vec<HeldPostRow>> =
            patch.posts.as_ref().map(|posts| posts.iter().map(|post| post.held_by(id)).collect());
        if let Some(posts_now) = &posts_now {
            let gained: Vec<HeldPostRow> = posts_now.iter().filter(|post| !before.contains(post)).cloned().collect();
            self.check_posts(caller, "update", &gained)?;
        }
        let mut tx = self.db().begin(caller.acting(self.db().now(), why)).await?;
        if !users::update(&mut tx, &row).await? {
            tx.rollback().await?;
            return Err(self.stale(id, patch).await?);
        }
        if !row.active {
            sessions::delete_others(&mut tx, id, None).await?;
        }
        if let Some(posts_now) = &posts_now {
            replace_posts(&mut tx, id, posts_now).await?;
        }
        let held = posts_now.as_ref().unwrap_or(&before);
        let facts = json!({"name": row.name, "active": row.active, "posts": post_facts(held)});
        access::changed(&mut tx, id);
        tx.trace("user.update", subject(id, held), facts);
        tx.commit().await?;
        self.view(id).await
    }

    /// Gives an account a generated password, ends its sessions and lifts its lock.
    /// The second factor stays unless `without_totp`: for somebody who lost their phone.
    pub async fn reset_password(
        &self,
        caller: &Principal,
        id: &UserId,
        without_totp: bool,
        why: Option<String>,
    ) -> Result<CreatedUser> {
        let held = self.demand_over(caller, "update", id).await?;
        let row = self.user_row(id).await?;
        let password = secret::random_password();
        let hash = self.hash_password(&password).await?;
        let mut tx = self.db().begin(caller.acting(self.db().now(), why)).await?;
        users::set_password(&mut tx, id, &hash, true).await?;
        if without_totp {
            users::set_totp(&mut tx, id, None, false).await?;
        }
        let ended = sessions::delete_others(&mut tx, id, None).await?;
        guard::forget(&mut tx, &secret::hash(&row.login)).await?;
        let facts = json!({"sessions_ended": ended, "without_totp": without_totp});
        access::changed(&mut tx, id);
        tx.trace("user.reset_password", subject(id, &held), facts);
        tx.commit().await?;
        Ok(CreatedUser { user: self.view(id).await?, password })
    }

    /// Demands a right over an account; gives the posts that it holds.
    pub(crate) async fn demand_over(&self, caller: &Principal, action: &str, id: &UserId) -> Result<Vec<HeldPostRow>> {
        let row = self.user_row(id).await?;
        let (held, direct) = self.held(&row).await?;
        let mut places: Vec<Place> = held.iter().map(place_of).collect();
        places.extend(direct.iter().map(|role| Place::of(role.division)));
        if action == "read" && places.iter().any(|place| caller.may(action, "user", place)) {
            return Ok(held);
        }
        if places.is_empty() {
            places.push(Place::of(DivisionCode::COUNTRY));
        }
        for place in &places {
            caller.require(action, "user", place)?;
        }
        Ok(held)
    }

    async fn view(&self, id: &UserId) -> Result<UserView> {
        let row = self.user_row(id).await?;
        let (held, direct) = self.held(&row).await?;
        let mut view = UserView::new(&row, held);
        view.roles = direct.into_iter().map(HeldRole::from).collect();
        view.locked_until = self.locked_until(&row.login).await?;
        Ok(view)
    }

    async fn stale(&self, id: &UserId, patch: &UserPatch) -> Result<Fault> {
        let current = serde_json::to_value(self.view(id).await?).map_err(Fault::internal)?;
        let submitted = serde_json::to_value(patch).map_err(Fault::internal)?;
        Ok(FaultKind::Stale { current, submitted }.into())
    }
}

fn apply(caller: &Principal, row: &mut UserRow, patch: &UserPatch) -> Result<()> {
    if let Some(name) = &patch.name {
        row.name = checked_name(name)?;
    }
    if let Some(person) = &patch.person {
        row.person = Some(person.clone()).filter(|person| !person.is_empty());
    }
    if let Some(active) = patch.active {
        // Otherwise the last administrator could shut everybody out, themselves included.
        if !active && caller.user_id() == Some(row.id.as_str()) {
            return Err(Refusal::new("cannot_deactivate_self").into());
        }
        row.active = active;
    }
    Ok(())
}

/// Who may not see an account must not learn that it exists.
fn hide(fault: Fault, id: &UserId) -> Fault {
    if matches!(*fault.kind, FaultKind::Denied(_)) { Fault::not_found("user", id) } else { fault }
}

async fn replace_posts(tx: &mut Tx, id: &UserId, held: &[HeldPostRow]) -> Result<()> {
    posts::clear(tx, id).await?;
    for post in held {
        posts::assign(tx, post).await?;
    }
    Ok(())
}

fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(Fault::field("name", "length_out_of_range").with("min", "1").with("max", "100").into());
    }
    Ok(name.to_owned())
}

fn subject(id: &UserId, held: &[HeldPostRow]) -> Subject {
    Subject { kind: "user", id: id.to_string(), division: held.first().map(|post| post.division) }
}

fn post_facts(held: &[HeldPostRow]) -> serde_json::Value {
    held.iter().map(|post| json!({"post": post.post, "title": post.title, "role": post.role})).collect()
}
