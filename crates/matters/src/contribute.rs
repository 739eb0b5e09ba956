//! What every matter can do: be claimed, handed over, commented on and linked.

use std::str::FromStr;

use fengsui_events::Event;
use fengsui_kernel::id::{AlarmId, MatterId, RecordId, SeriesId};
use fengsui_kernel::{Fault, Principal, Refusal, Result};
use fengsui_storage::matters::{self as rows, AssigneeRow, LinkRow, MatterRow};
use fengsui_storage::{Subject, Tx};
use serde_json::{Value, json};

use crate::access::{denied, given_to, place, require_read};
use crate::engine::Engine;
use crate::open::{NewLink, row_changed};
use crate::timeline::entry;
use crate::views::Matter;

/// Longest comment in characters.
const LONGEST_COMMENT: usize = 4000;
/// Longest name of a relation and of a post id.
const LONGEST_NAME: usize = 64;

/// A change that leaves the process's state alone.
struct Note<'a> {
    kind: &'a str,
    name: &'a str,
    detail: Value,
}

impl Engine {
    /// Takes on a matter that waits for a post or role of the caller. Of two who claim at once, one wins.
    pub async fn claim(&self, principal: &Principal, id: &MatterId) -> Result<Matter> {
        let (mut tx, mut row) = self.lock(principal, id).await?;
        let user = principal.user_id().ok_or_else(|| denied(principal, "claim", &row))?.to_owned();
        if !given_to(principal, &row) {
            return Err(denied(principal, "claim", &row));
        }
        let name = principal.actor.name().to_owned();
        match &row.claimed_by {
            Some((claimer, _)) if *claimer == user => return self.get_after_change(principal, id).await,
            Some((_, claimer)) => return Err(Refusal::new("already_claimed").with("name", claimer).into()),
            None if row.closed => return Err(Refusal::new("matter_closed").into()),
            None => {}
        }
        if !rows::claim(&mut tx, id, &user, &name).await? {
            return Err(Refusal::new("already_claimed").with("name", "").into());
        }
        row.claimed_by = Some((user, name));
        self.note(tx, principal, &row, Note { kind: "claim", name: "claim", detail: json!({}) }).await
    }

    /// Gives the matter to another post.
    pub async fn hand_over(&self, principal: &Principal, id: &MatterId, post: &str) -> Result<Matter> {
        let (mut tx, mut row) = self.lock(principal, id).await?;
        if !given_to(principal, &row) && !principal.may("hand_over", &row.process, &place(&row)) {
            return Err(denied(principal, "hand_over", &row));
        }
        if post.trim().is_empty() || post.len() > LONGEST_NAME {
            return Err(Fault::field("post", "required").into());
        }
        if row.closed {
            return Err(Refusal::new("matter_closed").into());
        }
        let before = std::mem::replace(&mut row.assignee, AssigneeRow::Post(post.to_owned()));
        rows::assign(&mut tx, id, &row.assignee).await?;
        let detail = json!({"post": post, "before": match before {
            AssigneeRow::Post(post) => json!({"post": post}),
            AssigneeRow::Role(role, division) => json!({"role": role, "division": division}),
            AssigneeRow::Nobody => Value::Null,
        }});
        self.note(tx, principal, &row, Note { kind: "claim", name: "hand_over", detail }).await
    }

    /// Adds a comment.
    pub async fn comment(&self, principal: &Principal, id: &MatterId, text: &str) -> Result<Matter> {
        let (tx, row) = self.lock(principal, id).await?;
        self.require_contribution(principal, "comment", &row)?;
        let text = text.trim();
        if text.is_empty() {
            return Err(Fault::field("text", "required").into());
        }
        if text.chars().count() > LONGEST_COMMENT {
            return Err(Fault::field("text", "too_long").with("limit", &LONGEST_COMMENT.to_string()).into());
        }
        self.note(tx, principal, &row, Note { kind: "comment", name: "comment", detail: json!({"text": text}) }).await
    }

