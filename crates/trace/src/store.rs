//! Verifying the store's own chain.

use fengsui_kernel::trace::GENESIS;
use fengsui_kernel::{Principal, Result};
use fengsui_storage::{Db, traces};

use crate::Traces;
use crate::verify::{Broken, Head, Report, Walk};

const PAGE: u32 = 1000;

impl Traces {
    /// Walks the whole chain of the store and compares its end with the noted head. Entries that are
    /// appended meanwhile are left for the next time.
    pub async fn verify(&self, caller: &Principal) -> Result<Report> {
        caller.scopes("read", "trace")?;
        let (last, hash) = traces::head(&self.db).await?;
        let mut walk = Walk::default();
        let broken = match walk_pages(&self.db, last, &mut walk).await? {
            Some(broken) => Some(broken),
            None => compare(&walk, last, &hash),
        };
        Ok(walk.report(broken))
    }
}

async fn walk_pages(db: &Db, last: i64, walk: &mut Walk) -> Result<Option<Broken>> {
    loop {
        let next = walk.head().map_or(1, |head| head.seq + 1);
        let page = traces::from_seq(db, next, PAGE).await?;
        let upto_head = page.iter().filter(|entry| entry.seq <= last);
        let mut any = false;
        for entry in upto_head {
            any = true;
            if walk.head().is_none() && entry.seq != 1 {
                return Ok(Some(broken(entry.seq, "gap", "the chain does not begin with entry 1")));
            }
            if let Err(broken) = walk.check(entry, None) {
                return Ok(Some(broken));
            }
        }
        if !any {
            return Ok(None);
        }
    }
}

fn compare(walk: &Walk, last: i64, hash: &str) -> Option<Broken> {
    let head = walk.head().unwrap_or_else(|| Head { seq: 0, hash: GENESIS.to_owned() });
    if head.seq != last {
        return Some(broken(head.seq + 1, "missing", &format!("the entries from here to {last} are missing")));
    }
    (head.hash != hash).then(|| broken(last, "head", "the noted head has another hash"))
}

fn broken(seq: i64, code: &str, text: &str) -> Broken {
    Broken { line: None, seq: Some(seq), code: code.to_owned(), text: format!("entry {seq}: {text}") }
}
