//! A drill (演练): an incident that did not happen, worked on as if it had. Everything opened under it
//! is drill, is told only to those who take part, and ends with it.

use fengsui_events::{Audience, Tone};
use fengsui_kernel::{DivisionCode, Mode, Point, Refusal, Text, Timestamp};
use fengsui_matters::process::{Assignee, Descriptor, Effect, Facts, Outcome, Process, Summary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::incident::IncidentOpening;
use crate::record::{Note, Signature};
use crate::support::{Edges, action, message, not_in_phase, phase, words};

/// The process `drill`.
pub struct DrillProcess;

/// What is asked to start a drill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DrillOpening {
    /// Its name.
    #[schemars(length(min = 1, max = 200))]
    pub title: String,
    /// What is assumed to happen.
    #[serde(default)]
    #[schemars(length(max = 5000))]
    pub scenario: String,
    /// EW12379 code or a prefix of it.
    #[schemars(regex(pattern = r"^1[1-4]([A-Z]([0-9]{2})?)?$"), extend("example" = "12D"))]
    pub event_type: String,
    /// Where it belongs.
    pub division: DivisionCode,
    /// Where on the map.
    #[serde(default)]
    pub location: Option<Point>,
    /// Enterprise concerned, by record id.
    #[serde(default)]
    pub enterprise: Option<String>,
    /// The plan that is exercised, by record id.
    #[serde(default)]
    pub plan: Option<String>,
    /// Its name.
    #[serde(default)]
    pub plan_name: Option<String>,
    /// Who takes part: nobody else hears of it.
    #[schemars(length(max = 100))]
    pub participants: Vec<Audience>,
}

/// Facts of a drill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DrillFile {
    /// What was asked for.
    #[serde(flatten)]
    pub opening: DrillOpening,
    /// Who started it, and when.
    pub started: Signature,
}

/// Where a drill stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum DrillState {
    /// Under way.
    Running {
        /// Its facts.
        file: DrillFile,
    },
    /// Over.
    Ended {
        /// Its facts.
        file: DrillFile,
        /// What was learnt.
        summary: Note,
    },
}

/// What can be done with a drill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum DrillAction {
    /// Ends it, and everything opened under it.
    End {
        /// What was learnt.
        #[schemars(length(min = 1, max = 5000))]
        summary: String,
    },
}

impl DrillState {
    /// Its facts.
    pub fn file(&self) -> &DrillFile {
        match self {
            Self::Running { file } | Self::Ended { file, .. } => file,
        }
    }
}

type Step = Result<Outcome<DrillState>, Refusal>;

impl Process for DrillProcess {
    const NAME: &'static str = "drill";
    type Opening = DrillOpening;
    type State = DrillState;
    type Action = DrillAction;

    fn descriptor() -> Descriptor {
        let end = Edges { from: &["running"], to: &["ended"] };
        let clause = Some("突发事件应急预案管理办法 §28：演练后组织评估");
        Descriptor {
            title: Text::new("演练", "Drill"),
            phases: vec![phase("running", "进行中", "Running", false), phase("ended", "已结束", "Ended", true)],
            actions: vec![action("end", Text::new("结束演练", "End the drill"), end, true, clause)],
            clocks: Vec::new(),
        }
    }

    fn open(opening: DrillOpening, facts: &Facts) -> Step {
        if facts.mode != Mode::Drill {
            return Err(Refusal::new("drill_must_be_drill"));
        }
        words(opening.title.clone(), "incident_without_title")?;
        if opening.participants.is_empty() {
            return Err(Refusal::new("drill_without_participants"));
        }
        let incident = incident(&opening, facts.now)?;
        let told = told(&opening, "start", "演练开始", &opening.scenario, facts);
        let division = opening.division;
        let file = DrillFile { opening, started: Signature::of(facts) };
        Ok(Outcome::of(DrillState::Running { file })
            .with(Effect::Assign(Assignee::Role { role: "duty_leader".to_owned(), division }))
            .with(incident)
            .with(told))
    }

    fn act(state: DrillState, action: DrillAction, facts: &Facts) -> Step {
        let DrillAction::End { summary } = action;
        let DrillState::Running { file } = state else { return Err(not_in_phase("ended", "end")) };
        let summary = Note::of(words(summary, "summary_required")?, facts);
        let told = told(&file.opening, "end", "演练结束", &summary.text, facts);
        Ok(Outcome::of(DrillState::Ended { file, summary })
            .with(Effect::CloseDescendants)
            .with(Effect::Assign(Assignee::Nobody))
            .with(told))
    }

    fn phase(state: &DrillState) -> &'static str {
        match state {
            DrillState::Running { .. } => "running",
            DrillState::Ended { .. } => "ended",
        }
    }

    fn summary(state: &DrillState) -> Summary {
        let opening = &state.file().opening;
        Summary {
            title: opening.title.clone(),
            division: opening.division,
            location: opening.location,
            enterprise: opening.enterprise.clone(),
            grade: None,
        }
    }
}

/// The incident that is assumed; it is worked on with the same processes as a real one.
fn incident(opening: &DrillOpening, now: Timestamp) -> Result<Effect, Refusal> {
    let assumed = IncidentOpening {
        title: opening.title.clone(),
        event_type: opening.event_type.clone(),
        event_level: None,
        division: opening.division,
        location: opening.location,
        enterprise: opening.enterprise.clone(),
        occurred_at: now,
        received_at: now,
        description: opening.scenario.clone(),
        source: Some("演练".to_owned()),
        casualties: None,
    };
    // Our own openings always serialise; a refusal is kinder than a panic should that ever change.
    let opening = serde_json::to_value(assumed).map_err(|_| Refusal::new("opening_unreadable"))?;
    Ok(Effect::Open { process: "incident", opening, relation: "incident" })
}

fn told(opening: &DrillOpening, key: &str, what: &str, body: &str, facts: &Facts) -> Effect {
    let nobody = Audience::Area { divisions: Vec::new() };
    let mut request = message(key, &format!("{what}：{}", opening.title), body.to_owned(), nobody, facts);
    request.audience.clone_from(&opening.participants);
    request.tone = Tone::Order;
    Effect::Tell(Box::new(request))
}
