//! Clocks over all matters: the strip of open ones, and how they were kept.

use fengsui_kernel::id::MatterId;
use fengsui_kernel::{DivisionCode, Mode, Principal, Result, Text, Timestamp};
use fengsui_storage::matters::{self as rows, ClockCounts, OpenClockRow};
use schemars::JsonSchema;
use serde::Serialize;

use crate::engine::Engine;
use crate::open::post_of;
use crate::views::{ClockState, clock_view};

/// Most clocks on a strip.
const STRIP: u32 = 500;

/// A running clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OpenClock {
    /// The matter.
    pub matter: MatterId,
    /// Its process.
    pub process: String,
    /// Its title.
    pub title: String,
    /// Real or drill.
    pub mode: Mode,
    /// Where.
    pub division: DivisionCode,
    /// The clock.
    pub clock: String,
    /// Its name for people.
    pub clock_title: Option<Text>,
    /// The clause that sets it.
    pub clause: Option<String>,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it runs out.
    pub due_at: Timestamp,
    /// Running or overdue.
    pub state: ClockState,
    /// The post that holds the matter, by record id.
    pub post: Option<String>,
}

/// How the clocks of one name were kept, drills left out.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Timeliness {
    /// The process.
    pub process: String,
    /// The clock.
    pub clock: String,
    /// Its name for people.
    pub clock_title: Option<Text>,
    /// Stopped in time.
    pub met: u64,
    /// Stopped, or still running, after the end.
    pub late: u64,
    /// Running, in time.
    pub running: u64,
    /// Median minutes from start to stop.
    pub median_minutes: Option<f64>,
}

impl Engine {
    /// The running clocks that the caller may see, soonest first.
    pub async fn open_clocks(&self, principal: &Principal) -> Result<Vec<OpenClock>> {
        let found = rows::open_clocks(self.db(), &self.readable(principal)?, STRIP).await?;
        found.into_iter().map(|row| self.open_clock(row)).collect()
    }

    fn open_clock(&self, row: OpenClockRow) -> Result<OpenClock> {
        let view = clock_view(self.process_of(&row.matter.process)?, &row.clock, self.db().now());
        Ok(OpenClock {
            post: post_of(&row.matter),
            matter: row.matter.id,
            process: row.matter.process,
            title: row.matter.title,
            mode: row.matter.mode,
            division: row.matter.division,
            clock: view.name,
            clock_title: view.title,
            clause: view.clause,
            started_at: view.started_at,
            due_at: view.due_at,
            state: view.state,
        })
    }

    /// How clocks that started between `from` and `to` were kept.
    pub async fn timeliness(
        &self,
        principal: &Principal,
        process: Option<&str>,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) -> Result<Vec<Timeliness>> {
        let readable = self.readable(principal)?;
        let mut figures = Vec::new();
        for counts in rows::clock_counts(self.db(), &readable, process, (from, to)).await? {
            let median_minutes = rows::median_minutes(self.db(), &readable, &counts, (from, to)).await?;
            figures.push(self.figure(counts, median_minutes)?);
        }
        Ok(figures)
    }

    fn figure(&self, counts: ClockCounts, median_minutes: Option<f64>) -> Result<Timeliness> {
        let clocks = &self.process_of(&counts.process)?.descriptor().clocks;
        Ok(Timeliness {
            clock_title: clocks.iter().find(|clock| clock.name == counts.clock).map(|clock| clock.title),
            process: counts.process,
            clock: counts.clock,
            met: counts.met,
            late: counts.late,
            running: counts.running,
            median_minutes,
        })
    }
}
