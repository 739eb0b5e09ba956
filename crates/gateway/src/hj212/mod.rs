//! The HJ 212 door.
//!
//! The protocol has no sign-in worth the name: the station number is the key, and what comes from
//! an unknown station waits in the quarantine. Such frames are not acknowledged, since they are not
//! kept: a logger that hears nothing keeps its data and sends them again once it is registered.

mod convert;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use fengsui_protocols::hj212::{Decoder, Frame, FrameError, Rejected, ReplyStyle, Segment, acknowledge};
use fengsui_series::{Ingest, QuarantineReason, Reject};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use crate::config::ConnectionLimits;
use crate::counters::{DoorCounters, GatewayCounters, add};
use crate::pending::{Pending, Verdict};
use crate::rate::Rate;

/// A frame that makes no progress for so long never ends.
const STALLED: Duration = Duration::from_secs(10);

/// What all connections share.
#[derive(Clone)]
pub(crate) struct Context {
    ingest: Ingest,
    limits: Arc<ConnectionLimits>,
    counters: Arc<GatewayCounters>,
    stop: CancellationToken,
}

impl Context {
    pub(crate) fn new(
        ingest: Ingest,
        limits: &ConnectionLimits,
        counters: &Arc<GatewayCounters>,
        stop: &CancellationToken,
    ) -> Self {
        Self { ingest, limits: Arc::new(limits.clone()), counters: Arc::clone(counters), stop: stop.clone() }
    }

    fn counters(&self) -> &DoorCounters {
        &self.counters.hj212
    }
}

struct Connection {
    context: Context,
    peer: String,
    decoder: Decoder,
    pending: Pending,
    rate: Rate,
    not_before: Instant,
}

/// One connection from its first byte to its last.
pub(crate) async fn serve(context: Context, mut stream: TcpStream, peer: SocketAddr) {
    let now = Instant::now();
    let limits = Arc::clone(&context.limits);
    let mut connection = Connection {
        peer: peer.ip().to_string(),
        decoder: Decoder::default(),
        pending: Pending::new(limits.waiting_messages, limits.waiting_bytes),
        rate: Rate::new(limits.readings_per_second, limits.burst_readings, now),
        not_before: now,
        context,
    };
    connection.converse(&mut stream).await;
    // What was read is still stored and answered.
    let answers = connection.pending.drain().await;
    let _ = timeout(limits.write_timeout, stream.write_all(&answers)).await;
    let _ = timeout(limits.write_timeout, stream.shutdown()).await;
}

impl Connection {
    async fn converse(&mut self, stream: &mut TcpStream) {
        let mut heard = Instant::now();
        let mut input = vec![0; 8 * 1024];
        loop {
            let slowed = Instant::now() < self.not_before;
            let reads = self.pending.has_room() && !slowed;
            let halted = self.decoder.pending() > 0;
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
                    }
                    Some(Verdict::GiveUp) => return,
                    None => {}
                },
                read = stream.read(&mut input), if reads => match read {
                    Ok(0) | Err(_) => return,
                    Ok(count) => {
                        heard = Instant::now();
                        let found = self.decoder.feed(input.get(..count).unwrap_or_default());
                        self.take(found);
                    }
                },
                () = sleep_until(heard + STALLED), if halted && reads => {
                    let found = self.decoder.expire();
                    self.take(found);
                },
                () = sleep_until(self.not_before), if slowed => heard = Instant::now(),
                () = sleep_until(idle) => return,
            }
        }
    }

    fn take(&mut self, found: Vec<Result<Frame, Rejected>>) {
        for result in found {
            match result {
                Ok(frame) => self.frame(&frame),
                Err(rejected) => {
                    let reason = match rejected.error {
                        FrameError::BadChecksum { .. } => QuarantineReason::BadChecksum,
                        _ => QuarantineReason::MalformedPayload,
                    };
                    self.reject(reason, &rejected.raw, &rejected.error.to_string());
                }
            }
        }
    }

    fn frame(&mut self, frame: &Frame) {
        add(&self.context.counters().frames, 1);
        let segment = match Segment::parse(frame.segment()) {
            Ok(segment) => segment,
            Err(error) => return self.reject(QuarantineReason::MalformedPayload, frame.raw(), &error.to_string()),
        };
        if segment.cn.is_answer() {
            // We gave no order that it could answer.
            return;
        }
        let submission = convert::submission(&segment, self.context.ingest.now());
        self.not_before = self.rate.take(submission.readings.len().max(1), Instant::now());
        let reply = acknowledge(&segment, ReplyStyle::default()).and_then(|reply| reply.to_frame().ok());
        let context = self.context.clone();
        self.pending.push(frame.raw().len(), async move {
            let counters = context.counters();
            match context.ingest.submit(submission).await {
                Ok(done) => {
                    add(&counters.readings, u64::from(done.accepted));
                    add(&counters.quarantined, u64::from(done.quarantined));
                    let placed = done.accepted > 0 || done.quarantined == 0;
                    Verdict::Answer(reply.filter(|_| placed).unwrap_or_default())
                }
                Err(fault) => {
                    add(&counters.failed, 1);
                    tracing::error!(%fault, "an HJ 212 frame was not stored; the device must send it again");
                    Verdict::GiveUp
                }
            }
        });
    }

    /// Counts what is no frame and keeps a sample; the standard wants silence.
    fn reject(&mut self, reason: QuarantineReason, raw: &[u8], why: &str) {
        add(&self.context.counters().rejected, 1);
        let text = String::from_utf8_lossy(raw);
        let reject = Reject {
            reason,
            device_key: convert::station_in(&text).unwrap_or(&self.peer).to_owned(),
            code: String::new(),
            protocol: "hj212".to_owned(),
            sample: format!("{why}: {text}").chars().take(2000).collect(),
        };
        let context = self.context.clone();
        self.pending.push(raw.len(), async move {
            match context.ingest.reject(reject).await {
                Ok(()) => Verdict::Answer(Vec::new()),
                Err(fault) => {
                    tracing::error!(%fault, "a rejected frame could not be counted");
                    Verdict::GiveUp
                }
            }
        });
    }
}
