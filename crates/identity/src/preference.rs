//! What a person set up for themselves: column widths, density, layers. Nobody else's business, hence not
//! part of the trace; versioned, so that two windows do not overwrite each other unseen.

use fengsui_kernel::{Fault, FaultKind, Result, Timestamp};
use fengsui_storage::identity::preferences::{self, PreferenceRow};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::engine::Identity;
use crate::principal::SignedIn;

/// Bytes that a value may have as JSON.
pub(crate) const LARGEST: usize = 16 * 1024;
/// Preferences that one person may keep.
const MOST: u64 = 500;

/// A preference.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Preference {
    /// Which: `ledger.enterprise.columns`.
    pub key: String,
    /// Version; 0 while nothing was set up.
    pub version: i64,
    /// What was set up; null while nothing was.
    pub value: Value,
    /// When.
    #[schemars(with = "Option<String>")]
    pub updated_at: Option<Timestamp>,
}

/// A preference to be kept.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PreferenceDraft {
    /// The version that it replaces; 0 for a first one.
    pub version: i64,
    /// Any JSON up to 16 KiB.
    pub value: Value,
}

impl From<PreferenceRow> for Preference {
    fn from(row: PreferenceRow) -> Self {
        Self { key: row.key, version: row.version, value: row.value, updated_at: Some(row.updated_at) }
    }
}

/// Keys and places: lower-case words joined by dots.
pub(crate) fn check_key(field: &str, key: &str) -> Result<()> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-');
    if key.is_empty() || key.len() > 80 || !key.bytes().all(plain) {
        return Err(Fault::field(field, "malformed_key").with("value", key).into());
    }
    Ok(())
}

/// Refuses what does not fit.
pub(crate) fn check_size(field: &str, value: &Value) -> Result<()> {
    if value.to_string().len() > LARGEST {
        return Err(Fault::field(field, "too_long").with("max", &LARGEST.to_string()).into());
    }
    Ok(())
}

impl Identity {
    /// What the caller set up under a key; an empty preference if nothing.
    pub async fn preference(&self, caller: &SignedIn, key: &str) -> Result<Preference> {
        check_key("key", key)?;
        let found = preferences::get(self.db(), &caller.user.id, key).await?;
        let nothing = || Preference { key: key.to_owned(), version: 0, value: Value::Null, updated_at: None };
        Ok(found.map_or_else(nothing, Preference::from))
    }

    /// Keeps what the caller set up, unless another window was faster.
    pub async fn set_preference(&self, caller: &SignedIn, key: &str, draft: PreferenceDraft) -> Result<Preference> {
        check_key("key", key)?;
        check_size("value", &draft.value)?;
        if !(0..i64::MAX).contains(&draft.version) {
            return Err(Fault::field("version", "out_of_range").with("min", "0").with("max", "").into());
        }
        if draft.version == 0 && preferences::count(self.db(), &caller.user.id).await? >= MOST {
            return Err(Fault::field("key", "too_many_items").with("max", &MOST.to_string()).into());
        }
        let mut tx = self.db().begin(caller.principal.acting(self.db().now(), None)).await?;
        let row = PreferenceRow {
            user: caller.user.id.clone(),
            key: key.to_owned(),
            version: draft.version + 1,
            value: draft.value,
            updated_at: tx.now(),
        };
        if preferences::put(&mut tx, &row).await? {
            tx.commit().await?;
            return Ok(row.into());
        }
        drop(tx);
        let current = serde_json::to_value(self.preference(caller, key).await?).map_err(Fault::internal)?;
        let submitted = json!({"version": draft.version, "value": row.value});
        Err(FaultKind::Stale { current, submitted }.into())
    }
}
