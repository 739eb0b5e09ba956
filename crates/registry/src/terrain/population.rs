//! How many people live in an area, with every assumption said.

use std::collections::HashMap;
use std::sync::Arc;

use fengsui_kernel::{DivisionCode, Fault, Result};
use fengsui_storage::records::{self, StoredDivision};

use super::answer::{PopulationAnswer, PopulationArea, PopulationShare};
use super::boundary::shape;
use super::polygon::Shape;
use crate::registry::Registry;

/// A figure and what it rests on.
struct Figure {
    people: Option<f64>,
    as_of: Option<String>,
    basis: &'static str,
}

impl Registry {
    /// The population of an area or of divisions. Never a guess without a note.
    pub async fn population(&self, area: &PopulationArea) -> Result<PopulationAnswer> {
        let shares = match area {
            PopulationArea::Area(geometry) => self.shares(Shape::parse_drawn(geometry)?).await?,
            PopulationArea::Divisions(codes) => topmost(codes).into_iter().map(|code| (code, 1.0)).collect(),
        };
        let codes: Vec<DivisionCode> = shares.iter().map(|(code, _)| *code).collect();
        let known: HashMap<DivisionCode, StoredDivision> =
            records::divisions_by_code(&self.db, &codes).await?.into_iter().map(|own| (own.code, own)).collect();
        let mut parts = Vec::with_capacity(shares.len());
        let mut people = 0.0;
        for (code, share) in shares {
            let division = known.get(&code);
            let figure = self.figure(code, division).await?;
            people += figure.people.unwrap_or(0.0) * share;
            parts.push(PopulationShare {
                code,
                name: division.map_or_else(|| code.to_string(), |own| own.name.clone()),
                population: figure.people.map(rounded),
                share: (share * 10_000.0).round() / 10_000.0,
                as_of: figure.as_of,
                basis: figure.basis.to_owned(),
            });
        }
        let any = parts.iter().any(|part| part.population.is_some());
        let note = note(&parts);
        Ok(PopulationAnswer { population: any.then(|| rounded(people)), divisions: parts, note })
    }

    /// The counties that an area touches, each with the part of it that is covered.
    async fn shares(&self, area: Shape) -> Result<Vec<(DivisionCode, f64)>> {
        let Some(bbox) = area.bbox() else { return Ok(Vec::new()) };
        let candidates = self.counties_in(bbox).await?;
        let area = Arc::new(area);
        let mut shares = Vec::new();
        for boundary in candidates {
            let (own, area) = (shape(&boundary)?, Arc::clone(&area));
            // Geometry is work; alarms must not wait behind it.
            let share = tokio::task::spawn_blocking(move || own.share_within(&area)).await.map_err(Fault::internal)?;
            if share > 0.0 {
                shares.push((boundary.code, share));
            }
        }
        Ok(shares)
    }

    async fn figure(&self, code: DivisionCode, division: Option<&StoredDivision>) -> Result<Figure> {
        if let Some((own, people)) = division.and_then(|own| Some((own, own.population?))) {
            return Ok(Figure { people: Some(people as f64), as_of: own.population_as_of.clone(), basis: "own" });
        }
        let children = records::children_of(&self.db, &[code]).await?;
        let summed: Option<u64> = children.iter().map(|child| child.population).sum();
        if let Some(people) = summed.filter(|_| !children.is_empty()) {
            let as_of = children.iter().filter_map(|child| child.population_as_of.clone()).min();
            return Ok(Figure { people: Some(people as f64), as_of, basis: "children" });
        }
        self.figure_of_ancestor(code).await
    }

    /// The nearest division above with a figure, by the part of its area; needs both boundaries.
    async fn figure_of_ancestor(&self, code: DivisionCode) -> Result<Figure> {
        let lineage = code.lineage();
        let above = records::divisions_by_code(&self.db, lineage.get(1..).unwrap_or_default()).await?;
        let unknown = Figure { people: None, as_of: None, basis: "unknown" };
        let nearest = above.into_iter().filter(|own| own.population.is_some()).max_by_key(|own| own.code.level());
        let Some(ancestor) = nearest else { return Ok(unknown) };
        let shapes = records::boundaries_by_code(&self.db, &[code, ancestor.code]).await?;
        let area = |code: DivisionCode| shapes.iter().find(|own| own.code == code).and_then(|own| shape(own).ok());
        let (Some(own), Some(whole)) = (area(code), area(ancestor.code)) else { return Ok(unknown) };
        let part = (own.area_m2() / whole.area_m2()).clamp(0.0, 1.0);
        let people = ancestor.population.map(|people| people as f64 * part).filter(|people| people.is_finite());
        Ok(Figure { people, as_of: ancestor.population_as_of, basis: "ancestor" })
    }
}

/// Drops divisions that lie within another one of the list.
fn topmost(codes: &[DivisionCode]) -> Vec<DivisionCode> {
    let mut kept: Vec<DivisionCode> = Vec::new();
    let mut sorted = codes.to_vec();
    sorted.sort_by_key(DivisionCode::level);
    for code in sorted {
        if !kept.iter().any(|above| above.contains(&code)) {
            kept.push(code);
        }
    }
    kept
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "people are counted, never negative")]
fn rounded(people: f64) -> u64 {
    people.max(0.0).round() as u64
}

fn note(parts: &[PopulationShare]) -> Option<String> {
    let basis = |name: &str| parts.iter().any(|part| part.basis == name);
    let all_unknown = parts.iter().all(|part| part.population.is_none());
    let key = if all_unknown {
        "population_unknown"
    } else if basis("unknown") {
        "population_partial"
    } else if basis("ancestor") {
        "population_estimated"
    } else if parts.iter().any(|part| part.share < 1.0) {
        "population_by_area"
    } else {
        return None;
    };
    Some(key.to_owned())
}
