//! The demonstration as a script starts it: one line when ready, the same accounts at every start, data that move.

#![cfg(unix)]

mod common;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use common::{fengsui, run};
use serde_json::Value;

struct Running {
    child: Child,
    announced: Value,
}

impl Running {
    fn start(data_dir: &Path) -> Self {
        let any = "127.0.0.1:0";
        let mut child = fengsui()
            .args(["demo", "--json", "--listen", any, "--mqtt", any, "--hj212", any])
            .args(["--telemetry-interval-ms", "20", "--frame-interval-ms", "50", "--data"])
            .arg(data_dir)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("output")).read_line(&mut line).expect("a line");
        let announced = serde_json::from_str(&line).expect("one line of JSON");
        Self { child, announced }
    }

    /// A request over a connection of its own; answers status and body.
    fn request(&self, head: &str, body: &str) -> (u16, String) {
        let url = self.announced["url"].as_str().expect("a URL");
        let mut stream = TcpStream::connect(url.trim_start_matches("http://")).expect("a connection");
        let length = body.len();
        write!(stream, "{head}\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")
            .expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        (status, answer)
    }

    fn sign_in(&self) -> String {
        let account = &self.announced["accounts"][0];
        let body = serde_json::json!({ "user": account["user"], "password": account["password"] }).to_string();
        let (status, answer) = self.request("POST /api/v1/session HTTP/1.1\r\nContent-Type: application/json", &body);
        assert_eq!(status, 200, "{answer}");
        let cookie = answer.lines().find_map(|line| line.split_once("fengsui_session=")).expect("a cookie").1;
        format!("fengsui_session={}", cookie.split(';').next().unwrap_or_default())
    }

    fn stop(mut self) {
        let pid = self.child.id().to_string();
        let stopped = std::process::Command::new("kill").args(["-INT", &pid]).status().expect("kill");
        assert!(stopped.success());
        assert!(self.child.wait().expect("an end").success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already gone in the good case.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn starts_with_accounts_and_raises_alarms() {
    let directory = tempfile::tempdir().expect("a directory");
    let data_dir = directory.path().join("demo");
    let first = Running::start(&data_dir);
    assert_eq!(first.announced["accounts"].as_array().map(Vec::len), Some(12));
    assert_eq!(first.request("GET /readyz HTTP/1.1", "").0, 200);
    let cookie = first.sign_in();
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let (status, alarms) =
            first.request(&format!("GET /api/v1/alarms?state=open HTTP/1.1\r\nCookie: {cookie}"), "");
        assert_eq!(status, 200, "{alarms}");
        // One by MQTT, one by HJ 212.
        if alarms.contains("A 进料流量") && alarms.contains("氨") {
            break;
        }
        assert!(Instant::now() < deadline, "no alarm in time: {alarms}");
        std::thread::sleep(Duration::from_millis(100));
    }
    let accounts = first.announced["accounts"].clone();
    first.stop();

    let second = Running::start(&data_dir);
    assert_eq!(second.announced["accounts"], accounts, "the same passwords at every start");
    second.sign_in();
    second.stop();
}

#[test]
fn a_store_in_real_use_is_no_place_for_invented_data() {
    let directory = tempfile::tempdir().expect("a directory");
    let data_dir = directory.path().join("real").display().to_string();
    run(&["import", "records", &common::data("demo/10_shelter.jsonl"), "--data", &data_dir]).ok();
    let refused = run(&["demo", "--listen", "127.0.0.1:0", "--data", &data_dir]);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("this store is in real use"), "{}", refused.stderr);
}
