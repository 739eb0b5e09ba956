//! Responding to an incident: tasks, teams, levels, and its end.

use fengsui_events::{Audience, Tone};
use fengsui_kernel::Refusal;
use fengsui_kernel::scale::ResponseLevel;
use fengsui_matters::process::{Assignee, Effect, Facts, Outcome};

use super::Step;
use super::action::{DispatchTeam, StartResponse};
use super::guards;
use super::state::{Adjustment, Dispatch, File, IncidentState, Response};
use crate::matching::TaskDraft;
use crate::order::{OrderKind, OrderOpening};
use crate::record::{Note, Signature};
use crate::support::{deadline, message, words};
use crate::task::TaskOpening;

/// Minutes in which a team that is called back must be out and counted.
const WITHDRAW_WITHIN_MINUTES: u32 = 10;

/// Tasks of one action; a plan has a few dozen.
const MOST_TASKS: usize = 200;

pub(super) fn start(file: File, verification: Note, start: StartResponse, facts: &Facts) -> Step {
    let matter = start.matter.filter(|text| !text.trim().is_empty()).unwrap_or_else(|| file.title.clone());
    let measures: Vec<String> = start.measures.into_iter().filter(|text| !text.trim().is_empty()).collect();
    guards::response_elements(start.expected_hours, &measures)?;
    guards::response_role(start.level, facts)?;
    let mut effects = tasks(&file, &start.tasks, facts)?;
    let response = Response {
        matter,
        level: start.level,
        expected_hours: start.expected_hours,
        measures,
        plan: start.plan,
        plan_name: start.plan_name,
        tasks: start.tasks.len(),
        started: Signature::of(facts),
        adjustments: Vec::new(),
        ended: None,
    };
    let subject = format!("启动{}应急响应：{}", response.level.text().zh, response.matter);
    effects.push(tell(&file, "response", &subject, response.measures.join("\n"), facts));
    Ok(Outcome { state: IncidentState::Responding { file, verification, response }, effects })
}

/// Commander and duty leader are told of what concerns the response.
fn tell(file: &File, key: &str, subject: &str, body: String, facts: &Facts) -> Effect {
    let role = |role: &str| Audience::Role { role: role.to_owned(), division: file.division };
    let mut told = message(key, subject, body, role("commander"), facts);
    told.audience.push(role("duty_leader"));
    told.tone = Tone::Order;
    Effect::Tell(Box::new(told))
}

pub(super) fn tasks(file: &File, drafts: &[TaskDraft], facts: &Facts) -> Result<Vec<Effect>, Refusal> {
    if drafts.len() > MOST_TASKS {
        return Err(Refusal::new("too_many_tasks").with("limit", &MOST_TASKS.to_string()));
    }
    drafts.iter().map(|draft| task(file, draft, facts)).collect()
}

fn task(file: &File, draft: &TaskDraft, facts: &Facts) -> Result<Effect, Refusal> {
    if draft.role.is_none() && draft.post.is_none() {
        return Err(Refusal::new("task_without_assignee").with("task", &draft.title));
    }
    deadline(draft.deadline_minutes, facts.now)?;
    let opening = TaskOpening {
        title: words(draft.title.clone(), "task_without_title")?,
        object: draft.object.clone(),
        group: draft.group.clone(),
        role: draft.role.clone(),
        post: draft.post.clone(),
        division: draft.division.unwrap_or(file.division),
        deadline_minutes: draft.deadline_minutes,
        evidence_required: draft.evidence_required,
        phase: draft.phase.clone(),
        incident_title: Some(file.title.clone()),
        enterprise: file.enterprise.clone(),
        location: file.location,
    };
    open("task", &opening)
}

fn open<T: serde::Serialize>(relation: &'static str, opening: &T) -> Result<Effect, Refusal> {
    // Our own openings always serialise; a refusal is kinder than a panic should that ever change.
    let opening = serde_json::to_value(opening).map_err(|_| Refusal::new("opening_unreadable"))?;
    Ok(Effect::Open { process: relation, opening, relation })
}

