//! Opening a matter.

use std::pin::Pin;

use fengsui_events::Event;
use fengsui_kernel::id::MatterId;
use fengsui_kernel::{Fault, Mode, Place, Principal, Result};
use fengsui_storage::matters::{self as rows, AssigneeRow, LinkRow, MatterRow};
use fengsui_storage::{Subject, Tx};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::engine::Engine;
use crate::erased::Transition;
use crate::timeline::entry;
use crate::views::Matter;

/// Processes that open one another without end are a fault of the program.
const DEEPEST: usize = 8;
const LONGEST_REQUEST: usize = 64;

/// A matter to be opened.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMatter {
    /// Its process.
    pub process: String,
    /// What the process asks for.
    pub opening: Value,
    /// What it is about, and where it comes from (`relation` `parent`).
    #[serde(default)]
    pub links: Vec<NewLink>,
    /// Real or drill.
    #[serde(default)]
    pub mode: Mode,
    /// A key of the caller's own, at most 64 characters: the same key of the same caller opens nothing twice, but
    /// answers with what it opened. For answers that were lost on the way.
    #[serde(default)]
    pub request: Option<String>,
    /// Why, for the trace.
    #[serde(skip)]
    pub why: Option<String>,
}

/// A link to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLink {
    /// What the target is to the matter: `alarm`, `subject`, `parent`, `related`.
    pub relation: String,
    /// `matter`, `alarm`, `record` or `series`.
    pub kind: String,
    /// Its id.
    pub id: String,
}

/// What is opened, once JSON was dealt with.
pub(crate) struct Wanted {
    pub(crate) process: String,
    pub(crate) opening: Value,
    pub(crate) mode: Mode,
    pub(crate) links: Vec<NewLink>,
    /// The matter whose transition opens it, with the relation: no further right is needed.
    pub(crate) parent: Option<(MatterId, String)>,
    pub(crate) depth: usize,
}

impl Engine {
    /// Opens a matter.
    pub async fn open(&self, principal: &Principal, new: NewMatter) -> Result<Matter> {
        let request = requested(principal, &new)?;
        if let Some(before) = self.opened_before(request.as_ref()).await? {
            return self.get(principal, &before).await;
        }
        let mut tx = self.db().begin(principal.acting(self.db().now(), new.why.clone())).await?;
        let id = self.open_in(&mut tx, principal, new).await?;
        let first = match &request {
            Some((user, request)) => rows::requests::note(&mut tx, user, request, &id).await?,
            None => true,
        };
        if first {
            tx.commit().await?;
            return self.get(principal, &id).await;
        }
        // The same request came twice at once, and the other was first.
        drop(tx);
        let before = self.opened_before(request.as_ref()).await?;
        self.get(principal, &before.ok_or_else(|| Fault::internal("a request that was noted is gone"))?).await
    }

    async fn opened_before(&self, request: Option<&(String, String)>) -> Result<Option<MatterId>> {
        let Some((user, request)) = request else { return Ok(None) };
        rows::requests::opened_for(self.db(), user, request).await
    }

    /// Opens a matter as part of a larger change, such as a handler that notes its position.
    pub async fn open_in(&self, tx: &mut Tx, principal: &Principal, new: NewMatter) -> Result<MatterId> {
        let wanted = Wanted {
            process: new.process,
            opening: new.opening,
            mode: new.mode,
            links: new.links,
            parent: None,
            depth: 0,
        };
        self.open_wanted(tx, principal, wanted).await
    }

