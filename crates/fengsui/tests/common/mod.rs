//! Runs the built program.

#![allow(dead_code, reason = "every test file uses its part")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What a run printed and how it ended.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// The output of a run that must have gone well.
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "{}\n{}", self.stdout, self.stderr);
        self.stdout
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

/// The program, free of this machine's settings.
pub fn fengsui() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fengsui"));
    let own = std::env::vars().map(|(name, _)| name).filter(|name| name.starts_with("FENGSUI_"));
    for name in own {
        command.env_remove(name);
    }
    command
}

pub fn run(arguments: &[&str]) -> Run {
    fengsui().args(arguments).stdin(Stdio::null()).output().expect("the program").into()
}

pub fn run_with_input(arguments: &[&str], input: &[u8]) -> Run {
    let mut command = fengsui();
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program");
    child.stdin.take().expect("its input").write_all(input).expect("a program that reads");
    child.wait_with_output().expect("an end").into()
}

/// A file that is shipped.
pub fn data(path: &str) -> String {
    root().join("data").join(path).display().to_string()
}

/// A file that tests use.
pub fn testdata(path: &str) -> String {
    root().join("testdata").join(path).display().to_string()
}

fn root() -> &'static Path {
    Path::new("../..")
}
