//! Use cases that read records.

use fengsui_kernel::{DivisionCode, Fault, Page, Place, Principal, Result, Scope};
use fengsui_storage::records;
use serde_json::Value;

use crate::mask;
use crate::query::{self, ListQuery};
use crate::record::{ENTERPRISE, HistoryEntry, Record, SearchHit};
use crate::registry::Registry;
use crate::{sealed, search};

impl Registry {
    /// A page of records that the caller may read.
    pub async fn list(&self, principal: &Principal, kind: &str, query: &ListQuery) -> Result<Page<Record>> {
        let spec = self.kind(kind)?;
        let selection = query.selection(spec, principal.scopes("read", kind)?)?;
        let page_query = query.page();
        let page = records::page(&self.db, &selection, &page_query).await?;
        let items: Result<Vec<Record>> = page.items.into_iter().map(Record::try_from).collect();
        let items = items?.into_iter().map(|record| self.shown(spec, record)).collect();
        Ok(Page { items, next: page.next, total: page.total })
    }

    /// One record; personal data are masked, see [`Registry::reveal`].
    pub async fn get(&self, principal: &Principal, kind: &str, id: &str) -> Result<Record> {
        let spec = self.kind(kind)?;
        let record = self.find(kind, id).await?;
        principal.require("read", kind, &record.place())?;
        Ok(self.shown(spec, record))
    }

    /// The record as it is kept, whoever asks.
    pub(crate) async fn find(&self, kind: &str, id: &str) -> Result<Record> {
        let stored = records::by_id(&self.db, id).await?.filter(|stored| stored.kind == kind);
        stored.ok_or_else(|| Fault::not_found(kind, id))?.try_into()
    }

    /// All versions of a record, newest first, masked; also of a deleted one.
    pub async fn history(&self, principal: &Principal, kind: &str, id: &str) -> Result<Vec<HistoryEntry>> {
        let spec = self.kind(kind)?;
        let versions = records::history(&self.db, id, 1000).await?;
        let newest = versions.first().filter(|version| version.body.get("kind").and_then(Value::as_str) == Some(kind));
        let newest = newest.ok_or_else(|| Fault::not_found(kind, id))?;
        let place = body_place(&newest.body, kind, id)?;
        principal.require("read", kind, &place)?;
        let entry = |version| {
            let mut entry = HistoryEntry::from(version);
            if let Some(attributes) = entry.record.get_mut("attributes") {
                sealed::open(self.db.sealer(), spec, id, attributes);
                mask::attributes(spec, attributes);
            }
            entry
        };
        Ok(versions.into_iter().map(entry).collect())
    }

    /// Searches all kinds that the caller may read.
    pub async fn search(&self, principal: &Principal, text: &str, limit: u32) -> Result<Vec<SearchHit>> {
        let readable = self.kinds().iter().filter_map(|spec| {
            let scopes = principal.scopes("read", spec.name).ok()?;
            Some((spec.name.to_owned(), scopes))
        });
        let kinds: Vec<_> = readable.collect();
        let words = search::query(text);
        let limit = limit.clamp(1, 100);
        let found = records::search_everywhere(&self.db, &kinds, &words, text.trim(), limit).await?;
        found.into_iter().map(|stored| Record::try_from(stored).map(SearchHit::from)).collect()
    }

    /// How many records of each kind the caller may read, in the order of kinds; kinds without the right are left out.
    pub async fn counts(&self, principal: &Principal) -> Result<Vec<(&'static str, u64)>> {
        let mut counts = Vec::new();
        for spec in self.kinds() {
            if let Ok(scopes) = principal.scopes("read", spec.name) {
                counts.push((spec.name, records::counts(&self.db, spec.name, &scopes).await?));
            }
        }
        Ok(counts)
    }

    fn clear(&self, stored: records::StoredRecord) -> Result<Record> {
        Ok(self.opened(stored.try_into()?))
    }

