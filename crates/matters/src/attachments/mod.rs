//! Attachments: photographs, documents, recordings as evidence.
//!
//! The bytes are safe on the disk before the row that names them is committed; a crash between the
//! two leaves a file that nobody needs, never a row without its file.

mod files;
mod media;

use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::{AttachmentId, MatterId};
use fengsui_kernel::{Fault, Principal, Result, Timestamp};
use fengsui_storage::Subject;
use fengsui_storage::attachments::{self as rows, AttachmentRow};
use fengsui_storage::matters::append_entry;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::engine::Engine;
use crate::open::row_changed;
use crate::timeline::entry;

pub(crate) use files::Store;

/// Largest attachment in bytes.
pub const LARGEST_BYTES: usize = 20 * 1024 * 1024;

/// An attachment without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// Its matter.
    pub matter: MatterId,
    /// Name for people and downloads.
    pub name: String,
    /// Media type, found from the bytes.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes, also in the trace.
    pub sha256: String,
    /// Who added it.
    pub by_name: String,
    /// When.
    pub at: Timestamp,
}

/// An attachment with its bytes.
#[derive(Debug, Clone)]
pub struct AttachmentFile {
    /// What it is.
    pub attachment: Attachment,
    /// Its bytes, checked against the hash.
    pub bytes: Vec<u8>,
}

impl From<AttachmentRow> for Attachment {
    fn from(row: AttachmentRow) -> Self {
        Self {
            id: row.id,
            matter: row.matter,
            name: row.name,
            media_type: row.media_type,
            size: row.size,
            sha256: row.sha256,
            by_name: row.by_name,
            at: row.at,
        }
    }
}

impl Engine {
    /// Demands the right to attach, before the bytes are there.
    pub async fn demand_attach(&self, principal: &Principal, matter: &MatterId) -> Result<()> {
        let row = self.readable_row(principal, matter).await?;
        self.require_contribution(principal, "attach", &row)
    }

    /// Adds an attachment. The name is only shown; where the bytes lie follows from their hash.
    pub async fn attach(
        &self,
        principal: &Principal,
        matter: &MatterId,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<Attachment> {
        self.demand_attach(principal, matter).await?;
        let media = acceptable(&bytes)?;
        let (size, sha256) = (bytes.len() as u64, hex::encode(Sha256::digest(&bytes)));
        self.store_of_files()?.keep(&sha256, bytes).await?;
        let (mut tx, row) = self.lock(principal, matter).await?;
        let (id, name): (AttachmentId, String) = (tx.new_id(), media.name_for(name));
        let detail = json!({"attachment": id, "name": name, "media_type": media.media_type, "size": size,
            "sha256": sha256});
        let added = entry(&tx, matter, "attachment", "attach", detail.clone(), (None, None));
        let attachment = AttachmentRow {
            id,
            matter: matter.clone(),
            entry: append_entry(&mut tx, &added).await?,
            name,
            media_type: media.media_type.to_owned(),
            size,
            sha256,
            by: principal.actor.key(),
            by_name: principal.actor.name().to_owned(),
            at: tx.now(),
        };
        rows::insert(&mut tx, &attachment).await?;
        tx.trace("matter.attach", Subject::at("matter", matter, row.division), detail);
        tx.publish(fengsui_events::Event::MatterChanged(row_changed(&row, "attach", Some(&row.phase))));
        tx.commit().await?;
        Ok(attachment.into())
    }

    /// Reads an attachment of a matter that the caller may see.
    pub async fn attachment(&self, principal: &Principal, id: &AttachmentId) -> Result<AttachmentFile> {
        let row = rows::get(self.db(), id).await?.ok_or_else(|| Fault::not_found("attachment", id))?;
        self.readable_row(principal, &row.matter).await?;
        let bytes = self.store_of_files()?.read(&row.sha256).await?;
        if hex::encode(Sha256::digest(&bytes)) != row.sha256 {
            return Err(Fault::internal(format!("the file of attachment {id} was altered")));
        }
        Ok(AttachmentFile { attachment: row.into(), bytes })
    }

    /// The attachments of a matter that the caller may see, oldest first.
    pub async fn attachments(&self, principal: &Principal, matter: &MatterId) -> Result<Vec<Attachment>> {
        self.readable_row(principal, matter).await?;
        Ok(rows::of_matter(self.db(), matter).await?.into_iter().map(Into::into).collect())
    }

    fn store_of_files(&self) -> Result<&Store> {
        let store = self.inner.attachments.as_ref();
        store.ok_or_else(|| FaultKind::Unavailable("no directory for attachments".into()).into())
    }
}

fn acceptable(bytes: &[u8]) -> Result<media::Media> {
    if bytes.len() > LARGEST_BYTES {
        return Err(FaultKind::TooLarge { limit: LARGEST_BYTES as u64 }.into());
    }
    if bytes.is_empty() {
        return Err(Fault::field("file", "empty_file").into());
    }
    media::sniff(bytes).ok_or_else(|| Fault::field("file", "media_type_not_allowed").into())
}
