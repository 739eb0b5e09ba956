//! Sessions: who is behind a cookie, which sessions there are, and their end.

use fengsui_kernel::id::{SessionId, UserId};
use fengsui_kernel::{Acting, Fault, Result, Timestamp};
use fengsui_storage::Subject;
use fengsui_storage::identity::{guard, pairings, sessions};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::access;
use crate::attempt::forgotten_before;
use crate::engine::{Identity, unauthenticated};
use crate::principal::SignedIn;
use crate::{screen, secret};

/// A session's use is noted at most once a minute; a write per request would be waste.
pub(crate) const TOUCH_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// One of the caller's sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SessionView {
    /// Its id.
    pub id: SessionId,
    /// Browser or program.
    pub agent: String,
    /// Network address.
    pub address: String,
    /// When signed in.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When last used, within a minute.
    #[schemars(with = "String")]
    pub last_seen_at: Timestamp,
    /// When it ends at the latest.
    #[schemars(with = "String")]
    pub expires_at: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
    /// Name of the screen that was let in; nothing where a person signed in.
    pub screen: Option<String>,
}

impl Identity {
    /// Who is behind a cookie. `acting_post` is the post asked for in this request.
    pub async fn signed_in(&self, token: &str, acting_post: Option<&str>) -> Result<SignedIn> {
        let now = self.db().now();
        let found = sessions::by_token(self.db(), &secret::hash(token)).await?;
        let session = found.ok_or_else(|| unauthenticated("not_signed_in"))?;
        if !self.is_alive(&session, now) {
            return Err(unauthenticated("session_expired"));
        }
        let row = self.user_row(&session.user).await?;
        let mut signed_in = self.caller(&row, acting_post, session.acting_post.as_deref()).await?;
        if now.duration_since(session.last_seen_at) >= TOUCH_AFTER {
            let mut tx = self.db().begin(Acting::system("session", now)).await?;
            sessions::touch(&mut tx, &session.id, now).await?;
            tx.commit().await?;
        }
        signed_in.csrf = Some(secret::csrf(token));
        signed_in.session = Some(session.id);
        if session.screen.is_some() {
            signed_in.principal = screen::reading(signed_in.principal);
            signed_in.screen = session.screen;
        }
        Ok(signed_in)
    }

    fn is_alive(&self, session: &sessions::SessionRow, now: Timestamp) -> bool {
        let used = session.screen.is_some() || now.duration_since(session.last_seen_at) < self.settings().idle();
        now < session.expires_at && used
    }

    /// Keeps the post acted in for the rest of the session.
    pub async fn choose_post(&self, caller: &SignedIn, post: Option<&str>) -> Result<()> {
        let session = caller.demand_session()?;
        if let Some(post) = post
            && !caller.principal.posts.iter().any(|held| held == post)
        {
            return Err(Fault::field("acting_post", "post_not_held").with("value", post).into());
        }
        let mut tx = self.db().begin(caller.principal.acting(self.db().now(), None)).await?;
        sessions::choose_post(&mut tx, session, post).await?;
        tx.commit().await
    }

    /// Ends the caller's session.
    pub async fn sign_out(&self, caller: &SignedIn) -> Result<()> {
        let session = caller.any_session()?;
        let mut tx = self.db().begin(caller.principal.acting(self.db().now(), None)).await?;
        if sessions::delete(&mut tx, &caller.user.id, session).await? {
            access::changed(&mut tx, &caller.user.id);
            tx.trace("user.sign_out", Subject::new("user", &caller.user.id), json!({"session": session}));
        }
        tx.commit().await
    }

    /// Notes that the caller silenced the alarms of a screen, or lets it ring again: who heard nothing can be asked why.
    pub async fn note_sound(&self, caller: &SignedIn, muted: bool, minutes: Option<u32>) -> Result<()> {
        let session = caller.any_session()?;
        let mut tx = self.db().begin(caller.principal.acting(self.db().now(), None)).await?;
        let action = if muted { "user.mute" } else { "user.unmute" };
        tx.trace(action, Subject::new("user", &caller.user.id), json!({"session": session, "minutes": minutes}));
        tx.commit().await
    }

    /// The caller's living sessions, newest first.
    pub async fn sessions(&self, caller: &SignedIn) -> Result<Vec<SessionView>> {
        self.living_sessions(&caller.user.id, caller.session.as_ref()).await
    }

    pub(crate) async fn living_sessions(&self, user: &UserId, current: Option<&SessionId>) -> Result<Vec<SessionView>> {
        let now = self.db().now();
        let rows = sessions::of_user(self.db(), user).await?;
        let alive = rows.into_iter().filter(|row| self.is_alive(row, now));
        let view = |row: sessions::SessionRow| SessionView {
            current: current == Some(&row.id),
            id: row.id,
            agent: row.agent,
            address: row.address,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
            screen: row.screen,
        };
        Ok(alive.map(view).collect())
    }

    /// Ends one of the caller's sessions.
    pub async fn revoke_session(&self, caller: &SignedIn, id: &SessionId) -> Result<()> {
        let mut tx = self.db().begin(caller.principal.acting(self.db().now(), None)).await?;
        if !sessions::delete(&mut tx, &caller.user.id, id).await? {
            return Err(Fault::not_found("session", id));
        }
        access::changed(&mut tx, &caller.user.id);
        tx.trace("user.revoke_session", Subject::new("user", &caller.user.id), json!({"session": id}));
        tx.commit().await
    }

    /// Removes dead sessions and forgotten failures; to be called now and then.
    pub async fn prune(&self) -> Result<u64> {
        let now = self.db().now();
        let idle_since = now.checked_sub(self.settings().idle()).map_err(Fault::internal)?;
        let mut tx = self.db().begin(Acting::system("identity", now)).await?;
        let (failed, seen) = forgotten_before(now);
        let removed = sessions::prune(&mut tx, now, idle_since).await? + guard::prune(&mut tx, failed, seen).await?;
        pairings::prune(&mut tx, now).await?;
        tx.commit().await?;
        Ok(removed)
    }
}
