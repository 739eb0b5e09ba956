//! Orders to devices (指令): given by a person with the right, kept, sent over the device's own connection or when it
//! speaks again, and followed until the device has answered or the time is over.
//!
//! What was sent is committed before the first byte goes out: after a crash an order is rather told as unanswered than
//! sent twice, unless it may be repeated ([`DeviceOrder::repeatable`]).

mod content;
mod desk;
mod moving;
mod progress;

use fengsui_events::{DeviceOrderChanged, DeviceOrderState, Event};
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::DeviceOrderId;
use fengsui_kernel::{Fault, Page, PageQuery, Place, Principal, Refusal, Result, Timestamp};
use fengsui_storage::series::device_orders::{self as store, DeviceOrderRow};
use fengsui_storage::{Subject, Tx};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::alarms::check_length;
use crate::engine::SeriesEngine;

pub use content::{CircleArea, DeviceOrder, HistoryData};
pub use desk::{Bell, Claim, OrderDesk};
pub(crate) use moving::load;
pub use progress::Told;

use desk::Open;

/// Orders that a device may be given in a minute.
const MOST_A_MINUTE: u64 = 10;
/// Orders of a device of which something is still to come.
const MOST_OPEN: u64 = 20;
/// Minutes for which an order may wait for its device unless told otherwise.
const USUAL_MINUTES: u32 = 60;
/// Longest time for which it may wait.
const LONGEST_MINUTES: u32 = 7 * 24 * 60;

/// What is to be ordered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceOrderInput {
    /// The order.
    pub order: DeviceOrder,
    /// Why.
    pub why: String,
    /// Minutes for which it may wait for the device, 1 to 10080; 60 if absent. Later it is not sent.
    #[serde(default)]
    pub minutes: Option<u32>,
}

/// An order with what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeviceOrderView {
    /// Its id.
    pub id: DeviceOrderId,
    /// The device, by record id.
    pub device: String,
    /// The device's name.
    pub device_name: String,
    /// The protocol it is written in.
    pub protocol: String,
    /// What is ordered.
    pub order: DeviceOrder,
    /// Why.
    pub why: String,
    /// When it was given.
    pub given_at: Timestamp,
    /// By whom.
    pub given_by: String,
    /// Until when it may be sent.
    pub deadline: Timestamp,
    /// Where it stands.
    pub state: DeviceOrderState,
    /// How often it was sent.
    pub sent_times: u32,
    /// When it was last sent.
    pub sent_at: Option<Timestamp>,
    /// When the device said that it has it.
    pub accepted_at: Option<Timestamp>,
    /// Until when the answer is waited for.
    pub answer_by: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Who took it back.
    pub cancelled_by: Option<String>,
    /// What the device said: `seconds` from sending to the answer, `result` of a refusal, and what was asked for.
    pub answer: Option<Value>,
}

/// What can be ordered of a device now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrdersOffered {
    /// The protocol it speaks: that of its connection, else that of the ledger.
    pub protocol: Option<String>,
    /// Whether it is connected: else an order waits until it speaks again.
    pub connected: bool,
    /// The kinds of order that it knows.
    pub kinds: Vec<String>,
}

impl SeriesEngine {
    /// The desk at which doors fetch orders.
    pub fn orders(&self) -> &OrderDesk {
        &self.core.orders
    }

    /// What can be ordered of a device; `ledger` is the protocol that the ledger names.
    pub async fn orders_offered(
        &self,
        principal: &Principal,
        device: &str,
        ledger: Option<&str>,
    ) -> Result<OrdersOffered> {
        let (place, keys) = self.order_target(device).await?;
        principal.require("read", "device_order", &place)?;
        let seated = self.core.orders.seated(&keys.iter().map(String::as_str).collect::<Vec<_>>());
        let protocol = seated.or(ledger);
        let kinds = DeviceOrder::kinds_of(protocol.unwrap_or_default());
        Ok(OrdersOffered {
            protocol: protocol.map(str::to_owned),
            connected: seated.is_some(),
            kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        })
    }

    /// Gives an order. It is kept before this returns, and sent as soon as the device is connected.
    pub async fn give_order(
        &self,
        principal: &Principal,
        device: &str,
        ledger: Option<&str>,
        input: DeviceOrderInput,
    ) -> Result<DeviceOrderView> {
        let (place, keys) = self.order_target(device).await?;
        principal.require("create", "device_order", &place)?;
        let now = self.core.db.now();
        let seated = self.core.orders.seated(&keys.iter().map(String::as_str).collect::<Vec<_>>());
        let protocol = seated.or(ledger).unwrap_or_default().to_owned();
        self.check_order(device, &protocol, &input, now).await?;
        let minutes = i64::from(input.minutes.unwrap_or(USUAL_MINUTES));
        let mut tx = self.begin_because(principal, Some(input.why.trim().to_owned())).await?;
        let row = DeviceOrderRow {
            id: tx.new_id(),
            device: device.to_owned(),
            device_name: None,
            division: Some(place.division),
            enterprise: place.enterprise.clone(),
            content: serde_json::to_value(&input.order).map_err(Fault::internal)?,
            protocol,
            why: input.why.trim().to_owned(),
            given_at: now,
            given_by: tx.acting().actor.name().to_owned(),
            deadline: now.checked_add(SignedDuration::from_mins(minutes)).map_err(Fault::internal)?,
            ended_by: None,
            progress: progress::queued(),
        };
        store::insert(&mut tx, &row).await?;
        tell(&mut tx, "device_order.give", &row);
        tx.commit().await?;
        let id = row.id.clone();
        self.core.orders.put(Open::new(row, input.order));
        self.refresh_order_keys().await;
        self.order_view(&id).await
    }

