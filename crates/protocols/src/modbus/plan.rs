//! Which requests read a set of points with few round trips.

use super::request::{MAX_READ_BITS, MAX_READ_REGISTERS, Request};
use super::table::{BitTable, RegisterTable};

/// Where a point lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// Bits.
    Bits {
        /// Which table.
        table: BitTable,
        /// First address.
        start: u16,
        /// How many.
        count: u16,
    },
    /// Registers.
    Registers {
        /// Which table.
        table: RegisterTable,
        /// First address.
        start: u16,
        /// How many.
        count: u16,
    },
}

/// One request and the points it reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// What to ask.
    pub request: Request,
    /// Indices of the points among those given, each with its place behind the first value of the answer.
    pub points: Vec<(usize, usize)>,
}

/// Groups points of one unit into requests, reading over gaps of at most `gap` unused addresses.
///
/// Some devices refuse to read an address that does not exist: `gap` 0 never asks for one. Points of no length, beyond
/// the last address, or too long for a request, are in no poll.
pub fn plan(places: &[Place], gap: u16) -> Vec<Poll> {
    let mut order: Vec<(usize, Place)> = places.iter().copied().enumerate().filter(|(_, place)| place.fits()).collect();
    order.sort_by_key(|(_, place)| *place);
    let mut polls: Vec<(Place, Vec<(usize, Place)>)> = Vec::new();
    for (index, place) in order {
        let joined = polls.last_mut().and_then(|(group, members)| {
            *group = group.joined(place, gap)?;
            members.push((index, place));
            Some(())
        });
        if joined.is_none() {
            polls.push((place, vec![(index, place)]));
        }
    }
    let poll = |(group, members): (Place, Vec<(usize, Place)>)| Poll {
        points: members.into_iter().map(|(index, place)| (index, usize::from(place.start() - group.start()))).collect(),
        request: group.request(),
    };
    polls.into_iter().map(poll).collect()
}

impl Place {
    fn start(self) -> u16 {
        match self {
            Self::Bits { start, .. } | Self::Registers { start, .. } => start,
        }
    }

    fn count(self) -> u16 {
        match self {
            Self::Bits { count, .. } | Self::Registers { count, .. } => count,
        }
    }

    fn most(self) -> u16 {
        match self {
            Self::Bits { .. } => MAX_READ_BITS,
            Self::Registers { .. } => MAX_READ_REGISTERS,
        }
    }

    fn fits(self) -> bool {
        let exists = self.count().checked_sub(1).is_some_and(|more| self.start().checked_add(more).is_some());
        exists && self.count() <= self.most()
    }

    /// Both in one request, `next` not beginning before `self`.
    fn joined(self, next: Self, gap: u16) -> Option<Self> {
        let end = |place: Self| u32::from(place.start()) + u32::from(place.count());
        if u32::from(next.start()) > end(self) + u32::from(gap) {
            return None;
        }
        let length = end(self).max(end(next)) - u32::from(self.start());
        let count = u16::try_from(length).ok().filter(|count| *count <= self.most())?;
        match (self, next) {
            (Self::Bits { table, start, .. }, Self::Bits { table: other, .. }) if table == other => {
                Some(Self::Bits { table, start, count })
            }
            (Self::Registers { table, start, .. }, Self::Registers { table: other, .. }) if table == other => {
                Some(Self::Registers { table, start, count })
            }
            _ => None,
        }
    }

    fn request(self) -> Request {
        match self {
            Self::Bits { table, start, count } => Request::ReadBits { table, start, count },
            Self::Registers { table, start, count } => Request::ReadRegisters { table, start, count },
        }
    }
}
