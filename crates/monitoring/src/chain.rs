//! Hazard chains (灾害链): from a gauge to the dam it watches, from the dam to the dams and the people below it.

use std::collections::{HashSet, VecDeque};

use fengsui_kernel::id::RecordId;
use fengsui_kernel::{DivisionCode, Point, Principal, Result};
use fengsui_registry::{ListQuery, Record, Registry};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kinds::{Dam, Settlement};

/// Dams of one chain; a river that has more is told in part.
const MOST_DAMS: usize = 50;
/// Settlements below one dam.
const MOST_SETTLEMENTS: u32 = 500;

/// How a dam came into the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DamRole {
    /// It was asked for.
    Asked,
    /// The gauge measures its level.
    Level,
    /// The gauge measures rain in its catchment.
    Rain,
    /// It lies below another one.
    Below,
}

/// A post that answers for something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AnsweringPost {
    /// For what: `administrative`, `technical`, `patrol`, `moving`.
    pub duty: String,
    /// The post.
    pub id: RecordId,
    /// Its name.
    pub name: String,
}

/// A dam of a chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChainDam {
    /// The record.
    pub id: RecordId,
    /// Its name.
    pub name: String,
    /// Its division.
    pub division: DivisionCode,
    /// The division's name.
    pub division_name: Option<String>,
    /// Where it is.
    pub location: Option<Point>,
    /// How it came here.
    pub role: DamRole,
    /// Minutes from the first dam; absent where nobody knows.
    pub minutes: Option<u32>,
    /// The level that must not be passed in the flood season, m.
    pub flood_limit_level_m: Option<f64>,
    /// Who answers for it.
    pub posts: Vec<AnsweringPost>,
}

/// People below a dam.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChainSettlement {
    /// The record.
    pub id: RecordId,
    /// Its name.
    pub name: String,
    /// Its division.
    pub division: DivisionCode,
    /// The division's name.
    pub division_name: Option<String>,
    /// Where it is.
    pub location: Option<Point>,
    /// The dam above it.
    pub dam: RecordId,
    /// Minutes from the first dam; absent where nobody knows, which is to be feared most.
    pub minutes: Option<u32>,
    /// People.
    pub population: u32,
    /// Those who cannot leave by themselves.
    pub assisted: Option<u32>,
    /// Who moves them.
    pub post: Option<AnsweringPost>,
    /// Where they go.
    pub shelter: Option<String>,
    /// Which way they go.
    pub route: Option<String>,
}

/// What may follow from what.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HazardChain {
    /// The dams, from the first one down the river.
    pub dams: Vec<ChainDam>,
    /// The settlements: those first whose time is unknown, then the nearest in time.
    pub settlements: Vec<ChainSettlement>,
    /// People in them.
    pub population: u64,
    /// People in them who cannot leave by themselves, as far as it is known.
    pub assisted: u64,
    /// Whether there is more than is told.
    pub more: bool,
}

/// A dam on the way down.
struct Step {
    record: Record,
    role: DamRole,
    minutes: Option<u32>,
}

/// What hangs on a gauge, as far as a person may see it.
pub async fn of_device(registry: &Registry, principal: &Principal, code: &str) -> Result<HazardChain> {
    let ways = [("level_devices", DamRole::Level), ("rain_devices", DamRole::Rain)];
    let mut first = Vec::new();
    for (field, role) in ways {
        for record in dams(registry, principal, format!("{field}:eq:{code}")).await? {
            // A list is looked into by words: only whole codes count.
            let named = record.attributes.get(field).and_then(serde_json::Value::as_array);
            if named.is_some_and(|named| named.iter().any(|one| one.as_str() == Some(code))) {
                first.push(Step { record, role, minutes: Some(0) });
            }
        }
    }
    walk(registry, principal, first).await
}

/// What lies below a dam, as far as a person may see it.
pub async fn of_dam(registry: &Registry, principal: &Principal, record: Record) -> Result<HazardChain> {
    walk(registry, principal, vec![Step { record, role: DamRole::Asked, minutes: Some(0) }]).await
}

