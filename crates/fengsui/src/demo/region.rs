//! The records of the demonstration region.

use anyhow::{Context as _, Result, ensure};
use fengsui_kernel::{Acting, Principal};
use fengsui_registry::Registry;
use fengsui_storage::{Db, settings};

use super::data;

/// The setting that marks a store whose data are invented.
const DEMONSTRATION: &str = "demonstration";
/// The setting that tells that the records are in.
const LOADED: &str = "demonstration.loaded";

/// Whether a store is a demonstration; then screens show a banner, whichever command serves it.
pub async fn is_marked(db: &Db) -> Result<bool> {
    Ok(settings::get(db, DEMONSTRATION).await?.is_some())
}

/// Marks a store as a demonstration. A store with other data is refused: invented enterprises do not belong there.
pub(super) async fn mark(db: &Db) -> Result<()> {
    if is_marked(db).await? {
        return Ok(());
    }
    let events = fengsui_storage::events::last_seq(db).await?;
    ensure!(events == 0, "this store is in real use; give the demonstration a directory of its own with --data");
    let mut tx = db.begin(Acting::system("demo", db.now())).await?;
    settings::set(&mut tx, DEMONSTRATION, "yes").await?;
    tx.commit().await?;
    Ok(())
}

/// Loads the records, once. What the user changed afterwards stays changed.
pub(super) async fn load(registry: &Registry, system: &Principal) -> Result<()> {
    let db = registry.db();
    if settings::get(db, LOADED).await?.is_some() {
        return Ok(());
    }
    // One file after the other may name an enterprise that comes later; so they are loaded as one.
    let report = registry.load_jsonl(system, data::DEMO_RECORDS.concat().as_slice()).await;
    let report = report.context("the records of the demonstration region")?;
    let mut tx = db.begin(Acting::system("demo", db.now())).await?;
    settings::set(&mut tx, LOADED, "yes").await?;
    tx.commit().await?;
    tracing::info!(created = report.created, "demonstration region loaded");
    Ok(())
}
