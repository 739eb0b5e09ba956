//! Rules over series and the state in which each stands.

use fengsui_kernel::id::{RuleId, RuleTemplateId, SeriesId};
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{Fault, Result, Timestamp};
use serde_json::Value as Json;

use crate::args;
use crate::{Db, Row, Tx, Value};

/// A rule as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleRow {
    /// Its id.
    pub id: RuleId,
    /// Number of its series.
    pub series: i64,
    /// Id of its series.
    pub series_id: SeriesId,
    /// Its name.
    pub name: String,
    /// `high`, `low`, `absence`, `rate`, `flat`, `sum`, `intensity_duration`, `deviation`.
    pub kind: String,
    /// The limit; 0 for kinds without one.
    pub limit: f64,
    /// How far back within the limit the value must come.
    pub deadband: f64,
    /// Seconds that it looks back; 0 for a plain limit.
    pub window_seconds: u32,
    /// The threshold of intensity and duration, as JSON.
    pub intensity: Option<Json>,
    /// Which way a rate counts: `rise`, `fall`, `either`.
    pub direction: Option<String>,
    /// How a deviation is told: `zscore`, `ewma`, `cusum`.
    pub method: Option<String>,
    /// Readings that a deviation learns from; 0 for other kinds.
    pub training_readings: u32,
    /// The moment up to which a deviation learned.
    pub learned_at: Option<Timestamp>,
    /// Seconds beyond the limit before it counts.
    pub on_delay_seconds: u32,
    /// Seconds back within before it counts.
    pub off_delay_seconds: u32,
    /// Priority of its alarms.
    pub priority: AlarmPriority,
    /// Whether it judges.
    pub enabled: bool,
    /// Which of the limits of an instrument it is: `low_low`, `low`, `high`, `high_high`.
    pub level: Option<String>,
    /// What is to be done when it raises.
    pub instruction: Option<String>,
    /// The plan for it, by record id.
    pub plan: Option<String>,
    /// When it applies, as JSON; always without one.
    pub schedule: Option<Json>,
    /// The template that made it.
    pub template: Option<TemplateOrigin>,
    /// Version.
    pub version: i64,
}

/// What a rule that a template made knows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateOrigin {
    /// The template.
    pub id: RuleTemplateId,
    /// Its name as it is now; not kept with the rule.
    pub name: String,
    /// The version of the template that the rule follows.
    pub version: i64,
    /// Why the rule goes its own way; absent while it follows the template.
    pub own_reason: Option<String>,
}

/// A version of a rule as it was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleVersionRow {
    /// Its number.
    pub version: i64,
    /// When it was written.
    pub at: Timestamp,
    /// Who wrote it, by name.
    pub actor_name: String,
    /// Why.
    pub why: Option<String>,
    /// The rule as it was.
    pub data: Json,
}

/// The state of a rule other than normal; for absence also since when it judges.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleStateRow {
    /// The rule.
    pub rule: RuleId,
    /// `rising`, `active`, `falling`.
    pub phase: String,
    /// When the phase began.
    pub since: Option<Timestamp>,
    /// The value judged last while a delay runs.
    pub value_text: Option<String>,
}

const SELECT: &str = "SELECT r.id, r.series, s.id AS series_id, r.name, r.kind, r.limit_value, r.deadband, \
    r.on_delay_seconds, r.off_delay_seconds, r.priority, r.enabled, r.level, r.instruction, r.plan, \
    r.window_seconds, r.direction, r.method, r.training_readings, r.learned_at, \
    r.schedule, r.intensity, r.template, r.template_version, r.own_reason, t.name AS template_name, r.version \
    FROM rule r JOIN series s ON s.number = r.series LEFT JOIN rule_template t ON t.id = r.template WHERE r.retired = 0 AND s.retired = 0";

