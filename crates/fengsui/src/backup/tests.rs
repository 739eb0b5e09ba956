//! A backup comes back as it was; damage and full directories are refused.

use fengsui_kernel::Acting;
use fengsui_storage::settings;

use super::*;

struct Place {
    directory: tempfile::TempDir,
    config: Config,
}

impl Place {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let mut config = Config::default();
        config.node.data_dir = directory.path().join("data");
        Self { directory, config }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    async fn fill(&self) {
        fs::create_dir_all(self.config.attachments_dir().join("ab")).expect("a directory");
        fs::write(self.config.attachments_dir().join("ab/abcd"), b"photo").expect("a file");
        fs::write(self.config.attachments_dir().join("ab/upload.part"), b"half").expect("a file");
        let db = self.store().await;
        let mut tx = db.begin(Acting::system("test", db.now())).await.expect("a transaction");
        settings::set(&mut tx, "node", "示例").await.expect("a setting");
        tx.commit().await.expect("a commit");
        // Left open: the platform may be running.
        std::mem::forget(db);
    }

    async fn store(&self) -> Db {
        Db::open(&self.config.storage_url(), Arc::new(SystemClock)).await.expect("a store")
    }

    async fn back_up(&self) -> Result<String> {
        let mut out = Vec::new();
        backup(&Backup { installation: Installation::default(), directory: self.path("copy") }, &self.config, &mut out)
            .await?;
        Ok(String::from_utf8(out)?)
    }

    fn bring_back(&self, check: bool) -> Result<String> {
        let mut out = Vec::new();
        restore(
            &Restore { installation: Installation::default(), directory: self.path("copy"), check },
            &self.path("restored"),
            &mut out,
        )?;
        Ok(String::from_utf8(out)?)
    }
}

#[tokio::test]
async fn a_backup_comes_back_as_it_was() {
    let place = Place::new();
    place.fill().await;
    let said = place.back_up().await.expect("a backup");
    assert!(said.contains("copy: 2 files, "), "{said}");
    assert!(place.bring_back(true).expect("a check").contains("copy: ok, 2 files"));
    assert!(!place.path("restored").exists(), "a check restores nothing");
    place.bring_back(false).expect("a restore");
    let mut restored = Config::default();
    restored.node.data_dir = place.path("restored");
    assert_eq!(fs::read(restored.attachments_dir().join("ab/abcd")).expect("a file"), b"photo");
    let db = Db::open(&restored.storage_url(), Arc::new(SystemClock)).await.expect("a store");
    assert_eq!(settings::get(&db, "node").await.expect("a setting").as_deref(), Some("示例"));
}

#[tokio::test]
async fn nothing_is_overwritten() {
    let place = Place::new();
    place.fill().await;
    place.back_up().await.expect("a backup");
    let again = place.back_up().await.expect_err("a refusal");
    assert!(again.to_string().contains("exists already"), "{again}");
    fs::create_dir(place.path("restored")).expect("a directory");
    fs::write(place.path("restored").join("note"), b"mine").expect("a file");
    let full = place.bring_back(false).expect_err("a refusal");
    assert!(full.to_string().contains("is not empty"), "{full}");
}

#[tokio::test]
async fn damage_is_named_before_anything_is_restored() {
    let place = Place::new();
    place.fill().await;
    place.back_up().await.expect("a backup");
    fs::write(place.path("copy/attachments/ab/abcd"), b"ph0to").expect("a file");
    let altered = place.bring_back(false).expect_err("a refusal");
    assert_eq!(altered.to_string(), "attachments/ab/abcd: the file was altered");
    assert!(!place.path("restored").exists());
    fs::write(place.path("copy/attachments/ab/abcd"), b"photo").expect("a file");
    fs::write(place.path("copy/attachments/more"), b"x").expect("a file");
    let more = place.bring_back(true).expect_err("a refusal");
    assert_eq!(more.to_string(), "attachments/more: the file is not in the manifest");
}

#[tokio::test]
async fn a_manifest_cannot_reach_outside() {
    let place = Place::new();
    place.fill().await;
    place.back_up().await.expect("a backup");
    let path = place.path("copy/manifest.json");
    let text = fs::read_to_string(&path).expect("a manifest").replace("attachments/ab/abcd", "../../abcd");
    fs::write(&path, text).expect("a manifest");
    let refused = place.bring_back(false).expect_err("a refusal");
    assert!(refused.to_string().contains("the manifest names"), "{refused}");
}

#[tokio::test]
async fn an_installation_that_does_not_exist_is_not_made() {
    let place = Place::new();
    let refused = place.back_up().await.expect_err("a refusal");
    assert!(refused.to_string().contains("there is no store at"), "{refused}");
    assert!(!place.config.node.data_dir.exists());
}
