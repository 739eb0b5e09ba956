//! Templates of rules: one rule for all series of a kind.

use std::collections::HashMap;

use fengsui_kernel::id::RuleTemplateId;
use fengsui_kernel::{DivisionCode, Result, Timestamp};
use serde_json::Value as Json;

use super::rules::{RuleVersionRow, read_version};
use crate::args;
use crate::{Db, Row, Tx};

/// A template as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleTemplateRow {
    /// Its id.
    pub id: RuleTemplateId,
    /// Its name; every rule that it makes bears it.
    pub name: String,
    /// Where: this division and all below.
    pub division: DivisionCode,
    /// Only series of this enterprise, by record id.
    pub enterprise: Option<String>,
    /// Which series.
    pub selector: Json,
    /// The condition of every rule.
    pub condition: Json,
    /// Whether its rules judge.
    pub enabled: bool,
    /// Taken out of use; it is here until the last of its rules is.
    pub retired: bool,
    /// Version.
    pub version: i64,
}

/// A series that matches a template and shall not have its rule.
#[derive(Debug, Clone, PartialEq)]
pub struct ExceptionRow {
    /// The template.
    pub template: RuleTemplateId,
    /// Number of the series.
    pub series: i64,
    /// Since when.
    pub at: Timestamp,
    /// Who decided it, by name.
    pub actor_name: String,
    /// Why.
    pub reason: String,
}

/// How many rules a template has made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RuleCounts {
    /// All of them.
    pub rules: u64,
    /// Those that go their own way.
    pub own: u64,
}

fn read(row: &Row) -> Result<RuleTemplateRow> {
    Ok(RuleTemplateRow {
        id: row.parse("id")?,
        name: row.get("name")?,
        division: row.parse("division")?,
        enterprise: row.get("enterprise")?,
        selector: row.get("selector")?,
        condition: row.get("condition")?,
        enabled: row.get("enabled")?,
        retired: row.get("retired")?,
        version: row.get("version")?,
    })
}

/// Adds a template.
pub async fn insert(tx: &mut Tx, row: &RuleTemplateRow) -> Result<()> {
    let sql = "INSERT INTO rule_template (id, name, division, enterprise, selector, condition, enabled, version) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let (selector, condition) = (row.selector.to_string(), row.condition.to_string());
    let values = args![row.id, row.name, row.division, row.enterprise, selector, condition, row.enabled, row.version];
    tx.execute(sql, values).await.map(|_| ())
}

/// Replaces a template if the version before that of `row` is still the stored one; tells whether it was.
pub async fn update(tx: &mut Tx, row: &RuleTemplateRow) -> Result<bool> {
    let sql = "UPDATE rule_template SET name = $2, division = $3, enterprise = $4, selector = $5, condition = $6, \
               enabled = $7, version = $8 WHERE id = $1 AND version = $8 - 1 AND retired = 0";
    let (selector, condition) = (row.selector.to_string(), row.condition.to_string());
    let values = args![row.id, row.name, row.division, row.enterprise, selector, condition, row.enabled, row.version];
    Ok(tx.execute(sql, values).await? == 1)
}

/// Takes a template out of use.
pub async fn retire(tx: &mut Tx, id: &RuleTemplateId) -> Result<bool> {
    let sql = "UPDATE rule_template SET retired = 1, version = version + 1 WHERE id = $1 AND retired = 0";
    Ok(tx.execute(sql, args![*id]).await? == 1)
}

/// Every template in use, and those out of use that still have rules.
pub async fn all(db: &Db) -> Result<Vec<RuleTemplateRow>> {
    let sql = "SELECT t.id, t.name, t.division, t.enterprise, t.selector, t.condition, t.enabled, t.retired, t.version \
               FROM rule_template t WHERE t.retired = 0 OR EXISTS (SELECT 1 FROM rule r JOIN series s ON s.number = r.series \
               WHERE r.template = t.id AND r.retired = 0 AND s.retired = 0) ORDER BY t.name, t.id";
    db.query(sql, Vec::new()).await?.iter().map(read).collect()
}

/// Keeps a version of a template with its circumstances.
pub async fn insert_version(tx: &mut Tx, id: &RuleTemplateId, version: i64, data: &Json) -> Result<()> {
    let sql = "INSERT INTO rule_template_version (template_id, version, at, actor, actor_name, why, data) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let acting = tx.acting().clone();
    let args = args![*id, version, tx.now(), acting.actor.key(), acting.actor.name(), acting.why, data.to_string()];
    tx.execute(sql, args).await.map(|_| ())
}

/// The versions of a template, newest first.
pub async fn versions(db: &Db, id: &RuleTemplateId) -> Result<Vec<RuleVersionRow>> {
    let sql = "SELECT version, at, actor_name, why, data FROM rule_template_version WHERE template_id = $1 ORDER BY version DESC";
    db.query(sql, args![*id]).await?.iter().map(read_version).collect()
}

/// Excepts a series from a template.
pub async fn except(tx: &mut Tx, id: &RuleTemplateId, series: i64, reason: &str) -> Result<()> {
    let sql = "INSERT INTO rule_template_exception (template_id, series, at, actor_name, reason) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (template_id, series) DO UPDATE SET at = excluded.at, actor_name = excluded.actor_name, \
               reason = excluded.reason";
    let name = tx.acting().actor.name().to_owned();
    tx.execute(sql, args![*id, series, tx.now(), name, reason]).await.map(|_| ())
}

/// Ends the exception of a series.
pub async fn end_exception(tx: &mut Tx, id: &RuleTemplateId, series: i64) -> Result<()> {
    let sql = "DELETE FROM rule_template_exception WHERE template_id = $1 AND series = $2";
    tx.execute(sql, args![*id, series]).await.map(|_| ())
}

/// All exceptions.
pub async fn exceptions(db: &Db) -> Result<Vec<ExceptionRow>> {
    let sql =
        "SELECT template_id, series, at, actor_name, reason FROM rule_template_exception ORDER BY template_id, series";
    let read = |row: &Row| {
        Ok(ExceptionRow {
            template: row.parse("template_id")?,
            series: row.get("series")?,
            at: row.get("at")?,
            actor_name: row.get("actor_name")?,
            reason: row.get("reason")?,
        })
    };
    db.query(sql, Vec::new()).await?.iter().map(read).collect()
}

/// How many rules each template has.
pub async fn counts(db: &Db) -> Result<HashMap<RuleTemplateId, RuleCounts>> {
    let sql = "SELECT r.template, COUNT(*) AS rules, COUNT(r.own_reason) AS own FROM rule r JOIN series s ON s.number = r.series \
               WHERE r.template IS NOT NULL AND r.retired = 0 AND s.retired = 0 GROUP BY r.template";
    let read = |row: &Row| Ok((row.parse("template")?, RuleCounts { rules: row.get("rules")?, own: row.get("own")? }));
    db.query(sql, Vec::new()).await?.iter().map(read).collect()
}
