//! Alarms: raised by rules, acknowledged and verified by people.

use fengsui_kernel::id::{AlarmId, RuleId, SeriesId};
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{DivisionCode, Mode, PageQuery, Point, Result, Scope, Timestamp};
use serde_json::Value as Json;

use super::conditions::Conditions;
use super::facts::read_location;
use crate::args;
use crate::{Db, Row, Tx};

/// An alarm with the names that its series knows.
#[derive(Debug, Clone, PartialEq)]
pub struct AlarmRow {
    /// Its id.
    pub id: AlarmId,
    /// The series.
    pub series: SeriesId,
    /// The series' name.
    pub series_name: String,
    /// The device, by record id.
    pub device: String,
    /// The enterprise, by record id.
    pub enterprise: Option<String>,
    /// The enterprise's name.
    pub enterprise_name: Option<String>,
    /// The installation's name.
    pub installation_name: Option<String>,
    /// The rule that raised it.
    pub rule: RuleId,
    /// One line for people.
    pub title: String,
    /// Its priority.
    pub priority: AlarmPriority,
    /// Real or drill.
    pub mode: Mode,
    /// Where.
    pub division: DivisionCode,
    /// Where on the map.
    pub location: Option<Point>,
    /// Still beyond the limit.
    pub active: bool,
    /// Taken note of.
    pub acknowledged: bool,
    /// Returned and acknowledged.
    pub closed: bool,
    /// `true_alarm`, `false_alarm`, `test`.
    pub verdict: Option<String>,
    /// Why it was judged so.
    pub verification_reason: Option<String>,
    /// The value that decided.
    pub value: Option<String>,
    /// The limit at that time.
    pub limit: f64,
    /// The unit of both.
    pub unit: String,
    /// When the condition was met.
    pub raised_at: Timestamp,
    /// When the deciding value reached the platform.
    pub received_at: Timestamp,
    /// When it returned to normal.
    pub returned_at: Option<Timestamp>,
    /// When it was acknowledged.
    pub acknowledged_at: Option<Timestamp>,
    /// By whom.
    pub acknowledged_by: Option<String>,
    /// When it was verified.
    pub verified_at: Option<Timestamp>,
    /// By whom.
    pub verified_by: Option<String>,
    /// How often it was raised while open.
    pub occurrences: u32,
    /// Why it was raised last, as JSON; absent for alarms from before there were explanations.
    pub explanation: Option<Json>,
    /// Until when it is shelved.
    pub shelved_until: Option<Timestamp>,
    /// By whom it was shelved.
    pub shelved_by: Option<String>,
    /// Why it was shelved.
    pub shelving_reason: Option<String>,
    /// Why nobody is rung for it: `out_of_service`.
    pub suppressed: Option<String>,
    /// Since when it waits for an acknowledgement.
    pub rung_at: Timestamp,
    /// Steps of the escalation table taken since then.
    pub escalated: u32,
    /// Version.
    pub version: i64,
}

/// What is needed to raise an alarm.
#[derive(Debug, Clone)]
pub struct NewAlarm {
    /// Its id, if it becomes a new one.
    pub id: AlarmId,
    /// Number of the series.
    pub series: i64,
    /// The rule.
    pub rule: RuleId,
    /// One line for people.
    pub title: String,
    /// Its priority.
    pub priority: AlarmPriority,
    /// Real or drill.
    pub mode: Mode,
    /// The value that decided.
    pub value: Option<String>,
    /// The limit.
    pub limit: f64,
    /// The unit.
    pub unit: String,
    /// When the condition was met.
    pub raised_at: Timestamp,
    /// When the deciding value reached the platform.
    pub received_at: Timestamp,
    /// Why it is raised.
    pub explanation: Json,
}

/// Where an alarm stands after a statement.
#[derive(Debug, Clone)]
pub struct AlarmMark {
    /// The alarm.
    pub id: AlarmId,
    /// Its title.
    pub title: String,
    /// Its priority.
    pub priority: AlarmPriority,
    /// Taken note of.
    pub acknowledged: bool,
    /// How often it was raised.
    pub occurrences: u32,
    /// Shelved by a person.
    pub shelved: bool,
    /// Nobody is rung for it.
    pub suppressed: bool,
}

/// Which alarms by their life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Life {
    /// Open, neither shelved nor suppressed.
    Open,
    /// Open and shelved.
    Shelved,
    /// Open and suppressed.
    Suppressed,
    /// Closed.
    Closed,
    /// Whatever its life.
    #[default]
    All,
}

