//! The public feed, made once per publication: it is asked for every few seconds by many programs,
//! and reading a hundred messages for each of them would let anybody keep the node busy.

use std::sync::Arc;

use fengsui_kernel::{Mode, Result};
use fengsui_storage::Db;
use fengsui_storage::warnings::{self, Stamp};
use tokio::sync::Mutex;

use crate::publication;

/// The feed of one node.
#[derive(Debug, Default)]
pub struct Feed {
    made: Mutex<Option<(Stamp, Arc<str>)>>,
}

impl Feed {
    /// The feed as Atom. `base` is the public address of the node, without a slash at its end.
    pub async fn text(&self, db: &Db, base: &str, title: &str, author: &str) -> Result<Arc<str>> {
        let stamp = warnings::stamp(db, publication::status_of(Mode::Real)).await?;
        // Held while it is made: many who ask at once wait for one making.
        let mut made = self.made.lock().await;
        if let Some((known, text)) = made.as_ref()
            && *known == stamp
        {
            return Ok(Arc::clone(text));
        }
        let text: Arc<str> = publication::feed(db, base, title, author).await?.into();
        *made = Some((stamp, Arc::clone(&text)));
        Ok(text)
    }
}
