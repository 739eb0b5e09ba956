//! Divisions and boundaries of the whole country: every node stands on them.

use anyhow::Result;
use fengsui_kernel::Acting;
use fengsui_registry::Registry;
use fengsui_storage::{Db, settings};

/// Divisions: CSV, gzip. Sources and licence: `data/divisions/SOURCES.md`.
const DIVISIONS: &[u8] = include_bytes!("../../../data/divisions/divisions.csv.gz");
/// Boundaries, the finer file last, since it replaces the coarser one: `data/boundaries/SOURCES.md`.
const BOUNDARIES: [&[u8]; 2] = [
    include_bytes!("../../../data/boundaries/china_county.geojson.gz"),
    include_bytes!("../../../data/boundaries/ningxia.geojson"),
];

/// The setting that tells which edition of the shipped tables was loaded.
const SETTING: &str = "ground";
/// Raise it with every change of the shipped tables; nodes then load them again at their next start.
const EDITION: &str = "2023-06-30.1";

/// Loads the shipped divisions and boundaries once per edition; tells whether it did.
pub async fn ensure(db: &Db) -> Result<bool> {
    if settings::get(db, SETTING).await?.as_deref() == Some(EDITION) {
        return Ok(false);
    }
    let divisions = Registry::load_divisions(db, DIVISIONS).await?;
    let mut boundaries = 0;
    for file in BOUNDARIES {
        boundaries += Registry::load_boundaries(db, file).await?;
    }
    // Last: what was interrupted is loaded again.
    let mut tx = db.begin(Acting::system("ground", db.now())).await?;
    settings::set(&mut tx, SETTING, EDITION).await?;
    tx.commit().await?;
    tracing::info!(divisions, boundaries, edition = EDITION, "divisions and boundaries loaded");
    Ok(true)
}
