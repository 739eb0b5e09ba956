//! How an order moves on: a pure function of where it stands, what happened, and the time.
//!
//! An order is sent at most three times, and one that a person sees or hears only once, unless the device itself
//! said that it could not read the frame. Nothing that has ended ever changes.

use fengsui_events::DeviceOrderState as State;
use fengsui_kernel::Timestamp;
use fengsui_storage::series::device_orders::Progress;
use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use super::content::DeviceOrder;

/// How often an order is sent at most: ten seconds and three tries, as HJ 212, JT/T 808 and GB/T 26875.3 have it.
const TRIES: u32 = 3;
/// How long a first answer is waited for.
const FIRST_ANSWER: SignedDuration = SignedDuration::from_secs(10);

/// What a device said about an order.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// It has the order; the result comes later.
    Accepted,
    /// It confirms that it has the order; whether more will come depends on the order.
    Taken,
    /// A part of what was asked for, with what it says beside readings.
    Part {
        /// The kind of order that is answered so.
        kind: &'static str,
        /// What it says.
        values: Map<String, Value>,
    },
    /// The end, with what it says.
    Done(Map<String, Value>),
    /// Somebody at the device answered the duty check.
    DutyAnswered,
    /// It will not or cannot: the protocol's own result, `hj212.request.2`.
    Refused(String),
    /// It could not read the frame: to be sent again.
    Unreadable(String),
}

/// What was given and does not change.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) order: &'a DeviceOrder,
    pub(crate) deadline: Timestamp,
}

/// An order that was just given.
pub(crate) fn queued() -> Progress {
    Progress {
        state: State::Queued,
        sent_times: 0,
        sent_at: None,
        reference: None,
        accepted_at: None,
        answer_by: None,
        ended_at: None,
        answer: None,
    }
}

/// It goes out now; nothing if it may not.
pub(crate) fn sent(given: Given<'_>, before: &Progress, reference: String, now: Timestamp) -> Option<Progress> {
    let may = before.state == State::Queued && now <= given.deadline && before.sent_times < TRIES;
    may.then(|| Progress {
        state: State::Sent,
        sent_times: before.sent_times + 1,
        sent_at: Some(now),
        reference: Some(reference),
        answer_by: Some(later(now, FIRST_ANSWER)),
        ..before.clone()
    })
}

/// The device said something about it; nothing if that changes nothing.
pub(crate) fn told(given: Given<'_>, before: &Progress, told: &Told, now: Timestamp) -> Option<Progress> {
    let waiting = matches!(before.state, State::Sent | State::Accepted);
    if !waiting {
        return None;
    }
    let accepted = |parts: &Map<String, Value>| Progress {
        state: State::Accepted,
        accepted_at: before.accepted_at.or(Some(now)),
        answer_by: Some(later(now, given.order.patience())),
        answer: answer(before, parts, None),
        ..before.clone()
    };
    Some(match told {
        // A second word that it has the order must not prolong a duty check.
        Told::Accepted | Told::Taken if before.state == State::Accepted => return None,
        Told::Taken if given.order.ends_when_taken() => end(before, State::Answered, &Map::new(), now),
        Told::Accepted | Told::Taken => accepted(&Map::new()),
        Told::Part { values, .. } => accepted(&counted(given.order, before, values)),
        Told::Done(parts) => end(before, State::Answered, parts, now),
        Told::DutyAnswered => end(before, State::Answered, &Map::new(), now),
        Told::Unreadable(_) if before.sent_times < TRIES && now <= given.deadline => {
            Progress { state: State::Queued, answer_by: None, ..before.clone() }
        }
        Told::Refused(result) | Told::Unreadable(result) => refused(before, result, now),
    })
}

/// Time passed; nothing if that changes nothing.
pub(crate) fn passed(given: Given<'_>, before: &Progress, now: Timestamp) -> Option<Progress> {
    let late = before.answer_by.is_some_and(|until| until <= now);
    match before.state {
        State::Queued if now > given.deadline => {
            let state = if before.sent_times == 0 { State::Expired } else { State::Unanswered };
            Some(end(before, state, &Map::new(), now))
        }
        State::Sent if late => {
            let again = given.order.repeatable() && before.sent_times < TRIES && now <= given.deadline;
            Some(if again {
                Progress { state: State::Queued, answer_by: None, ..before.clone() }
            } else {
                end(before, State::Unanswered, &Map::new(), now)
            })
        }
        // It has the order: to send it once more would be to order it twice.
        State::Accepted if late => Some(end(before, State::Unanswered, &Map::new(), now)),
        _ => None,
    }
}

/// A person takes it back; nothing once it was sent.
pub(crate) fn cancelled(before: &Progress, now: Timestamp) -> Option<Progress> {
    (before.state == State::Queued && before.sent_times == 0).then(|| end(before, State::Cancelled, &Map::new(), now))
}

fn refused(before: &Progress, result: &str, now: Timestamp) -> Progress {
    let parts = [("result".to_owned(), json!(result))].into_iter().collect();
    end(before, State::Refused, &parts, now)
}

fn end(before: &Progress, state: State, parts: &Map<String, Value>, now: Timestamp) -> Progress {
    let told = matches!(state, State::Answered | State::Refused);
    Progress {
        state,
        answer_by: None,
        ended_at: Some(now),
        answer: answer(before, parts, told.then_some(now)),
        ..before.clone()
    }
}

