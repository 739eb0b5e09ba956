//! Who may see, change and take on what.

use std::collections::BTreeMap;

use fengsui_kernel::id::MatterId;
use fengsui_kernel::{Actor, Denial, Fault, Place, Principal, Result, Scope};
use fengsui_storage::matters::{self as rows, AssigneeRow, InboxFilter, MatterRow, Readable, RoleReach};

use crate::engine::Engine;

/// Where a matter belongs, as permissions see it.
pub(crate) fn place(row: &MatterRow) -> Place {
    Place { division: row.division, enterprise: row.enterprise.clone() }
}

/// The right is missing.
pub(crate) fn denied(principal: &Principal, action: &str, row: &MatterRow) -> Fault {
    let user = principal.actor.key();
    Denial { user, action: action.to_owned(), kind: row.process.clone(), division: Some(row.division) }.into()
}

/// Whether the matter is given to the caller's post or role, whoever claimed it.
pub(crate) fn given_to(principal: &Principal, row: &MatterRow) -> bool {
    match &row.assignee {
        AssigneeRow::Post(post) => principal.posts.contains(post),
        AssigneeRow::Role(role, division) => {
            let place = Place { division: *division, enterprise: row.enterprise.clone() };
            let held = reach(principal, &row.process);
            held.get(role.as_str()).is_some_and(|scopes| scopes.iter().any(|scope| scope.covers(&place)))
        }
        AssigneeRow::Nobody => false,
    }
}

/// Whether the matter concerns the caller personally: given to them, claimed or opened by them.
pub(crate) fn involved(principal: &Principal, row: &MatterRow) -> bool {
    let Some(user) = principal.user_id() else { return false };
    row.opened_by.as_deref() == Some(user)
        || row.claimed_by.as_ref().is_some_and(|(claimer, _)| claimer == user)
        || given_to(principal, row)
}

/// Where each role of the caller gives any right on a process.
fn reach<'a>(principal: &'a Principal, process: &str) -> BTreeMap<&'a str, Vec<Scope>> {
    let mut reach: BTreeMap<&str, Vec<Scope>> = BTreeMap::new();
    for grant in principal.grants.iter().filter(|grant| grant.kind == "*" || grant.kind == process) {
        let Some(role) = &grant.role else { continue };
        let scopes = reach.entry(role).or_default();
        if !scopes.contains(&grant.scope) {
            scopes.push(grant.scope.clone());
        }
    }
    reach
}

/// Whether the right is held in one of the roles that an action asks for; the platform itself holds
/// every role.
pub(crate) fn has_role(principal: &Principal, action: &str, row: &MatterRow, roles: &[String]) -> bool {
    roles.is_empty()
        || matches!(principal.actor, Actor::System { .. })
        || principal.roles_with(action, &row.process, &place(row)).iter().any(|role| roles.contains(role))
}

pub(crate) fn require_read(principal: &Principal, row: &MatterRow) -> Result<()> {
    if involved(principal, row) { Ok(()) } else { principal.require("read", &row.process, &place(row)) }
}

impl Engine {
    /// Reads a matter that the caller may see.
    pub(crate) async fn readable_row(&self, principal: &Principal, id: &MatterId) -> Result<MatterRow> {
        let row = rows::get(self.db(), id).await?.ok_or_else(|| Fault::not_found("matter", id))?;
        require_read(principal, &row)?;
        Ok(row)
    }

    /// Comments, evidence and links come from whoever may act on the matter or is concerned by it.
    pub(crate) fn require_contribution(&self, principal: &Principal, action: &str, row: &MatterRow) -> Result<()> {
        let place = place(row);
        let acts = |name: &str| principal.may(name, &row.process, &place);
        let descriptor = self.process_of(&row.process)?.descriptor();
        if acts(action) || involved(principal, row) || descriptor.actions.iter().any(|known| acts(known.name)) {
            Ok(())
        } else {
            Err(denied(principal, action, row))
        }
    }

    /// Where the caller may read which processes; a denial when nowhere.
    pub(crate) fn readable(&self, principal: &Principal) -> Result<Vec<Readable>> {
        let mut readable = Vec::new();
        let mut denial = None;
        for name in self.inner.processes.keys() {
            match principal.scopes("read", name) {
                Ok(mut scopes) => {
                    scopes.dedup();
                    readable.push(Readable { process: (*name).to_owned(), scopes });
                }
                Err(fault) => denial = Some(fault),
            }
        }
        match denial {
            Some(fault) if readable.is_empty() => Err(fault),
            _ => Ok(readable),
        }
    }

    /// Whose inbox it is; `None` for those who have none.
    pub(crate) fn inbox_filter(&self, principal: &Principal) -> Option<InboxFilter> {
        let user = principal.user_id()?.to_owned();
        let reaches = self.inner.processes.keys().flat_map(|process| {
            reach(principal, process).into_iter().map(|(role, scopes)| RoleReach {
                process: (*process).to_owned(),
                role: role.to_owned(),
                scopes,
            })
        });
        Some(InboxFilter { user, posts: principal.posts.clone(), reach: reaches.collect() })
    }
}