fn read(row: &Row) -> Result<RuleRow> {
    Ok(RuleRow {
        id: row.parse("id")?,
        series: row.get("series")?,
        series_id: row.parse("series_id")?,
        name: row.get("name")?,
        kind: row.get("kind")?,
        limit: row.get("limit_value")?,
        deadband: row.get("deadband")?,
        window_seconds: row.get("window_seconds")?,
        direction: row.get("direction")?,
        method: row.get("method")?,
        training_readings: row.get("training_readings")?,
        learned_at: row.get("learned_at")?,
        on_delay_seconds: row.get("on_delay_seconds")?,
        off_delay_seconds: row.get("off_delay_seconds")?,
        priority: row.parse("priority")?,
        enabled: row.get("enabled")?,
        level: row.get("level")?,
        instruction: row.get("instruction")?,
        plan: row.get("plan")?,
        schedule: read_json(row, "schedule")?,
        intensity: read_json(row, "intensity")?,
        template: read_origin(row)?,
        version: row.get("version")?,
    })
}

fn read_json(row: &Row, column: &str) -> Result<Option<Json>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text)).transpose().map_err(Fault::internal)
}

fn read_origin(row: &Row) -> Result<Option<TemplateOrigin>> {
    let Some(id) = row.get::<Option<String>>("template")? else { return Ok(None) };
    Ok(Some(TemplateOrigin {
        id: id.parse()?,
        name: row.get::<Option<String>>("template_name")?.unwrap_or_default(),
        version: row.get("template_version")?,
        own_reason: row.get("own_reason")?,
    }))
}

fn rule_args(rule: &RuleRow) -> Vec<Value> {
    let origin = rule.template.as_ref();
    args![
        rule.id,
        rule.name,
        rule.kind,
        rule.limit,
        rule.deadband,
        rule.on_delay_seconds,
        rule.off_delay_seconds,
        rule.priority.as_str(),
        rule.enabled,
        rule.level,
        rule.instruction,
        rule.plan,
        rule.window_seconds,
        rule.direction,
        rule.method,
        rule.training_readings,
        rule.learned_at,
        origin.map(|origin| origin.id.to_string()),
        origin.map_or(0, |origin| origin.version),
        origin.and_then(|origin| origin.own_reason.clone()),
        rule.schedule.as_ref().map(ToString::to_string),
        rule.intensity.as_ref().map(ToString::to_string),
    ]
}

/// Adds a rule.
pub async fn insert(tx: &mut Tx, rule: &RuleRow) -> Result<()> {
    let sql = "INSERT INTO rule (id, name, kind, limit_value, deadband, on_delay_seconds, off_delay_seconds, priority, \
               enabled, level, instruction, plan, window_seconds, direction, method, training_readings, learned_at, \
               template, template_version, own_reason, schedule, intensity, series, version) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, 1)";
    let mut values = rule_args(rule);
    values.extend(args![rule.series]);
    tx.execute(sql, values).await.map(|_| ())
}

/// Replaces a rule if its version is still that of `rule`; tells whether it was.
pub async fn update(tx: &mut Tx, rule: &RuleRow) -> Result<bool> {
    let sql = "UPDATE rule SET name = $2, kind = $3, limit_value = $4, deadband = $5, on_delay_seconds = $6, \
               off_delay_seconds = $7, priority = $8, enabled = $9, level = $10, instruction = $11, plan = $12, \
               window_seconds = $13, direction = $14, method = $15, training_readings = $16, \
               learned_at = $17, template = $18, template_version = $19, own_reason = $20, schedule = $21, intensity = $22, \
               version = version + 1 WHERE id = $1 AND version = $23 AND retired = 0";
    let mut values = rule_args(rule);
    values.extend(args![rule.version]);
    Ok(tx.execute(sql, values).await? == 1)
}

/// Keeps a version of a rule with its circumstances.
pub async fn insert_version(tx: &mut Tx, rule: &RuleId, version: i64, data: &Json) -> Result<()> {
    let sql = "INSERT INTO rule_version (rule_id, version, at, actor, actor_name, why, data) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let acting = tx.acting().clone();
    let why = acting.why.clone();
    let args = args![*rule, version, tx.now(), acting.actor.key(), acting.actor.name(), why, data.to_string()];
    tx.execute(sql, args).await.map(|_| ())
}

/// The versions of a rule, newest first.
pub async fn versions(db: &Db, rule: &RuleId) -> Result<Vec<RuleVersionRow>> {
    let sql = "SELECT version, at, actor_name, why, data FROM rule_version WHERE rule_id = $1 ORDER BY version DESC";
    db.query(sql, args![*rule]).await?.iter().map(read_version).collect()
}

