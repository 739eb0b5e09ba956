//! Use cases of imports.

use fengsui_jobs::{JobView, Jobs, NewJob};
use fengsui_kernel::id::ImportId;
use fengsui_kernel::{Acting, Fault, FaultKind, Locale, Page, PageQuery, Principal, Refusal, Result, Timestamp};
use fengsui_registry::ImportMode;
use fengsui_registry::sheet::{Cell, RowError, SheetPlan};
use fengsui_storage::imports::{self, ImportRow};
use fengsui_storage::{Subject, Tx};
use serde_json::{Value, json};

use crate::Tools;
use crate::rows::{RowsPage, RowsQuery};
use crate::shelf::List;
use crate::view::{ImportStage, ImportView, SheetFacts};
use crate::{read, rows, run, undo};

/// The most rows that are taken in one unit of work.
const MAX_ROWS_AT_ONCE: u64 = 50_000;
/// Rows at the top of a sheet in which headings are looked for.
const HEAD: usize = 60;

/// An upload.
pub struct Upload {
    /// Kind of record.
    pub kind: String,
    /// Name of the file.
    pub file_name: String,
    /// The file.
    pub file: Vec<u8>,
    /// The organisation whose way of reading sheets is remembered.
    pub organisation: String,
    /// Why.
    pub why: Option<String>,
}

/// Imports of sheets. Cheap to clone.
#[derive(Clone)]
pub struct Imports {
    tools: Tools,
    jobs: Jobs,
}

impl Imports {
    pub(crate) fn new(tools: Tools, jobs: Jobs) -> Self {
        Self { tools, jobs }
    }

    /// Keeps a file and begins to read it.
    pub async fn upload(&self, principal: &Principal, upload: Upload) -> Result<ImportView> {
        self.tools.registry.kind(&upload.kind)?;
        principal.scopes("import", &upload.kind)?;
        let db = &self.tools.db;
        let mut tx = db.begin(principal.acting(db.now(), upload.why.clone())).await?;
        let id: ImportId = tx.new_id();
        let file_name: String = upload.file_name.chars().filter(|letter| !letter.is_control()).take(200).collect();
        let mut row = ImportRow {
            id: id.clone(),
            kind: upload.kind,
            file_name,
            size: upload.file.len() as u64,
            stage: ImportStage::Uploaded.as_str().to_owned(),
            job: None,
            facts: None,
            plan: None,
            report: None,
            undo: None,
            user_id: principal.user_id().map(str::to_owned),
            user_name: principal.actor.name().to_owned(),
            organisation: upload.organisation,
            created_at: tx.now(),
            changed_at: tx.now(),
            version: 1,
        };
        let (files, own, file) = (self.tools.shelf.clone(), id.clone(), upload.file);
        tokio::task::spawn_blocking(move || files.keep(&own, &file)).await.map_err(Fault::internal)??;
        row.job = Some(self.jobs.submit(&mut tx, principal, job(read::KIND, &row, json!({}))).await?);
        imports::insert(&mut tx, &row).await?;
        tx.trace("import.upload", Subject::new("import", &id), json!({"kind": row.kind, "file": row.file_name}));
        tx.commit().await?;
        self.jobs.nudge();
        self.get(principal, &id).await
    }

    /// One import of the caller's, or any for whoever may read jobs.
    pub async fn get(&self, principal: &Principal, id: &ImportId) -> Result<ImportView> {
        let row = self.row(principal, "read", id).await?;
        self.view(principal, row).await
    }

    async fn view(&self, principal: &Principal, mut row: ImportRow) -> Result<ImportView> {
        let job = match &row.job {
            Some(job) => self.jobs.view(job).await?,
            None => None,
        };
        if job.as_ref().is_some_and(|job| !job.state.open()) {
            // The job may have ended after the row was read: what it left belongs to its end.
            row = imports::get(&self.tools.db, &row.id).await?.unwrap_or(row);
        }
        let own = is_own(&row, principal);
        let files = self.tools.shelf.has(&row.id, List::Rows);
        ImportView::new(&self.tools.kept(), row, job, own, files)
    }

