//! The jobs that judge every row, and that take the rows in.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use fengsui_jobs::{Ending, Handle, Runner, Wish};
use fengsui_kernel::{Fault, Principal, Result};
use fengsui_registry::ImportMode;
use fengsui_registry::sheet::{Intake, PlaceNames, RowError, SheetPlan, Taken};
use fengsui_storage::Tx;
use fengsui_storage::imports::{self, ImportRow};
use fengsui_storage::jobs::JobRow;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Tools;
use crate::feed::{Feed, Portion};
use crate::fields::change;
use crate::report::{ImportSummary, Tally};
use crate::shelf::{List, ListWriter};
use crate::view::{ImportStage, SheetFacts};

/// The job that judges.
pub(crate) const CHECK: &str = "import.check";
/// The job that takes in.
pub(crate) const RUN: &str = "import.run";
/// Rows that are committed together: while they are written an alarm waits, a quarter of a second at most.
const PORTION: usize = 500;

/// Judges rows, or takes them in.
pub(crate) struct RunSheet {
    tools: Tools,
    kind: &'static str,
}

/// From where a run goes on.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Mark {
    /// Rows up to this one are done with.
    row: u64,
    taken: (u64, u64, u64),
    tally: Tally,
    /// Findings written by then.
    findings: u64,
    /// Seconds spent.
    seconds: f64,
    /// All is committed.
    complete: bool,
}

impl RunSheet {
    pub(crate) fn check(tools: Tools) -> Self {
        Self { tools, kind: CHECK }
    }

    pub(crate) fn run(tools: Tools) -> Self {
        Self { tools, kind: RUN }
    }
}

/// A row with its mistakes, as the list of findings keeps it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Finding {
    pub(crate) row: u64,
    pub(crate) errors: Vec<RowError>,
}

struct Run<'a> {
    tools: &'a Tools,
    job: &'a JobRow,
    handle: &'a Handle,
    import: ImportRow,
    principal: Principal,
    /// Nothing for a check.
    mode: Option<ImportMode>,
    intake: Intake<'a>,
    mark: Mark,
    findings: ListWriter,
    began: Instant,
    total: u64,
}

/// How a run came out of its rows.
enum Through {
    All,
    Asked(Wish),
}

#[async_trait]
impl Runner for RunSheet {
    fn kind(&self) -> &'static str {
        self.kind
    }

    fn pausable(&self, job: &JobRow) -> bool {
        mode_of(job) == Some(ImportMode::GoodRows)
    }

    async fn run(&self, job: &JobRow, handle: &Handle) -> Result<Ending> {
        let id = Tools::import_of(job)?;
        let import = self.tools.import(&id).await?;
        let spec = Arc::clone(self.tools.registry.kind(&import.kind)?);
        let plan: SheetPlan =
            self.tools.kept().read(import.plan.as_ref())?.ok_or_else(|| Fault::internal("an import without a plan"))?;
        let plan = Arc::new(plan);
        let principal = self.tools.principal(job).await?;
        let scopes = principal.scopes("import", &import.kind)?;
        let mark: Mark = self.tools.kept().read(job.checkpoint.as_ref())?.unwrap_or_default();
        let mark = Mark { tally: mark.tally.ready(), ..mark };
        let mode = mode_of(job);
        let mut intake = Intake::new(&spec, &principal, &plan, id.clone(), mode.is_none());
        let (created, updated, unchanged) = mark.taken;
        intake.go_on_from(Taken { created, updated, unchanged });
        let facts: SheetFacts = self.tools.kept().read(import.facts.as_ref())?.unwrap_or_default();
        let feed = Feed {
            shelf: self.tools.shelf.clone(),
            import: id.clone(),
            spec: Arc::clone(&spec),
            plan: Arc::clone(&plan),
            names: PlaceNames::new(self.tools.db.clone(), scopes),
            portion: PORTION,
        };
        let findings = self.tools.shelf.write(&id, List::Findings, mark.findings)?;
        let run = Run {
            tools: &self.tools,
            job,
            handle,
            import,
            principal: principal.clone(),
            mode,
            intake,
            mark,
            findings,
            began: Instant::now(),
            total: facts.below,
        };
        run.go(feed).await
    }
}

fn mode_of(job: &JobRow) -> Option<ImportMode> {
    job.params.get("mode").and_then(|mode| serde_json::from_value(mode.clone()).ok())
}

