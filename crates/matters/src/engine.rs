//! The engine: processes, their configuration, the store and the attachments.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use fengsui_kernel::{Fault, Result, Timestamp};
use fengsui_storage::Db;
use jiff::SignedDuration;

use crate::attachments::Store;
use crate::configuration::{self, ClockConfiguration, Configuration, ConfigurationError, ProcessConfiguration};
use crate::erased::{Erased, Typed};
use crate::process::{ClockDescriptor, Process};

/// The engine. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) processes: BTreeMap<&'static str, Arc<dyn Erased>>,
    configuration: Configuration,
    unconfigured: ProcessConfiguration,
    pub(crate) attachments: Option<Store>,
}

/// Collects what an engine needs.
pub struct Builder {
    db: Db,
    processes: BTreeMap<&'static str, Arc<dyn Erased>>,
    texts: Vec<toml::Table>,
    roles: Option<Vec<String>>,
    attachments: Option<Store>,
}

impl Builder {
    /// Registers a process.
    #[must_use]
    pub fn process<P: Process>(mut self) -> Self {
        self.processes.insert(P::NAME, Arc::new(Typed::<P>::new()));
        self
    }

    /// Adds configuration as TOML; later texts override single keys of earlier ones.
    pub fn configure(mut self, text: &str) -> Result<Self, ConfigurationError> {
        self.texts.push(configuration::parse(text)?);
        Ok(self)
    }

    /// Tells which roles there are, so that the configuration cannot name others.
    #[must_use]
    pub fn roles<R: Into<String>>(mut self, roles: impl IntoIterator<Item = R>) -> Self {
        self.roles = Some(roles.into_iter().map(Into::into).collect());
        self
    }

    /// Keeps attachments under `<data directory>/attachments`. Without it there are none.
    #[must_use]
    pub fn attachments_under(mut self, data_directory: &Path) -> Self {
        self.attachments = Some(Store::under(data_directory));
        self
    }

    /// Checks the configuration against the processes.
    pub fn build(self) -> Result<Engine, ConfigurationError> {
        let configuration = configuration::read(&self.texts)?;
        configuration::check(&configuration, &self.processes, self.roles.as_deref())?;
        let inner = Inner {
            db: self.db,
            processes: self.processes,
            configuration,
            unconfigured: ProcessConfiguration::default(),
            attachments: self.attachments,
        };
        Ok(Engine { inner: Arc::new(inner) })
    }
}

impl Engine {
    /// Begins to build an engine.
    pub fn builder(db: Db) -> Builder {
        Builder { db, processes: BTreeMap::new(), texts: Vec::new(), roles: None, attachments: None }
    }

    /// The store below.
    pub fn db(&self) -> &Db {
        &self.inner.db
    }

    /// A process that a caller names.
    pub(crate) fn process(&self, name: &str) -> Result<&dyn Erased> {
        let found = self.inner.processes.get(name);
        found.map(AsRef::as_ref).ok_or_else(|| Fault::field("process", "unknown_value").with("value", name).into())
    }

    /// A process that a stored matter names.
    pub(crate) fn process_of(&self, name: &str) -> Result<&dyn Erased> {
        let found = self.inner.processes.get(name);
        found.map(AsRef::as_ref).ok_or_else(|| Fault::internal(format!("a matter of the unknown process {name}")))
    }

    pub(crate) fn rules(&self, process: &str) -> &ProcessConfiguration {
        self.inner.configuration.processes.get(process).unwrap_or(&self.inner.unconfigured)
    }

    pub(crate) fn clock_rules(&self, process: &str, clock: &str) -> ClockConfiguration {
        self.rules(process).clocks.get(clock).cloned().unwrap_or_default()
    }

    /// When a clock that starts now ends, and when it reminds.
    pub(crate) fn clock_times(
        &self,
        process: &str,
        clock: &ClockDescriptor,
        now: Timestamp,
        due_at: Option<Timestamp>,
    ) -> (Timestamp, Option<Timestamp>) {
        let rules = self.clock_rules(process, clock.name);
        let minutes = |count: u32| SignedDuration::from_secs(i64::from(count) * 60);
        let due = due_at.unwrap_or_else(|| {
            now.checked_add(minutes(rules.minutes.unwrap_or(clock.minutes))).unwrap_or(Timestamp::MAX)
        });
        let remind = rules.remind_before_minutes.and_then(|before| due.checked_sub(minutes(before)).ok());
        // A clock that is short this time would remind at its very start.
        (due, remind.filter(|at| *at > now))
    }
}
