//! Doors for protocols of frames over TCP: one conversation, and a dialect for each protocol.
//!
//! A dialect cuts frames, turns them into submissions and knows what the standard answers. The
//! conversation is the same for all: nothing is acknowledged before it is durable, answers keep the
//! order of the frames, a device that sends too fast is not read, a frame that never ends is dropped.

mod gb26875;
mod gb26875_orders;
mod hj212;
mod hj212_orders;
mod hj212_values;
mod jt808;
mod jt808_orders;
mod jt808_values;
mod noting;
mod ordering;
mod rereading;
mod sl651;

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use fengsui_kernel::Timestamp;
use fengsui_series::{FrameVerdict, QuarantineReason, Reject, SeriesEngine, Submission};
use futures::future::BoxFuture;
use smol_str::SmolStr;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use crate::config::{ConnectionLimits, FramedProtocol};
use crate::counters::{DoorCounters, GatewayCounters, add};
use crate::pending::{Pending, Verdict};
use crate::rate::Rate;
use noting::Noting;
use ordering::{Said, Seats, ToWrite, Written, rung};

pub use noting::masked;
pub use rereading::{Reread, reread};

/// A frame that makes no progress for so long never ends.
const STALLED: Duration = Duration::from_secs(10);

/// What a dialect made of a frame.
pub(crate) enum Heard {
    /// Readings, or a sign of life where there are none.
    Data {
        /// What is stored.
        submission: Submission,
        /// The answer once it is durable.
        stored: Vec<u8>,
        /// The answer where none of it found its place: the device keeps it and sends it again.
        refused: Vec<u8>,
    },
    /// Something that is no reading.
    Reject {
        /// Why.
        reason: QuarantineReason,
        /// The device as far as it is known.
        device_key: Option<String>,
        /// What is told in the quarantine.
        sample: String,
        /// What the standard answers.
        answer: Vec<u8>,
    },
    /// An answer without anything to store.
    Answer(Vec<u8>),
    /// A frame that is not believed, since its sender did not prove itself, with the answer.
    Unproved(Vec<u8>),
    /// What takes its time: registrations, sign-ins. With what was made of the frame.
    Work(BoxFuture<'static, (Verdict, FrameVerdict)>),
}

/// A frame, or what is none, with its bytes.
pub(crate) struct Found {
    /// The bytes as they came.
    pub(crate) raw: Vec<u8>,
    /// The device as far as the frame names it.
    pub(crate) sender: Option<String>,
    /// What is made of it.
    pub(crate) heard: Heard,
    /// What it says about orders.
    pub(crate) said: Vec<Said>,
}

/// A protocol as one connection speaks it.
pub(crate) trait Dialect: Send + 'static {
    /// Frames and rejects that the bytes complete.
    fn feed(&mut self, bytes: &[u8], now: Timestamp) -> Vec<Found>;
    /// Gives up a frame that does not end.
    fn expire(&mut self, now: Timestamp) -> Vec<Found>;
    /// Bytes that wait for the rest of their frame.
    fn pending(&self) -> usize;
    /// Whether the device with this key proved itself, as far as the protocol lets it.
    fn proved(&self, _key: &str) -> bool {
        true
    }
    /// Writes an order; nothing where the protocol has none such, or the device was not heard yet.
    fn order(&mut self, to_write: &ToWrite<'_>, now: Timestamp) -> Option<Written>;
}

/// What all connections of a door share.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) engine: SeriesEngine,
    pub(crate) protocol: FramedProtocol,
    limits: Arc<ConnectionLimits>,
    counters: Arc<GatewayCounters>,
    stop: CancellationToken,
}

impl Context {
    pub(crate) fn new(
        engine: SeriesEngine,
        protocol: FramedProtocol,
        limits: &ConnectionLimits,
        counters: &Arc<GatewayCounters>,
        stop: &CancellationToken,
    ) -> Self {
        let (limits, counters) = (Arc::new(limits.clone()), Arc::clone(counters));
        Self { engine, protocol, limits, counters, stop: stop.clone() }
    }

    fn counters(&self) -> &DoorCounters {
        self.counters.framed(self.protocol)
    }

    fn dialect(&self) -> Box<dyn Dialect> {
        match self.protocol {
            FramedProtocol::Hj212 => Box::new(hj212::Hj212::default()),
            FramedProtocol::Sl651 => Box::new(sl651::Sl651::default()),
            FramedProtocol::Jt808 => Box::new(jt808::Jt808::new(self.engine.clone())),
            FramedProtocol::Gb26875 => Box::new(gb26875::Gb26875::default()),
        }
    }
}

struct Connection {
    context: Context,
    peer: String,
    dialect: Box<dyn Dialect>,
    pending: Pending,
    rate: Rate,
    not_before: Instant,
    seats: Seats,
    /// Who was heard last and may not have proved itself yet.
    latest: Option<SmolStr>,
}

/// One connection from its first byte to its last.
pub(crate) async fn serve(context: Context, mut stream: TcpStream, peer: SocketAddr) {
    let now = Instant::now();
    let limits = Arc::clone(&context.limits);
    let mut connection = Connection {
        peer: peer.ip().to_string(),
        dialect: context.dialect(),
        pending: Pending::new(limits.waiting_messages, limits.waiting_bytes),
        rate: Rate::new(limits.readings_per_second, limits.burst_readings, now),
        not_before: now,
        seats: Seats::default(),
        latest: None,
        context,
    };
    connection.converse(&mut stream).await;
    connection.seats.leave(&connection.context);
    // What was read is still stored and answered.
    let answers = connection.pending.drain().await;
    let _ = timeout(limits.write_timeout, stream.write_all(&answers)).await;
    let _ = timeout(limits.write_timeout, stream.shutdown()).await;
}

