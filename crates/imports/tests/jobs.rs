//! An import from the upload to its undoing, cancelled, interrupted and taken up again.

use std::fmt::Write as _;
use std::time::Duration;

use fengsui_events::JobState;
use fengsui_identity::{Identity, Roles, Settings};
use fengsui_imports::{ImportStage, ImportView, Imports, RowsQuery, Upload, install};
use fengsui_jobs::Jobs;
use fengsui_kernel::id::{ImportId, JobId};
use fengsui_kernel::{Acting, Locale, Principal};
use fengsui_registry::{ImportMode, ListQuery, Registry, ground};
use fengsui_storage::testkit::TestStore;
use fengsui_storage::{jobs, on_every_store};

const DIVISIONS: &str = "code,name,level,parent,population,lon,lat,source
640000000000,宁夏回族自治区,province,,7202654,106.2,37.3,nbs2023;census7:2020-11-01
640181000000,灵武市,county,640000000000,294000,106.4,38.1,nbs2023;census7:2020-11-01
";

struct House {
    registry: Registry,
    jobs: Jobs,
    imports: Imports,
    _files: std::sync::Arc<tempfile::TempDir>,
}

async fn house(store: &TestStore, files: &std::sync::Arc<tempfile::TempDir>) -> House {
    Registry::load_divisions(&store.db, DIVISIONS.as_bytes()).await.expect("divisions");
    let registry = Registry::open(store.db.clone(), ground::kinds()).await.expect("a registry");
    let identity = Identity::new(store.db.clone(), Roles::standard().expect("roles"), Settings::default());
    let (builder, imports) = install(Jobs::builder(store.db.clone()), registry.clone(), identity, files.path());
    let jobs = builder.build();
    let runner = jobs.clone();
    tokio::spawn(async move { runner.run().await });
    House { registry, imports: imports(jobs.clone()), jobs, _files: std::sync::Arc::clone(files) }
}

fn files() -> std::sync::Arc<tempfile::TempDir> {
    std::sync::Arc::new(tempfile::tempdir().expect("a directory"))
}

fn somebody() -> Principal {
    Principal::system("test")
}

fn sheet(rows: usize, bad: &[usize]) -> Vec<u8> {
    let mut text = String::from("组织机构名册（示例）,,\n名称,行政区划,类别\n");
    for number in 1..=rows {
        let place = if bad.contains(&number) { "某某新区" } else { "灵武市" };
        writeln!(text, "示例机构{number},{place},人民政府").expect("a text takes all");
    }
    text.into_bytes()
}

impl House {
    async fn upload(&self, file: Vec<u8>) -> ImportView {
        let upload = Upload {
            kind: "organisation".into(),
            file_name: "示例.csv".into(),
            file,
            organisation: "test".into(),
            why: Some("测试".into()),
        };
        let made = self.imports.upload(&somebody(), upload).await.expect("an import");
        self.settled(&made.id).await
    }

