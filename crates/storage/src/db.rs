//! Opening a store and reading from it.

use std::sync::Arc;
use std::time::Duration;

use fengsui_kernel::{Acting, Clock, Fault, Result, Timestamp};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use tokio::sync::watch;

use crate::error::fault;
use crate::row::{Row, from_postgres, from_sqlite};
use crate::tx::Tx;
use crate::value::Value;

/// Which database speaks, for the few statements that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// The embedded default.
    Sqlite,
    /// The grown installation.
    Postgres,
}

/// An open store. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) engine: Engine,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) committed: watch::Sender<i64>,
}

pub(crate) enum Engine {
    Sqlite { writer: SqlitePool, reader: SqlitePool, options: Box<SqliteConnectOptions> },
    Postgres(PgPool),
}

impl Db {
    /// Opens `sqlite:<path>` (made if missing) or `postgres://…` and brings the tables up to date.
    pub async fn open(url: &str, clock: Arc<dyn Clock>) -> Result<Self> {
        let engine = match url.strip_prefix("sqlite:") {
            Some(path) => open_sqlite(path).await?,
            None => open_postgres(url.parse::<PgConnectOptions>().map_err(Fault::internal)?).await?,
        };
        Self::from_engine(engine, clock).await
    }

    pub(crate) async fn from_engine(engine: Engine, clock: Arc<dyn Clock>) -> Result<Self> {
        crate::migrate::run(&engine).await?;
        let db = Self { inner: Arc::new(Inner { engine, clock, committed: watch::channel(0).0 }) };
        let last = db.query("SELECT event_seq FROM trace_head WHERE id = 1", Vec::new()).await?;
        if let Some(row) = last.first() {
            db.inner.committed.send_replace(row.get("event_seq")?);
        }
        Ok(db)
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        match self.inner.engine {
            Engine::Sqlite { .. } => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }

    /// The present time of the store's clock.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The store's clock.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.inner.clock)
    }

    /// Begins a unit of work. Dropping it undoes everything.
    pub async fn begin(&self, acting: Acting) -> Result<Tx> {
        Tx::begin(self.clone(), acting).await
    }

    /// Reads rows outside a unit of work.
    pub async fn query(&self, sql: &str, args: Vec<Value>) -> Result<Vec<Row>> {
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.inner.engine {
            Engine::Sqlite { reader, .. } => {
                let rows = bind_sqlite(sqlx::query(sql), args).fetch_all(reader).await.map_err(fault)?;
                from_sqlite(&rows)
            }
            Engine::Postgres(pool) => {
                let rows = bind_postgres(sqlx::query(sql), args).fetch_all(pool).await.map_err(fault)?;
                from_postgres(&rows)
            }
        }
    }

    /// Reads one row, if there is one.
    pub async fn query_one(&self, sql: &str, args: Vec<Value>) -> Result<Option<Row>> {
        Ok(self.query(sql, args).await?.into_iter().next())
    }

    /// Tells the position of the last committed event; changes wake whoever delivers events.
    pub fn committed(&self) -> watch::Receiver<i64> {
        self.inner.committed.subscribe()
    }

    /// Whether the store answers.
    pub async fn ping(&self) -> Result<()> {
        self.query("SELECT 1 AS one", Vec::new()).await.map(|_| ())
    }

    /// Writes a consistent copy of an embedded store to `path`. PostgreSQL has `pg_dump` for that.
    pub async fn backup_to(&self, path: &str) -> Result<()> {
        match &self.inner.engine {
            Engine::Sqlite { options, .. } => {
                // A connection of its own: the writer stays free, and readers may not write a copy.
                let mut connection = options.connect().await.map_err(fault)?;
                sqlx::query("VACUUM INTO $1").bind(path).execute(&mut connection).await.map_err(fault)?;
                connection.close().await.map_err(fault)
            }
            Engine::Postgres(_) => Err(Fault::internal("use pg_dump to back up a PostgreSQL store")),
        }
    }

    /// Closes all connections; SQLite folds its log into the file.
    pub async fn close(&self) {
        match &self.inner.engine {
            Engine::Sqlite { writer, reader, .. } => {
                reader.close().await;
                writer.close().await;
            }
            Engine::Postgres(pool) => pool.close().await,
        }
    }
}

async fn open_sqlite(path: &str) -> Result<Engine> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .statement_cache_capacity(256)
        // Per connection. What does not fit is in the page cache of the system, which gives it back.
        .pragma("cache_size", "-8192")
        .pragma("temp_store", "MEMORY")
        .busy_timeout(Duration::from_secs(10));
    // One writer: deferred transactions on several connections fail with "database is locked".
    // A large import may hold it for a while; whoever waits must not be turned away meanwhile.
    let writers = SqlitePoolOptions::new().max_connections(1).acquire_timeout(Duration::from_mins(2));
    let writer = writers.connect_with(options.clone()).await.map_err(fault)?;
    let reading = options.clone().pragma("query_only", "ON");
    let reader = SqlitePoolOptions::new().max_connections(4).connect_with(reading).await.map_err(fault)?;
    Ok(Engine::Sqlite { writer, reader, options: Box::new(options) })
}

pub(crate) async fn open_postgres(options: PgConnectOptions) -> Result<Engine> {
    let options = options.application_name("fengsui").statement_cache_capacity(256);
    // Short questions: compiling them or sharing them out takes longer than answering them, and a
    // plan made without knowing the values walks the wrong index.
    let options = options.options([
        ("jit", "off"),
        ("max_parallel_workers_per_gather", "0"),
        ("plan_cache_mode", "force_custom_plan"),
    ]);
    let pool = PgPoolOptions::new().max_connections(16).connect_with(options).await.map_err(fault)?;
    Ok(Engine::Postgres(pool))
}

type SqliteQuery<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;
type PostgresQuery<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

pub(crate) fn bind_sqlite(query: SqliteQuery<'_>, args: Vec<Value>) -> SqliteQuery<'_> {
    args.into_iter().fold(query, |query, value| match value {
        Value::Int(cell) => query.bind(cell),
        Value::Real(cell) => query.bind(cell),
        Value::Text(cell) => query.bind(cell),
        Value::Json(cell) => query.bind(cell.map(|json| json.to_string())),
        Value::Bytes(cell) => query.bind(cell),
    })
}

pub(crate) fn bind_postgres(query: PostgresQuery<'_>, args: Vec<Value>) -> PostgresQuery<'_> {
    args.into_iter().fold(query, |query, value| match value {
        Value::Int(cell) => query.bind(cell),
        Value::Real(cell) => query.bind(cell),
        // PostgreSQL text cannot hold NUL; a sender's NUL must not become an error 500.
        Value::Text(cell) => query.bind(cell.map(|text| text.replace('\0', ""))),
        Value::Json(cell) => query.bind(cell.map(without_nul)),
        Value::Bytes(cell) => query.bind(cell),
    })
}

fn without_nul(json: serde_json::Value) -> serde_json::Value {
    match json {
        serde_json::Value::String(text) => serde_json::Value::String(text.replace('\0', "")),
        serde_json::Value::Array(items) => items.into_iter().map(without_nul).collect(),
        serde_json::Value::Object(map) => {
            map.into_iter().map(|(key, value)| (key.replace('\0', ""), without_nul(value))).collect()
        }
        other => other,
    }
}
