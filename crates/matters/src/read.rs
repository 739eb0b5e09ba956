//! Reading matters: one, lists, the inbox, counts.

use std::collections::BTreeMap;

use fengsui_kernel::id::MatterId;
use fengsui_kernel::{DivisionCode, FaultKind, Mode, Page, PageQuery, Principal, Refusal, Result, Timestamp};
use fengsui_storage::attachments;
use fengsui_storage::matters::{self as rows, ClockRow, LinkRow, MatterFilter, MatterRow};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::require_read;
use crate::ending::not_ended;
use crate::engine::Engine;
use crate::erased::Erased;
use crate::facts::Past;
use crate::process::{ActionDescriptor, Facts};
use crate::views::{AvailableAction, Direction, LinkView, Matter, WhyNot, matter};

/// What is asked of a list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ListQuery {
    /// One process.
    pub process: Option<String>,
    /// One phase.
    pub phase: Option<String>,
    /// Open or closed ones.
    pub open: Option<bool>,
    /// A division and all below.
    pub division: Option<DivisionCode>,
    /// Text in the title.
    pub q: Option<String>,
    /// Opened from this matter.
    pub parent: Option<MatterId>,
    /// Real or drill; both if absent.
    pub mode: Option<Mode>,
}

/// Counts for the portal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Overview {
    /// Open real matters by process and phase.
    pub open: BTreeMap<String, BTreeMap<String, u64>>,
    /// Matters that wait for the caller.
    pub inbox: u64,
    /// Clocks that run, in time.
    pub clocks_running: u64,
    /// Clocks that run and are past their end.
    pub clocks_overdue: u64,
}

impl Engine {
    /// One matter with all that its screen shows.
    pub async fn get(&self, principal: &Principal, id: &MatterId) -> Result<Matter> {
        let row = self.readable_row(principal, id).await?;
        self.full(principal, row).await
    }

    /// What the caller just changed; a hand-over may have ended their right to see it.
    pub(crate) async fn get_after_change(&self, principal: &Principal, id: &MatterId) -> Result<Matter> {
        let row = rows::get(self.db(), id).await?;
        let row = row.ok_or_else(|| fengsui_kernel::Fault::not_found("matter", id))?;
        self.full(principal, row).await
    }

    async fn full(&self, principal: &Principal, row: MatterRow) -> Result<Matter> {
        let (db, now) = (self.db(), self.db().now());
        let process = self.process_of(&row.process)?;
        let clocks = rows::clocks_of(db, &row.id).await?;
        let attached = attachments::of_matter(db, &row.id).await?;
        let entries = rows::entries_of(db, &row.id).await?;
        let at: Vec<i64> = attached.iter().map(|attachment| attachment.entry).collect();
        let past = Past::of(&entries, rows::children_of(db, &row.id).await?, &at);
        let facts = self.facts(principal, &row, &past, now);
        let available_actions = self.available(process, principal, &row, &facts);
        let links = self.links(principal, &row).await?;
        let attachment_count = attached.len() as u64;
        let attachments = attached.into_iter().map(Into::into).collect();
        Ok(Matter { available_actions, links, attachments, attachment_count, ..matter(process, row, &clocks, now) })
    }

    fn available(
        &self,
        process: &dyn Erased,
        principal: &Principal,
        row: &MatterRow,
        facts: &Facts,
    ) -> Vec<AvailableAction> {
        let known = process.descriptor().actions.iter().filter(|action| action.from.contains(&row.phase.as_str()));
        let view = |action: &ActionDescriptor| {
            let reason = self.why_not(process, principal, row, facts, action.name);
            AvailableAction {
                name: action.name.to_owned(),
                title: action.title,
                grave: action.grave,
                clause: action.clause.map(str::to_owned),
                schema: process.schemas().action(action.name).map(|known| known.schema.clone()).unwrap_or_default(),
                allowed: reason.is_none(),
                reason: reason.map(|refusal| WhyNot { refusal, message: None }),
            }
        };
        known.map(view).collect()
    }

    /// The right first; then, where no payload is asked, the process itself is asked: it is pure.
    fn why_not(
        &self,
        process: &dyn Erased,
        principal: &Principal,
        row: &MatterRow,
        facts: &Facts,
        action: &str,
    ) -> Option<Refusal> {
        if self.require_action(process, principal, row, action).is_err() {
            let roles = self.rules(&row.process).actions.get(action).map(|rules| rules.roles.join(", "));
            let refusal = Refusal::new("denied").with("action", action).with("kind", &row.process);
            return Some(roles.map_or(refusal.clone(), |roles| refusal.with("roles", &roles)));
        }
        if let Err(over) = not_ended(process, row) {
            return Some(over);
        }
        if !process.schemas().action(action)?.asks_nothing() {
            return None;
        }
        let facts = facts.clone().acting_in(principal, action, row);
        match process.act(row.state.clone(), json!({"action": action}), &facts).err().map(|fault| fault.kind) {
            Some(kind) => match *kind {
                FaultKind::Refused(refusal) => Some(refusal),
                _ => None,
            },
            None => None,
        }
    }

