//! Resource paths: `Things('…')/Datastreams('…')/Observations`, a property behind them, `$ref`, `$count`, `$value`.

use super::error::{QueryError, QueryResult};
use super::expression::Property;
use super::model::EntityType;
use super::options::decode;

/// Steps that a path may have.
pub const MOST_STEPS: usize = 12;

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// The root document.
    Root,
    /// `CreateObservations`.
    CreateObservations,
    /// Entities, or something of them.
    Entities(EntityPath),
}

/// A path through entities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityPath {
    /// The steps; the first is a set.
    pub steps: Vec<Step>,
    /// What is wanted of where they lead.
    pub wanted: Wanted,
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The set or relation as written.
    pub name: &'static str,
    /// What it leads to.
    pub entity: EntityType,
    /// Whether it leads to a set by itself.
    pub many: bool,
    /// One of the set.
    pub id: Option<String>,
}

/// What is wanted of the place a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The entity or the set itself.
    Itself,
    /// Its address only (`$ref`).
    Address,
    /// How many (`$count`).
    Count,
    /// A property and the way inside its JSON; its value alone with `$value`.
    Property {
        /// The property.
        property: Property,
        /// Keys inside its JSON.
        inner: Vec<String>,
        /// Without JSON around it.
        bare: bool,
    },
}

impl Step {
    /// Whether it leads to a set.
    pub fn is_set(&self) -> bool {
        self.many && self.id.is_none()
    }
}

impl EntityPath {
    /// The type of the entities that it leads to.
    pub fn entity(&self) -> EntityType {
        self.steps.last().map_or(EntityType::Thing, |step| step.entity)
    }

    /// Whether it leads to a set.
    pub fn is_set(&self) -> bool {
        self.steps.last().is_some_and(Step::is_set)
    }
}

/// Reads a path below the root, still percent-encoded.
pub fn parse_path(raw: &str) -> QueryResult<Resource> {
    let text = decode(raw, false).ok_or_else(|| QueryError::new("sta_unreadable", 0, raw).within("path"))?;
    parse(&text).map_err(|error| error.within("path"))
}

/// Cuts at slashes outside of texts; each piece with the character at which it begins.
fn pieces(text: &str) -> Vec<(usize, String)> {
    let (mut found, mut current, mut start, mut quoted) = (Vec::new(), String::new(), 0, false);
    for (at, letter) in text.chars().enumerate() {
        quoted ^= letter == '\'';
        if letter == '/' && !quoted {
            found.push((start, std::mem::take(&mut current)));
            start = at + 1;
        } else {
            current.push(letter);
        }
    }
    found.push((start, current));
    found.retain(|(_, piece)| !piece.is_empty());
    found
}

/// `Things('a''b')` is the set and the id.
fn with_id(piece: &str, at: usize) -> QueryResult<(&str, Option<String>)> {
    let Some((name, rest)) = piece.split_once('(') else { return Ok((piece, None)) };
    let wrong = || QueryError::new("sta_bad_id", at + name.chars().count(), piece);
    let inner = rest.strip_suffix(')').ok_or_else(wrong)?;
    let number = !inner.is_empty() && inner.len() <= 20 && inner.bytes().all(|byte| byte.is_ascii_digit());
    if number {
        return Ok((name, Some(inner.to_owned())));
    }
    let quoted = inner.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).ok_or_else(wrong)?;
    let id = quoted.replace("''", "\u{0}");
    if id.contains('\'') || id.chars().count() > 200 {
        return Err(wrong());
    }
    Ok((name, Some(id.replace('\u{0}', "'"))))
}

fn parse(text: &str) -> QueryResult<Resource> {
    let pieces = pieces(text);
    let Some(((at, first), rest)) = pieces.split_first() else { return Ok(Resource::Root) };
    if first == "CreateObservations" && rest.is_empty() {
        return Ok(Resource::CreateObservations);
    }
    if let Some((at, piece)) = pieces.get(MOST_STEPS) {
        return Err(QueryError::new("sta_too_deep", *at, piece));
    }
    let (name, id) = with_id(first, *at)?;
    let entity = EntityType::of_set(name).ok_or_else(|| QueryError::new("sta_unknown_resource", *at, name))?;
    let mut path =
        EntityPath { steps: vec![Step { name: entity.set(), entity, many: true, id }], wanted: Wanted::Itself };
    for (index, (at, piece)) in rest.iter().enumerate() {
        let last = index + 1 == rest.len();
        match piece.as_str() {
            "$ref" if last => path.wanted = Wanted::Address,
            "$count" if last && path.is_set() => path.wanted = Wanted::Count,
            _ if path.is_set() => return Err(QueryError::new("sta_unknown_resource", *at, piece)),
            _ => {
                if let Some(step) = step(&path, piece, *at)? {
                    path.steps.push(step);
                } else {
                    path.wanted = property(&path, &rest[index..])?;
                    break;
                }
            }
        }
    }
    Ok(Resource::Entities(path))
}

fn step(path: &EntityPath, piece: &str, at: usize) -> QueryResult<Option<Step>> {
    let (name, id) = with_id(piece, at)?;
    let Some(relation) = path.entity().navigation(name) else { return Ok(None) };
    if id.is_some() && !relation.many {
        return Err(QueryError::new("sta_bad_id", at, piece));
    }
    Ok(Some(Step { name: relation.name, entity: relation.target, many: relation.many, id }))
}

fn property(path: &EntityPath, rest: &[(usize, String)]) -> QueryResult<Wanted> {
    let (at, name) = &rest[0];
    let unknown = || QueryError::new("sta_unknown_property", *at, format!("{}/{name}", path.entity().set()));
    let property = Property::find(path.entity(), name).ok_or_else(unknown)?;
    let mut inner: Vec<String> = rest[1..].iter().map(|(_, piece)| piece.clone()).collect();
    let bare = inner.last().is_some_and(|last| last == "$value");
    if bare {
        inner.pop();
    }
    match rest[1..].iter().find(|(_, piece)| piece.starts_with('$') && !(bare && piece == "$value")) {
        Some((at, piece)) => Err(QueryError::new("sta_unknown_resource", *at, piece)),
        None => Ok(Wanted::Property { property, inner, bare }),
    }
}
