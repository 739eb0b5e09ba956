//! How legal and configured times were kept: figures over clocks, grouped by what a bureau answers
//! for. Drills are left out by the store.

use std::collections::{BTreeMap, HashMap, HashSet};

use fengsui_kernel::{DivisionCode, DivisionLevel, Principal, Result, Timestamp};
use fengsui_matters::{ClockFilter, Figures, KeptClock, MOST_CLOCKS};
use fengsui_registry::kind::Title;
use jiff::tz::{Offset, TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;

/// What figures are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    /// The clock of a process.
    #[default]
    Clock,
    /// The process.
    Process,
    /// The division, one level below the one asked for; counties when none is.
    Division,
    /// The organisation of the post that answers for it.
    Organisation,
    /// The day on which it started.
    Day,
    /// The ISO week in which it started.
    Week,
    /// The month in which it started.
    Month,
}

/// Figures of one group.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TimelinessGroup {
    /// What stands for it in further questions.
    pub key: String,
    /// Its name for people.
    pub label: Title,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
    /// Met among those that are decided; absent while none is.
    pub share: Option<f64>,
}

/// Figures with what they are grouped by.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TimelinessReport {
    /// Over everything asked for.
    pub total: TimelinessGroup,
    /// By group: periods in order of time, others with the most late ones first.
    pub groups: Vec<TimelinessGroup>,
    /// Whether all clocks were read; there is a bound on how many one report reads.
    pub complete: bool,
}

/// A clock with the names that people read.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NamedClock {
    /// The clock.
    #[serde(flatten)]
    pub clock: KeptClock,
    /// Name of the division.
    pub division_name: String,
    /// Name of the post.
    pub post_name: Option<String>,
    /// Name of its organisation.
    pub organisation_name: Option<String>,
    /// Minutes past its end; negative while there was time left.
    pub late_by_minutes: f64,
}

/// Clocks with what is needed to group and name them.
pub struct Clocks {
    by: GroupBy,
    level: DivisionLevel,
    now: Timestamp,
    kept: Vec<KeptClock>,
    posts: Posts,
    divisions: HashMap<DivisionCode, String>,
    processes: HashMap<&'static str, Title>,
}

/// Reads the clocks that a question is about.
pub async fn read(app: &App, caller: &Principal, filter: &ClockFilter, by: GroupBy) -> Result<Clocks> {
    let level = level_below(filter.division);
    let clocks = app.matters.kept_clocks(caller, filter).await?;
    let title = |text: fengsui_kernel::Text| Title { zh: text.zh.to_owned(), en: text.en.to_owned() };
    let processes = app.matters.processes().into_iter().map(|view| (view.name, title(view.title))).collect();
    let posts = posts(app, &clocks).await?;
    let codes: HashSet<DivisionCode> =
        clocks.iter().flat_map(|clock| [clock.division, at_level(clock.division, level)]).collect();
    let codes: Vec<DivisionCode> = codes.into_iter().collect();
    let divisions = app.registry.division_names(&codes).await?.into_iter().collect();
    Ok(Clocks { by, level, now: app.db.now(), kept: clocks, posts, divisions, processes })
}

/// By post: its name, and id and name of its organisation.
type Posts = HashMap<String, (String, Option<(String, String)>)>;

async fn posts(app: &App, clocks: &[KeptClock]) -> Result<Posts> {
    let ids: HashSet<String> = clocks.iter().filter_map(|clock| clock.post.clone()).collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let mut organisations: HashMap<String, Option<(String, String)>> = HashMap::new();
    let mut posts = HashMap::new();
    for post in app.registry.find_by_ids(&ids).await? {
        let code = post.text("organisation").unwrap_or_default().to_owned();
        if !organisations.contains_key(&code) {
            let found = app.registry.find_by_code("organisation", &code).await?;
            organisations.insert(code.clone(), found.map(|found| (found.id.to_string(), found.name)));
        }
        let organisation = organisations.get(&code).cloned().flatten();
        posts.insert(post.id.to_string(), (post.name, organisation));
    }
    Ok(posts)
}

/// The level by which a division is broken down; counties where none is asked for.
pub fn level_below(division: Option<DivisionCode>) -> DivisionLevel {
    match division.map(|division| division.level()) {
        None | Some(DivisionLevel::City) => DivisionLevel::County,
        Some(DivisionLevel::Country) => DivisionLevel::Province,
        Some(DivisionLevel::Province) => DivisionLevel::City,
        Some(DivisionLevel::County) => DivisionLevel::Township,
        Some(DivisionLevel::Township | DivisionLevel::Village) => DivisionLevel::Village,
    }
}

/// The division at a level above, or itself where it already lies above that level.
pub fn at_level(division: DivisionCode, level: DivisionLevel) -> DivisionCode {
    std::iter::successors(Some(division), DivisionCode::parent)
        .find(|code| code.level() <= level)
        .unwrap_or(DivisionCode::COUNTRY)
}

fn period(at: Timestamp, by: GroupBy) -> String {
    // The country has one zone.
    let local = at.to_zoned(TimeZone::fixed(Offset::constant(8)));
    let format = match by {
        GroupBy::Week => "%G-W%V",
        GroupBy::Month => "%Y-%m",
        _ => "%Y-%m-%d",
    };
    local.strftime(format).to_string()
}

