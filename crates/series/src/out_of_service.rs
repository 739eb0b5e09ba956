//! Out of service (检修、停用) after ISA-18.2: readings are stored and rules judge, but alarms raised meanwhile are
//! recorded as suppressed and ring nobody. Alarms that were open before keep ringing until somebody takes note.

use std::collections::BTreeMap;

use fengsui_events::{AlarmChange, Audience, Event, MessageRequest, ServiceChanged, Tone};
use fengsui_kernel::id::{OutOfServiceId, SeriesId};
use fengsui_kernel::{Acting, DivisionCode, Fault, Mode, Place, Principal, Refusal, Result, Timestamp};
use fengsui_storage::series::out_of_service as store;
use fengsui_storage::{Subject, Tx};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::alarms::check_length;
use crate::engine::SeriesEngine;
use crate::shelving::local;

/// Minutes before the end at which the duty officer is told.
const WARN_MINUTES: i64 = 30;
/// What is taken out for less than this is not announced: everybody still knows.
const SHORT_MINUTES: i64 = 60;
/// Who is told before the end.
const DUTY_ROLE: &str = "duty_officer";

/// A series or a whole device that is out of service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutOfServiceView {
    /// Its id.
    pub id: OutOfServiceId,
    /// The device, by record id.
    pub device: String,
    /// The device's name.
    pub device_name: String,
    /// The series; the whole device if absent.
    pub series: Option<SeriesId>,
    /// The series' name.
    pub series_name: Option<String>,
    /// Where.
    pub division: DivisionCode,
    /// Why.
    pub reason: String,
    /// Since when.
    pub started_at: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// By whom.
    pub taken_by: String,
    /// When it ended; absent while it is out of service.
    pub ended_at: Option<Timestamp>,
    /// Alarms recorded meanwhile that rang nobody.
    pub suppressed: u64,
}

impl From<store::OutOfServiceRow> for OutOfServiceView {
    fn from(row: store::OutOfServiceRow) -> Self {
        Self {
            id: row.id,
            device: row.device,
            device_name: row.device_name,
            series: row.series,
            series_name: row.series_name,
            division: row.division,
            reason: row.reason,
            started_at: row.started_at,
            until: row.until,
            taken_by: row.taken_by,
            ended_at: row.ended_at,
            suppressed: row.suppressed,
        }
    }
}

/// What is to be taken out of service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutOfServiceInput {
    /// The device, by record id.
    pub device: String,
    /// One of its series; the whole device if absent.
    #[serde(default)]
    pub series: Option<SeriesId>,
    /// Why.
    pub reason: String,
    /// Minutes from now until it is in service again.
    pub minutes: u32,
}

impl SeriesEngine {
    /// How long something may be out of service here, in minutes.
    pub fn longest_out_of_service_minutes(&self) -> u32 {
        self.core.settings.longest_out_of_service_minutes
    }

    /// What is out of service and may be read, the one that ends first in front.
    pub async fn out_of_service(&self, principal: &Principal) -> Result<Vec<OutOfServiceView>> {
        let rows = store::current(&self.core.db, &principal.scopes("read", "series")?).await?;
        Ok(rows.into_iter().map(OutOfServiceView::from).collect())
    }

    /// Takes a series or a whole device out of service.
    pub async fn take_out_of_service(
        &self,
        principal: &Principal,
        input: &OutOfServiceInput,
    ) -> Result<OutOfServiceView> {
        let (place, series) = self.target(principal, input).await?;
        principal.require("take_out_of_service", "series", &place)?;
        let reason = input.reason.trim();
        if reason.is_empty() {
            return Err(Fault::field("reason", "required").into());
        }
        check_length("reason", reason)?;
        let longest = self.core.settings.longest_out_of_service_minutes;
        if input.minutes == 0 || input.minutes > longest {
            return Err(Fault::field("minutes", "out_of_service_too_long").with("max", &longest.to_string()).into());
        }
        let mut tx = self.begin_because(principal, Some(reason.to_owned())).await?;
        let length = SignedDuration::from_mins(i64::from(input.minutes));
        let until = tx.now().checked_add(length).map_err(Fault::internal)?;
        let id: OutOfServiceId = tx.new_id();
        if !store::begin(&mut tx, &id, (&input.device, series), until, reason).await? {
            return Err(Refusal::new("out_of_service_already").clause("ISA-18.2").into());
        }
        let data = json!({"id": id, "series": input.series, "reason": reason, "until": until});
        tx.trace("device.out_of_service", Subject::at("device", &input.device, place.division), data);
        tx.publish(Event::ServiceChanged(changed(&input.device, &place, true)));
        tx.commit().await?;
        self.service_view(&id).await
    }

