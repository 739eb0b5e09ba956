//! What a question is about: which part of the platform, which way of time, and where its next page begins.

use std::collections::BTreeSet;

use fengsui_kernel::Timestamp;
use fengsui_protocols::sensorthings::{
    Bounds, EntityPath, EntityType, Expression, Options, Path, Property, QueryError, bounds,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::fault::StaResult;
use super::observed::{Direction, Mark, Span};
use super::world::{Scope, read_observation_id};

/// What is encoded in addresses: all but letters, digits and what never means anything there.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b':');

/// What of the platform a path with these options has to do with.
pub fn scope(path: &EntityPath, options: &Options, now: Timestamp) -> Scope {
    let first = &path.steps[0];
    if widens(path, options) {
        return Scope::All;
    }
    match (&first.id, first.entity) {
        (Some(id), EntityType::Thing | EntityType::Location | EntityType::HistoricalLocation) => {
            Scope::Device(id.clone())
        }
        (Some(id), EntityType::Datastream | EntityType::Sensor) => Scope::Series(id.clone()),
        (Some(id), EntityType::Observation) => series_in(id),
        (None, EntityType::Observation) if path.steps.len() == 1 => {
            let bounds = options.filter.as_ref().map(|filter| bounds(filter, now)).unwrap_or_default();
            match bounds {
                Bounds { observation: Some(id), .. } => series_in(&id),
                Bounds { datastream: Some(id), .. } => Scope::Series(id),
                Bounds { thing: Some(id), .. } => Scope::Device(id),
                _ => Scope::All,
            }
        }
        _ => Scope::All,
    }
}

fn series_in(observation: &str) -> Scope {
    Scope::Series(read_observation_id(observation).map_or(String::new(), |(series, _)| series.to_owned()))
}

/// Whether it goes from a quantity or from what is watched to whatever else has to do with it.
fn widens(path: &EntityPath, options: &Options) -> bool {
    let shared = |kind: EntityType| matches!(kind, EntityType::ObservedProperty | EntityType::FeatureOfInterest);
    let onward = path.steps.windows(2).any(|pair| shared(pair[0].entity));
    let expressions = |options: &Options| {
        let all = options.filter.iter().chain(options.order.iter().map(|key| &key.expression));
        all.flat_map(Expression::paths).any(|path| path.relations.windows(2).any(|pair| shared(pair[0].target)))
    };
    let mut open = vec![(path.entity(), options)];
    while let Some((kind, options)) = open.pop() {
        if expressions(options) || (shared(kind) && !options.expand.is_empty()) {
            return true;
        }
        open.extend(options.expand.iter().map(|expand| (expand.relation.target, &expand.options)));
    }
    onward
}

/// The types of entity that a request reads.
pub fn touched(path: &EntityPath, options: &Options) -> BTreeSet<EntityType> {
    let mut found: Vec<EntityType> = path.steps.iter().map(|step| step.entity).collect();
    options.touched(&mut found);
    found.into_iter().collect()
}

/// Whether observations are asked for in the order of time, and which way; nothing where another order is asked.
pub fn direction(options: &Options, single: bool) -> Option<Direction> {
    let Some((first, rest)) = options.order.split_first() else { return Some(Direction::Newest) };
    let own = |path: &Path| path.relations.is_empty() && path.inner.is_empty();
    let by_time = match &first.expression {
        Expression::Path(path) if own(path) => match path.property {
            Property::Named("phenomenonTime") => rest.is_empty() || single,
            Property::Id => single,
            _ => false,
        },
        _ => false,
    };
    by_time.then_some(if first.descending { Direction::Newest } else { Direction::Oldest })
}

/// The span of time that a condition leaves.
pub fn span(bounds: &Bounds, direction: Direction) -> Span {
    let all = Span::everything(direction);
    Span {
        from: bounds.from.map_or(all.from, |from| from.max(all.from)),
        before: bounds.before.map_or(all.before, |before| before.min(all.before)),
        ..all
    }
}

/// A mark is the id of the last observation of the page before.
pub fn read_mark(mark: &str) -> StaResult<Mark> {
    let bad = || QueryError::new("sta_bad_choice", 0, mark).within("$skipToken");
    let (series, at) = read_observation_id(mark).ok_or_else(bad)?;
    Ok(Mark { series: series.to_owned(), at })
}

/// The address of the next page: the same question, from a later place on.
pub fn next_link(path: &str, options: &Options, (name, value): &(&'static str, String)) -> String {
    let moving = ["$skip", "$skiptoken"];
    let kept = options.written.iter().filter(|(known, _)| !moving.contains(&known.to_ascii_lowercase().as_str()));
    let mut pairs: Vec<String> = kept.map(|(name, value)| format!("{name}={}", encode(value))).collect();
    pairs.push(format!("{name}={}", encode(value)));
    format!("{path}?{}", pairs.join("&"))
}

/// A text as it may stand in an address.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}