/// What a list of alarms is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct AlarmFilter {
    /// Of this life.
    pub life: Life,
    /// Only this priority.
    pub priority: Option<AlarmPriority>,
    /// A division and what lies below it.
    pub division: Option<DivisionCode>,
    /// Only this enterprise, by record id.
    pub enterprise: Option<String>,
    /// Only this series.
    pub series: Option<SeriesId>,
    /// Only this verdict; `none` for those not verified yet.
    pub verdict: Option<String>,
    /// Text in title or names.
    pub q: Option<String>,
    /// Open, or open at some time since then.
    pub since: Option<Timestamp>,
}

/// One line of an alarm's history.
#[derive(Debug, Clone, PartialEq)]
pub struct AlarmEntryRow {
    /// When.
    pub at: Timestamp,
    /// Who, by name.
    pub actor_name: String,
    /// What: `raised`, `re_raised`, `returned`, `acknowledged`, `verified`, `shelved`, `unshelved`, `shelf_ended`, …
    pub what: String,
    /// Value, note or reason.
    pub detail: Option<String>,
}

const SELECT: &str = "SELECT a.id, s.id AS series_id, s.name AS series_name, s.device_id, s.enterprise, s.enterprise_name, \
    s.installation_name, a.rule_id, a.title, a.priority, a.mode, s.division, s.lon, s.lat, a.active, a.acknowledged, \
    a.closed, a.verdict, a.verification_reason, a.value_text, a.limit_value, a.unit, a.raised_at, a.received_at, \
    a.returned_at, a.acknowledged_at, a.acknowledged_by, a.verified_at, a.verified_by, a.occurrences, a.explanation, a.version, \
    a.shelved_until, a.shelved_by, a.shelving_reason, a.suppressed, \
    COALESCE(a.rung_at, a.received_at) AS rung_at, a.escalated \
    FROM alarm a JOIN series s ON s.number = a.series";

fn read(row: &Row) -> Result<AlarmRow> {
    let explanation: Option<String> = row.get("explanation")?;
    Ok(AlarmRow {
        id: row.parse("id")?,
        series: row.parse("series_id")?,
        series_name: row.get("series_name")?,
        device: row.get("device_id")?,
        enterprise: row.get("enterprise")?,
        enterprise_name: row.get("enterprise_name")?,
        installation_name: row.get("installation_name")?,
        rule: row.parse("rule_id")?,
        title: row.get("title")?,
        priority: row.parse("priority")?,
        mode: row.parse("mode")?,
        division: row.get("division")?,
        location: read_location(row)?,
        active: row.get("active")?,
        acknowledged: row.get("acknowledged")?,
        closed: row.get("closed")?,
        verdict: row.get("verdict")?,
        verification_reason: row.get("verification_reason")?,
        value: row.get("value_text")?,
        limit: row.get("limit_value")?,
        unit: row.get("unit")?,
        raised_at: row.get("raised_at")?,
        received_at: row.get("received_at")?,
        returned_at: row.get("returned_at")?,
        acknowledged_at: row.get("acknowledged_at")?,
        acknowledged_by: row.get("acknowledged_by")?,
        verified_at: row.get("verified_at")?,
        verified_by: row.get("verified_by")?,
        occurrences: row.get("occurrences")?,
        explanation: explanation.as_deref().and_then(|text| serde_json::from_str(text).ok()),
        shelved_until: row.get("shelved_until")?,
        shelved_by: row.get("shelved_by")?,
        shelving_reason: row.get("shelving_reason")?,
        suppressed: row.get("suppressed")?,
        rung_at: row.get("rung_at")?,
        escalated: row.get("escalated")?,
        version: row.get("version")?,
    })
}

fn read_mark(row: &Row) -> Result<AlarmMark> {
    let shelved_until: Option<Timestamp> = row.get("shelved_until")?;
    let suppressed: Option<String> = row.get("suppressed")?;
    Ok(AlarmMark {
        shelved: shelved_until.is_some(),
        suppressed: suppressed.is_some(),
        id: row.parse("id")?,
        title: row.get("title")?,
        priority: row.parse("priority")?,
        acknowledged: row.get("acknowledged")?,
        occurrences: row.get("occurrences")?,
    })
}

