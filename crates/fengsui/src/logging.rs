//! The log: to standard error, so that standard output stays for what commands print.

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// The form of log lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogForm {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for log collectors.
    Json,
}

/// Starts the log. `FENGSUI_LOG` filters it as `RUST_LOG` does elsewhere: `debug`, `fengsui_gateway=trace,info`.
pub fn start(form: LogForm) {
    let filter = EnvFilter::try_from_env("FENGSUI_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start (tests) is no fault.
    let _ = match form {
        LogForm::Text => log.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init(),
        LogForm::Json => log.json().flatten_event(true).try_init(),
    };
}
