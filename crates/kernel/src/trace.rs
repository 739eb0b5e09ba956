//! The hash chain of the trace: pure, so that an outsider can verify an export offline.
//!
//! `content_hash = SHA-256(canonical JSON of the content)` and
//! `hash = SHA-256(seq ‖ "\n" ‖ previous hash ‖ "\n" ‖ content_hash)`.
//! An export may leave out the content of entries its reader must not see: their content hash
//! stays, so the chain still verifies.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The hash before the first entry.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What happened: the content that is hashed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TraceContent {
    /// Format version, 1.
    pub v: u32,
    /// When, RFC 3339 with milliseconds.
    pub at: String,
    /// Who, as `user:<id>`, `device:<id>` or `system:<name>`.
    pub actor: String,
    /// The person's name at the time.
    pub actor_name: String,
    /// What was done: `alarm.acknowledge`, `record.update`, `permission.denied`.
    pub action: String,
    /// The noun acted on: `alarm`, `record`, `matter`, …
    pub subject_kind: String,
    /// Its id.
    pub subject_id: String,
    /// Where.
    pub division: Option<String>,
    /// Why, in the person's words.
    pub why: Option<String>,
    /// The facts.
    pub data: Value,
}

/// One link of the chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TraceEntry {
    /// Position, from 1 without gaps.
    pub seq: i64,
    /// The content; absent when the reader of an export may not see it.
    pub content: Option<TraceContent>,
    /// Hash of the content.
    pub content_hash: String,
    /// Hash of the entry before.
    pub prev: String,
    /// Hash of this entry.
    pub hash: String,
}

/// JSON with sorted keys and no blanks: the same bytes whichever database kept it.
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            let inner: Vec<String> =
                keys.iter().map(|key| format!("{}:{}", Value::String((*key).clone()), canonical(&map[*key]))).collect();
            format!("{{{}}}", inner.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// Hash of a content.
pub fn content_hash(content: &TraceContent) -> String {
    let value = serde_json::to_value(content).unwrap_or(Value::Null);
    hex::encode(Sha256::digest(canonical(&value)))
}

/// Hash of an entry.
pub fn entry_hash(seq: i64, prev: &str, content_hash: &str) -> String {
    hex::encode(Sha256::digest(format!("{seq}\n{prev}\n{content_hash}")))
}

impl TraceEntry {
    /// Appends a content after the entry with the given position and hash.
    pub fn link(last_seq: i64, last_hash: &str, content: TraceContent) -> Self {
        let seq = last_seq + 1;
        let content_hash = content_hash(&content);
        let hash = entry_hash(seq, last_hash, &content_hash);
        Self { seq, content: Some(content), content_hash, prev: last_hash.to_owned(), hash }
    }
}

/// The first entry that does not fit, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
pub enum ChainBreak {
    /// The content does not have the hash that the entry states.
    #[error("entry {0}: the content was altered")]
    Content(i64),
    /// The entry's own hash is wrong.
    #[error("entry {0}: the hash is wrong")]
    Hash(i64),
    /// It does not continue the entry before.
    #[error("entry {0}: does not continue the entry before it")]
    Link(i64),
    /// A position is missing, doubled or out of order.
    #[error("entry {found}: expected position {expected}")]
    Gap {
        /// The position that should have come.
        expected: i64,
        /// The position that came.
        found: i64,
    },
}

/// Walks a chain entry by entry.
#[derive(Debug, Default)]
pub struct Verifier {
    last: Option<(i64, String)>,
}

impl Verifier {
    /// Checks one more entry.
    pub fn check(&mut self, entry: &TraceEntry) -> Result<(), ChainBreak> {
        if let Some((seq, hash)) = &self.last {
            if entry.seq != seq + 1 {
                return Err(ChainBreak::Gap { expected: seq + 1, found: entry.seq });
            }
            if entry.prev != *hash {
                return Err(ChainBreak::Link(entry.seq));
            }
        } else if entry.seq == 1 && entry.prev != GENESIS {
            return Err(ChainBreak::Link(entry.seq));
        }
        if entry.content.as_ref().is_some_and(|content| content_hash(content) != entry.content_hash) {
            return Err(ChainBreak::Content(entry.seq));
        }
        if entry_hash(entry.seq, &entry.prev, &entry.content_hash) != entry.hash {
            return Err(ChainBreak::Hash(entry.seq));
        }
        self.last = Some((entry.seq, entry.hash.clone()));
        Ok(())
    }

    /// The last position and hash seen.
    pub fn head(&self) -> Option<(i64, &str)> {
        self.last.as_ref().map(|(seq, hash)| (*seq, hash.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(action: &str) -> TraceContent {
        TraceContent {
            v: 1,
            at: "2026-01-01T00:00:00.000Z".into(),
            actor: "system:test".into(),
            actor_name: "test".into(),
            action: action.into(),
            subject_kind: "alarm".into(),
            subject_id: "1".into(),
            division: None,
            why: None,
            data: serde_json::json!({"b": 1, "a": [true, null, "x\n"]}),
        }
    }

    fn chain() -> Vec<TraceEntry> {
        let first = TraceEntry::link(0, GENESIS, content("one"));
        let second = TraceEntry::link(1, &first.hash, content("two"));
        let third = TraceEntry::link(2, &second.hash, content("three"));
        vec![first, second, third]
    }

    fn verify(entries: &[TraceEntry]) -> Result<(), ChainBreak> {
        let mut verifier = Verifier::default();
        entries.iter().try_for_each(|entry| verifier.check(entry))
    }

    #[test]
    fn an_honest_chain_verifies_also_with_hidden_content() {
        let mut entries = chain();
        assert_eq!(verify(&entries), Ok(()));
        entries[1].content = None;
        assert_eq!(verify(&entries), Ok(()));
    }

    #[test]
    fn names_the_first_broken_entry() {
        let mut altered = chain();
        if let Some(content) = altered[1].content.as_mut() {
            content.why = Some("invented".into());
        }
        assert_eq!(verify(&altered), Err(ChainBreak::Content(2)));
        let mut cut = chain();
        cut.remove(1);
        assert_eq!(verify(&cut), Err(ChainBreak::Gap { expected: 2, found: 3 }));
        let mut rehashed = chain();
        rehashed[1] = TraceEntry::link(1, &rehashed[0].hash.clone(), content("forged"));
        assert_eq!(verify(&rehashed), Err(ChainBreak::Link(3)));
    }
}
