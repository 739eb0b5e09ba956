//! Observations of one or many series in the order of time, read piece by piece through the series engine.
//!
//! The engine answers newest first; the other way round, spans of time are tried until one holds no more than a page.
//! Of many series only those are opened whose turn comes.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};

use fengsui_kernel::Principal;
use fengsui_kernel::clock::from_millis;
use fengsui_kernel::id::SeriesId;
use fengsui_kernel::page::MAX_LIMIT;
use fengsui_series::{ObservationQuery, ObservationView};

use super::fault::{StaResult, too_much};
use super::world::World;
use crate::app::App;

/// Rows that one request may read.
pub const MOST_ROWS: usize = 200_000;
/// Observations that are sorted by something else than time.
pub const MOST_SORTED: usize = 50_000;
/// Pages that one request may ask the engine for.
const MOST_PAGES: usize = 1_500;
/// Nothing is stored from before 2000.
const EARLIEST: i64 = 946_684_800_000;
/// Further than any reading may claim to be ahead.
const LATEST: i64 = 253_402_300_000_000;

/// The span of time that is looked into first.
const HOUR: i64 = 3_600_000;
/// As many at once are worth an answer of the engine.
const MANY: usize = 100;

/// What one request may still read.
#[derive(Debug)]
pub struct Budget {
    rows: AtomicUsize,
    pages: AtomicUsize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { rows: AtomicUsize::new(MOST_ROWS), pages: AtomicUsize::new(MOST_PAGES) }
    }
}

fn spend(from: &AtomicUsize, amount: usize, limit: usize) -> StaResult<()> {
    let left = from.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(amount));
    left.map(|_| ()).map_err(|_| too_much(limit))
}

/// Asks the engine, within a budget.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub app: &'a App,
    pub principal: &'a Principal,
    pub budget: &'a Budget,
}

impl Source<'_> {
    /// The newest observations from `from` on and before `before`, newest first, and whether there are more.
    pub async fn newest(
        &self,
        series: &SeriesId,
        from: i64,
        before: i64,
        limit: u32,
    ) -> StaResult<(Vec<ObservationView>, bool)> {
        spend(&self.budget.pages, 1, MOST_PAGES)?;
        let (from, to) = (Some(from_millis(from)), Some(from_millis(before)));
        let query = ObservationQuery { from, to, limit: Some(limit.clamp(1, MAX_LIMIT)), cursor: None };
        let page = self.app.series.observations(self.principal, series, &query).await?;
        spend(&self.budget.rows, page.items.len(), MOST_ROWS)?;
        Ok((page.items, page.next.is_some()))
    }

    /// Some of the oldest observations from `from` on and before `before`, oldest first; none only if there are none.
    ///
    /// Looks into a span of time that grows while it holds few and shrinks when it holds more than a page.
    pub async fn oldest(&self, series: &SeriesId, from: i64, before: i64) -> StaResult<Vec<ObservationView>> {
        let (mut low, high) = (from.max(EARLIEST), before.min(LATEST));
        let (mut span, mut shrunk, mut best) = (HOUR, false, Vec::new());
        while low < high {
            let end = low.saturating_add(span).min(high);
            let (mut rows, more) = self.newest(series, low, end, MAX_LIMIT).await?;
            match (rows.is_empty(), more) {
                (_, true) if !best.is_empty() => break,
                (_, true) => (span, shrunk) = (((end - low) / 16).max(1), true),
                (true, false) => {
                    low = end;
                    span = if shrunk { span } else { span.saturating_mul(4) };
                }
                (false, false) => {
                    rows.reverse();
                    best = rows;
                    if shrunk || end == high || best.len() >= MANY {
                        break;
                    }
                    span = span.saturating_mul(4);
                }
            }
        }
        Ok(best)
    }
}

/// Which way time goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Newest first.
    Newest,
    /// Oldest first.
    Oldest,
}

/// The observation at which the page before ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub series: String,
    pub at: i64,
}

/// Where a walk goes.
#[derive(Debug, Clone)]
pub struct Span {
    pub from: i64,
    pub before: i64,
    pub direction: Direction,
    pub after: Option<Mark>,
    /// How many are wanted, as far as that is known: how much is read at once.
    pub wanted: usize,
}