    async fn row(&self, principal: &Principal, action: &str, id: &ImportId) -> Result<ImportRow> {
        let row = imports::get(&self.tools.db, id).await?.ok_or_else(|| Fault::not_found("import", id))?;
        if !is_own(&row, principal) && principal.scopes(action, "job").is_err() {
            return Err(Fault::not_found("import", id));
        }
        Ok(row)
    }

    /// Imports of the caller, or of all for whoever may read jobs; newest first.
    pub async fn list(&self, principal: &Principal, all: bool, page: &PageQuery) -> Result<Page<ImportView>> {
        if all {
            principal.scopes("read", "job")?;
        }
        let own = if all { None } else { Some(principal.user_id().unwrap_or_default()) };
        let (limit, offset) = (page.limit(), page.offset());
        let mut rows = imports::list(&self.tools.db, own, limit + 1, u64::from(offset)).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            items.push(self.view(principal, row).await?);
        }
        Ok(Page { items, next: more.then(|| (u64::from(offset) + u64::from(limit)).to_string()), total: None })
    }
}

fn is_own(row: &ImportRow, principal: &Principal) -> bool {
    row.user_id.is_some() && row.user_id.as_deref() == principal.user_id()
}

fn job(kind: &'static str, row: &ImportRow, params: Value) -> NewJob {
    let title = format!("{} ({})", row.file_name, row.kind);
    NewJob { kind, subject: Some(row.id.to_string()), title, params, total: None }
}

impl Imports {
    fn plan_of(&self, row: &ImportRow) -> Result<SheetPlan> {
        self.tools.kept().read(row.plan.as_ref())?.ok_or_else(|| Refusal::new("import_not_read").into())
    }

    /// An import that may be changed now: not while a job works on it, not when it is over.
    async fn open_row(&self, principal: &Principal, id: &ImportId) -> Result<(ImportRow, Option<JobView>)> {
        let row = self.row(principal, "update", id).await?;
        principal.scopes("import", &row.kind)?;
        let job = match &row.job {
            Some(job) => self.jobs.view(job).await?,
            None => None,
        };
        if job.as_ref().is_some_and(|job| job.state.open()) {
            return Err(Refusal::new("import_busy").into());
        }
        Ok((row, job))
    }

    async fn change(&self, principal: &Principal, row: &ImportRow, mut tx: Tx) -> Result<ImportView> {
        if !imports::update(&mut tx, row).await? {
            let current = serde_json::to_value(self.get(principal, &row.id).await?).map_err(Fault::internal)?;
            return Err(FaultKind::Stale { current, submitted: json!({"version": row.version}) }.into());
        }
        tx.commit().await?;
        self.jobs.nudge();
        self.get(principal, &row.id).await
    }

    async fn begin(&self, principal: &Principal, why: Option<String>) -> Result<Tx> {
        self.tools.db.begin(principal.acting(self.tools.db.now(), why)).await
    }

    /// Says which sheet and which row of headings; the columns are guessed anew.
    pub async fn set_layout(
        &self,
        principal: &Principal,
        id: &ImportId,
        sheet: Option<&str>,
        header_row: Option<u64>,
    ) -> Result<ImportView> {
        let (mut row, _) = self.open_row(principal, id).await?;
        changeable(&row)?;
        let plan = self.plan_of(&row)?;
        let mut tx = self.begin(principal, None).await?;
        if let Some(sheet) = sheet.filter(|sheet| *sheet != plan.sheet) {
            let facts: SheetFacts = self.tools.kept().read(row.facts.as_ref())?.unwrap_or_default();
            if !facts.sheets.iter().any(|own| own == sheet) {
                return Err(Fault::field("sheet", "unknown_value").with("value", sheet).into());
            }
            row.job = Some(self.jobs.submit(&mut tx, principal, job(read::KIND, &row, json!({"sheet": sheet}))).await?);
            return self.change(principal, &row, tx).await;
        }
        let (plan, facts) = self.guess_again(&row, &plan.sheet, header_row).await?;
        row.plan = Some(self.tools.kept().write(&plan)?);
        row.facts = Some(self.tools.kept().write(&facts)?);
        row.report = None;
        ImportStage::Mapping.as_str().clone_into(&mut row.stage);
        self.change(principal, &row, tx).await
    }

