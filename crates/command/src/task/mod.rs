//! A task (任务): something a post must do, with a deadline and evidence, checked by another person.

mod descriptor;
mod state;

pub use state::{Task, TaskAction, TaskOpening, TaskState};

use fengsui_events::Tone;
use fengsui_kernel::Refusal;
use fengsui_matters::process::{Assignee, Descriptor, Effect, Facts, Outcome, Process, Summary};

use crate::record::{Note, Signature};
use crate::support::{DUTY_OFFICER, audience, deadline, in_phase, message, not_in_phase, post_or_role, words};

/// The process `task`.
pub struct TaskProcess;

type Step = Result<Outcome<TaskState>, Refusal>;

impl Process for TaskProcess {
    const NAME: &'static str = "task";
    type Opening = TaskOpening;
    type State = TaskState;
    type Action = TaskAction;

    fn descriptor() -> Descriptor {
        descriptor::descriptor()
    }

    fn open(opening: TaskOpening, facts: &Facts) -> Step {
        if opening.role.is_none() && opening.post.is_none() {
            return Err(Refusal::new("task_without_assignee").with("task", &opening.title));
        }
        let title = words(opening.title, "task_without_title")?;
        let task = Task {
            title,
            object: opening.object,
            group: opening.group,
            role: opening.role,
            post: opening.post,
            division: opening.division,
            due_at: deadline(opening.deadline_minutes, facts.now)?,
            evidence_required: opening.evidence_required,
            plan_phase: opening.phase,
            incident_title: opening.incident_title,
            enterprise: opening.enterprise,
            location: opening.location,
            issuer_post: facts.posts.first().cloned(),
            issued: Signature::of(facts),
            returned: None,
        };
        Ok(hand_out(task, facts))
    }

    fn act(state: TaskState, action: TaskAction, facts: &Facts) -> Step {
        use TaskAction as Do;
        use TaskState as Is;
        in_phase(&descriptor::actions(), state.phase(), action.name())?;
        match (state, action) {
            (Is::Issued { task }, Do::Accept {}) => {
                Ok(Outcome::of(Is::Accepted { task, accepted: Signature::of(facts) }))
            }
            (Is::Accepted { task, accepted }, Do::Complete { result }) => complete(task, accepted, result, facts),
            (Is::Completed { task, accepted, result }, Do::VerifyDone { note }) => {
                another_person(&result, facts)?;
                let verification = Note::of(note, facts);
                let state = Is::Verified { task, accepted, result, verification };
                Ok(Outcome::of(state).with(Effect::Assign(Assignee::Nobody)))
            }
            (Is::Completed { task, .. }, Do::Return { reason, deadline_minutes }) => {
                reopen(task, reason, deadline_minutes, facts)
            }
            (Is::Issued { task } | Is::Accepted { task, .. }, Do::Decline { reason }) => decline(task, reason, facts),
            (Is::Declined { mut task, .. }, Do::Reassign { role, post, division, deadline_minutes }) => {
                if role.is_none() && post.is_none() {
                    return Err(Refusal::new("task_without_assignee").with("task", &task.title));
                }
                (task.role, task.post) = (role, post);
                task.division = division.unwrap_or(task.division);
                task.due_at = deadline(deadline_minutes, facts.now)?;
                Ok(hand_out(task, facts))
            }
            (state, Do::Cancel { reason }) => {
                let reason = Note::of(words(reason, "reason_required")?, facts);
                let task = state.into_task();
                Ok(Outcome::of(Is::Cancelled { task, reason }).with(Effect::Assign(Assignee::Nobody)))
            }
            (state, action) => Err(not_in_phase(state.phase(), action.name())),
        }
    }

    fn phase(state: &TaskState) -> &'static str {
        state.phase()
    }

    fn summary(state: &TaskState) -> Summary {
        let task = state.task();
        Summary {
            title: task.title.clone(),
            division: task.division,
            location: task.location,
            enterprise: task.enterprise.clone(),
            grade: None,
        }
    }
}

fn hand_out(task: Task, facts: &Facts) -> Outcome<TaskState> {
    let role = task.role.clone().unwrap_or_else(|| DUTY_OFFICER.to_owned());
    let to = audience(task.post.as_ref(), &role, task.division);
    let about = task.incident_title.as_ref().map_or_else(String::new, |title| format!("事件：{title}\n"));
    let evidence = if task.evidence_required { "\n完成时须上传佐证。" } else { "" };
    let told =
        message("issue", &format!("新任务：{}", task.title), format!("{about}{}{evidence}", task.title), to, facts);
    let assign = Effect::Assign(post_or_role(task.post.as_ref(), &role, task.division));
    let clock = Effect::StartClock { clock: "deadline", due_at: Some(task.due_at) };
    Outcome::of(TaskState::Issued { task }).with(assign).with(clock).with(Effect::Tell(Box::new(told)))
}

fn complete(task: Task, accepted: Signature, result: String, facts: &Facts) -> Step {
    let result = Note::of(words(result, "result_required")?, facts);
    if task.evidence_required && facts.attachments == 0 {
        return Err(Refusal::new("evidence_required").clause("预案任务要求").with("task", &task.title));
    }
    let assign = to_issuer(&task);
    let state = TaskState::Completed { task, accepted, result };
    Ok(Outcome::of(state).with(Effect::StopClock { clock: "deadline" }).with(assign))
}

fn to_issuer(task: &Task) -> Effect {
    Effect::Assign(post_or_role(task.issuer_post.as_ref(), DUTY_OFFICER, task.division))
}

/// Whoever did it does not confirm that it is done; the platform confirms nothing.
fn another_person(result: &Note, facts: &Facts) -> Result<(), Refusal> {
    let user = facts.user.as_ref().ok_or_else(|| Refusal::new("needs_a_person"))?;
    if result.signature.by.as_ref() == Some(user) { Err(Refusal::new("verifier_is_completer")) } else { Ok(()) }
}

fn reopen(mut task: Task, reason: String, minutes: u32, facts: &Facts) -> Step {
    task.due_at = deadline(minutes, facts.now)?;
    task.returned = Some(Note::of(words(reason, "reason_required")?, facts));
    Ok(hand_out(task, facts))
}

fn decline(task: Task, reason: String, facts: &Facts) -> Step {
    let reason = Note::of(words(reason, "reason_required")?, facts);
    let to = audience(task.issuer_post.as_ref(), DUTY_OFFICER, task.division);
    let mut told = message("decline", &format!("任务被退回：{}", task.title), reason.text.clone(), to, facts);
    told.tone = Tone::Urgent;
    let assign = to_issuer(&task);
    let state = TaskState::Declined { task, reason };
    Ok(Outcome::of(state).with(Effect::StopClock { clock: "deadline" }).with(assign).with(Effect::Tell(Box::new(told))))
}
