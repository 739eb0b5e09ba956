//! Seals what lies in clear or under an older key, table by table, in portions: may be broken off
//! at any time and begins again where something is left to do.

use std::collections::BTreeMap;

use fengsui_kernel::{Acting, Result};
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use super::attributes::{seal_attributes, sealed_text};
use super::envelope::place;
use super::sealer::Sealer;
use crate::args;
use crate::value::{ToValue as _, Value};
use crate::{Db, Subject, settings};

/// Rows of one transaction: others write between them.
const PORTION: i64 = 500;
/// Which key and which personal fields the last complete sweep was made with.
const DONE: &str = "sealing.swept";

/// The personal fields of a kind of record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalFields {
    /// The kind.
    pub kind: String,
    /// Names of its attributes.
    pub fields: Vec<String>,
}

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Values that lay in clear.
    pub from_clear: u64,
    /// Values that were sealed with an older key.
    pub from_older: u64,
}

struct Work<'a> {
    db: &'a Db,
    sealer: &'a Sealer,
    personal: &'a [PersonalFields],
    /// Only count.
    dry: bool,
    done: Swept,
    /// Values by key; `None` is clear.
    census: BTreeMap<Option<String>, u64>,
}

/// One statement that puts a sealed value in place of what was read.
struct Change {
    sql: &'static str,
    args: Vec<Value>,
}

impl Work<'_> {
    /// Notes a value; tells whether it must be sealed.
    fn note(&mut self, stored: &str) -> bool {
        let key = Sealer::key_of(stored);
        *self.census.entry(key.clone()).or_default() += 1;
        if self.dry || self.sealer.is_current(stored) {
            return false;
        }
        match key {
            Some(_) => self.done.from_older += 1,
            None => self.done.from_clear += 1,
        }
        true
    }

    async fn write(&self, changes: Vec<Change>) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.begin(Acting::system("sealing", self.db.now())).await?;
        for change in changes {
            tx.execute(change.sql, change.args).await?;
        }
        tx.commit().await
    }

    fn fields(&self, kind: &str) -> Vec<String> {
        self.personal.iter().find(|own| own.kind == kind).map(|own| own.fields.clone()).unwrap_or_default()
    }

    /// Seals the personal fields of attributes; tells whether anything changed.
    fn attributes(&mut self, kind: &str, id: &str, attributes: &mut Json) -> Result<bool> {
        let fields = self.fields(kind);
        let mut any = false;
        for value in fields.iter().filter_map(|field| attributes.get(field)).filter(|value| !value.is_null()) {
            any |= self.note(sealed_text(value).unwrap_or_default());
        }
        if any {
            seal_attributes(self.sealer, id, fields.iter().map(String::as_str), attributes)?;
        }
        Ok(any)
    }

    fn kinds(&self) -> String {
        // Names come from declarations, and are checked where they become statements.
        self.personal.iter().map(|own| format!("'{}'", own.kind.replace('\'', ""))).collect::<Vec<_>>().join(", ")
    }

    async fn records(&mut self) -> Result<()> {
        let sql = format!(
            "SELECT seq, id, kind, version, attributes FROM record WHERE seq > $1 AND kind IN ({}) ORDER BY seq LIMIT $2",
            self.kinds()
        );
        let mut last = 0_i64;
        loop {
            let rows = self.db.query(&sql, args![last, PORTION]).await?;
            let Some(end) = rows.last() else { return Ok(()) };
            last = end.get("seq")?;
            let mut changes = Vec::new();
            for row in &rows {
                let (kind, id): (String, String) = (row.get("kind")?, row.get("id")?);
                let mut attributes: Json = row.get("attributes")?;
                if self.attributes(&kind, &id, &mut attributes)? {
                    let (seq, version): (i64, i64) = (row.get("seq")?, row.get("version")?);
                    let sql = "UPDATE record SET attributes = $1 WHERE seq = $2 AND version = $3";
                    changes.push(Change { sql, args: args![attributes, seq, version] });
                }
            }
            self.write(changes).await?;
        }
    }

    async fn versions(&mut self) -> Result<()> {
        let sql = format!(
            "SELECT record, version, body FROM record_version WHERE (record > $1 OR (record = $1 AND version > $2)) \
             AND body ->> 'kind' IN ({}) ORDER BY record, version LIMIT $3",
            self.kinds()
        );
        let (mut record, mut version) = (String::new(), 0_i64);
        loop {
            let rows = self.db.query(&sql, args![record, version, PORTION]).await?;
            let Some(end) = rows.last() else { return Ok(()) };
            (record, version) = (end.get("record")?, end.get("version")?);
            let mut changes = Vec::new();
            for row in &rows {
                let (id, version): (String, i64) = (row.get("record")?, row.get("version")?);
                let mut body: Json = row.get("body")?;
                let kind = body.get("kind").and_then(Json::as_str).unwrap_or_default().to_owned();
                let Some(attributes) = body.get_mut("attributes") else { continue };
                if self.attributes(&kind, &id, attributes)? {
                    let sql = "UPDATE record_version SET body = $1 WHERE record = $2 AND version = $3";
                    changes.push(Change { sql, args: args![body, id, version] });
                }
            }
            self.write(changes).await?;
        }
    }

    async fn deliveries(&mut self) -> Result<()> {
        let sql = "SELECT id, address FROM delivery WHERE id > $1 AND address <> '' ORDER BY id LIMIT $2";
        let mut last = String::new();
        loop {
            let rows = self.db.query(sql, args![last, PORTION]).await?;
            let Some(end) = rows.last() else { return Ok(()) };
            last = end.get("id")?;
            let mut changes = Vec::new();
            for row in &rows {
                let (id, stored): (String, String) = (row.get("id")?, row.get("address")?);
                if self.note(&stored) {
                    let place = place("delivery", &id, "address");
                    let plain = self.sealer.text_of(&place, stored.clone())?;
                    let sealed = self.sealer.seal(&place, plain.as_bytes())?;
                    let sql = "UPDATE delivery SET address = $1 WHERE id = $2 AND address = $3";
                    changes.push(Change { sql, args: args![sealed, id, stored] });
                }
            }
            self.write(changes).await?;
        }
    }

    async fn subscribers(&mut self) -> Result<()> {
        let mut changes = Vec::new();
        for row in self.db.query("SELECT id, address, sealed_address FROM subscriber", Vec::new()).await? {
            let (id, address): (String, String) = (row.get("id")?, row.get("address")?);
            let stored: String = row.get::<Option<String>>("sealed_address")?.unwrap_or_else(|| address.clone());
            if self.note(&stored) {
                let place = place("subscriber", &id, "address");
                let plain = self.sealer.text_of(&place, stored)?;
                let sealed = self.sealer.seal(&place, plain.as_bytes())?;
                let sql = "UPDATE subscriber SET address = $1, sealed_address = $2 WHERE id = $3 AND address = $4";
                changes.push(Change { sql, args: args![self.sealer.hash("subscriber", &plain), sealed, id, address] });
            }
        }
        self.write(changes).await
    }

    async fn second_factors(&mut self) -> Result<()> {
        let mut changes = Vec::new();
        for row in self.db.query("SELECT id, totp_secret FROM users WHERE totp_secret IS NOT NULL", Vec::new()).await? {
            let (id, stored): (String, Vec<u8>) = (row.get("id")?, row.get("totp_secret")?);
            if self.note(std::str::from_utf8(&stored).unwrap_or_default()) {
                let plain = super::secret::open(self.sealer, &id, stored.clone())?;
                let sealed = super::secret::seal(self.sealer, &id, &plain)?;
                let sql = "UPDATE users SET totp_secret = $1 WHERE id = $2 AND totp_secret = $3";
                changes.push(Change { sql, args: vec![sealed.to_value(), id.to_value(), stored.to_value()] });
            }
        }
        self.write(changes).await
    }

    async fn all(&mut self) -> Result<()> {
        if !self.personal.is_empty() {
            self.records().await?;
            self.versions().await?;
        }
        self.deliveries().await?;
        self.subscribers().await?;
        self.second_factors().await
    }
}

