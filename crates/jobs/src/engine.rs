//! Queues jobs, runs a few at a time, and takes up after a restart what was under way.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use fengsui_events::{Event, JobChanged, JobState};
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::JobId;
use fengsui_kernel::{Acting, Actor, Fault, Page, Principal, Refusal, Result};
use fengsui_storage::jobs::{self, Ended, JobRow};
use fengsui_storage::{Db, Subject, Tx};
use serde_json::{Value, json};
use tokio::sync::{Mutex, Notify, broadcast, watch};

use crate::Runner;
use crate::handle::{Ending, Handle, Wish};
use crate::live::{JobProgress, Running};
use crate::view::{JobView, stored_fault};

/// Jobs that run at the same time: long work must leave the machine to those who wait.
const AT_ONCE: usize = 2;
/// A job that brings the program down again and again is given up after so many starts.
const MOST_ATTEMPTS: u64 = 3;

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// What it does.
    pub kind: &'static str,
    /// What it works on, by id.
    pub subject: Option<String>,
    /// One line for people.
    pub title: String,
    /// What the runner is told.
    pub params: Value,
    /// Steps in all, when known.
    pub total: Option<u64>,
}

/// Queues and runs jobs. Cheap to clone.
#[derive(Clone)]
pub struct Jobs(Arc<Inner>);

struct Inner {
    db: Db,
    runners: HashMap<&'static str, Arc<dyn Runner>>,
    running: Running,
    wake: Notify,
    stopped: watch::Sender<bool>,
    /// Held while jobs are started, so that none starts behind the back of a stop.
    starting: Mutex<()>,
}

/// Puts the engine together.
pub struct Builder {
    db: Db,
    runners: HashMap<&'static str, Arc<dyn Runner>>,
}

impl Builder {
    /// Adds a kind of work.
    #[must_use]
    pub fn runner(mut self, runner: impl Runner) -> Self {
        self.runners.insert(runner.kind(), Arc::new(runner));
        self
    }

    /// The engine; it does nothing until it is started.
    pub fn build(self) -> Jobs {
        let Self { db, runners } = self;
        let inner = Inner {
            db,
            runners,
            running: Running::new(),
            wake: Notify::new(),
            stopped: watch::channel(false).0,
            starting: Mutex::new(()),
        };
        Jobs(Arc::new(inner))
    }
}

impl Jobs {
    /// Begins to put an engine together.
    pub fn builder(db: Db) -> Builder {
        Builder { db, runners: HashMap::new() }
    }

    /// Follows how far running jobs are.
    pub fn progress(&self) -> broadcast::Receiver<JobProgress> {
        self.0.running.subscribe()
    }

    /// Queues a job in the caller's transaction; [`Jobs::nudge`] after the commit starts it at once.
    pub async fn submit(&self, tx: &mut Tx, principal: &Principal, new: NewJob) -> Result<JobId> {
        let post = match &principal.actor {
            Actor::User { post, .. } => post.clone(),
            _ => None,
        };
        let job = JobRow {
            id: tx.new_id(),
            kind: new.kind.to_owned(),
            subject: new.subject,
            title: new.title,
            state: JobState::Queued,
            params: new.params,
            checkpoint: None,
            result: None,
            fault: None,
            done: 0,
            total: new.total,
            wish: None,
            attempts: 0,
            user_id: principal.user_id().map(str::to_owned),
            user_name: principal.actor.name().to_owned(),
            post,
            why: tx.acting().why.clone(),
            created_at: tx.now(),
            started_at: None,
            changed_at: tx.now(),
            finished_at: None,
        };
        jobs::insert(tx, &job).await?;
        tell(tx, &job, JobState::Queued);
        Ok(job.id)
    }

    /// Looks for queued jobs now.
    pub fn nudge(&self) {
        self.0.wake.notify_one();
    }

    /// One job of the caller's, or any for whoever may read jobs.
    pub async fn get(&self, principal: &Principal, id: &JobId) -> Result<JobView> {
        let row = self.row(principal, "read", id).await?;
        let live = self.0.running.progress(id);
        Ok(JobView::new(row, live))
    }

    /// Jobs of the caller, or of all for whoever may read jobs; newest first.
    pub async fn list(&self, principal: &Principal, all: bool, limit: u32, offset: u64) -> Result<Page<JobView>> {
        if all {
            principal.scopes("read", "job")?;
        }
        let own = if all { None } else { Some(principal.user_id().unwrap_or_default()) };
        let mut rows = jobs::list(&self.0.db, own, limit + 1, offset).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let view = |row: JobRow| {
            let live = self.0.running.progress(&row.id);
            JobView::new(row, live)
        };
        let next = more.then(|| (offset + u64::from(limit)).to_string());
        Ok(Page { items: rows.into_iter().map(view).collect(), next, total: None })
    }

