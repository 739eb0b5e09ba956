//! The command line: its help is the second documentation, so every command says what it does and what it prints.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::backup::{Backup, Restore};
use crate::commands::cap::Cap;
use crate::commands::config::ConfigCommand;
use crate::commands::keys::KeysCommand;
use crate::commands::push::PushCommand;
use crate::commands::transfer::{Export, Import};
use crate::commands::user::UserCommand;
use crate::commands::verify::Verify;
use crate::config::Overrides;
use crate::decode::{Decode, Encode};
use crate::demo::Demo;
use crate::logging::LogForm;
use crate::replay::Replay;

const AFTER_HELP: &str = "\
Examples and what they print:
  fengsui demo                                  a console with invented data: its URL and the accounts to sign in with
  fengsui serve --data /srv/fengsui             runs until interrupted; the first start prints the administrator's password once
  fengsui config check                          OK, or every problem with its key
  fengsui decode sl651 --hex frames.txt         one JSON object for each frame; `fengsui encode` is the way back
  fengsui cap check warning.xml                 `warning.xml: ok`, or one line for each finding
  fengsui push try hazmat sample.json           what a body of a third party would store, and what is wrong in it
  fengsui verify trace.jsonl                    `ok, signed by 9c1d…`, or the first broken entry
  fengsui backup /backup/2026-11-22             `12 files, 4812800 bytes`
  fengsui user reset-password admin             `admin xxxx-xxxx-xxxx-xxxx`

Configuration: defaults < FILE < environment < flags. FILE is --config, else fengsui.toml in the data directory.
Any key can be set by a variable (FENGSUI_HTTP__LISTEN=0.0.0.0:80) or a flag (--set http.listen=0.0.0.0:80);
`fengsui config schema` documents them all.

Commands end with 0, with 1 if they found mistakes or failed, with 2 if they were called wrongly.
The log goes to standard error; FENGSUI_LOG=debug shows more of it.";

