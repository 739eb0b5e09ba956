//! Roles held without a post.

use fengsui_kernel::id::UserId;
use fengsui_kernel::{Fault, Place, Principal, Result};
use fengsui_storage::Subject;
use fengsui_storage::identity::posts;
use serde_json::json;

use crate::access;
use crate::engine::Identity;
use crate::view::HeldRole;

impl Identity {
    /// Gives a role without a post, within the caller's own reach.
    pub async fn grant_role(&self, caller: &Principal, id: &UserId, role: &HeldRole) -> Result<()> {
        self.demand_over(caller, "update", id).await?;
        if !self.roles().contains(&role.role) {
            return Err(Fault::field("role", "unknown_role").with("value", &role.role).into());
        }
        caller.require("update", "user", &Place::of(role.division))?;
        self.check_handing_on(caller, &role.role, role.division, None)?;
        let mut tx = self.db().begin(caller.acting(self.db().now(), None)).await?;
        posts::grant_role(&mut tx, id, &role.role, role.division).await?;
        access::changed(&mut tx, id);
        tx.trace("user.grant_role", Subject::at("user", id, role.division), json!({"role": role.role}));
        tx.commit().await
    }

    /// Takes a role given without a post.
    pub async fn revoke_role(&self, caller: &Principal, id: &UserId, role: &HeldRole) -> Result<()> {
        self.demand_over(caller, "update", id).await?;
        let mut tx = self.db().begin(caller.acting(self.db().now(), None)).await?;
        if !posts::revoke_role(&mut tx, id, &role.role, role.division).await? {
            return Err(Fault::not_found("role", &role.role));
        }
        access::changed(&mut tx, id);
        tx.trace("user.revoke_role", Subject::at("user", id, role.division), json!({"role": role.role}));
        tx.commit().await
    }
}
