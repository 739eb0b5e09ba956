//! The figures page of the alarm desk: EEMUA 191 and ISA-18.2 over what is stored, computed when asked.

mod account;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use fengsui_kernel::id::{AlarmId, SeriesId};
use fengsui_kernel::{DivisionCode, Fault, Principal, Result, Timestamp};
use fengsui_storage::series::alarm_facts::{self as store, AlarmFact, AlarmFactsFilter, AlarmSource, VerdictCounts};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::account::{Account, Fact, What};
use crate::engine::SeriesEngine;

/// Lines of history that one question reads; beyond it the figures say that they are incomplete.
const MOST_LINES: u32 = 500_000;
/// The longest span of one question, in days.
const LONGEST_DAYS: i64 = 400;
/// Alarms of one operator in ten minutes above which it is a flood (EEMUA 191, ISA-18.2).
const FLOOD: usize = 10;
/// An alarm that stands this long is stale.
const STALE_MS: i64 = 86_400_000;
const HOUR_MS: f64 = 3_600_000.0;

/// A series that rings often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NoisySeries {
    /// The series.
    pub series: SeriesId,
    /// Its name.
    pub name: String,
    /// The device, by record id.
    pub device: String,
    /// The device's name.
    pub device_name: String,
    /// The enterprise's name.
    pub enterprise_name: Option<String>,
    /// How often it rang.
    pub count: u64,
    /// Its share of all rings.
    pub share: f64,
}

/// How often a device's alarms turned out false.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeviceVerdicts {
    /// The device, by record id.
    pub device: String,
    /// The device's name.
    pub device_name: String,
    /// Alarms judged true or false.
    pub judged: u64,
    /// Of these, false.
    pub false_alarms: u64,
    /// False among the judged.
    pub share: f64,
}

/// The figures of a span.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlarmFigures {
    /// From this time on.
    pub from: Timestamp,
    /// Before this time.
    pub to: Timestamp,
    /// Operator desks that the load is divided by, at least one.
    pub posts: u64,
    /// How often an operator was rung: raised, raised again, back from a shelf, back in service.
    pub rung: u64,
    /// Rings per hour and operator desk.
    pub per_hour: f64,
    /// The most rings within ten minutes.
    pub worst_ten_minutes: u64,
    /// Share of the time in flood: more than ten rings per operator desk within ten minutes.
    pub flood_share: f64,
    /// Alarms active on the desk on the average.
    pub standing_average: f64,
    /// Alarms active on the desk at the end of the span.
    pub standing: u64,
    /// Of these, for more than a day.
    pub stale: u64,
    /// Median minutes from ring to acknowledgement; absent without any.
    pub acknowledge_median_minutes: Option<f64>,
    /// Nine of ten were acknowledged within so many minutes.
    pub acknowledge_p90_minutes: Option<f64>,
    /// Acknowledgements measured.
    pub acknowledged: u64,
    /// The ten noisiest series.
    pub noisiest: Vec<NoisySeries>,
    /// Share of the ten noisiest in all rings.
    pub noisiest_share: f64,
    /// False alarms by device, the most first.
    pub verdicts: Vec<DeviceVerdicts>,
    /// False among all judged; absent where none was.
    pub false_share: Option<f64>,
    /// Whether all of the history was read; there is a bound on how much one question reads.
    pub complete: bool,
}

/// What figures are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FiguresQuestion {
    /// From this time on.
    pub from: Timestamp,
    /// Before this time.
    pub to: Timestamp,
    /// A division and what lies below it.
    pub division: Option<DivisionCode>,
    /// Operator desks that answer for it.
    pub posts: u64,
}

