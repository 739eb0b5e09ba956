//! The log of raw frames: what came over the line and what went back, per sender, for whoever asks why a station does
//! not arrive. It must never slow readings: a note is put into a bounded queue or dropped and counted; a task of its
//! own keeps notes in memory, visible at once, and each second writes those of the senders that wait longest, one
//! compressed batch a sender. So twenty thousand terminals cost five hundred rows a second and no more; what a crash
//! takes is the last seconds of the log, never a reading.

mod batch;
mod buffers;
mod keeper;
mod query;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use fengsui_kernel::{Result, Timestamp};
use fengsui_storage::Db;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use tokio::sync::{Mutex, mpsc, oneshot};

use buffers::Buffers;
pub use query::{FrameQuery, FrameSource, UnregisteredSender};

/// Most bytes that are kept of one frame; its length is noted whole.
pub const FRAME_BYTES: usize = 4096;
/// Notes that may wait; more are dropped and counted.
const QUEUE: usize = 8192;

/// How the log is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameLogSettings {
    /// Whether anything is noted.
    pub enabled: bool,
    /// Days that frames are kept; 0 for as long as there is room.
    pub days: u32,
    /// Bytes of all frames together, compressed.
    pub total_bytes: u64,
    /// Bytes of one sender's frames, compressed.
    pub sender_bytes: u64,
}

impl Default for FrameLogSettings {
    fn default() -> Self {
        Self { enabled: true, days: 7, total_bytes: 512 << 20, sender_bytes: 16 << 20 }
    }
}

/// Which way a frame went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FrameDirection {
    /// From the device.
    Received,
    /// To the device.
    Sent,
}

/// What was made of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FrameVerdict {
    /// Its readings are stored.
    Accepted,
    /// Some of its readings are stored; the others wait in the quarantine.
    PartlyAccepted,
    /// The device is known, but none of its readings found a place.
    SetAside,
    /// No device is registered by the name that the frame bears.
    NotRegistered,
    /// It could not be read; the code says why.
    Refused,
    /// The same bytes came before and were stored: a repetition.
    Duplicate,
    /// It bears no readings: a sign-in, a sign of life, an answer, a part of a message.
    Handled,
    /// It could not be stored; the device must send it again.
    Failed,
    /// It was sent to the device.
    Sent,
}

impl FrameVerdict {
    /// In the order of their stored numbers, which never change.
    pub const ALL: [Self; 9] = [
        Self::Accepted,
        Self::PartlyAccepted,
        Self::SetAside,
        Self::NotRegistered,
        Self::Refused,
        Self::Duplicate,
        Self::Handled,
        Self::Failed,
        Self::Sent,
    ];

    /// The name in interfaces.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::PartlyAccepted => "partly_accepted",
            Self::SetAside => "set_aside",
            Self::NotRegistered => "not_registered",
            Self::Refused => "refused",
            Self::Duplicate => "duplicate",
            Self::Handled => "handled",
            Self::Failed => "failed",
            Self::Sent => "sent",
        }
    }
}

/// A frame as a door notes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameNote {
    /// When it came or went.
    pub at: Timestamp,
    /// The device as the frame names it; the address of the peer where it names none.
    pub sender: SmolStr,
    /// Over which protocol.
    pub protocol: &'static str,
    /// Address of the other side.
    pub peer: SmolStr,
    /// Which way it went.
    pub direction: FrameDirection,
    /// What was made of it.
    pub verdict: FrameVerdict,
    /// Why it was refused: a reason of the quarantine; empty otherwise.
    pub code: SmolStr,
    /// The bytes, passwords already masked.
    pub bytes: Vec<u8>,
}

/// A frame as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedFrame {
    /// Its number; later frames have greater ones.
    pub number: i64,
    /// When it came or went.
    pub at: Timestamp,
    /// The device as the frame names it.
    pub sender: SmolStr,
    /// Over which protocol.
    pub protocol: SmolStr,
    /// Address of the other side.
    pub peer: SmolStr,
    /// Which way it went.
    pub direction: FrameDirection,
    /// What was made of it.
    pub verdict: FrameVerdict,
    /// Why it was refused; empty otherwise.
    pub code: SmolStr,
    /// Bytes of the whole frame.
    pub length: u32,
    /// The bytes, at most [`FRAME_BYTES`].
    pub bytes: Vec<u8>,
}