    /// Links the matter to another matter, an alarm, a record or a series.
    pub async fn link(&self, principal: &Principal, id: &MatterId, link: &NewLink) -> Result<Matter> {
        let (mut tx, mut row) = self.lock(principal, id).await?;
        self.require_contribution(principal, "link", &row)?;
        if link.relation == "parent" {
            return Err(Fault::field("relation", "parent_only_when_opened").into());
        }
        self.link_in(&mut tx, principal, &mut row, link).await?;
        tx.trace("matter.link", Subject::at("matter", id, row.division), json!(link));
        tx.publish(Event::MatterChanged(row_changed(&row, "link", Some(&row.phase))));
        tx.commit().await?;
        self.get_after_change(principal, id).await
    }

    /// Notes a link and its entry; `parent` also makes the matter a child.
    pub(crate) async fn link_in(
        &self,
        tx: &mut Tx,
        principal: &Principal,
        row: &mut MatterRow,
        link: &NewLink,
    ) -> Result<()> {
        let to_id = target(link)?;
        if link.kind == "matter" {
            let other = MatterId::from_str(&to_id)?;
            let other = self.linkable(tx, principal, row, &other).await?;
            if link.relation == "parent" {
                row.parent = Some(other.id.clone());
                rows::set_parent(tx, &row.id, &other.id).await?;
                let down = LinkRow {
                    matter: other.id,
                    relation: row.process.clone(),
                    to_kind: "matter".into(),
                    to_id: row.id.to_string(),
                };
                rows::insert_link(tx, &down).await?;
                return Ok(());
            }
        } else if link.relation == "parent" {
            return Err(Fault::field("kind", "unknown_value").with("value", &link.kind).into());
        }
        let (matter, relation, to_kind) = (row.id.clone(), link.relation.clone(), link.kind.clone());
        if rows::insert_link(tx, &LinkRow { matter, relation, to_kind, to_id }).await? {
            let linked = entry(tx, &row.id, "link", &link.relation, json!(link), (None, None));
            rows::append_entry(tx, &linked).await?;
        }
        Ok(())
    }

    /// The other end: visible to the caller, another matter, and no drill linked to the real thing.
    async fn linkable(
        &self,
        tx: &mut Tx,
        principal: &Principal,
        row: &MatterRow,
        other: &MatterId,
    ) -> Result<MatterRow> {
        let unknown = || Fault::from(Fault::field("id", "unknown_matter").with("value", other.as_str()));
        let found = rows::get_in(tx, other).await?.ok_or_else(unknown)?;
        require_read(principal, &found)?;
        if found.id == row.id {
            return Err(Fault::field("id", "link_to_itself").into());
        }
        if found.mode != row.mode {
            return Err(Refusal::new("drill_and_real_apart").into());
        }
        Ok(found)
    }

    /// Begins a change of a matter that the caller may see.
    pub(crate) async fn lock(&self, principal: &Principal, id: &MatterId) -> Result<(Tx, MatterRow)> {
        let mut tx = self.db().begin(principal.acting(self.db().now(), None)).await?;
        let row = rows::lock(&mut tx, id).await?.ok_or_else(|| Fault::not_found("matter", id))?;
        require_read(principal, &row)?;
        Ok((tx, row))
    }

    async fn note(&self, mut tx: Tx, principal: &Principal, row: &MatterRow, note: Note<'_>) -> Result<Matter> {
        let noted = entry(&tx, &row.id, note.kind, note.name, note.detail.clone(), (None, None));
        rows::append_entry(&mut tx, &noted).await?;
        tx.trace(&format!("matter.{}", note.name), Subject::at("matter", &row.id, row.division), note.detail);
        tx.publish(Event::MatterChanged(row_changed(row, note.name, Some(&row.phase))));
        tx.commit().await?;
        self.get_after_change(principal, &row.id).await
    }
}

/// Checks the kind, the relation and the shape of the id.
fn target(link: &NewLink) -> Result<String> {
    let named = |text: &str| {
        (1..=LONGEST_NAME).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    if !named(&link.relation) {
        return Err(Fault::field("relation", "malformed").with("value", &link.relation).into());
    }
    match link.kind.as_str() {
        "matter" => MatterId::from_str(&link.id).map(|id| id.to_string()),
        "alarm" => AlarmId::from_str(&link.id).map(|id| id.to_string()),
        "record" => RecordId::from_str(&link.id).map(|id| id.to_string()),
        "series" => SeriesId::from_str(&link.id).map(|id| id.to_string()),
        other => Err(Fault::field("kind", "unknown_value").with("value", other).into()),
    }
}
