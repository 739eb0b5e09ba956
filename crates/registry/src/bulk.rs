//! Writing many records in one unit of work: the engine beneath imports and demonstration data.

use std::collections::{HashMap, HashSet};
use std::io::BufRead;
use std::sync::Arc;

use fengsui_events::{Event, RecordChange, RecordChanged};
use fengsui_kernel::id::{ImportId, RecordId};
use fengsui_kernel::{DivisionCode, Fault, Place, Principal, Problems, Result};
use fengsui_storage::records::{self, Change, Column, Field, Head, RecordWrite};
use fengsui_storage::{Subject, Tx};
use serde_json::{Value, json};

use crate::draft::{self, Checked, RecordDraft};
use crate::kind::{KindSpec, SharedSpec};
use crate::record::ENTERPRISE;
use crate::registry::Registry;
use crate::resolve::Known;
use crate::sealed;
use crate::writing::{Target, made_up_code, record_write};

/// Rows that are judged and written together.
pub(crate) const PORTION: usize = 5000;

/// What a load did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LoadReport {
    /// New records.
    pub created: u64,
    /// Changed records.
    pub updated: u64,
    /// Records that were already so.
    pub unchanged: u64,
}

/// A bulk write under way.
pub(crate) struct Bulk<'a> {
    spec: &'a KindSpec,
    principal: &'a Principal,
    action: &'static str,
    /// Codes of this run, for doubles and for references among its own rows.
    seen: HashSet<String>,
    /// Enterprises that will exist, with the record id reserved for each.
    reserved: Arc<HashMap<String, String>>,
    /// The import that the versions belong to.
    pub(crate) run: Option<String>,
    /// The fields that the rows speak of; of existing records the others stay. All, if not said.
    pub(crate) given: Option<HashSet<String>>,
    /// The field by which records are known again, unless it is the code.
    pub(crate) known_by: Option<Field>,
    /// Judge only.
    pub(crate) dry: bool,
    pub(crate) done: LoadReport,
    /// The smallest division that contains everything written.
    pub(crate) area: Option<DivisionCode>,
}

impl<'a> Bulk<'a> {
    pub(crate) fn new(
        spec: &'a KindSpec,
        principal: &'a Principal,
        action: &'static str,
        reserved: Arc<HashMap<String, String>>,
    ) -> Self {
        Self {
            spec,
            principal,
            action,
            seen: HashSet::new(),
            reserved,
            run: None,
            given: None,
            known_by: None,
            dry: false,
            done: LoadReport::default(),
            area: None,
        }
    }

    /// The value that tells a draft apart from others of the run.
    fn key(&self, draft: &Checked) -> Option<String> {
        match &self.known_by {
            None => draft.code.clone(),
            Some(Field::Attribute { name, .. } | Field::Rank { name, .. }) => {
                draft.attributes.get(name).and_then(Value::as_str).map(str::to_owned)
            }
            Some(Field::Column(_)) => Some(draft.name.clone()),
        }
    }

    /// Notes rows that an earlier start of the same run has taken.
    pub(crate) fn note_taken(&mut self, drafts: &[Checked]) {
        let keys: Vec<String> = drafts.iter().filter_map(|draft| self.key(draft)).collect();
        self.seen.extend(keys);
    }

    /// Gives drafts the codes of the records that they mean; refuses those that could mean several.
    async fn recognise(
        &self,
        tx: &mut Tx,
        portion: Vec<(u64, Checked)>,
        refuse: &mut impl FnMut(u64, Problems),
    ) -> Result<Vec<(u64, Checked)>> {
        let Some(field) = &self.known_by else { return Ok(portion) };
        let values: HashSet<String> = portion.iter().filter_map(|(_, draft)| self.key(draft)).collect();
        let values: Vec<String> = values.into_iter().collect();
        let known = records::codes_by_value(tx, self.spec.name, field, &values).await?;
        let mut clear = Vec::with_capacity(portion.len());
        for (row, mut draft) in portion {
            let key = self.key(&draft).unwrap_or_default();
            match known.get(&key).map(Vec::as_slice) {
                Some([only]) => draft.code = Some(only.clone()),
                Some([_, ..]) => {
                    let name = match field {
                        Field::Attribute { name, .. } | Field::Rank { name, .. } => format!("attributes.{name}"),
                        Field::Column(_) => "name".to_owned(),
                    };
                    refuse(row, Problems(vec![Fault::field(&name, "ambiguous_record").with("value", &key)]));
                    continue;
                }
                _ => {}
            }
            clear.push((row, draft));
        }
        Ok(clear)
    }

