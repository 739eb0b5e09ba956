//! Who is connected: a client that comes again takes the place of its older connection.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::config::ConnectionLimits;
use crate::rate::Rate;

type ClientKey = (String, String);

/// Connections by device and client, and how fast each device sends.
#[derive(Debug, Default)]
pub(crate) struct Registry(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    clients: HashMap<ClientKey, (u64, CancellationToken)>,
    rates: HashMap<String, Arc<Mutex<Rate>>>,
    counter: u64,
}

/// A place in the registry, given back when dropped.
pub(crate) struct Seat {
    registry: Arc<Registry>,
    key: ClientKey,
    number: u64,
    /// Cancelled when another connection takes the seat.
    pub(crate) taken: CancellationToken,
    /// Shared by all connections of the device.
    pub(crate) rate: Arc<Mutex<Rate>>,
}

impl Registry {
    /// Seats a client; an older connection of the same client is told to leave.
    pub(crate) fn seat(self: &Arc<Self>, device: &str, client: &str, limits: &ConnectionLimits) -> Seat {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.counter += 1;
        let (number, taken) = (entries.counter, CancellationToken::new());
        let key = (device.to_owned(), client.to_owned());
        if let Some((_, older)) = entries.clients.insert(key.clone(), (number, taken.clone())) {
            older.cancel();
        }
        let new = || Arc::new(Mutex::new(Rate::new(limits.readings_per_second, limits.burst_readings, Instant::now())));
        // Rates stay after the connection: reconnecting does not refill the bucket. There is one per
        // registered device, so the map is bounded by the ledger.
        let rate = Arc::clone(entries.rates.entry(device.to_owned()).or_insert_with(new));
        Seat { registry: Arc::clone(self), key, number, taken, rate }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut entries = self.registry.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.clients.get(&self.key).is_some_and(|(number, _)| *number == self.number) {
            entries.clients.remove(&self.key);
        }
    }
}
