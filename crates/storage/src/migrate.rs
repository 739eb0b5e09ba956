//! Tables, brought up to date at start. Two directories with equal numbering; only additions.

use std::borrow::Cow;

use fengsui_kernel::{Fault, Result};
use sqlx::SqlStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use crate::db::Engine;

macro_rules! migrations {
    ($directory:literal) => {
        [
            (1, "core", include_str!(concat!("../migrations/", $directory, "/0001_core.sql"))),
            (2, "records", include_str!(concat!("../migrations/", $directory, "/0002_records.sql"))),
            (3, "series", include_str!(concat!("../migrations/", $directory, "/0003_series.sql"))),
            (4, "matters", include_str!(concat!("../migrations/", $directory, "/0004_matters.sql"))),
            (5, "messages", include_str!(concat!("../migrations/", $directory, "/0005_messages.sql"))),
            (6, "identity", include_str!(concat!("../migrations/", $directory, "/0006_identity.sql"))),
            (7, "warnings", include_str!(concat!("../migrations/", $directory, "/0007_warnings.sql"))),
            (10, "sealed", include_str!(concat!("../migrations/", $directory, "/0010_sealed.sql"))),
            (11, "ledgers", include_str!(concat!("../migrations/", $directory, "/0011_ledgers.sql"))),
            (12, "jobs", include_str!(concat!("../migrations/", $directory, "/0012_jobs.sql"))),
            (13, "reach", include_str!(concat!("../migrations/", $directory, "/0013_reach.sql"))),
            (14, "doors", include_str!(concat!("../migrations/", $directory, "/0014_doors.sql"))),
            (17, "preferences", include_str!(concat!("../migrations/", $directory, "/0017_preferences.sql"))),
            (18, "receivers", include_str!(concat!("../migrations/", $directory, "/0018_receivers.sql"))),
            (19, "screens", include_str!(concat!("../migrations/", $directory, "/0019_screens.sql"))),
            (20, "requests", include_str!(concat!("../migrations/", $directory, "/0020_requests.sql"))),
            (21, "rule_kinds", include_str!(concat!("../migrations/", $directory, "/0021_rule_kinds.sql"))),
            (22, "alarm_life", include_str!(concat!("../migrations/", $directory, "/0022_alarm_life.sql"))),
            (23, "out_of_service", include_str!(concat!("../migrations/", $directory, "/0023_out_of_service.sql"))),
            (24, "readings", include_str!(concat!("../migrations/", $directory, "/0024_readings.sql"))),
            (25, "deviation", include_str!(concat!("../migrations/", $directory, "/0025_deviation.sql"))),
            (26, "frames", include_str!(concat!("../migrations/", $directory, "/0026_frames.sql"))),
            (27, "rule_templates", include_str!(concat!("../migrations/", $directory, "/0027_rule_templates.sql"))),
            (29, "presence", include_str!(concat!("../migrations/", $directory, "/0029_presence.sql"))),
            (30, "pulls", include_str!(concat!("../migrations/", $directory, "/0030_pulls.sql"))),
            (31, "device_orders", include_str!(concat!("../migrations/", $directory, "/0031_device_orders.sql"))),
            (32, "derived", include_str!(concat!("../migrations/", $directory, "/0032_derived.sql"))),
        ]
    };
}

const SQLITE: &[(i64, &str, &str)] = &migrations!("sqlite");
const POSTGRES: &[(i64, &str, &str)] = &migrations!("postgres");

pub(crate) async fn run(engine: &Engine) -> Result<()> {
    match engine {
        Engine::Sqlite { writer, .. } => migrator(SQLITE).run(writer).await,
        Engine::Postgres(pool) => migrator(POSTGRES).run(pool).await,
    }
    .map_err(|error| Fault::internal(format!("migration: {error}")))
}

fn migrator(steps: &[(i64, &'static str, &'static str)]) -> Migrator {
    let step = |(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(*version, Cow::Borrowed(*name), MigrationType::Simple, SqlStr::from_static(sql), false)
    };
    Migrator { migrations: steps.iter().map(step).collect::<Vec<_>>().into(), ..Migrator::DEFAULT }
}