impl Connection {
    async fn converse(&mut self, stream: &mut TcpStream) {
        let mut heard = Instant::now();
        loop {
            let slowed = Instant::now() < self.not_before;
            let reads = self.pending.has_room() && !slowed;
            let halted = self.dialect.pending() > 0;
            let bell = self.seats.bell();
            let idle = if reads { heard } else { Instant::now() } + self.context.limits.idle_timeout;
            tokio::select! {
                biased;
                () = self.context.stop.cancelled() => return,
                verdict = self.pending.next(), if !self.pending.is_empty() => match verdict {
                    Some(Verdict::Answer(answer)) => {
                        let limit = self.context.limits.write_timeout;
                        if !matches!(timeout(limit, stream.write_all(&answer)).await, Ok(Ok(()))) {
                            return;
                        }
                        // What proves a device is done by now.
                        if let Some(key) = self.latest.take() {
                            self.sit(&key);
                        }
                    }
                    Some(Verdict::GiveUp) => return,
                    None => {}
                },
                arrived = stream.readable(), if reads => match arrived.and_then(|()| self.read(stream)) {
                    Ok(0) => return,
                    Ok(_) => heard = Instant::now(),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    Err(_) => return,
                },
                () = sleep_until(heard + STALLED), if halted && reads => {
                    let found = self.dialect.expire(self.context.engine.ingest().now());
                    self.take(found);
                },
                () = rung(bell.as_ref()) => self.give_orders(self.context.engine.ingest().now()),
                () = sleep_until(self.not_before), if slowed => heard = Instant::now(),
                () = sleep_until(idle) => return,
            }
        }
    }

    /// Reads what is there. Its room is on the stack: a fleet that keeps silent holds none.
    fn read(&mut self, stream: &TcpStream) -> io::Result<usize> {
        let mut input = [0; 8 * 1024];
        let count = stream.try_read(&mut input)?;
        let now = self.context.engine.ingest().now();
        let found = self.dialect.feed(input.get(..count).unwrap_or_default(), now);
        self.take(found);
        Ok(count)
    }

    fn take(&mut self, found: Vec<Found>) {
        for Found { raw, sender, heard, said } in found {
            let rejected = matches!(heard, Heard::Reject { .. });
            let counters = self.context.counters();
            add(if rejected { &counters.rejected } else { &counters.frames }, 1);
            let bytes = raw.len();
            let key = sender.as_deref().filter(|_| !rejected).map(SmolStr::new);
            let noting = Noting::new(&self.context, &self.peer, sender, raw);
            match heard {
                Heard::Data { submission, stored, refused } => {
                    self.store(bytes, noting, submission, stored, refused);
                }
                Heard::Reject { reason, device_key, sample, answer } => {
                    let device_key = device_key.unwrap_or_else(|| self.peer.clone());
                    self.reject(bytes, noting, (reason, device_key, sample), answer);
                }
                Heard::Answer(answer) => {
                    let done = (Verdict::Answer(answer), FrameVerdict::Handled);
                    self.pending.push(bytes, async move { noting.worked(done) });
                }
                Heard::Unproved(answer) => {
                    let done = (Verdict::Answer(answer), FrameVerdict::Refused);
                    self.pending.push(bytes, async move { noting.worked(done) });
                }
                Heard::Work(work) => self.pending.push(bytes, async move { noting.worked(work.await) }),
            }
            if let Some(key) = key {
                self.hear_orders(&key, said);
                self.latest = Some(key);
            }
        }
    }

    fn store(&mut self, bytes: usize, noting: Noting, submission: Submission, stored: Vec<u8>, refused: Vec<u8>) {
        self.not_before = self.rate.take(submission.readings.len().max(1), Instant::now());
        let context = self.context.clone();
        self.pending.push(bytes, async move {
            let counters = context.counters();
            match context.engine.ingest().submit(submission).await {
                Ok(done) => {
                    add(&counters.readings, u64::from(done.accepted));
                    add(&counters.quarantined, u64::from(done.quarantined));
                    let placed = done.accepted > 0 || done.quarantined == 0;
                    let answer = if placed { stored } else { refused };
                    noting.stored(done, &answer);
                    Verdict::Answer(answer)
                }
                Err(fault) => {
                    add(&counters.failed, 1);
                    noting.failed();
                    let protocol = context.protocol.as_str();
                    tracing::error!(%fault, protocol, "a frame was not stored; the device must send it again");
                    Verdict::GiveUp
                }
            }
        });
    }

    /// Counts what is no frame and keeps a sample.
    fn reject(
        &mut self,
        bytes: usize,
        noting: Noting,
        (reason, device_key, sample): (QuarantineReason, String, String),
        answer: Vec<u8>,
    ) {
        let reject = Reject {
            reason,
            device_key,
            code: String::new(),
            protocol: self.context.protocol.as_str().to_owned(),
            sample: sample.chars().take(2000).collect(),
        };
        let context = self.context.clone();
        self.pending.push(bytes, async move {
            // Noted when its turn comes, so that the log keeps the order of arrival.
            match context.engine.ingest().reject(reject).await {
                Ok(()) => {
                    noting.refused(reason, &answer);
                    Verdict::Answer(answer)
                }
                Err(fault) => {
                    tracing::error!(%fault, "a rejected frame could not be counted");
                    Verdict::GiveUp
                }
            }
        });
    }
}

/// Bytes as digits, for the quarantine.
fn digits(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().take(900).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// China local time, which every field protocol here speaks.
fn local(now: Timestamp) -> fengsui_protocols::Local {
    fengsui_protocols::local(now.as_millisecond())
}
