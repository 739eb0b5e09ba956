//! Orders to one device: one outstanding at a time, repeated when unanswered, matched with what comes back.
//!
//! No clock and no socket: the caller hands in every segment received and the present time, sends what
//! [`Action::Send`] asks for, and calls [`Exchange::expire`] when [`Exchange::deadline`] has come.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use super::command::Command;
use super::results::{ExecutionResult, RequestResult};
use super::segment::Segment;

/// What ends an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// 9011, then data where the order asks for them, then 9012: requests.
    Execution,
    /// 9013: notices (stop commands of the centre; 1001 and 1013 of a logger).
    Notice,
    /// 9014: data sent to a centre of higher rank, or by a logger.
    Data,
}

impl Ending {
    /// How an order to a logger ends.
    pub fn of_order(command: Command) -> Self {
        let notice = matches!(command, Command::STOP_REALTIME | Command::STOP_DEVICE_STATE);
        if notice { Self::Notice } else { Self::Execution }
    }

    /// How what a logger sends of its own accord ends.
    pub fn of_upload(command: Command) -> Self {
        if command.is_notice() { Self::Notice } else { Self::Data }
    }
}

/// How long to wait and how often to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Time for the first answer, from each sending.
    pub answer: SignedDuration,
    /// Time for the end of an execution, from its acceptance and from each data frame on.
    pub execution: SignedDuration,
    /// How often to send at most; zero counts as one.
    pub tries: u8,
}

impl Patience {
    /// Ten seconds and three tries, as the standard has it. The minute for an execution is our own choice.
    pub const STANDARD: Self =
        Self { answer: SignedDuration::from_secs(10), execution: SignedDuration::from_secs(60), tries: 3 };

    /// The same with one try: for what must not happen twice where a device does not know a repeated `QN`.
    pub const fn once(self) -> Self {
        Self { tries: 1, ..self }
    }
}

/// Something to be sent and seen through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What to send. Its `QN` names the request from here on.
    pub segment: Segment,
    /// What ends it.
    pub ending: Ending,
    /// How long to wait and how often to try.
    pub patience: Patience,
}

/// How an exchange ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// 9012 came; nothing if its result was unreadable.
    Executed(Option<ExecutionResult>),
    /// 9013 or 9014 came.
    Acknowledged,
    /// 9011 came with anything but 1.
    Refused(RequestResult),
    /// Nothing came in answer to any try.
    Unanswered,
    /// The device took the order and was not heard of again.
    Unfinished,
    /// The connection was lost. Whether the order was executed is unknown.
    Disconnected,
    /// The caller withdrew it. If it had been sent, whether it is executed is unknown.
    Withdrawn,
}

/// What the caller is to do or to note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Send this.
    Send(Segment),
    /// The device took the request with this `QN`.
    Accepted(String),
    /// The segment received answers the request with this `QN`.
    Data(String),
    /// The request with this `QN` is over.
    Finished(String, Outcome),
    /// The segment received is an answer to nothing outstanding: late, repeated, or not for us.
    Unmatched,
}

/// Why a request is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum Refusal {
    /// Without a `QN` no answer could be matched.
    #[error("the request has no QN")]
    NoRequestNumber,
    /// Another request has this `QN`.
    #[error("the QN is in use")]
    RequestNumberInUse,
    /// Too many wait.
    #[error("too many requests wait for this device")]
    Full,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Sent,
    Accepted,
}

#[derive(Debug, Clone)]
struct Outstanding {
    request: Request,
    sent: u8,
    phase: Phase,
    deadline: Timestamp,
}

/// The orders to one device.
#[derive(Debug, Clone)]
pub struct Exchange {
    waiting: VecDeque<Request>,
    outstanding: Option<Outstanding>,
    capacity: usize,
    connected: bool,
}

impl Exchange {
    /// An exchange over a standing connection that lets at most `capacity` requests wait behind the outstanding one.
    pub fn new(capacity: usize) -> Self {
        Self { waiting: VecDeque::new(), outstanding: None, capacity, connected: true }
    }

    /// Takes a request: it is sent at once if the device is connected and nothing is outstanding, or else in its turn.
    pub fn submit(&mut self, request: Request, now: Timestamp) -> Result<Vec<Action>, Refusal> {
        let number = request_number(&request);
        if number.is_empty() {
            return Err(Refusal::NoRequestNumber);
        }
        if self.requests().any(|known| request_number(known) == number) {
            return Err(Refusal::RequestNumberInUse);
        }
        let waits = self.outstanding.is_some() || !self.connected;
        if waits && self.waiting.len() >= self.capacity {
            return Err(Refusal::Full);
        }
        self.waiting.push_back(request);
        Ok(self.send_next(now).into_iter().collect())
    }

    /// Takes a segment received from the device; no actions for one that has nothing to do with any request.
    pub fn receive(&mut self, segment: &Segment, now: Timestamp) -> Vec<Action> {
        let Some(outstanding) = &mut self.outstanding else {
            return if segment.cn.is_answer() { vec![Action::Unmatched] } else { Vec::new() };
        };
        match outstanding.receive(segment, now) {
            Event::Foreign => Vec::new(),
            Event::Unmatched => vec![Action::Unmatched],
            Event::Accepted => vec![Action::Accepted(outstanding.number())],
            Event::Data => vec![Action::Data(outstanding.number())],
            Event::Finished(outcome) => self.finish(outcome, now),
        }
    }

