//! What drafts point to: divisions, enterprises and other records must exist.

use std::collections::{HashMap, HashSet};

use fengsui_kernel::id::RecordId;
use fengsui_kernel::{DivisionCode, Fault, Problems, Result};
use fengsui_storage::{Tx, records};
use serde_json::Value;

use crate::draft::Checked;
use crate::kind::KindSpec;
use crate::record::ENTERPRISE;

/// Everything that a batch of drafts points to and that exists.
#[derive(Debug, Default)]
pub(crate) struct Known {
    divisions: HashSet<DivisionCode>,
    references: HashMap<String, HashSet<String>>,
    /// Record id by what was given, id or code.
    enterprises: HashMap<String, String>,
}

impl Known {
    /// Looks up what the drafts point to, in few statements however many there are.
    pub(crate) async fn load(tx: &mut Tx, spec: &KindSpec, drafts: &[Checked]) -> Result<Self> {
        let distinct: HashSet<DivisionCode> = drafts.iter().map(|draft| draft.division).collect();
        let divisions: Vec<DivisionCode> = distinct.into_iter().collect();
        let mut known = Self { divisions: records::known_divisions(tx, &divisions).await?, ..Self::default() };
        let mut wanted: HashMap<&str, HashSet<&str>> = HashMap::new();
        for (field, kind) in spec.references() {
            let codes = drafts.iter().flat_map(|draft| codes_in(draft.attributes.get(&field.name)));
            wanted.entry(kind).or_default().extend(codes);
        }
        for (kind, codes) in wanted {
            let codes: Vec<String> = codes.into_iter().map(ToOwned::to_owned).collect();
            let found = records::existing_codes(tx, kind, &codes).await?;
            known.references.insert(kind.to_owned(), found.into_keys().collect());
        }
        known.load_enterprises(tx, drafts).await?;
        // Records of one batch may refer to each other, a department to its bureau.
        let own = drafts.iter().filter_map(|draft| draft.code.clone());
        known.references.entry(spec.name.to_owned()).or_default().extend(own);
        Ok(known)
    }

    async fn load_enterprises(&mut self, tx: &mut Tx, drafts: &[Checked]) -> Result<()> {
        let given: HashSet<&str> = drafts.iter().filter_map(|draft| draft.enterprise.as_deref()).collect();
        let (ids, codes): (Vec<&str>, Vec<&str>) = given.into_iter().partition(|text| text.parse::<RecordId>().is_ok());
        let owned = |texts: Vec<&str>| texts.into_iter().map(ToOwned::to_owned).collect::<Vec<String>>();
        for id in records::existing_ids(tx, ENTERPRISE, &owned(ids)).await? {
            self.enterprises.insert(id.clone(), id);
        }
        self.enterprises.extend(records::existing_codes(tx, ENTERPRISE, &owned(codes)).await?);
        Ok(())
    }

    /// Enterprises that will exist at the end of the run.
    pub(crate) fn add_enterprises(&mut self, reserved: &HashMap<String, String>) {
        self.enterprises.extend(reserved.iter().map(|(code, id)| (code.clone(), id.clone())));
    }

    /// Codes of a kind that earlier portions of the run have written.
    pub(crate) fn add_references(&mut self, kind: &str, codes: &HashSet<String>) {
        self.references.entry(kind.to_owned()).or_default().extend(codes.iter().cloned());
    }

    /// What a draft points to and does not exist.
    pub(crate) fn problems(&self, spec: &KindSpec, draft: &Checked) -> Problems {
        let mut problems = Problems::default();
        if !self.divisions.contains(&draft.division) {
            problems.push(Fault::field("division", "unknown_division").with("value", draft.division.as_str()));
        }
        for (field, kind) in spec.references() {
            for code in codes_in(draft.attributes.get(&field.name)) {
                if !self.references.get(kind).is_some_and(|codes| codes.contains(code)) {
                    let path = format!("attributes.{}", field.name);
                    problems.push(Fault::field(&path, "unknown_reference").with("value", code).with("kind", kind));
                }
            }
        }
        if let Some(given) = draft.enterprise.as_deref().filter(|given| !self.enterprises.contains_key(*given)) {
            problems.push(Fault::field("enterprise", "unknown_enterprise").with("value", given));
        }
        problems
    }

    /// The enterprise that a record belongs to, by record id; an enterprise belongs to itself.
    pub(crate) fn enterprise(&self, spec: &KindSpec, draft: &Checked, own_id: &str) -> Option<String> {
        if spec.name == ENTERPRISE {
            return Some(own_id.to_owned());
        }
        draft.enterprise.as_deref().and_then(|given| self.enterprises.get(given).cloned())
    }
}

/// The codes that a field holds: one, or several.
fn codes_in(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let several = value.and_then(Value::as_array).into_iter().flatten();
    value.into_iter().filter(|value| value.is_string()).chain(several).filter_map(Value::as_str)
}
