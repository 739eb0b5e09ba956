//! Who may see which raw frames, and finding them.

use std::sync::PoisonError;

use fengsui_kernel::{Fault, Page, PageQuery, Place, Principal, Result, Timestamp};
use fengsui_storage::Subject;
use fengsui_storage::series::frames as store;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{FrameDirection, FrameVerdict, LoggedFrame, batch};
use crate::engine::SeriesEngine;
use crate::ledger::DeviceFacts;

/// Batches read from the store at a time.
const PORTION: u32 = 32;
/// Batches that one question goes through; what is left comes with the next page.
const MOST_BATCHES: u32 = 2_000;
/// Senders read at a time, and in all: beyond, the oldest are not listed.
const SENDERS: u32 = 2_000;
const MOST_SENDERS: u32 = 60_000;
/// Frames that can be asked for by number.
const MOST_CHOSEN: usize = 500;

/// Which frames.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct FrameQuery {
    /// From this time on.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// Before this time.
    #[serde(default)]
    pub to: Option<Timestamp>,
    /// Only one way.
    #[serde(default)]
    pub direction: Option<FrameDirection>,
    /// Only those of which this was made.
    #[serde(default)]
    pub verdict: Option<FrameVerdict>,
    /// Text that they contain, in letters or as hexadecimal digits (blanks between bytes are passed over).
    #[serde(default)]
    pub q: Option<String>,
    /// Frames to return, 1 to 500; 50 if absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// The `next` value of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// Whose frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameSource<'a> {
    /// A device of the ledger, whether it has series or not.
    Device(&'a DeviceFacts),
    /// Whoever names itself so.
    Sender(&'a str),
}

/// Somebody who sends and is no registered device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnregisteredSender {
    /// As its frames name it; an address where they name nobody.
    pub sender: String,
    /// Over which protocol.
    pub protocol: String,
    /// Frames kept.
    pub frames: u64,
    /// First noted.
    pub first_at: Timestamp,
    /// Last noted.
    pub last_at: Timestamp,
    /// Address of the other side.
    pub peer: String,
    /// What was made of its newest frame.
    pub verdict: String,
}

/// What is looked for in the bytes.
struct Needle {
    letters: Vec<u8>,
    bytes: Option<Vec<u8>>,
}

impl Needle {
    fn new(q: &str) -> Option<Self> {
        let q = q.trim();
        let digits: String = q.chars().filter(|letter| !letter.is_whitespace()).collect();
        let bytes = hex::decode(&digits).ok().filter(|bytes| !bytes.is_empty());
        (!q.is_empty()).then(|| Self { letters: q.as_bytes().to_ascii_lowercase(), bytes })
    }

    fn is_in(&self, frame: &LoggedFrame) -> bool {
        let lower = frame.bytes.to_ascii_lowercase();
        let holds = |hay: &[u8], needle: &[u8]| hay.windows(needle.len()).any(|window| window == needle);
        holds(&lower, &self.letters) || self.bytes.as_ref().is_some_and(|bytes| holds(&frame.bytes, bytes))
    }
}

/// A question as it is asked of every sender.
struct Sought {
    from: Timestamp,
    to: Timestamp,
    direction: Option<FrameDirection>,
    verdict: Option<FrameVerdict>,
    needle: Option<Needle>,
    before: i64,
    limit: usize,
}

impl Sought {
    fn new(query: &FrameQuery) -> Self {
        let page = PageQuery { limit: query.limit, cursor: None };
        let before = match query.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
            // Beyond all pages lies an empty one, not the first.
            Some(cursor) => cursor.parse().unwrap_or(0),
            None => i64::MAX,
        };
        Self {
            from: query.from.unwrap_or(Timestamp::MIN),
            to: query.to.unwrap_or(Timestamp::MAX),
            direction: query.direction,
            verdict: query.verdict,
            needle: query.q.as_deref().and_then(Needle::new),
            before,
            limit: page.limit() as usize,
        }
    }

    fn wants(&self, frame: &LoggedFrame) -> bool {
        (self.from <= frame.at && frame.at < self.to && frame.number < self.before)
            && self.direction.is_none_or(|way| way == frame.direction)
            && self.verdict.is_none_or(|verdict| verdict == frame.verdict)
            && self.needle.as_ref().is_none_or(|needle| needle.is_in(frame))
    }
}

