//! The engine: a store and the kinds that live in it.

use std::collections::HashMap;
use std::sync::Arc;

use fengsui_kernel::{Fault, Principal, Result};
use fengsui_storage::records::Field;
use fengsui_storage::{Db, records};

use crate::kind::{KindSpec, SharedSpec};
use crate::query;
use crate::record::Record;

/// Use cases over records, divisions and boundaries. Cheap to clone.
#[derive(Clone)]
pub struct Registry {
    pub(crate) db: Db,
    inner: Arc<Inner>,
}

struct Inner {
    specs: Vec<SharedSpec>,
    by_name: HashMap<&'static str, usize>,
}

impl Registry {
    /// Checks the declarations against each other and makes the ledgers that they ask for.
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
            let columns: Vec<_> = spec.fields.iter().map(query::attribute).filter(Field::in_ledger).collect();
            records::ensure_ledger(&db, spec.name, &columns).await?;
        }
        let specs = specs.into_iter().map(Arc::new).collect();
        Ok(Self { db, inner: Arc::new(Inner { specs, by_name }) })
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

    /// Masks personal data that the caller may not read.
    pub(crate) fn shown(spec: &KindSpec, principal: &Principal, mut record: Record) -> Record {
        if spec.has_personal() && !principal.may("read_personal", spec.name, &record.place()) {
            crate::mask::attributes(spec, &mut record.attributes);
        }
        record
    }
}
