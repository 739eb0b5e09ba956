//! Rows told as alarms beside rows labelled as anomalous.

use std::fmt;

use crate::data::Run;

/// Figures of one detector on one set.
///
/// By rows: an alarm that stands counts in every row, also before its window and after it. Rows that
/// were learned from count as quiet. The delay of a labelled window is the time from its first row
/// to the first alarmed row inside; the median is over the windows that were found. An alarm that
/// stood before the window began counts as found at once; how many did is told as `stood`.
#[derive(Default)]
pub struct Figures {
    hits: u32,
    false_alarms: u32,
    missed: u32,
    quiet: u32,
    windows: u32,
    standing: u32,
    delays: Vec<i64>,
}

fn share(part: u32, of: u32) -> f64 {
    if of == 0 { 0.0 } else { f64::from(part) / f64::from(of) }
}

impl Figures {
    pub fn add(&mut self, run: &Run, alarms: &[bool]) {
        assert_eq!(alarms.len(), run.labels.len());
        for (alarm, label) in alarms.iter().zip(&run.labels) {
            match (alarm, label) {
                (true, true) => self.hits += 1,
                (true, false) => self.false_alarms += 1,
                (false, true) => self.missed += 1,
                (false, false) => self.quiet += 1,
            }
        }
        for (begin, end) in run.windows() {
            self.windows += 1;
            self.standing += u32::from(begin > 0 && alarms[begin - 1] && alarms[begin]);
            let first = (begin..end).find(|row| alarms[*row]);
            self.delays.extend(first.map(|row| run.times[row] - run.times[begin]));
        }
        self.delays.sort_unstable();
    }

    pub fn of(run: &Run, alarms: &[bool]) -> Self {
        let mut figures = Self::default();
        figures.add(run, alarms);
        figures
    }

    pub fn precision(&self) -> f64 {
        share(self.hits, self.hits + self.false_alarms)
    }

    pub fn recall(&self) -> f64 {
        share(self.hits, self.hits + self.missed)
    }

    pub fn f1(&self) -> f64 {
        share(2 * self.hits, 2 * self.hits + self.false_alarms + self.missed)
    }

    pub fn false_alarm_rate(&self) -> f64 {
        share(self.false_alarms, self.false_alarms + self.quiet)
    }

    pub fn told(&self) -> u32 {
        self.hits + self.false_alarms
    }

    pub fn hits(&self) -> u32 {
        self.hits
    }

    pub fn found(&self) -> usize {
        self.delays.len()
    }
}

pub fn heading(set: &str) {
    println!("\n{set:<38} precision recall    F1  false  found stood  median delay   rows inside");
}

pub fn line(detector: &str, figures: &Figures) {
    println!("  {detector:<36} {figures}");
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (precision, recall, f1, rate) = (self.precision(), self.recall(), self.f1(), self.false_alarm_rate());
        let delay = self.delays.get(self.delays.len() / 2).map_or_else(|| "-".to_owned(), |delay| span(*delay));
        let found = format!("{}/{}", self.found(), self.windows);
        let (stood, told, inside) = (self.standing, self.told(), self.hits);
        write!(
            f,
            "{precision:>9.3} {recall:>6.3} {f1:>5.3}  {rate:.3} {found:>6} {stood:>5} {delay:>13} {told:>6} {inside:>6}"
        )
    }
}

pub fn span(millis: i64) -> String {
    match millis / 1000 {
        seconds if seconds < 180 => format!("{seconds} s"),
        seconds if seconds < 10_800 => format!("{} min", seconds / 60),
        seconds => format!("{:.1} h", f64::from(i32::try_from(seconds).unwrap_or(i32::MAX)) / 3600.0),
    }
}