    /// The job as others of its kin show it, without asking for a right.
    pub async fn view(&self, id: &JobId) -> Result<Option<JobView>> {
        let row = jobs::get(&self.0.db, id).await?;
        Ok(row.map(|row| JobView::new(row, self.0.running.progress(id))))
    }

    async fn row(&self, principal: &Principal, action: &str, id: &JobId) -> Result<JobRow> {
        let row = jobs::get(&self.0.db, id).await?.ok_or_else(|| Fault::not_found("job", id))?;
        let own = row.user_id.is_some() && row.user_id.as_deref() == principal.user_id();
        if !own && principal.scopes(action, "job").is_err() {
            return Err(Fault::not_found("job", id));
        }
        Ok(row)
    }

    /// Ends a job. What is committed stays; the job's result says how much that is.
    pub async fn cancel(&self, principal: &Principal, id: &JobId, why: Option<String>) -> Result<JobView> {
        self.ask(principal, id, Wish::Cancel, why).await
    }

    /// Lets a job rest.
    pub async fn pause(&self, principal: &Principal, id: &JobId, why: Option<String>) -> Result<JobView> {
        let row = self.row(principal, "update", id).await?;
        let runner = self.0.runners.get(row.kind.as_str());
        if !runner.is_some_and(|runner| runner.pausable(&row)) {
            return Err(Refusal::new("job_not_pausable").into());
        }
        self.ask(principal, id, Wish::Pause, why).await
    }

    async fn ask(&self, principal: &Principal, id: &JobId, wish: Wish, why: Option<String>) -> Result<JobView> {
        let row = self.row(principal, "update", id).await?;
        let rest = if wish == Wish::Cancel { JobState::Cancelled } else { JobState::Paused };
        let name = if wish == Wish::Cancel { "cancel" } else { "pause" };
        let mut tx = self.0.db.begin(principal.acting(self.0.db.now(), why)).await?;
        let waiting = match row.state {
            JobState::Queued => jobs::shift(&mut tx, id, JobState::Queued, rest).await?,
            JobState::Paused if wish == Wish::Cancel => jobs::shift(&mut tx, id, JobState::Paused, rest).await?,
            _ => false,
        };
        if waiting {
            tell(&mut tx, &row, rest);
        } else if self.0.running.ask(id, wish) {
            // Also what began to run after its row was read.
            jobs::set_wish(&mut tx, id, Some(name)).await?;
        } else {
            return Err(Refusal::new("job_not_open").into());
        }
        tx.trace(&format!("job.{name}"), Subject::new("job", id), json!({"kind": row.kind, "subject": row.subject}));
        tx.commit().await?;
        self.get(principal, id).await
    }

    /// Lets a resting job go on.
    pub async fn resume(&self, principal: &Principal, id: &JobId, why: Option<String>) -> Result<JobView> {
        let row = self.row(principal, "update", id).await?;
        let mut tx = self.0.db.begin(principal.acting(self.0.db.now(), why)).await?;
        if !jobs::shift(&mut tx, id, JobState::Paused, JobState::Queued).await? {
            return Err(Refusal::new("job_not_paused").into());
        }
        tell(&mut tx, &row, JobState::Queued);
        tx.trace("job.resume", Subject::new("job", id), json!({"kind": row.kind, "subject": row.subject}));
        tx.commit().await?;
        self.nudge();
        self.get(principal, id).await
    }
}