/// What was said so far with what is said now, and after how many seconds it came.
fn answer(before: &Progress, parts: &Map<String, Value>, told_at: Option<Timestamp>) -> Option<Value> {
    let mut all = before.answer.as_ref().and_then(Value::as_object).cloned().unwrap_or_default();
    all.extend(parts.clone());
    if let (Some(now), Some(sent)) = (told_at, before.sent_at) {
        all.insert("seconds".to_owned(), json!(now.duration_since(sent).as_secs().max(0)));
    }
    (!all.is_empty()).then_some(Value::Object(all))
}

/// Kept data are readings elsewhere; here their messages are counted.
fn counted(order: &DeviceOrder, before: &Progress, parts: &Map<String, Value>) -> Map<String, Value> {
    if !matches!(order, DeviceOrder::AskHistory { .. }) {
        return parts.clone();
    }
    let count = before.answer.as_ref().and_then(|answer| answer.get("frames")).and_then(Value::as_u64).unwrap_or(0);
    let mut parts = parts.clone();
    parts.insert("frames".to_owned(), json!(count + 1));
    parts
}

fn later(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone)]
    enum Happening {
        Send,
        Tell(Told),
        Pass(i64),
        Cancel,
    }

    fn orders() -> impl Strategy<Value = DeviceOrder> {
        prop_oneof![
            Just(DeviceOrder::DriverText { text: "前方封路".into() }),
            Just(DeviceOrder::DutyCheck { minutes: 2 }),
            Just(DeviceOrder::SetClock {}),
            Just(DeviceOrder::AskPosition {}),
        ]
    }

    fn happenings() -> impl Strategy<Value = Vec<Happening>> {
        let told = prop_oneof![
            Just(Told::Accepted),
            Just(Told::Taken),
            Just(Told::Part { kind: "ask_history", values: Map::new() }),
            Just(Told::Done(Map::new())),
            Just(Told::DutyAnswered),
            Just(Told::Refused("jt808.3".into())),
            Just(Told::Unreadable("gb26875.denied".into())),
        ];
        let one = prop_oneof![
            3 => Just(Happening::Send),
            2 => told.prop_map(Happening::Tell),
            3 => (0_i64..120).prop_map(Happening::Pass),
            1 => Just(Happening::Cancel),
        ];
        prop::collection::vec(one, 0..40)
    }

    proptest! {
        #[test]
        fn nothing_is_sent_too_often_and_what_ended_stays(order in orders(), happenings in happenings()) {
            let start = Timestamp::UNIX_EPOCH;
            let deadline = later(start, SignedDuration::from_secs(300));
            let given = Given { order: &order, deadline };
            let (mut now, mut progress, mut unreadable, mut sendings) = (start, queued(), 0, 0);
            for happening in happenings {
                let next = match &happening {
                    Happening::Send => sent(given, &progress, "1".into(), now),
                    Happening::Tell(one) => told(given, &progress, one, now),
                    Happening::Pass(seconds) => {
                        now = later(now, SignedDuration::from_secs(*seconds));
                        passed(given, &progress, now)
                    }
                    Happening::Cancel => cancelled(&progress, now),
                };
                let Some(next) = next else { continue };
                prop_assert!(progress.state.open(), "what ended changed: {:?} by {:?}", progress, happening);
                if matches!(happening, Happening::Send) {
                    sendings += 1;
                    prop_assert!(now <= deadline);
                }
                if matches!(happening, Happening::Tell(Told::Unreadable(_))) {
                    unreadable += 1;
                }
                if next.state == State::Cancelled {
                    prop_assert_eq!(sendings, 0, "taken back after it was sent");
                }
                if next.state == State::Expired {
                    prop_assert_eq!(sendings, 0, "told as never sent");
                }
                prop_assert_eq!(next.ended_at.is_some(), !next.state.open());
                progress = next;
            }
            prop_assert!(sendings <= 3 && sendings == progress.sent_times);
            if !order.repeatable() {
                prop_assert!(sendings <= 1 + unreadable, "seen twice by a person");
            }
            // Time alone ends everything.
            for _ in 0..5 {
                now = later(now, SignedDuration::from_secs(10_000));
                progress = passed(given, &progress, now).unwrap_or(progress);
            }
            prop_assert!(!progress.state.open());
        }
    }

    #[test]
    fn a_duty_check_tells_after_how_many_seconds_it_was_answered() {
        let order = DeviceOrder::DutyCheck { minutes: 1 };
        let at = |seconds| later(Timestamp::UNIX_EPOCH, SignedDuration::from_secs(seconds));
        let given = Given { order: &order, deadline: at(600) };
        let sent = sent(given, &queued(), "7".into(), at(5)).expect("sent");
        let has = told(given, &sent, &Told::Taken, at(6)).expect("accepted");
        assert_eq!((has.state, has.answer_by), (State::Accepted, Some(at(6 + 90))));
        assert_eq!(told(given, &has, &Told::Taken, at(50)), None, "a second word does not prolong it");
        let answered = told(given, &has, &Told::DutyAnswered, at(47)).expect("answered");
        assert_eq!((answered.state, answered.answer), (State::Answered, Some(json!({"seconds": 42}))));
        assert_eq!(passed(given, &has, at(95)), None);
        assert_eq!(passed(given, &has, at(96)).expect("over").state, State::Unanswered);
    }
}