    /// Judges and writes a portion; what is wrong goes to `refuse` with its row.
    pub(crate) async fn write(
        &mut self,
        tx: &mut Tx,
        portion: Vec<(u64, Checked)>,
        refuse: &mut impl FnMut(u64, Problems),
    ) -> Result<()> {
        let portion = self.recognise(tx, portion, refuse).await?;
        let (rows, mut drafts): (Vec<u64>, Vec<Checked>) = portion.into_iter().unzip();
        self.name_to_code(tx, &mut drafts).await?;
        let mut known = Known::load(tx, self.spec, &drafts).await?;
        known.add_enterprises(&self.reserved);
        if self.spec.references().any(|(_, kind)| kind == self.spec.name) {
            known.add_references(self.spec.name, &self.seen);
        }
        let codes: Vec<String> = drafts.iter().filter_map(|draft| draft.code.clone()).collect();
        let mut heads = records::heads_by_code(tx, self.spec.name, &codes).await?;
        for head in heads.values_mut() {
            sealed::open(tx.sealer(), self.spec, &head.id, &mut head.attributes);
        }
        let mut writes = Vec::with_capacity(drafts.len());
        for (row, draft) in rows.into_iter().zip(drafts) {
            match self.judge(tx, &known, &heads, draft) {
                Ok(Some(write)) => writes.push(write),
                Ok(None) => self.done.unchanged += 1,
                Err(problems) => refuse(row, problems),
            }
        }
        for write in &writes {
            self.area = Some(self.area.map_or(write.division, |area| common(area, write.division)));
            match write.change {
                Change::Created => self.done.created += 1,
                _ => self.done.updated += 1,
            }
        }
        if self.dry { Ok(()) } else { records::upsert(tx, &writes, self.run.as_deref()).await }
    }

    /// What is to be written for a draft; nothing when it already is so.
    fn judge(
        &mut self,
        tx: &Tx,
        known: &Known,
        heads: &HashMap<String, Head>,
        mut draft: Checked,
    ) -> Result<Option<RecordWrite>, Problems> {
        let mut problems = known.problems(self.spec, &draft);
        if let Some(key) = self.key(&draft)
            && !self.seen.insert(key.clone())
        {
            let field = match &self.known_by {
                Some(Field::Attribute { name, .. } | Field::Rank { name, .. }) => format!("attributes.{name}"),
                Some(Field::Column(_)) => "name".to_owned(),
                None => "code".to_owned(),
            };
            problems.push(Fault::field(&field, "duplicate_in_file").with("value", &key));
        }
        let head = draft.code.as_ref().and_then(|code| heads.get(code));
        problems.0.extend(draft.unmask(head.map(|head| &head.attributes)).0);
        if !problems.0.is_empty() {
            return Err(problems);
        }
        let reserved =
            draft.code.as_ref().filter(|_| self.spec.name == ENTERPRISE).and_then(|own| self.reserved.get(own));
        let id: RecordId = match head.map(|head| &head.id).or(reserved) {
            Some(id) => id.parse().map_err(|_| Problems(vec![Fault::field("code", "malformed_id")]))?,
            None => tx.new_id(),
        };
        let enterprise = match head {
            Some(head) if !self.speaks_of("enterprise") => head.enterprise.clone(),
            _ => known.enterprise(self.spec, &draft, id.as_str()),
        };
        self.permit(draft.division, enterprise.clone())?;
        let Some(head) = head else {
            let code = draft.code.clone().unwrap_or_else(|| made_up_code(self.spec.name, tx.now(), &id));
            let target = Target { id, code, version: 1, created_at: tx.now(), enterprise };
            return record_write(tx, self.spec, draft, target).map(Some).map_err(unsealed);
        };
        self.permit(head.division, head.enterprise.clone())?;
        self.keep_unspoken(&mut draft, head);
        if same(head, &draft, enterprise.as_deref()) {
            return Ok(None);
        }
        let created_at = fengsui_kernel::clock::from_millis(head.created_at);
        let code = draft.code.clone().unwrap_or_default();
        let target = Target { id, code, version: head.version + 1, created_at, enterprise };
        let mut write = record_write(tx, self.spec, draft, target).map_err(unsealed)?;
        write.change = Change::Updated;
        Ok(Some(write))
    }

