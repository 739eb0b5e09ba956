//! The engines that commands need without a running platform.

use std::path::Path;

use anyhow::{Result, bail};
use fengsui_identity::{Identity, Settings};
use fengsui_registry::Registry;

use crate::config::Config;
use crate::{compose, ground, store};

/// Registry and identity over the store of an installation; the platform may run beside.
pub struct Engines {
    /// The ledgers.
    pub registry: Registry,
    /// The accounts.
    pub identity: Identity,
}

impl Engines {
    /// Opens the store; one that does not exist is made only if `may_create`.
    pub async fn open(config: &Config, may_create: bool) -> Result<Self> {
        let url = config.storage_url();
        if let Some(path) = url.strip_prefix("sqlite:") {
            if !may_create && !Path::new(path).is_file() {
                bail!("there is no store at {path}; name the data directory with --data");
            }
            config.make_data_dir()?;
        }
        let db = store::open(config).await?;
        ground::ensure(&db).await?;
        let registry = Registry::open(db.clone(), compose::kinds()).await?;
        let identity = Identity::new(db, compose::roles(config)?, Settings::default());
        Ok(Self { registry, identity })
    }

    /// Closes the store.
    pub async fn close(&self) {
        self.registry.db().close().await;
    }
}
