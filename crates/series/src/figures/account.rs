//! Figures of EEMUA 191 and ISA-18.2 over the history of alarms: pure functions of facts and a span of time.

use std::collections::BTreeMap;

/// One line of an alarm's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Which alarm; lines of one alarm follow each other in their order.
    pub alarm: usize,
    /// The series.
    pub series: i64,
    /// When, in milliseconds.
    pub at: i64,
    /// What, as in the history.
    pub what: What,
}

/// What happened to an alarm, as far as figures go by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Raised, or raised again.
    Raised,
    /// Returned to normal.
    Returned,
    /// Acknowledged.
    Acknowledged,
    /// Put on the shelf.
    Shelved,
    /// Taken from the shelf, by a person or at its end.
    Unshelved,
    /// Raised while its source was out of service.
    Suppressed,
    /// In service again and still active.
    Released,
}

impl What {
    /// From the word in the history; others do not matter here.
    pub fn from_stored(word: &str) -> Option<Self> {
        Some(match word {
            "raised" | "re_raised" => Self::Raised,
            "returned" => Self::Returned,
            "acknowledged" => Self::Acknowledged,
            "shelved" => Self::Shelved,
            "unshelved" | "shelf_ended" => Self::Unshelved,
            "suppressed" => Self::Suppressed,
            "released" => Self::Released,
            _ => return None,
        })
    }
}

/// What the figures are made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// When an operator was rung, in milliseconds, with the series.
    pub rung: Vec<(i64, i64)>,
    /// Milliseconds from a ring to its acknowledgement.
    pub acknowledged_after: Vec<i64>,
    /// Spans in which an alarm was active on the desk; one that still is has no end.
    pub standing: Vec<(i64, Option<i64>)>,
}

/// How one alarm stands while its history is read.
#[derive(Default)]
struct Reading {
    active: bool,
    silent: bool,
    /// The first ring that nobody acknowledged.
    rung: Option<i64>,
    standing_since: Option<i64>,
}

impl Reading {
    fn ring(&mut self, account: &mut Account, series: i64, at: i64) {
        if self.silent {
            return;
        }
        account.rung.push((at, series));
        self.rung.get_or_insert(at);
        self.standing_since.get_or_insert(at);
    }

    fn rest(&mut self, account: &mut Account, at: i64) {
        if let Some(since) = self.standing_since.take() {
            account.standing.push((since, Some(at.max(since))));
        }
    }

    fn step(&mut self, account: &mut Account, fact: &Fact) {
        match fact.what {
            What::Raised => {
                self.active = true;
                self.ring(account, fact.series, fact.at);
            }
            What::Returned => {
                self.active = false;
                self.rest(account, fact.at);
            }
            What::Acknowledged => {
                account.acknowledged_after.extend(self.rung.take().map(|rung| (fact.at - rung).max(0)));
            }
            What::Shelved => {
                self.silent = true;
                self.rung = None;
                self.rest(account, fact.at);
            }
            // It follows its raise at once: that one rang nobody.
            What::Suppressed => {
                self.silent = true;
                account.rung.pop();
                (self.rung, self.standing_since) = (None, None);
            }
            What::Unshelved | What::Released => {
                self.silent = false;
                if self.active {
                    self.ring(account, fact.series, fact.at);
                }
            }
        }
    }
}

/// Reads histories, alarm by alarm.
pub fn account(facts: &[Fact]) -> Account {
    let mut account = Account::default();
    for history in facts.chunk_by(|one, next| one.alarm == next.alarm) {
        let mut reading = Reading::default();
        for fact in history {
            reading.step(&mut account, fact);
        }
        account.standing.extend(reading.standing_since.map(|since| (since, None)));
    }
    account.rung.sort_unstable();
    account
}

/// Ten minutes, the window in which a flood is counted (EEMUA 191, ISA-18.2).
pub const WINDOW_MS: i64 = 600_000;

/// The share of a span during which more than `most` alarms had rung in the ten minutes before. `rung` is sorted.
pub fn flood_share(rung: &[i64], (from, to): (i64, i64), most: usize) -> f64 {
    let mut edges: Vec<(i64, i32)> = rung.iter().flat_map(|at| [(*at, 1), (at + WINDOW_MS, -1)]).collect();
    edges.sort_unstable();
    let (mut inside, mut since, mut flooded) = (0_i64, from, 0_i64);
    for (at, change) in edges {
        let until = at.clamp(from, to);
        if usize::try_from(inside).unwrap_or(0) > most {
            flooded += until - since;
        }
        since = until;
        inside += i64::from(change);
    }
    if to > from { flooded as f64 / (to - from) as f64 } else { 0.0 }
}

/// The most alarms that rang within ten minutes. `rung` is sorted.
pub fn worst_window(rung: &[i64]) -> usize {
    let mut first = 0;
    let count = |(last, at): (usize, &i64)| {
        while rung[first] <= at - WINDOW_MS {
            first += 1;
        }
        last - first + 1
    };
    rung.iter().enumerate().map(count).max().unwrap_or(0)
}

/// The value up to which the given part of the sorted values lies, by the nearest rank.
pub fn quantile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (percent * sorted.len()).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// How many alarms stood on the average of a span.
pub fn average_standing(standing: &[(i64, Option<i64>)], (from, to): (i64, i64)) -> f64 {
    let within = |(since, until): &(i64, Option<i64>)| (until.unwrap_or(to).min(to) - since.max(&from)).max(0);
    if to > from { standing.iter().map(within).sum::<i64>() as f64 / (to - from) as f64 } else { 0.0 }
}

/// Series by how often they rang, the noisiest first.
pub fn noisiest(rung: &[(i64, i64)], count: usize) -> Vec<(i64, usize)> {
    let mut by_series: BTreeMap<i64, usize> = BTreeMap::new();
    for (_, series) in rung {
        *by_series.entry(*series).or_default() += 1;
    }
    let mut ordered: Vec<(i64, usize)> = by_series.into_iter().collect();
    ordered.sort_by_key(|(series, rings)| (std::cmp::Reverse(*rings), *series));
    ordered.truncate(count);
    ordered
}
