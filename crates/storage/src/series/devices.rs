//! Devices as the series engine hears them, and their credentials.

use fengsui_kernel::{DivisionCode, Result, Timestamp};

use crate::args;
use crate::{Db, Row, Tx};

/// A device with what was heard of it.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceRow {
    /// Its record id.
    pub id: String,
    /// Its code, also its name at the MQTT door.
    pub code: String,
    /// Its serial or station number (MN), the key of field protocols.
    pub serial: Option<String>,
    /// Its name.
    pub name: String,
    /// Where.
    pub division: DivisionCode,
    /// The enterprise it belongs to, by record id.
    pub enterprise: Option<String>,
    /// What it is, as the ledger says: `gas_detector`, `logger`, …
    pub category: Option<String>,
    /// Whether it is heard.
    pub online: bool,
    /// When it was last heard.
    pub last_heard_at: Option<Timestamp>,
}

fn read(row: &Row) -> Result<DeviceRow> {
    Ok(DeviceRow {
        id: row.get("id")?,
        code: row.get("code")?,
        serial: row.get("serial")?,
        name: row.get("name")?,
        division: row.get("division")?,
        enterprise: row.get("enterprise")?,
        category: row.get("category")?,
        online: row.get("online")?,
        last_heard_at: row.get("last_heard_at")?,
    })
}

/// Adds a device or brings its facts up to date; what was heard of it stays.
pub async fn put(tx: &mut Tx, device: &DeviceRow) -> Result<()> {
    let sql = "INSERT INTO device (id, code, serial, name, division, enterprise, category, online) VALUES ($1, $2, $3, $4, $5, $6, $7, 0) \
               ON CONFLICT (id) DO UPDATE SET code = excluded.code, serial = excluded.serial, name = excluded.name, \
               division = excluded.division, enterprise = excluded.enterprise, category = excluded.category";
    let values =
        args![device.id, device.code, device.serial, device.name, device.division, device.enterprise, device.category];
    tx.execute(sql, values).await.map(|_| ())
}

/// Removes a device, its credential and its turns.
pub async fn remove(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute("DELETE FROM device_credential WHERE device_id = $1", args![id]).await?;
    tx.execute("DELETE FROM device_turn WHERE device_id = $1", args![id]).await?;
    tx.execute("DELETE FROM device WHERE id = $1", args![id]).await.map(|_| ())
}

/// Notes whether a device is heard and when it last was.
pub async fn heard(tx: &mut Tx, id: &str, online: bool, at: Option<Timestamp>) -> Result<()> {
    let sql = "UPDATE device SET online = $2, last_heard_at = $3 WHERE id = $1";
    tx.execute(sql, args![id, online, at]).await.map(|_| ())
}

/// Notes when devices were last heard that are heard now.
pub async fn heard_many(tx: &mut Tx, devices: &[(String, Timestamp)]) -> Result<()> {
    for (id, at) in devices {
        heard(tx, id, true, Some(*at)).await?;
    }
    Ok(())
}

/// Every device.
pub async fn all(db: &Db) -> Result<Vec<DeviceRow>> {
    let sql = "SELECT id, code, serial, name, division, enterprise, category, online, last_heard_at FROM device ORDER BY code";
    db.query(sql, Vec::new()).await?.iter().map(read).collect()
}

/// Keeps the hash of a device's token; an older token ends.
pub async fn put_credential(tx: &mut Tx, id: &str, token_hash: &str) -> Result<()> {
    let sql = "INSERT INTO device_credential (device_id, token_hash, issued_at, issued_by) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (device_id) DO UPDATE SET token_hash = excluded.token_hash, issued_at = excluded.issued_at, \
               issued_by = excluded.issued_by";
    let values = args![id, token_hash, tx.now(), tx.acting().actor.key()];
    tx.execute(sql, values).await.map(|_| ())
}

/// Ends a device's token.
pub async fn remove_credential(tx: &mut Tx, id: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM device_credential WHERE device_id = $1", args![id]).await? == 1)
}

/// The hash of a device's token, looked up by the device's code.
pub async fn credential(db: &Db, code: &str) -> Result<Option<(String, String)>> {
    let sql =
        "SELECT d.id, c.token_hash FROM device d JOIN device_credential c ON c.device_id = d.id WHERE d.code = $1";
    let row = db.query_one(sql, args![code]).await?;
    row.map(|row| Ok((row.get("id")?, row.get("token_hash")?))).transpose()
}