    /// The import once no job works on it; the deadline is the test's.
    async fn settled(&self, id: &ImportId) -> ImportView {
        for _ in 0..2000 {
            let view = self.imports.get(&somebody(), id).await.expect("an import");
            if view.job.as_ref().is_some_and(|job| !job.state.open()) {
                return view;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the job does not end: {:?}", self.imports.get(&somebody(), id).await);
    }

    async fn total(&self) -> Option<u64> {
        let page = self.registry.list(&somebody(), "organisation", &ListQuery::default()).await.expect("a page");
        page.total
    }
}

on_every_store!(from_upload_to_undo, |store: TestStore| async move {
    let files = files();
    let house = house(&store, &files).await;
    let read = house.upload(sheet(40, &[7, 9])).await;
    let plan = read.plan.clone().unwrap_or_else(|| panic!("{read:?}"));
    assert_eq!((read.stage, plan.header_row, read.facts.as_ref().expect("facts").below), (ImportStage::Mapping, 2, 40));
    house.imports.check(&somebody(), &read.id).await.expect("a check");
    let checked = house.settled(&read.id).await;
    let report = checked.report.clone().expect("a report");
    assert_eq!((report.rows, report.bad, report.created, report.applied), (40, 2, 38, false));
    assert_eq!((report.values[0].value.as_str(), report.values[0].count), ("某某新区", 2));
    let query = RowsQuery { only_bad: true, ..RowsQuery::default() };
    let page = house.imports.rows(&somebody(), &read.id, query).await.expect("rows");
    let told: Vec<(u64, &str)> = page.items.iter().map(|row| (row.row, row.errors[0].code.as_str())).collect();
    assert_eq!(told, [(9, "unknown_division"), (11, "unknown_division")]);
    assert_eq!(house.total().await, Some(0), "a check writes nothing");
    // All or nothing with two bad rows: nothing.
    house.imports.run(&somebody(), &read.id, ImportMode::AllOrNothing, None).await.expect("a run");
    let refused = house.settled(&read.id).await;
    assert_eq!((refused.stage, house.total().await), (ImportStage::Checked, Some(0)));
    house.imports.run(&somebody(), &read.id, ImportMode::GoodRows, None).await.expect("a run");
    let done = house.settled(&read.id).await;
    assert_eq!((done.stage, done.report.as_ref().map(|own| own.created)), (ImportStage::Done, Some(38)));
    assert_eq!(house.total().await, Some(38));
    let (_, workbook) = house
        .imports
        .refused(&somebody(), &read.id, Locale::Chinese, |error| error.code.clone())
        .await
        .expect("a workbook");
    assert!(workbook.starts_with(b"PK"));
    let over = house.imports.run(&somebody(), &read.id, ImportMode::GoodRows, None).await.expect_err("over");
    assert_eq!(over.code(), "import_over");
    // Mended and uploaded again, it is read as before.
    let again = house.upload(sheet(40, &[])).await;
    assert!(again.facts.as_ref().expect("facts").remembered);
    house.imports.run(&somebody(), &again.id, ImportMode::AllOrNothing, None).await.expect("a run");
    let whole = house.settled(&again.id).await.report.expect("a report");
    assert_eq!((whole.created, whole.unchanged, whole.applied), (2, 38, true));
    house.imports.undo(&somebody(), &read.id, Some("填错了".into())).await.expect("undoing");
    let undone = house.settled(&read.id).await;
    assert_eq!(undone.stage, ImportStage::Undone);
    assert_eq!(undone.undo.map(|own| (own.removed, own.kept)), Some((38, 0)));
    assert_eq!(house.total().await, Some(2));
    let nothing = house.imports.undo(&somebody(), &read.id, None).await.expect_err("undone already");
    assert_eq!(nothing.code(), "import_nothing_to_undo");
    house.jobs.stop().await;
});

on_every_store!(a_stopped_run_goes_on_and_doubles_nothing, |store: TestStore| async move {
    let files = files();
    let first = house(&store, &files).await;
    let read = first.upload(sheet(6000, &[3, 5000])).await;
    let running = first.imports.run(&somebody(), &read.id, ImportMode::GoodRows, None).await.expect("a run");
    let job: JobId = running.job.expect("a job").id;
    first.jobs.stop().await;
    let row = jobs::get(&store.db, &job).await.expect("a store").expect("a job");
    assert!(matches!(row.state, JobState::Queued | JobState::Done), "{:?}", row.state);
    // As a killed process leaves it: still said to be running.
    let mut tx = store.db.begin(Acting::system("test", store.db.now())).await.expect("a change");
    jobs::shift(&mut tx, &job, JobState::Queued, JobState::Running).await.expect("shifted");
    tx.commit().await.expect("committed");
    let second = house(&store, &files).await;
    let done = second.settled(&read.id).await;
    let report = done.report.expect("a report");
    assert_eq!((done.stage, report.rows, report.bad, report.created), (ImportStage::Done, 6000, 2, 5998));
    assert_eq!(second.registry.written_by(&read.id).await.expect("a count"), 5998);
    assert_eq!(second.total().await.map(|total| total.min(1000)), Some(1000));
    second.jobs.stop().await;
});

on_every_store!(cancelling_leaves_whole_portions_and_says_so, |store: TestStore| async move {
    let files = files();
    let house = house(&store, &files).await;
    let read = house.upload(sheet(6000, &[])).await;
    let running = house.imports.run(&somebody(), &read.id, ImportMode::GoodRows, None).await.expect("a run");
    let busy = house.imports.check(&somebody(), &read.id).await.expect_err("busy");
    assert_eq!(busy.code(), "import_busy");
    let job = running.job.expect("a job").id;
    house.jobs.cancel(&somebody(), &job, None).await.expect("cancelled");
    let view = house.settled(&read.id).await;
    let written = house.registry.written_by(&read.id).await.expect("a count");
    let state = view.job.as_ref().expect("a job").state;
    assert_eq!(state, JobState::Cancelled, "{view:?}");
    assert_eq!(written % 500, 0, "whole portions only: {written}");
    if written > 0 {
        let report = view.report.expect("a report");
        assert_eq!(
            (view.stage, report.created, report.ended_at_row),
            (ImportStage::Cancelled, written, Some(written + 2))
        );
        house.imports.undo(&somebody(), &read.id, None).await.expect("undoing");
        assert_eq!(house.settled(&read.id).await.undo.expect("undone").removed, written);
    }
    assert_eq!(house.total().await, Some(0));
    house.jobs.stop().await;
});
