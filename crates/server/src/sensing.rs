//! What the ledger knows of devices, for the series engine: it keeps names and places itself, so that
//! an alarm needs no look-up.

use fengsui_kernel::{Fault, Mode, PageQuery, Principal, Result};
use fengsui_matters::ListQuery;
use fengsui_registry::{Record, Registry};
use fengsui_series::{DeviceFacts, NamedRecord, RunningDrill, SeriesRegistration};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;

/// A series as a person registers it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesDraft {
    /// The device: record id or code.
    pub device: String,
    /// Code of the series within the device, as the device sends it.
    pub code: String,
    /// Name.
    pub name: String,
    /// English name.
    #[serde(default)]
    pub name_en: Option<String>,
    /// Unit of the values.
    pub unit: String,
    /// The installation that it measures: record id or code.
    #[serde(default)]
    pub installation: Option<String>,
    /// Lowest value of the instrument.
    #[serde(default)]
    pub low: Option<f64>,
    /// Highest value of the instrument.
    #[serde(default)]
    pub high: Option<f64>,
    /// Seconds between readings.
    #[serde(default)]
    pub expected_interval_seconds: Option<u32>,
    /// Version that a change is based on.
    #[serde(default)]
    pub version: Option<i64>,
}

/// Finds a record by id or code.
pub async fn find(registry: &Registry, kind: &str, key: &str) -> Result<Option<Record>> {
    let by_id = registry.find_by_id(key).await?.filter(|record| record.kind == kind);
    match by_id {
        Some(record) => Ok(Some(record)),
        None => registry.find_by_code(kind, key).await,
    }
}

/// What the series engine keeps of a device.
pub fn device_facts(record: &Record) -> DeviceFacts {
    DeviceFacts {
        id: record.id.to_string(),
        code: record.code.clone(),
        serial: record.text("serial").filter(|serial| !serial.is_empty()).map(str::to_owned),
        name: record.name.clone(),
        division: record.division,
        enterprise: record.enterprise.clone(),
        category: record.text("category").map(str::to_owned),
    }
}

/// Fills a draft with what the ledger knows. A series lies where its installation lies, else its device.
pub async fn registration(registry: &Registry, draft: SeriesDraft) -> Result<SeriesRegistration> {
    let device = find(registry, "device", &draft.device).await?;
    let device = device.ok_or_else(|| Fault::field("device", "unknown_device").with("value", &draft.device))?;
    let installation_key =
        draft.installation.or_else(|| device.text("installation").map(str::to_owned)).filter(|key| !key.is_empty());
    let installation = match installation_key {
        Some(key) => {
            let found = find(registry, "installation", &key).await?;
            Some(found.ok_or_else(|| Fault::field("installation", "unknown_reference").with("value", &key))?)
        }
        None => None,
    };
    let enterprise = match &device.enterprise {
        Some(id) => registry.find_by_id(id).await?,
        None => None,
    };
    let named = |record: &Record| NamedRecord { id: record.id.to_string(), name: record.name.clone() };
    let places = [installation.as_ref(), Some(&device), enterprise.as_ref()];
    Ok(SeriesRegistration {
        device: device_facts(&device),
        code: draft.code,
        name: draft.name,
        name_en: draft.name_en,
        unit: draft.unit,
        installation: installation.as_ref().map(named),
        enterprise: enterprise.as_ref().map(named),
        division: device.division,
        location: places.into_iter().flatten().find_map(|record| record.location),
        low: draft.low,
        high: draft.high,
        expected_interval_seconds: draft.expected_interval_seconds,
        mode: Mode::Real,
    })
}

/// The drills under way: alarms of training devices are passed on inside them.
pub async fn running_drills(app: &App) -> Result<Vec<RunningDrill>> {
    let query = ListQuery { process: Some("drill".to_owned()), open: Some(true), ..ListQuery::default() };
    let page = PageQuery { limit: Some(fengsui_kernel::page::MAX_LIMIT), cursor: None };
    let drills = app.matters.list(&Principal::system("escalation"), query, &page).await?;
    Ok(drills.items.into_iter().map(|drill| RunningDrill { matter: drill.id, division: drill.division }).collect())
}