    fn speaks_of(&self, field: &str) -> bool {
        self.given.as_ref().is_none_or(|given| given.contains(field))
    }

    /// What the rows do not speak of stays as it is.
    fn keep_unspoken(&self, draft: &mut Checked, head: &Head) {
        if self.given.is_none() {
            return;
        }
        if !["lon", "lat", "position"].iter().any(|field| self.speaks_of(field)) {
            draft.location = head.location;
        }
        let Some(attributes) = draft.attributes.as_object_mut() else { return };
        for field in self.spec.fields.iter().filter(|field| !self.speaks_of(&field.name)) {
            if let Some(stored) = head.attributes.get(&field.name) {
                attributes.insert(field.name.clone(), stored.clone());
            }
        }
    }

    /// References by name become references by code where one record has that name.
    async fn name_to_code(&self, tx: &mut Tx, drafts: &mut [Checked]) -> Result<()> {
        if self.given.is_none() {
            return Ok(());
        }
        let by_name = Field::Column(Column::Name);
        let enterprises: HashSet<String> = drafts.iter().filter_map(|draft| draft.enterprise.clone()).collect();
        let enterprises = clear_names(tx, ENTERPRISE, &by_name, enterprises).await?;
        for draft in drafts.iter_mut() {
            if let Some(code) = draft.enterprise.as_ref().and_then(|given| enterprises.get(given)) {
                draft.enterprise = Some(code.clone());
            }
        }
        for (field, kind) in self.spec.references() {
            let text = |draft: &Checked| draft.attributes.get(&field.name).and_then(Value::as_str).map(str::to_owned);
            let names = clear_names(tx, kind, &by_name, drafts.iter().filter_map(text).collect()).await?;
            for draft in drafts.iter_mut() {
                if let Some(code) = text(draft).and_then(|given| names.get(&given))
                    && let Some(attributes) = draft.attributes.as_object_mut()
                {
                    attributes.insert(field.name.clone(), Value::String(code.clone()));
                }
            }
        }
        Ok(())
    }

    fn permit(&self, division: DivisionCode, enterprise: Option<String>) -> Result<(), Problems> {
        let place = Place { division, enterprise };
        if self.principal.may(self.action, self.spec.name, &place) {
            return Ok(());
        }
        Err(Problems(vec![Fault::field("division", "not_permitted").with("value", division.as_str())]))
    }

    /// One trace entry and one event for the whole run.
    pub(crate) fn tell(&self, tx: &mut Tx, run: &ImportId, more: &Value) {
        let area = self.area.unwrap_or(DivisionCode::COUNTRY);
        let data = json!({
            "kind": self.spec.name, "created": self.done.created, "updated": self.done.updated,
            "unchanged": self.done.unchanged, "run": more,
        });
        tx.trace("record.import", Subject::at("import", run, area), data);
        tx.publish(Event::RecordChanged(RecordChanged {
            kind: self.spec.name.to_owned(),
            id: run.to_string(),
            change: RecordChange::Imported,
            division: area,
            enterprise: None,
            version: 0,
        }));
    }
}

/// Sealing does not fail on any input; if it ever does, the row is refused rather than written in clear.
#[allow(clippy::needless_pass_by_value, reason = "used as `map_err(unsealed)`")]
fn unsealed(fault: Fault) -> Problems {
    Problems(vec![Fault::field("attributes", "wrong_type").with("detail", &fault.to_string())])
}

/// The code of each text that is the name of exactly one record and the code of none.
async fn clear_names(
    tx: &mut Tx,
    kind: &str,
    by_name: &Field,
    texts: HashSet<String>,
) -> Result<HashMap<String, String>> {
    let texts: Vec<String> = texts.into_iter().collect();
    if texts.is_empty() {
        return Ok(HashMap::new());
    }
    let codes = records::existing_codes(tx, kind, &texts).await?;
    let rest: Vec<String> = texts.into_iter().filter(|text| !codes.contains_key(text)).collect();
    let named = records::codes_by_value(tx, kind, by_name, &rest).await?;
    let one = |(name, codes): (String, Vec<String>)| match codes.as_slice() {
        [only] => Some((name, only.clone())),
        _ => None,
    };
    Ok(named.into_iter().filter_map(one).collect())
}

