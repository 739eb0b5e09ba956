//! Checkpoints: entries of the chain that sign the entry before them. Whoever rewrites the chain in
//! the database cannot make them, so a chain rewritten as a whole has none, or broken ones.

use fengsui_kernel::trace::{TraceContent, TraceEntry};
use fengsui_kernel::{Acting, Result};
use fengsui_storage::{Subject, traces};
use serde_json::{Value, json};

use crate::Traces;
use crate::signature::{PublicKey, Signer};

/// The action of checkpoints. They tell nothing about anybody, so that every reader sees them.
pub(crate) const ACTION: &str = "trace.checkpoint";

fn signed_text(seq: i64, hash: &str) -> String {
    format!("fengsui trace checkpoint 1\n{seq}\n{hash}")
}

fn facts(signer: &Signer, seq: i64, hash: &str) -> Value {
    let signature = signer.sign(&signed_text(seq, hash));
    json!({"seq": seq, "hash": hash, "key": signer.public_key().to_string(), "signature": signature})
}

/// The key that an entry's checkpoint was signed with; `None` when it is no checkpoint.
pub(crate) fn signer_of(entry: &TraceEntry) -> Option<Result<PublicKey, ()>> {
    let content = entry.content.as_ref().filter(|content| content.action == ACTION)?;
    Some(check(entry, content).ok_or(()))
}

fn check(entry: &TraceEntry, content: &TraceContent) -> Option<PublicKey> {
    let text = |name: &str| content.data.get(name).and_then(Value::as_str);
    let (seq, hash) = (content.data.get("seq")?.as_i64()?, text("hash")?);
    let key: PublicKey = text("key")?.parse().ok()?;
    let fits = seq == entry.seq - 1 && hash == entry.prev && key.verifies(&signed_text(seq, hash), text("signature")?);
    fits.then_some(key)
}

impl Traces {
    /// Signs the end of the chain, unless nothing happened since the last time; tells whether it did.
    pub async fn checkpoint(&self) -> Result<bool> {
        let Some(signer) = &self.signer else { return Ok(false) };
        let (last, _) = traces::head(&self.db).await?;
        let newest = traces::from_seq(&self.db, last, 1).await?;
        let content = newest.first().and_then(|entry| entry.content.as_ref());
        if content.is_none_or(|content| content.action == ACTION) {
            return Ok(false);
        }
        let mut tx = self.db.begin(Acting::system("trace", self.db.now())).await?;
        // Held until the commit: the entry that is signed stays the one before ours.
        let (seq, hash) = traces::hold_head(&mut tx).await?;
        tx.trace(ACTION, Subject::new("trace", seq), facts(signer, seq, &hash));
        tx.commit().await?;
        Ok(true)
    }
}