fn work<'a>(db: &'a Db, personal: &'a [PersonalFields], dry: bool) -> Work<'a> {
    Work { db, sealer: db.sealer(), personal, dry, done: Swept::default(), census: BTreeMap::new() }
}

/// What a complete sweep with the key in use is noted as.
fn mark(db: &Db, personal: &[PersonalFields]) -> String {
    let mut named: Vec<String> =
        personal.iter().flat_map(|own| own.fields.iter().map(|field| format!("{}.{field}", own.kind))).collect();
    named.sort_unstable();
    let fields: String = hex::encode(Sha256::digest(named.join(" "))).chars().take(16).collect();
    format!("{}/{fields}", db.sealer().active())
}

/// Whether something may lie in clear or under an older key.
pub async fn is_due(db: &Db, personal: &[PersonalFields]) -> Result<bool> {
    Ok(settings::get(db, DONE).await? != Some(mark(db, personal)))
}

/// Seals everything with the key in use. Idempotent; may run beside a working platform.
pub async fn sweep(db: &Db, personal: &[PersonalFields]) -> Result<Swept> {
    let mut work = work(db, personal, false);
    work.all().await?;
    let done = work.done;
    if done.from_clear > 0 {
        // Overwritten rows stay in free pages until the store is written anew.
        db.compact().await?;
    }
    let mut tx = db.begin(Acting::system("sealing", db.now())).await?;
    settings::set(&mut tx, DONE, &mark(db, personal)).await?;
    if done != Swept::default() {
        let facts = json!({"key": db.sealer().active(), "from_clear": done.from_clear, "from_older": done.from_older});
        tx.trace("store.seal", Subject::new("store", "personal"), facts);
    }
    tx.commit().await?;
    Ok(done)
}

/// How many values are sealed with which key; `None` is clear.
pub async fn census(db: &Db, personal: &[PersonalFields]) -> Result<BTreeMap<Option<String>, u64>> {
    let mut work = work(db, personal, true);
    work.all().await?;
    Ok(work.census)
}
