//! Evidence: limits, kinds, names, durability.

use fengsui_kernel::PageQuery;
use fengsui_kernel::id::AttachmentId;
use fengsui_matters::ListQuery;
use fengsui_matters::attachments::LARGEST_BYTES;
use fengsui_storage::on_every_store;
use serde_json::json;

use crate::*;

const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0 a picture";

fn with_directory(store: &TestStore, directory: &std::path::Path) -> Engine {
    Engine::builder(store.db.clone())
        .process::<process::Repair>()
        .process::<process::Errand>()
        .configure(CONFIGURATION)
        .expect("TOML")
        .attachments_under(directory)
        .build()
        .expect("engine")
}

on_every_store!(evidence_opens_the_way, |store: TestStore| async move {
    let directory = tempfile::tempdir().expect("a directory");
    let engine = with_directory(&store, directory.path());
    let matter = engine.open(&officer(), repair(&json!({}))).await.expect("opened");
    let finish = json!({"action": "finish", "result": "x"});
    let refused = engine.act(&officer(), &matter.id, submit(&matter, finish.clone())).await.expect_err("no evidence");
    assert_eq!(refused.code(), "evidence_required");
    let name = "../../../etc/现场.jpg";
    let attachment = engine.attach(&officer(), &matter.id, name, JPEG.to_vec()).await.expect("attached");
    assert_eq!((attachment.name.as_str(), attachment.media_type.as_str()), ("现场.jpg", "image/jpeg"));
    engine.attach(&officer(), &matter.id, "copy.jpg", JPEG.to_vec()).await.expect("the same bytes again");
    let path = directory.path().join("attachments").join(&attachment.sha256[..2]);
    assert_eq!(std::fs::read_dir(&path).expect("directory").count(), 1, "kept once");
    let file = engine.attachment(&leader(), &attachment.id).await.expect("read");
    assert_eq!(file.bytes, JPEG);
    let matter = engine.act(&officer(), &matter.id, submit(&matter, finish)).await.expect("finished");
    assert_eq!((matter.attachments.len(), matter.attachment_count), (2, 2));
    engine.open(&officer(), repair(&json!({}))).await.expect("another without");
    let listed = engine.list(&officer(), ListQuery::default(), &PageQuery::default()).await.expect("listed");
    let counts: Vec<(bool, u64)> =
        listed.items.iter().map(|item| (item.id == matter.id, item.attachment_count)).collect();
    assert!(counts.contains(&(true, 2)) && counts.contains(&(false, 0)), "a list tells how many: {counts:?}");
    let stranger = person("c", "leader", "640122", &["*"]);
    assert_eq!(engine.attachment(&stranger, &attachment.id).await.expect_err("elsewhere").code(), "denied");
    let unknown: AttachmentId = "0199f0a8-0000-7000-8000-000000000001".parse().expect("id");
    assert_eq!(engine.attachment(&officer(), &unknown).await.expect_err("nothing").code(), "not_found");
    std::fs::write(path.join(&attachment.sha256[2..]), b"forged").expect("forged");
    assert_eq!(engine.attachment(&officer(), &attachment.id).await.expect_err("forged").code(), "internal");
    engine.attach(&officer(), &matter.id, "again.jpg", JPEG.to_vec()).await.expect("attached again");
    assert_eq!(engine.attachment(&officer(), &attachment.id).await.expect("mended").bytes, JPEG);
});

on_every_store!(keeps_to_its_limits, |store: TestStore| async move {
    let directory = tempfile::tempdir().expect("a directory");
    let engine = with_directory(&store, directory.path());
    let matter = engine.open(&officer(), repair(&json!({}))).await.expect("opened");
    let attach = async |bytes: Vec<u8>| engine.attach(&officer(), &matter.id, "a.jpg", bytes).await;
    let mut large = JPEG.to_vec();
    large.resize(LARGEST_BYTES + 1, 0);
    assert_eq!(attach(large.clone()).await.expect_err("too large").code(), "too_large");
    assert_eq!(attach(Vec::new()).await.expect_err("empty").code(), "empty_file");
    let program = b"MZ\x90\0 a program named as a picture".to_vec();
    assert_eq!(attach(program).await.expect_err("a program").code(), "media_type_not_allowed");
    let stranger = person("c", "leader", "640122", &["*"]);
    let denied = engine.attach(&stranger, &matter.id, "a.jpg", JPEG.to_vec()).await.expect_err("elsewhere");
    assert_eq!(denied.code(), "denied");
    assert!(!directory.path().join("attachments").exists(), "nothing refused was written");
    large.truncate(LARGEST_BYTES);
    attach(large).await.expect("just within");
});

on_every_store!(no_row_without_its_file, |store: TestStore| async move {
    let directory = tempfile::tempdir().expect("a directory");
    // A file where the directory should be: the disk refuses.
    std::fs::write(directory.path().join("attachments"), b"").expect("in the way");
    let engine = with_directory(&store, directory.path());
    let matter = engine.open(&officer(), repair(&json!({}))).await.expect("opened");
    let fault = engine.attach(&officer(), &matter.id, "a.jpg", JPEG.to_vec()).await.expect_err("disk");
    assert_eq!(fault.code(), "unavailable");
    assert_eq!(count(&store, "attachment").await, 0);
});
