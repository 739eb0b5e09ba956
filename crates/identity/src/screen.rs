//! Screens that nobody signs in at. A wall shows a code; somebody who may drive walls enters it on
//! their own device; from then on the wall reads what they may read, and nothing else, until it is
//! sent away. It changes nothing and shows no account, no trace and no personal record.

use fengsui_kernel::{Acting, Actor, Fault, Grant, Principal, Refusal, Result, Timestamp};
use fengsui_storage::Subject;
use fengsui_storage::identity::pairings::{self, PairingRow};
use fengsui_storage::identity::sessions::{self, SessionRow};
use jiff::SignedDuration;
use serde_json::json;

use crate::access;
use crate::engine::{Identity, unauthenticated};
use crate::principal::SignedIn;
use crate::secret;
use crate::sign_in::{NewSession, shortened};

/// How long a code is good for.
const WAITS: SignedDuration = SignedDuration::from_mins(10);
/// How long a screen stays let in: until it is sent away, in practice.
const STAYS: SignedDuration = SignedDuration::from_hours(24 * 3650);
/// Screens that may wait at once; each is ten minutes of a stranger's patience.
const MOST_WAITING: u64 = 200;
const LONGEST_NAME: usize = 40;
/// What hangs on a wall: nothing about accounts and persons.
const SHOWN: &[&str] = &[
    "division",
    "organisation",
    "post",
    "enterprise",
    "installation",
    "device",
    "dam",
    "settlement",
    "earthquake",
    "fire_hotspot",
    "rescue_team",
    "expert",
    "depot",
    "shelter",
    "plan",
    "plot",
    "map_view",
    "warning",
    "incident",
    "drill",
    "task",
    "order",
    "series",
    "rule",
    "alarm",
    "overview",
    "wall",
];

/// What a waiting screen shows and keeps. Not `Debug`: it would print the secret.
pub struct WaitingScreen {
    /// What somebody types elsewhere: eight letters and digits that do not look alike.
    pub code: String,
    /// What the screen comes back with.
    pub secret: String,
    /// Until when both are good.
    pub expires_at: Timestamp,
}

/// Codes are typed by hand: case, blanks and dashes do not matter.
fn code_hash(code: &str) -> String {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    secret::hash(&format!("pairing code\n{}", plain.to_ascii_uppercase()))
}

/// The part of somebody's rights that a screen of theirs has.
pub(crate) fn reading(principal: Principal) -> Principal {
    let shown = |grant: &Grant| grant.action == "read" && SHOWN.contains(&grant.kind.as_str());
    Principal { grants: principal.grants.into_iter().filter(shown).collect(), ..principal }
}

impl Identity {
    /// A screen asks to be let in.
    pub async fn screen_waits(&self, address: &str, agent: &str) -> Result<WaitingScreen> {
        let now = self.db().now();
        let (code, kept) = (secret::random_code(), secret::random_token());
        let expires_at = now.checked_add(WAITS).map_err(Fault::internal)?;
        let mut tx = self.db().begin(Acting::system("identity", now)).await?;
        pairings::prune(&mut tx, now).await?;
        if pairings::count(&mut tx).await? >= MOST_WAITING {
            return Err(Refusal::new("too_many_screens_wait").into());
        }
        let pairing = PairingRow {
            id: tx.new_id(),
            code_hash: code_hash(&code),
            secret_hash: secret::hash(&kept),
            created_at: now,
            expires_at,
            address: shortened(address),
            agent: shortened(agent),
            user: None,
            screen: None,
        };
        pairings::insert(&mut tx, &pairing).await?;
        tx.commit().await?;
        Ok(WaitingScreen { code, secret: kept, expires_at })
    }

    /// Lets the screen in that shows this code, under a name by which it can be sent away again.
    pub async fn let_screen_in(&self, caller: &SignedIn, code: &str, name: &str) -> Result<()> {
        caller.demand_session()?;
        caller.principal.scopes("drive", "wall")?;
        let name = name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(Fault::field("name", "screen_name").with("max", &LONGEST_NAME.to_string()).into());
        }
        let now = self.db().now();
        let mut tx = self.db().begin(caller.principal.acting(now, None)).await?;
        let found = pairings::approve(&mut tx, &code_hash(code), &caller.user.id, name, now).await?;
        let Some((address, agent)) = found else { return Err(Fault::field("code", "unknown_screen_code").into()) };
        let facts = json!({"screen": name, "address": address, "agent": agent});
        tx.trace("user.let_screen_in", Subject::new("user", &caller.user.id), facts);
        tx.commit().await
    }

    /// The screen comes back: with a session if it was let in, with nothing while it waits.
    pub async fn screen_enters(&self, kept: &str) -> Result<Option<NewSession>> {
        let now = self.db().now();
        let found = pairings::by_secret(self.db(), &secret::hash(kept)).await?;
        let Some(pairing) = found.filter(|row| row.expires_at > now) else {
            return Err(unauthenticated("screen_code_expired"));
        };
        let (Some(user), Some(screen)) = (pairing.user, pairing.screen) else { return Ok(None) };
        let row = self.user_row(&user).await?;
        let token = secret::random_token();
        let actor = Actor::User { id: row.id.to_string(), name: row.name.clone(), post: None };
        let mut tx = self.db().begin(Acting { actor, at: now, why: None }).await?;
        if !pairings::remove(&mut tx, &pairing.id).await? {
            return Err(unauthenticated("screen_code_expired"));
        }
        let session = SessionRow {
            id: pairing.id,
            token_hash: secret::hash(&token),
            user: row.id.clone(),
            created_at: now,
            last_seen_at: now,
            expires_at: now.checked_add(STAYS).map_err(Fault::internal)?,
            address: pairing.address,
            agent: pairing.agent,
            acting_post: None,
            screen: Some(screen.clone()),
        };
        sessions::insert(&mut tx, &session).await?;
        access::changed(&mut tx, &row.id);
        let facts = json!({"session": session.id, "screen": screen, "address": session.address});
        tx.trace("user.screen_entered", Subject::new("user", &row.id), facts);
        tx.commit().await?;
        let signed_in = self.signed_in(&token, None).await?;
        Ok(Some(NewSession { token, device: String::new(), expires_at: session.expires_at, signed_in }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_typed_as_one_likes() {
        assert_eq!(code_hash("abcd-2345"), code_hash("ABCD 2345"));
        assert_ne!(code_hash("ABCD2345"), code_hash("ABCD2346"));
    }

    #[test]
    fn a_screen_reads_and_does_nothing_else() {
        let everything = Principal::system("test").grants[0].clone();
        let grant = |action: &str, kind: &str| Grant { action: action.into(), kind: kind.into(), ..everything.clone() };
        let held = [
            ("read", "alarm"),
            ("acknowledge", "alarm"),
            ("read", "person"),
            ("read", "trace"),
            ("read_personal", "post"),
            ("read", "wall"),
            ("drive", "wall"),
        ];
        let grants = held.iter().map(|(action, kind)| grant(action, kind)).collect();
        let left = reading(Principal { grants, ..Principal::system("test") }).grants;
        let left: Vec<(&str, &str)> = left.iter().map(|grant| (grant.action.as_str(), grant.kind.as_str())).collect();
        assert_eq!(left, [("read", "alarm"), ("read", "wall")]);
    }
}
