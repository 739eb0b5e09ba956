//! Who acts in a job, and reaching the import that it works on.

use fengsui_kernel::id::ImportId;
use fengsui_kernel::{Actor, Fault, Principal, Result};
use fengsui_storage::Tx;
use fengsui_storage::imports::{self, ImportRow};
use fengsui_storage::jobs::JobRow;

use crate::Tools;
use crate::view::Kept;

impl Tools {
    /// Whoever asked for a job, with the rights that they hold now.
    pub(crate) async fn principal(&self, job: &JobRow) -> Result<Principal> {
        let Some(user) = &job.user_id else { return Ok(Principal::system(&job.user_name)) };
        let mut principal = self.identity.principal_of(&user.parse()?).await?;
        if let Actor::User { post, .. } = &mut principal.actor {
            *post = job.post.clone().filter(|post| principal.posts.contains(post));
        }
        Ok(principal)
    }

    /// How what belongs to a sheet is kept.
    pub(crate) fn kept(&self) -> Kept<'_> {
        Kept(self.db.sealer())
    }

    pub(crate) fn import_of(job: &JobRow) -> Result<ImportId> {
        let subject = job.subject.as_deref().ok_or_else(|| Fault::internal("an import job without an import"))?;
        subject.parse()
    }

    pub(crate) async fn import(&self, id: &ImportId) -> Result<ImportRow> {
        imports::get(&self.db, id).await?.ok_or_else(|| Fault::not_found("import", id))
    }
}

/// Changes an import inside a transaction, whatever its version: the job in charge has the say.
pub(crate) async fn change(tx: &mut Tx, id: &ImportId, with: impl FnOnce(&mut ImportRow)) -> Result<()> {
    let mut row = imports::get_in(tx, id).await?.ok_or_else(|| Fault::not_found("import", id))?;
    with(&mut row);
    imports::update(tx, &row).await.map(|_| ())
}
