//! Orders on their way: sent, spoken of by their device, ended by time. Each step is durable before anything follows.

use fengsui_events::DeviceOrderState as State;
use fengsui_kernel::id::DeviceOrderId;
use fengsui_kernel::{Fault, Principal, Result, Timestamp};
use fengsui_storage::series::device_orders::{self as store, Progress};

use super::desk::{Claim, Open, OrderDesk};
use super::progress::{self, Told};
use super::tell;
use crate::engine::{Core, SeriesEngine};

/// Brings back what was open when the program stopped.
pub(crate) async fn load(db: &fengsui_storage::Db) -> Result<OrderDesk> {
    let desk = OrderDesk::default();
    for row in store::open(db).await? {
        let order = serde_json::from_value(row.content.clone()).map_err(Fault::internal)?;
        desk.put(Open::new(row, order));
    }
    Ok(desk)
}

impl SeriesEngine {
    /// Notes that a claimed order goes out now, and by what its answer will be known. `false`: it must not be sent.
    pub async fn order_sent(&self, claim: Claim, reference: String) -> Result<bool> {
        let step = |open: &Open, now| progress::sent(open.given(), &open.row.progress, reference.clone(), now);
        self.move_order(&claim.id, None, step).await
    }

    /// Notes what the device with this key said about an order; nothing if it was sent none that this could mean.
    pub async fn order_told(&self, key: &str, reference: Option<&str>, told: &Told) -> Result<()> {
        let Some(id) = self.core.orders.meant(key, reference, told) else { return Ok(()) };
        self.move_order(&id, None, |open, now| progress::told(open.given(), &open.row.progress, told, now)).await?;
        Ok(())
    }

    /// Lets the present time take effect on open orders, and rings for what waits.
    pub(crate) async fn tick_orders(&self) -> Result<()> {
        let open = self.core.orders.all();
        if open.is_empty() {
            return Ok(());
        }
        let now = self.core.db.now();
        for one in &open {
            if progress::passed(one.given(), &one.row.progress, now).is_some() {
                let step = |open: &Open, now| progress::passed(open.given(), &open.row.progress, now);
                self.move_order(&one.row.id, None, step).await?;
            }
        }
        self.refresh_order_keys().await;
        Ok(())
    }

    /// Moves an order on by a pure step. `false`: the step changes nothing.
    pub(super) async fn move_order(
        &self,
        id: &DeviceOrderId,
        principal: Option<&Principal>,
        step: impl Fn(&Open, Timestamp) -> Option<Progress>,
    ) -> Result<bool> {
        let Core { db, orders, .. } = self.core.as_ref();
        let moving = orders.moving.lock().await;
        let Some(mut open) = orders.get(id) else { return Ok(false) };
        let from = open.row.progress.state;
        let Some(to) = step(&open, db.now()) else { return Ok(false) };
        let silent = to.state == from;
        open.row.progress = to;
        // Parts of an answer only count; they are kept with its end.
        if silent {
            orders.put(open);
            return Ok(true);
        }
        let system = Principal::system("gateway");
        let mut tx = self.begin(principal.unwrap_or(&system)).await?;
        let by = principal.map(|_| tx.acting().actor.name().to_owned());
        if !store::advance(&mut tx, id, from, &open.row.progress, by.as_deref()).await? {
            // A unit of work of which it was not known whether it was written: the store is right.
            if let Some(row) = store::get(db, id).await? {
                orders.put(Open::new(row, open.order));
            }
            return Ok(false);
        }
        tell(&mut tx, action(open.row.progress.state), &open.row);
        tx.commit().await?;
        orders.put(open);
        drop(moving);
        self.refresh_order_keys().await;
        Ok(true)
    }

    /// Devices may have been named anew in the ledger since.
    pub(super) async fn refresh_order_keys(&self) {
        let open = self.core.orders.all();
        let catalogue = self.core.catalogue.lock().await;
        let mut keys = Vec::new();
        for one in &open {
            let Some(device) = catalogue.devices.get(&one.row.device) else { continue };
            let own = [Some(&device.row.code), device.row.serial.as_ref()].into_iter().flatten();
            let speaks =
                |key: &&String| catalogue.device_by_key(key).is_some_and(|known| known.row.id == device.row.id);
            keys.extend(own.filter(speaks).map(|key| (key.clone(), device.row.id.clone())));
        }
        drop(catalogue);
        self.core.orders.put_keys(keys);
    }
}

/// What the trace calls a step.
fn action(state: State) -> &'static str {
    match state {
        State::Queued => "device_order.queue_again",
        State::Sent => "device_order.send",
        State::Accepted => "device_order.accept",
        State::Answered => "device_order.answer",
        State::Refused => "device_order.refuse",
        State::Unanswered => "device_order.unanswered",
        State::Expired => "device_order.expire",
        State::Cancelled => "device_order.cancel",
    }
}
