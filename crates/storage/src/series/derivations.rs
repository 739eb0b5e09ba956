//! How derived series are computed, with the versions of it.

use fengsui_kernel::{Fault, Result};
use serde_json::Value as Json;

use super::rules::{RuleVersionRow, read_version};
use crate::args;
use crate::{Db, Row, Tx};

/// A derivation as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct DerivationRow {
    /// Number of the series that it computes.
    pub series: i64,
    /// The expression.
    pub expression: String,
    /// Its inputs: a list of name, series and number of the series.
    pub inputs: Json,
    /// How much older than the newest an input may be.
    pub max_age_seconds: u32,
    /// Version.
    pub version: i64,
}

fn read(row: &Row) -> Result<DerivationRow> {
    let inputs: String = row.get("inputs")?;
    Ok(DerivationRow {
        series: row.get("series")?,
        expression: row.get("expression")?,
        inputs: serde_json::from_str(&inputs).map_err(Fault::internal)?,
        max_age_seconds: row.get("max_age_seconds")?,
        version: row.get("version")?,
    })
}

/// The derivations of all series in use.
pub async fn all(db: &Db) -> Result<Vec<DerivationRow>> {
    let sql = "SELECT d.series, d.expression, d.inputs, d.max_age_seconds, d.version \
               FROM derivation d JOIN series s ON s.number = d.series WHERE s.retired = 0 ORDER BY d.series";
    db.query(sql, Vec::new()).await?.iter().map(read).collect()
}

/// Adds the derivation of a series.
pub async fn insert(tx: &mut Tx, row: &DerivationRow) -> Result<()> {
    let sql =
        "INSERT INTO derivation (series, expression, inputs, max_age_seconds, version) VALUES ($1, $2, $3, $4, $5)";
    let args = args![row.series, row.expression.as_str(), row.inputs.to_string(), row.max_age_seconds, row.version];
    tx.execute(sql, args).await.map(|_| ())
}

/// Replaces it if its version is the one before that of `row`; tells whether it was.
pub async fn update(tx: &mut Tx, row: &DerivationRow) -> Result<bool> {
    let sql = "UPDATE derivation SET expression = $1, inputs = $2, max_age_seconds = $3, version = $4 \
               WHERE series = $5 AND version = $4 - 1";
    let args = args![row.expression.as_str(), row.inputs.to_string(), row.max_age_seconds, row.version, row.series];
    Ok(tx.execute(sql, args).await? == 1)
}

/// Keeps a version with its circumstances.
pub async fn insert_version(tx: &mut Tx, series: i64, version: i64, data: &Json) -> Result<()> {
    let sql = "INSERT INTO derivation_version (series, version, at, actor, actor_name, why, data) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let acting = tx.acting().clone();
    let why = acting.why.clone();
    let args = args![series, version, tx.now(), acting.actor.key(), acting.actor.name(), why, data.to_string()];
    tx.execute(sql, args).await.map(|_| ())
}

/// The versions of a derivation, newest first.
pub async fn versions(db: &Db, series: i64) -> Result<Vec<RuleVersionRow>> {
    let sql =
        "SELECT version, at, actor_name, why, data FROM derivation_version WHERE series = $1 ORDER BY version DESC";
    db.query(sql, args![series]).await?.iter().map(read_version).collect()
}
