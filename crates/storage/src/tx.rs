//! The unit of work: changes, trace entries and events that are committed together or not at all.

use fengsui_events::Event;
use fengsui_kernel::id::NewId;
use fengsui_kernel::trace::{TraceContent, TraceEntry};
use fengsui_kernel::{Acting, DivisionCode, Fault, Result, Timestamp};
use serde_json::Value as Json;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::args;
use crate::db::{Db, Dialect, Engine, bind_postgres, bind_sqlite};
use crate::error::fault;
use crate::row::{Row, from_postgres, from_sqlite};
use crate::value::Value;

enum Inner {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

/// Begins on the only writing connection. A full disk makes SQLite end a transaction by itself, of which the
/// connection's keeper knows nothing: such a connection is given up, or nothing would be written ever again.
async fn begin_sqlite(writer: &sqlx::SqlitePool) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>> {
    match writer.begin_with("BEGIN IMMEDIATE").await {
        Err(sqlx::Error::InvalidSavePointStatement | sqlx::Error::BeginFailed) => {
            tracing::warn!("the connection to the store lost its transaction and is opened anew");
            writer.acquire().await.map_err(fault)?.close().await.map_err(fault)?;
            writer.begin_with("BEGIN IMMEDIATE").await.map_err(fault)
        }
        begun => begun.map_err(fault),
    }
}

/// What a trace entry is about.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The noun: `record`, `alarm`, `matter`, `user`, …
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Where it belongs.
    pub division: Option<DivisionCode>,
}

#[allow(clippy::needless_pass_by_value, reason = "callers pass ids and borrowed texts alike")]
impl Subject {
    /// A subject with a place.
    pub fn at(kind: &'static str, id: impl ToString, division: DivisionCode) -> Self {
        Self { kind, id: id.to_string(), division: Some(division) }
    }

    /// A subject without a place.
    pub fn new(kind: &'static str, id: impl ToString) -> Self {
        Self { kind, id: id.to_string(), division: None }
    }
}

/// A transaction with the circumstances of its change.
pub struct Tx {
    db: Db,
    inner: Inner,
    acting: Acting,
    traced: Vec<TraceContent>,
    events: Vec<Event>,
}

impl Tx {
    pub(crate) async fn begin(db: Db, acting: Acting) -> Result<Self> {
        let inner = match &db.inner.engine {
            Engine::Sqlite { writer, .. } => Inner::Sqlite(begin_sqlite(writer).await?),
            Engine::Postgres(pool) => Inner::Postgres(pool.begin().await.map_err(fault)?),
        };
        Ok(Self { db, inner, acting, traced: Vec::new(), events: Vec::new() })
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        self.db.dialect()
    }

    /// What seals and opens values that must not lie in clear.
    pub fn sealer(&self) -> &crate::seal::Sealer {
        self.db.sealer()
    }

    /// The time of the change.
    pub fn now(&self) -> Timestamp {
        self.acting.at
    }

    /// Who changes, when and why.
    pub fn acting(&self) -> &Acting {
        &self.acting
    }

    /// A fresh identifier, ordered by time.
    pub fn new_id<T: NewId>(&self) -> T {
        let millis = u64::try_from(self.acting.at.as_millisecond()).unwrap_or(0);
        let stamp =
            uuid::Timestamp::from_unix_time(millis / 1000, u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000, 0, 0);
        T::from_uuid(Uuid::new_v7(stamp))
    }

