//! Which devices and series there are.

use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::SeriesId;
use fengsui_kernel::{DivisionCode, Fault, Mode, Page, PageQuery, Place, Point, Principal, Problems, Result};
use fengsui_storage::series::devices::DeviceRow;
use fengsui_storage::series::{self as store, SeriesFacts, SeriesFilter, SeriesRow};
use fengsui_storage::{Subject, Tx};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::catalogue::Catalogue;
use crate::engine::SeriesEngine;
use crate::last::Last;
use crate::ledger::{DeviceFacts, NamedRecord, put_device};
use crate::readings::Portion;
use crate::view::SeriesView;

/// What is needed to register a series; the composition fills device, installation and enterprise
/// from the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SeriesRegistration {
    /// The device.
    pub device: DeviceFacts,
    /// The code as the device sends it.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its English name.
    #[serde(default)]
    pub name_en: Option<String>,
    /// The unit of its values; empty for counts and ratios.
    pub unit: String,
    /// The installation it watches.
    #[serde(default)]
    pub installation: Option<NamedRecord>,
    /// The enterprise.
    #[serde(default)]
    pub enterprise: Option<NamedRecord>,
    /// Where.
    pub division: DivisionCode,
    /// Where on the map.
    #[serde(default)]
    pub location: Option<Point>,
    /// Lower end of the scale shown.
    #[serde(default)]
    pub low: Option<f64>,
    /// Upper end of the scale shown.
    #[serde(default)]
    pub high: Option<f64>,
    /// How often a value is expected; without it silence is never noticed.
    #[serde(default)]
    pub expected_interval_seconds: Option<u32>,
    /// Real, or a training device whose alarms are drill alarms.
    #[serde(default)]
    pub mode: Mode,
}

impl SeriesRegistration {
    fn check(&self) -> Result<()> {
        let mut problems = Problems::default();
        for (field, text, least, most) in
            [("code", &self.code, 1, 128), ("name", &self.name, 1, 200), ("unit", &self.unit, 0, 32)]
        {
            let length = text.trim().chars().count();
            if length < least {
                problems.push(Fault::field(field, "required"));
            } else if length > most {
                problems.push(Fault::field(field, "too_long").with("max", &most.to_string()));
            }
        }
        if [self.low, self.high].into_iter().flatten().any(|number| !number.is_finite()) {
            problems.push(Fault::field("low", "not_finite"));
        }
        if self.low.zip(self.high).is_some_and(|(low, high)| low >= high) {
            problems.push(Fault::field("high", "must_exceed_low"));
        }
        if self.expected_interval_seconds.is_some_and(|seconds| seconds == 0 || seconds > 31 * 86_400) {
            problems.push(
                Fault::field("expected_interval_seconds", "out_of_range").with("min", "1").with("max", "2678400"),
            );
        }
        problems.into_result()
    }

    pub(crate) fn place(&self) -> Place {
        Place { division: self.division, enterprise: self.enterprise.as_ref().map(|record| record.id.clone()) }
    }

    fn into_facts(self) -> SeriesFacts {
        let split = |record: Option<NamedRecord>| record.map_or((None, None), |it| (Some(it.id), Some(it.name)));
        let (installation, installation_name) = split(self.installation);
        let (enterprise, enterprise_name) = split(self.enterprise);
        SeriesFacts {
            device_id: self.device.id,
            device_code: self.device.code,
            device_name: self.device.name,
            code: self.code.trim().to_owned(),
            name: self.name.trim().to_owned(),
            name_en: self.name_en,
            unit: self.unit.trim().to_owned(),
            installation,
            installation_name,
            enterprise,
            enterprise_name,
            division: self.division,
            location: self.location,
            low: self.low,
            high: self.high,
            expected_interval_seconds: self.expected_interval_seconds,
            mode: self.mode,
        }
    }
}

pub(crate) fn place_of(facts: &SeriesFacts) -> Place {
    Place { division: facts.division, enterprise: facts.enterprise.clone() }
}

impl SeriesEngine {
    /// Registers a series of a device.
    pub async fn register(&self, principal: &Principal, registration: SeriesRegistration) -> Result<SeriesView> {
        let mut catalogue = self.core.catalogue.lock().await;
        let mut tx = self.begin(principal).await?;
        let (id, _, device) = register_in(&mut tx, principal, registration).await?;
        tx.commit().await?;
        catalogue.put_device(device);
        let row = self.row(&id).await?;
        catalogue.put_series(row.clone());
        self.match_series(&mut catalogue, &[row.number]).await;
        Ok(SeriesView::new(row, self.core.db.now()))
    }

