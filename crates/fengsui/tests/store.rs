//! Commands that work on an installation: accounts, ledgers, backup, trace.

mod common;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use common::{data, run};
use fengsui_kernel::{Acting, Principal, SystemClock};
use fengsui_storage::seal::Keys;
use fengsui_storage::{Db, Subject};
use fengsui_trace::{ExportQuery, Signer, Traces};
use serde_json::{Value, json};

/// A chain of three entries, exported.
async fn exported(directory: &Path) -> String {
    let url = format!("sqlite:{}", directory.join("trace.db").display());
    let db = Db::open(&url, Arc::new(SystemClock), Keys::File(directory.join("sealing.key"))).await.expect("a store");
    for number in 1..=3 {
        let mut tx = db.begin(Acting::system("test", db.now())).await.expect("a transaction");
        tx.trace("test.done", Subject::new("test", number), json!({ "number": number }));
        tx.commit().await.expect("a commit");
    }
    let traces = Traces::new(db.clone(), "示例").signed_by(Signer::new([1; 32]));
    let query = ExportQuery { from_seq: None, to_seq: Some(3), subjects: None };
    let export = traces.export(&Principal::system("test"), query).await.expect("an export");
    export.into_text().await.expect("a text")
}

#[tokio::test]
async fn an_export_of_the_trace_is_verified_offline() {
    let directory = tempfile::tempdir().expect("a directory");
    let text = exported(directory.path()).await;
    let file = directory.path().join("trace.jsonl");
    let name = file.display().to_string();
    fs::write(&file, &text).expect("a file");
    let verified = run(&["verify", &name]);
    let signer = Signer::new([1; 32]).public_key();
    let expected =
        format!("{name}: ok, signed by {}\n3 entries (1 to 3), 0 without content\nhead 3 ", signer.fingerprint());
    assert!(verified.code == 0 && verified.stdout.starts_with(&expected), "{verified:?}");
    let key = directory.path().join("key.json");
    fs::write(&key, json!({"algorithm": "Ed25519", "public_key": signer.to_string()}).to_string()).expect("a file");
    for key in [key.display().to_string(), signer.to_string(), signer.fingerprint()] {
        assert_eq!(run(&["verify", &name, "--key", &key]).code, 0, "{key}");
    }
    let other = Signer::new([2; 32]).public_key().fingerprint();
    let foreign = run(&["verify", &name, "--key", &other]);
    assert!(foreign.code == 4 && foreign.stdout.contains("SIGNED BY ANOTHER KEY"), "{foreign:?}");
    let senseless = run(&["verify", &name, "--key", "abc"]);
    assert!(senseless.code == 1 && senseless.stderr.contains("no fingerprint"), "{senseless:?}");

    fs::write(&file, text.replace("{\"number\":2}", "{\"number\":9}")).expect("a file");
    let broken = run(&["verify", &name]);
    assert_eq!(broken.code, 1);
    let expected =
        format!("{name}: BROKEN: entry 2: the content was altered\n1 entries before that fit, the last is 1\n");
    assert_eq!(broken.stdout, expected);
    let report: Value = serde_json::from_str(&run(&["verify", &name, "--json"]).stdout).expect("JSON");
    assert_eq!((&report["ok"], &report["broken"]["seq"]), (&json!(false), &json!(2)));
}

#[test]
fn an_export_of_an_older_program_is_read_and_called_unsigned() {
    let sample = "../../testdata/trace/unsigned-0.1.jsonl";
    let verified = run(&["verify", sample]);
    assert!(
        verified.code == 3 && verified.stdout.contains("UNSIGNED") && verified.stdout.contains("6 entries"),
        "{verified:?}"
    );
    let wanted = Signer::new([1; 32]).public_key().fingerprint();
    assert_eq!(run(&["verify", sample, "--key", &wanted]).code, 3);
    let report: Value = serde_json::from_str(&run(&["verify", sample, "--json"]).stdout).expect("JSON");
    assert_eq!((&report["verdict"], &report["signed_by"]), (&json!("unsigned"), &Value::Null));
}

#[test]
fn a_directory_without_a_store_is_left_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let missing = directory.path().join("missing").display().to_string();
    let target = directory.path().join("copy").display().to_string();
    for arguments in [vec!["user", "list"], vec!["export", "shelter"], vec!["backup", &target]] {
        let ended = run(&[arguments, vec!["--data", &missing]].concat());
        assert_eq!(ended.code, 1, "{ended:?}");
        assert!(ended.stderr.contains("there is no store at"), "{}", ended.stderr);
    }
    assert!(!Path::new(&missing).exists());
}

#[test]
fn ledgers_and_accounts_from_the_command_line() {
    let directory = tempfile::tempdir().expect("a directory");
    let data_dir = directory.path().join("data").display().to_string();
    let here = |arguments: &[&str]| run(&[arguments, &["--data", &data_dir]].concat());
    let loaded = here(&["import", "records", &data("demo/10_shelter.jsonl")]).ok();
    assert!(loaded.ends_with(": 27 new, 0 changed, 0 as before\n"), "{loaded}");
    let kinds = here(&["export"]).ok();
    assert!(kinds.contains("shelter  避难场所  Shelter\n"), "{kinds}");

    let sheet = directory.path().join("避难场所.csv").display().to_string();
    here(&["export", "shelter", "--out", &sheet]).ok();
    let text = fs::read_to_string(&sheet).expect("a sheet");
    assert_eq!(text.lines().count(), 28);
    // One row changed, one row with a division that does not exist.
    let edited = text.replacen("宁东镇中学避难场所", "宁东镇第一中学避难场所", 1);
    let second = edited.lines().nth(2).expect("a row").to_owned();
    let wrong = second.replacen("640181000000", "990000000000", 1);
    fs::write(&sheet, edited.replace(&second, &wrong)).expect("a sheet");
    let judged = here(&["import", "shelter", &sheet, "--dry-run"]);
    let expected = "27 rows, 26 good (0 new, 1 changed, 25 as before), nothing written\nrow 3, ";
    assert!(judged.stdout.contains(expected), "{}", judged.stdout);
    assert_eq!(judged.code, 1);
    let refused = here(&["import", "shelter", &sheet]);
    assert!(refused.stdout.contains(expected), "{}", refused.stdout);
    let taken = here(&["import", "shelter", &sheet, "--mode", "good-rows"]);
    assert!(taken.stdout.contains("26 good (0 new, 1 changed, 25 as before), written"), "{}", taken.stdout);

    let added = here(&["user", "add", "it.admin", "--name", "系统管理员", "--role", "administrator@000000000000"]).ok();
    let (login, password) = added.trim().split_once(' ').expect("login and password");
    assert_eq!((login, password.len()), ("it.admin", 19));
    let again = here(&["user", "reset-password", "it.admin"]).ok();
    assert!(again.starts_with("it.admin ") && again != added);
    let listed = here(&["user", "list"]).ok();
    assert!(listed.contains("it.admin  系统管理员  ") && listed.contains("never signed in"), "{listed}");
    let nobody = here(&["user", "reset-password", "nobody"]);
    assert_eq!(nobody.stderr, "error: there is no account nobody\n");
}
