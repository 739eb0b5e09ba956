//! Posts as identity knows them: a snapshot of ledger records, refreshed when these change.

use fengsui_kernel::id::UserId;
use fengsui_kernel::{Acting, DivisionCode, Fault, Principal, Problems, Result};
use fengsui_storage::identity::posts::{self, HeldPostRow};
use fengsui_storage::{Subject, Tx};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access;
use crate::engine::Identity;
use crate::principal::place_of;

/// What identity needs to know of a record of kind `post`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PostFacts {
    /// The record's id.
    pub id: String,
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Organisation record, by id.
    pub organisation_id: Option<String>,
    /// Name of the organisation.
    pub organisation_name: String,
    /// Where its rights begin.
    pub division: DivisionCode,
    /// Role that it gives.
    pub role: String,
    /// Enterprise record, by id.
    pub enterprise: Option<String>,
}

impl PostFacts {
    pub(crate) fn held_by(&self, user: &UserId) -> HeldPostRow {
        HeldPostRow {
            user: user.clone(),
            post: self.id.clone(),
            code: self.code.clone(),
            title: self.title.clone(),
            organisation: self.organisation_id.clone(),
            organisation_name: self.organisation_name.clone(),
            division: self.division,
            role: self.role.clone(),
            enterprise: self.enterprise.clone(),
        }
    }
}

impl Identity {
    /// Refreshes the snapshot after a post's record changed; tells how many people hold it.
    /// Rights follow at once.
    pub async fn refresh_post(&self, acting: Acting, facts: &PostFacts) -> Result<u64> {
        let mut tx = self.db().begin(acting).await?;
        // The statement goes by the post; whose row it is does not matter.
        let anybody: UserId = tx.new_id();
        let holders = posts::refresh(&mut tx, &facts.held_by(&anybody)).await?;
        if holders > 0 {
            self.tell_holders(&mut tx, &facts.id).await?;
            let data = json!({"role": facts.role, "title": facts.title, "holders": holders});
            tx.trace("post.refresh", Subject::at("post", &facts.id, facts.division), data);
        }
        tx.commit().await?;
        Ok(holders)
    }

    /// Takes a post from everybody after its record was deleted; tells from how many.
    pub async fn withdraw_post(&self, acting: Acting, post: &str) -> Result<u64> {
        let mut tx = self.db().begin(acting).await?;
        self.tell_holders(&mut tx, post).await?;
        let holders = posts::withdraw(&mut tx, post).await?;
        if holders > 0 {
            tx.trace("post.withdraw", Subject::new("post", post), json!({"holders": holders}));
        }
        tx.commit().await?;
        Ok(holders)
    }

    async fn tell_holders(&self, tx: &mut Tx, post: &str) -> Result<()> {
        for (user, _) in posts::holders(self.db(), post).await? {
            access::changed(tx, &user.parse()?);
        }
        Ok(())
    }

    /// Checks that the caller may give these posts, and that the posts make sense.
    pub(crate) fn check_posts(&self, caller: &Principal, action: &str, held: &[HeldPostRow]) -> Result<()> {
        let mut problems = Problems::default();
        for post in held {
            if !self.roles().contains(&post.role) {
                problems
                    .push(Fault::field("posts", "unknown_role").with("value", &post.role).with("post", &post.title));
            } else if self.roles().needs_enterprise(&post.role) && post.enterprise.is_none() {
                problems.push(Fault::field("posts", "post_without_enterprise").with("post", &post.title));
            }
        }
        problems.into_result()?;
        for post in held {
            caller.require(action, "user", &place_of(post))?;
            self.check_handing_on(caller, &post.role, post.division, post.enterprise.as_deref())?;
        }
        Ok(())
    }

    /// Rights over accounts and roles beget all others: only who has them may hand them on, and no
    /// further than they reach themselves.
    pub(crate) fn check_handing_on(
        &self,
        caller: &Principal,
        role: &str,
        division: DivisionCode,
        enterprise: Option<&str>,
    ) -> Result<()> {
        let handed = self.roles().grants(role, division, enterprise, None);
        for grant in handed.iter().filter(|grant| grant.kind == "user" || grant.kind == "*") {
            caller.require(&grant.action, &grant.kind, &crate::explain::widest_place(&grant.scope))?;
        }
        Ok(())
    }
}
