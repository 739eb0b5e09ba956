//! Verifying an export offline.

use std::collections::BTreeSet;
use std::io::BufRead;

use fengsui_kernel::trace::{ChainBreak, GENESIS, TraceEntry, Verifier};
use schemars::JsonSchema;
use serde::Serialize;

use crate::checkpoint;
use crate::export::Header;
use crate::signature::PublicKey;

/// The end of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Head {
    /// Position of the last entry; 0 before the first.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
}

/// The first thing that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Broken {
    /// Line of the file, from 1; `None` when the store itself was verified.
    pub line: Option<u64>,
    /// Position of the entry, where one could be read.
    pub seq: Option<i64>,
    /// `header`, `signature`, `malformed`, `content`, `hash`, `link`, `gap`, `checkpoint`, `missing` or `head`.
    pub code: String,
    /// The same for people.
    pub text: String,
}

/// What verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Report {
    /// Whether everything fits.
    pub ok: bool,
    /// Entries that fit.
    pub entries: u64,
    /// Entries among them whose content was left out.
    pub hidden: u64,
    /// Position of the first entry.
    pub first: Option<i64>,
    /// Position of the last entry that fits.
    pub last: Option<i64>,
    /// Where the chain ends, as far as it fits.
    pub head: Option<Head>,
    /// Fingerprint of the key that signed the file; `None` when it is not signed, or not a file.
    pub signed_by: Option<String>,
    /// Signed checkpoints in the chain that fit.
    pub checkpoints: u64,
    /// Fingerprints of the keys that signed them.
    pub checkpoint_keys: Vec<String>,
    /// The first thing that does not fit.
    pub broken: Option<Broken>,
}

/// Checks entries one after the other and keeps count.
#[derive(Default)]
pub(crate) struct Walk {
    verifier: Verifier,
    entries: u64,
    hidden: u64,
    first: Option<i64>,
    signed_by: Option<String>,
    checkpoints: u64,
    checkpoint_keys: BTreeSet<String>,
}

impl Walk {
    pub(crate) fn check(&mut self, entry: &TraceEntry, line: Option<u64>) -> Result<(), Broken> {
        self.verifier.check(entry).map_err(|fault| Broken {
            line,
            seq: Some(entry.seq),
            code: code_of(&fault).to_owned(),
            text: fault.to_string(),
        })?;
        match checkpoint::signer_of(entry) {
            None => {}
            Some(Ok(key)) => {
                self.checkpoints += 1;
                self.checkpoint_keys.insert(key.fingerprint());
            }
            Some(Err(())) => {
                let text = format!("entry {}: the checkpoint does not sign the entry before it", entry.seq);
                return Err(Broken { line, seq: Some(entry.seq), code: "checkpoint".to_owned(), text });
            }
        }
        self.entries += 1;
        self.hidden += u64::from(entry.content.is_none());
        self.first.get_or_insert(entry.seq);
        Ok(())
    }

    pub(crate) fn head(&self) -> Option<Head> {
        self.verifier.head().map(|(seq, hash)| Head { seq, hash: hash.to_owned() })
    }

    pub(crate) fn report(self, broken: Option<Broken>) -> Report {
        let head = self.head();
        Report {
            ok: broken.is_none(),
            entries: self.entries,
            hidden: self.hidden,
            first: self.first,
            last: head.as_ref().map(|head| head.seq),
            head,
            signed_by: self.signed_by,
            checkpoints: self.checkpoints,
            checkpoint_keys: self.checkpoint_keys.into_iter().collect(),
            broken,
        }
    }
}

fn code_of(fault: &ChainBreak) -> &'static str {
    match fault {
        ChainBreak::Content(_) => "content",
        ChainBreak::Hash(_) => "hash",
        ChainBreak::Link(_) => "link",
        ChainBreak::Gap { .. } => "gap",
    }
}

/// Verifies an export. Every byte counts: a line must be exactly what an export writes, or fields
/// could be smuggled in that no hash covers.
pub fn verify_reader(reader: impl BufRead) -> Report {
    let mut walk = Walk::default();
    let broken = walk_lines(reader, &mut walk).err();
    walk.report(broken)
}

fn walk_lines(reader: impl BufRead, walk: &mut Walk) -> Result<(), Broken> {
    let mut lines = reader.split(b'\n').zip(1_u64..);
    let (first, _) = lines.next().ok_or_else(|| at_line(1, "header", "the file is empty"))?;
    let header: Header = read_line(first, 1)?;
    if !matches!(header.v, 1 | 2) {
        return Err(at_line(1, "header", &format!("version {} of the format is not known", header.v)));
    }
    if header.seal != header.expected_seal() {
        return Err(at_line(1, "header", "the header was altered"));
    }
    walk.signed_by = signer(&header)?.map(|key| key.fingerprint());
    let mut last_line = 1;
    for (bytes, line) in lines {
        let entry: TraceEntry = read_line(bytes, line)?;
        let expected = walk.head().map_or(header.from, |head| head.seq + 1);
        if walk.head().is_none() && entry.seq != expected {
            let text = format!("entry {}: the header announced {expected}", entry.seq);
            return Err(Broken { line: Some(line), seq: Some(entry.seq), code: "gap".to_owned(), text });
        }
        walk.check(&entry, Some(line))?;
        last_line = line;
    }
    let reached = walk.head().map_or(header.from - 1, |head| head.seq);
    if reached != header.to {
        let text = format!("the file ends at entry {reached}, the header announced {}", header.to);
        return Err(at_line(last_line + 1, "missing", &text));
    }
    let head = walk.head().unwrap_or_else(|| Head { seq: 0, hash: GENESIS.to_owned() });
    if header.head != head.hash {
        return Err(at_line(1, "head", "the header states another hash of the last entry"));
    }
    Ok(())
}

/// The key that signed the header; `None` in exports of nodes without a key.
fn signer(header: &Header) -> Result<Option<PublicKey>, Broken> {
    let broken = |text: &str| at_line(1, "signature", text);
    match (header.v, &header.key, &header.signature) {
        (1, None, None) => Ok(None),
        (2, Some(key), Some(signature)) => {
            let key: PublicKey = key.parse().map_err(|_| broken("the key of the node is no key"))?;
            let signed = key.verifies(&header.signed_text(), signature);
            if signed { Ok(Some(key)) } else { Err(broken("the signature is not the one of the key it names")) }
        }
        _ => Err(broken("the signature is missing or does not belong here")),
    }
}

fn read_line<T: serde::de::DeserializeOwned + Serialize>(
    bytes: std::io::Result<Vec<u8>>,
    line: u64,
) -> Result<T, Broken> {
    let bytes = bytes.map_err(|error| at_line(line, "malformed", &error.to_string()))?;
    let read: T = serde_json::from_slice(&bytes).map_err(|error| at_line(line, "malformed", &error.to_string()))?;
    match serde_json::to_vec(&read) {
        Ok(written) if written == bytes => Ok(read),
        _ => Err(at_line(line, "malformed", "not written the way an export is")),
    }
}

fn at_line(line: u64, code: &str, text: &str) -> Broken {
    Broken { line: Some(line), seq: None, code: code.to_owned(), text: format!("line {line}: {text}") }
}