/// A version of a rule or of a template.
pub(super) fn read_version(row: &Row) -> Result<RuleVersionRow> {
    Ok(RuleVersionRow {
        version: row.get("version")?,
        at: row.get("at")?,
        actor_name: row.get("actor_name")?,
        why: row.get("why")?,
        data: row.get("data")?,
    })
}

/// Takes a rule out of use.
pub async fn retire(tx: &mut Tx, id: &RuleId) -> Result<bool> {
    let sql = "UPDATE rule SET retired = 1, version = version + 1 WHERE id = $1 AND retired = 0";
    Ok(tx.execute(sql, args![*id]).await? == 1)
}

/// One rule in use.
pub async fn get(db: &Db, id: &RuleId) -> Result<Option<RuleRow>> {
    db.query_one(&format!("{SELECT} AND r.id = $1"), args![*id]).await?.as_ref().map(read).transpose()
}

/// The rules of one series by name.
pub async fn of_series(db: &Db, series: i64) -> Result<Vec<RuleRow>> {
    let sql = format!("{SELECT} AND r.series = $1 ORDER BY r.name, r.id");
    db.query(&sql, args![series]).await?.iter().map(read).collect()
}

/// The rules that a template made, of the series from one number up to and with another.
pub async fn of_template(db: &Db, template: &RuleTemplateId, first: i64, last: i64) -> Result<Vec<RuleRow>> {
    let sql = format!("{SELECT} AND r.template = $1 AND r.series >= $2 AND r.series <= $3 ORDER BY r.series");
    db.query(&sql, args![*template, first, last]).await?.iter().map(read).collect()
}

/// The rules that go their own way although a template made them.
pub async fn own_way(db: &Db, template: &RuleTemplateId) -> Result<Vec<RuleRow>> {
    let sql = format!("{SELECT} AND r.template = $1 AND r.own_reason IS NOT NULL ORDER BY r.series");
    db.query(&sql, args![*template]).await?.iter().map(read).collect()
}

/// The rules of the series from one number up to and with another, for the catalogue.
pub async fn between(db: &Db, first: i64, last: i64) -> Result<Vec<RuleRow>> {
    let sql = format!("{SELECT} AND r.series >= $1 AND r.series <= $2 ORDER BY r.series, r.id");
    db.query(&sql, args![first, last]).await?.iter().map(read).collect()
}

/// States other than normal, of the rules of the series from one number up to and with another.
pub async fn states_between(db: &Db, first: i64, last: i64) -> Result<Vec<RuleStateRow>> {
    let read = |row: &Row| {
        Ok(RuleStateRow {
            rule: row.parse("rule_id")?,
            phase: row.get("phase")?,
            since: row.get("since")?,
            value_text: row.get("value_text")?,
        })
    };
    let sql = "SELECT st.rule_id, st.phase, st.since, st.value_text FROM rule_state st JOIN rule r ON r.id = st.rule_id \
               WHERE r.series >= $1 AND r.series <= $2";
    db.query(sql, args![first, last]).await?.iter().map(read).collect()
}

/// Keeps a state.
pub async fn put_state(tx: &mut Tx, state: &RuleStateRow) -> Result<()> {
    let sql = "INSERT INTO rule_state (rule_id, phase, since, value_text) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (rule_id) DO UPDATE SET phase = excluded.phase, since = excluded.since, value_text = excluded.value_text";
    tx.execute(sql, args![state.rule, state.phase, state.since, state.value_text]).await.map(|_| ())
}

/// Back to normal.
pub async fn clear_state(tx: &mut Tx, rule: &RuleId) -> Result<()> {
    tx.execute("DELETE FROM rule_state WHERE rule_id = $1", args![*rule]).await.map(|_| ())
}

/// Lets the rule that a template made for a series follow it again; it is behind any version then.
pub async fn follow(tx: &mut Tx, template: &RuleTemplateId, series: i64) -> Result<()> {
    let sql = "UPDATE rule SET own_reason = NULL, template_version = 0 \
               WHERE template = $1 AND series = $2 AND retired = 0 AND own_reason IS NOT NULL";
    tx.execute(sql, args![*template, series]).await.map(|_| ())
}
