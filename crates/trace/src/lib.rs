//! The trace as people use it: read it, hand it on, and prove that nobody changed it.
//!
//! An export is JSON Lines: a header, then one entry per line. Entries that its reader may not see
//! keep only their hashes, so that the chain still verifies. [`verify_reader`] needs nothing but
//! the file; whoever kept an earlier head can compare it with the one reported.
//!
//! [`Traces`] reads, exports and verifies the store's own chain.
//!
//! A node with a key signs every export and, from time to time, the chain itself ([`Traces::checkpoint`]).
//! Without its key nobody can make an export that verifies, nor rewrite the chain and keep its checkpoints.
//! What stays: who has the database and the node can leave the end away; heads that were handed out reveal that.

mod checkpoint;
mod export;
mod list;
mod signature;
mod store;
mod verify;

use fengsui_storage::Db;

pub use export::{ExportQuery, Exporter, Header, SubjectKey};
pub use list::TraceQuery;
pub use signature::{NoKey, PublicKey, Signer};
pub use verify::{Broken, Head, Report, verify_reader};

/// The trace of a node. Cheap to clone.
#[derive(Clone)]
pub struct Traces {
    pub(crate) db: Db,
    pub(crate) node: String,
    pub(crate) signer: Option<Signer>,
}

impl Traces {
    /// The trace in a store; `node` names where exports come from.
    pub fn new(db: Db, node: &str) -> Self {
        Self { db, node: node.to_owned(), signer: None }
    }

    /// The same with the node's key: exports are signed from now on.
    #[must_use]
    pub fn signed_by(self, signer: Signer) -> Self {
        Self { signer: Some(signer), ..self }
    }

    /// The public half of the node's key, if it has one.
    pub fn public_key(&self) -> Option<PublicKey> {
        self.signer.as_ref().map(Signer::public_key)
    }
}
