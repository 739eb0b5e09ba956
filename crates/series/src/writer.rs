//! The one writer: takes what waits, writes it together, answers afterwards.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Acting, Fault, Result, Timestamp};
use fengsui_storage::Db;
use fengsui_storage::series::{devices, journal};
use fengsui_telemetry::write_entries;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use crate::catalogue::Catalogue;
use crate::commit;
use crate::engine::{Core, SeriesSettings};
use crate::ingest::{Accepted, Job, Work};
use crate::plan::{Plan, Planner};
use crate::presence;
use crate::readings::{Journal, Sealing, settle_log};

/// Jobs together from which on the writer counts as busy and lingers for more.
const BUSY: usize = 8;

/// The writer and its log.
pub(crate) struct Writer {
    pub(crate) core: Arc<Core>,
    pub(crate) journal: Box<dyn Journal>,
    pub(crate) sealing: Sealing,
}

/// Runs until every handle is gone or the engine stops; what was handed over is still written.
pub(crate) async fn run(mut writer: Writer, mut jobs: mpsc::UnboundedReceiver<Job>) {
    let core = Arc::clone(&writer.core);
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
        let Some(first) = first else {
            writer.leave().await;
            return;
        };
        let batch = gather(first, &mut jobs, &core, together).await;
        together = batch.len();
        let mut catalogue = core.catalogue.lock().await;
        writer.settle(&mut catalogue, batch).await;
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

fn is_outage(fault: &Fault) -> bool {
    matches!(fault.kind.as_ref(), FaultKind::Unavailable(_))
}

impl Writer {
    async fn settle(&mut self, catalogue: &mut Catalogue, batch: Vec<Job>) {
        let ticked = batch.iter().any(|job| matches!(job.work, Work::Tick));
        match self.attempt(catalogue, &batch).await {
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
                    let outcome = self.attempt(catalogue, std::slice::from_ref(&job)).await;
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
        // After the answers: nobody waits for it.
        if !catalogue.stale
            && let Err(fault) = self.sealing.go_on(&self.core.db, catalogue, self.journal.as_mut(), ticked).await
        {
            tracing::error!(%fault, "readings could not be sealed; the log keeps them");
        }
    }

    async fn attempt(&mut self, catalogue: &mut Catalogue, batch: &[Job]) -> Result<Vec<Accepted>> {
        let result = self.write(catalogue, batch).await;
        if result.is_err() {
            self.core.counters.failures.fetch_add(1, Ordering::Relaxed);
            // A tick that fails refuses nobody, and no reading would come to take it back.
            if batch.iter().any(|job| matches!(job.work, Work::Submission(_))) {
                self.core.counters.refusing.store(true, Ordering::Relaxed);
            }
            catalogue.stale = true;
        }
        result
    }

    /// First the log, then what the readings caused: whoever finds them in the log can judge them again.
    async fn write(&mut self, catalogue: &mut Catalogue, batch: &[Job]) -> Result<Vec<Accepted>> {
        let core = Arc::clone(&self.core);
        if catalogue.stale {
            // What is being sealed may or may not be: loading finds out.
            self.sealing = Sealing::default();
            let listened = catalogue.listened;
            *catalogue = load(&core.db, &core.settings, self.journal.as_ref(), catalogue.listening_since).await?;
            catalogue.listened = listened;
        }
        let now = core.db.now();
        let (plan, outcomes) = plan(&core, catalogue, batch, now);
        let mut sequence = catalogue.sequence;
        if !plan.entries.is_empty() {
            let mut body = Vec::with_capacity(plan.entries.len() * 16);
            write_entries(plan.entries.iter().map(|(series, point)| (*series, point)), &mut body);
            sequence = self.journal.append(body).await?;
        }
        if plan.has_consequences() {
            let mut tx = core.db.begin(Acting::system("series", now)).await?;
            commit::write(&mut tx, catalogue, &plan).await?;
            journal::settle(&mut tx, sequence).await?;
            tx.commit().await?;
        }
        core.counters.committed(plan.accepted, plan.quarantined);
        let live = commit::apply(catalogue, plan, sequence);
        if !live.is_empty() {
            // Nobody watching is no fault.
            let _ = core.live.send(live.into());
        }
        Ok(outcomes)
    }

    /// What the store need not know while the program runs, it should know when it does not.
    async fn leave(&mut self) {
        let core = Arc::clone(&self.core);
        let catalogue = core.catalogue.lock().await;
        let mut planner =
            Planner { catalogue: &catalogue, settings: &core.settings, now: core.db.now(), plan: Plan::default() };
        planner.note_hearings(0, usize::MAX);
        planner.plan.listened = presence::last_note(&catalogue, planner.now);
        let plan = planner.plan;
        let written = async {
            let mut tx = core.db.begin(Acting::system("series", core.db.now())).await?;
            devices::heard_many(&mut tx, &plan.noted).await?;
            presence::write(&mut tx, &plan).await?;
            tx.commit().await
        };
        if let Err(fault) = written.await {
            tracing::warn!(%fault, "when devices were last heard could not be written");
        }
    }
}

/// Reads everything that is known and judges what the log holds beyond it.
pub(crate) async fn load(
    db: &Db,
    settings: &SeriesSettings,
    journal: &dyn Journal,
    listening_since: Timestamp,
) -> Result<Catalogue> {
    let mut catalogue = Catalogue::load(db, journal, listening_since, settings.zone.clone()).await?;
    settle_log(db, settings, &mut catalogue, journal).await?;
    Ok(catalogue)
}

fn plan(core: &Core, catalogue: &Catalogue, batch: &[Job], now: Timestamp) -> (Plan, Vec<Accepted>) {
    let entries = Vec::with_capacity(batch.iter().map(weight).sum());
    let plan = Plan { entries, ..Plan::default() };
    let mut planner = Planner { catalogue, settings: &core.settings, now, plan };
    let outcomes = batch
        .iter()
        .map(|job| match &job.work {
            Work::Submission(submission) => planner.submission(submission, job.received_at),
            Work::Reject(reject) => {
                planner.reject(reject, job.received_at);
                Accepted { quarantined: 1, ..Accepted::default() }
            }
            Work::Tick => {
                planner.tick();
                Accepted::default()
            }
        })
        .collect();
    (planner.plan, outcomes)
}