/// Raises a new alarm, or raises the open one of the same series and rule again.
pub async fn raise(tx: &mut Tx, alarm: &NewAlarm) -> Result<AlarmMark> {
    let urgency = AlarmPriority::ALL.iter().position(|priority| *priority == alarm.priority);
    let sql = "INSERT INTO alarm (id, series, rule_id, title, priority, urgency, mode, active, acknowledged, closed, \
               value_text, limit_value, unit, raised_at, received_at, explanation, occurrences, version) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 0, 0, $8, $9, $10, $11, $12, $13, 1, 1) \
               ON CONFLICT (series, rule_id) WHERE closed = 0 DO UPDATE SET active = 1, returned_at = NULL, title = excluded.title, \
               value_text = excluded.value_text, limit_value = excluded.limit_value, \
               unit = excluded.unit, explanation = excluded.explanation, \
               occurrences = alarm.occurrences + 1, version = alarm.version + 1 \
               RETURNING id, title, priority, acknowledged, occurrences, shelved_until, suppressed";
    let values = args![
        alarm.id,
        alarm.series,
        alarm.rule,
        alarm.title,
        alarm.priority.as_str(),
        urgency.unwrap_or(0),
        alarm.mode.as_str(),
        alarm.value,
        alarm.limit,
        alarm.unit,
        alarm.raised_at,
        alarm.received_at,
        alarm.explanation.to_string(),
    ];
    let row = tx.query_one(sql, values).await?;
    read_mark(&row.ok_or_else(|| fengsui_kernel::Fault::internal("no alarm came back"))?)
}

/// The value of the open alarm's series returned to normal; an acknowledged alarm closes with it, and one that
/// nobody was rung for. A shelved one stays on its shelf: one that chatters would leave it at once.
pub async fn returned(tx: &mut Tx, series: i64, rule: &RuleId, at: Timestamp) -> Result<Option<AlarmMark>> {
    // Decided by the database in one statement: an acknowledgement may be under way beside it.
    let sql = "UPDATE alarm SET active = 0, returned_at = $3, \
               closed = CASE WHEN suppressed IS NOT NULL THEN 1 WHEN shelved_until IS NOT NULL THEN 0 \
               ELSE acknowledged END, version = version + 1 \
               WHERE series = $1 AND rule_id = $2 AND closed = 0 AND active = 1 \
               RETURNING id, title, priority, acknowledged, occurrences, shelved_until, suppressed";
    tx.query_one(sql, args![series, *rule, at]).await?.as_ref().map(read_mark).transpose()
}

/// Takes note of an alarm; a returned one closes with it. Tells whether anything changed.
pub async fn acknowledge(tx: &mut Tx, id: &AlarmId) -> Result<bool> {
    let sql = "UPDATE alarm SET acknowledged = 1, acknowledged_at = $2, acknowledged_by = $3, \
               closed = CASE WHEN shelved_until IS NOT NULL THEN 0 ELSE 1 - active END, \
               version = version + 1 WHERE id = $1 AND acknowledged = 0";
    let values = args![*id, tx.now(), tx.acting().actor.name()];
    Ok(tx.execute(sql, values).await? == 1)
}

/// Judges an alarm.
pub async fn verify(tx: &mut Tx, id: &AlarmId, verdict: &str, reason: &str) -> Result<bool> {
    let sql = "UPDATE alarm SET verdict = $2, verification_reason = $3, verified_at = $4, verified_by = $5, \
               version = version + 1 WHERE id = $1";
    let values = args![*id, verdict, reason, tx.now(), tx.acting().actor.name()];
    Ok(tx.execute(sql, values).await? == 1)
}

/// Adds a line to the history.
pub async fn note(tx: &mut Tx, id: &AlarmId, at: Timestamp, what: &str, detail: Option<&str>) -> Result<()> {
    let sql = "INSERT INTO alarm_entry (alarm_id, at, actor, actor_name, what, detail) VALUES ($1, $2, $3, $4, $5, $6)";
    let actor = tx.acting().actor.clone();
    tx.execute(sql, args![*id, at, actor.key(), actor.name(), what, detail]).await.map(|_| ())
}

/// One alarm.
pub async fn get(db: &Db, id: &AlarmId) -> Result<Option<AlarmRow>> {
    db.query_one(&format!("{SELECT} WHERE a.id = $1"), args![*id]).await?.as_ref().map(read).transpose()
}

/// One alarm, inside a unit of work; PostgreSQL holds its row until the end.
pub async fn lock(tx: &mut Tx, id: &AlarmId) -> Result<Option<AlarmRow>> {
    tx.execute("UPDATE alarm SET version = version WHERE id = $1", args![*id]).await?;
    tx.query_one(&format!("{SELECT} WHERE a.id = $1"), args![*id]).await?.as_ref().map(read).transpose()
}

