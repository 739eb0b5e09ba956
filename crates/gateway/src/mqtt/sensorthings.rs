//! The MQTT extension of SensorThings: programs that sign in with an API token hear the observations of datastreams
//! and hand observations in. Devices have a conversation of their own (`session`).
//!
//! Topics are paths: `v1.1/Datastreams('…')/Observations`. A subscriber hears every observation that is newer than
//! the last one it heard; what is filled in from a device's memory behind that it does not hear.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use fengsui_kernel::clock::from_millis;
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::SeriesId;
use fengsui_kernel::reading::Quality;
use fengsui_kernel::{Principal, Timestamp};
use fengsui_protocols::mqtt::{
    Acknowledgement, Disconnect, Packet, Properties, Publish, QualityOfService, ReasonCode, Subscribe,
    SubscribeAcknowledgement, Unsubscribe, UnsubscribeAcknowledgement, Version, decode,
};
use fengsui_protocols::sensorthings::{EntityType, NewObservation, Resource, Wanted, parse_observation, parse_path};
use fengsui_series::{LiveValue, ObservationQuery, ObservationView, QuarantineReason, Reading, Reject, Submission};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until, timeout};

use super::Context;
use super::answer::{answer_to, write};
use super::handshake::Greeting;
use super::registry::Seat;
use crate::counters::add;
use crate::pending::{Pending, Verdict};

/// What stands before every topic.
const PREFIX: &str = "v1.1/";
/// Datastreams that one connection may listen to.
const MOST_TOPICS: usize = 200;
/// How long rights are believed before they are asked for again.
const BELIEVED: Duration = Duration::from_mins(1);
/// Observations of one datastream that are told at once; of more, the newest.
const MOST_TOLD: u32 = 500;

/// A program that signed in.
pub(crate) struct Reader {
    pub(crate) principal: Principal,
    pub(crate) token: String,
}

struct Conversation {
    context: Context,
    reader: Reader,
    root: Arc<str>,
    believed_until: Instant,
    seat: Seat,
    version: Version,
    client: String,
    /// The topics as the client wrote them, by datastream.
    topics: HashMap<SeriesId, String>,
    /// The newest observation told of each, in milliseconds.
    told: HashMap<SeriesId, i64>,
    pending: Pending,
    output: Vec<u8>,
    unreleased: HashSet<u16>,
    not_before: Instant,
}

type Ends = Result<(), ReasonCode>;

/// Serves a program until it leaves.
pub(crate) async fn run(context: Context, mut stream: TcpStream, greeting: Greeting, reader: Reader) {
    let root = context.sensorthings.as_ref().map_or_else(|| Arc::from(""), |door| Arc::clone(&door.root));
    let client = reader.principal.actor.key();
    let limits = Arc::clone(&context.limits);
    let mut it = Conversation {
        seat: context.registry.seat(&client, &greeting.client_id, &limits),
        version: greeting.version,
        topics: HashMap::new(),
        told: HashMap::new(),
        pending: Pending::new(limits.waiting_messages, limits.waiting_bytes),
        output: Vec::new(),
        unreleased: HashSet::new(),
        not_before: Instant::now(),
        believed_until: Instant::now() + BELIEVED,
        client,
        root,
        reader,
        context,
    };
    let mut input = greeting.rest;
    let ended = it.converse(&mut stream, &mut input, greeting.patience).await;
    let answers = it.pending.drain().await;
    it.output.extend(answers);
    if let Err(reason) = ended
        && it.version == Version::V5
    {
        it.send(&Packet::Disconnect(Disconnect { reason, properties: Properties::default() }));
    }
    let _ = timeout(limits.write_timeout, stream.write_all(&it.output)).await;
    let _ = timeout(limits.write_timeout, stream.shutdown()).await;
}

/// The datastream whose observations a topic names.
fn datastream(topic: &str) -> Option<SeriesId> {
    let Ok(Resource::Entities(path)) = parse_path(topic.strip_prefix(PREFIX)?) else { return None };
    match path.steps.as_slice() {
        [stream, observations]
            if stream.entity == EntityType::Datastream
                && observations.entity == EntityType::Observation
                && observations.id.is_none()
                && path.wanted == Wanted::Itself =>
        {
            stream.id.as_deref()?.parse().ok()
        }
        _ => None,
    }
}

