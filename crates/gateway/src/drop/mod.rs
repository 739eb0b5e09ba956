//! Folders into which others put files: by FTP, by hand, from a share.
//!
//! A file is taken once it stopped growing. Its readings are stored first and the file moved afterwards: to `taken`, or
//! to `refused` with a report beside it. A program that ends in between takes the file again, and the same readings
//! twice are one.

mod sheet;
mod table;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use fengsui_series::{MAX_READINGS, QuarantineReason, Reject, Submission};
use tokio_util::task::TaskTracker;

use crate::counters::add;
use crate::fetching::Context;
pub use sheet::Encoding;
use table::{BadRow, Table};
pub use table::{Columns, DeviceOf, Layout};

/// Larger files are refused: whoever writes them can write several.
const LARGEST: u64 = 32 * 1024 * 1024;
/// Bad rows that a report lists.
const LISTED: usize = 1_000;

/// A folder that is watched.
#[derive(Debug, Clone)]
pub struct DropFolder {
    /// Where the files are put.
    pub directory: PathBuf,
    /// Names of files, with `*` for any characters and `?` for one.
    pub pattern: String,
    /// From one look to the next; a file that did not change in between is complete.
    pub interval: Duration,
    /// In what CSV files are written.
    pub encoding: Encoding,
    /// What separates their columns.
    pub delimiter: u8,
    /// What the columns are.
    pub columns: Columns,
}

/// What tells whether a file still grows.
type Stamp = (u64, Option<SystemTime>);

/// Starts a task for each folder.
pub(crate) fn start(folders: Vec<DropFolder>, context: &Context, tasks: &TaskTracker) {
    for folder in folders {
        let context = context.clone();
        tasks.spawn(async move {
            Watch { folder, context, seen: HashMap::new(), unmoved: HashMap::new(), absent: false }.run().await;
        });
    }
}

struct Watch {
    folder: DropFolder,
    context: Context,
    seen: HashMap<PathBuf, Stamp>,
    /// Files that are stored and could not be moved, with their reports.
    unmoved: HashMap<PathBuf, (Stamp, Option<String>)>,
    absent: bool,
}

impl Watch {
    async fn run(mut self) {
        let stop = self.context.stop.clone();
        loop {
            for path in self.complete().await {
                if stop.is_cancelled() {
                    return;
                }
                self.take(&path).await;
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(self.folder.interval) => {}
            }
        }
    }

    /// Files that did not change since the last look, in the order of their names.
    async fn complete(&mut self) -> Vec<PathBuf> {
        let folder = self.folder.clone();
        let found = tokio::task::spawn_blocking(move || listed(&folder)).await;
        let found = match found.unwrap_or_else(|error| Err(std::io::Error::other(error))) {
            Ok(found) => found,
            Err(error) => {
                if !self.absent {
                    tracing::warn!(%error, directory = %self.folder.directory.display(), "a drop folder cannot be read");
                }
                self.absent = true;
                return Vec::new();
            }
        };
        self.absent = false;
        let still = |(path, stamp): &(&PathBuf, &Stamp)| self.seen.get(*path) == Some(*stamp);
        let mut complete: Vec<PathBuf> = found.iter().filter(still).map(|(path, _)| path.clone()).collect();
        complete.sort();
        self.seen = found;
        complete
    }

    async fn take(&mut self, path: &Path) {
        let Some(stamp) = self.seen.get(path).copied() else { return };
        let known = self.unmoved.remove(path).filter(|(known, _)| *known == stamp);
        let again = known.is_some();
        let report = match known {
            Some((_, report)) => report,
            None => match self.stored(path, stamp).await {
                Some(report) => report,
                // Nothing is lost: the file stays and is taken at the next look.
                None => return,
            },
        };
        let (own, told) = (path.to_owned(), report.clone());
        let moved = tokio::task::spawn_blocking(move || moved(&own, stamp, told.as_deref())).await;
        match moved.unwrap_or_else(|error| Err(std::io::Error::other(error))) {
            Ok(()) => add(&self.context.counters.drop.frames, 1),
            Err(error) => {
                if !again {
                    tracing::warn!(%error, file = %path.display(), "a file is stored and cannot be moved; it is tried again");
                }
                self.unmoved.insert(path.to_owned(), (stamp, report));
            }
        }
    }

