//! The alarm desk.

use fengsui_kernel::scale::AlarmPriority;
use fengsui_series::{EscalationStep, ShelvingPolicy};
use jiff::tz::{Offset, TimeZone};
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
    /// The longest time in days for which a series or a device may be taken out of service.
    #[schemars(range(min = 1, max = 366))]
    pub longest_out_of_service_days: u32,
    /// Minutes that local time is ahead of UTC: schedules of rules are read in it.
    #[schemars(range(min = -720, max = 840))]
    pub utc_offset_minutes: i32,
    /// Who is told when nobody acknowledges an alarm: for each priority after how many minutes the posts with which
    /// role, of the alarm's own division or (`upper`) of the next level of government. Steps go in the order of time.
    pub escalation: Vec<Escalation>,
}

/// One step of the escalation table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// Alarms of this priority.
    pub priority: AlarmPriority,
    /// Minutes without acknowledgement.
    #[schemars(range(min = 1))]
    pub after_minutes: u32,
    /// The posts with this role are told.
    pub role: String,
    /// Those of the next level of government instead of the alarm's own division.
    #[serde(default)]
    pub upper: bool,
}

/// Unless the configuration says otherwise: the duty leader, then the duty officer of the level above.
fn escalation() -> Vec<Escalation> {
    let step = |priority, after_minutes, role: &str, upper| Escalation {
        priority,
        after_minutes,
        role: role.to_owned(),
        upper,
    };
    vec![
        step(AlarmPriority::Urgent, 5, "duty_leader", false),
        step(AlarmPriority::Urgent, 15, "duty_officer", true),
        step(AlarmPriority::High, 15, "duty_leader", false),
        step(AlarmPriority::High, 45, "duty_officer", true),
        step(AlarmPriority::Medium, 60, "duty_leader", false),
    ]
}

impl Default for Alarms {
    fn default() -> Self {
        let ShelvingPolicy { longest_minutes, longest_urgent_minutes } = ShelvingPolicy::default();
        Self {
            longest_shelving_minutes: longest_minutes,
            longest_urgent_shelving_minutes: longest_urgent_minutes,
            longest_out_of_service_days: 30,
            utc_offset_minutes: 480,
            escalation: escalation(),
        }
    }
}

impl Alarms {
    /// The zone in which schedules of rules are read.
    pub fn zone(&self) -> anyhow::Result<TimeZone> {
        Ok(TimeZone::fixed(Offset::from_seconds(self.utc_offset_minutes * 60)?))
    }

    /// The table as the engine takes it; `title` gives the name of a role, or nothing for one that does not exist.
    pub fn escalation(&self, title: impl Fn(&str) -> Option<String>) -> anyhow::Result<Vec<EscalationStep>> {
        let step = |step: &Escalation| {
            let title = title(&step.role);
            let title = title.ok_or_else(|| anyhow::anyhow!("alarms.escalation: there is no role `{}`", step.role))?;
            let Escalation { priority, after_minutes, role, upper } = step.clone();
            Ok(EscalationStep { priority, after_minutes, role, title, upper })
        };
        self.escalation.iter().map(step).collect()
    }

    /// As the engine takes it.
    pub fn shelving(&self) -> ShelvingPolicy {
        ShelvingPolicy {
            longest_minutes: self.longest_shelving_minutes,
            longest_urgent_minutes: self.longest_urgent_shelving_minutes,
        }
    }
}
