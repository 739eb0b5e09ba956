//! An incident (突发事件): reported, verified, responded to, controlled, closed with proof.
//!
//! Settings: `"response.level_1.roles"` … `"response.level_4.roles"` (quoted keys): roles of which
//! one is needed to start or set a response of that level; everybody with the permission when
//! absent. `"first_report.minutes"`, `"phone_report.minutes"`, `"written_report.minutes"`: lengths
//! that also hold for reports entered late; otherwise the configuration of clocks counts.

mod action;
mod descriptor;
mod guards;
mod reporting;
mod responding;
mod state;

pub use action::{DispatchTeam, IncidentAction, IncidentOpening, StartResponse, Verdict};
pub use state::{
    Adjustment, Dispatch, File, FirstReport, FollowUpReport, IncidentState, LevelChange, PhoneReport, ReportElements,
    Response,
};

use fengsui_kernel::Refusal;
use fengsui_matters::process::{Descriptor, Effect, Facts, Grade, Outcome, Process, Summary};

use crate::record::Note;
use crate::support::{in_phase, not_in_phase, words};

/// The process `incident`.
pub struct IncidentProcess;

type Step = Result<Outcome<IncidentState>, Refusal>;

impl Process for IncidentProcess {
    const NAME: &'static str = "incident";
    type Opening = IncidentOpening;
    type State = IncidentState;
    type Action = IncidentAction;

    fn descriptor() -> Descriptor {
        descriptor::descriptor()
    }

    fn open(opening: IncidentOpening, facts: &Facts) -> Step {
        reporting::open(opening, facts)
    }

    fn act(state: IncidentState, action: IncidentAction, facts: &Facts) -> Step {
        in_phase(&descriptor::actions(), state.phase(), action.name())?;
        match on_file(state, action, facts) {
            Ok(step) => step,
            Err((state, action)) => move_on(*state, *action, facts),
        }
    }

    fn phase(state: &IncidentState) -> &'static str {
        state.phase()
    }

    fn summary(state: &IncidentState) -> Summary {
        let file = state.file();
        let grade = file.event_level;
        Summary {
            title: file.title.clone(),
            division: file.division,
            location: file.location,
            enterprise: file.enterprise.clone(),
            grade: grade.map(|level| Grade { scale: "event_level".to_owned(), value: level.as_str().to_owned() }),
        }
    }
}

type Untouched = (Box<IncidentState>, Box<IncidentAction>);

/// Actions that only write into the file; the phase stays. Others come back untouched.
fn on_file(mut state: IncidentState, action: IncidentAction, facts: &Facts) -> Result<Step, Untouched> {
    use IncidentAction as Do;
    let file = state.file_mut();
    let effects: Result<Vec<Effect>, Refusal> = match action {
        Do::PhoneReport { to, content } => reporting::phone(file, to, content, facts),
        Do::FirstReport(elements) => reporting::first(file, elements, facts),
        Do::FollowUpReport { content, casualties } => reporting::follow_up(file, content, casualties, facts),
        Do::SetEventLevel { level, reason } => reporting::set_level(file, level, reason, facts),
        Do::AssignTasks { tasks } => responding::tasks(file, &tasks, facts),
        Do::Dispatch(team) => responding::dispatch(file, team, facts),
        Do::Withdraw { reason, teams } => responding::withdraw(file, reason, &teams, facts),
        other => return Err((Box::new(state), Box::new(other))),
    };
    Ok(effects.map(|effects| Outcome { state, effects }))
}

/// Actions that lead on.
fn move_on(state: IncidentState, action: IncidentAction, facts: &Facts) -> Step {
    use IncidentAction as Do;
    use IncidentState as Is;
    match (state, action) {
        (Is::Reported { file }, Do::Verify { result, note }) => reporting::verify(file, result, note, facts),
        (Is::Verified { file, verification }, Do::StartResponse(start)) => {
            responding::start(file, verification, start, facts)
        }
        (Is::Responding { file, verification, mut response }, Do::AdjustResponse { level, reason }) => {
            let effects = responding::adjust(&file, &mut response, level, reason, facts)?;
            Ok(Outcome { state: Is::Responding { file, verification, response }, effects })
        }
        (Is::Verified { file, verification }, Do::Control { summary }) => {
            control(file, verification, None, summary, facts)
        }
        (Is::Responding { file, verification, response }, Do::Control { summary }) => {
            control(file, verification, Some(response), summary, facts)
        }
        (Is::Controlled { file, verification, response, control }, Do::EndResponse { summary }) => {
            responding::Controlled { file, verification, response, control }.end_response(summary, facts)
        }
        (Is::Controlled { file, verification, response, control }, Do::Close { summary }) => {
            responding::Controlled { file, verification, response, control }.close(summary, facts)
        }
        (state, action) => Err(not_in_phase(state.phase(), action.name())),
    }
}

fn control(file: File, verification: Note, response: Option<Response>, summary: String, facts: &Facts) -> Step {
    let control = Note::of(words(summary, "summary_required")?, facts);
    Ok(Outcome::of(IncidentState::Controlled { file, verification, response, control }))
}
