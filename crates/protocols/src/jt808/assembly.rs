//! Joins sub-packets to whole messages (clause 4.4.3).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::error::EncodeError;
use super::frame::{Frame, Header};
use super::message::Message;
use super::phone::Phone;
use super::session::ResendRequest;

/// Sub-packets whose serials do not follow each other are held to be of one message within this time.
const LOOSE_WINDOW: SignedDuration = SignedDuration::from_secs(60);
/// Messages in the making at a time; the one silent longest gives way.
const MOST_MESSAGES: usize = 16;
/// Bytes kept at a time, 8 MiB: a picture or a short video.
const MOST_BYTES: usize = 8 << 20;
/// What keeping a sub-packet costs beyond its bytes, so that empty ones are bounded, too.
const OVERHEAD: usize = 64;

/// What became of a frame given to [`Assembler::take`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assembled {
    /// A whole message: a frame that was no sub-packet, or one joined from all of them. A joined one has the header of
    /// the first sub-packet without its place, and a body that may exceed one frame.
    Whole(Frame),
    /// More sub-packets are needed.
    Pending,
    /// This sub-packet is here already.
    Duplicate,
    /// The place is none (number 0 or above the total), or the message grew beyond 8 MiB.
    Refused,
}

/// A message that does not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incomplete {
    /// Header of a sub-packet at hand, without its place; its serial is that of the first sub-packet, or what that has
    /// to be if serials follow each other.
    pub header: Header,
    /// How many sub-packets the message has.
    pub total: u16,
    /// Numbers of those missing, from 1.
    pub missing: Vec<u16>,
}

impl Incomplete {
    /// 8003: asks the terminal for the missing sub-packets.
    ///
    /// Up to 2013 one request names at most 255; the rest is asked for when they came.
    pub fn request(&self, serial: u16) -> Result<Frame, EncodeError> {
        let missing = self.missing.iter().copied().take(0xFF).collect();
        let request = ResendRequest { ack_serial: self.header.serial, missing };
        let message = Message::PlatformResendRequest(request);
        Frame::new(self.header.layout, self.header.phone.clone(), serial, &message)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    header: Header,
    total: u16,
    parts: BTreeMap<u16, Vec<u8>>,
    bytes: usize,
    last: Timestamp,
}

impl Group {
    fn key(&self) -> (&Phone, u16, u16) {
        (&self.header.phone, self.header.message_id, self.total)
    }

    fn missing(&self) -> Vec<u16> {
        (1..=self.total).filter(|number| !self.parts.contains_key(number)).collect()
    }
}

/// Joins the sub-packets of one connection, in whatever order they come.
#[derive(Debug, Clone, Default)]
pub struct Assembler {
    groups: Vec<Group>,
}

impl Assembler {
    /// Takes a frame that came at `now`.
    pub fn take(&mut self, frame: Frame, now: Timestamp) -> Assembled {
        let Some(packet) = frame.header.packet else { return Assembled::Whole(frame) };
        if packet.number == 0 || packet.number > packet.total {
            return Assembled::Refused;
        }
        let first_serial = frame.header.serial.wrapping_sub(packet.number - 1);
        let header = Header { packet: None, serial: first_serial, wrong_length: None, ..frame.header };
        let index = self.find(&header, packet.total, packet.number, &frame.body, now);
        let index = index.unwrap_or_else(|| self.begin(header, packet.total, now));
        if packet.number == 1
            && let Some(group) = self.groups.get_mut(index)
        {
            // Where serials do not follow each other, only the first sub-packet tells its own.
            group.header.serial = first_serial;
        }
        self.add(index, packet.number, frame.body, now)
    }

    /// Messages that had no sub-packet since `silence` ago, for an 8003 each.
    pub fn incomplete(&self, now: Timestamp, silence: SignedDuration) -> Vec<Incomplete> {
        let silent = self.groups.iter().filter(|group| now.duration_since(group.last) >= silence);
        let incomplete = silent.map(|group| Incomplete {
            header: group.header.clone(),
            total: group.total,
            missing: group.missing(),
        });
        incomplete.collect()
    }

    /// Gives up messages that had no sub-packet since `silence` ago.
    pub fn expire(&mut self, now: Timestamp, silence: SignedDuration) -> Vec<Incomplete> {
        let incomplete = self.incomplete(now, silence);
        self.groups.retain(|group| now.duration_since(group.last) < silence);
        incomplete
    }

    /// How much memory waits for the rest of its message, in bytes.
    pub fn pending(&self) -> usize {
        self.groups.iter().map(|group| group.bytes).sum()
    }

    /// The message a sub-packet belongs to: by its serial, else by whatever message of its kind lacks this number.
    fn find(&self, header: &Header, total: u16, number: u16, body: &[u8], now: Timestamp) -> Option<usize> {
        let key = (&header.phone, header.message_id, total);
        let exact = |group: &Group| group.key() == key && group.header.serial == header.serial;
        // A sub-packet sent again under a new serial is the same sub-packet.
        let fits = |group: &Group| group.parts.get(&number).is_none_or(|part| part == body);
        let fresh = |group: &Group| now.duration_since(group.last) <= LOOSE_WINDOW;
        let loose = |group: &Group| group.key() == key && fits(group) && fresh(group);
        self.groups.iter().position(exact).or_else(|| self.groups.iter().position(loose))
    }

    fn begin(&mut self, header: Header, total: u16, now: Timestamp) -> usize {
        if self.groups.len() >= MOST_MESSAGES {
            let oldest = self.groups.iter().enumerate().min_by_key(|(_, group)| group.last).map(|(index, _)| index);
            oldest.map(|index| self.groups.remove(index));
        }
        self.groups.push(Group { header, total, parts: BTreeMap::new(), bytes: 0, last: now });
        self.groups.len() - 1
    }

    fn add(&mut self, index: usize, number: u16, body: Vec<u8>, now: Timestamp) -> Assembled {
        let cost = body.len() + OVERHEAD;
        let full = self.pending().saturating_add(cost) > MOST_BYTES;
        let Some(group) = self.groups.get_mut(index) else { return Assembled::Refused };
        group.last = now;
        if group.parts.contains_key(&number) {
            return Assembled::Duplicate;
        }
        if full {
            self.groups.remove(index);
            return Assembled::Refused;
        }
        group.bytes += cost;
        group.parts.insert(number, body);
        if group.parts.len() < usize::from(group.total) {
            return Assembled::Pending;
        }
        let group = self.groups.remove(index);
        let body = group.parts.into_values().collect::<Vec<_>>().concat();
        Assembled::Whole(Frame { header: group.header, body })
    }
}

/// The sub-packets a terminal asked for with 0005, out of those sent.
pub fn resend<'a>(sent: &'a [Frame], request: &ResendRequest) -> Vec<&'a Frame> {
    let place = |frame: &Frame| frame.header.packet.map(|packet| packet.number);
    let first = sent.iter().find(|frame| place(frame) == Some(1)).map(|frame| frame.header.serial);
    let wanted = |frame: &&Frame| place(frame).is_some_and(|number| request.missing.contains(&number));
    if first == Some(request.ack_serial) { sent.iter().filter(wanted).collect() } else { Vec::new() }
}