    async fn guess_again(
        &self,
        row: &ImportRow,
        sheet: &str,
        header_row: Option<u64>,
    ) -> Result<(SheetPlan, SheetFacts)> {
        let spec = std::sync::Arc::clone(self.tools.registry.kind(&row.kind)?);
        let mut head: Vec<(u64, Vec<Cell>)> = Vec::new();
        let mut list = self.tools.shelf.read(&row.id, List::Rows)?;
        // The headings may stand further down than people usually put them.
        let first = header_row.map_or(Ok(0), |number| list.position(number.saturating_sub(1)))?;
        list.seek(first)?;
        while let Some(line) = list.next()?.filter(|_| head.len() < HEAD) {
            head.push(line);
        }
        let mut plan = SheetPlan::guess(&spec, sheet, &head, header_row);
        let mut facts: SheetFacts = self.tools.kept().read(row.facts.as_ref())?.unwrap_or_default();
        facts.below = list.count() - list.position(plan.header_row + 1)?.min(list.count());
        facts.samples = read::samples(&head, &plan);
        let memory = imports::mapping(&self.tools.db, &row.kind, &row.organisation, &plan.signature()).await?;
        facts.remembered = memory.is_some();
        if let Some(memory) = self.tools.kept().read::<SheetPlan>(memory.as_ref())? {
            plan = plan.recall(&memory);
        }
        Ok((plan, facts))
    }

    /// Keeps how the sheet is to be read.
    pub async fn set_plan(
        &self,
        principal: &Principal,
        id: &ImportId,
        version: i64,
        plan: &SheetPlan,
    ) -> Result<ImportView> {
        let (mut row, _) = self.open_row(principal, id).await?;
        changeable(&row)?;
        let before = self.plan_of(&row)?;
        if plan.sheet != before.sheet || plan.header_row != before.header_row {
            return Err(Fault::field("sheet", "layout_changes_apart").into());
        }
        plan.check(self.tools.registry.kind(&row.kind)?)?;
        if *plan != before {
            row.report = None;
            ImportStage::Mapping.as_str().clone_into(&mut row.stage);
        }
        row.plan = Some(self.tools.kept().write(plan)?);
        row.version = version;
        let tx = self.begin(principal, None).await?;
        self.change(principal, &row, tx).await
    }

    /// Begins to judge every row; nothing is written.
    pub async fn check(&self, principal: &Principal, id: &ImportId) -> Result<ImportView> {
        let (mut row, _) = self.open_row(principal, id).await?;
        changeable(&row)?;
        self.plan_of(&row)?.check(self.tools.registry.kind(&row.kind)?)?;
        let mut tx = self.begin(principal, None).await?;
        row.job = Some(self.jobs.submit(&mut tx, principal, job(run::CHECK, &row, json!({}))).await?);
        self.change(principal, &row, tx).await
    }

    /// Begins to take the rows in.
    pub async fn run(
        &self,
        principal: &Principal,
        id: &ImportId,
        mode: ImportMode,
        why: Option<String>,
    ) -> Result<ImportView> {
        let (mut row, _) = self.open_row(principal, id).await?;
        changeable(&row)?;
        self.plan_of(&row)?.check(self.tools.registry.kind(&row.kind)?)?;
        let facts: SheetFacts = self.tools.kept().read(row.facts.as_ref())?.unwrap_or_default();
        if mode == ImportMode::AllOrNothing && facts.below > MAX_ROWS_AT_ONCE {
            let problem = Fault::field("mode", "too_many_rows_at_once");
            return Err(problem.with("max", &MAX_ROWS_AT_ONCE.to_string()).into());
        }
        let mut tx = self.begin(principal, why).await?;
        row.job = Some(self.jobs.submit(&mut tx, principal, job(run::RUN, &row, json!({"mode": mode}))).await?);
        tx.trace(
            "import.run",
            Subject::new("import", id),
            json!({"kind": row.kind, "file": row.file_name, "mode": mode}),
        );
        self.change(principal, &row, tx).await
    }