/// Counters of the log, for `/metrics`.
#[derive(Debug, Default)]
pub struct FrameCounters {
    noted: AtomicU64,
    dropped: AtomicU64,
    stored: AtomicU64,
    held_bytes: AtomicU64,
}

impl FrameCounters {
    /// Frames noted, frames dropped since there was no room, frames written, bytes kept in the store.
    pub fn figures(&self) -> [(&'static str, u64); 4] {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        [
            ("noted", read(&self.noted)),
            ("dropped", read(&self.dropped)),
            ("stored", read(&self.stored)),
            ("held_bytes", read(&self.held_bytes)),
        ]
    }
}

pub(crate) struct Shared {
    pub(crate) buffers: std::sync::Mutex<Buffers>,
    pub(crate) counters: FrameCounters,
    on: AtomicBool,
}

enum Order {
    /// Take in what is queued, so that a question sees it.
    Catch(oneshot::Sender<()>),
    /// Write everything.
    Flush(oneshot::Sender<Result<()>>),
}

/// The way into the log. Cheap to clone.
#[derive(Clone)]
pub struct FrameLog {
    notes: mpsc::Sender<FrameNote>,
    orders: mpsc::UnboundedSender<Order>,
    shared: Arc<Shared>,
    task: Arc<Mutex<Option<tokio::task::JoinHandle<()>>>>,
}

impl FrameLog {
    /// Starts the task that keeps the frames.
    pub(crate) fn start(db: &Db, settings: FrameLogSettings) -> Self {
        let (notes, waiting) = mpsc::channel(QUEUE);
        let (orders, ordered) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            buffers: std::sync::Mutex::default(),
            counters: FrameCounters::default(),
            on: AtomicBool::new(settings.enabled),
        });
        let keeper = keeper::Keeper::new(db.clone(), settings, Arc::clone(&shared));
        let task = tokio::spawn(keeper.run(waiting, ordered));
        Self { notes, orders, shared, task: Arc::new(Mutex::new(Some(task))) }
    }

    /// Whether frames are noted; a door need not copy bytes otherwise.
    pub fn is_on(&self) -> bool {
        self.shared.on.load(Ordering::Relaxed)
    }

    /// Notes a frame, or drops it where there is no room. Never waits.
    pub fn note(&self, note: FrameNote) {
        if !self.is_on() {
            return;
        }
        let counters = &self.shared.counters;
        let counter = if self.notes.try_send(note).is_ok() { &counters.noted } else { &counters.dropped };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// The counters.
    pub fn counters(&self) -> &FrameCounters {
        &self.shared.counters
    }

    /// Writes all that was noted and keeps within the limits. The task does so by itself; tests need not wait for it.
    pub async fn flush(&self) -> Result<()> {
        let (answer, done) = oneshot::channel();
        if self.orders.send(Order::Flush(answer)).is_err() {
            return Ok(());
        }
        done.await.unwrap_or(Ok(()))
    }

    /// Waits until what was noted before is visible.
    pub(crate) async fn catch_up(&self) {
        let (answer, done) = oneshot::channel();
        if self.orders.send(Order::Catch(answer)).is_ok() {
            // An ended task has nothing more to take in.
            let _ = done.await;
        }
    }

    /// Writes everything and ends.
    pub(crate) async fn stop(&self) {
        self.shared.on.store(false, Ordering::Relaxed);
        if let Some(task) = self.task.lock().await.take() {
            if let Err(fault) = self.flush().await {
                tracing::warn!(%fault, "the newest raw frames were not written");
            }
            task.abort();
        }
    }
}

/// The number of the first frame of a millisecond: numbers grow with time and fit a number of JavaScript.
pub(crate) fn number_at(at: Timestamp) -> i64 {
    at.as_millisecond().max(0).saturating_mul(1024)
}
