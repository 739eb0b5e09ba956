//! The boards of an installation: those that come with the program and those of the bureau.

use anyhow::{Context as _, Result};
use fengsui_monitoring::boards::{BoardTemplate, Boards};
use fengsui_registry::Registry;
use fengsui_series::SeriesEngine;

use crate::config::Config;
use crate::shipped;

/// Reads and checks all declarations; a wrong one is named with its file.
pub fn open(config: &Config, registry: &Registry, series: &SeriesEngine) -> Result<Boards> {
    let mut templates = Vec::new();
    for (name, text) in shipped::boards() {
        templates.push(BoardTemplate::parse(&name, &text)?);
    }
    for own in own(config)? {
        templates.retain(|template: &BoardTemplate| template.id != own.id);
        templates.push(own);
    }
    Ok(Boards::new(registry.clone(), series.clone(), templates)?)
}

fn own(config: &Config) -> Result<Vec<BoardTemplate>> {
    let Some(directory) = &config.boards else { return Ok(Vec::new()) };
    let entries = std::fs::read_dir(directory).with_context(|| format!("boards {}", directory.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    paths.sort();
    let mut templates = Vec::with_capacity(paths.len());
    for path in paths {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).with_context(|| format!("board {name}"))?;
        templates.push(BoardTemplate::parse(&name, &text)?);
    }
    Ok(templates)
}
