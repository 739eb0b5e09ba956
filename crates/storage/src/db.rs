//! Opening a store and reading from it.

use std::sync::Arc;
use std::time::Duration;

use fengsui_kernel::{Acting, Clock, Fault, Result, Timestamp};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use tokio::sync::watch;

use crate::args;
use crate::error::fault;
use crate::row::{Row, from_postgres, from_sqlite};
use crate::seal::{Keys, Sealer};
use crate::tx::Tx;
use crate::value::Value;

/// The setting that names the key in use.
const SEALED_WITH: &str = "sealing.key";

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
    pub(crate) sealer: Sealer,
}

pub(crate) enum Engine {
    Sqlite { writer: SqlitePool, reader: SqlitePool, options: Box<SqliteConnectOptions> },
    Postgres(PgPool),
}

impl Db {
    /// Opens `sqlite:<path>` (made if missing) or `postgres://…` and brings the tables up to date.
    /// Refuses a store whose personal data are sealed with a key that is not at hand.
    pub async fn open(url: &str, clock: Arc<dyn Clock>, keys: Keys) -> Result<Self> {
        let engine = match url.strip_prefix("sqlite:") {
            Some(path) => open_sqlite(path).await?,
            None => open_postgres(url.parse::<PgConnectOptions>().map_err(Fault::internal)?).await?,
        };
        Self::from_engine(engine, clock, keys).await
    }

    pub(crate) async fn from_engine(engine: Engine, clock: Arc<dyn Clock>, keys: Keys) -> Result<Self> {
        crate::migrate::run(&engine).await?;
        let noted = engine.query("SELECT value FROM setting WHERE name = $1", args![SEALED_WITH]).await?;
        let noted: Option<String> = noted.first().map(|row| row.get("value")).transpose()?;
        let sealer = keys.sealer(noted.as_deref(), clock.now())?;
        let db = Self { inner: Arc::new(Inner { engine, clock, committed: watch::channel(0).0, sealer }) };
        db.note_key(noted).await?;
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

    /// Where an embedded store keeps its log of readings: beside its file. None in PostgreSQL, where it is a table.
    pub fn readings_directory(&self) -> Option<std::path::PathBuf> {
        match &self.inner.engine {
            Engine::Sqlite { options, .. } => Some(options.get_filename().with_extension("readings")),
            Engine::Postgres(_) => None,
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

    /// What seals and opens values that must not lie in clear.
    pub fn sealer(&self) -> &Sealer {
        &self.inner.sealer
    }

    /// Notes the key in use, so that the next start knows which one it needs.
    async fn note_key(&self, noted: Option<String>) -> Result<()> {
        let active = self.sealer().active();
        if noted.as_ref() == Some(&active) {
            return Ok(());
        }
        let mut tx = self.begin(Acting::system("sealing", self.now())).await?;
        if noted.is_some() {
            crate::settings::set(&mut tx, SEALED_WITH, &active).await?;
            return tx.commit().await;
        }
        let sql = "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        let first = tx.execute(sql, args![SEALED_WITH, active]).await? == 1;
        tx.commit().await?;
        // Another node may have made its own key at the same moment.
        let kept = crate::settings::get(self, SEALED_WITH).await?.unwrap_or_default();
        if first || self.sealer().holds(&kept) {
            return Ok(());
        }
        Err(Fault::internal(format!("another node sealed this store with the key {kept}: copy its key file here")))
    }

    /// Begins a unit of work. Dropping it undoes everything.
    pub async fn begin(&self, acting: Acting) -> Result<Tx> {
        Tx::begin(self.clone(), acting).await
    }

    /// Reads rows outside a unit of work.
    pub async fn query(&self, sql: &str, args: Vec<Value>) -> Result<Vec<Row>> {
        self.inner.engine.query(sql, args).await
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

    /// Writes the tables with sealed values anew, so that nothing of overwritten rows is left in them.
    pub(crate) async fn compact(&self) -> Result<()> {
        let statements: &[&'static str] = match self.dialect() {
            Dialect::Sqlite => &["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"],
            Dialect::Postgres => &["VACUUM FULL record, record_version, delivery, subscriber, users"],
        };
        for statement in statements {
            let done = match &self.inner.engine {
                Engine::Sqlite { writer, .. } => sqlx::query(*statement).execute(writer).await.map(|_| ()),
                Engine::Postgres(pool) => sqlx::query(*statement).execute(pool).await.map(|_| ()),
            };
            done.map_err(fault)?;
        }
        Ok(())
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

impl Engine {
    async fn query(&self, sql: &str, args: Vec<Value>) -> Result<Vec<Row>> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite { reader, .. } => {
                let rows = bind_sqlite(sqlx::query(sql), args).fetch_all(reader).await.map_err(fault)?;
                from_sqlite(&rows)
            }
            Self::Postgres(pool) => {
                let rows = bind_postgres(sqlx::query(sql), args).fetch_all(pool).await.map_err(fault)?;
                from_postgres(&rows)
            }
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