    async fn check_order(&self, device: &str, protocol: &str, input: &DeviceOrderInput, now: Timestamp) -> Result<()> {
        let kind = input.order.kind();
        if !DeviceOrder::kinds_of(protocol).contains(&kind) {
            return Err(Fault::field("order.kind", "order_not_known").with("value", kind).into());
        }
        let mut problems = input.order.check(now);
        if input.why.trim().is_empty() {
            problems.push(Fault::field("why", "required"));
        }
        if input.minutes.is_some_and(|minutes| !(1..=LONGEST_MINUTES).contains(&minutes)) {
            let most = LONGEST_MINUTES.to_string();
            problems.push(Fault::field("minutes", "out_of_range").with("min", "1").with("max", &most));
        }
        problems.into_result()?;
        check_length("why", input.why.trim())?;
        let minute_ago = now.checked_sub(SignedDuration::from_mins(1)).map_err(Fault::internal)?;
        let (lately, open) = store::load(&self.core.db, device, minute_ago).await?;
        if lately >= MOST_A_MINUTE {
            return Err(FaultKind::TooMany { seconds: 60 }.into());
        }
        if open >= MOST_OPEN {
            return Err(Refusal::new("too_many_open_orders").with("max", &MOST_OPEN.to_string()).into());
        }
        Ok(())
    }

    /// Orders that may be read, newest first: of one device, in one state, or all.
    pub async fn device_orders(
        &self,
        principal: &Principal,
        device: Option<&str>,
        state: Option<DeviceOrderState>,
        page: &PageQuery,
    ) -> Result<Page<DeviceOrderView>> {
        let scopes = principal.scopes("read", "device_order")?;
        let (rows, total) = store::list(&self.core.db, &scopes, (device, state), page).await?;
        let views = rows.into_iter().map(view).collect::<Result<Vec<_>>>()?;
        Ok(Page::from_overfetch(views, page, Some(total)))
    }

    /// Takes back an order that was not sent yet.
    pub async fn cancel_order(&self, principal: &Principal, id: &DeviceOrderId) -> Result<DeviceOrderView> {
        let row = store::get(&self.core.db, id).await?;
        let place = row.as_ref().and_then(place_of).filter(|place| principal.may("read", "device_order", place));
        let place = place.ok_or_else(|| Fault::not_found("device_order", id))?;
        principal.require("cancel", "device_order", &place)?;
        if !self.move_order(id, Some(principal), |open, now| progress::cancelled(&open.row.progress, now)).await? {
            return Err(Refusal::new("order_sent").into());
        }
        self.order_view(id).await
    }

    async fn order_view(&self, id: &DeviceOrderId) -> Result<DeviceOrderView> {
        let row = store::get(&self.core.db, id).await?.ok_or_else(|| Fault::not_found("device_order", id))?;
        view(row)
    }

    /// Where the device is, and the keys under which it speaks.
    async fn order_target(&self, id: &str) -> Result<(Place, Vec<String>)> {
        let catalogue = self.core.catalogue.lock().await;
        let device = catalogue.devices.get(id).ok_or_else(|| Fault::not_found("device", id))?;
        let place = Place { division: device.row.division, enterprise: device.row.enterprise.clone() };
        let keys = [Some(device.row.code.clone()), device.row.serial.clone()].into_iter().flatten().collect();
        Ok((place, keys))
    }
}

fn place_of(row: &DeviceOrderRow) -> Option<Place> {
    Some(Place { division: row.division?, enterprise: row.enterprise.clone() })
}

fn view(row: DeviceOrderRow) -> Result<DeviceOrderView> {
    let progress = row.progress;
    Ok(DeviceOrderView {
        id: row.id,
        device_name: row.device_name.unwrap_or_default(),
        device: row.device,
        protocol: row.protocol,
        order: serde_json::from_value(row.content).map_err(Fault::internal)?,
        why: row.why,
        given_at: row.given_at,
        given_by: row.given_by,
        deadline: row.deadline,
        state: progress.state,
        sent_times: progress.sent_times,
        sent_at: progress.sent_at,
        accepted_at: progress.accepted_at,
        answer_by: progress.answer_by,
        ended_at: progress.ended_at,
        cancelled_by: row.ended_by,
        answer: progress.answer,
    })
}

/// Leaves the trace of an order and tells screens where it stands.
fn tell(tx: &mut Tx, action: &str, row: &DeviceOrderRow) {
    // Devices that left the ledger have no place; what is left of their orders is ended without a word.
    let Some(place) = place_of(row) else { return };
    let progress = &row.progress;
    let data = json!({
        "device": row.device, "protocol": row.protocol, "order": row.content, "state": progress.state,
        "deadline": row.deadline, "sent_times": progress.sent_times, "answer": progress.answer,
    });
    tx.trace(action, Subject::at("device_order", &row.id, place.division), data);
    tx.publish(Event::DeviceOrderChanged(DeviceOrderChanged {
        order: row.id.clone(),
        device: row.device.clone(),
        state: progress.state,
        division: place.division,
        enterprise: place.enterprise,
    }));
}
