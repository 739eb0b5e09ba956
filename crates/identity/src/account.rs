//! What people do with their own account.

use fengsui_kernel::{Fault, Result};
use fengsui_storage::Subject;
use fengsui_storage::identity::{sessions, users};
use serde_json::json;

use crate::access;
use crate::attempt::{Failure, Origin};
use crate::engine::Identity;
use crate::policy;
use crate::principal::SignedIn;

impl Identity {
    /// Changes the caller's password and ends their other sessions.
    pub async fn change_password(&self, caller: &SignedIn, current: &str, new: &str) -> Result<()> {
        let session = caller.demand_session()?;
        policy::check_password("new", new, &caller.user.login)?;
        // A hijacked session must not become a way to guess the password.
        let attempt = self.attempt(&caller.user.login, Origin::Account).await?;
        let row = self.user_row(&caller.user.id).await?;
        if !self.password_fits(current, Some(&row.password_hash)).await? {
            let action = "user.change_password_failed";
            let failure = Failure { action, user: Some(&row.id), reason: "wrong_password", ..Failure::default() };
            self.attempt_failed(&attempt, failure).await?;
            return Err(Fault::field("current", "wrong_password").into());
        }
        if current == new {
            return Err(Fault::field("new", "password_unchanged").into());
        }
        let hash = self.hash_password(new).await?;
        let mut tx = self.db().begin(caller.principal.acting(self.db().now(), None)).await?;
        users::set_password(&mut tx, &row.id, &hash, false).await?;
        attempt.succeeded(&mut tx).await?;
        let ended = sessions::delete_others(&mut tx, &row.id, Some(session)).await?;
        access::changed(&mut tx, &row.id);
        tx.trace("user.change_password", Subject::new("user", &row.id), json!({"sessions_ended": ended}));
        tx.commit().await
    }
}