impl SeriesEngine {
    /// Raw frames of a device or a sender, newest first. The right is `frame:read` at the device's place; frames of
    /// those whom nobody registered are shown to whoever sees the quarantine.
    pub async fn frames_of(
        &self,
        principal: &Principal,
        source: FrameSource<'_>,
        query: &FrameQuery,
    ) -> Result<Page<LoggedFrame>> {
        let keys = self.keys_of(principal, "read", source).await?;
        self.frames().catch_up().await;
        let sought = Sought::new(query);
        let (mut found, mut floor) = (Vec::new(), i64::MIN);
        for key in &keys {
            let (frames, searched_to) = self.search(key, &sought).await?;
            found.extend(frames);
            floor = floor.max(searched_to);
        }
        found.retain(|frame: &LoggedFrame| frame.number >= floor);
        found.sort_by_key(|frame| std::cmp::Reverse(frame.number));
        found.dedup_by_key(|frame| frame.number);
        let more = found.len() > sought.limit;
        found.truncate(sought.limit);
        let last = if more { found.last().map(|frame| frame.number) } else { (floor > i64::MIN).then_some(floor) };
        Ok(Page { items: found, next: last.map(|number| number.to_string()), total: None })
    }

    /// Frames by their numbers, oldest first, to be read once more. The right is `frame:replay` at the device's place.
    pub async fn chosen_frames(
        &self,
        principal: &Principal,
        device: &DeviceFacts,
        numbers: &[i64],
    ) -> Result<Vec<LoggedFrame>> {
        if numbers.is_empty() || numbers.len() > MOST_CHOSEN {
            return Err(Fault::field("frames", "out_of_range")
                .with("min", "1")
                .with("max", &MOST_CHOSEN.to_string())
                .into());
        }
        let keys = self.keys_of(principal, "replay", FrameSource::Device(device)).await?;
        self.frames().catch_up().await;
        let mut found = Vec::new();
        for number in numbers {
            let query = FrameQuery { cursor: Some((number + 1).to_string()), limit: Some(1), ..FrameQuery::default() };
            for key in &keys {
                let (frames, _) = self.search(key, &Sought::new(&query)).await?;
                found.extend(frames.into_iter().find(|frame| frame.number == *number));
            }
        }
        found.sort_by_key(|frame| frame.number);
        found.dedup_by_key(|frame| frame.number);
        Ok(found)
    }

    /// Notes in the trace that frames were read once more, and how many readings came of it.
    pub async fn note_replay(
        &self,
        principal: &Principal,
        device: &DeviceFacts,
        frames: usize,
        accepted: u32,
    ) -> Result<()> {
        let mut tx = self.begin(principal).await?;
        let data = json!({"frames": frames, "accepted": accepted});
        tx.trace("device.frames_replay", Subject::at("device", &device.id, device.division), data);
        tx.commit().await
    }

    /// Who sends and is no registered device, last heard first.
    pub async fn unregistered_senders(
        &self,
        principal: &Principal,
        page: &PageQuery,
    ) -> Result<Page<UnregisteredSender>> {
        principal.scopes("read", "quarantine")?;
        self.frames().catch_up().await;
        let mut found: Vec<UnregisteredSender> = Vec::new();
        for offset in (0..MOST_SENDERS).step_by(SENDERS as usize) {
            let rows = store::senders(&self.core.db, SENDERS, offset).await?;
            let last = rows.len() < SENDERS as usize;
            found.extend(rows.into_iter().map(|row| UnregisteredSender {
                sender: row.sender,
                protocol: row.protocol,
                frames: row.frames,
                first_at: row.first_at,
                last_at: row.last_at,
                peer: row.peer,
                verdict: row.verdict,
            }));
            if last {
                break;
            }
        }
        self.add_waiting(&mut found);
        let catalogue = self.core.catalogue.lock().await;
        found.retain(|one| catalogue.device_by_key(&one.sender).is_none());
        drop(catalogue);
        found.sort_by(|one, other| other.last_at.cmp(&one.last_at).then_with(|| one.sender.cmp(&other.sender)));
        let total = found.len() as u64;
        let items = found.into_iter().skip(page.offset() as usize).take(page.limit() as usize + 1).collect();
        Ok(Page::from_overfetch(items, page, Some(total)))
    }