impl Run<'_> {
    async fn go(mut self, feed: Feed) -> Result<Ending> {
        if self.mark.complete {
            return self.end(Through::All).await;
        }
        let (mut portions, task) = feed.start();
        let whole = self.mode == Some(ImportMode::AllOrNothing);
        let mut open: Option<Tx> = None;
        while let Some(portion) = portions.recv().await {
            if let Some(wish) = self.handle.wish() {
                drop(portions);
                // The reader stops by itself when nobody listens.
                let _ = task.await;
                return self.end(Through::Asked(wish)).await;
            }
            if portion.last <= self.mark.row {
                self.intake.pass_over(portion.rows);
                continue;
            }
            let mut tx = match open.take() {
                Some(tx) => tx,
                None => self.begin().await?,
            };
            self.take(&mut tx, portion).await?;
            match (self.mode, whole) {
                (None, _) => tx.rollback().await?,
                (Some(_), true) => open = Some(tx),
                (Some(_), false) => self.commit(tx).await?,
            }
            self.handle.progress(self.mark.tally.rows, Some(self.total.max(self.mark.tally.rows)), self.mark.tally.bad);
        }
        task.await.map_err(|broken| Fault::internal(format!("the reader broke off: {broken}")))??;
        if whole {
            self.close_whole(open).await?;
        }
        self.end(Through::All).await
    }

    async fn begin(&self) -> Result<Tx> {
        self.tools.db.begin(self.principal.acting(self.tools.db.now(), self.job.why.clone())).await
    }

    async fn take(&mut self, tx: &mut Tx, portion: Portion) -> Result<()> {
        // After a restart the first portion may hold rows that were taken before.
        let row = self.mark.row;
        let (old, new): (Vec<_>, Vec<_>) = portion.rows.into_iter().partition(|own| own.number <= row);
        self.intake.pass_over(old);
        for (number, why) in portion.asides.into_iter().filter(|(number, _)| *number > row) {
            self.mark.tally.aside(number, why);
        }
        self.mark.tally.rows += new.len() as u64;
        for (row, errors) in self.intake.take(tx, new).await? {
            self.mark.tally.bad(&errors);
            self.findings.push(row, &Finding { row, errors })?;
        }
        self.mark.row = portion.last;
        let Taken { created, updated, unchanged } = self.intake.taken();
        self.mark.taken = (created, updated, unchanged);
        Ok(())
    }

    /// Makes a portion durable together with the mark from which the run goes on.
    async fn commit(&mut self, mut tx: Tx) -> Result<()> {
        self.mark.findings = self.findings.settle()?;
        self.mark.seconds += self.began.elapsed().as_secs_f64();
        self.began = Instant::now();
        self.intake.tell(
            &mut tx,
            &json!({"file": self.import.file_name, "rows": self.mark.tally.rows, "bad": self.mark.tally.bad}),
        );
        self.handle.checkpoint(&mut tx, &self.tools.kept().write(&self.mark)?, self.mark.tally.rows).await?;
        tx.commit().await
    }

    async fn close_whole(&mut self, open: Option<Tx>) -> Result<()> {
        let Some(tx) = open else { return Ok(()) };
        if self.mark.tally.bad > 0 {
            return tx.rollback().await;
        }
        self.mark.complete = true;
        self.commit(tx).await
    }

    /// Notes how it ended.
    async fn end(mut self, through: Through) -> Result<Ending> {
        if matches!(through, Through::Asked(Wish::Pause | Wish::Stop)) {
            return Ok(Ending::Rested);
        }
        self.findings.settle()?;
        let cancelled = matches!(through, Through::Asked(_));
        let whole = self.mode == Some(ImportMode::AllOrNothing);
        let mut summary = self.mark.tally.summary(self.intake.taken(), self.mode);
        summary.seconds = self.mark.seconds + self.began.elapsed().as_secs_f64();
        let nothing = self.mode.is_none() || (whole && (cancelled || self.mark.tally.bad > 0));
        summary.applied = !nothing && summary.created + summary.updated > 0;
        summary.ended_at_row = cancelled.then_some(self.mark.row);
        let stage = match (nothing, cancelled) {
            (true, true) if self.mode.is_none() => ImportStage::Mapping,
            (true, _) => ImportStage::Checked,
            (false, true) if !summary.applied => ImportStage::Checked,
            (false, true) => ImportStage::Cancelled,
            (false, false) => ImportStage::Done,
        };
        self.note(stage, &summary, cancelled && nothing).await?;
        let result = json!({
            "rows": summary.rows, "bad": summary.bad, "created": summary.created, "updated": summary.updated,
            "unchanged": summary.unchanged, "applied": summary.applied, "ended_at_row": summary.ended_at_row,
        });
        Ok(if cancelled { Ending::Cancelled(result) } else { Ending::Done(result) })
    }

    async fn note(&self, stage: ImportStage, summary: &ImportSummary, keep_report: bool) -> Result<()> {
        let report = self.tools.kept().write(summary)?;
        let mut tx = self.begin().await?;
        change(&mut tx, &self.import.id, |row| {
            stage.as_str().clone_into(&mut row.stage);
            if !keep_report {
                row.report = Some(report);
            }
        })
        .await?;
        if stage == ImportStage::Done {
            self.remember(&mut tx).await?;
        }
        tx.commit().await
    }

    /// The next sheet with these headings is read the same way.
    async fn remember(&self, tx: &mut Tx) -> Result<()> {
        let plan: Option<SheetPlan> = self.tools.kept().read(self.import.plan.as_ref())?;
        let Some(plan) = plan else { return Ok(()) };
        let memory = self.tools.kept().write(&plan.memory())?;
        imports::remember(tx, &self.import.kind, &self.import.organisation, &plan.signature(), &memory).await
    }
}
