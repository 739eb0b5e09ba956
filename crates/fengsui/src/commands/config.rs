//! `fengsui config`: checks, shows and documents the configuration.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

use crate::cli::Installation;
use crate::compose;
use crate::config::{Config, load, show};
use crate::output::Out;

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Checks file, environment and flags, and the files of roles and processes that they name.
    ///
    /// Prints `OK`, or every problem with its key and where it was set, and ends with 1.
    #[command(after_help = "Example:\n  fengsui config check --config /etc/fengsui/fengsui.toml\n  \
                            prints OK, or e.g. http.listem: unknown key; known here are: listen, public_url, …")]
    Check(Installation),
    /// Shows the configuration in force as TOML, secrets redacted; what is not the default says where it was set.
    #[command(after_help = "Example:\n  fengsui config show --set http.listen=0.0.0.0:80\n  \
                            prints among others: listen = \"0.0.0.0:80\"  # default: \"127.0.0.1:8080\"; set by: command line")]
    Show(Installation),
    /// Prints the JSON Schema of the configuration file, which documents every key.
    #[command(after_help = "Example:\n  fengsui config schema > docs/config.schema.json")]
    Schema,
}

/// Runs the command.
pub fn run(command: &ConfigCommand, out: Out<'_>) -> Result<ExitCode> {
    let (installation, check_only) = match command {
        ConfigCommand::Schema => {
            write!(out, "{}", Config::schema_text())?;
            return Ok(ExitCode::SUCCESS);
        }
        ConfigCommand::Check(installation) => (installation, true),
        ConfigCommand::Show(installation) => (installation, false),
    };
    let problems = match load(&installation.overrides()) {
        Ok(loaded) if !check_only => {
            write!(out, "{}", show(&loaded))?;
            return Ok(ExitCode::SUCCESS);
        }
        Ok(loaded) => named_files(&loaded.config),
        Err(problems) => problems,
    };
    if problems.is_empty() {
        writeln!(out, "OK")?;
        return Ok(ExitCode::SUCCESS);
    }
    for problem in problems {
        writeln!(out, "{problem}")?;
    }
    Ok(ExitCode::FAILURE)
}

/// The files that the configuration names, as the platform would read them at its start.
fn named_files(config: &Config) -> Vec<String> {
    let roles = compose::roles(config).err().map(|error| format!("roles: {error:#}"));
    roles.into_iter().collect()
}
