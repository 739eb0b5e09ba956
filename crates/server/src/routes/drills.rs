//! The report of a drill: who did what how many minutes after its start, and how times were kept.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::extract::State;
use fengsui_command::DrillProcess;
use fengsui_kernel::id::MatterId;
use fengsui_kernel::{Fault, Mode, Principal, Text, Timestamp};
use fengsui_matters::process::Process as _;
use fengsui_matters::{ClockView, ThreadMatter};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::auth::Caller;
use crate::extract::Segments;
use crate::problem::{ApiError, ApiResult};
use crate::routes::ById;
use crate::thread::{self, ThreadEntry};

/// Routes of drills; they are opened and ended like every matter.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new().api_route(
        "/drills/{id}/report",
        get_with(report, |op| op.summary("Report of a drill: steps with their times, clocks, messages")),
    )
}

/// The report of a drill.
#[derive(Serialize, JsonSchema)]
struct DrillReport {
    /// When it began.
    started_at: Timestamp,
    /// When it ended; absent while it runs.
    ended_at: Option<Timestamp>,
    /// Minutes that it took, or takes so far.
    minutes: f64,
    /// Matters opened under it.
    matters: u64,
    /// Those of them that were finished by people before its end.
    finished: u64,
    /// What was done, oldest first.
    steps: Vec<DrillStep>,
    /// The clocks that ran.
    clocks: Vec<DrillClock>,
    /// Messages that participants got.
    told: u64,
    /// Those that they confirmed.
    confirmed: u64,
    /// Minutes until the middle one of those was confirmed.
    confirmed_after_minutes: Option<f64>,
}

/// Something that was done.
#[derive(Serialize, JsonSchema)]
struct DrillStep {
    /// What happened.
    #[serde(flatten)]
    entry: ThreadEntry,
    /// Minutes since the beginning of the drill.
    after_minutes: f64,
    /// Title of its matter.
    matter_title: Option<String>,
}

/// A clock that ran.
#[derive(Serialize, JsonSchema)]
struct DrillClock {
    /// The clock.
    #[serde(flatten)]
    clock: ClockView,
    /// The matter.
    matter: MatterId,
    /// Its title.
    matter_title: String,
    /// Name of its process.
    process_title: Text,
    /// Minutes from start to stop.
    took_minutes: Option<f64>,
    /// Minutes that were allowed.
    allowed_minutes: f64,
}

async fn report(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ById>,
) -> ApiResult<Json<DrillReport>> {
    let id: MatterId = path.id.parse().map_err(|_| ApiError(Fault::not_found("drill", &path.id)))?;
    let caller = caller.principal();
    let drill = app.matters.get(caller, &id).await?;
    if drill.process != DrillProcess::NAME || drill.mode != Mode::Drill {
        return Err(Fault::not_found("drill", &id).into());
    }
    let thread = app.matters.thread(caller, &id).await?;
    let below: Vec<&ThreadMatter> = thread.matters.iter().filter(|matter| matter.id != id).collect();
    let (told, confirmed, waits) = told(&app, caller, &thread.matters).await?;
    let end = drill.closed_at.unwrap_or_else(|| app.db.now());
    Ok(Json(DrillReport {
        started_at: drill.opened_at,
        ended_at: drill.closed_at,
        minutes: minutes(drill.opened_at, end),
        matters: below.len() as u64,
        finished: below.iter().filter(|matter| finished(matter, drill.closed_at)).count() as u64,
        steps: steps(&app, caller, &id, drill.opened_at, &thread.matters).await?,
        clocks: clocks(&app, caller, &below).await?,
        told,
        confirmed,
        confirmed_after_minutes: waits.get(waits.len() / 2).copied(),
    }))
}

fn minutes(from: Timestamp, to: Timestamp) -> f64 {
    ((to.as_millisecond() - from.as_millisecond()) as f64 / 6_000.0).round() / 10.0
}

/// What ended in the very moment of the drill was ended by it.
fn finished(matter: &ThreadMatter, drill_ended: Option<Timestamp>) -> bool {
    matter.closed && matter.closed_at != drill_ended
}

async fn steps(
    app: &App,
    caller: &Principal,
    id: &MatterId,
    started: Timestamp,
    matters: &[ThreadMatter],
) -> ApiResult<Vec<DrillStep>> {
    let title = |matter: Option<&String>| {
        let found = matter.and_then(|id| matters.iter().find(|matter| matter.id.as_str() == id));
        found.map(|matter| matter.title.clone())
    };
    let entries = thread::timeline(app, caller, id, true).await?.into_iter();
    let told = |entry: &ThreadEntry| matches!(entry.kind.as_str(), "action" | "comment" | "attachment" | "claim");
    let step = |entry: ThreadEntry| DrillStep {
        after_minutes: minutes(started, entry.at),
        matter_title: title(entry.matter.as_ref()),
        entry,
    };
    Ok(entries.filter(told).map(step).collect())
}

async fn clocks(app: &App, caller: &Principal, below: &[&ThreadMatter]) -> ApiResult<Vec<DrillClock>> {
    let mut clocks = Vec::new();
    for matter in below {
        let matter = app.matters.get(caller, &matter.id).await?;
        for clock in matter.clocks {
            clocks.push(DrillClock {
                took_minutes: clock.stopped_at.map(|stopped| minutes(clock.started_at, stopped)),
                allowed_minutes: minutes(clock.started_at, clock.due_at),
                matter: matter.id.clone(),
                matter_title: matter.title.clone(),
                process_title: matter.process_title,
                clock,
            });
        }
    }
    Ok(clocks)
}

/// How many were told and confirmed, and the sorted waits until confirmation.
async fn told(app: &App, caller: &Principal, matters: &[ThreadMatter]) -> ApiResult<(u64, u64, Vec<f64>)> {
    let (mut told, mut waits) = (0, Vec::new());
    for matter in matters {
        for delivery in app.messenger.of_matter(caller, &matter.id).await? {
            told += 1;
            waits.extend(delivery.confirmed_at.map(|at| minutes(delivery.created_at, at)));
        }
    }
    waits.sort_by(f64::total_cmp);
    Ok((told, waits.len() as u64, waits))
}
