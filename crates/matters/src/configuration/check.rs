//! The configuration against the process types.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{ClockConfiguration, Configuration, ConfigurationError, ProcessConfiguration};
use crate::erased::Erased;
use crate::process::{ClockDescriptor, Descriptor};

/// A clock of a year is surely a slip of the pen, except where the process itself says so.
const LONGEST_MINUTES: u32 = 5 * 366 * 24 * 60;

/// Everything that is wrong, at once.
pub(crate) fn check(
    configuration: &Configuration,
    processes: &BTreeMap<&'static str, Arc<dyn Erased>>,
    roles: Option<&[String]>,
) -> Result<(), ConfigurationError> {
    let mut found: Vec<ConfigurationError> = processes.values().flat_map(|process| itself(process.as_ref())).collect();
    for (name, rules) in &configuration.processes {
        match processes.get(name.as_str()) {
            Some(process) => {
                let mut checker = Checker { process: name, roles, found: &mut found };
                checker.rules(rules, process.descriptor());
            }
            None => found.push(unknown(name.clone(), "process", name, processes.keys().copied())),
        }
    }
    match found.len() {
        0 => Ok(()),
        1 => Err(found.remove(0)),
        _ => Err(ConfigurationError::Several(found)),
    }
}

fn unknown<'a>(
    key: String,
    noun: &'static str,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> ConfigurationError {
    let known = known.collect::<Vec<_>>().join(", ");
    ConfigurationError::Unknown { key, noun, name: name.to_owned(), known }
}

/// Whether the process type fits its own descriptor.
fn itself(process: &dyn Erased) -> Vec<ConfigurationError> {
    let descriptor = process.descriptor();
    let mut reasons = Vec::new();
    for action in &descriptor.actions {
        for phase in action.from.iter().chain(action.to) {
            if !descriptor.phases.iter().any(|known| known.name == *phase) {
                reasons.push(format!("action `{}` names the phase `{phase}`, which there is not", action.name));
            }
        }
        if process.schemas().action(action.name).is_none() {
            reasons.push(format!("the action type has no variant `{}`", action.name));
        }
    }
    for name in process.schemas().action_names() {
        if !descriptor.actions.iter().any(|action| action.name == name) {
            reasons.push(format!("the descriptor lacks the action `{name}`"));
        }
    }
    let process = process.name().to_owned();
    reasons.into_iter().map(|reason| ConfigurationError::Process { process: process.clone(), reason }).collect()
}

struct Checker<'a> {
    process: &'a str,
    roles: Option<&'a [String]>,
    found: &'a mut Vec<ConfigurationError>,
}

impl Checker<'_> {
    fn rules(&mut self, rules: &ProcessConfiguration, descriptor: &Descriptor) {
        for (name, action) in &rules.actions {
            let key = format!("{}.actions.{name}", self.process);
            if !descriptor.actions.iter().any(|known| known.name == name) {
                let known = descriptor.actions.iter().map(|known| known.name);
                self.found.push(unknown(key.clone(), "action", name, known));
            }
            for role in &action.roles {
                self.role(&format!("{key}.roles"), role);
            }
        }
        for (name, clock) in &rules.clocks {
            let key = format!("{}.clocks.{name}", self.process);
            if let Some(known) = descriptor.clocks.iter().find(|known| known.name == name) {
                self.clock(&key, clock, known);
            } else {
                let known = descriptor.clocks.iter().map(|known| known.name);
                self.found.push(unknown(key, "clock", name, known));
            }
        }
        // Settings belong to the process, but where one names roles, they are roles of this node.
        for (name, text) in rules.settings_text() {
            if name.ends_with("roles") || name.ends_with("role") {
                for role in text.split(',').map(str::trim).filter(|role| !role.is_empty()) {
                    self.role(&format!("{}.settings.{name}", self.process), role);
                }
            }
        }
    }

    fn clock(&mut self, key: &str, clock: &ClockConfiguration, descriptor: &ClockDescriptor) {
        let minutes = clock.minutes.unwrap_or(descriptor.minutes);
        let key_minutes = format!("{key}.minutes");
        if descriptor.statutory && minutes > descriptor.minutes {
            let clause = descriptor.clause.unwrap_or(descriptor.title.zh).to_owned();
            let limit = descriptor.minutes;
            self.found.push(ConfigurationError::BeyondLaw { key: key_minutes, minutes, limit, clause });
        } else if !(1..=LONGEST_MINUTES).contains(&minutes) {
            self.found.push(ConfigurationError::OutOfRange { key: key_minutes, minutes, limit: LONGEST_MINUTES });
        }
        if let Some(before) = clock.remind_before_minutes
            && !(1..minutes).contains(&before)
        {
            let key = format!("{key}.remind_before_minutes");
            let limit = minutes.saturating_sub(1);
            self.found.push(ConfigurationError::OutOfRange { key, minutes: before, limit });
        }
        if let Some(role) = &clock.escalate_to_role {
            self.role(&format!("{key}.escalate_to_role"), role);
        }
    }

    fn role(&mut self, key: &str, role: &str) {
        if let Some(roles) = self.roles
            && !roles.iter().any(|known| known == role)
        {
            self.found.push(unknown(key.to_owned(), "role", role, roles.iter().map(String::as_str)));
        }
    }
}
