//! A device's connection after CONNECT.

use std::collections::HashSet;
use std::sync::PoisonError;

use fengsui_protocols::mqtt::{
    Acknowledgement, Disconnect, Packet, Properties, Publish, QualityOfService, ReasonCode, Subscribe,
    SubscribeAcknowledgement, Unsubscribe, UnsubscribeAcknowledgement, Version, decode,
};
use fengsui_series::{MAX_READINGS, QuarantineReason, Reject, Submission};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};

use super::Context;
use super::answer::{answer_to, write};
use super::handshake::Greeting;
use super::payload;
use super::registry::Seat;
use crate::counters::add;
use crate::pending::{Pending, Verdict};

/// How much of a message that cannot be read is kept as its sample.
const SAMPLE: usize = 2000;

/// How much is read at once at least.
const PORTION: usize = 16 * 1024;

/// Readings from which on a bundle is handed over.
const BUNDLE: usize = 2048;

/// Why a connection ends.
enum End {
    /// The client left, or its bytes ended.
    Gone,
    /// The client must leave.
    Dismissed(ReasonCode),
}

/// Messages of one device that came together: a device that sends faster than it is answered is answered in bundles.
#[derive(Default)]
struct Gathered {
    message: payload::Message,
    messages: usize,
    bytes: usize,
    answers: Vec<u8>,
}

impl Gathered {
    fn is_full(&self, room: usize) -> bool {
        self.messages >= room || self.message.readings.len() >= BUNDLE
    }
}

struct Session {
    context: Context,
    seat: Seat,
    version: Version,
    code: String,
    topic: String,
    commands: String,
    pending: Pending,
    /// What was read together and is handed over together.
    gathered: Gathered,
    output: Vec<u8>,
    /// QoS 2 messages taken and not yet released by the client.
    unreleased: HashSet<u16>,
    not_before: Instant,
}

/// Serves a connection until it ends.
pub(crate) async fn run(context: Context, mut stream: TcpStream, greeting: Greeting) {
    let seat = context.registry.seat(&greeting.code, &greeting.client_id, &context.limits);
    let mut session = Session {
        version: greeting.version,
        topic: format!("fengsui/v1/{}/observations", greeting.code),
        commands: format!("fengsui/v1/{}/commands", greeting.code),
        code: greeting.code,
        pending: Pending::new(context.limits.waiting_messages, context.limits.waiting_bytes),
        gathered: Gathered::default(),
        output: Vec::new(),
        unreleased: HashSet::new(),
        not_before: Instant::now(),
        seat,
        context,
    };
    let mut input = greeting.rest;
    let end = session.converse(&mut stream, &mut input, greeting.patience).await;
    // What was read is still stored and answered, whoever ended the conversation.
    let answers = session.pending.drain().await;
    session.output.extend(answers);
    if let End::Dismissed(reason) = end
        && session.version == Version::V5
    {
        session.send(&Packet::Disconnect(Disconnect { reason, properties: Properties::default() }));
    }
    let limit = session.context.limits.write_timeout;
    let _ = timeout(limit, stream.write_all(&session.output)).await;
    let _ = timeout(limit, stream.shutdown()).await;
}

impl Session {
    async fn converse(&mut self, stream: &mut TcpStream, input: &mut Vec<u8>, patience: std::time::Duration) -> End {
        let mut heard = Instant::now();
        loop {
            if let Some(end) = self.work_off(input) {
                return end;
            }
            if !self.output.is_empty() {
                let written = timeout(self.context.limits.write_timeout, stream.write_all(&self.output)).await;
                self.output.clear();
                if !matches!(written, Ok(Ok(()))) {
                    return End::Gone;
                }
            }
            make_room(input);
            let slowed = Instant::now() < self.not_before;
            let reads = self.pending.has_room() && !slowed;
            // While we do not read, silence is ours and not the client's.
            let alarm = if reads { heard + patience } else { self.not_before.max(Instant::now() + patience) };
            tokio::select! {
                biased;
                () = self.context.stop.cancelled() => return End::Dismissed(ReasonCode::SERVER_SHUTTING_DOWN),
                () = self.seat.taken.cancelled() => return End::Dismissed(ReasonCode::SESSION_TAKEN_OVER),
                verdict = self.pending.next(), if !self.pending.is_empty() => match verdict {
                    Some(Verdict::Answer(bytes)) => self.output.extend(bytes),
                    Some(Verdict::GiveUp) => return End::Dismissed(ReasonCode::SERVER_UNAVAILABLE),
                    None => {}
                },
                read = stream.read_buf(input), if reads => match read {
                    Ok(0) | Err(_) => return End::Gone,
                    Ok(_) => heard = Instant::now(),
                },
                () = sleep_until(self.not_before), if slowed => heard = Instant::now(),
                () = sleep_until(alarm) => return End::Dismissed(ReasonCode::KEEP_ALIVE_TIMEOUT),
            }
        }
    }

