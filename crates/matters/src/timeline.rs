//! The time line of a matter.

use fengsui_kernel::id::MatterId;
use fengsui_kernel::{Principal, Result, Text, Timestamp};
use fengsui_storage::Tx;
use fengsui_storage::matters::{self as rows, EntryRow};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::ending::DRILL_ENDED;
use crate::engine::Engine;
use crate::erased::Erased;

/// One entry of a time line.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TimelineEntry {
    /// When.
    pub at: Timestamp,
    /// Key of who did it: `user:<id>`, `system:<name>`.
    pub actor: String,
    /// Their name at the time.
    pub actor_name: String,
    /// `action`, `comment`, `attachment`, `clock`, `link`, `claim`.
    pub kind: String,
    /// Which action, clock or relation.
    pub name: String,
    /// Its name for people; absent where the name says it.
    pub title: Option<Text>,
    /// The facts: payload, text, hash, end of the clock.
    pub detail: Value,
    /// Phase before.
    pub from: Option<String>,
    /// Phase after.
    pub to: Option<String>,
    /// The matter.
    pub matter: MatterId,
    /// Its process.
    pub process: String,
    /// Position on the matter's own time line.
    pub seq: i64,
}

/// An entry to be appended, by whoever acts in the transaction.
pub(crate) fn entry(
    tx: &Tx,
    matter: &MatterId,
    kind: &str,
    name: &str,
    detail: Value,
    (from, to): (Option<&str>, Option<&str>),
) -> EntryRow {
    let actor = &tx.acting().actor;
    EntryRow {
        matter: matter.clone(),
        seq: 0,
        at: tx.now(),
        actor: actor.key(),
        actor_name: actor.name().to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        detail,
        from: from.map(str::to_owned),
        to: to.map(str::to_owned),
    }
}

const OPENED: Text = Text::new("创建", "opened");
const COMMENT: Text = Text::new("评论", "comment");
const ATTACHMENT: Text = Text::new("附件", "attachment");
const CLAIM: Text = Text::new("认领", "claimed");
const HAND_OVER: Text = Text::new("转交", "handed over");
const ENDED: Text = Text::new("随演练结束", "ended with its drill");
const LINK: Text = Text::new("关联", "linked");

fn title(process: &dyn Erased, row: &EntryRow) -> Option<Text> {
    let descriptor = process.descriptor();
    match (row.kind.as_str(), row.name.as_str()) {
        ("action", "open") if row.from.is_none() => Some(OPENED),
        ("action", DRILL_ENDED) => Some(ENDED),
        ("action", name) => descriptor.actions.iter().find(|action| action.name == name).map(|action| action.title),
        ("clock", name) => descriptor.clocks.iter().find(|clock| clock.name == name).map(|clock| clock.title),
        ("comment", _) => Some(COMMENT),
        ("attachment", _) => Some(ATTACHMENT),
        ("claim", "hand_over") => Some(HAND_OVER),
        ("claim", _) => Some(CLAIM),
        ("link", _) => Some(LINK),
        _ => None,
    }
}

impl Engine {
    /// The time line of one matter, oldest first.
    pub async fn timeline(&self, principal: &Principal, id: &MatterId) -> Result<Vec<TimelineEntry>> {
        let row = self.readable_row(principal, id).await?;
        let entries = rows::entries_of(self.db(), id).await?;
        entries.into_iter().map(|entry| self.timeline_entry(entry, &row.process)).collect()
    }

    pub(crate) fn timeline_entry(&self, row: EntryRow, process: &str) -> Result<TimelineEntry> {
        let title = title(self.process_of(process)?, &row);
        Ok(TimelineEntry {
            at: row.at,
            actor: row.actor,
            actor_name: row.actor_name,
            kind: row.kind,
            name: row.name,
            title,
            detail: row.detail,
            from: row.from,
            to: row.to,
            matter: row.matter,
            process: process.to_owned(),
            seq: row.seq,
        })
    }
}
