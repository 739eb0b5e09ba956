//! The engine: a store and the kinds that live in it.

use std::collections::HashMap;
use std::sync::Arc;

use fengsui_kernel::{Fault, Result};
use fengsui_storage::records::Field;
use fengsui_storage::seal::{self, PersonalFields};
use fengsui_storage::{Db, records};

use crate::kind::{KindSpec, SharedSpec};
use crate::query;
use crate::sealed::personal_fields;

/// Use cases over records, divisions and boundaries. Cheap to clone.
#[derive(Clone)]
pub struct Registry {
    pub(crate) db: Db,
    inner: Arc<Inner>,
}

struct Inner {
    specs: Vec<SharedSpec>,
    personal: Vec<PersonalFields>,
    by_name: HashMap<&'static str, usize>,
}

impl Registry {
    /// Checks the declarations against each other, makes the ledgers that they ask for, and seals what
    /// an older program left in clear or an older key sealed.
    pub async fn open(db: Db, specs: Vec<KindSpec>) -> Result<Self> {
        let mut by_name = HashMap::new();
        for (index, spec) in specs.iter().enumerate() {
            if by_name.insert(spec.name, index).is_some() {
                return Err(Fault::internal(format!("kind {} is declared twice", spec.name)));
            }
        }
        for spec in &specs {
            if let Some((field, kind)) = spec.references().find(|(_, kind)| !by_name.contains_key(kind)) {
                return Err(Fault::internal(format!("{}.{} refers to unknown kind {kind}", spec.name, field.name)));
            }
            let columns: Vec<_> = spec
                .fields
                .iter()
                .filter(|field| !field.personal)
                .flat_map(|field| [Some(query::attribute(field)), query::rank(field)])
                .flatten()
                .filter(Field::in_ledger)
                .collect();
            records::ensure_ledger(&db, spec.name, &columns).await?;
        }
        let personal = personal_fields(&specs);
        if seal::is_due(&db, &personal).await? {
            let done = seal::sweep(&db, &personal).await?;
            tracing::info!(from_clear = done.from_clear, from_older = done.from_older, "personal data are sealed");
        }
        let specs = specs.into_iter().map(Arc::new).collect();
        Ok(Self { db, inner: Arc::new(Inner { specs, personal, by_name }) })
    }

    /// All kinds, in the order of composition.
    pub fn kinds(&self) -> &[SharedSpec] {
        &self.inner.specs
    }

    /// One kind.
    pub fn kind(&self, name: &str) -> Result<&SharedSpec> {
        let index = self.inner.by_name.get(name).copied();
        index.and_then(|index| self.inner.specs.get(index)).ok_or_else(|| Fault::not_found("kind", name))
    }

    /// The store beneath.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The personal fields of all kinds, for sealing.
    pub fn personal(&self) -> &[PersonalFields] {
        &self.inner.personal
    }
}
