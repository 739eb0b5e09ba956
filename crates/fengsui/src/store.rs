//! Opening the store of an installation with its keys.

use std::sync::Arc;

use fengsui_kernel::{Result, SystemClock};
use fengsui_storage::Db;
use fengsui_storage::seal::Keys;

use crate::config::Config;

/// Opens the store, made if it is missing, with the keys that seal what must not lie in clear.
pub async fn open(config: &Config) -> Result<Db> {
    Db::open(&config.storage_url(), Arc::new(SystemClock), Keys::File(config.sealing_key())).await
}