impl Conversation {
    async fn converse(&mut self, stream: &mut TcpStream, input: &mut Vec<u8>, patience: Duration) -> Ends {
        let mut heard = Instant::now();
        let mut values = self.context.engine.live();
        loop {
            if self.work_off(input).await? {
                return Ok(());
            }
            if !self.output.is_empty() {
                let written = timeout(self.context.limits.write_timeout, stream.write_all(&self.output)).await;
                self.output.clear();
                if !matches!(written, Ok(Ok(()))) {
                    return Ok(());
                }
            }
            let slowed = Instant::now() < self.not_before;
            let reads = self.pending.has_room() && !slowed;
            let alarm = if reads { heard + patience } else { self.not_before.max(Instant::now() + patience) };
            input.reserve(4096);
            tokio::select! {
                biased;
                () = self.context.stop.cancelled() => return Err(ReasonCode::SERVER_SHUTTING_DOWN),
                () = self.seat.taken.cancelled() => return Err(ReasonCode::SESSION_TAKEN_OVER),
                verdict = self.pending.next(), if !self.pending.is_empty() => match verdict {
                    Some(Verdict::Answer(bytes)) => self.output.extend(bytes),
                    Some(Verdict::GiveUp) => return Err(ReasonCode::SERVER_UNAVAILABLE),
                    None => {}
                },
                read = stream.read_buf(input), if reads => match read {
                    Ok(0) | Err(_) => return Ok(()),
                    Ok(_) => heard = Instant::now(),
                },
                news = values.recv() => match news {
                    Ok(batch) => self.tell(&batch).await?,
                    // Too slow to follow every change: what was missed is read from the store.
                    Err(RecvError::Lagged(_)) => self.catch_up().await?,
                    Err(RecvError::Closed) => return Err(ReasonCode::SERVER_SHUTTING_DOWN),
                },
                () = sleep_until(self.not_before), if slowed => heard = Instant::now(),
                () = sleep_until(alarm) => return Err(ReasonCode::KEEP_ALIVE_TIMEOUT),
            }
        }
    }

    /// Handles the packets that are complete; tells whether the client left.
    async fn work_off(&mut self, input: &mut Vec<u8>) -> Result<bool, ReasonCode> {
        let mut used = 0;
        while self.pending.has_room() && Instant::now() >= self.not_before {
            match decode(&input[used..], Some(self.version), self.context.limits.packet_bytes) {
                Ok(Some((packet, size))) => {
                    add(&self.context.counters().frames, 1);
                    used += size;
                    if matches!(packet, Packet::Disconnect(_)) {
                        return Ok(true);
                    }
                    self.handle(packet, size).await?;
                }
                Ok(None) => break,
                Err(error) => {
                    add(&self.context.counters().rejected, 1);
                    return Err(error.reason());
                }
            }
        }
        input.drain(..used);
        Ok(false)
    }

    async fn handle(&mut self, packet: Packet<'_>, size: usize) -> Ends {
        match packet {
            Packet::Publish(publish) => return self.publish(&publish, size).await,
            Packet::PublishRelease(release) => {
                let known = self.unreleased.remove(&release.packet_id);
                let reason = if known { ReasonCode::SUCCESS } else { ReasonCode::PACKET_IDENTIFIER_NOT_FOUND };
                let answer = Acknowledgement { reason, ..Acknowledgement::success(release.packet_id) };
                self.send(&Packet::PublishComplete(answer));
            }
            Packet::Subscribe(subscribe) => return self.subscribe(&subscribe).await,
            Packet::Unsubscribe(unsubscribe) => self.unsubscribe(&unsubscribe),
            Packet::PingRequest => self.send(&Packet::PingResponse),
            _ => return Err(ReasonCode::PROTOCOL_ERROR),
        }
        Ok(())
    }

    /// Rights change while a connection lasts: a revoked token ends it.
    async fn renew(&mut self) -> Ends {
        if Instant::now() < self.believed_until {
            return Ok(());
        }
        let Some(door) = &self.context.sensorthings else { return Err(ReasonCode::NOT_AUTHORIZED) };
        match (door.sign_in)(self.reader.token.clone()).await {
            Ok(principal) => self.reader.principal = principal,
            Err(fault) if matches!(*fault.kind, FaultKind::Unavailable(_) | FaultKind::Internal(_)) => {
                return Err(ReasonCode::SERVER_UNAVAILABLE);
            }
            Err(_) => return Err(ReasonCode::NOT_AUTHORIZED),
        }
        self.believed_until = Instant::now() + BELIEVED;
        Ok(())
    }

