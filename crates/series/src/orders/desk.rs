//! The desk between those who give orders and the doors: what is open, and which connection speaks for which device.
//!
//! Only open orders are held here, and of a connection only its key: a fleet without orders costs a line of a table.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fengsui_events::DeviceOrderState as State;
use fengsui_kernel::Timestamp;
use fengsui_kernel::id::DeviceOrderId;
use fengsui_storage::series::device_orders::DeviceOrderRow;
use smol_str::SmolStr;
use tokio::sync::Notify;

use super::content::DeviceOrder;
use super::progress::{Given, Told};

/// What a connection waits on: it is rung when there is an order for one of its devices.
#[derive(Debug, Default)]
pub struct Bell(Notify);

impl Bell {
    /// Waits until it is rung; a ring before is not lost.
    pub async fn rung(&self) {
        self.0.notified().await;
    }
}

#[derive(Debug)]
struct Seat {
    bell: Arc<Bell>,
    protocol: &'static str,
}

/// An order of which something is still to come.
#[derive(Debug, Clone)]
pub(super) struct Open {
    pub(super) row: DeviceOrderRow,
    pub(super) order: DeviceOrder,
    /// A connection is about to send it.
    claimed: bool,
}

impl Open {
    pub(super) fn new(row: DeviceOrderRow, order: DeviceOrder) -> Self {
        Self { row, order, claimed: false }
    }

    pub(super) fn given(&self) -> Given<'_> {
        Given { order: &self.order, deadline: self.row.deadline }
    }

    fn state(&self) -> State {
        self.row.progress.state
    }
}

#[derive(Debug, Default)]
struct Held {
    /// In the order in which they were given.
    open: Vec<Open>,
    /// Keys under which devices with open orders speak, with the device's record id.
    keys: HashMap<SmolStr, String>,
    seats: HashMap<SmolStr, Seat>,
}

/// The desk. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct OrderDesk {
    held: Arc<Mutex<Held>>,
    /// Held by whoever moves an order on, from before its unit of work until after.
    pub(super) moving: Arc<tokio::sync::Mutex<()>>,
}

/// An order that a connection is about to send. Dropped without being sent, it waits again.
#[derive(Debug)]
pub struct Claim {
    desk: OrderDesk,
    /// The order's id.
    pub id: DeviceOrderId,
    /// What is ordered.
    pub order: DeviceOrder,
    /// What the device was to name in its answer when it was sent before.
    pub reference: Option<String>,
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut held = self.desk.held();
        if let Some(open) = held.open.iter_mut().find(|open| open.row.id == self.id) {
            open.claimed = false;
        }
    }
}

impl OrderDesk {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection speaks for the device with this key from now on; one that did so before does no more.
    pub fn sit(&self, key: &str, protocol: &'static str, bell: &Arc<Bell>) {
        let mut held = self.held();
        held.seats.insert(SmolStr::new(key), Seat { bell: Arc::clone(bell), protocol });
        if held.waits(key) {
            bell.0.notify_one();
        }
    }

