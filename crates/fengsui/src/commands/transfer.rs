//! `fengsui import` and `fengsui export`: ledgers from and to spreadsheets, as the platform itself.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};
use fengsui_kernel::{Locale, Principal};
use fengsui_registry::{ImportMode, ImportOptions, ImportReport, ListQuery, Registry, SheetFormat};

use crate::cli::Installation;
use crate::config::Config;
use crate::engines::Engines;
use crate::explain;
use crate::output::{Out, json_line, open};

/// What to import.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fengsui import enterprise 企业.xlsx --dry-run\n  \
    prints: 企业.xlsx: 120 rows, 118 good (100 new, 18 changed, 0 as before), nothing written\n  \
            and for each mistake: row 7, 联系电话 \"12\": what is wrong with it\n  \
    fengsui import records demo.jsonl        JSON Lines {\"kind\",\"code\",\"name\",\"division\",\"attributes\"…}\n  \
    fengsui import divisions divisions.csv.gz\n  \
    fengsui import boundaries county.geojson.gz\n\n\
    Ends with 1 if there were mistakes.")]
pub struct Import {
    #[command(flatten)]
    pub installation: Installation,
    /// A kind of record (`fengsui export` without KIND lists them), or records, divisions, boundaries.
    kind: String,
    /// xlsx or csv; `-` is standard input.
    file: PathBuf,
    /// Judge everything, write nothing.
    #[arg(long)]
    dry_run: bool,
    /// What happens to good rows when others are bad.
    #[arg(long, value_enum, default_value_t)]
    mode: Mode,
    /// Reason, for the version history.
    #[arg(long)]
    why: Option<String>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

/// What happens to good rows when others are bad.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// One bad row, and nothing is written.
    #[default]
    AllOrNothing,
    /// Good rows are written, bad ones reported.
    GoodRows,
}

/// What to export.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fengsui export                                   lists the kinds\n  \
    fengsui export enterprise --out 企业.xlsx\n  \
    fengsui export shelter --filter capacity_person:ge:1000 --division 640181000000 > shelters.csv\n  \
    fengsui export enterprise --template --out 模板.xlsx   an empty table to fill in")]
pub struct Export {
    #[command(flatten)]
    pub installation: Installation,
    /// A kind of record; absent: print the kinds.
    kind: Option<String>,
    /// File to write; the ending tells xlsx or csv. Absent: csv on standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Only what lies at or below this division.
    #[arg(long, value_name = "CODE")]
    division: Option<String>,
    /// Only what fits a condition field:op:value; may repeat.
    #[arg(long, value_name = "FIELD:OP:VALUE")]
    filter: Vec<String>,
    /// Headers in English.
    #[arg(long)]
    english: bool,
    /// Personal data in clear instead of masked, for this reason; it is traced.
    #[arg(long, value_name = "WHY")]
    personal: Option<String>,
    /// Write an empty table to fill in.
    #[arg(long)]
    template: bool,
}

/// Runs `import`.
pub async fn import(command: &Import, config: &Config, out: Out<'_>) -> Result<ExitCode> {
    let engines = Engines::open(config, true).await?;
    let done = import_into(command, &engines.registry, out).await;
    engines.close().await;
    done
}

async fn import_into(command: &Import, registry: &Registry, out: Out<'_>) -> Result<ExitCode> {
    let system = Principal::system("command line");
    let name = command.file.display().to_string();
    let mut file = Vec::new();
    open(&command.file)?.read_to_end(&mut file).with_context(|| format!("cannot read {name}"))?;
    let kind = command.kind.as_str();
    if matches!(kind, "records" | "divisions" | "boundaries") {
        if command.dry_run || command.mode == Mode::GoodRows {
            bail!("{kind} are loaded whole or not at all; --dry-run and --mode are for spreadsheets");
        }
        let what = load(registry, &system, kind, &file).await?;
        writeln!(out, "{name}: {what}")?;
        return Ok(ExitCode::SUCCESS);
    }
    let mode = match command.mode {
        Mode::AllOrNothing => ImportMode::AllOrNothing,
        Mode::GoodRows => ImportMode::GoodRows,
    };
    let options = ImportOptions { dry_run: command.dry_run, mode, file_name: name.clone(), why: command.why.clone() };
    let report = registry.import(&system, kind, file, options).await?;
    if command.json {
        json_line(out, &report)?;
    } else {
        print(&name, &report, out)?;
    }
    Ok(if report.error_count == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn load(registry: &Registry, system: &Principal, kind: &str, file: &[u8]) -> Result<String> {
    Ok(match kind {
        "divisions" => format!("{} divisions", Registry::load_divisions(registry.db(), file).await?),
        "boundaries" => format!("{} boundaries", Registry::load_boundaries(registry.db(), file).await?),
        _ => {
            let report = registry.load_jsonl(system, file).await?;
            format!("{} new, {} changed, {} as before", report.created, report.updated, report.unchanged)
        }
    })
}

fn print(name: &str, report: &ImportReport, out: Out<'_>) -> Result<()> {
    let ImportReport { rows, good, created, updated, unchanged, .. } = report;
    let end = if report.applied { "written" } else { "nothing written" };
    writeln!(out, "{name}: {rows} rows, {good} good ({created} new, {updated} changed, {unchanged} as before), {end}")?;
    for error in &report.errors {
        let value = error.value.as_ref().map_or(String::new(), |value| format!(" {value:?}"));
        let what = explain::message(&error.code, &error.params);
        writeln!(out, "row {}, {}{value}: {what}", error.row, error.column)?;
    }
    let unlisted = report.error_count.saturating_sub(report.errors.len() as u64);
    if unlisted > 0 {
        writeln!(out, "and {unlisted} more mistakes")?;
    }
    Ok(())
}

/// Runs `export`.
pub async fn export(command: &Export, config: &Config, out: Out<'_>) -> Result<ExitCode> {
    let engines = Engines::open(config, false).await?;
    let done = export_from(command, &engines.registry, out).await;
    engines.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn export_from(command: &Export, registry: &Registry, out: Out<'_>) -> Result<()> {
    let Some(kind) = &command.kind else {
        for spec in registry.kinds() {
            writeln!(out, "{}  {}  {}", spec.name, spec.title.zh, spec.title.en)?;
        }
        return Ok(());
    };
    let format = format_of(command.out.as_deref())?;
    let locale = if command.english { Locale::English } else { Locale::Chinese };
    let bytes = if command.template {
        registry.template(kind, format, locale)?
    } else {
        let query =
            ListQuery { division: command.division.clone(), filter: command.filter.clone(), ..ListQuery::default() };
        let system = Principal::system("command line");
        match &command.personal {
            None => registry.export(&system, kind, &query, format, locale).await?,
            why => registry.export_columns(&system, kind, &query, &[], (format, locale), Some(why.clone())).await?,
        }
    };
    match &command.out {
        Some(path) => fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))?,
        None => out.write_all(&bytes)?,
    }
    Ok(())
}

fn format_of(path: Option<&Path>) -> Result<SheetFormat> {
    let Some(path) = path else { return Ok(SheetFormat::Csv) };
    match path.extension().and_then(|end| end.to_str()) {
        Some("xlsx") => Ok(SheetFormat::Xlsx),
        Some("csv") => Ok(SheetFormat::Csv),
        _ => bail!("{}: the file's name must end in .xlsx or .csv", path.display()),
    }
}