    async fn subscribe(&mut self, subscribe: &Subscribe<'_>) -> Ends {
        self.renew().await?;
        let mut reasons = Vec::with_capacity(subscribe.subscriptions.len());
        for wish in &subscribe.subscriptions {
            reasons.push(self.listen(wish.filter).await);
        }
        let (packet_id, properties) = (subscribe.packet_id, Properties::default());
        self.send(&Packet::SubscribeAcknowledgement(SubscribeAcknowledgement { packet_id, properties, reasons }));
        Ok(())
    }

    /// Success is QoS 0: what is told can be read again over HTTP.
    async fn listen(&mut self, filter: &str) -> ReasonCode {
        let Some(id) = datastream(filter) else { return ReasonCode::TOPIC_FILTER_INVALID };
        if self.topics.len() >= MOST_TOPICS && !self.topics.contains_key(&id) {
            return ReasonCode::QUOTA_EXCEEDED;
        }
        match self.context.engine.series(&self.reader.principal, &id).await {
            Ok(series) => {
                let newest = series.last.map_or(i64::MIN, |last| last.observed_at.as_millisecond());
                self.told.insert(id.clone(), newest);
                self.topics.insert(id, filter.to_owned());
                ReasonCode::SUCCESS
            }
            Err(fault) if fault.code() == "not_found" => ReasonCode::NOT_AUTHORIZED,
            Err(_) => ReasonCode::UNSPECIFIED_ERROR,
        }
    }

    fn unsubscribe(&mut self, unsubscribe: &Unsubscribe<'_>) {
        let mut leave = |filter: &&str| {
            let id = datastream(filter).filter(|id| self.topics.get(id).is_some_and(|topic| topic == filter));
            match id.and_then(|id| self.topics.remove(&id)) {
                Some(_) => ReasonCode::SUCCESS,
                None => ReasonCode::NO_SUBSCRIPTION_EXISTED,
            }
        };
        let reasons = unsubscribe.filters.iter().map(&mut leave).collect();
        let (packet_id, properties) = (unsubscribe.packet_id, Properties::default());
        self.send(&Packet::UnsubscribeAcknowledgement(UnsubscribeAcknowledgement { packet_id, properties, reasons }));
    }

    async fn tell(&mut self, batch: &[LiveValue]) -> Ends {
        let heard: HashSet<&SeriesId> =
            batch.iter().map(|value| &value.series).filter(|id| self.topics.contains_key(*id)).collect();
        for id in heard {
            self.tell_of(id).await?;
        }
        Ok(())
    }

    async fn catch_up(&mut self) -> Ends {
        let all: Vec<SeriesId> = self.topics.keys().cloned().collect();
        for id in &all {
            self.tell_of(id).await?;
        }
        Ok(())
    }

    /// Tells what is newer than the last observation told: a batch may hold several.
    async fn tell_of(&mut self, id: &SeriesId) -> Ends {
        self.renew().await?;
        let from = self.told.get(id).map(|at| from_millis(at.saturating_add(1)));
        let query = ObservationQuery { from, limit: Some(MOST_TOLD), ..ObservationQuery::default() };
        let page = match self.context.engine.observations(&self.reader.principal, id, &query).await {
            Ok(page) => page,
            // Out of use, or out of sight since.
            Err(fault) if fault.code() == "not_found" => {
                self.topics.remove(id);
                return Ok(());
            }
            Err(_) => return Err(ReasonCode::SERVER_UNAVAILABLE),
        };
        let Some(topic) = self.topics.get(id).cloned() else { return Ok(()) };
        for row in page.items.iter().rev() {
            self.told.insert(id.clone(), row.observed_at.as_millisecond());
            let payload = written(&self.root, id, row);
            self.send(&Packet::Publish(Publish {
                duplicate: false,
                qos: QualityOfService::AtMostOnce,
                retain: false,
                topic: &topic,
                packet_id: None,
                properties: Properties::default(),
                payload: payload.as_bytes(),
            }));
        }
        Ok(())
    }

