//! Puts messages of several packets together (mode M3, 6.3.1.2 c).

use std::collections::BTreeMap;

use super::error::{BodyError, BodyFault};
use super::frame::{Coding, EndMark, Frame, Header, MAX_BODY};
use super::function::Function;
use super::message::Message;
use super::station::StationAddress;

/// How many messages of one connection may be under way at once; the one waiting longest gives way.
const MOST_OPEN: usize = 8;
/// How many bytes one message may have: pictures are far smaller, and a hostile peer shall not fill the memory.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// A message put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// Header of its packets.
    pub header: Header,
    /// How many packets it had.
    pub total: u16,
    /// Their bodies in one.
    pub body: Vec<u8>,
}

impl Whole {
    /// Reads the message.
    pub fn message(&self) -> Result<(Message, Option<BodyFault>), BodyError> {
        Message::read_body(&self.header, &self.body)
    }
}

/// What a packet led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The frame is a message of its own and goes on unchanged.
    Single(Frame),
    /// More packets are to come.
    Waiting {
        /// How many packets are here.
        received: usize,
        /// How many there will be.
        total: u16,
    },
    /// The last packet came, but some are missing: ask for this one with
    /// [`request_packet`](super::request_packet).
    Missing {
        /// The lowest number that is missing.
        number: u16,
    },
    /// All packets are here: acknowledge once, with [`acknowledge_whole`](super::acknowledge_whole).
    Complete(Whole),
    /// Number 0, or a number beyond the total: no packet of anything. Or the message passed 4 MiB and is given up.
    Refused(Frame),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    ascii: bool,
    up: bool,
    center: u8,
    station: StationAddress,
    function: Function,
    total: u16,
}

#[derive(Debug, Clone)]
struct Open {
    key: Key,
    header: Header,
    parts: BTreeMap<u16, Vec<u8>>,
    bytes: usize,
}

/// Packets of one connection that wait for the others: of at most eight messages, with at most 4 MiB each.
#[derive(Debug, Clone, Default)]
pub struct Assembly {
    open: Vec<Open>,
}

impl Assembly {
    /// Nothing waiting.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a frame in whatever order they come; a packet that comes again replaces itself.
    pub fn take(&mut self, frame: Frame) -> Outcome {
        let Some(packet) = frame.packet else {
            return Outcome::Single(frame);
        };
        if packet.number == 0 || packet.number > packet.total || frame.body.len() > MAX_BODY {
            return Outcome::Refused(frame);
        }
        let index = self.index_of(&frame, packet.total);
        let ended = frame.end == EndMark::EndOfText;
        let Some(open) = self.open.get_mut(index) else {
            return Outcome::Refused(frame);
        };
        if packet.number == 1 && open.parts.get(&1).is_some_and(|known| serial(known) != serial(&frame.body)) {
            // Another message begins; the old one will not be finished.
            open.parts.clear();
            open.bytes = 0;
        }
        if open.bytes + frame.body.len() > MOST_BYTES {
            self.open.remove(index);
            return Outcome::Refused(frame);
        }
        open.header = frame.header;
        open.bytes += frame.body.len();
        open.bytes -= open.parts.insert(packet.number, frame.body).map_or(0, |replaced| replaced.len());
        if open.parts.len() < usize::from(packet.total) {
            return match open.first_missing().filter(|_| ended) {
                Some(number) => Outcome::Missing { number },
                None => Outcome::Waiting { received: open.parts.len(), total: packet.total },
            };
        }
        let whole = self.open.remove(index);
        let body = whole.parts.into_values().flatten().collect();
        Outcome::Complete(Whole { header: whole.header, total: packet.total, body })
    }

    /// How many messages are incomplete.
    pub fn pending(&self) -> usize {
        self.open.len()
    }

    /// Gives up all that is incomplete, for a caller whose patience is at its end; tells header, total and the lowest
    /// number missing of each.
    pub fn expire(&mut self) -> Vec<(Header, u16, u16)> {
        let missing = |open: Open| Some((open.header, open.key.total, open.first_missing()?));
        std::mem::take(&mut self.open).into_iter().filter_map(missing).collect()
    }

    fn index_of(&mut self, frame: &Frame, total: u16) -> usize {
        let header = frame.header;
        let key = Key {
            ascii: header.coding == Coding::Ascii,
            up: header.direction == super::frame::Direction::Up,
            center: header.center,
            station: header.station,
            function: header.function,
            total,
        };
        if let Some(index) = self.open.iter().position(|open| open.key == key) {
            return index;
        }
        if self.open.len() >= MOST_OPEN {
            self.open.remove(0);
        }
        self.open.push(Open { key, header, parts: BTreeMap::new(), bytes: 0 });
        self.open.len() - 1
    }
}

impl Open {
    fn first_missing(&self) -> Option<u16> {
        (1..=self.key.total).find(|number| !self.parts.contains_key(number))
    }
}

/// Serial number and send time, which only the first packet carries: they tell one message from the next.
fn serial(body: &[u8]) -> Option<&[u8]> {
    body.get(..2)
}
