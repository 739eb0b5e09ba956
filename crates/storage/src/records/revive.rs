//! Taking back that a record was taken out of the ledger.

use fengsui_kernel::Result;

use super::write::{RecordWrite, versions};
use crate::Tx;
use crate::args;

/// Puts a record back as `record` says if its last version is the deletion before it; tells whether it was.
pub async fn revive(tx: &mut Tx, record: &RecordWrite) -> Result<bool> {
    let sql = "UPDATE record SET deleted = 0, name = $1, division = $2, lon = $3, lat = $4, enterprise = $5, \
               attributes = $6, search = $7, version = $8, updated_at = $9, updated_by = $10 \
               WHERE id = $11 AND version = $12 AND deleted = 1";
    let args = args![
        record.name,
        record.division,
        record.location.map(|point| point.lon),
        record.location.map(|point| point.lat),
        record.enterprise,
        record.attributes,
        record.search,
        record.version,
        tx.now(),
        tx.acting().actor.name(),
        record.id,
        record.version - 1,
    ];
    if tx.execute(sql, args).await? == 0 {
        return Ok(false);
    }
    versions(tx, std::slice::from_ref(record), None).await?;
    Ok(true)
}
