//! Two small processes: a repair with a second pair of eyes, and the errands it sends.

use std::collections::BTreeMap;

use fengsui_events::{Audience, MessageRequest, Tone};
use fengsui_kernel::{DivisionCode, Mode, Point, Refusal, Text, Timestamp};
use fengsui_matters::process::{
    ActionDescriptor, Assignee, ClockDescriptor, Descriptor, Effect, Facts, Grade, Outcome, Phase, Process, Summary,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub(crate) struct Repair;

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Severity {
    Grave,
    Slight,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Opening {
    #[schemars(length(min = 1, max = 50))]
    title: String,
    division: DivisionCode,
    severity: Severity,
    #[serde(default)]
    location: Option<Point>,
    #[serde(default)]
    due_at: Option<Timestamp>,
    #[serde(default)]
    enterprise: Option<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(crate) enum State {
    Reported { about: Opening },
    Fixed { about: Opening, result: String },
    Closed { about: Opening, result: String },
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Finished {
    #[schemars(length(min = 1))]
    result: String,
    #[serde(default)]
    #[schemars(range(max = 1_000_000))]
    cost: u32,
    #[serde(default)]
    until: Option<Timestamp>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum Action {
    Assign { post: String },
    Finish(Finished),
    Approve {},
    Send { title: String },
    Restart { minutes: u32 },
    Drop,
}

fn text(text: &'static str) -> Text {
    Text::new(text, text)
}

fn phase(name: &'static str, closed: bool) -> Phase {
    Phase { name, title: text(name), closed }
}

fn action(
    name: &'static str,
    from: &'static [&'static str],
    to: &'static [&'static str],
    clause: Option<&'static str>,
) -> ActionDescriptor {
    ActionDescriptor { name, title: text(name), from, to, grave: false, clause }
}

fn tell(subject: &str) -> Effect {
    Effect::Tell(Box::new(MessageRequest {
        key: "told".into(),
        mode: Mode::default(),
        matter: None,
        division: None,
        subject: subject.into(),
        body: String::new(),
        facts: BTreeMap::default(),
        audience: vec![Audience::Post { id: "p".into() }],
        channels: vec![],
        tone: Tone::Notice,
        confirmation: None,
    }))
}

impl Process for Repair {
    const NAME: &'static str = "repair";
    type Opening = Opening;
    type State = State;
    type Action = Action;

    fn descriptor() -> Descriptor {
        Descriptor {
            title: Text::new("整改", "Repair"),
            phases: vec![phase("reported", false), phase("fixed", false), phase("closed", true)],
            actions: vec![
                action("assign", &["reported"], &["reported"], None),
                action("finish", &["reported"], &["fixed"], None),
                action("approve", &["fixed"], &["closed"], Some("安全生产法 §41")),
                action("send", &["reported"], &["reported"], None),
                action("restart", &["reported"], &["reported"], None),
                action("drop", &["reported"], &["closed"], None),
            ],
            clocks: vec![ClockDescriptor {
                name: "report",
                title: Text::new("整改报告", "Report"),
                minutes: 60,
                statutory: true,
                clause: Some("示例条例 §9"),
            }],
        }
    }

    fn open(opening: Opening, _facts: &Facts) -> Result<Outcome<State>, Refusal> {
        let division = opening.division;
        let due_at = opening.due_at;
        Ok(Outcome::of(State::Reported { about: opening })
            .with(Effect::StartClock { clock: "report", due_at })
            .with(Effect::Assign(Assignee::Role { role: "officer".into(), division }))
            .with(tell("opened")))
    }

    fn act(state: State, action: Action, facts: &Facts) -> Result<Outcome<State>, Refusal> {
        match (state, action) {
            (State::Reported { about }, Action::Assign { post }) => {
                Ok(Outcome::of(State::Reported { about }).with(Effect::Assign(Assignee::Post { id: post })))
            }
            (State::Reported { about }, Action::Send { title }) => {
                let opening = json!({"title": title, "division": about.division});
                let open = Effect::Open { process: "errand", opening, relation: "errand" };
                Ok(Outcome::of(State::Reported { about }).with(open))
            }
            (State::Reported { about }, Action::Restart { minutes }) => {
                let due_at = facts.now.checked_add(jiff::SignedDuration::from_mins(minutes.into())).ok();
                Ok(Outcome::of(State::Reported { about }).with(Effect::StartClock { clock: "report", due_at }))
            }
            (State::Reported { about }, Action::Drop) => {
                Ok(Outcome::of(State::Closed { about, result: "dropped".into() }))
            }
            (State::Reported { about }, Action::Finish(finished)) => finish(about, finished, facts),
            (State::Fixed { about, result }, Action::Approve {}) => {
                let finished = facts.history.iter().rev().find(|past| past.action == "finish");
                if finished.and_then(|past| past.user.as_ref()) == facts.user.as_ref() {
                    return Err(Refusal::new("own_work").clause("安全生产法 §41"));
                }
                Ok(Outcome::of(State::Closed { about, result }).with(tell("closed")))
            }
            _ => Err(Refusal::new("wrong_phase")),
        }
    }

    fn phase(state: &State) -> &'static str {
        match state {
            State::Reported { .. } => "reported",
            State::Fixed { .. } => "fixed",
            State::Closed { .. } => "closed",
        }
    }

    fn summary(state: &State) -> Summary {
        let (State::Reported { about } | State::Fixed { about, .. } | State::Closed { about, .. }) = state;
        Summary {
            title: about.title.clone(),
            division: about.division,
            location: about.location,
            enterprise: about.enterprise.clone(),
            grade: Some(Grade { scale: "risk_level".into(), value: "major".into() }),
        }
    }
}

fn finish(about: Opening, finished: Finished, facts: &Facts) -> Result<Outcome<State>, Refusal> {
    if facts.children.iter().any(|child| !child.closed) {
        return Err(Refusal::new("errands_open").with("count", &facts.children.len().to_string()));
    }
    let wanted = facts.settings.get("evidence_required").is_some_and(|wanted| wanted == "true");
    if matches!(about.severity, Severity::Grave) && wanted && facts.new_attachments == 0 {
        return Err(Refusal::new("evidence_required").clause("示例条例 §10"));
    }
    let fixed = State::Fixed { about, result: finished.result };
    Ok(Outcome::of(fixed).with(Effect::StopClock { clock: "report" }))
}

pub(crate) struct Errand;

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ErrandState {
    title: String,
    division: DivisionCode,
    #[serde(default)]
    done: bool,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum ErrandAction {
    Done {},
}

impl Process for Errand {
    const NAME: &'static str = "errand";
    type Opening = ErrandState;
    type State = ErrandState;
    type Action = ErrandAction;

    fn descriptor() -> Descriptor {
        Descriptor {
            title: Text::new("差事", "Errand"),
            phases: vec![phase("open", false), phase("done", true)],
            actions: vec![action("done", &["open"], &["done"], None)],
            clocks: vec![],
        }
    }

    fn open(opening: ErrandState, _: &Facts) -> Result<Outcome<ErrandState>, Refusal> {
        if opening.title == "impossible" { Err(Refusal::new("impossible")) } else { Ok(Outcome::of(opening)) }
    }

    fn act(state: ErrandState, _: ErrandAction, _: &Facts) -> Result<Outcome<ErrandState>, Refusal> {
        Ok(Outcome::of(ErrandState { done: true, ..state }))
    }

    fn phase(state: &ErrandState) -> &'static str {
        if state.done { "done" } else { "open" }
    }

    fn summary(state: &ErrandState) -> Summary {
        Summary { title: state.title.clone(), division: state.division, location: None, enterprise: None, grade: None }
    }
}