    /// Repeats or gives up what has waited too long.
    pub fn expire(&mut self, now: Timestamp) -> Vec<Action> {
        let Some(outstanding) = self.outstanding.as_mut().filter(|outstanding| outstanding.deadline <= now) else {
            return Vec::new();
        };
        match outstanding.phase {
            Phase::Accepted => self.finish(Outcome::Unfinished, now),
            Phase::Sent if outstanding.sent < outstanding.request.patience.tries => {
                outstanding.sent += 1;
                outstanding.deadline = after(now, outstanding.request.patience.answer);
                vec![Action::Send(outstanding.request.segment.clone())]
            }
            Phase::Sent => self.finish(Outcome::Unanswered, now),
        }
    }

    /// When [`expire`](Self::expire) has something to do.
    pub fn deadline(&self) -> Option<Timestamp> {
        self.outstanding.as_ref().map(|outstanding| outstanding.deadline)
    }

    /// The connection is lost: the outstanding request is over, those not yet sent go on waiting.
    pub fn disconnect(&mut self) -> Option<Action> {
        self.connected = false;
        let outstanding = self.outstanding.take()?;
        Some(Action::Finished(outstanding.number(), Outcome::Disconnected))
    }

    /// The device is connected again: the next request is sent.
    pub fn resume(&mut self, now: Timestamp) -> Option<Action> {
        self.connected = true;
        self.send_next(now)
    }

    /// Takes back a request, whether sent or not; no actions if it is not known.
    pub fn withdraw(&mut self, number: &str, now: Timestamp) -> Vec<Action> {
        if self.outstanding.as_ref().is_some_and(|outstanding| outstanding.number() == number) {
            return self.finish(Outcome::Withdrawn, now);
        }
        let Some(index) = self.waiting.iter().position(|request| request_number(request) == number) else {
            return Vec::new();
        };
        self.waiting.remove(index);
        vec![Action::Finished(number.to_owned(), Outcome::Withdrawn)]
    }

    /// All requests, the outstanding one first.
    pub fn requests(&self) -> impl Iterator<Item = &Request> {
        self.outstanding.iter().map(|outstanding| &outstanding.request).chain(&self.waiting)
    }

    fn finish(&mut self, outcome: Outcome, now: Timestamp) -> Vec<Action> {
        let Some(outstanding) = self.outstanding.take() else { return Vec::new() };
        let mut actions = vec![Action::Finished(outstanding.number(), outcome)];
        actions.extend(self.send_next(now));
        actions
    }

    fn send_next(&mut self, now: Timestamp) -> Option<Action> {
        if self.outstanding.is_some() || !self.connected {
            return None;
        }
        let request = self.waiting.pop_front()?;
        let segment = request.segment.clone();
        let deadline = after(now, request.patience.answer);
        self.outstanding = Some(Outstanding { request, sent: 1, phase: Phase::Sent, deadline });
        Some(Action::Send(segment))
    }
}

/// What a segment means to the outstanding request.
enum Event {
    Foreign,
    Unmatched,
    Accepted,
    Data,
    Finished(Outcome),
}

impl Outstanding {
    fn number(&self) -> String {
        request_number(&self.request).to_owned()
    }

    fn receive(&mut self, segment: &Segment, now: Timestamp) -> Event {
        if !segment.cn.is_answer() {
            return self.receive_data(segment, now);
        }
        if !self.is_answered_by(segment) {
            return Event::Unmatched;
        }
        match (segment.cn, self.request.ending) {
            (Command::REQUEST_ANSWER, _) => self.receive_request_answer(segment, now),
            (Command::EXECUTION_RESULT, _) => Event::Finished(Outcome::Executed(segment.execution_result())),
            (Command::NOTICE_ACKNOWLEDGEMENT, Ending::Notice) | (Command::DATA_ACKNOWLEDGEMENT, Ending::Data) => {
                Event::Finished(Outcome::Acknowledged)
            }
            // A request is not done because somebody says it arrived.
            _ => Event::Unmatched,
        }
    }

    fn receive_request_answer(&mut self, segment: &Segment, now: Timestamp) -> Event {
        match segment.request_result() {
            Some(RequestResult::Ready) if self.phase == Phase::Accepted => Event::Unmatched,
            Some(RequestResult::Ready) => {
                self.accept(now);
                Event::Accepted
            }
            Some(result) => Event::Finished(Outcome::Refused(result)),
            None => Event::Unmatched,
        }
    }

    /// Data carry the number of the order, and a `QN` of their own or that of the order.
    fn receive_data(&mut self, segment: &Segment, now: Timestamp) -> Event {
        let asked = &self.request.segment;
        let related = self.request.ending == Ending::Execution && segment.cn == asked.cn && segment.mn == asked.mn;
        // Before acceptance only the order's own `QN` tells an answer from data sent unasked.
        if !related || (self.phase == Phase::Sent && segment.qn != asked.qn) {
            return Event::Foreign;
        }
        self.accept(now);
        Event::Data
    }

    fn accept(&mut self, now: Timestamp) {
        self.phase = Phase::Accepted;
        self.deadline = after(now, self.request.patience.execution);
    }

    /// Answers of some old devices carry no `QN`; with one request outstanding they can mean no other.
    fn is_answered_by(&self, segment: &Segment) -> bool {
        let number = segment.answered_request().filter(|number| !number.is_empty());
        segment.mn == self.request.segment.mn && number.is_none_or(|number| number == request_number(&self.request))
    }
}

fn request_number(request: &Request) -> &str {
    request.segment.qn.as_deref().unwrap_or_default()
}

fn after(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}