    /// Stores what a file holds; the report if anything is wrong with it. Nothing if the store could not take it.
    async fn stored(&self, path: &Path, stamp: Stamp) -> Option<Option<String>> {
        let (folder, own) = (self.folder.clone(), path.to_owned());
        let report = match tokio::task::spawn_blocking(move || read(&folder, &own, stamp.0)).await.ok()? {
            Ok(table) => {
                let refusal = refusal(&table);
                report(refusal, self.store(path, table.readings).await?)
            }
            Err(why) => Some(why),
        };
        if let Some(report) = &report {
            self.tell(path, report).await;
        }
        Some(report)
    }

    /// Stores readings; how many found no place. Nothing if the store could not take them.
    async fn store(
        &self,
        path: &Path,
        readings: std::collections::BTreeMap<String, Vec<fengsui_series::Reading>>,
    ) -> Option<u32> {
        let counters = &self.context.counters.drop;
        let raw_ref = Some(format!("file={}", name_of(path)));
        let mut unplaced = 0;
        for (device, readings) in readings {
            for portion in readings.chunks(MAX_READINGS) {
                let submission = Submission {
                    device_key: device.clone(),
                    protocol: "file".to_owned(),
                    readings: portion.to_vec(),
                    raw_ref: raw_ref.clone(),
                };
                match self.context.engine.ingest().submit(submission).await {
                    Ok(done) => {
                        add(&counters.readings, u64::from(done.accepted));
                        add(&counters.quarantined, u64::from(done.quarantined));
                        unplaced += done.quarantined;
                    }
                    Err(fault) => {
                        add(&counters.failed, 1);
                        tracing::error!(%fault, file = %path.display(), "a file was not stored; it is tried again");
                        return None;
                    }
                }
            }
        }
        Some(unplaced)
    }

