//! API tokens: a script acts with the rights of the person who made the token.

use fengsui_kernel::id::TokenId;
use fengsui_kernel::{Acting, Fault, Result, Timestamp};
use fengsui_storage::Subject;
use fengsui_storage::identity::tokens::{self, TokenRow};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::access;
use crate::engine::{Identity, unauthenticated};
use crate::principal::SignedIn;
use crate::secret;
use crate::session::TOUCH_AFTER;

/// A token as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TokenView {
    /// Its id.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// When it was made.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When it ends, if ever.
    #[schemars(with = "Option<String>")]
    pub expires_at: Option<Timestamp>,
    /// When it was last used, within a minute.
    #[schemars(with = "Option<String>")]
    pub last_used_at: Option<Timestamp>,
}

/// A token just made. Not `Debug`: it would print the secret.
#[derive(Serialize, JsonSchema)]
pub struct NewToken {
    /// The secret; told once.
    pub token: String,
    /// What is known of it later.
    #[serde(flatten)]
    pub view: TokenView,
}

impl From<TokenRow> for TokenView {
    fn from(row: TokenRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
        }
    }
}

impl Identity {
    /// The caller's tokens, newest first.
    pub async fn tokens(&self, caller: &SignedIn) -> Result<Vec<TokenView>> {
        Ok(tokens::of_user(self.db(), &caller.user.id).await?.into_iter().map(TokenView::from).collect())
    }

    /// Makes a token. Only a person in a session may, not another token.
    pub async fn create_token(&self, caller: &SignedIn, name: &str, expires_at: Option<Timestamp>) -> Result<NewToken> {
        caller.demand_session()?;
        caller.demand_ready()?;
        caller.principal.scopes("create", "token")?;
        let now = self.db().now();
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 100 {
            return Err(Fault::field("name", "length_out_of_range").with("min", "1").with("max", "100").into());
        }
        if expires_at.is_some_and(|end| end <= now) {
            return Err(Fault::field("expires_at", "must_be_in_future").into());
        }
        let token = format!("{}{}", secret::API_TOKEN_PREFIX, secret::random_token());
        let mut tx = self.db().begin(caller.principal.acting(now, None)).await?;
        let row = TokenRow {
            id: tx.new_id(),
            token_hash: secret::hash(&token),
            user: caller.user.id.clone(),
            name: name.to_owned(),
            created_at: now,
            expires_at,
            last_used_at: None,
        };
        tokens::insert(&mut tx, &row).await?;
        let facts = json!({"token": row.id, "name": row.name, "expires_at": expires_at.map(|end| end.to_string())});
        tx.trace("token.create", Subject::new("user", &caller.user.id), facts);
        tx.commit().await?;
        Ok(NewToken { token, view: row.into() })
    }

    /// Revokes one of the caller's tokens.
    pub async fn revoke_token(&self, caller: &SignedIn, id: &TokenId) -> Result<()> {
        let mut tx = self.db().begin(caller.principal.acting(self.db().now(), None)).await?;
        if !tokens::delete(&mut tx, &caller.user.id, id).await? {
            return Err(Fault::not_found("token", id));
        }
        access::changed(&mut tx, &caller.user.id);
        tx.trace("token.revoke", Subject::new("user", &caller.user.id), json!({"token": id}));
        tx.commit().await
    }

    /// Who is behind an API token. An account that must change its password has no use of it.
    pub async fn authenticate_token(&self, token: &str, acting_post: Option<&str>) -> Result<SignedIn> {
        let now = self.db().now();
        let found = tokens::by_token(self.db(), &secret::hash(token)).await?;
        let row = found.ok_or_else(|| unauthenticated("bad_token"))?;
        if row.expires_at.is_some_and(|end| end <= now) {
            return Err(unauthenticated("token_expired"));
        }
        let user = self.user_row(&row.user).await?;
        let signed_in = self.caller(&user, acting_post, None).await?;
        signed_in.demand_ready()?;
        if row.last_used_at.is_none_or(|last| now.duration_since(last) >= TOUCH_AFTER) {
            let mut tx = self.db().begin(Acting::system("token", now)).await?;
            tokens::touch(&mut tx, &row.id, now).await?;
            tx.commit().await?;
        }
        Ok(signed_in)
    }
}