    /// Begins to undo an import: records that nobody changed since become what they were.
    pub async fn undo(&self, principal: &Principal, id: &ImportId, why: Option<String>) -> Result<ImportView> {
        let (mut row, last) = self.open_row(principal, id).await?;
        let stage = ImportStage::of(&row)?;
        // A run that failed half way has written portions: they can be undone as well.
        let broke_off = last.is_some_and(|job| job.kind == run::RUN && job.done > 0);
        let written = self.tools.registry.written_by(id).await? > 0;
        let expired = stage == ImportStage::Expired && row.undo.is_none();
        if !(matches!(stage, ImportStage::Done | ImportStage::Cancelled) || broke_off || expired) || !written {
            return Err(Refusal::new("import_nothing_to_undo").into());
        }
        let mut tx = self.begin(principal, why).await?;
        row.job = Some(self.jobs.submit(&mut tx, principal, job(undo::KIND, &row, json!({}))).await?);
        tx.trace("import.undo", Subject::new("import", id), json!({"kind": row.kind, "file": row.file_name}));
        self.change(principal, &row, tx).await
    }

    /// Forgets an import that wrote nothing.
    pub async fn discard(&self, principal: &Principal, id: &ImportId) -> Result<()> {
        let (row, _) = self.open_row(principal, id).await?;
        changeable(&row)?;
        let mut tx = self.begin(principal, None).await?;
        imports::delete(&mut tx, id).await?;
        tx.trace("import.discard", Subject::new("import", id), json!({"kind": row.kind, "file": row.file_name}));
        tx.commit().await?;
        self.tools.shelf.forget(id)
    }

    /// Rows of the sheet; whoever did not upload it must hold the right to read personal data.
    pub async fn rows(&self, principal: &Principal, id: &ImportId, query: RowsQuery) -> Result<RowsPage> {
        let row = self.readable(principal, id).await?;
        let files = self.tools.shelf.clone();
        tokio::task::spawn_blocking(move || rows::page(&files, &row.id, &query)).await.map_err(Fault::internal)?
    }

    /// The rows with mistakes, as a workbook to mend and upload again.
    pub async fn refused(
        &self,
        principal: &Principal,
        id: &ImportId,
        locale: Locale,
        words: impl Fn(&RowError) -> String + Send + 'static,
    ) -> Result<(String, Vec<u8>)> {
        let row = self.readable(principal, id).await?;
        let plan = self.plan_of(&row)?;
        let files = self.tools.shelf.clone();
        let name = row.file_name.clone();
        let write = move || rows::refused(&files, &row.id, &plan, locale, &words);
        Ok((name, tokio::task::spawn_blocking(write).await.map_err(Fault::internal)??))
    }

    async fn readable(&self, principal: &Principal, id: &ImportId) -> Result<ImportRow> {
        let row = self.row(principal, "read", id).await?;
        if !is_own(&row, principal) {
            principal.scopes("read_personal", &row.kind)?;
        }
        Ok(row)
    }

    /// Removes the files of imports that nobody touched since; what they wrote can still be undone.
    pub async fn prune(&self, before: Timestamp) -> Result<u64> {
        let mut removed = 0;
        for id in imports::untouched_since(&self.tools.db, before).await? {
            let mut tx = self.tools.db.begin(Acting::system("imports", self.tools.db.now())).await?;
            let row = imports::get_in(&mut tx, &id).await?;
            let Some(mut row) = row else { continue };
            if matches!(ImportStage::of(&row)?, ImportStage::Done | ImportStage::Cancelled | ImportStage::Undone) {
                ImportStage::Expired.as_str().clone_into(&mut row.stage);
                imports::update(&mut tx, &row).await?;
            } else {
                imports::delete(&mut tx, &id).await?;
            }
            tx.commit().await?;
            self.tools.shelf.forget(&id)?;
            removed += 1;
        }
        Ok(removed)
    }
}

/// Refuses changes of an import that is over.
fn changeable(row: &ImportRow) -> Result<()> {
    match ImportStage::of(row)? {
        ImportStage::Uploaded | ImportStage::Mapping | ImportStage::Checked => Ok(()),
        _ => Err(Refusal::new("import_over").into()),
    }
}