    /// Puts it into service before its end. Doing it again changes nothing.
    pub async fn put_into_service(&self, principal: &Principal, id: &OutOfServiceId) -> Result<OutOfServiceView> {
        let found = store::get(&self.core.db, id).await?;
        let row = found.filter(|row| principal.may("read", "series", &place_of(row)));
        let row = row.ok_or_else(|| Fault::not_found("out_of_service", id))?;
        principal.require("take_out_of_service", "series", &place_of(&row))?;
        let tx = self.begin(principal).await?;
        self.end(tx, &row, None).await?;
        self.service_view(id).await
    }

    /// Ends what is due and announces what ends soon. State lies in the store alone.
    pub(crate) async fn end_out_of_service(&self) -> Result<()> {
        let now = self.core.db.now();
        for row in store::due(&self.core.db, now, false).await? {
            let tx = self.core.db.begin(Acting::system("series", now)).await?;
            self.end(tx, &row, Some(now)).await?;
        }
        let soon = now.checked_add(SignedDuration::from_mins(WARN_MINUTES)).map_err(Fault::internal)?;
        for row in store::due(&self.core.db, soon, true).await? {
            let mut tx = self.core.db.begin(Acting::system("series", now)).await?;
            if store::warned(&mut tx, &row.id).await? {
                if row.until.duration_since(row.started_at) >= SignedDuration::from_mins(SHORT_MINUTES) {
                    tx.publish(Event::MessageRequested(announcement(&row)));
                }
                tx.commit().await?;
            }
        }
        Ok(())
    }

    async fn end(&self, mut tx: Tx, row: &store::OutOfServiceRow, due: Option<Timestamp>) -> Result<()> {
        if !store::end(&mut tx, &row.id, due).await? {
            return Ok(());
        }
        for alarm in store::release(&mut tx, (&row.device, row.number)).await? {
            self.tell(&mut tx, &alarm, AlarmChange::Released, None, json!({"out_of_service": row.id})).await?;
        }
        let data = json!({"id": row.id, "series": row.series, "suppressed": row.suppressed});
        tx.trace("device.in_service", Subject::at("device", &row.device, row.division), data);
        tx.publish(Event::ServiceChanged(changed(&row.device, &place_of(row), false)));
        tx.commit().await
    }

    /// Where the device is and the key of the series, 0 for the whole device.
    async fn target(&self, principal: &Principal, input: &OutOfServiceInput) -> Result<(Place, i64)> {
        let catalogue = self.core.catalogue.lock().await;
        let device = catalogue.devices.get(&input.device);
        let slot = device.map(|device| device.slot);
        let place =
            device.map(|device| Place { division: device.row.division, enterprise: device.row.enterprise.clone() });
        let readable = place.filter(|place| principal.may("read", "series", place));
        let place = readable.ok_or_else(|| Fault::not_found("device", &input.device))?;
        let Some(series) = &input.series else { return Ok((place, 0)) };
        let own = catalogue.series.iter().find(|(_, known)| known.id == *series && Some(known.slot) == slot);
        let (number, _) = own.ok_or_else(|| Fault::from(Fault::field("series", "unknown_series")))?;
        Ok((place, *number))
    }

    async fn service_view(&self, id: &OutOfServiceId) -> Result<OutOfServiceView> {
        let row = store::get(&self.core.db, id).await?.ok_or_else(|| Fault::not_found("out_of_service", id))?;
        Ok(row.into())
    }
}

fn place_of(row: &store::OutOfServiceRow) -> Place {
    Place { division: row.division, enterprise: row.enterprise.clone() }
}

fn changed(device: &str, place: &Place, out_of_service: bool) -> ServiceChanged {
    ServiceChanged {
        device: device.to_owned(),
        division: place.division,
        enterprise: place.enterprise.clone(),
        out_of_service,
    }
}

fn announcement(row: &store::OutOfServiceRow) -> MessageRequest {
    let name =
        row.series_name.as_ref().map_or(row.device_name.clone(), |series| format!("{} {series}", row.device_name));
    MessageRequest {
        key: format!("out-of-service:{}", row.id),
        mode: Mode::Real,
        matter: None,
        division: Some(row.division),
        subject: format!("停用即将结束：{name}"),
        body: format!(
            "{name}（{}，{}）将于 {} 恢复使用；届时仍在越限的告警会响铃。停用以来记录告警 {} 条。",
            row.reason,
            row.taken_by,
            local(row.until),
            row.suppressed
        ),
        facts: BTreeMap::new(),
        audience: vec![Audience::Role { role: DUTY_ROLE.to_owned(), division: row.division }],
        channels: Vec::new(),
        tone: Tone::Order,
        confirmation: None,
    }
}
