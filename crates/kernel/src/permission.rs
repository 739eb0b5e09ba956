//! Permission = action + kind + division subtree (+ own enterprise). Decided here, denied by default.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::{Acting, Actor};
use crate::division::DivisionCode;
use crate::fault::Result;
use crate::place::Place;

/// How far a grant reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Scope {
    /// A division and everything below it.
    Subtree {
        /// Its root.
        division: DivisionCode,
    },
    /// Only what belongs to one enterprise.
    Enterprise {
        /// Its record id.
        id: String,
    },
}

impl Scope {
    /// Whether a place lies within.
    pub fn covers(&self, place: &Place) -> bool {
        match self {
            Self::Subtree { division } => division.contains(&place.division),
            Self::Enterprise { id } => place.enterprise.as_ref() == Some(id),
        }
    }
}

/// One right: an action on a kind within a scope. `*` stands for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Grant {
    /// `read`, `create`, `update`, `delete`, `import`, `export`, or the name of a process action.
    pub action: String,
    /// A record kind, `alarm`, `series`, a process name, `user`, `trace`, …
    pub kind: String,
    /// Where.
    pub scope: Scope,
    /// The post it comes from, by record id; `None` for a direct grant.
    pub post: Option<String>,
    /// The role it comes from; `None` for the platform's own rights.
    #[serde(default)]
    pub role: Option<String>,
}

/// A right that is missing, with the facts that explain it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Denial {
    /// Who asked.
    pub user: String,
    /// For what.
    pub action: String,
    /// On which kind.
    pub kind: String,
    /// Where.
    pub division: Option<DivisionCode>,
}

/// A caller with all rights they hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Who acts.
    pub actor: Actor,
    /// Record ids of the posts held.
    pub posts: Vec<String>,
    /// The rights.
    pub grants: Vec<Grant>,
}

impl Principal {
    /// The platform itself: every right, used by handlers and the command line.
    pub fn system(name: &str) -> Self {
        let scope = Scope::Subtree { division: DivisionCode::COUNTRY };
        let grant = Grant { action: "*".into(), kind: "*".into(), scope, post: None, role: None };
        Self { actor: Actor::system(name), posts: Vec::new(), grants: vec![grant] }
    }

    /// The user id, for guards such as "not the drafter".
    pub fn user_id(&self) -> Option<&str> {
        match &self.actor {
            Actor::User { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Whether the right is held at the place.
    pub fn may(&self, action: &str, kind: &str, place: &Place) -> bool {
        self.matching(action, kind).any(|grant| grant.scope.covers(place))
    }

    /// The rights that allow it at the place: the answer to "why may they?".
    pub fn allowing(&self, action: &str, kind: &str, place: &Place) -> Vec<Grant> {
        self.matching(action, kind).filter(|grant| grant.scope.covers(place)).cloned().collect()
    }

    /// Demands the right at the place.
    pub fn require(&self, action: &str, kind: &str, place: &Place) -> Result<()> {
        if self.may(action, kind, place) { Ok(()) } else { Err(self.denial(action, kind, Some(place.division)).into()) }
    }

    /// The scopes within which the right is held, for filtering lists; a denial when there is none.
    pub fn scopes(&self, action: &str, kind: &str) -> Result<Vec<Scope>> {
        let scopes: Vec<Scope> = self.matching(action, kind).map(|grant| grant.scope.clone()).collect();
        if scopes.is_empty() { Err(self.denial(action, kind, None).into()) } else { Ok(scopes) }
    }

    /// The roles in which the right is held at the place. Whoever holds two posts acts in one of them:
    /// the role of one does not lend itself to the right of the other.
    pub fn roles_with(&self, action: &str, kind: &str, place: &Place) -> Vec<String> {
        let held = self.matching(action, kind).filter(|grant| grant.scope.covers(place));
        let mut roles: Vec<String> = held.filter_map(|grant| grant.role.clone()).collect();
        roles.sort();
        roles.dedup();
        roles
    }

    /// The circumstances of a change made by this caller.
    pub fn acting(&self, at: jiff::Timestamp, why: Option<String>) -> Acting {
        Acting { actor: self.actor.clone(), at, why }
    }

    fn matching<'a>(&'a self, action: &'a str, kind: &'a str) -> impl Iterator<Item = &'a Grant> {
        let fits = |pattern: &str, value: &str| pattern == "*" || pattern == value;
        self.grants.iter().filter(move |grant| fits(&grant.action, action) && fits(&grant.kind, kind))
    }

    fn denial(&self, action: &str, kind: &str, division: Option<DivisionCode>) -> Denial {
        Denial { user: self.actor.key(), action: action.into(), kind: kind.into(), division }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn officer() -> Principal {
        let scope = Scope::Subtree { division: "640181".parse().expect("code") };
        let grant = Grant { action: "acknowledge".into(), kind: "alarm".into(), scope, post: None, role: None };
        let actor = Actor::User { id: "u".into(), name: "示例".into(), post: None };
        Principal { actor, posts: vec![], grants: vec![grant] }
    }

    #[test]
    fn right_and_role_come_from_one_post() {
        let grant = |role: &str, action: &str, division: &str| Grant {
            action: action.into(),
            kind: "warning".into(),
            scope: Scope::Subtree { division: division.parse().expect("code") },
            post: Some(role.into()),
            role: Some(role.into()),
        };
        let grants = vec![grant("approver", "approve", "640122"), grant("leader", "approve", "640181")];
        let actor = Actor::User { id: "u".into(), name: "示例".into(), post: None };
        let both = Principal { actor, posts: vec![], grants };
        let at = |code: &str| Place::of(code.parse().expect("code"));
        assert_eq!(both.roles_with("approve", "warning", &at("640181100")), ["leader"]);
        assert_eq!(both.roles_with("approve", "warning", &at("640122")), ["approver"]);
        assert!(both.roles_with("publish", "warning", &at("640122")).is_empty());
    }

    #[test]
    fn reaches_down_its_subtree_and_nowhere_else() {
        let at = |code: &str| Place::of(code.parse().expect("code"));
        assert!(officer().may("acknowledge", "alarm", &at("640181100")));
        assert!(!officer().may("acknowledge", "alarm", &at("6401")));
        assert!(!officer().may("verify", "alarm", &at("640181")));
        assert!(officer().scopes("read", "alarm").is_err());
    }
}