async fn dams(registry: &Registry, principal: &Principal, filter: String) -> Result<Vec<Record>> {
    let limit = u32::try_from(MOST_DAMS).ok();
    let query = ListQuery { filter: vec![filter], limit, ..ListQuery::default() };
    Ok(registry.list(principal, "dam", &query).await?.items)
}

async fn walk(registry: &Registry, principal: &Principal, first: Vec<Step>) -> Result<HazardChain> {
    let mut chain = HazardChain::default();
    let (mut seen, mut coming) = (HashSet::new(), VecDeque::from(first));
    while let Some(step) = coming.pop_front() {
        // Whoever wrote a river that flows in a circle still gets an answer.
        if !seen.insert(step.record.code.clone()) {
            continue;
        }
        if chain.dams.len() == MOST_DAMS {
            chain.more = true;
            break;
        }
        let dam: Dam = step.record.typed()?;
        below(registry, principal, &step, &mut chain).await?;
        if let Some(code) = &dam.next_dam
            && let Some(record) = dams(registry, principal, format!("code:eq:{code}")).await?.pop()
        {
            let minutes = step.minutes.zip(dam.next_minutes).map(|(one, other)| one + other);
            coming.push_back(Step { record, role: DamRole::Below, minutes });
        }
        let told = told(registry, step, &dam).await?;
        chain.dams.push(told);
    }
    // Sorts what nobody knows before all that somebody does.
    chain.settlements.sort_by(|one, other| (one.minutes, &one.name).cmp(&(other.minutes, &other.name)));
    chain.population = chain.settlements.iter().map(|one| u64::from(one.population)).sum();
    chain.assisted = chain.settlements.iter().filter_map(|one| one.assisted).map(u64::from).sum();
    Ok(chain)
}

async fn told(registry: &Registry, step: Step, dam: &Dam) -> Result<ChainDam> {
    let duties = [
        ("administrative", &dam.administrative_post),
        ("technical", &dam.technical_post),
        ("patrol", &dam.patrol_post),
    ];
    let mut posts = Vec::new();
    for (duty, code) in duties {
        posts.extend(post(registry, duty, code.as_deref()).await?);
    }
    Ok(ChainDam {
        id: step.record.id,
        name: step.record.name,
        division: step.record.division,
        division_name: step.record.division_name,
        location: step.record.location,
        role: step.role,
        minutes: step.minutes,
        flood_limit_level_m: dam.flood_limit_level_m,
        posts,
    })
}

async fn post(registry: &Registry, duty: &str, code: Option<&str>) -> Result<Option<AnsweringPost>> {
    let Some(code) = code else { return Ok(None) };
    let found = registry.find_by_code("post", code).await?;
    Ok(found.map(|record| AnsweringPost { duty: duty.to_owned(), id: record.id, name: record.name }))
}

/// The settlements right below a dam.
async fn below(registry: &Registry, principal: &Principal, step: &Step, chain: &mut HazardChain) -> Result<()> {
    if principal.scopes("read", "settlement").is_err() {
        return Ok(());
    }
    let filter = vec![format!("dam:eq:{}", step.record.code)];
    let query = ListQuery { filter, limit: Some(MOST_SETTLEMENTS), ..ListQuery::default() };
    let page = registry.list(principal, "settlement", &query).await?;
    chain.more |= page.next.is_some();
    for record in page.items {
        let place: Settlement = record.typed()?;
        chain.settlements.push(ChainSettlement {
            id: record.id,
            name: record.name,
            division: record.division,
            division_name: record.division_name,
            location: record.location,
            dam: step.record.id.clone(),
            minutes: step.minutes.zip(place.arrival_minutes).map(|(one, other)| one + other),
            population: place.population,
            assisted: place.assisted,
            post: post(registry, "moving", place.responsible_post.as_deref()).await?,
            shelter: place.shelter,
            route: place.route,
        });
    }
    Ok(())
}