    /// Lets people see that a file was refused.
    async fn tell(&self, path: &Path, report: &str) {
        add(&self.context.counters.drop.rejected, 1);
        tracing::warn!(file = %path.display(), "a file was refused, or parts of it; see the report beside it");
        let reject = Reject {
            reason: QuarantineReason::MalformedPayload,
            device_key: match &self.folder.columns.device {
                DeviceOf::Fixed(device) => device.clone(),
                DeviceOf::Column(_) => name_of(&self.folder.directory),
            },
            code: String::new(),
            protocol: "file".to_owned(),
            sample: format!("{}: {report}", name_of(path)),
        };
        if let Err(fault) = self.context.engine.ingest().reject(reject).await {
            tracing::error!(%fault, "a refused file could not be counted");
        }
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn listed(folder: &DropFolder) -> std::io::Result<HashMap<PathBuf, Stamp>> {
    let mut found = HashMap::new();
    for entry in std::fs::read_dir(&folder.directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // Links could lead out of the folder; names with `.` or `~$` before them are somebody's working files.
        let facts = entry.metadata()?;
        if facts.is_file() && !name.starts_with(['.', '~']) && matches(&folder.pattern, &name) {
            found.insert(entry.path(), (facts.len(), facts.modified().ok()));
        }
    }
    Ok(found)
}

fn read(folder: &DropFolder, path: &Path, size: u64) -> Result<Table, String> {
    if size > LARGEST {
        return Err(format!("the file is larger than {} MiB", LARGEST / 1024 / 1024));
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let rows = sheet::rows(&name_of(path), &bytes, folder.encoding, folder.delimiter)?;
    table::read(&rows, &folder.columns)
}

/// What is wrong with rows, readable.
fn refusal(table: &Table) -> Option<String> {
    use std::fmt::Write as _;
    if table.bad.is_empty() {
        return None;
    }
    let mut text = format!("{} of {} rows were refused, the others are stored:\n", table.bad.len(), table.rows);
    for BadRow { line, why, cells } in table.bad.iter().take(LISTED) {
        let _ = writeln!(text, "line {line}: {why}: {}", cells.chars().take(200).collect::<String>());
    }
    Some(text)
}

fn report(refusal: Option<String>, unplaced: u32) -> Option<String> {
    let lost = format!(
        "{unplaced} readings found no place (unknown device or series, a time in the future or before 2000): see the \
         quarantine, correct it, and put the file into the folder again; what is stored already stays one.\n"
    );
    match (refusal, unplaced) {
        (None, 0) => None,
        (Some(refusal), 0) => Some(refusal),
        (refusal, _) => Some(format!("{}{lost}", refusal.unwrap_or_default())),
    }
}

/// Moves a file that is done with; one that changed meanwhile stays and is taken again.
fn moved(path: &Path, stamp: Stamp, report: Option<&str>) -> std::io::Result<()> {
    let facts = std::fs::metadata(path)?;
    if (facts.len(), facts.modified().ok()) != stamp {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new(".")).join(if report.is_some() { "refused" } else { "taken" });
    std::fs::create_dir_all(&folder)?;
    let name = name_of(path);
    // What was there before under the same name stays.
    let free = (0..).map(|n| if n == 0 { name.clone() } else { format!("{n}-{name}") });
    let Some(goal) = free.map(|name| folder.join(name)).find(|goal| !goal.exists()) else { return Ok(()) };
    if let Some(report) = report {
        use std::io::Write as _;
        let mut file = std::fs::File::create(folder.join(format!("{}.report.txt", name_of(&goal))))?;
        file.write_all(report.as_bytes())?;
        file.sync_all()?;
    }
    std::fs::rename(path, goal)
}

/// Whether some name fits both patterns of `*` and `?`: two tables would take the same file. Letters of either case
/// are the same.
pub fn overlap(one: &str, other: &str) -> bool {
    let letters = |pattern: &str| pattern.to_lowercase().chars().collect::<Vec<_>>();
    let (one, other) = (letters(one), letters(other));
    let (ones, others) = (one.len(), other.len());
    // meets[i][j]: what is left of both patterns from there on has a name in common.
    let mut meets = vec![vec![false; others + 1]; ones + 1];
    for i in (0..=ones).rev() {
        for j in (0..=others).rev() {
            let (mine, theirs) = (one.get(i), other.get(j));
            meets[i][j] = match (mine, theirs) {
                (None, None) => true,
                (Some('*'), _) => meets[i + 1][j] || (theirs.is_some() && meets[i][j + 1]),
                (_, Some('*')) => meets[i][j + 1] || (mine.is_some() && meets[i + 1][j]),
                (Some(mine), Some(theirs)) => (mine == theirs || *mine == '?' || *theirs == '?') && meets[i + 1][j + 1],
                _ => false,
            };
        }
    }
    meets[0][0]
}

/// Whether a name fits a pattern of `*` and `?`; letters of either case are the same.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) =
        (pattern.to_lowercase().chars().collect(), name.to_lowercase().chars().collect());
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || name.get(n) == Some(c) => (p, n) = (p + 1, n + 1),
            // The last star takes one character more.
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, n) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|c| *c == '*'))
}

#[cfg(test)]
mod tests {
    use super::{matches, overlap};

    #[test]
    fn patterns_overlap_where_a_name_fits_both() {
        for (one, other) in [("*.csv", "rt_*"), ("a?c*", "*b*"), ("*", "x"), ("A*.csv", "a1.CSV"), ("*.csv", "*.csv")] {
            assert!(overlap(one, other) && overlap(other, one), "{one} {other}");
        }
        for (one, other) in [("*.csv", "*.xlsx"), ("a*", "b*"), ("rt_?.csv", "rt_??.csv"), ("", "a"), ("a", "*b")] {
            assert!(!overlap(one, other) && !overlap(other, one), "{one} {other}");
        }
    }

    #[test]
    fn patterns() {
        for (pattern, name) in [("*.csv", "a.CSV"), ("rt_*_?.csv", "rt_x_y_1.csv"), ("*", ""), ("a*b*c", "aXbbYc")] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("*.csv", "a.csv.part"), ("?", ""), ("a*b", "ac"), ("", "a")] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
