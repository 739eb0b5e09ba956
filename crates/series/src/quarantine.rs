//! What arrived and could not be placed waits here, visible, until a person resolves it.

use fengsui_events::{Event, QuarantineChanged};
use fengsui_kernel::id::QuarantineId;
use fengsui_kernel::{Fault, Page, PageQuery, Principal, Result, Timestamp};
use fengsui_storage::series::quarantine::{self as store, QuarantineRow};
use fengsui_storage::{Subject, Tx};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::catalogue::{Catalogue, QuarantineKey};
use crate::engine::SeriesEngine;
use crate::registration::{SeriesRegistration, register_in};
use crate::view::SeriesView;

/// Why something could not be placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuarantineReason {
    /// No device has this key.
    UnknownDevice,
    /// The device has no series of this code.
    UnknownSeries,
    /// The value is no number.
    BadValue,
    /// The reading claims to come from the future.
    FutureTimestamp,
    /// The reading claims a time before 2000.
    ImplausibleTimestamp,
    /// The message could not be read.
    MalformedPayload,
    /// The check sum of the frame is wrong.
    BadChecksum,
    /// The device understood and says that it cannot: a fault of its own or of what it is asked for.
    DeviceFault,
}

impl QuarantineReason {
    /// The stored form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownDevice => "unknown_device",
            Self::UnknownSeries => "unknown_series",
            Self::BadValue => "bad_value",
            Self::FutureTimestamp => "future_timestamp",
            Self::ImplausibleTimestamp => "implausible_timestamp",
            Self::MalformedPayload => "malformed_payload",
            Self::BadChecksum => "bad_checksum",
            Self::DeviceFault => "device_fault",
        }
    }
}

/// One cause, however often it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QuarantineView {
    /// Its id.
    pub id: QuarantineId,
    /// Why: `unknown_device`, `unknown_series`, `bad_value`, `future_timestamp`,
    /// `implausible_timestamp`, `malformed_payload`, `bad_checksum`, `device_fault`.
    pub reason: String,
    /// The sender's key as sent.
    pub device_key: String,
    /// The series code as sent; empty where none was told.
    pub code: String,
    /// Over which protocol.
    pub protocol: String,
    /// How often.
    pub count: u64,
    /// First seen.
    pub first_at: Timestamp,
    /// Last seen.
    pub last_at: Timestamp,
    /// What came last.
    pub sample: String,
}

impl From<QuarantineRow> for QuarantineView {
    fn from(row: QuarantineRow) -> Self {
        Self {
            id: row.id,
            reason: row.reason,
            device_key: row.device_key,
            code: row.code,
            protocol: row.protocol,
            count: row.hits,
            first_at: row.first_at,
            last_at: row.last_at,
            sample: row.sample,
        }
    }
}

impl SeriesEngine {
    /// What waits, last seen first.
    pub async fn quarantine(&self, principal: &Principal, page: &PageQuery) -> Result<Page<QuarantineView>> {
        // What has no place yet belongs to nobody's division: whoever holds the right anywhere sees it.
        principal.scopes("read", "quarantine")?;
        let (rows, total) = store::list(&self.core.db, page).await?;
        Ok(Page::from_overfetch(rows, page, Some(total)).map(QuarantineView::from))
    }

    /// Registers the series that was missing; the device must be the one that sent. The right to make
    /// series at its place is asked for besides.
    pub async fn register_quarantined(
        &self,
        principal: &Principal,
        id: &QuarantineId,
        registration: SeriesRegistration,
    ) -> Result<SeriesView> {
        principal.scopes("register", "quarantine")?;
        let mut catalogue = self.core.catalogue.lock().await;
        let entry = self.entry(id).await?;
        let device = &registration.device;
        if device.code != entry.device_key && device.serial.as_ref() != Some(&entry.device_key) {
            return Err(Fault::field("device", "device_key_mismatch").with("key", &entry.device_key).into());
        }
        let code = if entry.code.is_empty() { registration.code.clone() } else { entry.code.clone() };
        let mut tx = self.begin(principal).await?;
        let (series, _, device) = register_in(&mut tx, principal, SeriesRegistration { code, ..registration }).await?;
        let key = resolve(&mut tx, &catalogue, &entry, "quarantine.register").await?;
        tx.commit().await?;
        catalogue.quarantined.remove(&key);
        catalogue.put_device(device);
        let row = self.row(&series).await?;
        catalogue.put_series(row.clone());
        self.match_series(&mut catalogue, &[row.number]).await;
        Ok(SeriesView::new(row, self.core.db.now()))
    }

    /// Removes an entry that needs nothing; it comes back when the cause does.
    pub async fn discard_quarantined(&self, principal: &Principal, id: &QuarantineId) -> Result<()> {
        principal.scopes("discard", "quarantine")?;
        let mut catalogue = self.core.catalogue.lock().await;
        let entry = self.entry(id).await?;
        let mut tx = self.begin(principal).await?;
        let key = resolve(&mut tx, &catalogue, &entry, "quarantine.discard").await?;
        tx.commit().await?;
        catalogue.quarantined.remove(&key);
        Ok(())
    }

    async fn entry(&self, id: &QuarantineId) -> Result<QuarantineRow> {
        store::get(&self.core.db, id).await?.ok_or_else(|| Fault::not_found("quarantine", id))
    }
}

async fn resolve(tx: &mut Tx, catalogue: &Catalogue, entry: &QuarantineRow, action: &str) -> Result<QuarantineKey> {
    store::remove(tx, &entry.id).await?;
    let data = json!({
        "reason": entry.reason, "device_key": entry.device_key, "code": entry.code, "count": entry.hits,
        "sample": entry.sample,
    });
    tx.trace(action, Subject::new("quarantine", &entry.id), data);
    let waiting = (catalogue.quarantined.len() as u64).saturating_sub(1);
    tx.publish(Event::QuarantineChanged(QuarantineChanged { waiting }));
    Ok((entry.reason.clone(), entry.device_key.clone(), entry.code.clone()))
}