    async fn publish(&mut self, publish: &Publish<'_>, size: usize) -> Ends {
        self.renew().await?;
        let again = publish.qos == QualityOfService::ExactlyOnce
            && publish.packet_id.is_some_and(|number| !self.unreleased.insert(number));
        let answer = answer_to(publish, ReasonCode::SUCCESS, self.version);
        if again {
            self.pending.push(size, async { Verdict::Answer(answer) });
            return Ok(());
        }
        let intake = match datastream(publish.topic) {
            Some(id) => self.context.engine.intake(&self.reader.principal, &id).await,
            None => return self.refuse(publish),
        };
        let intake = match intake {
            Ok(intake) => intake,
            Err(fault) if matches!(*fault.kind, FaultKind::Denied(_) | FaultKind::NotFound { .. }) => {
                return self.refuse(publish);
            }
            Err(_) => return Err(ReasonCode::SERVER_UNAVAILABLE),
        };
        self.not_before = self.seat.rate.lock().unwrap_or_else(PoisonError::into_inner).take(1, Instant::now());
        let now = self.context.ingest.now();
        let device = intake.device_code.clone();
        let reading = parse_observation(publish.payload)
            .map_err(|error| error.to_string())
            .and_then(|observation| reading(observation, intake.code, now));
        self.pending.push(size, store(self.context.clone(), device, reading, answer));
        Ok(())
    }

    /// Before version 5 a refusal cannot be told, only shown; nor can one of QoS 0.
    fn refuse(&mut self, publish: &Publish<'_>) -> Ends {
        add(&self.context.counters().rejected, 1);
        tracing::info!(client = %self.client, topic = %publish.topic, "publish to a topic that is not open refused");
        if let Some(packet_id) = publish.packet_id {
            self.unreleased.remove(&packet_id);
        }
        if self.version != Version::V5 || publish.packet_id.is_none() {
            return Err(ReasonCode::NOT_AUTHORIZED);
        }
        let answer = answer_to(publish, ReasonCode::NOT_AUTHORIZED, self.version);
        self.pending.push(0, async { Verdict::Answer(answer) });
        Ok(())
    }

    fn send(&mut self, packet: &Packet<'_>) {
        write(packet, self.version, &mut self.output);
    }
}

/// An observation as HTTP writes it too.
fn written(root: &str, series: &SeriesId, row: &ObservationView) -> String {
    let id = format!("{series}:{}", row.observed_at.as_millisecond());
    let link = format!("{root}/Observations('{id}')");
    let result = match row.number {
        Some(number) => json!(number),
        None if row.value.is_empty() => json!(null),
        None => json!(row.value),
    };
    json!({
        "@iot.id": id,
        "@iot.selfLink": link,
        "phenomenonTime": row.observed_at,
        "result": result,
        "resultTime": row.received_at,
        "resultQuality": row.quality,
        "parameters": {"text": row.value, "historical": row.historical},
        "Datastream@iot.navigationLink": format!("{link}/Datastream"),
        "FeatureOfInterest@iot.navigationLink": format!("{link}/FeatureOfInterest"),
    })
    .to_string()
}

/// A reading from an observation; the error says what of it cannot be used.
fn reading(observation: NewObservation, code: String, now: Timestamp) -> Result<Reading, String> {
    let said = observation.quality.map(|text| {
        let word = serde_json::Value::String(text.to_ascii_lowercase());
        serde_json::from_value::<Quality>(word).map_err(|_| format!("resultQuality {text}"))
    });
    let quality = match (&observation.result, said.transpose()?) {
        (None, Some(quality)) if !quality.judgeable() => quality,
        (None, _) => Quality::Missing,
        (Some(_), quality) => quality.unwrap_or_default(),
    };
    let at = observation.phenomenon_time.map_or(now, |(_, end)| end);
    Ok(Reading {
        code: code.into(),
        observed_at: from_millis(at.as_millisecond()),
        value_text: observation.result.unwrap_or_default().into(),
        quality,
        historical: observation.historical,
        optional: false,
    })
}

/// Stores an observation; the verdict is known when it is durable. What cannot be read is seen in the quarantine.
async fn store(context: Context, device: String, reading: Result<Reading, String>, answer: Vec<u8>) -> Verdict {
    let (protocol, counters) = ("sensorthings".to_owned(), context.counters());
    let done = match reading {
        Ok(reading) => {
            let submission = Submission { device_key: device, protocol, readings: vec![reading], raw_ref: None };
            context.ingest.submit(submission).await.map(|done| {
                add(&counters.readings, u64::from(done.accepted));
                add(&counters.quarantined, u64::from(done.quarantined));
            })
        }
        Err(sample) => {
            add(&counters.rejected, 1);
            let reason = QuarantineReason::MalformedPayload;
            context.ingest.reject(Reject { reason, device_key: device, code: String::new(), protocol, sample }).await
        }
    };
    match done {
        Ok(()) => Verdict::Answer(answer),
        Err(fault) => {
            add(&counters.failed, 1);
            tracing::error!(%fault, "an observation was not stored; its sender must send it again");
            Verdict::GiveUp
        }
    }
}
