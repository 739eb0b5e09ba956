//! Sections about the installation itself: node, store, sign-in, retention.

use std::path::PathBuf;

use fengsui_kernel::DivisionCode;
use fengsui_series::FrameLogSettings;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::secret::Secret;

/// This installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Node {
    /// Name shown in the console and in warnings.
    pub name: String,
    /// The division this node is responsible for; `000000000000` is the whole country.
    pub division: DivisionCode,
    /// Directory of the embedded store, the attachments and `fengsui.toml`.
    pub data_dir: PathBuf,
}

impl Default for Node {
    fn default() -> Self {
        Self { name: "Fengsui".to_owned(), division: DivisionCode::COUNTRY, data_dir: "fengsui-data".into() }
    }
}

/// Where the data are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Storage {
    /// `sqlite:<path>` or `postgres://user:password@host/database`; absent: `fengsui.db` in the data directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<Secret>,
}

/// The keys that seal personal data and sign the trace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct KeyFiles {
    /// Directory of `sealing.key` and `signing.key`, made at the first start for its owner only; absent: `keys` in
    /// the data directory. Nodes that share a PostgreSQL store share `sealing.key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory: Option<PathBuf>,
}

/// Accounts, sessions and sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Identity {
    /// A session ends after this many hours however busy it is.
    #[schemars(range(min = 1))]
    pub session_hours: u32,
    /// A session ends after this many minutes without use.
    #[schemars(range(min = 1))]
    pub idle_minutes: u32,
    /// Failed sign-ins from one network until the login is locked for it.
    #[schemars(range(min = 1))]
    pub failures_until_lock: u32,
    /// Failed sign-ins from all networks together until the login is locked for every browser that it never signed
    /// in from; each such lock lasts `lock_minutes`.
    #[schemars(range(min = 1))]
    pub failures_until_brake: u32,
    /// Minutes of the first lock; every further failure doubles them.
    pub lock_minutes: u32,
    /// The longest lock in minutes: nobody may be able to shut out a duty officer for days.
    pub longest_lock_minutes: u32,
    /// Name shown by authenticator programs.
    pub issuer: String,
    /// Passwords hashed at the same time; each takes 19 MiB and a processor.
    #[schemars(range(min = 1))]
    pub parallel_hashes: u32,
}

impl Default for Identity {
    fn default() -> Self {
        Self {
            session_hours: 12,
            idle_minutes: 120,
            failures_until_lock: 5,
            failures_until_brake: 50,
            lock_minutes: 15,
            longest_lock_minutes: 240,
            issuer: "Fengsui".to_owned(),
            parallel_hashes: 4,
        }
    }
}

/// How long data are kept, in days; 0 keeps them for ever. The trace is never shortened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "the unit belongs to the name")]
pub struct Retention {
    /// Observations of series.
    pub observations_days: u32,
    /// Delivered events of the outbox, for screens that resume.
    pub events_days: u32,
    /// Uploaded sheets after their last use: they may hold personal data. What they wrote can still be undone.
    pub imports_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { observations_days: 400, events_days: 7, imports_days: 14 }
    }
}

/// The log of raw frames: what the doors of HJ 212, SL 651, JT/T 808 and GB/T 26875.3 received and answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Frames {
    /// Whether frames are kept at all.
    pub enabled: bool,
    /// Days that they are kept; 0 for as long as there is room.
    pub days: u32,
    /// Megabytes of all frames together, compressed; the oldest make room.
    #[schemars(range(min = 1))]
    pub total_megabytes: u32,
    /// Megabytes of one device's frames, compressed.
    #[schemars(range(min = 1))]
    pub device_megabytes: u32,
}

impl Default for Frames {
    fn default() -> Self {
        Self { enabled: true, days: 7, total_megabytes: 512, device_megabytes: 16 }
    }
}

impl Frames {
    /// As the engine wants it.
    pub fn settings(self) -> FrameLogSettings {
        let bytes = |megabytes: u32| u64::from(megabytes) << 20;
        FrameLogSettings {
            enabled: self.enabled,
            days: self.days,
            total_bytes: bytes(self.total_megabytes),
            sender_bytes: bytes(self.device_megabytes),
        }
    }
}
