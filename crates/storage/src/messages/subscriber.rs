//! Subscribers of feeds: addresses outside the platform.

use fengsui_kernel::{Result, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::args;
use crate::{Db, Row, Tx};

/// A subscriber.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Subscriber {
    /// Its id.
    pub id: String,
    /// The list: `warnings`.
    pub list: String,
    /// `email` or `webhook`.
    pub channel: String,
    /// The address.
    pub address: String,
    /// Whose it is.
    pub name: String,
    /// Whether it takes part in drills; without it no drill reaches it.
    pub drills: bool,
    /// Since when.
    pub created_at: Timestamp,
}

fn read(row: &Row) -> Result<Subscriber> {
    Ok(Subscriber {
        id: row.get("id")?,
        list: row.get("list")?,
        channel: row.get("channel")?,
        address: row.get("address")?,
        name: row.get("name")?,
        drills: row.get("drills")?,
        created_at: row.get("created_at")?,
    })
}

/// Subscribers of a list, or of all.
pub async fn subscribers(db: &Db, list: Option<&str>) -> Result<Vec<Subscriber>> {
    let sql = "SELECT id, list, channel, address, name, drills, created_at FROM subscriber \
               WHERE ($1 = '' OR list = $1) ORDER BY created_at, id";
    db.query(sql, args![list.unwrap_or_default()]).await?.iter().map(read).collect()
}

/// Adds a subscriber.
pub async fn add_subscriber(tx: &mut Tx, new: &Subscriber) -> Result<()> {
    let sql = "INSERT INTO subscriber (id, list, channel, address, name, drills, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let args = args![new.id, new.list, new.channel, new.address, new.name, new.drills, new.created_at];
    tx.execute(sql, args).await.map(|_| ())
}

/// Removes a subscriber; `false` when there was none.
pub async fn remove_subscriber(tx: &mut Tx, id: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM subscriber WHERE id = $1", args![id]).await? == 1)
}
