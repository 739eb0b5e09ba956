//! Views with a name: what somebody filtered and arranged, kept for themselves or shared with an
//! organisation in which they hold a post.

use fengsui_kernel::id::ViewId;
use fengsui_kernel::{Fault, FaultKind, Result, Timestamp};
use fengsui_storage::Subject;
use fengsui_storage::identity::views::{self, ViewRow};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::engine::Identity;
use crate::preference::{check_key, check_size};
use crate::principal::SignedIn;

/// Views that one person may keep.
const MOST: u64 = 500;

/// A saved view as its readers see it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SavedView {
    /// Its id.
    pub id: ViewId,
    /// The screen: `ledger.enterprise`.
    pub place: String,
    /// Name for people.
    pub name: String,
    /// Whether it is the caller's own; only the owner changes it.
    pub mine: bool,
    /// Who made it.
    pub owner_name: String,
    /// The organisation that it is shared with, by record id.
    pub organisation: Option<String>,
    /// Its name.
    pub organisation_name: Option<String>,
    /// What the screen keeps.
    pub body: Value,
    /// Version, for changes.
    pub version: i64,
    /// When it was last written.
    #[schemars(with = "String")]
    pub updated_at: Timestamp,
}

/// A view to be kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedViewDraft {
    /// The screen; cannot change later.
    pub place: String,
    /// Name, unique among the owner's views of the screen.
    pub name: String,
    /// Organisation record to share it with, by id: one in which the owner holds a post.
    #[serde(default)]
    pub organisation: Option<String>,
    /// What the screen keeps: any JSON up to 16 KiB.
    pub body: Value,
    /// The version that a change is based on.
    #[serde(default)]
    pub version: i64,
}

fn shown(caller: &SignedIn, row: ViewRow) -> SavedView {
    SavedView {
        mine: row.user == caller.user.id,
        id: row.id,
        place: row.place,
        name: row.name,
        owner_name: row.user_name,
        organisation: row.organisation,
        organisation_name: row.organisation_name,
        body: row.body,
        version: row.version,
        updated_at: row.updated_at,
    }
}

fn row(caller: &SignedIn, draft: &SavedViewDraft, id: ViewId, version: i64, now: Timestamp) -> Result<ViewRow> {
    check_key("place", &draft.place)?;
    check_size("body", &draft.body)?;
    let name = draft.name.trim();
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        return Err(Fault::field("name", "length_out_of_range").with("min", "1").with("max", "60").into());
    }
    let organisation = draft.organisation.as_deref().filter(|id| !id.is_empty());
    let organisation_name = match organisation {
        None => None,
        Some(id) => Some(organisation_of(caller, id)?),
    };
    Ok(ViewRow {
        id,
        place: draft.place.clone(),
        name: name.to_owned(),
        user: caller.user.id.clone(),
        user_name: caller.user.name.clone(),
        organisation: organisation.map(str::to_owned),
        organisation_name,
        body: draft.body.clone(),
        version,
        updated_at: now,
    })
}

fn organisation_of(caller: &SignedIn, id: &str) -> Result<String> {
    let found = caller.posts.iter().find(|post| post.organisation.id.as_deref() == Some(id));
    let found = found.ok_or_else(|| Fault::field("organisation", "not_my_organisation").with("value", id))?;
    Ok(found.organisation.name.clone())
}

impl Identity {
    /// The caller's views of a screen and those shared with the caller's organisations.
    pub async fn views(&self, caller: &SignedIn, place: &str) -> Result<Vec<SavedView>> {
        check_key("place", place)?;
        let mut organisations: Vec<String> =
            caller.posts.iter().filter_map(|post| post.organisation.id.clone()).collect();
        organisations.sort();
        organisations.dedup();
        let found = views::visible(self.db(), place, &caller.user.id, &organisations).await?;
        Ok(found.into_iter().map(|row| shown(caller, row)).collect())
    }

    /// Keeps a new view.
    pub async fn save_view(&self, caller: &SignedIn, draft: &SavedViewDraft) -> Result<SavedView> {
        if views::count(self.db(), &caller.user.id).await? >= MOST {
            return Err(Fault::field("name", "too_many_items").with("max", &MOST.to_string()).into());
        }
        let mut tx = self.db().begin(caller.principal.acting(self.db().now(), None)).await?;
        let row = row(caller, draft, tx.new_id(), 1, tx.now())?;
        refuse_taken(views::name_taken(&mut tx, &row).await?)?;
        views::insert(&mut tx, &row).await?;
        tx.trace("view.save", Subject::new("view", &row.id), facts(&row));
        tx.commit().await?;
        Ok(shown(caller, row))
    }

    /// Changes one of the caller's views.
    pub async fn change_view(&self, caller: &SignedIn, id: &ViewId, draft: &SavedViewDraft) -> Result<SavedView> {
        let current = self.own_view(caller, id).await?;
        if current.place != draft.place {
            return Err(Fault::field("place", "immutable").with("value", &current.place).into());
        }
        let mut tx = self.db().begin(caller.principal.acting(self.db().now(), None)).await?;
        let row = row(caller, draft, id.clone(), draft.version.saturating_add(1), tx.now())?;
        refuse_taken(views::name_taken(&mut tx, &row).await?)?;
        if !views::update(&mut tx, &row).await? {
            let current = serde_json::to_value(shown(caller, current)).map_err(Fault::internal)?;
            let submitted = serde_json::to_value(draft).map_err(Fault::internal)?;
            return Err(FaultKind::Stale { current, submitted }.into());
        }
        tx.trace("view.save", Subject::new("view", &row.id), facts(&row));
        tx.commit().await?;
        Ok(shown(caller, row))
    }

    /// Removes one of the caller's views.
    pub async fn remove_view(&self, caller: &SignedIn, id: &ViewId) -> Result<()> {
        let current = self.own_view(caller, id).await?;
        let mut tx = self.db().begin(caller.principal.acting(self.db().now(), None)).await?;
        views::delete(&mut tx, id).await?;
        tx.trace("view.remove", Subject::new("view", id), facts(&current));
        tx.commit().await
    }

    async fn own_view(&self, caller: &SignedIn, id: &ViewId) -> Result<ViewRow> {
        let found = views::by_id(self.db(), id).await?.filter(|row| row.user == caller.user.id);
        found.ok_or_else(|| Fault::not_found("view", id))
    }
}

fn refuse_taken(taken: bool) -> Result<()> {
    if taken { Err(FaultKind::Duplicate { field: "name".into(), existing: None }.into()) } else { Ok(()) }
}

/// Who shares what with whom is everybody's business; what is filtered for is not.
fn facts(row: &ViewRow) -> Value {
    json!({"place": row.place, "name": row.name, "organisation": row.organisation})
}
