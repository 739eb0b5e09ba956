//! One address: its connection, and the turns of the units behind it.

use std::time::Duration;

use fengsui_protocols::modbus::{Exchange, Finding, Poll, Response};
use fengsui_series::{QuarantineReason, Reject, Submission};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};

use super::station::{Station, Turn};
use super::{Context, ModbusStation};
use crate::backoff::pause;
use crate::counters::{DoorCounters, add};

/// The first pause before a connection is tried again.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// Answers missing in a row after which the line itself is taken for dead: half-open connections say nothing.
const MOST_SILENCES: u32 = 2;

/// Why a request brought no answer.
enum Failure {
    /// Nothing came in time; the connection may still be good.
    Silent,
    /// The connection is of no more use.
    Broken(String),
    /// The connection is of no more use, and what came is worth keeping.
    Strange(String),
}

struct Link {
    stream: TcpStream,
    exchange: Exchange,
    silences: u32,
}

impl Link {
    /// Many devices close a connection that is idle for a while: that is no fault, and no turn is lost to it.
    fn is_open(&mut self) -> bool {
        let mut input = [0; 512];
        match self.stream.try_read(&mut input) {
            Ok(0) => false,
            Ok(count) => matches!(self.exchange.hear(input.get(..count).unwrap_or_default()), Ok(None)),
            Err(error) => error.kind() == std::io::ErrorKind::WouldBlock,
        }
    }
}

pub(super) struct Line {
    address: String,
    stations: Vec<Station>,
    context: Context,
    link: Option<Link>,
    /// Connections in a row that could not be made or broke before anything was heard.
    failures: u32,
    not_before: Instant,
}

impl Line {
    pub(super) fn new(address: String, stations: Vec<ModbusStation>, context: Context) -> Self {
        let now = Instant::now();
        let stations = stations.into_iter().map(|facts| Station::new(facts, now, rand::random())).collect();
        Self { address, stations, context, link: None, failures: 0, not_before: now }
    }

    /// Takes turns until stopped.
    pub(super) async fn run(mut self) {
        let stop = self.context.stop.clone();
        loop {
            let next = self.stations.iter().enumerate().min_by_key(|(_, station)| station.due);
            let Some((index, due)) = next.map(|(index, station)| (index, station.due)) else { return };
            let turn = async {
                sleep_until(due.max(self.not_before)).await;
                self.turn(index).await
            };
            let turn = tokio::select! {
                () = stop.cancelled() => break,
                turn = turn => turn,
            };
            // Not given up at a stop: what was read is still stored.
            self.store(index, turn).await;
        }
        self.drop_link();
    }

    fn counters(&self) -> &DoorCounters {
        &self.context.counters.modbus.door
    }

    /// Asks one unit for everything; what it said before something went wrong counts all the same.
    async fn turn(&mut self, index: usize) -> Turn {
        let mut turn = Turn::default();
        let Some(facts) = self.stations.get(index).map(|station| station.facts.clone()) else { return turn };
        if let Err(why) = self.connect(facts.timeout).await {
            self.unreachable(&why);
            return turn;
        }
        let mut spoke = false;
        let mut trouble = None;
        for poll in facts.survey.polls() {
            match self.ask(&facts, poll).await {
                Ok(response) => {
                    spoke = true;
                    self.note_answer(&facts, poll, &response).await.inspect(|why| trouble = Some(why.clone()));
                    let now = self.context.engine.ingest().now();
                    match facts.survey.findings(poll, &response) {
                        Ok(findings) => {
                            spoke &= !all_silent(&findings);
                            turn.add(&facts, findings, now);
                        }
                        Err(mismatch) => {
                            trouble = Some(mismatch.to_string());
                            self.strange(&facts, &mismatch.to_string()).await;
                            break;
                        }
                    }
                }
                Err(failure) => {
                    trouble = Some(self.failed(&facts, failure).await);
                    spoke = false;
                    break;
                }
            }
        }
        let now = Instant::now();
        if let Some(station) = self.stations.get_mut(index) {
            if spoke {
                station.spoke(now);
            } else {
                station.was_silent(now, rand::random());
            }
            tell(station, &self.address, trouble);
        }
        turn
    }

    async fn connect(&mut self, patience: Duration) -> Result<(), String> {
        if self.link.as_mut().is_some_and(Link::is_open) {
            return Ok(());
        }
        self.drop_link();
        let stream = match timeout(patience, TcpStream::connect(&self.address)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(error.to_string()),
            Err(_) => return Err("no connection in time".to_owned()),
        };
        // Requests are small and wanted at once.
        let _ = stream.set_nodelay(true);
        add(&self.counters().connections, 1);
        add(&self.counters().open, 1);
        self.link = Some(Link { stream, exchange: Exchange::new(), silences: 0 });
        Ok(())
    }

    fn drop_link(&mut self) {
        if self.link.take().is_some() {
            self.counters().open.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
        }
    }

    /// No connection: all units behind the address wait, none of them is to blame.
    fn unreachable(&mut self, why: &str) {
        add(&self.counters().refused, 1);
        if self.failures == 0 {
            tracing::warn!(address = self.address, why, "modbus: the address does not answer; it is tried again");
        }
        self.rest();
    }