    /// Adds those whose frames are not written yet.
    fn add_waiting(&self, found: &mut Vec<UnregisteredSender>) {
        let waiting = self.frames().shared.buffers.lock().unwrap_or_else(PoisonError::into_inner).senders();
        for ((sender, protocol), first_at, last, frames) in waiting {
            let newest = UnregisteredSender {
                sender: sender.to_string(),
                protocol: protocol.to_owned(),
                frames: frames as u64,
                first_at,
                last_at: last.at,
                peer: last.peer.to_string(),
                verdict: last.verdict.as_str().to_owned(),
            };
            let known = found.iter_mut().find(|one| one.sender == newest.sender && one.protocol == newest.protocol);
            match known {
                Some(one) => {
                    let (first_at, frames) = (one.first_at, one.frames + newest.frames);
                    *one = UnregisteredSender { frames, first_at, ..newest };
                }
                None => found.push(newest),
            }
        }
    }

    /// The names by which a source is found in the log; asks for the right.
    async fn keys_of(&self, principal: &Principal, action: &str, source: FrameSource<'_>) -> Result<Vec<String>> {
        let catalogue = self.core.catalogue.lock().await;
        match source {
            FrameSource::Device(device) => {
                let place = Place { division: device.division, enterprise: device.enterprise.clone() };
                principal.require(action, "frame", &place)?;
                // A name that is another device's code is that device's.
                let others = |key: &String| catalogue.device_by_key(key).is_some_and(|of| of.row.id != device.id);
                let own = [Some(device.code.clone()), device.serial.clone()];
                Ok(own.into_iter().flatten().filter(|key| !others(key)).collect())
            }
            FrameSource::Sender(name) => {
                match catalogue.device_by_key(name) {
                    Some(device) => {
                        let row = &device.row;
                        let place = Place { division: row.division, enterprise: row.enterprise.clone() };
                        principal.require(action, "frame", &place)?;
                    }
                    None => drop(principal.scopes(action, "quarantine")?),
                }
                Ok(vec![name.to_owned()])
            }
        }
    }

    /// Up to one more than the limit of a sender's frames, and the number down to which was searched
    /// (`i64::MIN`: all).
    async fn search(&self, sender: &str, sought: &Sought) -> Result<(Vec<LoggedFrame>, i64)> {
        let mut waiting = self.frames().shared.buffers.lock().unwrap_or_else(PoisonError::into_inner).of(sender);
        waiting.retain(|frame| sought.wants(frame));
        let mut found = waiting;
        let (mut below, mut batches) = (i64::MAX, 0);
        while found.len() <= sought.limit {
            let span = (sought.from, sought.to);
            let rows = store::newest(&self.core.db, sender, span, (sought.before, below), PORTION).await?;
            let Some(oldest) = rows.last().map(|row| (row.first, row.last)) else { return Ok((found, i64::MIN)) };
            batches += PORTION;
            below = oldest.1;
            for row in &rows {
                let frames = batch::unpack(&row.sender, &row.protocol, &row.body).unwrap_or_else(|| {
                    tracing::warn!(first = row.first, "a batch of raw frames is damaged and is passed over");
                    Vec::new()
                });
                found.extend(frames.into_iter().filter(|frame| sought.wants(frame)));
            }
            // What was being written when it was copied may be in both places.
            found.sort_by_key(|frame| std::cmp::Reverse(frame.number));
            found.dedup_by_key(|frame| frame.number);
            if batches >= MOST_BATCHES && found.len() <= sought.limit {
                return Ok((found, oldest.0));
            }
        }
        Ok((found, i64::MIN))
    }
}
