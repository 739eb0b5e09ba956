//! Why somebody may do something, or what they lack.

use fengsui_kernel::id::UserId;
use fengsui_kernel::{DivisionCode, Grant, Place, Principal, Result, Scope};
use schemars::JsonSchema;
use serde::Serialize;

use crate::engine::Identity;

/// The answer to "may they?".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Explanation {
    /// Whether they may.
    pub allowed: bool,
    /// The rights that allow it.
    pub because: Vec<Grant>,
    /// What they lack.
    pub missing: Option<Missing>,
}

/// What somebody lacks to do something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Missing {
    /// `inactive`, `no_role` (no role of theirs allows it) or `other_place` (allowed, but elsewhere).
    pub code: String,
    /// The action asked about.
    pub action: String,
    /// The kind.
    pub kind: String,
    /// The place.
    pub division: DivisionCode,
    /// Rights for the same action elsewhere.
    pub elsewhere: Vec<Grant>,
    /// Roles that would allow it.
    pub roles: Vec<String>,
}

impl Identity {
    /// Explains whether a user may do something at a place. Everybody may ask about themselves.
    pub async fn explain(
        &self,
        caller: &Principal,
        user: &UserId,
        action: &str,
        kind: &str,
        place: &Place,
    ) -> Result<Explanation> {
        if caller.user_id() != Some(user.as_str()) {
            self.demand_over(caller, "read", user).await?;
        }
        let row = self.user_row(user).await?;
        let principal = self.principal_of(user).await?;
        let fits = |pattern: &str, value: &str| pattern == "*" || pattern == value;
        let same = |grant: &&Grant| fits(&grant.action, action) && fits(&grant.kind, kind);
        let because = principal.allowing(action, kind, place);
        let elsewhere: Vec<Grant> =
            principal.grants.iter().filter(same).filter(|grant| !because.contains(grant)).cloned().collect();
        let allowed = !because.is_empty();
        let code = match (row.active, elsewhere.is_empty()) {
            (false, _) => "inactive",
            (true, true) => "no_role",
            (true, false) => "other_place",
        };
        let missing = (!allowed).then(|| Missing {
            code: code.to_owned(),
            action: action.to_owned(),
            kind: kind.to_owned(),
            division: place.division,
            elsewhere,
            roles: self.roles().allowing(action, kind),
        });
        Ok(Explanation { allowed, because, missing })
    }
}

/// The place that only a scope at least as wide covers.
pub(crate) fn widest_place(scope: &Scope) -> Place {
    match scope {
        Scope::Subtree { division } => Place::of(*division),
        // A grant over one enterprise is covered by that enterprise or by the whole country:
        // the enterprise's division is not known here.
        Scope::Enterprise { id } => Place { division: DivisionCode::COUNTRY, enterprise: Some(id.clone()) },
    }
}