    /// For other engines, without a caller and in clear: a record by its code.
    pub async fn find_by_code(&self, kind: &str, code: &str) -> Result<Option<Record>> {
        records::by_code(&self.db, kind, code).await?.map(|stored| self.clear(stored)).transpose()
    }

    /// For other engines, without a caller and in clear: a record by its id.
    pub async fn find_by_id(&self, id: &str) -> Result<Option<Record>> {
        records::by_id(&self.db, id).await?.map(|stored| self.clear(stored)).transpose()
    }

    /// For other engines: records by their ids, in no particular order.
    pub async fn find_by_ids(&self, ids: &[String]) -> Result<Vec<Record>> {
        records::by_ids(&self.db, ids).await?.into_iter().map(|stored| self.clear(stored)).collect()
    }

    /// For other engines: records of a kind whose text attribute has a value.
    pub async fn with_attribute(
        &self,
        kind: &str,
        attribute: &str,
        value: &str,
        division: Option<DivisionCode>,
    ) -> Result<Vec<Record>> {
        let spec = self.kind(kind)?;
        let field = spec.field(attribute).ok_or_else(|| Fault::internal(format!("{kind}.{attribute} is no field")))?;
        let found = records::with_attribute(&self.db, kind, &query::attribute(field), value, division).await?;
        found.into_iter().map(|stored| self.clear(stored)).collect()
    }

    /// Whether a list can be asked for: its conditions name fields of the kind.
    pub fn check_list(&self, kind: &str, query: &ListQuery) -> Result<()> {
        query.selection(self.kind(kind)?, Vec::new()).map(drop)
    }

    /// For other engines, without a caller and without personal data: all records of a kind that a list would show, by
    /// code.
    pub async fn everything(&self, kind: &str, query: &ListQuery) -> Result<Vec<Record>> {
        let spec = self.kind(kind)?;
        let selection = query.selection(spec, vec![Scope::Subtree { division: DivisionCode::COUNTRY }])?;
        let (mut found, mut last): (Vec<Record>, String) = (Vec::new(), String::new());
        loop {
            let portion = records::after_code(&self.db, &selection, &last, 2_000).await?;
            let Some(end) = portion.last() else { return Ok(found) };
            last.clone_from(&end.code);
            for stored in portion {
                let mut record = Record::try_from(stored)?;
                if let Some(attributes) = record.attributes.as_object_mut() {
                    attributes.retain(|name, _| spec.field(name).is_some_and(|field| !field.personal));
                }
                found.push(record);
            }
        }
    }

    /// The posts with a role in the division or, if nobody there has it, in the nearest one above that has.
    pub async fn posts_with_role(&self, role: &str, division: DivisionCode) -> Result<Vec<Record>> {
        for place in division.lineage().into_iter().chain([DivisionCode::COUNTRY]) {
            let posts = self.with_attribute("post", "role", role, Some(place)).await?;
            if !posts.is_empty() {
                return Ok(posts);
            }
        }
        Ok(Vec::new())
    }

    /// All posts in the divisions or below them.
    pub async fn posts_in(&self, divisions: &[DivisionCode]) -> Result<Vec<Record>> {
        let scopes = divisions.iter().map(|division| fengsui_kernel::Scope::Subtree { division: *division }).collect();
        let selection = records::Selection::of("post", scopes);
        let (mut posts, mut last): (Vec<Record>, String) = (Vec::new(), String::new());
        loop {
            let portion = records::after_code(&self.db, &selection, &last, 500).await?;
            let Some(end) = portion.last() else { return Ok(posts) };
            last.clone_from(&end.code);
            for stored in portion {
                posts.push(stored.try_into()?);
            }
        }
    }
}

/// Where the record was, from a version of it.
pub(crate) fn body_place(body: &Value, kind: &str, id: &str) -> Result<Place> {
    let division = body.get("division").and_then(Value::as_str).unwrap_or_default().parse()?;
    let enterprise = body.get("enterprise").and_then(Value::as_str).map(ToOwned::to_owned);
    Ok(Place { division, enterprise: if kind == ENTERPRISE { Some(id.to_owned()) } else { enterprise } })
}
