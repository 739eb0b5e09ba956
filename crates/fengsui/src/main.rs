//! The program: one binary with the platform, its tools and its demonstration.

mod backup;
mod boards;
mod cli;
mod commands;
mod compose;
mod config;
mod decode;
mod demo;
mod engines;
mod explain;
mod ground;
mod handlers;
mod logging;
mod output;
mod pulls;
mod ready;
mod replay;
mod retention;
mod serve;
mod shipped;
mod signing;
mod store;

use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::Parser as _;
use tokio::sync::oneshot;

use crate::cli::{Cli, Command};
use crate::compose::Platform;
use crate::config::{Config, Loaded, Overrides};
use crate::output::Out;

/// Readings are allocated by the doors and freed by the writer: the system's allocator pays for that with locks and
/// with memory that it does not give back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    logging::start(cli.log);
    // Two libraries bring a TLS provider each; ours is chosen once. A second choice (tests) is no fault.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // Not locked: a platform runs for months, and others may want to print.
    match run(&cli.command, &mut std::io::stdout()) {
        Ok(code) => code,
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", explain::error(&error));
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command, out: Out<'_>) -> Result<ExitCode> {
    match command {
        Command::Decode(decode) => decode::run(decode, out),
        Command::Encode(input) => decode::encode(input, out),
        Command::Cap(cap) => commands::cap::run(cap, out),
        Command::Push(push) => commands::push::run(push, out),
        Command::Verify(verify) => commands::verify::run(verify, out),
        Command::Config(command) => commands::config::run(command, out),
        Command::Openapi => {
            write!(out, "{}", fengsui_server::openapi::text())?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Restore(restore) => {
            // The configuration comes back with the backup: only the directory counts.
            let named = restore.installation.overrides().data_dir;
            backup::restore(restore, &named.unwrap_or_else(|| Config::default().node.data_dir), out)
        }
        other => tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run_async(other, out)),
    }
}

async fn run_async(command: &Command, out: Out<'_>) -> Result<ExitCode> {
    match command {
        Command::Serve(serve) => {
            let loaded = configured(&serve.overrides())?;
            let Some(lease) = serve::lease(&loaded.config).await? else { return Ok(ExitCode::SUCCESS) };
            let mut platform = Platform::open(&loaded).await?;
            if let Some(first) = platform.first_administrator.take() {
                // Once, and not into the log, where others might read it.
                writeln!(out, "first start: sign in as {} with the password {}", first.login, first.password)?;
                out.flush()?;
            }
            // Whoever wants the addresses finds them in the log.
            let (ready, _) = oneshot::channel();
            serve::run(platform, lease, &loaded.config, ready).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Demo(demo) => demo::run(demo, &configured(&demo.overrides())?, out).await,
        Command::Replay(replay) => replay::run(replay).await,
        Command::Backup(backup) => {
            backup::backup(backup, &configured(&backup.installation.overrides())?.config, out).await
        }
        Command::Import(import) => {
            commands::transfer::import(import, &configured(&import.installation.overrides())?.config, out).await
        }
        Command::Export(export) => {
            commands::transfer::export(export, &configured(&export.installation.overrides())?.config, out).await
        }
        Command::User(user) => {
            commands::user::run(user, &configured(&user.installation().overrides())?.config, out).await
        }
        Command::Keys(keys) => {
            commands::keys::run(keys, &configured(&keys.installation().overrides())?.config, out).await
        }
        _ => Err(anyhow!("this command needs no runtime")),
    }
}

/// The configuration, or all its problems as one error.
fn configured(overrides: &Overrides) -> Result<Loaded> {
    config::load(overrides).map_err(|problems| anyhow!("the configuration is wrong\n  {}", problems.join("\n  ")))
}
