//! Who does something, when and why: the head of every state change.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Actor {
    /// A signed-in person, acting in a post when one is chosen.
    User {
        /// Account id.
        id: String,
        /// Shown name at the time.
        name: String,
        /// The post (岗位) acted in, by record id.
        post: Option<String>,
    },
    /// A device that sent something.
    Device {
        /// Device record id or station key.
        id: String,
    },
    /// The platform itself: a clock that ran out, a handler, the command line.
    System {
        /// Which part.
        name: String,
    },
}

impl Actor {
    /// The platform itself.
    pub fn system(name: &str) -> Self {
        Self::System { name: name.to_owned() }
    }

    /// A short stable key: `user:<id>`, `device:<id>`, `system:<name>`.
    pub fn key(&self) -> String {
        match self {
            Self::User { id, .. } => format!("user:{id}"),
            Self::Device { id } => format!("device:{id}"),
            Self::System { name } => format!("system:{name}"),
        }
    }

    /// The name people read.
    pub fn name(&self) -> &str {
        match self {
            Self::User { name, .. } | Self::System { name } => name,
            Self::Device { id } => id,
        }
    }
}

/// The circumstances of a state change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// Who.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// Why, in the person's words, where one was given.
    pub why: Option<String>,
}

impl Acting {
    /// Acting as the platform itself.
    pub fn system(name: &str, at: Timestamp) -> Self {
        Self { actor: Actor::system(name), at, why: None }
    }
}
