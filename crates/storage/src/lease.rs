//! One process serves a store at a time. What is kept in memory (rules, last values, clocks) is true only
//! as long as nobody else writes; two processes at once would raise alarms twice and send messages twice.

use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::time::Duration;

use fengsui_kernel::{Fault, Result};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection as _, Row as _};

use crate::error::fault;

/// How often the holder asks whether its session still lives, and how long it waits for the answer.
const HEARTBEAT: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(5);
/// Sets our lock apart from those that others may take in the same database.
const LOCK: &str =
    "SELECT pg_try_advisory_lock(hashtextextended('fengsui.serve/' || coalesce(current_schema(), ''), 0)) AS taken";

/// The right to serve a store. It ends with the process, however that ends.
#[derive(Debug)]
pub struct Lease(Held);

#[derive(Debug)]
enum Held {
    /// The operating system takes the lock off the file when the process is gone.
    File { _locked: File },
    /// PostgreSQL takes the lock away when the session is gone.
    Session(Box<PgConnection>),
}

impl Lease {
    /// Takes the lease of the store at `url`; `None` while another process holds it.
    /// Nothing in the store is read or changed, so a newer program may stand by beside an older one.
    pub async fn take(url: &str) -> Result<Option<Self>> {
        match url.strip_prefix("sqlite:") {
            Some(path) => lock_file(PathBuf::from(format!("{path}.serving"))),
            None => lock_session(url).await,
        }
    }

    /// Resolves when the lease is lost: the connection to PostgreSQL broke, so another may hold it by now.
    pub async fn lost(&mut self) {
        let Held::Session(session) = &mut self.0 else { return std::future::pending().await };
        loop {
            tokio::time::sleep(HEARTBEAT).await;
            let alive = tokio::time::timeout(PATIENCE, session.ping()).await;
            if !matches!(alive, Ok(Ok(()))) {
                return;
            }
        }
    }
}

fn lock_file(path: PathBuf) -> Result<Option<Lease>> {
    let file = File::options().create(true).append(true).open(path).map_err(Fault::internal)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lease(Held::File { _locked: file }))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(Fault::internal(error)),
    }
}

async fn lock_session(url: &str) -> Result<Option<Lease>> {
    let options = url.parse::<PgConnectOptions>().map_err(Fault::internal)?.application_name("fengsui lease");
    let mut session = PgConnection::connect_with(&options).await.map_err(fault)?;
    let row = sqlx::query(LOCK).fetch_one(&mut session).await.map_err(fault)?;
    if row.try_get::<bool, _>("taken").map_err(fault)? {
        return Ok(Some(Lease(Held::Session(Box::new(session)))));
    }
    session.close().await.map_err(fault)?;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_process_holds_an_embedded_store() {
        let directory = tempfile::tempdir().expect("a directory");
        let url = format!("sqlite:{}", directory.path().join("fengsui.db").display());
        let first = Lease::take(&url).await.expect("an answer");
        assert!(first.is_some());
        assert!(Lease::take(&url).await.expect("an answer").is_none(), "a second one must not get it");
        drop(first);
        assert!(Lease::take(&url).await.expect("an answer").is_some(), "it is free again");
    }

    #[tokio::test]
    async fn one_session_holds_a_postgres_store_and_notices_its_loss() {
        let Ok(base) = std::env::var(crate::testkit::POSTGRES_VARIABLE) else {
            eprintln!("skipped: {} is not set", crate::testkit::POSTGRES_VARIABLE);
            return;
        };
        let schema = format!("lease_{}", uuid::Uuid::now_v7().simple());
        let mut admin = PgConnection::connect(&base).await.expect("PostgreSQL");
        let create = sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
        sqlx::query(create).execute(&mut admin).await.expect("a schema");
        let url = format!("{base}?options=-csearch_path%3D{schema}");
        let mut first = Lease::take(&url).await.expect("an answer").expect("a free lease");
        assert!(Lease::take(&url).await.expect("an answer").is_none(), "a second one must not get it");

        // Somebody else's store in the same database is free.
        assert!(Lease::take(&base).await.expect("an answer").is_some());
        let cut = "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid) \
                   WHERE l.locktype = 'advisory' AND a.application_name = 'fengsui lease' \
                   AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('fengsui.serve/' || $1, 0)";
        sqlx::query(cut).bind(&schema).execute(&mut admin).await.expect("a cut line");
        first.lost().await;
        assert!(Lease::take(&url).await.expect("an answer").is_some(), "the next one takes over");
    }
}
