//! Handing the trace on, line by line.

use std::collections::BTreeSet;

use fengsui_kernel::trace::{GENESIS, TraceContent, TraceEntry, entry_hash};
use fengsui_kernel::{DivisionCode, Fault, Place, Principal, Result, Timestamp};
use fengsui_storage::{Db, Subject, traces};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::signature::Signer;
use crate::{Traces, checkpoint};

const PAGE: u32 = 500;

/// First line of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Format version: 2, or 1 without a signature.
    pub v: u32,
    /// Name of the node that it comes from.
    pub node: String,
    /// Position of the first entry.
    pub from: i64,
    /// Position of the last entry; one less than `from` when there is none.
    pub to: i64,
    /// Hash of the last entry.
    pub head: String,
    /// When it was made.
    #[schemars(with = "String")]
    pub exported_at: Timestamp,
    /// Public key of the node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Hash over the fields above, so that an altered header shows.
    pub seal: String,
    /// Signature of the node over the seal, and with it over range, head, node and time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

impl Header {
    fn sealed(mut self, signer: Option<&Signer>) -> Self {
        self.key = signer.map(|signer| signer.public_key().to_string());
        self.seal = self.expected_seal();
        self.signature = signer.map(|signer| signer.sign(&self.signed_text()));
        self
    }

    pub(crate) fn signed_text(&self) -> String {
        format!("fengsui trace export 2\n{}", self.seal)
    }

    pub(crate) fn expected_seal(&self) -> String {
        let blank = Self { seal: String::new(), signature: None, ..self.clone() };
        let text = serde_json::to_string(&blank).unwrap_or_default();
        entry_hash(self.to, &self.head, &text)
    }
}

/// What an entry is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SubjectKey {
    /// The noun: `matter`, `alarm`, …
    pub kind: String,
    /// Its id.
    pub id: String,
}

/// What to export.
#[derive(Debug, Clone, Default)]
pub struct ExportQuery {
    /// First position; 1 if absent.
    pub from_seq: Option<i64>,
    /// Last position; the end if absent.
    pub to_seq: Option<i64>,
    /// Only entries about these keep their content; `None` keeps all that the caller may see.
    pub subjects: Option<BTreeSet<SubjectKey>>,
}

/// An export under way: ask for chunks until there are none. Memory stays small however long the
/// trace is, and dropping it stops the work.
pub struct Exporter {
    db: Db,
    caller: Principal,
    subjects: Option<BTreeSet<SubjectKey>>,
    header: Option<Header>,
    next: i64,
    to: i64,
}

impl Traces {
    /// Begins an export and traces that it was made. Needs the right to export the trace somewhere;
    /// contents from elsewhere are left out.
    pub async fn export(&self, caller: &Principal, query: ExportQuery) -> Result<Exporter> {
        caller.scopes("export", "trace")?;
        let db = &self.db;
        let (last, last_hash) = traces::head(db).await?;
        let from = query.from_seq.unwrap_or(1).max(1);
        let to = query.to_seq.unwrap_or(last).min(last).max(from - 1);
        let head = if to < from {
            GENESIS.to_owned()
        } else if to == last {
            last_hash
        } else {
            hash_at(db, to).await?
        };
        let mut tx = db.begin(caller.acting(db.now(), None)).await?;
        let filtered = query.subjects.as_ref().map(BTreeSet::len);
        tx.trace("trace.export", Subject::new("trace", to), json!({"from": from, "to": to, "subjects": filtered}));
        tx.commit().await?;
        let (node, v) = (self.node.clone(), if self.signer.is_some() { 2 } else { 1 });
        let (key, seal, signature) = (None, String::new(), None);
        let header = Header { v, node, from, to, head, exported_at: db.now(), key, seal, signature };
        let header = header.sealed(self.signer.as_ref());
        let (db, caller, subjects) = (db.clone(), caller.clone(), query.subjects);
        Ok(Exporter { db, caller, subjects, header: Some(header), next: from, to })
    }
}

impl Exporter {
    /// The next lines, each ended by a line feed; `None` at the end.
    pub async fn next_chunk(&mut self) -> Result<Option<String>> {
        let mut chunk = String::new();
        if let Some(header) = self.header.take() {
            chunk.push_str(&serde_json::to_string(&header).map_err(Fault::internal)?);
            chunk.push('\n');
        } else if self.next > self.to {
            return Ok(None);
        }
        let wanted = u32::try_from(self.to - self.next + 1).unwrap_or(PAGE).min(PAGE);
        let page = if wanted == 0 { Vec::new() } else { traces::from_seq(&self.db, self.next, wanted).await? };
        for mut entry in page {
            self.next = entry.seq + 1;
            if entry.seq <= self.to {
                entry.content = entry.content.filter(|content| self.shows(content));
                chunk.push_str(&line(&entry)?);
            }
        }
        if chunk.is_empty() {
            // Rows were deleted behind our back; the reader learns it from the header.
            return Ok(None);
        }
        Ok(Some(chunk))
    }

    /// The whole export as one text, for small ones.
    pub async fn into_text(mut self) -> Result<String> {
        let mut text = String::new();
        while let Some(chunk) = self.next_chunk().await? {
            text.push_str(&chunk);
        }
        Ok(text)
    }

    fn shows(&self, content: &TraceContent) -> bool {
        let about = SubjectKey { kind: content.subject_kind.clone(), id: content.subject_id.clone() };
        if content.action == checkpoint::ACTION {
            return true;
        }
        let wanted = self.subjects.as_ref().is_none_or(|subjects| subjects.contains(&about));
        let division = content.division.as_deref().map_or(Ok(DivisionCode::COUNTRY), str::parse);
        wanted && division.is_ok_and(|division| self.caller.may("export", "trace", &Place::of(division)))
    }
}

async fn hash_at(db: &Db, seq: i64) -> Result<String> {
    let found = traces::from_seq(db, seq, 1).await?.into_iter().find(|entry| entry.seq == seq);
    found.map(|entry| entry.hash).ok_or_else(|| Fault::internal(format!("entry {seq} of the trace is missing")))
}

fn line(entry: &TraceEntry) -> Result<String> {
    let mut line = serde_json::to_string(entry).map_err(Fault::internal)?;
    line.push('\n');
    Ok(line)
}