    /// Replaces the facts of a series; its device stays the same.
    pub async fn update_series(
        &self,
        principal: &Principal,
        id: &SeriesId,
        version: i64,
        registration: SeriesRegistration,
    ) -> Result<SeriesView> {
        registration.check()?;
        let mut catalogue = self.core.catalogue.lock().await;
        let old = self.row(id).await?;
        principal.require("update", "series", &place_of(&old.facts))?;
        principal.require("update", "series", &registration.place())?;
        if registration.device.id != old.facts.device_id {
            return Err(Fault::field("device", "device_fixed").into());
        }
        let submitted = serde_json::to_value(&registration).map_err(Fault::internal)?;
        let mut tx = self.begin(principal).await?;
        let device = put_device(&mut tx, &registration.device).await?;
        let facts = registration.into_facts();
        let division = facts.division;
        if !store::update(&mut tx, id, &facts, version).await? {
            let current = serde_json::to_value(SeriesView::new(old, self.core.db.now())).map_err(Fault::internal)?;
            return Err(FaultKind::Stale { current, submitted }.into());
        }
        tx.trace("series.update", Subject::at("series", id, division), submitted);
        tx.commit().await?;
        catalogue.put_device(device);
        let row = self.row(id).await?;
        catalogue.put_series(row.clone());
        self.match_series(&mut catalogue, &[row.number]).await;
        Ok(SeriesView::new(fresh(&catalogue, row), self.core.db.now()))
    }

    /// Takes a series out of use; its alarms return, its observations stay.
    pub async fn delete_series(&self, principal: &Principal, id: &SeriesId, version: i64) -> Result<()> {
        let mut catalogue = self.core.catalogue.lock().await;
        let old = self.row(id).await?;
        principal.require("delete", "series", &place_of(&old.facts))?;
        crate::derived::refuse_if_fed(&catalogue, old.number)?;
        let mut tx = self.begin(principal).await?;
        if !store::retire(&mut tx, id, version).await? {
            let current = serde_json::to_value(SeriesView::new(old, self.core.db.now())).map_err(Fault::internal)?;
            return Err(FaultKind::Stale { current, submitted: json!({"version": version}) }.into());
        }
        if let Some(series) = catalogue.series.get(&old.number) {
            for watched in &series.rules {
                crate::commit::withdraw(&mut tx, series, old.number, &watched.rule.id).await?;
            }
        }
        Portion::of(&catalogue, vec![old.number]).write(&mut tx).await?;
        tx.trace("series.delete", Subject::at("series", id, old.facts.division), json!({"code": old.facts.code}));
        tx.commit().await?;
        catalogue.forget_series(old.number);
        Ok(())
    }

    /// One series.
    pub async fn series(&self, principal: &Principal, id: &SeriesId) -> Result<SeriesView> {
        let row = self.readable(principal, id).await?;
        let catalogue = self.core.catalogue.lock().await;
        Ok(SeriesView::new(fresh(&catalogue, row), self.core.db.now()))
    }

    /// A page of series with their last values.
    pub async fn list_series(
        &self,
        principal: &Principal,
        filter: &SeriesFilter,
        page: &PageQuery,
    ) -> Result<Page<SeriesView>> {
        let scopes = principal.scopes("read", "series")?;
        let (rows, total) = store::list(&self.core.db, &scopes, filter, page).await?;
        let now = self.core.db.now();
        let catalogue = self.core.catalogue.lock().await;
        let view = |row| SeriesView::new(fresh(&catalogue, row), now);
        Ok(Page::from_overfetch(rows, page, Some(total)).map(view))
    }

    pub(crate) async fn row(&self, id: &SeriesId) -> Result<SeriesRow> {
        store::get(&self.core.db, id).await?.ok_or_else(|| Fault::not_found("series", id))
    }

    /// The series, if the caller may read it; otherwise as if there were none.
    pub(crate) async fn readable(&self, principal: &Principal, id: &SeriesId) -> Result<SeriesRow> {
        let row = self.row(id).await?;
        if principal.may("read", "series", &place_of(&row.facts)) {
            Ok(row)
        } else {
            Err(Fault::not_found("series", id))
        }
    }
}

/// The series with its newest value: the store knows only what is sealed.
pub(crate) fn fresh(catalogue: &Catalogue, row: SeriesRow) -> SeriesRow {
    let last = catalogue.last(row.number).map(Last::row);
    SeriesRow { last: last.or(row.last), ..row }
}

/// Registers within a unit of work; answers id and key, and the device as it now stands.
pub(crate) async fn register_in(
    tx: &mut Tx,
    principal: &Principal,
    registration: SeriesRegistration,
) -> Result<(SeriesId, i64, DeviceRow)> {
    registration.check()?;
    principal.require("create", "series", &registration.place())?;
    let device = put_device(tx, &registration.device).await?;
    let data = serde_json::to_value(&registration).map_err(Fault::internal)?;
    let facts = registration.into_facts();
    let id: SeriesId = tx.new_id();
    let number = store::insert(tx, &id, &facts).await?;
    tx.trace("series.create", Subject::at("series", &id, facts.division), data);
    Ok((id, number, device))
}
