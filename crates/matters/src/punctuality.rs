//! How clocks were kept: one by one, and as figures over any of them.

use fengsui_kernel::id::MatterId;
use fengsui_kernel::{DivisionCode, Principal, Result, Text, Timestamp};
use fengsui_storage::matters::{self as rows, ClockFact};
use schemars::JsonSchema;
use serde::Serialize;

pub use fengsui_storage::matters::ClockFilter;

use crate::engine::Engine;
use crate::views::ClockState;

/// The most clocks that one set of figures reads.
pub const MOST_CLOCKS: u32 = 200_000;

/// A clock and how it was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeptClock {
    /// The matter.
    pub matter: MatterId,
    /// Its title.
    pub title: String,
    /// Its process.
    pub process: String,
    /// The clock.
    pub clock: String,
    /// Its name for people.
    pub clock_title: Option<Text>,
    /// Where.
    pub division: DivisionCode,
    /// The post that stopped it, or holds the matter, by record id.
    pub post: Option<String>,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it runs out.
    pub due_at: Timestamp,
    /// When it stopped.
    pub stopped_at: Option<Timestamp>,
    /// How it stands.
    pub state: ClockState,
}

/// Figures over clocks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Figures {
    /// Stopped in time.
    pub met: u64,
    /// Stopped, or still running, after the end.
    pub late: u64,
    /// Running, in time.
    pub running: u64,
    /// Median minutes from start to stop.
    pub median_minutes: Option<f64>,
    /// Nine of ten took no longer than this, in minutes.
    pub p90_minutes: Option<f64>,
}

impl KeptClock {
    /// Minutes from start to stop, of one that was stopped because what it waits for was done.
    fn took(&self) -> Option<f64> {
        let stopped = self.stopped_at.filter(|_| self.state != ClockState::Void)?;
        Some((stopped.as_millisecond() - self.started_at.as_millisecond()) as f64 / 60_000.0)
    }

    /// Minutes past its end at a moment, or when it stopped; negative while there is time left.
    pub fn late_by(&self, now: Timestamp) -> f64 {
        (self.stopped_at.unwrap_or(now).as_millisecond() - self.due_at.as_millisecond()) as f64 / 60_000.0
    }

    /// Whether it counts as late.
    pub fn is_late(&self) -> bool {
        matches!(self.state, ClockState::Late | ClockState::Overdue)
    }
}

impl Figures {
    /// Figures over some clocks. One that ended because its matter was over counts only when it was
    /// late by then, and never in the times taken.
    pub fn of<'a>(clocks: impl IntoIterator<Item = &'a KeptClock>) -> Self {
        let mut figures = Self::default();
        let mut took = Vec::new();
        for clock in clocks {
            match clock.state {
                ClockState::Met => figures.met += 1,
                ClockState::Late | ClockState::Overdue => figures.late += 1,
                ClockState::Running => figures.running += 1,
                ClockState::Void => {}
            }
            took.extend(clock.took());
        }
        took.sort_by(f64::total_cmp);
        figures.median_minutes = median(&took);
        figures.p90_minutes = nearest_rank(&took, 90);
        figures
    }

    /// Met among those that are decided.
    pub fn share(&self) -> Option<f64> {
        let decided = self.met + self.late;
        (decided > 0).then(|| self.met as f64 / decided as f64)
    }
}

fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    Some(if sorted.len() % 2 == 1 { upper } else { f64::midpoint(*sorted.get(middle - 1)?, upper) })
}

fn nearest_rank(sorted: &[f64], percent: usize) -> Option<f64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

impl Engine {
    /// Clocks of real matters that the caller may see, newest first, [`MOST_CLOCKS`] at most.
    pub async fn kept_clocks(&self, principal: &Principal, filter: &ClockFilter) -> Result<Vec<KeptClock>> {
        let now = self.db().now();
        let facts = rows::clock_facts(self.db(), &self.readable(principal)?, filter, MOST_CLOCKS).await?;
        Ok(facts.into_iter().map(|fact| self.kept(fact, now)).collect())
    }

    fn kept(&self, fact: ClockFact, now: Timestamp) -> KeptClock {
        let known = self.process_of(&fact.process).ok().map(crate::erased::Erased::descriptor);
        let clock = known.and_then(|known| known.clocks.iter().find(|clock| clock.name == fact.clock));
        KeptClock {
            clock_title: clock.map(|clock| clock.title),
            state: state(&fact, now),
            matter: fact.matter,
            title: fact.title,
            process: fact.process,
            clock: fact.clock,
            division: fact.division,
            post: fact.post,
            started_at: fact.started_at,
            due_at: fact.due_at,
            stopped_at: fact.stopped_at,
        }
    }
}

fn state(fact: &ClockFact, now: Timestamp) -> ClockState {
    match fact.stopped_at {
        None if now > fact.due_at => ClockState::Overdue,
        None => ClockState::Running,
        Some(stopped) if stopped > fact.due_at => ClockState::Late,
        Some(_) if fact.void => ClockState::Void,
        Some(_) => ClockState::Met,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_nine_of_ten() {
        assert_eq!((median(&[]), nearest_rank(&[], 90)), (None, None));
        assert_eq!(median(&[1.0, 2.0, 30.0]), Some(2.0));
        assert_eq!(median(&[1.0, 3.0]), Some(2.0));
        let ten: Vec<f64> = (1_u8..=10).map(f64::from).collect();
        assert_eq!(nearest_rank(&ten, 90), Some(9.0));
        assert_eq!(nearest_rank(&[4.0], 90), Some(4.0));
    }
}
