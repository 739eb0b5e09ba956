//! Statements of warnings: the CAP messages that were made public.

use fengsui_kernel::id::MatterId;
use fengsui_kernel::{DivisionCode, Result, Timestamp};
use serde_json::Value as Json;

use crate::args;
use crate::{Db, Row, Tx};

/// One message as it was made public; never changed afterwards, except that a later message of
/// the same warning supersedes it.
#[derive(Debug, Clone, PartialEq)]
pub struct CapMessageRow {
    /// Unique CAP identifier.
    pub identifier: String,
    /// The warning.
    pub matter: MatterId,
    /// Position among the messages of the warning, from 1.
    pub number: u32,
    /// CAP sender.
    pub sender: String,
    /// `Alert`, `Update` or `Cancel`.
    pub msg_type: String,
    /// `Actual` or `Exercise`.
    pub status: String,
    /// CAP `sent`.
    pub sent_at: Timestamp,
    /// CAP `expires`.
    pub expires_at: Option<Timestamp>,
    /// The division that answers for it.
    pub division: DivisionCode,
    /// `red`, `orange`, `yellow` or `blue`.
    pub color: String,
    /// EW12379 code.
    pub event_type: String,
    /// Headline.
    pub headline: String,
    /// `{"divisions": […], "polygon": GeoJSON or null}`.
    pub area: Json,
    /// The message itself.
    pub xml: String,
    /// A later message of the warning replaced or lifted it.
    pub superseded: bool,
}

const COLUMNS: &str = "identifier, matter, number, sender, msg_type, status, sent_at, expires_at, division, color, \
     event_type, headline, area, xml, superseded";

fn read(row: &Row) -> Result<CapMessageRow> {
    Ok(CapMessageRow {
        identifier: row.get("identifier")?,
        matter: row.parse("matter")?,
        number: row.get("number")?,
        sender: row.get("sender")?,
        msg_type: row.get("msg_type")?,
        status: row.get("status")?,
        sent_at: row.get("sent_at")?,
        expires_at: row.get("expires_at")?,
        division: row.get("division")?,
        color: row.get("color")?,
        event_type: row.get("event_type")?,
        headline: row.get("headline")?,
        area: row.get("area")?,
        xml: row.get("xml")?,
        superseded: row.get("superseded")?,
    })
}

fn read_all(rows: &[Row]) -> Result<Vec<CapMessageRow>> {
    rows.iter().map(read).collect()
}

/// Adds a message and marks those before it as superseded.
pub async fn insert(tx: &mut Tx, message: &CapMessageRow) -> Result<()> {
    let sql = format!(
        "INSERT INTO cap_message ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
    );
    let arguments = args![
        message.identifier,
        message.matter,
        message.number,
        message.sender,
        message.msg_type,
        message.status,
        message.sent_at,
        message.expires_at,
        message.division,
        message.color,
        message.event_type,
        message.headline,
        message.area,
        message.xml,
        message.superseded
    ];
    tx.execute(&sql, arguments).await?;
    let sql = "UPDATE cap_message SET superseded = 1 WHERE matter = $1 AND number < $2 AND superseded = 0";
    tx.execute(sql, args![message.matter, message.number]).await.map(|_| ())
}

/// The messages of a warning, oldest first.
pub async fn of_matter(tx: &mut Tx, matter: &MatterId) -> Result<Vec<CapMessageRow>> {
    let sql = format!("SELECT {COLUMNS} FROM cap_message WHERE matter = $1 ORDER BY number");
    read_all(&tx.query(&sql, args![*matter]).await?)
}

/// The messages of a warning, oldest first, outside a change.
pub async fn history(db: &Db, matter: &MatterId) -> Result<Vec<CapMessageRow>> {
    let sql = format!("SELECT {COLUMNS} FROM cap_message WHERE matter = $1 ORDER BY number");
    read_all(&db.query(&sql, args![*matter]).await?)
}

/// Whether an identifier is taken.
pub async fn is_taken(tx: &mut Tx, identifier: &str) -> Result<bool> {
    let sql = "SELECT identifier FROM cap_message WHERE identifier = $1";
    Ok(tx.query_one(sql, args![identifier]).await?.is_some())
}

/// One message.
pub async fn by_identifier(db: &Db, identifier: &str) -> Result<Option<CapMessageRow>> {
    let sql = format!("SELECT {COLUMNS} FROM cap_message WHERE identifier = $1");
    db.query_one(&sql, args![identifier]).await?.as_ref().map(read).transpose()
}

/// Messages in force at a time: neither superseded nor over nor a cancellation; gravest colour is
/// left to the reader, newest first.
pub async fn in_force(db: &Db, status: &str, now: Timestamp) -> Result<Vec<CapMessageRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM cap_message WHERE superseded = 0 AND msg_type <> 'Cancel' AND status = $1 \
         AND (expires_at IS NULL OR expires_at > $2) ORDER BY sent_at DESC, identifier"
    );
    read_all(&db.query(&sql, args![status, now]).await?)
}

/// What tells whether a message was added since: how many there are, and when the newest was sent.
pub type Stamp = (u64, Option<Timestamp>);

/// The stamp of all messages of a status; messages are only ever added.
pub async fn stamp(db: &Db, status: &str) -> Result<Stamp> {
    let sql = "SELECT COUNT(*) AS total, MAX(sent_at) AS newest FROM cap_message WHERE status = $1";
    let row = db.query_one(sql, args![status]).await?;
    row.map_or(Ok((0, None)), |row| Ok((row.get("total")?, row.get("newest")?)))
}

/// The latest messages, newest first, superseded ones included.
pub async fn latest(db: &Db, status: &str, limit: u32) -> Result<Vec<CapMessageRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM cap_message WHERE status = $1 ORDER BY sent_at DESC, number DESC, identifier LIMIT $2"
    );
    read_all(&db.query(&sql, args![status, limit]).await?)
}
