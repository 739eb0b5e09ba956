//! The key with which the node signs its trace.

use fengsui_kernel::{Acting, Fault, Result};
use fengsui_storage::seal::kept;
use fengsui_storage::{Db, Subject, settings};
use fengsui_trace::Signer;
use serde_json::json;

use crate::config::Config;

const HEADING: &str = "\
# Signing key of this Fengsui node (Ed25519, secret). Who has it can sign exports in the node's name.
";
/// The setting that names the key in use.
const SIGNED_WITH: &str = "signing.key";

/// The node's key, made at the first start. That a key was taken up is itself an entry of the trace.
pub async fn signer(db: &Db, config: &Config) -> Result<Signer> {
    let path = config.signing_key();
    let text = kept(&path, || format!("{HEADING}{}\n", hex::encode(rand::random::<[u8; 32]>())))?;
    let secret = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let secret = secret.and_then(|secret| hex::decode(secret).ok()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let secret = secret.ok_or_else(|| Fault::internal(format!("{} holds no signing key", path.display())))?;
    let signer = Signer::new(secret);
    let (key, fingerprint) = (signer.public_key().to_string(), signer.public_key().fingerprint());
    let former = settings::get(db, SIGNED_WITH).await?;
    if former.as_ref() != Some(&fingerprint) {
        let mut tx = db.begin(Acting::system("trace", db.now())).await?;
        settings::set(&mut tx, SIGNED_WITH, &fingerprint).await?;
        let facts = json!({"key": key, "fingerprint": fingerprint, "former": former});
        tx.trace("trace.key", Subject::new("trace", "key"), facts);
        tx.commit().await?;
    }
    Ok(signer)
}
