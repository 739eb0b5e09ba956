//! Throw-away stores, so that one suite runs on SQLite and on PostgreSQL.

use std::sync::Arc;

use fengsui_kernel::{MockClock, Timestamp};
use sqlx::AssertSqlSafe;
use sqlx::postgres::{PgConnectOptions, PgPool};
use uuid::Uuid;

use crate::Db;
use crate::seal::{Keyring, Keys};

/// Where the tests' PostgreSQL is; its tests say that they were skipped when unset.
pub const POSTGRES_VARIABLE: &str = "FENGSUI_TEST_POSTGRES";

/// A store that lives as long as this value, with a clock that the test moves.
pub struct TestStore {
    /// The store.
    pub db: Db,
    /// Its clock; starts at 2026-11-22T02:00:00Z.
    pub clock: Arc<MockClock>,
    _directory: Option<tempfile::TempDir>,
}

impl TestStore {
    /// The time of the store's clock.
    pub fn clock_now(&self) -> Timestamp {
        self.db.now()
    }
}

impl Drop for TestStore {
    // A type that drops is captured whole: without this an `async move` block that uses only
    // `store.db` would leave the directory behind, and it would be removed too early.
    fn drop(&mut self) {}
}

fn clock() -> Arc<MockClock> {
    let start: Timestamp = "2026-11-22T02:00:00Z".parse().expect("a fixed time");
    Arc::new(MockClock::at(start))
}

/// Keys for a store that nobody else opens.
pub fn keys() -> Keys {
    Keys::Ring(Keyring::new([7; 32], Timestamp::UNIX_EPOCH))
}

/// A fresh SQLite store in a temporary directory.
///
/// # Panics
/// When there is no room for one: a test cannot go on.
pub async fn sqlite() -> TestStore {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let clock = clock();
    let url = format!("sqlite:{}", directory.path().join("fengsui.db").display());
    let db = Db::open(&url, clock.clone(), keys()).await.expect("an empty SQLite store");
    TestStore { db, clock, _directory: Some(directory) }
}

/// A fresh schema in the tests' PostgreSQL; `None` when there is none.
///
/// # Panics
/// When the PostgreSQL named does not answer: a test must not pass by being skipped.
pub async fn postgres() -> Option<TestStore> {
    let Ok(url) = std::env::var(POSTGRES_VARIABLE) else {
        eprintln!("skipped: {POSTGRES_VARIABLE} is not set");
        return None;
    };
    let schema = format!("t_{}", Uuid::now_v7().simple());
    let options: PgConnectOptions = url.parse().expect("a PostgreSQL URL");
    let admin = PgPool::connect_with(options.clone()).await.expect("the tests' PostgreSQL");
    let create = format!("CREATE SCHEMA {schema}");
    sqlx::query(AssertSqlSafe(create)).execute(&admin).await.expect("a fresh schema");
    admin.close().await;
    let clock = clock();
    let engine = crate::db::open_postgres(options.options([("search_path", schema.as_str())])).await.expect("a pool");
    let db = Db::from_engine(engine, clock.clone(), keys()).await.expect("an empty PostgreSQL store");
    Some(TestStore { db, clock, _directory: None })
}

/// Writes a test once and runs it on every store:
/// `on_every_store!(keeps_what_it_acknowledged, |store| async move { … });`
#[macro_export]
macro_rules! on_every_store {
    ($name:ident, $body:expr) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let body = $body;
                body($crate::testkit::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let body = $body;
                if let Some(store) = $crate::testkit::postgres().await {
                    body(store).await;
                }
            }
        }
    };
}
