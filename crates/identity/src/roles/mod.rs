//! Roles: configuration that says what a post may do, checked when the program starts.

mod permission;
mod vocabulary;

use std::collections::BTreeMap;
use std::sync::Arc;

use fengsui_kernel::{DivisionCode, Grant, Scope};
use serde::{Deserialize, Serialize};

pub(crate) use permission::{Permission, Reach};
pub use vocabulary::{MATTER_ACTIONS, RECORD_ACTIONS, RECORD_KINDS, Vocabulary};

/// The role of the first account.
pub const ADMINISTRATOR: &str = "administrator";

/// The defaults that the binary carries.
pub const DEFAULT_ROLES: &str = include_str!("../../../fengsui/config/roles.toml");

/// Everything wrong with a configuration of roles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("roles: {}", .0.join("; "))]
pub struct RolesError(pub Vec<String>);

/// Title of a role in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleTitle {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A role as the interface shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct RoleView {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: RoleTitle,
    /// Its permissions, one action on one kind each.
    pub permissions: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RoleScope {
    #[default]
    Division,
    Enterprise,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    role: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    title: RoleTitle,
    #[serde(default)]
    scope: RoleScope,
    #[serde(default)]
    includes: Vec<String>,
    permissions: Vec<String>,
}

#[derive(Debug, Clone)]
struct Role {
    title: RoleTitle,
    scope: RoleScope,
    permissions: Vec<Permission>,
}

/// The roles of an installation. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Roles {
    roles: Arc<BTreeMap<String, Role>>,
    vocabulary: Arc<Vocabulary>,
}

impl Roles {
    /// Reads and checks a configuration; names every key at fault.
    pub fn parse(text: &str, vocabulary: &Vocabulary) -> Result<Self, RolesError> {
        let document: Document = toml::from_str(text).map_err(|error| RolesError(vec![error.to_string()]))?;
        let mut errors = Vec::new();
        let mut own = BTreeMap::new();
        for (name, entry) in &document.role {
            own.insert(name.clone(), own_permissions(name, entry, vocabulary, &mut errors));
        }
        if !document.role.contains_key(ADMINISTRATOR) {
            errors.push(format!("role.{ADMINISTRATOR}: missing; the first account needs it"));
        }
        let mut roles = BTreeMap::new();
        for (name, entry) in &document.role {
            let mut permissions = own.get(name).cloned().unwrap_or_default();
            for included in included(name, entry, &document, &mut errors) {
                permissions.extend(own.get(included).cloned().unwrap_or_default());
            }
            roles.insert(name.clone(), Role { title: entry.title.clone(), scope: entry.scope, permissions });
        }
        if errors.is_empty() {
            Ok(Self { roles: Arc::new(roles), vocabulary: Arc::new(vocabulary.clone()) })
        } else {
            Err(RolesError(errors))
        }
    }

    /// The defaults that the binary carries.
    pub fn standard() -> Result<Self, RolesError> {
        Self::parse(DEFAULT_ROLES, &Vocabulary::standard())
    }

    /// Whether there is such a role.
    pub fn contains(&self, role: &str) -> bool {
        self.roles.contains_key(role)
    }

    /// Whether the role is bound to an enterprise, so that its posts need one.
    pub fn needs_enterprise(&self, role: &str) -> bool {
        self.roles.get(role).is_some_and(|role| role.scope == RoleScope::Enterprise)
    }

    /// The kinds and actions that permissions may name.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// All roles, for screens.
    pub fn views(&self) -> Vec<RoleView> {
        let view = |(name, role): (&String, &Role)| RoleView {
            name: name.clone(),
            title: role.title.clone(),
            permissions: role.permissions.iter().map(ToString::to_string).collect(),
        };
        self.roles.iter().map(view).collect()
    }

    /// Names of the roles that allow an action on a kind somewhere.
    pub fn allowing(&self, action: &str, kind: &str) -> Vec<String> {
        let allows = |role: &Role| role.permissions.iter().any(|permission| permission.allows(action, kind));
        self.roles.iter().filter(|(_, role)| allows(role)).map(|(name, _)| name.clone()).collect()
    }

    /// The rights that a role gives at a place. An unknown role gives none.
    pub fn grants(
        &self,
        role: &str,
        division: DivisionCode,
        enterprise: Option<&str>,
        post: Option<&str>,
    ) -> Vec<Grant> {
        let name = role;
        let Some(role) = self.roles.get(role) else { return Vec::new() };
        let grant = |permission: &Permission| {
            let scope = match (permission.reach, role.scope) {
                (Reach::Role, RoleScope::Enterprise) => Scope::Enterprise { id: enterprise?.to_owned() },
                (reach, _) => Scope::Subtree { division: reach.root(division) },
            };
            let (action, kind) = (permission.action.clone(), permission.kind.clone());
            Some(Grant { action, kind, scope, post: post.map(str::to_owned), role: Some(name.to_owned()) })
        };
        role.permissions.iter().filter_map(grant).collect()
    }
}

fn own_permissions(name: &str, entry: &Entry, vocabulary: &Vocabulary, errors: &mut Vec<String>) -> Vec<Permission> {
    let mut permissions = Vec::new();
    for (index, text) in entry.permissions.iter().enumerate() {
        match permission::parse(text, vocabulary) {
            Ok(read) => permissions.extend(read),
            Err(problem) => errors.push(format!("role.{name}.permissions[{index}]: {problem}")),
        }
    }
    permissions
}

/// Roles included by a role: one level only, so that nobody has to follow chains to know a right.
fn included<'a>(name: &str, entry: &'a Entry, document: &Document, errors: &mut Vec<String>) -> Vec<&'a String> {
    for other in &entry.includes {
        match document.role.get(other) {
            None => errors.push(format!("role.{name}.includes: unknown role `{other}`")),
            Some(found) if !found.includes.is_empty() => {
                errors.push(format!("role.{name}.includes: `{other}` includes roles itself"));
            }
            Some(_) => {}
        }
    }
    entry.includes.iter().collect()
}

#[cfg(test)]
mod tests;
