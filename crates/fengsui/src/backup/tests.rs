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
        store::open(&self.config).await.expect("a store")
    }

    async fn back_up(&self) -> Result<String> {
        self.back_up_with(false).await
    }

    async fn back_up_with(&self, with_keys: bool) -> Result<String> {
        let mut out = Vec::new();
        backup(
            &Backup { installation: Installation::default(), directory: self.path("copy"), with_keys },
            &self.config,
            &mut out,
        )
        .await?;
        Ok(String::from_utf8(out)?)
    }

    fn bring_back(&self, check: bool) -> Result<String> {
        self.bring_back_with(check, Some(self.config.keys_dir()), false)
    }

    fn bring_back_with(&self, check: bool, keys: Option<PathBuf>, without_keys: bool) -> Result<String> {
        let mut out = Vec::new();
        let (installation, directory) = (Installation::default(), self.path("copy"));
        restore(&Restore { installation, directory, check, keys, without_keys }, &self.path("restored"), &mut out)?;
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
    let db = store::open(&restored).await.expect("a store");
    assert_eq!(settings::get(&db, "node").await.expect("a setting").as_deref(), Some("示例"));
}

#[tokio::test]
async fn the_keys_go_another_way_unless_asked() {
    let place = Place::new();
    place.fill().await;
    let said = place.back_up().await.expect("a backup");
    assert!(said.contains("without the keys; restoring needs the key"), "{said}");
    assert!(!place.path("copy/keys").exists());
    let refused = place.bring_back_with(false, None, false).expect_err("a refusal");
    assert!(refused.to_string().contains("made without the keys"), "{refused}");
    fs::create_dir(place.path("other")).expect("a directory");
    let elsewhere = place.bring_back_with(false, Some(place.path("other")), false).expect_err("a refusal");
    assert!(elsewhere.to_string().contains("cannot read"), "{elsewhere}");
    let said = place.bring_back_with(false, None, true).expect("a restore");
    assert!(said.contains("put the file with the key"), "{said}");
    let mut restored = Config::default();
    restored.node.data_dir = place.path("restored");
    let lost = store::open(&restored).await.err().expect("a refusal").to_string();
    assert!(lost.contains("keys/sealing.key is missing"), "{lost}");
    fs::remove_dir_all(place.path("copy")).expect("removed");
    fs::remove_dir_all(place.path("restored")).expect("removed");
    let said = place.back_up_with(true).await.expect("a backup");
    assert!(said.contains("with the keys: whoever has it"), "{said}");
    place.bring_back_with(false, None, false).expect("a restore");
    store::open(&restored).await.expect("a store that opens");
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