/// 烽燧 Fengsui: emergency management in one program.
///
/// Ledgers, sensing and alarms, warnings, incidents and tasks, messages, and a trace that proves itself; console, REST
/// interface, MQTT and HJ 212 doors, on an embedded store or PostgreSQL.
#[derive(Debug, Parser)]
#[command(name = "fengsui", version, after_help = AFTER_HELP, max_term_width = 120)]
pub struct Cli {
    /// Form of the log.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORM", hide_possible_values = true)]
    pub log: LogForm,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Which installation a command works on, and how it is set up.
#[derive(Debug, Clone, Default, Args)]
pub struct Installation {
    /// Configuration file; absent: fengsui.toml in the data directory, if there is one.
    #[arg(long, env = "FENGSUI_CONFIG", value_name = "FILE", help_heading = "Installation")]
    config: Option<PathBuf>,
    /// Data directory.
    #[arg(long, env = "FENGSUI_DATA", value_name = "DIR", help_heading = "Installation")]
    data: Option<PathBuf>,
    /// Sets a key of the configuration; may repeat.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = key_and_value, help_heading = "Installation")]
    keys: Vec<(String, String)>,
}

impl Installation {
    /// What the flags set.
    pub fn overrides(&self) -> Overrides {
        Overrides {
            file: self.config.clone(),
            data_dir: self.data.clone(),
            keys: self.keys.clone(),
            preferred: Vec::new(),
        }
    }
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("want KEY=VALUE, such as http.listen=0.0.0.0:80")?;
    Ok((key.trim().to_owned(), value.to_owned()))
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the platform: console, REST interface, doors for devices.
    ///
    /// The first start makes the account `admin` and prints its password once. Ends cleanly on Ctrl-C or SIGTERM:
    /// what was acknowledged is kept.
    #[command(after_help = "Examples:\n  fengsui serve --data /srv/fengsui\n  \
                            fengsui serve --config /etc/fengsui/fengsui.toml --log json\n  \
                            prints where it listens, in the log on standard error")]
    Serve(Serve),
    /// Runs a demonstration: an invented region with real divisions, and measurements that go on and on.
    ///
    /// Loads the region at the first start, makes the accounts, starts the platform, and plays a published simulation
    /// of a chemical plant and the frames of a logger through the MQTT and HJ 212 doors. Prints the URL and the
    /// accounts with their passwords; with --json one line when everything is ready.
    #[command(after_help = "Examples:\n  fengsui demo\n  \
                            fengsui demo --json --data /tmp/demo --listen 127.0.0.1:0 --mqtt 127.0.0.1:0 --hj212 127.0.0.1:0\n  \
                            prints {\"url\":\"http://127.0.0.1:41233\",\"mqtt\":\"127.0.0.1:…\",\"hj212\":…,\"accounts\":[{\"user\",\"password\",…}]}")]
    Demo(Box<Demo>),
    /// Decodes what devices send, frame by frame.
    #[command(subcommand)]
    Decode(Decode),
    /// Writes frames out of the objects that `fengsui decode` prints: for simulators and tests of devices.
    #[command(after_help = "Example:\n  fengsui decode sl651 --hex frame.txt | fengsui encode sl651 --hex -\n  \
                            prints the frame again")]
    Encode(Encode),
    /// Checks and shows public warnings in the Common Alerting Protocol.
    #[command(subcommand)]
    Cap(Cap),
    /// Tries the doors by which platforms of third parties hand readings over.
    #[command(subcommand)]
    Push(PushCommand),
    /// Imports a ledger from a spreadsheet.
    ///
    /// Prints how many rows were good and every mistake with its row and column.
    Import(Import),
    /// Exports a ledger to a spreadsheet.
    ///
    /// Writes xlsx or csv; without a kind it prints the kinds.
    Export(Export),
    /// Sends recorded measurements through the doors, as if they were measured now.
    ///
    /// Waits for every acknowledgement, reconnects and sends again: nothing of the recording is lost.
    Replay(Box<Replay>),
    /// Copies the embedded store and the attachments into a directory, while the platform runs.
    ///
    /// Writes fengsui.db, attachments/, fengsui.toml if there is one, and manifest.json with the hash of every file.
    /// The keys are left out unless asked for: personal data in it can only be read with them, so keep a copy of
    /// the directory `keys` in another place.
    #[command(after_help = "Example:\n  fengsui backup /backup/2026-11-22 --data /srv/fengsui\n  \
                            prints /backup/2026-11-22: 12 files, 4812800 bytes\n         \
                            without the keys; restoring needs the key 1f0c9a52 of /srv/fengsui/keys")]
    Backup(Backup),
    /// Brings a backup back into an empty data directory.
    ///
    /// Compares every file with the manifest first, and never overwrites anything. Needs the directory of the keys,
    /// unless the backup was made with them.
    #[command(after_help = "Examples:\n  fengsui restore /backup/2026-11-22 --data /srv/fengsui --keys /safe/keys\n  \
                            fengsui restore /backup/2026-11-22 --check     only compares; prints ok or the altered file")]
    Restore(Restore),
    /// Verifies an export of the trace offline.
    ///
    /// Prints who signed it, the number of entries and the head, or the first entry that does not fit. Ends with
    /// 0: whole and signed (by --key, where given); 1: altered, or the signature is wrong; 3: whole, but unsigned;
    /// 4: whole, but signed by another key than --key.
    #[command(after_help = "Example:\n  fengsui verify trace.jsonl\n  \
                            fengsui verify trace.jsonl --key key.json\n  \
                            prints trace.jsonl: ok, signed by 9c1d…\n         812 entries (1 to 812), 0 without content\n         \
                            head 812 5f2c…\n  or     trace.jsonl: BROKEN: entry 17: the content was altered")]
    Verify(Verify),
    /// Accounts from the command line: add, reset-password, list.
    #[command(subcommand)]
    User(UserCommand),
    /// The keys that seal personal data: show, rotate.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Checks, shows and documents the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Prints the OpenAPI 3.1 document of the REST interface.
    #[command(after_help = "Example:\n  fengsui openapi > docs/openapi.json")]
    Openapi,
}

/// Flags of `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    installation: Installation,
    /// Address of the console; port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Address of the MQTT door.
    #[arg(long, value_name = "ADDRESS")]
    mqtt: Option<SocketAddr>,
    /// Address of the HJ 212 door.
    #[arg(long, value_name = "ADDRESS")]
    hj212: Option<SocketAddr>,
}

impl Serve {
    /// What the flags set.
    pub fn overrides(&self) -> Overrides {
        let overrides = self.installation.overrides();
        overrides.with("http.listen", self.listen).with("mqtt.listen", self.mqtt).with("hj212.listen", self.hj212)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_says_what_it_does_and_gives_an_example() {
        fn check(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            assert!(command.get_about().is_some(), "{path} says nothing");
            let nested: Vec<_> = command.get_subcommands().filter(|inner| inner.get_name() != "help").collect();
            if nested.is_empty() && !path.ends_with("schema") {
                assert!(command.get_after_help().is_some(), "{path} has no example");
            }
            for inner in nested {
                check(inner, &path);
            }
        }
        check(&Cli::command(), "");
    }
}
