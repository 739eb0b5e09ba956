//! The session of one edge node, as a host application keeps it (5.5 to 5.9).
//!
//! Names and types come from births only; sequence numbers tell of lost messages, `bdSeq` of deaths that belong to an
//! earlier connection. What cannot be relied on any more asks for a rebirth. No clock: how often to ask again is the
//! caller's affair ([`NodeSession::wants_rebirth`]).

use std::collections::BTreeMap;

use super::datatype::DataType;
use super::observation::{Observation, time};
use super::payload::{BIRTH_DEATH_SEQUENCE, Metric, Payload};
use super::topic::MessageKind;

/// Bounds of what a session remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Most metrics of a node and its devices.
    pub metrics: usize,
    /// Most devices.
    pub devices: usize,
    /// Most bytes of a name.
    pub name: usize,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self { metrics: 20_000, devices: 1_000, name: 1_024 }
    }
}

/// Why a node should be born again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RebirthReason {
    /// It speaks without having been born, as far as this host knows.
    NodeNotBorn,
    /// A device speaks without having been born.
    DeviceNotBorn,
    /// Messages were lost.
    SequenceGap {
        /// The number due.
        expected: u8,
        /// The number received, if any.
        received: Option<u64>,
    },
    /// A value comes under an alias no birth has bound.
    UnknownAlias(u64),
    /// A value comes under a name no birth has told.
    UnknownName(String),
}

/// What a message did to the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The node is there; all its devices count as gone until their own births.
    NodeBorn,
    /// The node is gone: all its values, and those of its devices, are out of date.
    NodeDied,
    /// A death of an earlier connection, which changes nothing.
    DeathOfEarlierSession,
    /// The device is there.
    DeviceBorn,
    /// The device is gone: all its values are out of date.
    DeviceDied,
    /// A birth does not begin with sequence number 0.
    BirthOutOfSequence,
    /// An alias is bound to two names; the first counts.
    DoubledAlias(u64),
    /// A metric of a birth has no name and is left out.
    Nameless,
    /// The birth is larger than the limits; what lies beyond is left out.
    TooLarge,
}

/// What a message yields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Received {
    /// Its values.
    pub observations: Vec<Observation>,
    /// What happened.
    pub events: Vec<Event>,
    /// Why the node should be asked to be born again, the first reason of the message.
    pub rebirth: Option<RebirthReason>,
}

/// What a birth tells of a metric.
type Metrics = BTreeMap<String, Option<DataType>>;
/// Device, name and type of a metric; no device for those of the node itself.
type Resolved<'a> = (Option<&'a str>, &'a str, Option<DataType>);
/// A device and a name; nothing for the node itself.
type Owned = (Option<String>, String);

/// The session of one edge node.
#[derive(Debug, Clone, Default)]
pub struct NodeSession {
    limits: SessionLimits,
    born: bool,
    birth_death_sequence: Option<u64>,
    last_seq: Option<u8>,
    node: Metrics,
    devices: BTreeMap<String, Metrics>,
    aliases: BTreeMap<u64, Owned>,
    wants_rebirth: bool,
}

