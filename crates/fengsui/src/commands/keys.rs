//! `fengsui keys`: shows, counts and rotates the keys of an installation.

use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Subcommand;
use fengsui_kernel::{Clock as _, SystemClock};
use fengsui_storage::seal::{self, Keys};

use crate::cli::Installation;
use crate::config::Config;
use crate::engines::Engines;
use crate::output::Out;
use crate::signing;

/// What to do with the keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Shows where the keys lie and which they are, never the secrets, and how much is sealed with each.
    #[command(after_help = "Example:\n  fengsui keys show --data /srv/fengsui\n  \
                            prints /srv/fengsui/keys/signing.key\n         signs with 5a1b…, fingerprint 9c1d…\n         \
                            /srv/fengsui/keys/sealing.key\n         1f0c9a52  made 2026-11-22T02:00:00Z  in use  1240 values")]
    Show(Installation),
    /// Makes a new sealing key and seals everything anew with it; the platform may run meanwhile.
    ///
    /// Older keys stay in the file, since backups need them. Broken off, it goes on when called again with --resume
    /// or at the next start. Copy the key file to every node of a shared store afterwards.
    #[command(after_help = "Examples:\n  fengsui keys rotate --data /srv/fengsui\n  fengsui keys rotate --resume\n  \
                            prints 1240 values are sealed with the key 7b3d11e0")]
    Rotate {
        #[command(flatten)]
        installation: Installation,
        /// Make no new key; only seal anew what older keys sealed.
        #[arg(long)]
        resume: bool,
    },
}

impl KeysCommand {
    /// Which installation is meant.
    pub fn installation(&self) -> &Installation {
        match self {
            Self::Show(installation) | Self::Rotate { installation, .. } => installation,
        }
    }
}

/// Runs the command.
pub async fn run(command: &KeysCommand, config: &Config, out: Out<'_>) -> Result<ExitCode> {
    match command {
        KeysCommand::Show(_) => show(config, out).await?,
        KeysCommand::Rotate { resume, .. } => rotate(config, *resume, out).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn show(config: &Config, out: Out<'_>) -> Result<()> {
    let engines = Engines::open(config, false).await?;
    let db = engines.registry.db();
    let census = seal::census(db, engines.registry.personal()).await?;
    let signer = signing::signer(db, config).await?.public_key();
    writeln!(out, "{}\nsigns with {signer}, fingerprint {}", config.signing_key().display(), signer.fingerprint())?;
    writeln!(out, "{}", config.sealing_key().display())?;
    for key in db.sealer().describe() {
        let use_of = if key.active { "in use" } else { "older" };
        let values = census.get(&Some(key.id.clone())).copied().unwrap_or(0);
        writeln!(out, "{}  made {}  {use_of}  {values} values", key.id, key.made_at)?;
    }
    if let Some(clear) = census.get(&None) {
        writeln!(out, "{clear} values lie in clear: run fengsui keys rotate --resume")?;
    }
    engines.close().await;
    Ok(())
}

async fn rotate(config: &Config, resume: bool, out: Out<'_>) -> Result<()> {
    let path = config.sealing_key();
    ensure!(path.is_file(), "there is no key file {}; the first start makes it", path.display());
    if !resume {
        Keys::rotate(&path, SystemClock.now())?;
    }
    let engines = Engines::open(config, false).await?;
    let db = engines.registry.db();
    // Opening seals what is due; a running platform may have written with the older key meanwhile.
    seal::sweep(db, engines.registry.personal()).await?;
    let (active, census) = (db.sealer().active(), seal::census(db, engines.registry.personal()).await?);
    engines.close().await;
    let values = census.get(&Some(active.clone())).copied().unwrap_or(0);
    writeln!(out, "{values} values are sealed with the key {active}")?;
    let rest: u64 = census.iter().filter(|(key, _)| **key != Some(active.clone())).map(|(_, values)| values).sum();
    if rest > 0 {
        writeln!(out, "{rest} values were written meanwhile with another key: run it again with --resume")?;
    }
    Ok(())
}