fn same(head: &Head, draft: &Checked, enterprise: Option<&str>) -> bool {
    head.name == draft.name
        && head.division == draft.division
        && head.location == draft.location
        && head.enterprise.as_deref() == enterprise
        && head.attributes == draft.attributes
}

pub(crate) fn common(left: DivisionCode, right: DivisionCode) -> DivisionCode {
    let above = std::iter::successors(Some(left), DivisionCode::parent);
    above.into_iter().find(|area| area.contains(&right)).unwrap_or(DivisionCode::COUNTRY)
}

/// One line of a demonstration file.
struct Line {
    number: u64,
    kind: String,
    draft: RecordDraft,
}

fn at_line(number: u64, fault: Fault) -> Fault {
    let line = number.to_string();
    match *fault.kind {
        fengsui_kernel::FaultKind::Invalid(problems) => {
            let named = problems.0.into_iter().map(|problem| problem.with("line", &line)).collect();
            Problems(named).into()
        }
        other => other.into(),
    }
}

fn lines(reader: impl BufRead) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (number, text) in (1..).zip(reader.lines()) {
        let text = text.map_err(Fault::internal)?;
        if text.trim().is_empty() {
            continue;
        }
        let unreadable = |detail: &str| Fault::field("line", "unreadable_line").with("detail", detail);
        let body: Value =
            serde_json::from_str(&text).map_err(|error| at_line(number, unreadable(&error.to_string()).into()))?;
        let kind = body.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        let (draft, _) = RecordDraft::parse(&body).map_err(|fault| at_line(number, fault))?;
        lines.push(Line { number, kind, draft });
    }
    Ok(lines)
}

impl Registry {
    /// Loads records from JSON Lines: `{"kind","code","name","division","location","enterprise",
    /// "attributes"}`, references by code. All or nothing, and idempotent by code. An enterprise may
    /// be named before its own line, so files that name each other are chained into one reader.
    pub async fn load_jsonl(&self, principal: &Principal, reader: impl BufRead + Send) -> Result<LoadReport> {
        let lines = lines(reader)?;
        let mut tx = self.db.begin(principal.acting(self.db.now(), None)).await?;
        let reserved = Arc::new(reserve_enterprises(&mut tx, &lines).await?);
        let mut groups: Vec<(SharedSpec, Vec<(u64, Checked)>)> = Vec::new();
        for line in lines {
            let spec = self.kind(&line.kind)?;
            let checked = draft::check(spec, line.draft).map_err(|more| at_line(line.number, more.into()))?;
            match groups.last_mut().filter(|(last, rows)| last.name == spec.name && rows.len() < PORTION) {
                Some((_, rows)) => rows.push((line.number, checked)),
                None => groups.push((SharedSpec::clone(spec), vec![(line.number, checked)])),
            }
        }
        let mut report = LoadReport::default();
        for (spec, rows) in groups {
            let mut bulk = Bulk::new(&spec, principal, "import", Arc::clone(&reserved));
            let mut refused: Option<Fault> = None;
            let mut refuse = |row: u64, problems: Problems| {
                refused.get_or_insert_with(|| at_line(row, problems.into()));
            };
            bulk.write(&mut tx, rows, &mut refuse).await?;
            if let Some(fault) = refused {
                return Err(fault);
            }
            report.created += bulk.done.created;
            report.updated += bulk.done.updated;
            report.unchanged += bulk.done.unchanged;
            if bulk.done.created + bulk.done.updated > 0 {
                let run = tx.new_id();
                bulk.tell(&mut tx, &run, &json!({"format": "jsonl"}));
            }
        }
        tx.commit().await?;
        Ok(report)
    }
}

/// The record id of every enterprise in the file: the existing one, or a new one kept for it.
async fn reserve_enterprises(tx: &mut Tx, lines: &[Line]) -> Result<HashMap<String, String>> {
    let own = lines.iter().filter(|line| line.kind == ENTERPRISE);
    let codes: Vec<String> = own.filter_map(|line| line.draft.code.clone()).collect();
    let mut reserved = records::existing_codes(tx, ENTERPRISE, &codes).await?;
    for code in codes {
        reserved.entry(code).or_insert_with(|| tx.new_id::<RecordId>().to_string());
    }
    Ok(reserved)
}