impl NodeSession {
    /// A session that has seen nothing.
    pub fn new(limits: SessionLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Whether the node is there.
    pub fn is_online(&self) -> bool {
        self.born
    }

    /// Whether the device is there.
    pub fn is_device_online(&self, device: &str) -> bool {
        self.born && self.devices.contains_key(device)
    }

    /// The devices that are there.
    pub fn devices(&self) -> impl Iterator<Item = &str> {
        self.devices.keys().map(String::as_str)
    }

    /// Whether a rebirth was called for and has not come.
    pub fn wants_rebirth(&self) -> bool {
        self.wants_rebirth
    }

    /// Takes a message from the node. `device` is that of the topic. Commands, which go the other way, do nothing.
    pub fn receive(&mut self, kind: MessageKind, device: Option<&str>, payload: &Payload) -> Received {
        let mut received = Received::default();
        match (kind, device) {
            (MessageKind::NodeBirth, _) => self.node_birth(payload, &mut received),
            (MessageKind::NodeDeath, _) => self.node_death(payload, &mut received),
            (MessageKind::NodeData, _) => self.data(None, payload, &mut received),
            (MessageKind::DeviceBirth, Some(device)) => self.device_birth(device, payload, &mut received),
            (MessageKind::DeviceDeath, Some(device)) => self.device_death(device, payload, &mut received),
            (MessageKind::DeviceData, Some(device)) => self.data(Some(device), payload, &mut received),
            _ => {}
        }
        self.wants_rebirth |= received.rebirth.is_some();
        received
    }

    fn node_birth(&mut self, payload: &Payload, received: &mut Received) {
        *self = Self::new(self.limits);
        self.born = true;
        self.birth_death_sequence = payload.birth_death_sequence();
        self.last_seq = payload.seq.and_then(|seq| u8::try_from(seq).ok());
        if payload.seq != Some(0) {
            received.events.push(Event::BirthOutOfSequence);
        }
        received.events.push(Event::NodeBorn);
        self.node = self.bind(None, payload, received);
        self.observe(None, payload, received);
    }

    fn node_death(&mut self, payload: &Payload, received: &mut Received) {
        if !self.born {
            return;
        }
        if payload.birth_death_sequence() != self.birth_death_sequence {
            received.events.push(Event::DeathOfEarlierSession);
            return;
        }
        *self = Self::new(self.limits);
        received.events.push(Event::NodeDied);
    }

    fn device_birth(&mut self, device: &str, payload: &Payload, received: &mut Received) {
        if !self.is_in_sequence(payload, received) {
            return;
        }
        self.forget(device);
        if self.devices.len() >= self.limits.devices || device.len() > self.limits.name {
            received.events.push(Event::TooLarge);
            return;
        }
        received.events.push(Event::DeviceBorn);
        let metrics = self.bind(Some(device), payload, received);
        self.devices.insert(device.to_owned(), metrics);
        self.observe(Some(device), payload, received);
    }

    fn device_death(&mut self, device: &str, payload: &Payload, received: &mut Received) {
        if self.is_in_sequence(payload, received) && self.forget(device) {
            received.events.push(Event::DeviceDied);
        }
    }

    fn data(&mut self, device: Option<&str>, payload: &Payload, received: &mut Received) {
        if !self.is_in_sequence(payload, received) {
            return;
        }
        if device.is_some_and(|device| !self.devices.contains_key(device)) {
            received.rebirth.get_or_insert(RebirthReason::DeviceNotBorn);
            return;
        }
        self.observe(device, payload, received);
    }

    /// Whether the message may be read. One behind a gap may: its aliases are those of the births known.
    fn is_in_sequence(&mut self, payload: &Payload, received: &mut Received) -> bool {
        if !self.born {
            received.rebirth = Some(RebirthReason::NodeNotBorn);
            return false;
        }
        let number = payload.seq.and_then(|seq| u8::try_from(seq).ok());
        let expected = self.last_seq.map_or(0, |last| last.wrapping_add(1));
        if number != Some(expected) {
            received.rebirth = Some(RebirthReason::SequenceGap { expected, received: payload.seq });
        }
        self.last_seq = Some(number.unwrap_or(expected));
        true
    }

    fn forget(&mut self, device: &str) -> bool {
        self.aliases.retain(|_, (owner, _)| owner.as_deref() != Some(device));
        self.devices.remove(device).is_some()
    }

    /// The metrics of a birth, their aliases bound.
    fn bind(&mut self, device: Option<&str>, payload: &Payload, received: &mut Received) -> Metrics {
        let known = self.node.len() + self.devices.values().map(BTreeMap::len).sum::<usize>();
        let mut metrics = Metrics::new();
        for metric in &payload.metrics {
            let Some(name) = metric.name.as_deref().filter(|name| !name.is_empty()) else {
                received.events.push(Event::Nameless);
                continue;
            };
            if name.len() > self.limits.name || known + metrics.len() >= self.limits.metrics {
                received.events.push(Event::TooLarge);
                break;
            }
            metrics.insert(name.to_owned(), metric.datatype);
            let Some(alias) = metric.alias else { continue };
            let owned = (device.map(str::to_owned), name.to_owned());
            if *self.aliases.entry(alias).or_insert_with(|| owned.clone()) != owned {
                received.events.push(Event::DoubledAlias(alias));
            }
        }
        metrics
    }

    /// The values of a message.
    fn observe(&self, device: Option<&str>, payload: &Payload, received: &mut Received) {
        for metric in &payload.metrics {
            match self.resolve(device, metric) {
                Ok((_, BIRTH_DEATH_SEQUENCE, _)) | Err(None) => {}
                Ok((device, name, datatype)) => {
                    received.observations.push(observation(device, name, datatype, metric, payload));
                }
                Err(Some(reason)) => drop(received.rebirth.get_or_insert(reason)),
            }
        }
    }

    /// Device, name and type of a metric; without a reason if it has neither name nor alias.
    fn resolve<'a>(
        &'a self,
        device: Option<&'a str>,
        metric: &'a Metric,
    ) -> Result<Resolved<'a>, Option<RebirthReason>> {
        let type_of = |device: Option<&str>, name: &str| {
            let metrics = device.map_or(Some(&self.node), |device| self.devices.get(device));
            metrics.and_then(|metrics| metrics.get(name)).copied()
        };
        if let Some(name) = metric.name.as_deref().filter(|name| !name.is_empty()) {
            let datatype = type_of(device, name).ok_or_else(|| RebirthReason::UnknownName(name.to_owned()))?;
            return Ok((device, name, metric.datatype.or(datatype)));
        }
        let alias = metric.alias.ok_or(None)?;
        // Aliases are unique in a node: one may stand in a message of the node for a metric of a device.
        let (owner, name) = self.aliases.get(&alias).ok_or(RebirthReason::UnknownAlias(alias))?;
        let datatype = type_of(owner.as_deref(), name).flatten();
        Ok((owner.as_deref(), name, metric.datatype.or(datatype)))
    }
}

fn observation(
    device: Option<&str>,
    name: &str,
    datatype: Option<DataType>,
    metric: &Metric,
    payload: &Payload,
) -> Observation {
    Observation {
        device: device.map(str::to_owned),
        name: name.to_owned(),
        datatype,
        reading: metric.reading(datatype),
        quality: metric.quality(),
        observed_at: metric.timestamp.or(payload.timestamp).and_then(time),
        is_historical: metric.is_historical.unwrap_or_default(),
        is_transient: metric.is_transient.unwrap_or_default(),
    }
}
