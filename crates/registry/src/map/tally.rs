//! Counties by what is recorded in them, for maps in colours.

use std::collections::BTreeMap;

use fengsui_kernel::{DivisionCode, Fault, Principal, Result};
use fengsui_storage::records;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kind::FieldKind;
use crate::query::{self, ListQuery};
use crate::registry::Registry;

/// What one county holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CountyTally {
    /// Its code.
    pub division: DivisionCode,
    /// Its name; absent where the table of divisions does not know it.
    pub name: Option<String>,
    /// Records by value of the field; those without a value are left out.
    pub counts: BTreeMap<String, u64>,
}

impl Registry {
    /// How many records of a kind each county has, by the value of a closed list.
    pub async fn tally(
        &self,
        principal: &Principal,
        kind: &str,
        field: &str,
        filter: Vec<String>,
    ) -> Result<Vec<CountyTally>> {
        let spec = self.kind(kind)?;
        let list = spec.field(field).filter(|own| own.kind == FieldKind::Enum && !own.personal);
        let list = list.ok_or_else(|| Fault::field("field", "not_filterable").with("value", field))?;
        let query = ListQuery { filter, ..ListQuery::default() };
        let selection = query.selection(spec, principal.scopes("read", kind)?)?;
        let mut counties: BTreeMap<DivisionCode, BTreeMap<String, u64>> = BTreeMap::new();
        for (county, value, count) in records::tallies(&self.db, &selection, &query::attribute(list)).await? {
            let (Ok(code), Some(value)) = (format!("{county}000000").parse(), value) else { continue };
            counties.entry(code).or_default().insert(value, count);
        }
        let codes: Vec<DivisionCode> = counties.keys().copied().collect();
        let names: BTreeMap<_, _> =
            records::divisions_by_code(&self.db, &codes).await?.into_iter().map(|own| (own.code, own.name)).collect();
        let tally = |(division, counts)| CountyTally { name: names.get(&division).cloned(), division, counts };
        Ok(counties.into_iter().map(tally).collect())
    }
}
