//! The one writer: takes what waits, writes it together, answers afterwards.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Acting, Fault, Result};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use crate::catalogue::Catalogue;
use crate::commit;
use crate::engine::Core;
use crate::ingest::{Accepted, Job, Work};
use crate::plan::{Plan, Planner};

/// Jobs together from which on the writer counts as busy and lingers for more.
const BUSY: usize = 8;

/// Runs until every handle is gone or the engine stops; what was handed over is still written.
pub(crate) async fn run(core: Arc<Core>, mut jobs: mpsc::UnboundedReceiver<Job>) {
    let mut stop = core.stop.subscribe();
    let mut together = 0;
    loop {
        let first = tokio::select! {
            biased;
            _ = stop.wait_for(|stopped| *stopped), if !jobs.is_closed() => {
                jobs.close();
                continue;
            }
            job = jobs.recv() => job,
        };
        let Some(first) = first else { return };
        let batch = gather(first, &mut jobs, &core, together).await;
        together = batch.len();
        let mut catalogue = core.catalogue.lock().await;
        settle(&core, &mut catalogue, batch).await;
    }
}

fn weight(job: &Job) -> usize {
    match &job.work {
        Work::Submission(submission) => submission.readings.len().max(1),
        Work::Reject(_) | Work::Tick => 1,
    }
}

/// Takes what waits. Under load the senders just answered come back within a moment: waiting for
/// them makes fewer, larger units of work.
async fn gather(first: Job, jobs: &mut mpsc::UnboundedReceiver<Job>, core: &Core, before: usize) -> Vec<Job> {
    let mut readings = weight(&first);
    let mut batch = vec![first];
    let deadline = Instant::now() + core.settings.linger;
    while readings < core.settings.batch_readings {
        let next = match jobs.try_recv() {
            Ok(job) => Some(job),
            Err(_) if before >= BUSY && batch.len() < before => timeout_at(deadline, jobs.recv()).await.ok().flatten(),
            Err(_) => None,
        };
        let Some(job) = next else { break };
        readings += weight(&job);
        batch.push(job);
    }
    batch
}

async fn settle(core: &Core, catalogue: &mut Catalogue, batch: Vec<Job>) {
    match attempt(core, catalogue, &batch).await {
        Ok(outcomes) => {
            for (job, outcome) in batch.into_iter().zip(outcomes) {
                // A sender that no longer waits is no fault: its readings are stored.
                let _ = job.answer.send(Ok(outcome));
            }
        }
        // One sender's readings must not fail those of all others.
        Err(fault) if batch.len() > 1 && !is_outage(&fault) => {
            tracing::warn!(%fault, jobs = batch.len(), "a batch failed; its jobs are tried one by one");
            for job in batch {
                let outcome = attempt(core, catalogue, std::slice::from_ref(&job)).await;
                let _ = job.answer.send(outcome.map(|outcomes| outcomes.first().copied().unwrap_or_default()));
            }
        }
        Err(fault) => {
            tracing::error!(%fault, "readings could not be stored");
            for job in batch {
                let _ = job.answer.send(Err(fault.clone()));
            }
        }
    }
}

fn is_outage(fault: &Fault) -> bool {
    matches!(fault.kind.as_ref(), FaultKind::Unavailable(_))
}

async fn attempt(core: &Core, catalogue: &mut Catalogue, batch: &[Job]) -> Result<Vec<Accepted>> {
    let result = write(core, catalogue, batch).await;
    if result.is_err() {
        core.counters.failures.fetch_add(1, Ordering::Relaxed);
        catalogue.stale = true;
    }
    result
}

async fn write(core: &Core, catalogue: &mut Catalogue, batch: &[Job]) -> Result<Vec<Accepted>> {
    if catalogue.stale {
        *catalogue = Catalogue::load(&core.db, catalogue.listening_since).await?;
    }
    let now = core.db.now();
    let (plan, outcomes) = plan(core, catalogue, batch, now);
    if plan.is_empty() {
        return Ok(outcomes);
    }
    let mut tx = core.db.begin(Acting::system("series", now)).await?;
    commit::write(&mut tx, catalogue, &plan).await?;
    tx.commit().await?;
    core.counters.committed(plan.accepted, plan.quarantined);
    let live = commit::apply(catalogue, plan);
    if !live.is_empty() {
        // Nobody watching is no fault.
        let _ = core.live.send(live.into());
    }
    Ok(outcomes)
}

fn plan(core: &Core, catalogue: &Catalogue, batch: &[Job], now: fengsui_kernel::Timestamp) -> (Plan, Vec<Accepted>) {
    let mut planner = Planner { catalogue, settings: &core.settings, now, plan: Plan::default() };
    let outcomes = batch
        .iter()
        .map(|job| match &job.work {
            Work::Submission(submission) => planner.submission(submission, job.received_at),
            Work::Reject(reject) => {
                planner.reject(reject, job.received_at);
                Accepted { accepted: 0, quarantined: 1 }
            }
            Work::Tick => {
                planner.tick();
                Accepted::default()
            }
        })
        .collect();
    (planner.plan, outcomes)
}
