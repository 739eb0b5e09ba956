//! Subscribers of feeds: addresses outside the platform.

use fengsui_kernel::{FaultKind, Result, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::args;
use crate::seal::{Sealer, place};
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

/// The domain of the hashes by which doubles are found.
const DOMAIN: &str = "subscriber";

fn read(sealer: &Sealer, row: &Row) -> Result<Subscriber> {
    let id: String = row.get("id")?;
    let envelope: Option<String> = row.get("sealed_address")?;
    // Without one an older program left the address in clear.
    let address = match envelope {
        Some(envelope) => sealer.open_text(&place("subscriber", &id, "address"), &envelope)?,
        None => row.get("address")?,
    };
    Ok(Subscriber {
        id,
        address,
        list: row.get("list")?,
        channel: row.get("channel")?,
        name: row.get("name")?,
        drills: row.get("drills")?,
        created_at: row.get("created_at")?,
    })
}

/// Subscribers of a list, or of all.
pub async fn subscribers(db: &Db, list: Option<&str>) -> Result<Vec<Subscriber>> {
    let sql = "SELECT id, list, channel, address, sealed_address, name, drills, created_at FROM subscriber \
               WHERE ($1 = '' OR list = $1) ORDER BY created_at, id";
    db.query(sql, args![list.unwrap_or_default()]).await?.iter().map(|row| read(db.sealer(), row)).collect()
}

/// Adds a subscriber, unless the list has the address already.
pub async fn add_subscriber(tx: &mut Tx, new: &Subscriber) -> Result<()> {
    // Under any key, and in clear as an older program left it; the unique index judges doubles of one moment.
    let mut forms = tx.sealer().hashes(DOMAIN, &new.address);
    forms.push(new.address.clone());
    for form in &forms {
        let sql = "SELECT id FROM subscriber WHERE list = $1 AND channel = $2 AND address = $3";
        if let Some(row) = tx.query_one(sql, args![new.list, new.channel, *form]).await? {
            return Err(FaultKind::Duplicate { field: "address".to_owned(), existing: Some(row.get("id")?) }.into());
        }
    }
    let hash = tx.sealer().hash(DOMAIN, &new.address);
    let sealed = tx.sealer().seal(&place("subscriber", &new.id, "address"), new.address.as_bytes())?;
    let sql = "INSERT INTO subscriber (id, list, channel, address, sealed_address, name, drills, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let args = args![new.id, new.list, new.channel, hash, sealed, new.name, new.drills, new.created_at];
    tx.execute(sql, args).await.map(|_| ())
}

/// Removes a subscriber; `false` when there was none.
pub async fn remove_subscriber(tx: &mut Tx, id: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM subscriber WHERE id = $1", args![id]).await? == 1)
}