    /// Handles the packets that are complete, as far as there is room.
    fn work_off(&mut self, input: &mut Vec<u8>) -> Option<End> {
        let mut used = 0;
        let mut end = None;
        while end.is_none() && self.has_room() && Instant::now() >= self.not_before {
            match decode(&input[used..], Some(self.version), self.context.limits.packet_bytes) {
                Ok(Some((packet, size))) => {
                    add(&self.context.counters().frames, 1);
                    used += size;
                    end = self.handle(packet, size);
                }
                Ok(None) => break,
                Err(error) => {
                    add(&self.context.counters().rejected, 1);
                    tracing::info!(device = %self.code, %error, "unreadable MQTT packet");
                    end = Some(End::Dismissed(error.reason()));
                }
            }
        }
        input.drain(..used);
        self.hand_over();
        end
    }

    fn has_room(&self) -> bool {
        self.pending.has_room() && !self.gathered.is_full(self.context.limits.waiting_messages)
    }

    /// Stores what was gathered; the verdict is known when it is durable.
    fn hand_over(&mut self) {
        let Gathered { message, messages, bytes, answers } = std::mem::take(&mut self.gathered);
        if messages > 0 {
            let stored = store(self.context.clone(), self.code.clone(), message, answers);
            self.pending.push_many(messages, bytes, stored);
        }
    }

    fn handle(&mut self, packet: Packet<'_>, size: usize) -> Option<End> {
        match packet {
            Packet::Publish(publish) => return self.publish(&publish, size),
            Packet::PublishRelease(release) => {
                let known = self.unreleased.remove(&release.packet_id);
                let reason = if known { ReasonCode::SUCCESS } else { ReasonCode::PACKET_IDENTIFIER_NOT_FOUND };
                let answer = Acknowledgement { reason, ..Acknowledgement::success(release.packet_id) };
                self.send(&Packet::PublishComplete(answer));
            }
            Packet::Subscribe(subscribe) => self.subscribe(&subscribe),
            Packet::Unsubscribe(unsubscribe) => self.unsubscribe(&unsubscribe),
            Packet::PingRequest => self.send(&Packet::PingResponse),
            Packet::Disconnect(_) => return Some(End::Gone),
            // We send nothing that a client could acknowledge, and only we greet.
            _ => return Some(End::Dismissed(ReasonCode::PROTOCOL_ERROR)),
        }
        None
    }

    fn publish(&mut self, publish: &Publish<'_>, size: usize) -> Option<End> {
        if publish.topic != self.topic {
            return self.refuse(publish);
        }
        let again = publish.qos == QualityOfService::ExactlyOnce
            && publish.packet_id.is_some_and(|number| !self.unreleased.insert(number));
        let answer = answer_to(publish, ReasonCode::SUCCESS, self.version);
        if again {
            // Already taken; the answer follows behind that to the first copy.
            self.hand_over();
            self.pending.push(size, async { Verdict::Answer(answer) });
            return None;
        }
        let message = payload::read(publish.payload, self.context.ingest.now());
        let readings = message.readings.len() + message.unreadable.len();
        let mut rate = self.seat.rate.lock().unwrap_or_else(PoisonError::into_inner);
        self.not_before = rate.take(readings.max(1), Instant::now());
        drop(rate);
        if self.gathered.message.readings.len() + message.readings.len() > MAX_READINGS {
            self.hand_over();
        }
        let gathered = &mut self.gathered;
        gathered.message.readings.extend(message.readings);
        gathered.message.unreadable.extend(message.unreadable);
        gathered.messages += 1;
        gathered.bytes += size;
        gathered.answers.extend(answer);
        None
    }

