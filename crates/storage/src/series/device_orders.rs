//! Orders to devices: what was ordered, why, by whom, and what became of it.

use fengsui_events::DeviceOrderState;
use fengsui_kernel::id::DeviceOrderId;
use fengsui_kernel::{DivisionCode, Fault, PageQuery, Result, Scope, Timestamp};
use serde_json::Value;

use super::conditions::Conditions;
use crate::args;
use crate::{Db, Row, Tx};

/// How far an order is: what changes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Where it stands.
    pub state: DeviceOrderState,
    /// How often it was sent.
    pub sent_times: u32,
    /// When it was last sent.
    pub sent_at: Option<Timestamp>,
    /// What the device names in its answer.
    pub reference: Option<String>,
    /// When the device said that it has it.
    pub accepted_at: Option<Timestamp>,
    /// Until when the answer is waited for.
    pub answer_by: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What the device said.
    pub answer: Option<Value>,
}

/// An order.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceOrderRow {
    /// Its id.
    pub id: DeviceOrderId,
    /// The device, by record id.
    pub device: String,
    /// Its name; absent once it left the ledger.
    pub device_name: Option<String>,
    /// Where the device is.
    pub division: Option<DivisionCode>,
    /// The enterprise, by record id.
    pub enterprise: Option<String>,
    /// The protocol it is written in.
    pub protocol: String,
    /// What is ordered.
    pub content: Value,
    /// Why.
    pub why: String,
    /// When it was given.
    pub given_at: Timestamp,
    /// By whom.
    pub given_by: String,
    /// Until when it may be sent.
    pub deadline: Timestamp,
    /// By whom it was ended, where a person did.
    pub ended_by: Option<String>,
    /// How far it is.
    pub progress: Progress,
}

const SELECT: &str = "SELECT o.id, o.device_id, d.name AS device_name, d.division, d.enterprise, o.protocol, o.content, \
    o.why, o.given_at, o.given_by, o.deadline, o.state, o.sent_times, o.sent_at, o.reference, o.accepted_at, \
    o.answer_by, o.ended_at, o.ended_by, o.answer FROM device_order o LEFT JOIN device d ON d.id = o.device_id";

fn read(row: &Row) -> Result<DeviceOrderRow> {
    let state: String = row.get("state")?;
    let state = DeviceOrderState::parse(&state);
    Ok(DeviceOrderRow {
        id: row.parse("id")?,
        device: row.get("device_id")?,
        device_name: row.get("device_name")?,
        division: row.get("division")?,
        enterprise: row.get("enterprise")?,
        protocol: row.get("protocol")?,
        content: row.get("content")?,
        why: row.get("why")?,
        given_at: row.get("given_at")?,
        given_by: row.get("given_by")?,
        deadline: row.get("deadline")?,
        ended_by: row.get("ended_by")?,
        progress: Progress {
            state: state.ok_or_else(|| Fault::internal("an order with an unknown state"))?,
            sent_times: u32::try_from(row.get::<i64>("sent_times")?).unwrap_or(u32::MAX),
            sent_at: row.get("sent_at")?,
            reference: row.get("reference")?,
            accepted_at: row.get("accepted_at")?,
            answer_by: row.get("answer_by")?,
            ended_at: row.get("ended_at")?,
            answer: row.get("answer")?,
        },
    })
}

/// Keeps a new order.
pub async fn insert(tx: &mut Tx, row: &DeviceOrderRow) -> Result<()> {
    let sql = "INSERT INTO device_order (id, device_id, protocol, content, why, given_at, given_by, deadline, state) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values = args![
        row.id,
        row.device,
        row.protocol,
        row.content,
        row.why,
        row.given_at,
        row.given_by,
        row.deadline,
        row.progress.state.as_str()
    ];
    tx.execute(sql, values).await.map(|_| ())
}

/// Moves an order on from the state in which it was. `false`: it is not in that state any more.
pub async fn advance(
    tx: &mut Tx,
    id: &DeviceOrderId,
    from: DeviceOrderState,
    to: &Progress,
    ended_by: Option<&str>,
) -> Result<bool> {
    let sql = "UPDATE device_order SET state = $3, open = $4, sent_times = $5, sent_at = $6, reference = $7, \
               accepted_at = $8, answer_by = $9, ended_at = $10, ended_by = $11, answer = $12 \
               WHERE id = $1 AND state = $2";
    let values = args![
        *id,
        from.as_str(),
        to.state.as_str(),
        to.state.open(),
        to.sent_times,
        to.sent_at,
        to.reference,
        to.accepted_at,
        to.answer_by,
        to.ended_at,
        ended_by.map(str::to_owned),
        to.answer
    ];
    Ok(tx.execute(sql, values).await? == 1)
}

/// Everything of which something is still to come, oldest first.
pub async fn open(db: &Db) -> Result<Vec<DeviceOrderRow>> {
    let sql = format!("{SELECT} WHERE o.open = 1 ORDER BY o.given_at, o.id");
    db.query(&sql, Vec::new()).await?.iter().map(read).collect()
}

/// One order.
pub async fn get(db: &Db, id: &DeviceOrderId) -> Result<Option<DeviceOrderRow>> {
    db.query_one(&format!("{SELECT} WHERE o.id = $1"), args![*id]).await?.as_ref().map(read).transpose()
}

/// Orders to devices of the ledger within the scopes, newest first, with how many there are in all.
pub async fn list(
    db: &Db,
    scopes: &[Scope],
    (device, state): (Option<&str>, Option<DeviceOrderState>),
    page: &PageQuery,
) -> Result<(Vec<DeviceOrderRow>, u64)> {
    let mut conditions = Conditions::default();
    conditions.scopes(scopes, "d");
    if let Some(device) = device {
        conditions.add("o.device_id = ?", args![device]);
    }
    if let Some(state) = state {
        conditions.add("o.state = ?", args![state.as_str()]);
    }
    let count = "SELECT COUNT(*) AS n FROM device_order o LEFT JOIN device d ON d.id = o.device_id";
    let total = db.query_one(&format!("{count}{}", conditions.clause()), conditions.args.clone()).await?;
    let total = total.map_or(Ok(0), |row| row.get::<i64>("n"))?;
    let (rest, values) = conditions.paged("o.given_at DESC, o.id DESC", page.limit() + 1, page.offset());
    let rows = db.query(&format!("{SELECT}{rest}"), values).await?;
    Ok((rows.iter().map(read).collect::<Result<_>>()?, u64::try_from(total).unwrap_or_default()))
}

/// How many orders a device was given since then, and how many of all its orders are open.
pub async fn load(db: &Db, device: &str, since: Timestamp) -> Result<(u64, u64)> {
    let sql = "SELECT CAST(COALESCE(SUM(CASE WHEN given_at > $2 THEN 1 ELSE 0 END), 0) AS BIGINT) AS lately, \
               CAST(COALESCE(SUM(open), 0) AS BIGINT) AS open FROM device_order \
               WHERE device_id = $1 AND (given_at > $2 OR open = 1)";
    let Some(row) = db.query_one(sql, args![device, since]).await? else { return Ok((0, 0)) };
    let count = |name| -> Result<u64> { Ok(u64::try_from(row.get::<i64>(name)?).unwrap_or_default()) };
    Ok((count("lately")?, count("open")?))
}
