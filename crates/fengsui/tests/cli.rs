//! The commands as people and scripts use them: arguments in, text and exit code out.

mod common;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use common::{data, fengsui, run, run_with_input, testdata};
use serde_json::Value;

#[test]
fn help_names_every_command() {
    let help = run(&["--help"]).ok();
    for command in [
        "serve", "demo", "decode", "cap", "import", "export", "replay", "backup", "restore", "verify", "user",
        "config", "openapi",
    ] {
        assert!(help.contains(&format!("\n  {command} ")), "{command} is missing in\n{help}");
        let own = run(&[command, "--help"]).ok();
        assert!(own.contains("Usage: fengsui"), "{own}");
    }
}

#[test]
fn a_wrong_call_ends_with_two() {
    let called = run(&["decode", "morse"]);
    assert_eq!(called.code, 2, "{called:?}");
    assert!(called.stderr.contains("unrecognized subcommand 'morse'"), "{}", called.stderr);
}

#[test]
fn frames_become_json() {
    let text = run(&["decode", "hj212", "--explain", &data("demo/hj212_frames.txt")]).ok();
    let frames: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(frames.len(), 60);
    let peak = &frames[38];
    assert_eq!(peak["readings"][0]["code"], "a21001");
    assert_eq!(peak["readings"][0]["value"], "51.00");
    assert_eq!(peak["segment"]["version"], "HJ 212-2017");
    let reply = "##0087QN=20260101081900000;ST=91;CN=9014;PW=123456;MN=64018100000000DE30000001;Flag=4;CP=&&&&";
    assert!(peak["reply"].as_str().is_some_and(|text| text.starts_with(reply)), "{}", peak["reply"]);
}

#[test]
fn what_is_no_frame_is_reported() {
    let decoded = run_with_input(&["decode", "hj212", "-"], b"##0010nonsense\r\n");
    assert_eq!(decoded.code, 0);
    assert_eq!(decoded.stdout.lines().next(), Some("{\"error\":\"length_mismatch\"}"));
    let explained = run_with_input(&["decode", "hj212", "--explain", "-"], b"##0010nonsense\r\n");
    assert_eq!(explained.code, 1);
    let line: Value = serde_json::from_str(explained.stdout.lines().next().expect("a line")).expect("JSON");
    assert!(line["error"].is_string(), "{line}");
}