    fn rest(&mut self) {
        self.failures = self.failures.saturating_add(1);
        self.not_before = Instant::now() + pause(self.failures, FIRST_PAUSE, LONGEST_PAUSE, rand::random());
    }

    async fn ask(&mut self, facts: &ModbusStation, poll: &Poll) -> Result<Response, Failure> {
        let broken = |error: &dyn std::fmt::Display| Failure::Broken(error.to_string());
        let link = self.link.as_mut().ok_or_else(|| broken(&"no connection"))?;
        let question = link.exchange.ask(facts.unit, &poll.request).map_err(|error| broken(&error))?;
        let conversation = async {
            link.stream.write_all(&question).await.map_err(|error| broken(&error))?;
            let mut input = [0; 512];
            loop {
                let count = link.stream.read(&mut input).await.map_err(|error| broken(&error))?;
                if count == 0 {
                    return Err(broken(&"the connection was closed"));
                }
                let heard = link.exchange.hear(input.get(..count).unwrap_or_default());
                if let Some(response) = heard.map_err(|error| Failure::Strange(error.to_string()))? {
                    return Ok(response);
                }
            }
        };
        let answer = timeout(facts.timeout, conversation).await.unwrap_or(Err(Failure::Silent));
        if answer.is_ok() {
            link.silences = 0;
            if self.failures > 0 {
                tracing::info!(address = self.address, "modbus: the address answers again");
            }
            self.failures = 0;
        } else {
            link.exchange.give_up();
        }
        answer
    }

    /// Counts an answer; for an exception, also where people see it. Answers what is wrong.
    async fn note_answer(&self, facts: &ModbusStation, poll: &Poll, response: &Response) -> Option<String> {
        add(&self.counters().frames, 1);
        let Response::Exception { function, code } = response else { return None };
        add(&self.context.counters.modbus.exceptions, 1);
        let (number, asked) = (code.number(), &poll.request);
        let why = format!("exception {number} ({code:?}) to function {function}, unit {}: {asked:?}", facts.unit);
        self.reject(facts, QuarantineReason::DeviceFault, &why).await;
        Some(why)
    }

    /// Decides what a failure means for the connection; answers it in words.
    async fn failed(&mut self, facts: &ModbusStation, failure: Failure) -> String {
        match failure {
            Failure::Silent => {
                add(&self.context.counters.modbus.timeouts, 1);
                let silences = self.link.as_mut().map_or(0, |link| {
                    link.silences += 1;
                    link.silences
                });
                if silences >= MOST_SILENCES {
                    self.drop_link();
                }
                "no answer in time".to_owned()
            }
            Failure::Broken(why) => {
                self.drop_link();
                self.rest();
                why
            }
            Failure::Strange(why) => {
                self.strange(facts, &why).await;
                why
            }
        }
    }

    /// What came belongs to no question: the connection is out of step.
    async fn strange(&mut self, facts: &ModbusStation, why: &str) {
        add(&self.counters().rejected, 1);
        self.drop_link();
        self.rest();
        self.reject(facts, QuarantineReason::MalformedPayload, why).await;
    }

    async fn reject(&self, facts: &ModbusStation, reason: QuarantineReason, why: &str) {
        let reject = Reject {
            reason,
            device_key: facts.device.clone(),
            code: String::new(),
            protocol: "modbus".to_owned(),
            sample: why.to_owned(),
        };
        if let Err(fault) = self.context.engine.ingest().reject(reject).await {
            tracing::error!(%fault, why, "a fault of a Modbus unit could not be counted");
        }
    }

    async fn store(&self, index: usize, turn: Turn) {
        let Some(station) = self.stations.get(index) else { return };
        for submission in turn.submissions(&station.facts) {
            self.submit(submission).await;
        }
    }

    async fn submit(&self, submission: Submission) {
        let counters = self.counters();
        match self.context.engine.ingest().submit(submission).await {
            Ok(done) => {
                add(&counters.readings, u64::from(done.accepted));
                add(&counters.quarantined, u64::from(done.quarantined));
            }
            Err(fault) => {
                add(&counters.failed, 1);
                tracing::error!(%fault, address = self.address, "readings of a Modbus unit were not stored");
            }
        }
    }
}

/// Whether a gateway says of every point that the unit behind it does not answer.
fn all_silent(findings: &[(usize, Finding)]) -> bool {
    use fengsui_protocols::modbus::ExceptionCode::{GatewayPathUnavailable, GatewayTargetSilent};
    let silent = |(_, finding): &(usize, Finding)| {
        matches!(finding, Finding::Refused(GatewayPathUnavailable | GatewayTargetSilent))
    };
    findings.iter().all(silent)
}

/// Logs a fault when it begins and when it ends.
fn tell(station: &mut Station, address: &str, trouble: Option<String>) {
    if station.trouble != trouble {
        let (device, unit) = (station.facts.device.as_str(), station.facts.unit);
        if let Some(why) = &trouble {
            tracing::warn!(device, address, unit, why, "modbus: a unit is in trouble");
        } else {
            tracing::info!(device, address, unit, "modbus: the unit is well again");
        }
        station.trouble = trouble;
    }
}
