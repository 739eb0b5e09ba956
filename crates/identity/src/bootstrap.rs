//! The first start: one administrator, whose password is told once.

use fengsui_kernel::{Acting, DivisionCode, Result};
use fengsui_storage::Subject;
use fengsui_storage::identity::posts;
use fengsui_storage::identity::users::{self, UserRow};
use serde_json::json;

use crate::engine::Identity;
use crate::roles::ADMINISTRATOR;
use crate::secret;

/// The account made at the first start. Not `Debug`: it would print the password.
pub struct Bootstrapped {
    /// Its login.
    pub login: String,
    /// Its password; must be changed at the first sign-in.
    pub password: String,
}

impl Identity {
    /// Makes the account `admin` with all rights of an administrator over the node; `None` when
    /// there are accounts already.
    pub async fn bootstrap(&self) -> Result<Option<Bootstrapped>> {
        let now = self.db().now();
        let mut tx = self.db().begin(Acting::system("bootstrap", now)).await?;
        if users::count(&mut tx).await? > 0 {
            tx.rollback().await?;
            return Ok(None);
        }
        let password = secret::random_password();
        let row = UserRow {
            id: tx.new_id(),
            login: "admin".to_owned(),
            name: "系统管理员".to_owned(),
            person: None,
            password_hash: self.hash_password(&password).await?,
            must_change_password: true,
            active: true,
            totp_secret: None,
            totp_enabled: false,
            totp_step: 0,
            version: 1,
            created_at: now,
            last_sign_in_at: None,
        };
        users::insert(&mut tx, &row).await?;
        posts::grant_role(&mut tx, &row.id, ADMINISTRATOR, DivisionCode::COUNTRY).await?;
        let facts = json!({"login": row.login, "roles": [ADMINISTRATOR]});
        tx.trace("user.create", Subject::new("user", &row.id), facts);
        tx.commit().await?;
        Ok(Some(Bootstrapped { login: row.login, password }))
    }
}