pub(super) fn dispatch(file: &mut File, team: DispatchTeam, facts: &Facts) -> Result<Vec<Effect>, Refusal> {
    deadline(team.deadline_minutes, facts.now)?;
    let location = team.location.or(file.location);
    let dispatch = Dispatch {
        team: words(team.team, "order_without_team")?,
        team_name: words(team.team_name, "order_without_team")?,
        team_post: team.team_post,
        location,
        order: Note::of(words(team.order, "order_without_text")?, facts),
    };
    let text = dispatch.order.text.clone();
    let mut effects = vec![order(file, &dispatch, text.clone(), team.deadline_minutes, OrderKind::Deploy)?];
    if !team.inform.is_empty() {
        let subject = format!("已派出{}：{}", dispatch.team_name, file.title);
        let nobody = Audience::Area { divisions: Vec::new() };
        let mut told = message("inform", &subject, text, nobody, facts);
        told.audience = team.inform;
        effects.push(Effect::Tell(Box::new(told)));
    }
    file.dispatches.push(dispatch);
    Ok(effects)
}

fn order(file: &File, to: &Dispatch, text: String, minutes: u32, kind: OrderKind) -> Result<Effect, Refusal> {
    let opening = OrderOpening {
        team: to.team.clone(),
        team_name: to.team_name.clone(),
        team_post: to.team_post.clone(),
        order: text,
        deadline_minutes: minutes,
        location: to.location,
        division: file.division,
        kind,
        incident_title: Some(file.title.clone()),
    };
    open("order", &opening)
}

/// Every team that was sent out, or those named, gets its own order to leave and to count heads.
pub(super) fn withdraw(
    file: &mut File,
    reason: String,
    teams: &[String],
    facts: &Facts,
) -> Result<Vec<Effect>, Refusal> {
    let reason = Note::of(words(reason, "reason_required")?, facts);
    let unknown = teams.iter().find(|team| !file.dispatches.iter().any(|sent| sent.team == **team));
    if let Some(team) = unknown {
        return Err(Refusal::new("team_not_dispatched").with("team", team));
    }
    let mut called: Vec<&Dispatch> = Vec::new();
    for sent in file.dispatches.iter().filter(|sent| teams.is_empty() || teams.contains(&sent.team)) {
        if !called.iter().any(|other| other.team == sent.team) {
            called.push(sent);
        }
    }
    if called.is_empty() {
        return Err(Refusal::new("no_team_dispatched"));
    }
    let text = format!("立即撤离到安全地点并逐人点名。原因：{}", reason.text);
    let orders = called.iter().map(|to| order(file, to, text.clone(), WITHDRAW_WITHIN_MINUTES, OrderKind::Withdraw));
    let effects: Result<Vec<Effect>, Refusal> = orders.collect();
    file.withdrawals.push(reason);
    effects
}

pub(super) fn adjust(
    file: &File,
    response: &mut Response,
    level: ResponseLevel,
    reason: String,
    facts: &Facts,
) -> Result<Vec<Effect>, Refusal> {
    if response.level == level {
        return Err(Refusal::new("response_level_unchanged").with("level", level.text().zh));
    }
    guards::response_role(level, facts)?;
    let reason = Note::of(words(reason, "reason_required")?, facts);
    let subject = format!("应急响应由{}调整为{}：{}", response.level.text().zh, level.text().zh, response.matter);
    let told = tell(file, "adjust", &subject, reason.text.clone(), facts);
    response.adjustments.push(Adjustment { from: response.level, to: level, reason });
    response.level = level;
    Ok(vec![told])
}

/// What a controlled incident carries.
pub(super) struct Controlled {
    pub(super) file: File,
    pub(super) verification: Note,
    pub(super) response: Option<Response>,
    pub(super) control: Note,
}

impl Controlled {
    pub(super) fn end_response(mut self, summary: String, facts: &Facts) -> Step {
        let summary = Note::of(words(summary, "summary_required")?, facts);
        let Some(response) = self.response.as_mut().filter(|response| response.ended.is_none()) else {
            return Err(Refusal::new("no_response_to_end"));
        };
        let subject = format!("终止{}应急响应：{}", response.level.text().zh, response.matter);
        let told = tell(&self.file, "end", &subject, summary.text.clone(), facts);
        response.ended = Some(summary);
        let Self { file, verification, response, control } = self;
        Ok(Outcome::of(IncidentState::Controlled { file, verification, response, control }).with(told))
    }

    pub(super) fn close(self, summary: String, facts: &Facts) -> Step {
        let summary = Note::of(words(summary, "summary_required")?, facts);
        guards::closable(&self.file, self.response.as_ref(), facts)?;
        let Self { file, verification, response, control } = self;
        let state = IncidentState::Closed { file, verification, response, control, summary };
        Ok(Outcome::of(state).with(Effect::Assign(Assignee::Nobody)))
    }
}
