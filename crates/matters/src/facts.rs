//! The facts that guards rest on.

use std::collections::BTreeMap;

use fengsui_kernel::id::MatterId;
use fengsui_kernel::{Actor, Mode, Principal, Result, Timestamp};
use fengsui_storage::matters::{self as rows, EntryRow, MatterRow};
use fengsui_storage::{Tx, attachments};

use crate::access::place;
use crate::engine::Engine;
use crate::process::{ChildFact, Facts, PastAction};

/// What was read about a matter's past.
#[derive(Default)]
pub(crate) struct Past {
    pub(crate) actions: Vec<EntryRow>,
    pub(crate) children: Vec<MatterRow>,
    pub(crate) attachments: u64,
    pub(crate) new_attachments: u64,
}

impl Past {
    /// Reads inside the transaction of a change.
    pub(crate) async fn in_tx(tx: &mut Tx, matter: &MatterId) -> Result<Self> {
        let actions = rows::past_actions(tx, matter).await?;
        let last = actions.last().map_or(0, |entry| entry.seq);
        let (attachments, new_attachments) = attachments::count(tx, matter, last).await?;
        Ok(Self { actions, children: rows::children(tx, matter).await?, attachments, new_attachments })
    }

    /// Puts together what a reader has at hand.
    pub(crate) fn of(entries: &[EntryRow], children: Vec<MatterRow>, attached_at: &[i64]) -> Self {
        let taken = |entry: &&EntryRow| entry.kind == "action" && entry.from.is_some();
        let actions: Vec<EntryRow> = entries.iter().filter(taken).cloned().collect();
        let last = actions.last().map_or(0, |entry| entry.seq);
        let recent = attached_at.iter().filter(|entry| **entry > last).count();
        Self { actions, children, attachments: attached_at.len() as u64, new_attachments: recent as u64 }
    }
}

impl Engine {
    /// Facts for an opening.
    pub(crate) fn opening_facts(&self, principal: &Principal, process: &str, mode: Mode, now: Timestamp) -> Facts {
        Facts {
            now,
            user: principal.user_id().map(str::to_owned),
            actor_name: principal.actor.name().to_owned(),
            posts: posts(principal),
            roles: Vec::new(),
            mode,
            opened_by: principal.user_id().map(str::to_owned),
            opened_at: now,
            history: Vec::new(),
            children: Vec::new(),
            attachments: 0,
            new_attachments: 0,
            settings: self.settings(process),
        }
    }

    /// The settings, and the length of every clock as `<clock>.minutes`: processes that count from
    /// another moment than now keep to what was checked against the law.
    fn settings(&self, process: &str) -> BTreeMap<String, String> {
        let mut settings = self.rules(process).settings_text();
        let clocks = self.inner.processes.get(process).map(|known| known.descriptor().clocks.as_slice());
        for clock in clocks.unwrap_or_default() {
            let minutes = self.clock_rules(process, clock.name).minutes.unwrap_or(clock.minutes);
            settings.insert(format!("{}.minutes", clock.name), minutes.to_string());
        }
        settings
    }

    /// Facts for an action.
    pub(crate) fn facts(&self, principal: &Principal, row: &MatterRow, past: &Past, now: Timestamp) -> Facts {
        Facts {
            opened_by: row.opened_by.clone(),
            opened_at: row.opened_at,
            history: past.actions.iter().map(past_action).collect(),
            children: past.children.iter().map(child).collect(),
            attachments: usize::try_from(past.attachments).unwrap_or(usize::MAX),
            new_attachments: usize::try_from(past.new_attachments).unwrap_or(usize::MAX),
            ..self.opening_facts(principal, &row.process, row.mode, now)
        }
    }
}

impl Facts {
    /// With the roles in which the caller holds the right to the action: a guard that demands a role
    /// must not find it in another post than the right.
    pub(crate) fn acting_in(mut self, principal: &Principal, action: &str, row: &MatterRow) -> Self {
        self.roles = principal.roles_with(action, &row.process, &place(row));
        self
    }
}

/// The post acted in comes first: processes that hand a matter back take the first.
fn posts(principal: &Principal) -> Vec<String> {
    let mut posts = principal.posts.clone();
    if let Actor::User { post: Some(acting), .. } = &principal.actor
        && let Some(at) = posts.iter().position(|post| post == acting)
    {
        posts[..=at].rotate_right(1);
    }
    posts
}

fn past_action(entry: &EntryRow) -> PastAction {
    let user = entry.actor.strip_prefix("user:").map(str::to_owned);
    PastAction { action: entry.name.clone(), user, at: entry.at }
}

fn child(row: &MatterRow) -> ChildFact {
    ChildFact { process: row.process.clone(), phase: row.phase.clone(), closed: row.closed, title: row.title.clone() }
}
