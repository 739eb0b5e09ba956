//! How far a warning has reached: deliveries, and the residents of its area where they are known.

use fengsui_kernel::id::MatterId;
use fengsui_kernel::{DivisionCode, Fault, Place, Principal, Result};
use fengsui_storage::{Db, matters, messages, records};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::process::{WarningProcess, WarningState};
use fengsui_matters::process::Process as _;

/// How far a warning has reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// Deliveries asked for.
    pub recipients: u64,
    /// Handed to their channel.
    pub sent: u64,
    /// Arrived.
    pub delivered: u64,
    /// Confirmed.
    pub confirmed: u64,
    /// Given up.
    pub failed: u64,
    /// Residents of the divisions of the area; `None` when a figure is missing, which is not zero.
    pub population: Option<u64>,
}

/// The coverage of a warning that the caller may read.
pub async fn coverage(db: &Db, principal: &Principal, matter: &MatterId) -> Result<Coverage> {
    let row = matters::get(db, matter).await?.filter(|row| row.process == WarningProcess::NAME);
    let row = row.ok_or_else(|| Fault::not_found("warning", matter))?;
    principal.require("read", WarningProcess::NAME, &Place::of(row.division))?;
    let state: WarningState = serde_json::from_value(row.state)
        .map_err(|error| Fault::internal(format!("state of warning {matter}: {error}")))?;
    let told = messages::coverage(db, matter.as_str()).await?;
    Ok(Coverage {
        recipients: told.recipients,
        sent: told.sent,
        delivered: told.delivered,
        confirmed: told.confirmed,
        failed: told.failed,
        population: population(db, &state.dossier().content.area.divisions).await?,
    })
}

async fn population(db: &Db, divisions: &[DivisionCode]) -> Result<Option<u64>> {
    let outermost = outermost(divisions);
    let known = records::divisions_by_code(db, &outermost).await?;
    let figures: Option<Vec<u64>> = known.iter().map(|division| division.population).collect();
    Ok(figures.filter(|figures| figures.len() == outermost.len()).map(|figures| figures.iter().sum()))
}

/// A township inside a listed county is not counted twice.
fn outermost(divisions: &[DivisionCode]) -> Vec<DivisionCode> {
    let inside = |code: &DivisionCode| divisions.iter().any(|other| other != code && other.contains(code));
    let mut outermost: Vec<DivisionCode> = divisions.iter().filter(|code| !inside(code)).copied().collect();
    outermost.sort_unstable();
    outermost.dedup();
    outermost
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_counted_twice() {
        let code = |text: &str| text.parse::<DivisionCode>().expect("code");
        let listed = [code("640181"), code("640181100"), code("640122"), code("640122")];
        assert_eq!(outermost(&listed), [code("640122"), code("640181")]);
    }
}
