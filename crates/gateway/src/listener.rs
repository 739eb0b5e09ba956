//! Taking connections, within limits.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Entrance;
use crate::counters::{DoorCounters, GatewayCounters, add};

/// Connections by address, counted down when their guard is dropped.
#[derive(Debug, Default)]
struct Guests(Mutex<HashMap<IpAddr, usize>>);

struct Guest {
    guests: Arc<Guests>,
    address: IpAddr,
    counters: Arc<GatewayCounters>,
    door: fn(&GatewayCounters) -> &DoorCounters,
}

impl Guests {
    /// Counts a guest in, unless there are too many.
    fn admit(&self, address: IpAddr, entrance: &Entrance) -> bool {
        let mut guests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let total: usize = guests.values().sum();
        let from_here = guests.entry(address).or_default();
        if total >= entrance.connections || *from_here >= entrance.connections_per_address {
            return false;
        }
        *from_here += 1;
        true
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut guests = self.guests.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = guests.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                guests.remove(&self.address);
            }
        }
        (self.door)(&self.counters).open.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
    }
}

/// One door: where it listens and what it counts.
pub(crate) struct Door {
    pub(crate) listener: TcpListener,
    pub(crate) entrance: Entrance,
    pub(crate) counters: Arc<GatewayCounters>,
    pub(crate) figures: fn(&GatewayCounters) -> &DoorCounters,
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

impl Door {
    /// Takes connections until stopped.
    pub(crate) async fn serve<F, W>(self, handle: F)
    where
        F: Fn(TcpStream, SocketAddr) -> W + Send + Sync + 'static,
        W: Future<Output = ()> + Send + 'static,
    {
        let guests = Arc::new(Guests::default());
        loop {
            let accepted = tokio::select! {
                () = self.stop.cancelled() => return,
                accepted = self.listener.accept() => accepted,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file handles, mostly: a pause lets connections end.
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let counters = (self.figures)(&self.counters);
            if !guests.admit(peer.ip(), &self.entrance) {
                add(&counters.refused, 1);
                continue;
            }
            add(&counters.connections, 1);
            add(&counters.open, 1);
            let guest = Guest {
                guests: Arc::clone(&guests),
                address: peer.ip(),
                counters: Arc::clone(&self.counters),
                door: self.figures,
            };
            // Answers are small and wanted at once.
            let _ = stream.set_nodelay(true);
            let work = handle(stream, peer);
            self.tasks.spawn(async move {
                work.await;
                drop(guest);
            });
        }
    }
}
