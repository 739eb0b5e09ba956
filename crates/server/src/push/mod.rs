//! Platforms of third parties hand readings over as JSON of their own shape. Each has a door with its own secret,
//! limits and mapping; none needs an account.

mod access;
mod figures;
mod reading;

use std::collections::BTreeMap;
use std::sync::Arc;

use fengsui_kernel::{Result, Timestamp};
use fengsui_protocols::json::Mapping;

pub use access::Access;
pub use figures::{PushFigures, PushTrouble};
pub use reading::{PushRead, WrongReading};

use crate::limiter::Limiter;

/// Requests of one minute that a door takes at once.
const BURST_MINUTES: f64 = 1.0;

/// A door by which one platform hands readings over.
#[derive(Debug, Clone, PartialEq)]
pub struct PushDoor {
    /// Its name, as in the address.
    pub name: String,
    /// What must be shown.
    pub access: Access,
    /// Where readings lie in a body.
    pub mapping: Mapping,
    /// Whether the readings are history: they fill the charts and raise nothing.
    pub historical: bool,
    /// The largest body.
    pub largest_bytes: usize,
    /// Requests a minute in the long run.
    pub requests_per_minute: u32,
}

/// A door in use.
#[derive(Debug)]
pub struct OpenDoor {
    /// How it is set up.
    pub door: PushDoor,
    /// What passed.
    pub figures: figures::Counted,
    limiter: Limiter,
}

impl OpenDoor {
    /// Takes one request, or says how long to wait.
    pub fn admit(&self, now: Timestamp) -> Result<()> {
        self.limiter.take("", now)
    }
}

/// All of them, by name.
#[derive(Debug, Clone, Default)]
pub struct PushDoors(Arc<BTreeMap<String, OpenDoor>>);

impl PushDoors {
    /// Opens doors.
    pub fn new(doors: impl IntoIterator<Item = PushDoor>) -> Self {
        let open = |door: PushDoor| {
            let a_minute = f64::from(door.requests_per_minute);
            let limiter = Limiter::new((a_minute * BURST_MINUTES).max(1.0), a_minute / 60.0);
            (door.name.clone(), OpenDoor { door, figures: figures::Counted::default(), limiter })
        };
        Self(Arc::new(doors.into_iter().map(open).collect()))
    }

    /// The door of a name.
    pub fn find(&self, name: &str) -> Option<&OpenDoor> {
        self.0.get(name)
    }

    /// All of them, in the order of their names.
    pub fn all(&self) -> impl Iterator<Item = &OpenDoor> {
        self.0.values()
    }
}
