//! What the ledger knows of devices and places, carried over into the engine.

use fengsui_kernel::{DivisionCode, Place, Principal, Result};
use fengsui_storage::series as store;
use fengsui_storage::series::devices::DeviceRow;
use fengsui_storage::{Subject, Tx};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::engine::SeriesEngine;
use crate::readings::Portion;

/// A record with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedRecord {
    /// Record id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// What the ledger knows of a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeviceFacts {
    /// Record id.
    pub id: String,
    /// Its code, the user name at the MQTT door.
    pub code: String,
    /// Serial or station number (MN), the key of field protocols.
    #[serde(default)]
    pub serial: Option<String>,
    /// Its name.
    pub name: String,
    /// Where.
    pub division: DivisionCode,
    /// The enterprise it belongs to, by record id.
    #[serde(default)]
    pub enterprise: Option<String>,
    /// What it is, as the ledger says: `gas_detector`, `logger`, …
    #[serde(default)]
    pub category: Option<String>,
}

fn device_row(facts: &DeviceFacts) -> DeviceRow {
    DeviceRow {
        id: facts.id.clone(),
        code: facts.code.clone(),
        serial: facts.serial.clone().filter(|serial| !serial.is_empty()),
        name: facts.name.clone(),
        division: facts.division,
        enterprise: facts.enterprise.clone(),
        category: facts.category.clone(),
        online: false,
        last_heard_at: None,
    }
}

pub(crate) async fn put_device(tx: &mut Tx, facts: &DeviceFacts) -> Result<DeviceRow> {
    let row = device_row(facts);
    store::devices::put(tx, &row).await?;
    store::rename_device(tx, &row.id, &row.code, &row.name).await?;
    Ok(row)
}

impl SeriesEngine {
    /// Makes a device known or brings its facts up to date; called for every device of the ledger.
    pub async fn keep_device(&self, principal: &Principal, facts: &DeviceFacts) -> Result<()> {
        let place = Place { division: facts.division, enterprise: facts.enterprise.clone() };
        principal.require("update", "series", &place)?;
        let mut catalogue = self.core.catalogue.lock().await;
        let known = catalogue.devices.get(&facts.id).map(|device| &device.row);
        let row = device_row(facts);
        let same = |known: &DeviceRow| DeviceRow { online: false, last_heard_at: None, ..known.clone() } == row;
        if known.is_some_and(same) {
            return Ok(());
        }
        let mut tx = self.begin(principal).await?;
        let row = put_device(&mut tx, facts).await?;
        tx.commit().await?;
        catalogue.put_device(row);
        let numbers: Vec<i64> =
            catalogue.devices.get(&facts.id).map(crate::catalogue::Device::numbers).unwrap_or_default();
        self.match_series(&mut catalogue, &numbers).await;
        Ok(())
    }

    /// Forgets a device that left the ledger; its series are taken out of use.
    pub async fn remove_device(&self, principal: &Principal, id: &str) -> Result<()> {
        let mut catalogue = self.core.catalogue.lock().await;
        let Some(device) = catalogue.devices.get(id) else { return Ok(()) };
        let place = Place { division: device.row.division, enterprise: device.row.enterprise.clone() };
        principal.require("delete", "series", &place)?;
        let mut tx = self.begin(principal).await?;
        let numbers = device.numbers();
        for number in &numbers {
            let Some(series) = catalogue.series.get(number) else { continue };
            for watched in &series.rules {
                crate::commit::withdraw(&mut tx, series, *number, &watched.rule.id).await?;
            }
            store::retire_any(&mut tx, *number).await?;
        }
        Portion::of(&catalogue, numbers).write(&mut tx).await?;
        store::devices::remove(&mut tx, id).await?;
        tx.trace("device.forget", Subject::at("device", id, device.row.division), json!({"code": device.row.code}));
        tx.commit().await?;
        catalogue.remove_device(id);
        catalogue.wire();
        Ok(())
    }

    /// Carries the new name of an installation or enterprise into series and alarms.
    pub async fn rename_place(&self, principal: &Principal, record: &NamedRecord) -> Result<()> {
        let mut catalogue = self.core.catalogue.lock().await;
        let mut tx = self.begin(principal).await?;
        let changed = store::rename_place(&mut tx, &record.id, &record.name).await?;
        tx.commit().await?;
        if changed > 0 {
            for series in catalogue.series.values_mut() {
                let facts = &mut series.facts;
                if facts.installation.as_ref() == Some(&record.id) {
                    facts.installation_name = Some(record.name.clone());
                }
                if facts.enterprise.as_ref() == Some(&record.id) {
                    facts.enterprise_name = Some(record.name.clone());
                }
            }
        }
        Ok(())
    }
}
