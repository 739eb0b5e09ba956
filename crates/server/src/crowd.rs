//! How many of something one client may have open at once: connections, streams.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Counts by client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Crowd {
    most: usize,
    open: Arc<Mutex<HashMap<String, usize>>>,
}

impl Crowd {
    /// At most so many per client.
    pub fn new(most: usize) -> Self {
        Self { most: most.max(1), open: Arc::default() }
    }

    /// A place for one more, given back when dropped; `None` when the client has too many.
    pub fn enter(&self, client: &str) -> Option<Place> {
        let mut open = self.lock();
        let count = open.entry(client.to_owned()).or_insert(0);
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Place { crowd: self.clone(), client: client.to_owned() })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the places of a client.
#[derive(Debug)]
pub struct Place {
    crowd: Crowd,
    client: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.crowd.lock();
        if let Some(count) = open.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.client);
            }
        }
    }
}

/// What clients are told apart by: whoever has one IPv6 address has 2^64 of them.
pub fn client(address: IpAddr) -> String {
    match address {
        IpAddr::V4(four) => four.to_string(),
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or_else(|| network_of(six), |four| four.to_string()),
    }
}

fn network_of(six: Ipv6Addr) -> String {
    let [a, b, c, d, ..] = six.segments();
    format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_places_back() {
        let crowd = Crowd::new(2);
        let first = crowd.enter("a").expect("a place");
        let _second = crowd.enter("a").expect("a place");
        assert!(crowd.enter("a").is_none() && crowd.enter("b").is_some());
        drop(first);
        assert!(crowd.enter("a").is_some());
    }

    #[test]
    fn neighbours_in_one_ipv6_network_are_one() {
        let of = |text: &str| client(text.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::9"));
        assert_ne!(of("2001:db8:1:2::9"), of("2001:db8:1:3::9"));
        assert_eq!((of("::ffff:10.0.0.1"), of("10.0.0.2")), ("10.0.0.1".into(), "10.0.0.2".into()));
    }
}