impl Span {
    /// All of time.
    pub fn everything(direction: Direction) -> Self {
        Self { from: EARLIEST, before: LATEST, direction, after: None, wanted: MAX_LIMIT as usize }
    }
}

struct Run {
    stream: usize,
    ready: VecDeque<ObservationView>,
    from: i64,
    before: i64,
    /// When its next observation was measured at the latest (newest first) or earliest (oldest first).
    head: i64,
    /// Whether the engine has more behind those that are ready.
    more: bool,
}

/// Goes through the observations of several series in the order of time.
pub struct Walk<'a> {
    source: Source<'a>,
    world: &'a World,
    direction: Direction,
    portion: u32,
    runs: Vec<Run>,
}

impl<'a> Walk<'a> {
    /// Begins a walk; nothing is read yet.
    pub fn new(source: Source<'a>, world: &'a World, streams: &[usize], span: &Span) -> Self {
        let portion = match streams.len() {
            1 => span.wanted + 1,
            _ => (2 * span.wanted / streams.len().max(1)).max(20),
        };
        let portion = u32::try_from(portion).unwrap_or(MAX_LIMIT).clamp(1, MAX_LIMIT);
        let mut streams = streams.to_vec();
        // Ids decide between observations of the same moment, so that a page can go on where the one before ended.
        streams.sort_unstable();
        let runs = streams.into_iter().filter_map(|stream| run(world, stream, span)).collect();
        Self { source, world, direction: span.direction, portion, runs }
    }

    /// The next observation.
    pub async fn next(&mut self) -> StaResult<Option<(usize, ObservationView)>> {
        loop {
            let open = self.runs.iter().enumerate().filter(|(_, run)| run.more || !run.ready.is_empty());
            let next = match self.direction {
                Direction::Newest => open.max_by_key(|(place, run)| (run.head, std::cmp::Reverse(*place))),
                Direction::Oldest => open.min_by_key(|(place, run)| (run.head, *place)),
            };
            let Some(place) = next.map(|(place, _)| place) else { return Ok(None) };
            if let Some(row) = self.runs[place].ready.pop_front() {
                let run = &mut self.runs[place];
                run.passed(row.observed_at.as_millisecond(), self.direction);
                return Ok(Some((run.stream, row)));
            }
            self.fill(place).await?;
        }
    }

    async fn fill(&mut self, place: usize) -> StaResult<()> {
        let run = &self.runs[place];
        let series = &self.world.streams[run.stream].id;
        let (rows, more) = match self.direction {
            Direction::Newest => self.source.newest(series, run.from, run.before, self.portion).await?,
            Direction::Oldest => {
                let rows = self.source.oldest(series, run.from, run.before).await?;
                let more = !rows.is_empty();
                (rows, more)
            }
        };
        let run = &mut self.runs[place];
        run.more = more;
        run.ready = rows.into();
        if let Some(first) = run.ready.front() {
            run.head = first.observed_at.as_millisecond();
        }
        Ok(())
    }
}

impl Run {
    fn passed(&mut self, at: i64, direction: Direction) {
        let next = self.ready.front().map(|row| row.observed_at.as_millisecond());
        match direction {
            Direction::Newest => {
                self.before = at;
                self.head = next.unwrap_or(at - 1);
            }
            Direction::Oldest => {
                self.from = at + 1;
                self.head = next.unwrap_or(at + 1);
            }
        }
    }
}

/// A series that never had a value is not walked.
fn run(world: &World, stream: usize, span: &Span) -> Option<Run> {
    let series = &world.streams[stream];
    let last = series.last.as_ref()?.observed_at.as_millisecond();
    let (mut from, mut before) = (span.from, span.before);
    if let Some(mark) = &span.after {
        // Of the same moment, the series behind the mark's are still to come.
        let behind = i64::from(series.id.as_str() > mark.series.as_str());
        match span.direction {
            Direction::Newest => before = before.min(mark.at + behind),
            Direction::Oldest => from = from.max(mark.at + 1 - behind),
        }
    }
    let head = match span.direction {
        Direction::Newest => last.min(before - 1),
        Direction::Oldest => from,
    };
    (from < before).then_some(Run { stream, ready: VecDeque::new(), from, before, head, more: true })
}