#[test]
fn frames_are_written_again_from_their_description() {
    let described = run_with_input(&["decode", "jt808", "--hex", "-"], b"7e0002000001390000111100017e7e").ok();
    assert!(described.contains("error"), "{described}");
    let heartbeat = br#"{"msg_id":"0002","phone":"013900001111","serial":7}"#;
    let written = run_with_input(&["encode", "jt808", "--hex", "-"], heartbeat).ok();
    let again = run_with_input(&["decode", "jt808", "--hex", "-"], written.as_bytes()).ok();
    let again: Value = serde_json::from_str(&again).expect("JSON");
    assert_eq!(
        (&again["msg_id"], &again["phone"], &again["serial"]),
        (&"0002".into(), &"013900001111".into(), &7.into())
    );
    let wrong = run_with_input(&["encode", "jt808", "-"], br#"{"phone":"1"}"#);
    assert_eq!(wrong.code, 1);
    assert!(wrong.stderr.contains("object 1: msg_id"), "{}", wrong.stderr);
}

#[test]
fn packets_become_json() {
    let decoded = run_with_input(&["decode", "mqtt", "--hex"], b"c0:00\ne0 00\n");
    assert_eq!(decoded.code, 0, "{decoded:?}");
    let expected = "{\"packet\":1,\"bytes\":2,\"kind\":\"PingRequest\"}\n\
                    {\"packet\":2,\"bytes\":2,\"kind\":\"Disconnect\",\"reason\":0}\n";
    assert_eq!(decoded.stdout, expected);
    assert_eq!(run_with_input(&["decode", "mqtt", "--hex"], b"c0 0").code, 1);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = fengsui()
        .args(["decode", "hj212", &data("demo/hj212_frames.txt")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    let mut first = String::new();
    BufReader::with_capacity(1, child.stdout.take().expect("output")).read_line(&mut first).expect("a line");
    let ended = child.wait_with_output().expect("an end");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}

#[test]
fn warnings_are_checked() {
    let good = fs::read_dir(testdata("cap/valid")).expect("messages").filter_map(Result::ok);
    let good: Vec<String> = good.map(|entry| entry.path().display().to_string()).collect();
    let mut arguments = vec!["cap", "check"];
    arguments.extend(good.iter().map(String::as_str));
    let checked = run(&arguments).ok();
    assert_eq!(checked.lines().filter(|line| line.ends_with(": ok")).count(), good.len(), "{checked}");

    let bad = testdata("cap/invalid/rule-restricted-without-restriction.xml");
    let checked = run(&["cap", "check", &bad]);
    assert_eq!(checked.code, 1);
    let expected = format!("{bad}: error restriction-missing at alert: scope Restricted needs a restriction\n");
    assert_eq!(checked.stdout, expected);
    let shown = run(&["cap", "show", &bad]);
    let shown: Value = serde_json::from_str(&shown.stdout).expect("JSON");
    assert_eq!(shown["findings"][0]["rule"], "restriction-missing");
    assert_eq!(shown["alert"]["scope"], "Restricted");
    let external = run(&["cap", "check", &testdata("cap/invalid/security-doctype-external-entity.cap")]);
    assert_eq!(external.code, 1);
    assert!(external.stdout.contains("unreadable: document type declarations are refused"), "{}", external.stdout);
}

#[test]
fn the_configuration_is_checked_and_shown() {
    let directory = tempfile::tempdir().expect("a directory");
    let data_dir = directory.path().display().to_string();
    assert_eq!(run(&["config", "check", "--data", &data_dir]).ok(), "OK\n");
    fs::write(directory.path().join("fengsui.toml"), "[http]\nlisten = \"127.0.0.1:80\"\ncolour = \"red\"\n")
        .expect("a file");
    let checked = run(&["config", "check", "--data", &data_dir]);
    assert_eq!(checked.code, 1);
    assert!(checked.stdout.starts_with("http.colour: unknown key; known here are: listen, "), "{}", checked.stdout);
    assert!(checked.stdout.trim_end().ends_with("fengsui.toml)"), "{}", checked.stdout);
    let served = run(&["serve", "--data", &data_dir]);
    assert_eq!(served.code, 1);
    assert!(
        served.stderr.contains("error: the configuration is wrong\n  http.colour: unknown key"),
        "{}",
        served.stderr
    );
}

#[test]
fn variables_and_flags_come_over_the_file_and_secrets_stay_hidden() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("own.toml");
    fs::write(&file, "[http]\nlisten = \"127.0.0.1:80\"\n[mail]\nhost = \"mx\"\nfrom = \"a@b.c\"\nusername = \"u\"\n")
        .expect("a file");
    let output = fengsui()
        .args(["config", "show", "--config", &file.display().to_string(), "--set", "retention.events_days=9"])
        .env("FENGSUI_HTTP__LISTEN", "127.0.0.1:81")
        .env("FENGSUI_MAIL__PASSWORD", "0042")
        .output()
        .expect("the program");
    let shown = String::from_utf8(output.stdout).expect("UTF-8");
    for line in [
        "listen = \"127.0.0.1:81\"  # default: \"127.0.0.1:8080\"; set by: FENGSUI_HTTP__LISTEN",
        "events_days = 9  # default: 7; set by: command line",
        "password = \"********\"  # default: unset; set by: FENGSUI_MAIL__PASSWORD",
    ] {
        assert!(shown.contains(line), "{line} in\n{shown}");
    }
    assert!(!shown.contains("0042"));
}

#[test]
fn the_roles_that_the_configuration_names_are_read() {
    let directory = tempfile::tempdir().expect("a directory");
    let roles = directory.path().join("roles.toml");
    fs::write(&roles, "[role.viewer]\ntitle.zh = \"看\"\ntitle.en = \"see\"\npermissions = [\"no_such_kind:read\"]\n")
        .expect("a file");
    let setting = format!("roles={}", roles.display());
    let checked = run(&["config", "check", "--set", &setting]);
    assert_eq!(checked.code, 1);
    assert!(checked.stdout.starts_with("roles: "), "{}", checked.stdout);
}