    /// Runs a statement; tells how many rows it touched.
    pub async fn execute(&mut self, sql: &str, args: Vec<Value>) -> Result<u64> {
        let sql = AssertSqlSafe(sql.to_owned());
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                let done = bind_sqlite(sqlx::query(sql), args).execute(&mut **tx).await.map_err(fault)?;
                Ok(done.rows_affected())
            }
            Inner::Postgres(tx) => {
                let done = bind_postgres(sqlx::query(sql), args).execute(&mut **tx).await.map_err(fault)?;
                Ok(done.rows_affected())
            }
        }
    }

    /// Reads rows inside the transaction.
    pub async fn query(&mut self, sql: &str, args: Vec<Value>) -> Result<Vec<Row>> {
        let sql = AssertSqlSafe(sql.to_owned());
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                let rows = bind_sqlite(sqlx::query(sql), args).fetch_all(&mut **tx).await.map_err(fault)?;
                from_sqlite(&rows)
            }
            Inner::Postgres(tx) => {
                let rows = bind_postgres(sqlx::query(sql), args).fetch_all(&mut **tx).await.map_err(fault)?;
                from_postgres(&rows)
            }
        }
    }

    /// Reads one row inside the transaction, if there is one.
    pub async fn query_one(&mut self, sql: &str, args: Vec<Value>) -> Result<Option<Row>> {
        Ok(self.query(sql, args).await?.into_iter().next())
    }

    /// Notes what happened; it becomes part of the chain at commit. Never put secrets in `data`.
    pub fn trace(&mut self, action: &str, subject: Subject, data: Json) {
        let content = TraceContent {
            v: 1,
            at: self.acting.at.to_string(),
            actor: self.acting.actor.key(),
            actor_name: self.acting.actor.name().to_owned(),
            action: action.to_owned(),
            subject_kind: subject.kind.to_owned(),
            subject_id: subject.id,
            division: subject.division.map(|code| code.to_string()),
            why: self.acting.why.clone(),
            data,
        };
        self.traced.push(content);
    }

    /// Notes an event for the other domains and for live screens; delivered after commit.
    pub fn publish(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Makes everything durable. Only after this may anything be acknowledged.
    pub async fn commit(mut self) -> Result<()> {
        let last_event = self.append_chain().await?;
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await.map_err(fault)?,
            Inner::Postgres(tx) => tx.commit().await.map_err(fault)?,
        }
        if let Some(seq) = last_event {
            self.db.inner.committed.send_if_modified(|last| {
                let newer = seq > *last;
                *last = seq.max(*last);
                newer
            });
        }
        Ok(())
    }

    /// Undoes everything.
    pub async fn rollback(self) -> Result<()> {
        match self.inner {
            Inner::Sqlite(tx) => tx.rollback().await.map_err(fault),
            Inner::Postgres(tx) => tx.rollback().await.map_err(fault),
        }
    }

    /// Takes the head of the chain (a row lock in PostgreSQL, held until commit) and appends.
    async fn append_chain(&mut self) -> Result<Option<i64>> {
        if self.traced.is_empty() && self.events.is_empty() {
            return Ok(None);
        }
        let head = self
            .query_one("UPDATE trace_head SET id = id WHERE id = 1 RETURNING seq, hash, event_seq", Vec::new())
            .await?;
        let head = head.ok_or_else(|| Fault::internal("the head of the trace is missing"))?;
        let (seq, hash, mut event_seq): (i64, String, i64) =
            (head.get("seq")?, head.get("hash")?, head.get("event_seq")?);
        let (seq, hash) = self.append_traces(seq, hash).await?;
        for event in std::mem::take(&mut self.events) {
            event_seq += 1;
            self.append_event(event_seq, &event).await?;
        }
        self.execute(
            "UPDATE trace_head SET seq = $1, hash = $2, event_seq = $3 WHERE id = 1",
            args![seq, hash, event_seq],
        )
        .await?;
        Ok(Some(event_seq))
    }

    async fn append_traces(&mut self, mut seq: i64, mut hash: String) -> Result<(i64, String)> {
        for content in std::mem::take(&mut self.traced) {
            let entry = TraceEntry::link(seq, &hash, content);
            self.insert_trace(&entry).await?;
            seq = entry.seq;
            hash = entry.hash;
        }
        Ok((seq, hash))
    }

    async fn insert_trace(&mut self, entry: &TraceEntry) -> Result<()> {
        let Some(content) = &entry.content else { return Ok(()) };
        // The content is kept as the very text that was hashed: JSONB would reorder keys and
        // normalise numbers, and the chain would no longer verify.
        let text = serde_json::to_string(content).map_err(Fault::internal)?;
        let sql = "INSERT INTO trace (seq, at, actor, action, subject_kind, subject_id, division, content, content_hash, prev, hash) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let args = args![
            entry.seq,
            self.acting.at,
            content.actor,
            content.action,
            content.subject_kind,
            content.subject_id,
            content.division,
            text,
            entry.content_hash,
            entry.prev,
            entry.hash,
        ];
        self.execute(sql, args).await.map(|_| ())
    }

    async fn append_event(&mut self, seq: i64, event: &Event) -> Result<()> {
        let body = serde_json::to_string(event).map_err(Fault::internal)?;
        let sql = "INSERT INTO event (seq, at, name, division, body) VALUES ($1, $2, $3, $4, $5)";
        let args = args![seq, self.acting.at, event.name(), event.division(), body];
        self.execute(sql, args).await.map(|_| ())
    }
}