impl SeriesEngine {
    /// Figures over the real alarms that the caller may read.
    pub async fn alarm_figures(&self, principal: &Principal, question: FiguresQuestion) -> Result<AlarmFigures> {
        let FiguresQuestion { from, to, division, posts } = question;
        if to <= from || to.duration_since(from).as_hours() > LONGEST_DAYS * 24 {
            return Err(Fault::field("to", "span_out_of_range").with("max", &LONGEST_DAYS.to_string()).into());
        }
        let scopes = principal.scopes("read", "alarm")?;
        let filter = AlarmFactsFilter { from, to, division };
        let history = store::history(&self.core.db, &scopes, &filter, MOST_LINES).await?;
        let complete = history.len() < MOST_LINES as usize;
        let account = account::account(&facts(&history));
        let span = (from.as_millisecond(), to.as_millisecond());
        let rung: Vec<(i64, i64)> = account.rung.iter().copied().filter(|(at, _)| *at >= span.0).collect();
        let numbers: Vec<i64> = account::noisiest(&rung, 10).into_iter().map(|(series, _)| series).collect();
        let sources = store::sources(&self.core.db, &numbers).await?;
        let verdicts = store::verdicts(&self.core.db, &scopes, &filter).await?;
        let base = figures(question, &account, &rung, span);
        let noisiest = noisy(&rung, &sources);
        let noisiest_share = noisiest.iter().map(|one| one.share).sum();
        let (verdicts, false_share) = judged(verdicts);
        Ok(AlarmFigures { posts: posts.max(1), noisiest, noisiest_share, verdicts, false_share, complete, ..base })
    }
}

fn facts(history: &[AlarmFact]) -> Vec<Fact> {
    let mut numbers: HashMap<&AlarmId, usize> = HashMap::new();
    let mut facts = Vec::with_capacity(history.len());
    for line in history {
        let Some(what) = What::from_stored(&line.what) else { continue };
        let next = numbers.len();
        let alarm = *numbers.entry(&line.alarm).or_insert(next);
        facts.push(Fact { alarm, series: line.series, at: line.at.as_millisecond(), what });
    }
    facts
}

fn figures(question: FiguresQuestion, account: &Account, rung: &[(i64, i64)], span: (i64, i64)) -> AlarmFigures {
    let posts = usize::try_from(question.posts.max(1)).unwrap_or(1);
    let times: Vec<i64> =
        account.rung.iter().map(|(at, _)| *at).filter(|at| *at >= span.0 - account::WINDOW_MS).collect();
    let inside: Vec<i64> = rung.iter().map(|(at, _)| *at).collect();
    let standing: Vec<i64> =
        account.standing.iter().filter(|(_, until)| until.is_none()).map(|(since, _)| *since).collect();
    let mut waits = account.acknowledged_after.clone();
    waits.sort_unstable();
    let minutes = |millis: i64| millis as f64 / 60_000.0;
    let hours = (span.1 - span.0) as f64 / HOUR_MS;
    AlarmFigures {
        from: question.from,
        to: question.to,
        posts: question.posts,
        rung: rung.len() as u64,
        per_hour: rung.len() as f64 / hours / posts as f64,
        worst_ten_minutes: account::worst_window(&inside) as u64,
        flood_share: account::flood_share(&times, span, FLOOD * posts),
        standing_average: account::average_standing(&account.standing, span),
        standing: standing.len() as u64,
        stale: standing.iter().filter(|since| span.1 - **since > STALE_MS).count() as u64,
        acknowledge_median_minutes: account::quantile(&waits, 50).map(minutes),
        acknowledge_p90_minutes: account::quantile(&waits, 90).map(minutes),
        acknowledged: waits.len() as u64,
        noisiest: Vec::new(),
        noisiest_share: 0.0,
        verdicts: Vec::new(),
        false_share: None,
        complete: true,
    }
}

fn noisy(rung: &[(i64, i64)], sources: &[AlarmSource]) -> Vec<NoisySeries> {
    let named = |(series, count): (i64, usize)| {
        let source = sources.iter().find(|source| source.number == series)?;
        Some(NoisySeries {
            series: source.id.clone(),
            name: source.name.clone(),
            device: source.device.clone(),
            device_name: source.device_name.clone(),
            enterprise_name: source.enterprise_name.clone(),
            count: count as u64,
            share: count as f64 / rung.len().max(1) as f64,
        })
    };
    account::noisiest(rung, 10).into_iter().filter_map(named).collect()
}

fn judged(counts: Vec<VerdictCounts>) -> (Vec<DeviceVerdicts>, Option<f64>) {
    let total: u64 = counts.iter().map(|one| one.judged).sum();
    let wrong: u64 = counts.iter().map(|one| one.false_alarms).sum();
    let view = |one: VerdictCounts| DeviceVerdicts {
        share: one.false_alarms as f64 / one.judged.max(1) as f64,
        device: one.device,
        device_name: one.device_name,
        judged: one.judged,
        false_alarms: one.false_alarms,
    };
    (counts.into_iter().map(view).collect(), (total > 0).then(|| wrong as f64 / total as f64))
}