    /// Boxed, since effects open further matters.
    pub(crate) fn open_wanted<'a>(
        &'a self,
        tx: &'a mut Tx,
        principal: &'a Principal,
        wanted: Wanted,
    ) -> Pin<Box<dyn Future<Output = Result<MatterId>> + Send + 'a>> {
        Box::pin(self.open_now(tx, principal, wanted))
    }

    async fn open_now(&self, tx: &mut Tx, principal: &Principal, wanted: Wanted) -> Result<MatterId> {
        if wanted.depth > DEEPEST {
            return Err(Fault::internal(format!("process {} opens matters without end", wanted.process)));
        }
        let process = self.process(&wanted.process)?;
        let facts = self.opening_facts(principal, process.name(), wanted.mode, tx.now());
        let transition = process.open(wanted.opening.clone(), &facts)?;
        if wanted.parent.is_none() {
            let (division, enterprise) = (transition.summary.division, transition.summary.enterprise.clone());
            principal.require("open", process.name(), &Place { division, enterprise })?;
        }
        let mut row = new_row(tx, principal, &wanted, &transition);
        rows::insert(tx, &row).await?;
        let opened = entry(tx, &row.id, "action", "open", json!(wanted.opening), (None, Some(&row.phase)));
        rows::append_entry(tx, &opened).await?;
        self.link_opening(tx, principal, &mut row, &wanted).await?;
        self.apply(tx, principal, &mut row, transition.effects, wanted.depth).await?;
        let data = json!({"process": row.process, "title": row.title, "phase": row.phase, "mode": row.mode,
            "opening": wanted.opening, "parent": row.parent});
        tx.trace("matter.open", Subject::at("matter", &row.id, row.division), data);
        tx.publish(Event::MatterChanged(row_changed(&row, "open", None)));
        Ok(row.id)
    }

    async fn link_opening(
        &self,
        tx: &mut Tx,
        principal: &Principal,
        row: &mut MatterRow,
        wanted: &Wanted,
    ) -> Result<()> {
        if let Some((parent, relation)) = &wanted.parent {
            let link = LinkRow {
                matter: parent.clone(),
                relation: relation.clone(),
                to_kind: "matter".into(),
                to_id: row.id.to_string(),
            };
            rows::insert_link(tx, &link).await?;
        }
        for link in &wanted.links {
            self.link_in(tx, principal, row, link).await?;
        }
        Ok(())
    }
}

/// Whose request it is, and its key.
fn requested(principal: &Principal, new: &NewMatter) -> Result<Option<(String, String)>> {
    let Some(request) = new.request.as_deref() else { return Ok(None) };
    if request.is_empty() || request.chars().count() > LONGEST_REQUEST {
        return Err(Fault::field("request", "too_long").with("max", &LONGEST_REQUEST.to_string()).into());
    }
    Ok(Some((principal.actor.key(), request.to_owned())))
}

fn new_row(tx: &Tx, principal: &Principal, wanted: &Wanted, transition: &Transition) -> MatterRow {
    let now = tx.now();
    let summary = &transition.summary;
    MatterRow {
        id: tx.new_id(),
        process: wanted.process.clone(),
        mode: wanted.mode,
        title: summary.title.clone(),
        division: summary.division,
        location: summary.location,
        enterprise: summary.enterprise.clone(),
        grade: summary.grade.clone().map(|grade| (grade.scale, grade.value)),
        phase: transition.phase.to_owned(),
        closed: transition.closed,
        state: transition.state.clone(),
        version: 1,
        assignee: AssigneeRow::Nobody,
        claimed_by: None,
        opened_by: principal.user_id().map(str::to_owned),
        opened_by_name: principal.actor.name().to_owned(),
        opened_at: now,
        closed_at: transition.closed.then_some(now),
        parent: wanted.parent.as_ref().map(|(parent, _)| parent.clone()),
    }
}

/// The event that tells of a change.
pub(crate) fn row_changed(row: &MatterRow, action: &str, from: Option<&str>) -> fengsui_events::MatterChanged {
    fengsui_events::MatterChanged {
        matter: row.id.clone(),
        process: row.process.clone(),
        title: row.title.clone(),
        action: action.to_owned(),
        from: from.map(str::to_owned),
        to: row.phase.clone(),
        version: row.version,
        mode: row.mode,
        division: row.division,
        enterprise: row.enterprise.clone(),
        post: post_of(row),
    }
}

/// The post that holds a matter.
pub(crate) fn post_of(row: &MatterRow) -> Option<String> {
    match &row.assignee {
        AssigneeRow::Post(post) => Some(post.clone()),
        _ => None,
    }
}
