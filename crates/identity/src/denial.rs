//! Every denial leaves a trace.

use fengsui_kernel::id::UserId;
use fengsui_kernel::{Acting, Actor, Denial, Result, Timestamp};
use fengsui_storage::identity::users;
use fengsui_storage::{Db, Subject};
use serde_json::json;

use crate::engine::Identity;

/// Traces that a right was missing.
pub async fn trace_denial(db: &Db, denial: &Denial, at: Timestamp) -> Result<()> {
    let actor = actor_of(db, &denial.user).await?;
    let mut tx = db.begin(Acting { actor, at, why: None }).await?;
    let right = format!("{}:{}", denial.kind, denial.action);
    let subject = Subject { kind: "permission", id: right, division: denial.division };
    tx.trace("permission.denied", subject, json!({"action": denial.action, "kind": denial.kind}));
    tx.commit().await
}

impl Identity {
    /// Traces that a right was missing, now.
    pub async fn trace_denial(&self, denial: &Denial) -> Result<()> {
        trace_denial(self.db(), denial, self.db().now()).await
    }
}

/// A denial knows only the key of the actor; the trace also wants the name.
async fn actor_of(db: &Db, key: &str) -> Result<Actor> {
    match key.split_once(':') {
        Some(("user", id)) => {
            let row = match id.parse::<UserId>() {
                Ok(id) => users::by_id(db, &id).await?,
                Err(_) => None,
            };
            let name = row.map_or_else(|| id.to_owned(), |row| row.name);
            Ok(Actor::User { id: id.to_owned(), name, post: None })
        }
        Some(("device", id)) => Ok(Actor::Device { id: id.to_owned() }),
        Some((_, name)) => Ok(Actor::system(name)),
        None => Ok(Actor::system(key)),
    }
}
