//! The alarm desk.

use fengsui_series::ShelvingPolicy;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Shelving and escalation of alarms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Alarms {
    /// The longest time in minutes for which an alarm may be shelved.
    #[schemars(range(min = 1, max = 1440))]
    pub longest_shelving_minutes: u32,
    /// The same for urgent alarms, which also need the right `shelve_urgent`.
    #[schemars(range(min = 1, max = 1440))]
    pub longest_urgent_shelving_minutes: u32,
}

impl Default for Alarms {
    fn default() -> Self {
        let ShelvingPolicy { longest_minutes, longest_urgent_minutes } = ShelvingPolicy::default();
        Self { longest_shelving_minutes: longest_minutes, longest_urgent_shelving_minutes: longest_urgent_minutes }
    }
}

impl Alarms {
    /// As the engine takes it.
    pub fn shelving(&self) -> ShelvingPolicy {
        ShelvingPolicy {
            longest_minutes: self.longest_shelving_minutes,
            longest_urgent_minutes: self.longest_urgent_shelving_minutes,
        }
    }
}
