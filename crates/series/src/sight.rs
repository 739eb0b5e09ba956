//! What a caller may see of devices and series as a whole, and where readings of a series are handed in: for doors
//! that show the platform's instruments to other programs.

use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::SeriesId;
use fengsui_kernel::page::MAX_LIMIT;
use fengsui_kernel::{DivisionCode, Fault, Page, PageQuery, Place, Principal, Result, Timestamp};
use fengsui_storage::series::{self as store, SeriesFilter};

use crate::engine::SeriesEngine;
use crate::registration::{fresh, place_of};
use crate::view::SeriesView;

/// Series that are read at once.
const PORTION: u32 = 2_000;

/// A device as the readers of its series may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceSight {
    /// Record id.
    pub id: String,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Where.
    pub division: DivisionCode,
    /// The enterprise it belongs to, by record id.
    pub enterprise: Option<String>,
    /// Whether it is heard.
    pub online: bool,
    /// When it was last heard.
    pub last_heard_at: Option<Timestamp>,
}

/// To whom readings of a series are handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    /// The series.
    pub series: SeriesId,
    /// The device's code.
    pub device_code: String,
    /// The code of the series within the device.
    pub code: String,
}

impl SeriesEngine {
    /// Every series that the caller may read, of one device if one is given, by id. More than `most` are refused.
    pub async fn series_in_sight(
        &self,
        principal: &Principal,
        device: Option<&str>,
        most: usize,
    ) -> Result<Vec<SeriesView>> {
        let scopes = principal.scopes("read", "series")?;
        let mut found = if let Some(device) = device {
            self.series_of(principal, device).await?
        } else {
            let now = self.core.db.now();
            let seen = |place: &Place| scopes.iter().any(|scope| scope.covers(place));
            let (mut rows, mut behind) = (Vec::new(), 0);
            loop {
                let portion = store::after(&self.core.db, behind, PORTION).await?;
                let Some(end) = portion.last().map(|row| row.number) else { break };
                behind = end;
                rows.extend(portion.into_iter().filter(|row| seen(&place_of(&row.facts))));
                if rows.len() > most {
                    break;
                }
            }
            let rows: Vec<_> = {
                let catalogue = self.core.catalogue.lock().await;
                rows.into_iter().map(|row| fresh(&catalogue, row)).collect()
            };
            rows.into_iter().map(|row| SeriesView::new(row, now)).collect()
        };
        if found.len() > most {
            return Err(FaultKind::TooLarge { limit: most as u64 }.into());
        }
        found.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(found)
    }

    async fn series_of(&self, principal: &Principal, device: &str) -> Result<Vec<SeriesView>> {
        let filter = SeriesFilter { device: Some(device.to_owned()), ..SeriesFilter::default() };
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let query = PageQuery { limit: Some(MAX_LIMIT), cursor };
            let Page { items, next, .. } = self.list_series(principal, &filter, &query).await?;
            found.extend(items);
            if next.is_none() {
                return Ok(found);
            }
            cursor = next;
        }
    }

    /// Every device whose series the caller may read, or the one given, by id.
    pub async fn devices_in_sight(&self, principal: &Principal, device: Option<&str>) -> Result<Vec<DeviceSight>> {
        let scopes = principal.scopes("read", "series")?;
        let catalogue = self.core.catalogue.lock().await;
        let rows = match device {
            Some(id) => catalogue.devices.get(id).into_iter().map(|device| &device.row).collect::<Vec<_>>(),
            None => catalogue.devices.values().map(|device| &device.row).collect(),
        };
        let mut found: Vec<DeviceSight> = rows
            .into_iter()
            .filter(|row| {
                let place = Place { division: row.division, enterprise: row.enterprise.clone() };
                scopes.iter().any(|scope| scope.covers(&place))
            })
            .map(|row| DeviceSight {
                id: row.id.clone(),
                code: row.code.clone(),
                name: row.name.clone(),
                division: row.division,
                enterprise: row.enterprise.clone(),
                online: row.online,
                last_heard_at: row.last_heard_at,
            })
            .collect();
        drop(catalogue);
        found.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(found)
    }

    /// Where readings of a series are handed in, for callers with the right `ingest` on its device; whoever may not
    /// even read it learns nothing of it.
    pub async fn intake(&self, principal: &Principal, id: &SeriesId) -> Result<Intake> {
        let facts = self.row(id).await?.facts;
        let place = {
            let catalogue = self.core.catalogue.lock().await;
            let device = catalogue.devices.get(&facts.device_id).map(|device| &device.row);
            device.map(|row| Place { division: row.division, enterprise: row.enterprise.clone() })
        };
        let place = place.unwrap_or_else(|| place_of(&facts));
        if principal.may("ingest", "series", &place) {
            return Ok(Intake { series: id.clone(), device_code: facts.device_code, code: facts.code });
        }
        if principal.may("read", "series", &place_of(&facts)) {
            principal.require("ingest", "series", &place)?;
        }
        Err(Fault::not_found("series", id))
    }
}
