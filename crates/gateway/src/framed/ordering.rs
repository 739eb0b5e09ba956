//! Orders on a connection: which devices it speaks for, what they are sent, and what they say about it.
//!
//! A connection without orders holds the keys of its devices and a bell; all else lies at the desk of the engine.

use std::sync::Arc;

use fengsui_kernel::Timestamp;
use fengsui_series::{Bell, DeviceOrder, Told};
use smol_str::SmolStr;

use super::noting::note_order;
use super::{Connection, Context};
use crate::pending::Verdict;

/// Devices that one connection may speak for: a gateway that forwards a few, not somebody who claims a fleet.
const MOST_KEYS: usize = 32;

/// An order as it goes out.
pub(crate) struct Written {
    /// The frames.
    pub(crate) bytes: Vec<u8>,
    /// What the device names in its answer; several, parted by blanks, where any of them does.
    pub(crate) reference: String,
}

/// An order that is to be written.
pub(crate) struct ToWrite<'a> {
    /// The device's key.
    pub(crate) key: &'a str,
    /// What is ordered.
    pub(crate) order: &'a DeviceOrder,
    /// What the device was to name when it was sent before.
    pub(crate) before: Option<&'a str>,
    /// A number that is the order's own.
    pub(crate) number: u16,
}

/// What a frame says about an order.
pub(crate) struct Said {
    /// What it names; nothing where it names nothing.
    pub(crate) reference: Option<String>,
    /// What it says.
    pub(crate) told: Told,
}

/// Facts that a dialect remembers of the devices on its connection, to speak to them unasked.
pub(crate) struct Sessions<T>(Vec<(SmolStr, T)>);

impl<T> Default for Sessions<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Sessions<T> {
    /// Notes what a device says of itself; the newest holds.
    pub(crate) fn note(&mut self, key: &str, facts: T) {
        if let Some((_, known)) = self.0.iter_mut().find(|(own, _)| own == key) {
            *known = facts;
        } else if self.0.len() < MOST_KEYS {
            self.0.reserve_exact(1);
            self.0.push((SmolStr::new(key), facts));
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&T> {
        self.0.iter().find(|(own, _)| own == key).map(|(_, facts)| facts)
    }
}

/// For whom a connection takes orders.
#[derive(Default)]
pub(super) struct Seats {
    keys: Vec<SmolStr>,
    bell: Option<Arc<Bell>>,
}

impl Seats {
    /// What to wait on; never rung without a device.
    pub(super) fn bell(&self) -> Option<Arc<Bell>> {
        self.bell.clone()
    }

    fn take(&mut self, context: &Context, key: &str) {
        if self.keys.iter().any(|own| own == key) || self.keys.len() >= MOST_KEYS {
            return;
        }
        let bell = self.bell.get_or_insert_with(Arc::default);
        context.engine.orders().sit(key, context.protocol.as_str(), bell);
        self.keys.reserve_exact(1);
        self.keys.push(SmolStr::new(key));
    }

    /// The connection has ended.
    pub(super) fn leave(&self, context: &Context) {
        if let Some(bell) = &self.bell {
            context.engine.orders().leave(self.keys.iter().map(SmolStr::as_str), bell);
        }
    }
}

/// Waits for the bell, for ever without one.
pub(super) async fn rung(bell: Option<&Arc<Bell>>) {
    match bell {
        Some(bell) => bell.rung().await,
        None => std::future::pending().await,
    }
}

impl Connection {
    /// Speaks for the device that was just heard, once it proved itself.
    pub(super) fn sit(&mut self, key: &str) {
        if self.dialect.proved(key) {
            self.seats.take(&self.context, key);
        }
    }

    /// Sends what waits for the devices of this connection, one order each. It is kept as sent before it goes out.
    pub(super) fn give_orders(&mut self, now: Timestamp) {
        let protocol = self.context.protocol.as_str();
        for key in self.seats.keys.clone() {
            let Some(claim) = self.context.engine.orders().next(&key, protocol, now) else { continue };
            let before = claim.reference.clone();
            let to_write = ToWrite {
                key: &key,
                order: &claim.order,
                before: before.as_deref(),
                number: number(claim.id.as_str()),
            };
            let Some(Written { bytes, reference }) = self.dialect.order(&to_write, now) else {
                tracing::warn!(order = %claim.id, protocol, "an order could not be written");
                continue;
            };
            let (context, peer) = (self.context.clone(), self.peer.clone());
            self.pending.push(bytes.len(), async move {
                match context.engine.order_sent(claim, reference).await {
                    Ok(true) => {
                        note_order(&context, &peer, &key, &bytes);
                        Verdict::Answer(bytes)
                    }
                    Ok(false) => Verdict::Answer(Vec::new()),
                    Err(fault) => {
                        tracing::error!(%fault, protocol, "an order was not sent, since it could not be kept as sent");
                        Verdict::Answer(Vec::new())
                    }
                }
            });
        }
    }

    /// Hands on what a frame says about orders, in its turn.
    pub(super) fn hear_orders(&mut self, key: &str, said: Vec<Said>) {
        for Said { reference, told } in said {
            if !self.context.engine.orders().expects(key) {
                return;
            }
            let (engine, key) = (self.context.engine.clone(), SmolStr::new(key));
            self.pending.push(0, async move {
                if let Err(fault) = engine.order_told(&key, reference.as_deref(), &told).await {
                    tracing::error!(%fault, "what a device said about an order was not kept");
                }
                Verdict::Answer(Vec::new())
            });
        }
    }
}

/// A number that an order keeps when it is sent again: the end of its id, which is chance.
fn number(id: &str) -> u16 {
    id.get(id.len().saturating_sub(4)..).and_then(|end| u16::from_str_radix(end, 16).ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_an_order_is_the_end_of_its_id() {
        assert_eq!(number("01990000-0000-7000-8000-00000000d001"), 0xd001);
    }

    #[test]
    fn sessions_hold_few_devices_and_the_newest_facts() {
        let mut sessions = Sessions::default();
        for device in 0..100 {
            sessions.note(&device.to_string(), device);
        }
        sessions.note("7", 1007);
        assert_eq!((sessions.get("7"), sessions.get("31"), sessions.get("32")), (Some(&1007), Some(&31), None));
    }
}
