//! The engine and what its use cases share.

use std::sync::Arc;

use fengsui_kernel::Fault;
use fengsui_kernel::Result;
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::UserId;
use fengsui_storage::Db;
use fengsui_storage::identity::users::{self, UserRow};
use tokio::sync::{Mutex, Semaphore};

use crate::roles::Roles;
use crate::settings::Settings;

/// Accounts, sessions, tokens and rights. Cheap to clone.
#[derive(Clone)]
pub struct Identity {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) roles: Roles,
    pub(crate) settings: Settings,
    /// Bounds memory and processors spent on hashing.
    pub(crate) hashing: Semaphore,
    /// One sign-in per login at a time, so that parallel guesses are all counted.
    pub(crate) stripes: Vec<Mutex<()>>,
}

impl Identity {
    /// Builds the engine over a store with checked roles.
    pub fn new(db: Db, roles: Roles, settings: Settings) -> Self {
        let hashing = Semaphore::new(settings.parallel_hashes.max(1) as usize);
        let stripes = (0..64).map(|_| Mutex::new(())).collect();
        Self { inner: Arc::new(Inner { db, roles, settings, hashing, stripes }) }
    }

    /// The configured roles.
    pub fn roles(&self) -> &Roles {
        &self.inner.roles
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    pub(crate) fn db(&self) -> &Db {
        &self.inner.db
    }

    pub(crate) async fn user_row(&self, id: &UserId) -> Result<UserRow> {
        users::by_id(self.db(), id).await?.ok_or_else(|| Fault::not_found("user", id))
    }
}

pub(crate) fn unauthenticated(code: &str) -> Fault {
    FaultKind::Unauthenticated(code.to_owned()).into()
}