    /// A connection has ended: it speaks for none of these any more.
    pub fn leave<'a>(&self, keys: impl IntoIterator<Item = &'a str>, bell: &Arc<Bell>) {
        let mut held = self.held();
        for key in keys {
            if held.seats.get(key).is_some_and(|seat| Arc::ptr_eq(&seat.bell, bell)) {
                held.seats.remove(key);
            }
        }
    }

    /// The protocol of the connection that speaks for one of these keys, if there is one.
    pub(super) fn seated(&self, keys: &[&str]) -> Option<&'static str> {
        let held = self.held();
        keys.iter().find_map(|key| held.seats.get(*key)).map(|seat| seat.protocol)
    }

    /// The next order to send to the device with this key, over this protocol. One after the other: what a device was
    /// sent it answers first.
    pub fn next(&self, key: &str, protocol: &str, now: Timestamp) -> Option<Claim> {
        let mut held = self.held();
        let device = held.keys.get(key)?.clone();
        let of_device = |open: &&mut Open| open.row.device == device;
        let busy = held.open.iter_mut().filter(of_device).any(|open| match open.state() {
            State::Sent => true,
            State::Accepted => open.order.holds_others(),
            _ => open.claimed,
        });
        let ready = |open: &&mut Open| {
            open.state() == State::Queued && open.row.protocol == protocol && now <= open.row.deadline
        };
        let open = held.open.iter_mut().filter(of_device).find(ready).filter(|_| !busy)?;
        open.claimed = true;
        let (id, order, reference) = (open.row.id.clone(), open.order.clone(), open.row.progress.reference.clone());
        drop(held);
        Some(Claim { desk: self.clone(), id, order, reference })
    }

    /// Whether the device with this key was sent anything that it has not answered.
    pub fn expects(&self, key: &str) -> bool {
        let held = self.held();
        !held.open.is_empty() && held.of(key).any(|open| matches!(open.state(), State::Sent | State::Accepted))
    }

    /// The order that the device with this key speaks of.
    pub(super) fn meant(&self, key: &str, reference: Option<&str>, told: &Told) -> Option<DeviceOrderId> {
        let held = self.held();
        let mut sent = held.of(key).filter(|open| matches!(open.state(), State::Sent | State::Accepted));
        let meant = if *told == Told::DutyAnswered {
            sent.find(|open| matches!(open.order, DeviceOrder::DutyCheck { .. }))
        } else if let Told::Part { kind, .. } = told {
            // Data carry the number of the order or one of their own; then the order must have been taken first.
            let named = |open: &&Open| open.row.progress.reference.as_deref() == reference;
            sent.find(|open| open.order.kind() == *kind && (named(open) || open.state() == State::Accepted))
        } else if let Some(reference) = reference {
            let names = |open: &&Open| {
                let known = open.row.progress.reference.as_deref().unwrap_or_default();
                known.split(' ').any(|one| one == reference)
            };
            sent.find(names)
        } else {
            // Answers of some old devices name nothing; with one order outstanding they can mean no other.
            sent.next().filter(|_| sent.next().is_none())
        };
        meant.map(|open| open.row.id.clone())
    }

    pub(super) fn get(&self, id: &DeviceOrderId) -> Option<Open> {
        self.held().open.iter().find(|open| open.row.id == *id).cloned()
    }

    pub(super) fn all(&self) -> Vec<Open> {
        self.held().open.clone()
    }

    /// Takes in a new order, or how far one is now.
    pub(super) fn put(&self, open: Open) {
        let mut held = self.held();
        let place = held.open.iter().position(|known| known.row.id == open.row.id);
        match place {
            Some(index) if !open.state().open() => drop(held.open.remove(index)),
            Some(index) => {
                if let Some(known) = held.open.get_mut(index) {
                    known.row = open.row;
                }
            }
            None if open.state().open() => held.open.push(open),
            None => {}
        }
    }

    /// Notes under which keys the devices with open orders speak, and rings for those that wait.
    pub(super) fn put_keys(&self, keys: Vec<(String, String)>) {
        let mut held = self.held();
        held.keys = keys.into_iter().map(|(key, device)| (SmolStr::from(key), device)).collect();
        let waiting: Vec<SmolStr> = held.keys.keys().filter(|key| held.waits(key)).cloned().collect();
        for key in waiting {
            if let Some(seat) = held.seats.get(&key) {
                seat.bell.0.notify_one();
            }
        }
    }
}

impl Held {
    fn of<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a Open> {
        let device = self.keys.get(key);
        self.open.iter().filter(move |open| Some(&open.row.device) == device)
    }

    fn waits(&self, key: &str) -> bool {
        !self.open.is_empty() && self.of(key).any(|open| open.state() == State::Queued)
    }
}