    /// What the caller may not see keeps its relation only: neither title nor phase.
    async fn links(&self, principal: &Principal, row: &MatterRow) -> Result<Vec<LinkView>> {
        let own = [row.id.to_string()];
        let links = rows::links_from_or_to(self.db(), std::slice::from_ref(&row.id), "matter", &own).await?;
        let others: Vec<MatterId> = links.iter().filter_map(|link| other_end(link, &row.id)).collect();
        let others: BTreeMap<String, MatterRow> =
            rows::get_many(self.db(), &others).await?.into_iter().map(|other| (other.id.to_string(), other)).collect();
        let view = |link: &LinkRow| {
            let view = link_view(link, row, &others);
            let other = others.get(&view.id).filter(|_| view.kind == "matter");
            let hidden = other.is_some_and(|other| require_read(principal, other).is_err());
            if hidden { LinkView { process: None, title: None, phase: None, ..view } } else { view }
        };
        Ok(links.iter().map(view).collect())
    }

    /// Matters that the caller may see, open and new ones first.
    pub async fn list(&self, principal: &Principal, query: ListQuery, page: &PageQuery) -> Result<Page<Matter>> {
        let filter = MatterFilter {
            readable: self.readable(principal)?,
            process: query.process,
            phase: query.phase,
            open: query.open,
            division: query.division,
            text: query.q,
            parent: query.parent,
            mode: query.mode,
        };
        let (found, total) = rows::list(self.db(), &filter, page).await?;
        let items = self.brief(found).await?;
        Ok(Page::from_overfetch(items, page, Some(total)))
    }

    /// Matters that wait for the caller, most urgent clock first; what others claimed is left out.
    pub async fn inbox(&self, principal: &Principal, page: &PageQuery) -> Result<Page<Matter>> {
        let found = match self.inbox_filter(principal) {
            Some(filter) => rows::inbox(self.db(), &filter, page).await?,
            None => Vec::new(),
        };
        let items = self.brief(found).await?;
        Ok(Page::from_overfetch(items, page, None))
    }

    /// Matters that link to an alarm, a record or a series and that the caller may see.
    pub async fn linked_to(&self, principal: &Principal, kind: &str, id: &str) -> Result<Vec<LinkView>> {
        let found = rows::linked_to(self.db(), kind, &[id.to_owned()]).await?;
        let seen = found.into_iter().filter(|(_, row)| require_read(principal, row).is_ok());
        let view = |(link, row): (LinkRow, MatterRow)| LinkView {
            relation: link.relation,
            direction: Direction::Child,
            kind: "matter".to_owned(),
            id: row.id.to_string(),
            process: Some(row.process),
            title: Some(row.title),
            phase: Some(row.phase),
        };
        Ok(seen.map(view).collect())
    }

    /// Counts for the portal: only what the caller may see.
    pub async fn overview(&self, principal: &Principal) -> Result<Overview> {
        let mut overview = Overview::default();
        if let Ok(readable) = self.readable(principal) {
            for count in rows::open_counts(self.db(), &readable).await? {
                overview.open.entry(count.process).or_default().insert(count.phase, count.count);
            }
            let now = self.db().now();
            (overview.clocks_running, overview.clocks_overdue) = rows::clock_totals(self.db(), &readable, now).await?;
        }
        if let Some(filter) = self.inbox_filter(principal) {
            overview.inbox = rows::inbox_count(self.db(), &filter).await?;
        }
        Ok(overview)
    }

    async fn brief(&self, found: Vec<MatterRow>) -> Result<Vec<Matter>> {
        let now: Timestamp = self.db().now();
        let ids: Vec<MatterId> = found.iter().map(|row| row.id.clone()).collect();
        let mut clocks: BTreeMap<MatterId, Vec<ClockRow>> = BTreeMap::new();
        for clock in rows::clocks_of_many(self.db(), &ids).await? {
            clocks.entry(clock.matter.clone()).or_default().push(clock);
        }
        let attached: BTreeMap<MatterId, u64> = attachments::counts(self.db(), &ids).await?.into_iter().collect();
        let view = |row: MatterRow| {
            let clocks = clocks.remove(&row.id).unwrap_or_default();
            let attachment_count = attached.get(&row.id).copied().unwrap_or_default();
            Ok(Matter { attachment_count, ..matter(self.process_of(&row.process)?, row, &clocks, now) })
        };
        found.into_iter().map(view).collect()
    }
}

fn other_end(link: &LinkRow, own: &MatterId) -> Option<MatterId> {
    if link.matter != *own {
        Some(link.matter.clone())
    } else if link.to_kind == "matter" {
        link.to_id.parse().ok()
    } else {
        None
    }
}

fn link_view(link: &LinkRow, row: &MatterRow, others: &BTreeMap<String, MatterRow>) -> LinkView {
    let outgoing = link.matter == row.id;
    let (kind, id) = if outgoing {
        (link.to_kind.clone(), link.to_id.clone())
    } else {
        ("matter".to_owned(), link.matter.to_string())
    };
    let other = if kind == "matter" { others.get(&id) } else { None };
    let is_child = other.is_some_and(|other| other.parent.as_ref() == Some(&row.id));
    let is_parent = other.is_some_and(|other| row.parent.as_ref() == Some(&other.id));
    let direction = match (outgoing, is_child, is_parent) {
        (_, true, _) => Direction::Child,
        (_, _, true) => Direction::Parent,
        (true, ..) => Direction::Subject,
        // Another matter is about this one.
        (false, ..) => Direction::Child,
    };
    LinkView {
        relation: link.relation.clone(),
        direction,
        process: other.map(|other| other.process.clone()),
        title: other.map(|other| other.title.clone()),
        phase: other.map(|other| other.phase.clone()),
        kind,
        id,
    }
}