impl Jobs {
    /// Runs jobs until stopped. What was under way when the program last ended is queued again.
    pub async fn run(&self) {
        while let Err(fault) = self.recover().await {
            tracing::warn!(%fault, "taking up interrupted jobs failed");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let mut stopped = self.0.stopped.subscribe();
        loop {
            if *stopped.borrow() {
                return;
            }
            if let Err(fault) = self.start_waiting().await {
                tracing::warn!(%fault, "starting jobs failed");
            }
            tokio::select! {
                () = self.0.wake.notified() => {}
                () = tokio::time::sleep(Duration::from_secs(2)) => {}
                _ = stopped.wait_for(|stop| *stop) => {}
            }
        }
    }

    /// Asks running jobs to rest and waits until they do; they go on at the next start.
    pub async fn stop(&self) {
        self.0.stopped.send_replace(true);
        drop(self.0.starting.lock().await);
        while self.0.running.count() > 0 {
            self.0.running.ask_all(Wish::Stop);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn recover(&self) -> Result<()> {
        for row in jobs::in_state(&self.0.db, JobState::Running, 1000).await? {
            let mut tx = self.0.db.begin(Acting::system("jobs", self.0.db.now())).await?;
            let next = if row.attempts >= MOST_ATTEMPTS { JobState::Failed } else { JobState::Queued };
            jobs::shift(&mut tx, &row.id, JobState::Running, next).await?;
            if next == JobState::Failed {
                let fault = Some(json!({"code": "job_interrupted", "params": {}}));
                let ended = Ended { done: row.done, total: row.total, result: None, fault };
                jobs::set_ended(&mut tx, &row.id, &ended).await?;
            }
            tell(&mut tx, &row, next);
            let data = json!({"kind": row.kind, "attempts": row.attempts, "done": row.done});
            tx.trace("job.interrupted", Subject::new("job", &row.id), data);
            tx.commit().await?;
        }
        Ok(())
    }

    async fn start_waiting(&self) -> Result<()> {
        let _starting = self.0.starting.lock().await;
        for row in jobs::in_state(&self.0.db, JobState::Queued, 50).await? {
            if self.0.running.count() >= AT_ONCE || *self.0.stopped.borrow() {
                return Ok(());
            }
            self.start(row).await?;
        }
        Ok(())
    }

    async fn start(&self, row: JobRow) -> Result<()> {
        let mut tx = self.0.db.begin(Acting::system("jobs", self.0.db.now())).await?;
        if !jobs::shift(&mut tx, &row.id, JobState::Queued, JobState::Running).await? {
            return Ok(());
        }
        tell(&mut tx, &row, JobState::Running);
        // Listed before the commit: whoever reads that it runs can also ask it to end.
        let progress = JobProgress {
            job: row.id.clone(),
            kind: row.kind.clone(),
            subject: row.subject.clone(),
            user: row.user_id.clone(),
            done: row.done,
            total: row.total,
            bad: 0,
            eta_seconds: None,
        };
        self.0.running.begin(progress, self.0.db.now());
        if let Err(fault) = tx.commit().await {
            self.0.running.end(&row.id);
            return Err(fault);
        }
        let own = self.clone();
        tokio::spawn(async move { own.work(row).await });
        Ok(())
    }

    async fn work(self, row: JobRow) {
        let ended = self.attempt(&row).await;
        let progress = self.0.running.progress(&row.id);
        let wish = self.0.running.wish(&row.id);
        let mut tries = 0_u32;
        // A job whose end cannot be written down would be begun again: tried until the store answers.
        while let Err(fault) = self.settle(&row, &ended, progress.as_ref(), wish).await {
            tracing::error!(%fault, job = %row.id, "noting the end of a job failed");
            tries += 1;
            if tries > 60 || *self.0.stopped.borrow() {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        self.0.running.end(&row.id);
        self.nudge();
    }

    /// Runs the runner in a task of its own: a panic ends the job, not the engine.
    async fn attempt(&self, row: &JobRow) -> Result<Ending> {
        let runner = self.0.runners.get(row.kind.as_str()).cloned();
        let runner = runner.ok_or_else(|| Fault::internal(format!("nobody runs jobs of kind {}", row.kind)))?;
        let handle = Handle { db: self.0.db.clone(), job: row.id.clone(), running: self.0.running.clone() };
        let row = row.clone();
        let task = tokio::spawn(async move { runner.run(&row, &handle).await });
        task.await.map_err(|broken| Fault::internal(format!("job broke off: {broken}")))?
    }

    async fn settle(
        &self,
        row: &JobRow,
        ended: &Result<Ending>,
        progress: Option<&JobProgress>,
        wish: Option<Wish>,
    ) -> Result<()> {
        let (state, result, fault) = match ended {
            Ok(Ending::Done(result)) => (JobState::Done, Some(result.clone()), None),
            Ok(Ending::Cancelled(result)) => (JobState::Cancelled, Some(result.clone()), None),
            Ok(Ending::Rested) if wish == Some(Wish::Pause) => (JobState::Paused, None, None),
            Ok(Ending::Rested) => (JobState::Queued, None, None),
            Err(fault) => (JobState::Failed, None, Some(stored_fault(fault))),
        };
        if let Err(fault) = ended
            && matches!(fault.kind.as_ref(), FaultKind::Internal(_))
        {
            tracing::error!(%fault, job = %row.id, kind = row.kind, "a job failed");
        }
        let mut tx = self.0.db.begin(Acting::system("jobs", self.0.db.now())).await?;
        jobs::shift(&mut tx, &row.id, JobState::Running, state).await?;
        let done = progress.map_or(row.done, |progress| progress.done);
        let total = progress.and_then(|progress| progress.total).or(row.total);
        jobs::set_ended(&mut tx, &row.id, &Ended { done, total, result, fault }).await?;
        tell(&mut tx, row, state);
        tx.commit().await
    }
}

fn tell(tx: &mut Tx, row: &JobRow, state: JobState) {
    tx.publish(Event::JobChanged(JobChanged {
        job: row.id.clone(),
        kind: row.kind.clone(),
        subject: row.subject.clone(),
        state,
        user: row.user_id.clone(),
    }));
}
