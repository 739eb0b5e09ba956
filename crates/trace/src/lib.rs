//! The trace as people use it: read it, hand it on, and prove that nobody changed it.
//!
//! An export is JSON Lines: a header, then one entry per line. Entries that its reader may not see
//! keep only their hashes, so that the chain still verifies. [`verify_reader`] needs nothing but
//! the file; whoever kept an earlier head can compare it with the one reported.
//!
//! [`Traces`] reads, exports and verifies the store's own chain.
//!
//! What this cannot show on its own: a chain rewritten from some entry to the end verifies again.
//! Heads that were handed out earlier (every export carries one) reveal that.

mod export;
mod list;
mod store;
mod verify;

use fengsui_storage::Db;

pub use export::{ExportQuery, Exporter, Header, SubjectKey};
pub use list::TraceQuery;
pub use verify::{Broken, Head, Report, verify_reader};

/// The trace of a node. Cheap to clone.
#[derive(Clone)]
pub struct Traces {
    pub(crate) db: Db,
    pub(crate) node: String,
}

impl Traces {
    /// The trace in a store; `node` names where exports come from.
    pub fn new(db: Db, node: &str) -> Self {
        Self { db, node: node.to_owned() }
    }
}