    /// A device publishes to its own topic only.
    fn refuse(&mut self, publish: &Publish<'_>) -> Option<End> {
        add(&self.context.counters().rejected, 1);
        tracing::info!(device = %self.code, topic = %publish.topic, "publish to a foreign topic refused");
        let reason =
            if publish.topic.is_empty() { ReasonCode::TOPIC_ALIAS_INVALID } else { ReasonCode::NOT_AUTHORIZED };
        // Before version 5 a refusal cannot be told, only shown; nor can one of QoS 0.
        if self.version != Version::V5 || publish.packet_id.is_none() || publish.topic.is_empty() {
            return Some(End::Dismissed(reason));
        }
        let answer = answer_to(publish, reason, self.version);
        self.hand_over();
        self.pending.push(0, async { Verdict::Answer(answer) });
        None
    }

    fn subscribe(&mut self, subscribe: &Subscribe<'_>) {
        let judge = |filter: &str, qos: QualityOfService| match qos {
            _ if filter != self.commands => ReasonCode::NOT_AUTHORIZED,
            QualityOfService::AtMostOnce => ReasonCode::SUCCESS,
            _ => ReasonCode::GRANTED_QOS_1,
        };
        let reasons = subscribe.subscriptions.iter().map(|wish| judge(wish.filter, wish.qos)).collect();
        let (packet_id, properties) = (subscribe.packet_id, Properties::default());
        self.send(&Packet::SubscribeAcknowledgement(SubscribeAcknowledgement { packet_id, properties, reasons }));
    }

    fn unsubscribe(&mut self, unsubscribe: &Unsubscribe<'_>) {
        let judge = |filter: &&str| {
            if **filter == self.commands { ReasonCode::SUCCESS } else { ReasonCode::NO_SUBSCRIPTION_EXISTED }
        };
        let reasons = unsubscribe.filters.iter().map(judge).collect();
        let (packet_id, properties) = (unsubscribe.packet_id, Properties::default());
        self.send(&Packet::UnsubscribeAcknowledgement(UnsubscribeAcknowledgement { packet_id, properties, reasons }));
    }

    fn send(&mut self, packet: &Packet<'_>) {
        write(packet, self.version, &mut self.output);
    }
}

/// Reads go by portions; a large packet must not leave its size behind in every idle connection.
fn make_room(input: &mut Vec<u8>) {
    if input.is_empty() && input.capacity() > 16 * PORTION {
        input.shrink_to(PORTION);
    }
    input.reserve(PORTION);
}

/// Stores a message; the verdict is known when it is durable.
async fn store(context: Context, code: String, message: payload::Message, answer: Vec<u8>) -> Verdict {
    let counters = context.counters();
    for (series, sample) in message.unreadable {
        add(&counters.rejected, 1);
        let reject = Reject {
            reason: QuarantineReason::MalformedPayload,
            device_key: code.clone(),
            code: series,
            protocol: "mqtt".to_owned(),
            sample: sample.chars().take(SAMPLE).collect(),
        };
        if let Err(fault) = context.ingest.reject(reject).await {
            return give_up(&context, &code, &fault);
        }
    }
    let submission =
        Submission { device_key: code, protocol: "mqtt".to_owned(), readings: message.readings, raw_ref: None };
    let code = submission.device_key.clone();
    match context.ingest.submit(submission).await {
        Ok(done) => {
            add(&counters.readings, u64::from(done.accepted));
            add(&counters.quarantined, u64::from(done.quarantined));
            Verdict::Answer(answer)
        }
        Err(fault) => give_up(&context, &code, &fault),
    }
}

fn give_up(context: &Context, code: &str, fault: &fengsui_kernel::Fault) -> Verdict {
    add(&context.counters().failed, 1);
    tracing::error!(device = %code, %fault, "readings were not stored; the device must send them again");
    Verdict::GiveUp
}
