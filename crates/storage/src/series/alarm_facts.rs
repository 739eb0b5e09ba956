//! The history of alarms as figures need it. Drills are left out: they do not count.

use fengsui_kernel::id::{AlarmId, SeriesId};
use fengsui_kernel::{DivisionCode, Result, Scope, Timestamp};

use super::conditions::Conditions;
use crate::args;
use crate::{Db, Row};

/// How long before the span an alarm may have been raised and still count as standing in it.
const LOOK_BACK_MS: i64 = 30 * 86_400_000;

/// Which alarms are asked for.
#[derive(Debug, Clone)]
pub struct AlarmFactsFilter {
    /// From this time on.
    pub from: Timestamp,
    /// Before this time.
    pub to: Timestamp,
    /// A division and what lies below it.
    pub division: Option<DivisionCode>,
}

/// One line of the history of an alarm with what it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmFact {
    /// The alarm.
    pub alarm: AlarmId,
    /// When.
    pub at: Timestamp,
    /// What, as in the history.
    pub what: String,
    /// The series.
    pub series: i64,
}

/// The source of alarms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmSource {
    /// Key in the facts.
    pub number: i64,
    /// The series.
    pub id: SeriesId,
    /// Its name.
    pub name: String,
    /// The device, by record id.
    pub device: String,
    /// The device's name.
    pub device_name: String,
    /// The enterprise's name.
    pub enterprise_name: Option<String>,
}

/// How many alarms of a device were judged, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictCounts {
    /// The device, by record id.
    pub device: String,
    /// The device's name.
    pub device_name: String,
    /// Judged at all, tests left out.
    pub judged: u64,
    /// Judged false.
    pub false_alarms: u64,
}

fn conditions(scopes: &[Scope], filter: &AlarmFactsFilter) -> Conditions {
    let mut conditions = Conditions::default();
    conditions.scopes(scopes, "s");
    if let Some(division) = filter.division {
        conditions.scopes(&[Scope::Subtree { division }], "s");
    }
    conditions.add("a.mode = 'real'", Vec::new());
    conditions
}

/// The history of the alarms that stood in the span, alarm by alarm in its order; at most `limit` lines.
pub async fn history(db: &Db, scopes: &[Scope], filter: &AlarmFactsFilter, limit: u32) -> Result<Vec<AlarmFact>> {
    let mut conditions = conditions(scopes, filter);
    let (from, to) = (filter.from.as_millisecond(), filter.to.as_millisecond());
    conditions.add(
        "a.raised_at >= ? AND a.raised_at < ? AND (a.closed = 0 OR a.raised_at >= ? OR a.returned_at >= ? OR \
         a.acknowledged_at >= ?)",
        args![from - LOOK_BACK_MS, to, from, from, from],
    );
    conditions.add("e.at < ?", args![to]);
    let sql = format!(
        "SELECT a.id, a.series, e.at, e.what FROM alarm a JOIN series s ON s.number = a.series \
         JOIN alarm_entry e ON e.alarm_id = a.id{} ORDER BY a.raised_at DESC, a.id, e.number LIMIT {limit}",
        conditions.clause()
    );
    let read = |row: &Row| {
        Ok(AlarmFact {
            alarm: row.parse("id")?,
            at: row.get("at")?,
            what: row.get("what")?,
            series: row.get("series")?,
        })
    };
    db.query(&sql, conditions.args).await?.iter().map(read).collect()
}

/// Names of the series with these keys.
pub async fn sources(db: &Db, numbers: &[i64]) -> Result<Vec<AlarmSource>> {
    let mut found = Vec::new();
    for number in numbers {
        let sql = "SELECT number, id, name, device_id, device_name, enterprise_name FROM series WHERE number = $1";
        let Some(row) = db.query_one(sql, args![*number]).await? else { continue };
        found.push(AlarmSource {
            number: row.get("number")?,
            id: row.parse("id")?,
            name: row.get("name")?,
            device: row.get("device_id")?,
            device_name: row.get("device_name")?,
            enterprise_name: row.get("enterprise_name")?,
        });
    }
    Ok(found)
}

/// Verdicts given on alarms that were raised in the span, by device, the most false ones first.
pub async fn verdicts(db: &Db, scopes: &[Scope], filter: &AlarmFactsFilter) -> Result<Vec<VerdictCounts>> {
    let mut conditions = conditions(scopes, filter);
    conditions.add("a.raised_at >= ? AND a.raised_at < ?", args![filter.from, filter.to]);
    conditions.add("a.verdict IN ('true_alarm', 'false_alarm')", Vec::new());
    let sql = format!(
        "SELECT s.device_id, MAX(s.device_name) AS device_name, COUNT(*) AS judged, \
         COUNT(CASE WHEN a.verdict = 'false_alarm' THEN 1 END) AS false_alarms \
         FROM alarm a JOIN series s ON s.number = a.series{} GROUP BY s.device_id \
         ORDER BY false_alarms DESC, judged DESC, s.device_id LIMIT 50",
        conditions.clause()
    );
    let read = |row: &Row| {
        Ok(VerdictCounts {
            device: row.get("device_id")?,
            device_name: row.get("device_name")?,
            judged: row.get("judged")?,
            false_alarms: row.get("false_alarms")?,
        })
    };
    db.query(&sql, conditions.args).await?.iter().map(read).collect()
}
