//! Signed texts, as the states of this domain keep them.

use fengsui_kernel::Timestamp;
use fengsui_matters::process::Facts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Signature {
    /// User; `None` for the platform.
    pub by: Option<String>,
    /// Name at the time.
    pub name: String,
    /// When.
    pub at: Timestamp,
}

/// A signed text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// The text.
    pub text: String,
    /// By whom.
    #[serde(flatten)]
    pub signature: Signature,
}

impl Signature {
    /// Whoever acts now.
    pub fn of(facts: &Facts) -> Self {
        Self { by: facts.user.clone(), name: facts.actor_name.clone(), at: facts.now }
    }
}

impl Note {
    /// A text of whoever acts now.
    pub fn of(text: String, facts: &Facts) -> Self {
        Self { text, signature: Signature::of(facts) }
    }
}
