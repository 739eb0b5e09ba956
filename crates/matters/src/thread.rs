//! The golden thread: all matters that hang together, from the first alarm to the last closure.

use std::collections::{BTreeMap, BTreeSet};

use fengsui_kernel::id::MatterId;
use fengsui_kernel::{Principal, Result, Timestamp};
use fengsui_storage::matters::{self as rows, LinkRow, MatterRow};
use schemars::JsonSchema;
use serde::Serialize;

use crate::access::require_read;
use crate::engine::Engine;
use crate::timeline::TimelineEntry;

/// A thread that is longer is cut; nothing of this world should be.
const MOST_MATTERS: usize = 500;

/// Everything that hangs together with a matter.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Thread {
    /// The matters that the caller may see, in the order of opening.
    pub matters: Vec<ThreadMatter>,
    /// Alarms, records and series that they are about.
    pub subjects: Vec<ThreadSubject>,
    /// Their time lines merged, oldest first.
    pub entries: Vec<TimelineEntry>,
    /// Linked matters that the caller may not see.
    pub hidden: usize,
    /// Whether the thread was cut because it is too long.
    pub cut: bool,
}

/// A matter of a thread.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ThreadMatter {
    /// Its id.
    pub id: MatterId,
    /// Its process.
    pub process: String,
    /// One line.
    pub title: String,
    /// Its phase.
    pub phase: String,
    /// Whether it is over.
    pub closed: bool,
    /// The matter that it was opened from.
    pub parent: Option<MatterId>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was over.
    pub closed_at: Option<Timestamp>,
}

/// What matters of a thread are about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct ThreadSubject {
    /// `alarm`, `record`, `series`.
    pub kind: String,
    /// Its id.
    pub id: String,
}

#[derive(Default)]
struct Walk {
    matters: BTreeSet<MatterId>,
    subjects: BTreeSet<ThreadSubject>,
    cut: bool,
}

impl Walk {
    /// Notes what links lead to; gives the matters and alarms that were not known.
    fn take(&mut self, links: &[LinkRow]) -> (Vec<MatterId>, Vec<String>) {
        let (mut matters, mut alarms) = (Vec::new(), Vec::new());
        for link in links {
            let mut ends = vec![link.matter.clone()];
            if link.to_kind == "matter" {
                ends.extend(link.to_id.parse::<MatterId>());
            } else {
                let subject = ThreadSubject { kind: link.to_kind.clone(), id: link.to_id.clone() };
                if self.subjects.insert(subject) && link.to_kind == "alarm" {
                    alarms.push(link.to_id.clone());
                }
            }
            for end in ends {
                if self.matters.len() >= MOST_MATTERS {
                    self.cut = true;
                } else if self.matters.insert(end.clone()) {
                    matters.push(end);
                }
            }
        }
        (matters, alarms)
    }
}

impl Engine {
    /// All matters linked with one, both ways and through their alarms. An enterprise or a device
    /// does not join threads: everything that ever happened there is not one story.
    pub async fn thread(&self, principal: &Principal, id: &MatterId) -> Result<Thread> {
        self.readable_row(principal, id).await?;
        let walk = self.walk(id).await?;
        let ids: Vec<MatterId> = walk.matters.iter().cloned().collect();
        let all = rows::get_many(self.db(), &ids).await?;
        let count = all.len();
        let seen: Vec<MatterRow> = all.into_iter().filter(|row| require_read(principal, row).is_ok()).collect();
        let processes: BTreeMap<MatterId, String> =
            seen.iter().map(|row| (row.id.clone(), row.process.clone())).collect();
        let ids: Vec<MatterId> = seen.iter().map(|row| row.id.clone()).collect();
        let mut entries = Vec::new();
        for entry in rows::entries_of_many(self.db(), &ids).await? {
            if let Some(process) = processes.get(&entry.matter) {
                entries.push(self.timeline_entry(entry, process)?);
            }
        }
        let subjects = self.subjects_of(&ids).await?;
        let hidden = count - seen.len();
        Ok(Thread { matters: seen.into_iter().map(thread_matter).collect(), subjects, entries, hidden, cut: walk.cut })
    }

    async fn walk(&self, id: &MatterId) -> Result<Walk> {
        let mut walk = Walk::default();
        walk.matters.insert(id.clone());
        let (mut matters, mut alarms) = (vec![id.clone()], Vec::new());
        while !matters.is_empty() || !alarms.is_empty() {
            let ends: Vec<String> = matters.iter().map(ToString::to_string).collect();
            let mut links = rows::links_from_or_to(self.db(), &matters, "matter", &ends).await?;
            links.extend(rows::links_from_or_to(self.db(), &[], "alarm", &alarms).await?);
            (matters, alarms) = walk.take(&links);
        }
        Ok(walk)
    }

    /// Only subjects of matters that the caller may see.
    async fn subjects_of(&self, matters: &[MatterId]) -> Result<Vec<ThreadSubject>> {
        let links = rows::links_from_or_to(self.db(), matters, "matter", &[]).await?;
        let subjects = links.into_iter().filter(|link| link.to_kind != "matter");
        let subjects: BTreeSet<ThreadSubject> =
            subjects.map(|link| ThreadSubject { kind: link.to_kind, id: link.to_id }).collect();
        Ok(subjects.into_iter().collect())
    }
}

fn thread_matter(row: MatterRow) -> ThreadMatter {
    ThreadMatter {
        id: row.id,
        process: row.process,
        title: row.title,
        phase: row.phase,
        closed: row.closed,
        parent: row.parent,
        opened_at: row.opened_at,
        closed_at: row.closed_at,
    }
}
