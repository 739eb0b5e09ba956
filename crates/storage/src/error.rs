//! Database errors become faults here and nowhere else.

use fengsui_kernel::Fault;
use fengsui_kernel::fault::FaultKind;

/// Maps a driver's error. Unique violations name the column; the rest goes to the log.
#[allow(clippy::needless_pass_by_value, reason = "used as `map_err(fault)`")]
pub(crate) fn fault(error: sqlx::Error) -> Fault {
    if let sqlx::Error::Database(database) = &error
        && database.is_unique_violation()
    {
        let field = duplicate_field(database.constraint(), database.message());
        return FaultKind::Duplicate { field, existing: None }.into();
    }
    let away = matches!(error, sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_));
    if away || error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| passes(&code)) {
        return FaultKind::Unavailable(error.to_string()).into();
    }
    Fault::internal(error)
}

/// Whether trying again later helps: the store is full, busy or restarting.
fn passes(code: &str) -> bool {
    match code.len() {
        // PostgreSQL: connection, resources, operator.
        5 => ["08", "53", "57"].iter().any(|class| code.starts_with(class)),
        // SQLite, with its extensions: BUSY, LOCKED, IOERR, FULL, CANTOPEN.
        _ => code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 10 | 13 | 14)),
    }
}

/// SQLite says `UNIQUE constraint failed: record.kind, record.code`, PostgreSQL names the index,
/// and ours are called `<table>_<column>_key`. Both end at the column.
fn duplicate_field(constraint: Option<&str>, message: &str) -> String {
    if let Some(name) = constraint {
        let stem = name.strip_suffix("_key").unwrap_or(name);
        return stem.split_once('_').map_or(stem, |(_, column)| column).to_owned();
    }
    message.rsplit(['.', ' ']).next().unwrap_or("key").to_owned()
}

#[cfg(test)]
mod tests {
    use super::{duplicate_field, passes};

    #[test]
    fn tells_what_passes_from_what_is_wrong() {
        assert!(["5", "517", "13", "778", "57P01", "08006", "53300"].into_iter().all(passes));
        assert!(!["1", "19", "2067", "42P01", "23505", "22021"].into_iter().any(passes));
    }

    #[test]
    fn names_the_same_field_for_both_databases() {
        assert_eq!(duplicate_field(Some("record_code_key"), ""), "code");
        assert_eq!(duplicate_field(None, "UNIQUE constraint failed: record.kind, record.code"), "code");
    }
}
