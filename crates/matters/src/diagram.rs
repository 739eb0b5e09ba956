//! Processes as screens see them: phases, actions with their forms, the state diagram.

use fengsui_kernel::{Result, Text};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::engine::Engine;
use crate::erased::Erased;
use crate::process::{ActionDescriptor, ClockDescriptor, Phase};

/// A process.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProcessView {
    /// Its name.
    pub name: &'static str,
    /// Its name for people.
    pub title: Text,
    /// Its phases.
    pub phases: Vec<Phase>,
    /// Its actions.
    pub actions: Vec<ProcessAction>,
    /// Its clocks, with the length that is configured here.
    pub clocks: Vec<ClockDescriptor>,
    /// JSON Schema of what is asked to open one.
    pub opening_schema: Value,
}

/// An action with its form.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProcessAction {
    /// What it is.
    #[serde(flatten)]
    pub descriptor: ActionDescriptor,
    /// JSON Schema of its payload.
    pub schema: Value,
    /// Roles of which one is needed; empty when the permission is enough.
    pub roles: Vec<String>,
}

/// The state diagram of a process.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Diagram {
    /// The phases.
    pub nodes: Vec<Phase>,
    /// The actions from phase to phase.
    pub edges: Vec<Edge>,
}

/// One way from a phase to a phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Edge {
    /// From.
    pub from: &'static str,
    /// To.
    pub to: &'static str,
    /// The action.
    pub action: &'static str,
    /// Its name for people.
    pub title: Text,
    /// Whether it is to be confirmed.
    pub grave: bool,
    /// The rule it rests on.
    pub clause: Option<&'static str>,
}

impl Engine {
    /// The processes that matters run through.
    pub fn processes(&self) -> Vec<ProcessView> {
        self.inner.processes.values().map(|process| self.process_view(process.as_ref())).collect()
    }

    fn process_view(&self, process: &dyn Erased) -> ProcessView {
        let descriptor = process.descriptor().clone();
        let rules = self.rules(process.name());
        let action = |action: ActionDescriptor| ProcessAction {
            schema: process.schemas().action(action.name).map(|known| known.schema.clone()).unwrap_or_default(),
            roles: rules.actions.get(action.name).map(|rules| rules.roles.clone()).unwrap_or_default(),
            descriptor: action,
        };
        let clock = |mut clock: ClockDescriptor| {
            clock.minutes = self.clock_rules(process.name(), clock.name).minutes.unwrap_or(clock.minutes);
            clock
        };
        ProcessView {
            name: process.name(),
            title: descriptor.title,
            phases: descriptor.phases,
            actions: descriptor.actions.into_iter().map(action).collect(),
            clocks: descriptor.clocks.into_iter().map(clock).collect(),
            opening_schema: process.schemas().opening.schema.clone(),
        }
    }

    /// The state diagram of a process.
    pub fn diagram(&self, process: &str) -> Result<Diagram> {
        let descriptor = self.process(process)?.descriptor();
        let mut edges = Vec::new();
        for action in &descriptor.actions {
            for from in action.from {
                // What is done in several phases and leads to the same ones stays where it is.
                if action.from == action.to {
                    edges.push(Edge {
                        from,
                        to: from,
                        action: action.name,
                        title: action.title,
                        grave: action.grave,
                        clause: action.clause,
                    });
                    continue;
                }
                edges.extend(action.to.iter().map(|to| Edge {
                    from,
                    to,
                    action: action.name,
                    title: action.title,
                    grave: action.grave,
                    clause: action.clause,
                }));
            }
        }
        Ok(Diagram { nodes: descriptor.phases.clone(), edges })
    }
}
