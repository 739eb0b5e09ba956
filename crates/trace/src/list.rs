//! Reading the trace, within the reader's rights.

use fengsui_kernel::trace::TraceEntry;
use fengsui_kernel::{Fault, Page, PageQuery, Principal, Result, Timestamp};
use fengsui_storage::traces::{self, TraceFilter};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Traces;

/// What a list of entries asks for; what is absent does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TraceQuery {
    /// Noun acted on.
    pub subject_kind: Option<String>,
    /// Its id.
    pub subject_id: Option<String>,
    /// Who, as `user:<id>`, `device:<id>` or `system:<name>`.
    pub actor: Option<String>,
    /// What was done; `alarm.*` stands for everything done to alarms.
    pub action: Option<String>,
    /// Not before.
    #[schemars(with = "Option<String>")]
    pub from: Option<Timestamp>,
    /// Before.
    #[schemars(with = "Option<String>")]
    pub to: Option<Timestamp>,
}

impl Traces {
    /// Entries that fit, newest first. Entries without a place are only for those who read the whole country.
    pub async fn list(&self, caller: &Principal, query: &TraceQuery, page: &PageQuery) -> Result<Page<TraceEntry>> {
        let filter = TraceFilter {
            subject_kind: query.subject_kind.clone(),
            subject_id: query.subject_id.clone(),
            actor: query.actor.clone(),
            action: query.action.clone(),
            from: query.from,
            to: query.to,
            // The chain only grows at its end: a position is a cursor that stays true.
            before_seq: page.cursor.as_deref().map(position).transpose()?,
            scopes: caller.scopes("read", "trace")?,
        };
        let limit = page.limit() as usize;
        let mut items = traces::list(&self.db, &filter, page.limit() + 1).await?;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|last| last.seq.to_string());
        Ok(Page { items, next, total: None })
    }
}

fn position(cursor: &str) -> Result<i64> {
    cursor.parse().map_err(|_| Fault::field("cursor", "cursor").with("value", cursor).into())
}
