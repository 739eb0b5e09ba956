//! Keeping the rules of templates in step: at once where that is quick, else as a job with its progress.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use fengsui_jobs::{Ending, Handle, NewJob, Runner, Wish};
use fengsui_kernel::id::{JobId, RuleTemplateId};
use fengsui_kernel::{Fault, Principal, Result};
use fengsui_series::SeriesEngine;
use fengsui_storage::jobs::JobRow;
use serde_json::json;

use crate::app::App;

/// The job.
const KIND: &str = "rule_template.keep";
/// Whoever changes a template waits this long at most for its rules; what is left becomes a job.
const AT_ONCE: Duration = Duration::from_millis(800);

/// Keeps the rules of a template in step, portion by portion.
pub struct KeepTemplate(pub SeriesEngine);

#[async_trait]
impl Runner for KeepTemplate {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, job: &JobRow, handle: &Handle) -> Result<Ending> {
        let subject = job.subject.as_deref().ok_or_else(|| Fault::internal("a job without a template"))?;
        let id: RuleTemplateId = subject.parse()?;
        let (mut total, mut left) = (job.total.unwrap_or_default(), u64::MAX);
        loop {
            match handle.wish() {
                // What is done stays; the list of templates says what is left.
                Some(Wish::Cancel) => return Ok(Ending::Cancelled(json!({"left": left.min(total)}))),
                Some(Wish::Stop | Wish::Pause) => return Ok(Ending::Rested),
                None => {}
            }
            left = self.0.keep_in_step(&id).await?;
            total = total.max(left);
            handle.progress(total - left, Some(total), 0);
            if left == 0 {
                return Ok(Ending::Done(json!({"series": total})));
            }
        }
    }
}

/// Brings the series of a template into step. Answers the job that goes on with what cannot be done at once.
pub async fn keep(app: &App, principal: &Principal, id: &RuleTemplateId, name: &str) -> Result<Option<JobId>> {
    let begun = Instant::now();
    loop {
        let left = app.series.keep_in_step(id).await?;
        if left == 0 {
            return Ok(None);
        }
        if begun.elapsed() > AT_ONCE {
            return submit(app, principal, id, name, left).await.map(Some);
        }
    }
}

async fn submit(app: &App, principal: &Principal, id: &RuleTemplateId, name: &str, left: u64) -> Result<JobId> {
    let mut tx = app.db.begin(principal.acting(app.db.now(), None)).await?;
    let new = NewJob {
        kind: KIND,
        subject: Some(id.to_string()),
        title: name.to_owned(),
        params: json!({}),
        total: Some(left),
    };
    let job = app.jobs.submit(&mut tx, principal, new).await?;
    tx.commit().await?;
    app.jobs.nudge();
    Ok(job)
}

/// After a start: what was interrupted goes on.
pub async fn go_on(app: &App) -> Result<()> {
    for (id, name, left) in app.series.templates_behind().await {
        submit(app, &Principal::system("rule_template"), &id, &name, left).await?;
    }
    Ok(())
}