/// The history of an alarm, oldest first.
pub async fn entries(db: &Db, id: &AlarmId) -> Result<Vec<AlarmEntryRow>> {
    let sql = "SELECT at, actor_name, what, detail FROM alarm_entry WHERE alarm_id = $1 ORDER BY number LIMIT 1000";
    let read = |row: &Row| {
        Ok(AlarmEntryRow {
            at: row.get("at")?,
            actor_name: row.get("actor_name")?,
            what: row.get("what")?,
            detail: row.get("detail")?,
        })
    };
    db.query(sql, args![*id]).await?.iter().map(read).collect()
}

/// How long before `since` a closed alarm may have been raised.
const LOOK_BACK_MS: i64 = 30 * 86_400_000;

fn conditions(scopes: &[Scope], filter: &AlarmFilter) -> Conditions {
    let mut conditions = Conditions::default();
    conditions.scopes(scopes, "s");
    match filter.life {
        Life::Open => conditions.add("a.closed = 0 AND a.shelved_until IS NULL AND a.suppressed IS NULL", Vec::new()),
        Life::Shelved => conditions.add("a.closed = 0 AND a.shelved_until IS NOT NULL", Vec::new()),
        Life::Suppressed => {
            conditions.add("a.closed = 0 AND a.shelved_until IS NULL AND a.suppressed IS NOT NULL", Vec::new());
        }
        Life::Closed => conditions.add("a.closed = 1", Vec::new()),
        Life::All => {}
    }
    if let Some(priority) = filter.priority {
        conditions.add("a.priority = ?", args![priority.as_str()]);
    }
    if let Some(division) = filter.division {
        conditions.scopes(&[Scope::Subtree { division }], "s");
    }
    if let Some(enterprise) = &filter.enterprise {
        conditions.add("s.enterprise = ?", args![enterprise.as_str()]);
    }
    if let Some(series) = &filter.series {
        conditions.add("s.id = ?", args![*series]);
    }
    match filter.verdict.as_deref() {
        Some("none") => conditions.add("a.verdict IS NULL", Vec::new()),
        Some(verdict) => conditions.add("a.verdict = ?", args![verdict]),
        None => {}
    }
    if let Some(q) = filter.q.as_deref().filter(|q| !q.trim().is_empty()) {
        conditions.contains(&["a.title", "s.name", "s.enterprise_name", "s.device_name"], q);
    }
    if let Some(since) = filter.since {
        let at = since.as_millisecond();
        // The index knows when an alarm was raised: whoever forgets one for a month loses it here.
        conditions.add(
            "(a.closed = 0 OR (a.closed = 1 AND a.raised_at >= ? AND (a.raised_at >= ? OR a.returned_at >= ? OR \
             a.acknowledged_at >= ?)))",
            args![at - LOOK_BACK_MS, at, at, at],
        );
    }
    conditions
}

/// A page of alarms, most urgent first, one row more than the limit, and the count.
pub async fn list(db: &Db, scopes: &[Scope], filter: &AlarmFilter, page: &PageQuery) -> Result<(Vec<AlarmRow>, u64)> {
    let conditions = conditions(scopes, filter);
    let count_sql =
        format!("SELECT COUNT(*) AS total FROM alarm a JOIN series s ON s.number = a.series{}", conditions.clause());
    let total = db.query_one(&count_sql, conditions.args.clone()).await?.map_or(Ok(0), |row| row.get("total"))?;
    let order =
        "a.closed, CASE WHEN a.active = 1 AND a.acknowledged = 0 THEN 0 ELSE 1 END, a.urgency, a.raised_at DESC, a.id";
    let (clause, values) = conditions.paged(order, page.limit() + 1, page.offset());
    let rows = db.query(&format!("{SELECT}{clause}"), values).await?.iter().map(read).collect::<Result<_>>()?;
    Ok((rows, total))
}

/// Open alarms on the desk within the scopes by priority, with how many of them nobody acknowledged.
pub async fn count_open(db: &Db, scopes: &[Scope]) -> Result<Vec<(AlarmPriority, u64, u64)>> {
    let mut conditions = Conditions::default();
    conditions.scopes(scopes, "s");
    conditions.add("a.closed = 0 AND a.shelved_until IS NULL AND a.suppressed IS NULL", Vec::new());
    let sql = format!(
        "SELECT a.priority, COUNT(*) AS total, COUNT(CASE WHEN a.acknowledged = 0 THEN 1 END) AS waiting \
         FROM alarm a JOIN series s ON s.number = a.series{} GROUP BY a.priority",
        conditions.clause()
    );
    let read = |row: &Row| Ok((row.parse("priority")?, row.get("total")?, row.get("waiting")?));
    db.query(&sql, conditions.args).await?.iter().map(read).collect()
}
