//! Under which key of the caller a matter was opened.

use fengsui_kernel::Result;
use fengsui_kernel::id::MatterId;

use crate::args;
use crate::{Db, Tx};

/// The matter that a user opened under a key.
pub async fn opened_for(db: &Db, user: &str, request: &str) -> Result<Option<MatterId>> {
    let sql = "SELECT matter FROM matter_request WHERE user_id = $1 AND request = $2";
    db.query_one(sql, args![user, request]).await?.map(|row| row.parse("matter")).transpose()
}

/// Notes the key; tells whether it was free.
pub async fn note(tx: &mut Tx, user: &str, request: &str, matter: &MatterId) -> Result<bool> {
    let sql = "INSERT INTO matter_request (user_id, request, matter) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(tx.execute(sql, args![user, request, matter.as_str()]).await? > 0)
}