/// A time as people in China read it.
pub fn local(at: Timestamp) -> String {
    at.to_zoned(TimeZone::fixed(Offset::constant(8))).strftime("%Y-%m-%d %H:%M").to_string()
}

impl Clocks {
    /// Figures over all and by group.
    pub fn report(&self) -> TimelinessReport {
        let mut keyed: BTreeMap<String, Vec<&KeptClock>> = BTreeMap::new();
        for clock in &self.kept {
            keyed.entry(self.key(clock)).or_default().push(clock);
        }
        let mut groups: Vec<TimelinessGroup> =
            keyed.into_iter().map(|(key, clocks)| group(key, self.label(clocks[0]), &clocks)).collect();
        if !matches!(self.by, GroupBy::Day | GroupBy::Week | GroupBy::Month) {
            groups.sort_by_key(|group| std::cmp::Reverse((group.figures.late, group.figures.met)));
        }
        let all = Title { zh: "合计".to_owned(), en: "Total".to_owned() };
        let total = group(String::new(), all, &self.kept.iter().collect::<Vec<_>>());
        TimelinessReport { total, groups, complete: self.kept.len() < MOST_CLOCKS as usize }
    }

    /// The clocks of one group, or all; late ones first, the latest at the top.
    pub fn rows(&self, key: Option<&str>, only_late: bool, limit: usize) -> Vec<NamedClock> {
        let wanted =
            |clock: &&KeptClock| key.is_none_or(|key| self.key(clock) == key) && (!only_late || clock.is_late());
        let mut rows: Vec<NamedClock> = self.kept.iter().filter(wanted).map(|clock| self.named(clock)).collect();
        let order = |row: &NamedClock| (!row.clock.is_late(), -row.late_by_minutes);
        rows.sort_by(|a, b| order(a).partial_cmp(&order(b)).unwrap_or(std::cmp::Ordering::Equal));
        rows.truncate(limit);
        rows
    }

    fn named(&self, clock: &KeptClock) -> NamedClock {
        let post = clock.post.as_ref().and_then(|post| self.posts.get(post));
        NamedClock {
            division_name: self.division(clock.division),
            post_name: post.map(|(name, _)| name.clone()),
            organisation_name: post.and_then(|(_, organisation)| organisation.as_ref().map(|(_, name)| name.clone())),
            late_by_minutes: clock.late_by(self.now),
            clock: clock.clone(),
        }
    }

    fn division(&self, code: DivisionCode) -> String {
        self.divisions.get(&code).cloned().unwrap_or_else(|| code.to_string())
    }

    fn organisation(&self, clock: &KeptClock) -> Option<&(String, String)> {
        clock.post.as_ref().and_then(|post| self.posts.get(post)).and_then(|(_, organisation)| organisation.as_ref())
    }

    fn key(&self, clock: &KeptClock) -> String {
        match self.by {
            GroupBy::Clock => format!("{}.{}", clock.process, clock.clock),
            GroupBy::Process => clock.process.clone(),
            GroupBy::Division => at_level(clock.division, self.level).to_string(),
            GroupBy::Organisation => self.organisation(clock).map(|(id, _)| id.clone()).unwrap_or_default(),
            GroupBy::Day | GroupBy::Week | GroupBy::Month => period(clock.started_at, self.by),
        }
    }

    fn label(&self, clock: &KeptClock) -> Title {
        let same = |text: String| Title { zh: text.clone(), en: text };
        let process = || self.processes.get(clock.process.as_str()).cloned().unwrap_or(same(clock.process.clone()));
        match self.by {
            GroupBy::Process => process(),
            GroupBy::Clock => {
                let (zh, en) = clock.clock_title.map_or((clock.clock.as_str(), clock.clock.as_str()), |t| (t.zh, t.en));
                let process = process();
                Title { zh: format!("{} · {zh}", process.zh), en: format!("{} · {en}", process.en) }
            }
            GroupBy::Division => same(self.division(at_level(clock.division, self.level))),
            GroupBy::Organisation => match self.organisation(clock) {
                Some((_, name)) => same(name.clone()),
                None => Title { zh: "未落实到机构".to_owned(), en: "No organisation".to_owned() },
            },
            GroupBy::Day | GroupBy::Week | GroupBy::Month => same(period(clock.started_at, self.by)),
        }
    }
}

fn group(key: String, label: Title, clocks: &[&KeptClock]) -> TimelinessGroup {
    let figures = Figures::of(clocks.iter().copied());
    TimelinessGroup { key, label, share: figures.share(), figures }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_those_of_china() {
        // Sunday evening in London is Monday in China, and a new ISO week.
        let at: Timestamp = "2026-11-22T18:00:00Z".parse().expect("a time");
        assert_eq!(period(at, GroupBy::Day), "2026-11-23");
        assert_eq!(period(at, GroupBy::Week), "2026-W48");
        assert_eq!(period(at, GroupBy::Month), "2026-11");
    }

    #[test]
    fn a_village_counts_for_its_county() {
        let village: DivisionCode = "640181100201".parse().expect("a code");
        assert_eq!(at_level(village, DivisionLevel::County).as_str(), "640181000000");
        assert_eq!(at_level(DivisionCode::COUNTRY, DivisionLevel::County), DivisionCode::COUNTRY);
    }
}
