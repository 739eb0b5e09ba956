//! The query options of a request: `$filter`, `$orderby`, `$top`, `$skip`, `$count`, `$select`, `$expand`, and those
//! nested inside `$expand`.

use super::error::{QueryError, QueryResult};
use super::expression::{Expression, Property};
use super::model::{EntityType, Navigation};
use super::parser::{MOST_CHARACTERS, parse_expression, parse_filter};

/// Characters that a whole query may have, before percent-decoding.
pub const MOST_QUERY: usize = 16_000;
/// Relations that `$expand` may follow one behind the other.
pub const DEEPEST_EXPAND: usize = 5;
/// Relations that one request may expand in all.
pub const MOST_EXPANDS: usize = 20;
/// Sort keys of one set.
pub const MOST_SORT_KEYS: usize = 8;

/// What is asked of a set or an entity.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// The condition.
    pub filter: Option<Expression>,
    /// Sort keys, the most important first.
    pub order: Vec<SortKey>,
    /// How many are wanted at most.
    pub top: Option<u64>,
    /// How many are left out.
    pub skip: u64,
    /// Whether all that match are counted.
    pub count: bool,
    /// The properties wanted; all if empty.
    pub select: Vec<Selected>,
    /// The relations written out.
    pub expand: Vec<Expand>,
    /// Whether observations are wanted as rows of values.
    pub data_array: bool,
    /// Where the page before ended.
    pub mark: Option<String>,
    /// The options as they were written, for links to further pages.
    pub written: Vec<(String, String)>,
}

/// A sort key.
#[derive(Debug, Clone, PartialEq)]
pub struct SortKey {
    /// What is sorted by.
    pub expression: Expression,
    /// Largest first.
    pub descending: bool,
}

/// Something that `$select` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selected {
    /// A property.
    Property(Property),
    /// A relation: its link.
    Relation(&'static Navigation),
}

/// A relation that is written out.
#[derive(Debug, Clone, PartialEq)]
pub struct Expand {
    /// The relation.
    pub relation: &'static Navigation,
    /// What is asked of where it leads to.
    pub options: Options,
}

/// Reads the query of a request, still percent-encoded, for a set or an entity of this type.
pub fn parse_query(query: &str, entity: EntityType) -> QueryResult<Options> {
    if query.len() > MOST_QUERY {
        return Err(QueryError::new("sta_too_long", MOST_QUERY, MOST_QUERY.to_string()).within("query"));
    }
    let mut options = Options::default();
    let mut budget = MOST_EXPANDS;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let unreadable = || QueryError::new("sta_unreadable", 0, pair).within("query");
        let name = decode(name, true).ok_or_else(unreadable)?;
        let value = decode(value, true).ok_or_else(unreadable)?;
        // What has no dollar sign is somebody's own, such as a mark against caches.
        if name.starts_with('$') {
            options.take(&name, &value, entity, DEEPEST_EXPAND, &mut budget).map_err(|error| error.within(&name))?;
        }
    }
    Ok(options)
}

/// Undoes percent-encoding; nothing where the bytes are no UTF-8.
pub fn decode(text: &str, plus_is_space: bool) -> Option<String> {
    let bytes = text.as_bytes();
    let mut found = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'%' => {
                let digit = |place: usize| char::from(*bytes.get(place)?).to_digit(16);
                found.push(u8::try_from(digit(at)? * 16 + digit(at + 1)?).ok()?);
                at += 2;
            }
            b'+' if plus_is_space => found.push(b' '),
            byte => found.push(*byte),
        }
    }
    String::from_utf8(found).ok().filter(|text| !text.contains('\0'))
}

/// Cuts at a mark that is in no text and no parentheses; each piece with the character at which it begins.
fn split(text: &str, mark: char) -> Vec<(usize, String)> {
    let (mut pieces, mut current, mut start) = (Vec::new(), String::new(), 0);
    let (mut depth, mut quoted) = (0_usize, false);
    for (at, letter) in text.chars().enumerate() {
        match letter {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if letter == mark && depth == 0 && !quoted {
            pieces.push((start, std::mem::take(&mut current)));
            start = at + 1;
        } else {
            current.push(letter);
        }
    }
    pieces.push((start, current));
    pieces
}

fn moved(mut error: QueryError, by: usize) -> QueryError {
    error.at += by;
    error
}

/// Characters of white space before the first other one.
fn indent(text: &str) -> usize {
    text.chars().take_while(|letter| letter.is_whitespace()).count()
}

fn number(text: &str) -> QueryResult<u64> {
    let plain = !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten().ok_or_else(|| QueryError::new("sta_bad_number", 0, text))
}

impl Options {
    fn take(
        &mut self,
        name: &str,
        value: &str,
        entity: EntityType,
        depth: usize,
        budget: &mut usize,
    ) -> QueryResult<()> {
        if self.written.iter().any(|(known, _)| known == name) {
            return Err(QueryError::new("sta_option_twice", 0, name));
        }
        match name {
            "$filter" => self.filter = Some(parse_filter(value, entity)?),
            "$orderby" => self.order = sort_keys(value, entity)?,
            "$top" => self.top = Some(number(value.trim())?),
            "$skip" => self.skip = number(value.trim())?,
            "$count" => {
                self.count = match value.trim() {
                    "true" => true,
                    "false" => false,
                    other => return Err(QueryError::new("sta_bad_choice", 0, other)),
                }
            }
            "$select" => self.select = selected(value, entity)?,
            "$expand" => self.expand = expands(value, entity, depth, budget)?,
            "$resultFormat" => match value.trim() {
                "dataArray" if entity == EntityType::Observation => self.data_array = true,
                other => return Err(QueryError::new("sta_bad_choice", 0, other)),
            },
            "$skipToken" | "$skiptoken" => self.mark = Some(value.to_owned()),
            other => return Err(QueryError::new("sta_unknown_option", 0, other)),
        }
        self.written.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    /// Whether a property is to be written.
    pub fn wants(&self, property: Property) -> bool {
        self.select.is_empty() || self.select.contains(&Selected::Property(property))
    }

    /// The types of entity that an answer to this reads, beside those of the path.
    pub fn touched(&self, found: &mut Vec<EntityType>) {
        let expressions = self.filter.iter().chain(self.order.iter().map(|key| &key.expression));
        for path in expressions.flat_map(Expression::paths) {
            found.extend(path.relations.iter().map(|relation| relation.target));
        }
        for expand in &self.expand {
            found.push(expand.relation.target);
            expand.options.touched(found);
        }
    }
}

fn sort_keys(text: &str, entity: EntityType) -> QueryResult<Vec<SortKey>> {
    let pieces = split(text, ',');
    if pieces.len() > MOST_SORT_KEYS || text.len() > MOST_CHARACTERS {
        return Err(QueryError::new("sta_too_long", 0, MOST_SORT_KEYS.to_string()));
    }
    let key = |(start, piece): (usize, String)| {
        let trimmed = piece.trim_end();
        let (body, last) = trimmed.rsplit_once(char::is_whitespace).unwrap_or((trimmed, ""));
        let (body, descending) = match last.to_ascii_lowercase().as_str() {
            "desc" => (body, true),
            "asc" => (body, false),
            _ => (trimmed, false),
        };
        let expression = parse_expression(body, entity).map_err(|error| moved(error, start))?;
        Ok(SortKey { expression, descending })
    };
    pieces.into_iter().map(key).collect()
}

fn selected(text: &str, entity: EntityType) -> QueryResult<Vec<Selected>> {
    let one = |(start, piece): (usize, String)| {
        let name = piece.trim();
        let property = Property::find(entity, name).map(Selected::Property);
        let found = property.or_else(|| entity.navigation(name).map(Selected::Relation));
        let at = start + indent(&piece);
        found.ok_or_else(|| QueryError::new("sta_unknown_property", at, format!("{}/{name}", entity.set())))
    };
    let mut found: Vec<Selected> = Vec::new();
    for selected in split(text, ',').into_iter().map(one) {
        let selected = selected?;
        if !found.contains(&selected) {
            found.push(selected);
        }
    }
    Ok(found)
}

fn expands(text: &str, entity: EntityType, depth: usize, budget: &mut usize) -> QueryResult<Vec<Expand>> {
    let mut found = Vec::new();
    for (start, piece) in split(text, ',') {
        let at = start + indent(&piece);
        let expand = expand(piece.trim(), entity, depth, budget).map_err(|error| moved(error, at))?;
        join(&mut found, expand);
    }
    Ok(found)
}

/// `Datastreams,Datastreams/Sensor` names one relation twice: the second only adds to the first.
fn join(found: &mut Vec<Expand>, more: Expand) {
    match found.iter_mut().find(|known| known.relation == more.relation) {
        Some(known) => {
            let mut more = more.options;
            for inner in std::mem::take(&mut more.expand) {
                join(&mut known.options.expand, inner);
            }
            // Only one of the two can say more than which relations follow.
            if known.options.written.is_empty() {
                known.options = Options { expand: std::mem::take(&mut known.options.expand), ..more };
            }
        }
        None => found.push(more),
    }
}

fn expand(text: &str, entity: EntityType, depth: usize, budget: &mut usize) -> QueryResult<Expand> {
    let Some(deeper) = depth.checked_sub(1) else {
        return Err(QueryError::new("sta_too_deep", 0, DEEPEST_EXPAND.to_string()));
    };
    *budget = budget.checked_sub(1).ok_or_else(|| QueryError::new("sta_too_long", 0, MOST_EXPANDS.to_string()))?;
    let end = text.find(['/', '(']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let name = name.trim_end();
    let unknown = || QueryError::new("sta_unknown_relation", 0, format!("{}/{name}", entity.set()));
    let relation = entity.navigation(name).ok_or_else(unknown)?;
    let start = text[..end].chars().count() + 1;
    let mut options = Options::default();
    if let Some(further) = rest.strip_prefix('/') {
        let further = expand(further, relation.target, deeper, budget).map_err(|error| moved(error, start))?;
        options.expand.push(further);
    } else if let Some(inner) = rest.strip_prefix('(') {
        let inner =
            inner.strip_suffix(')').ok_or_else(|| QueryError::new("sta_unfinished", text.chars().count(), ""))?;
        for (at, piece) in split(inner, ';').into_iter().filter(|(_, piece)| !piece.trim().is_empty()) {
            let at = start + at + indent(&piece);
            let (name, value) = piece.trim().split_once('=').unwrap_or((piece.trim(), ""));
            let into = at + name.chars().count() + 1;
            options.take(name, value, relation.target, deeper, budget).map_err(|error| moved(error, into))?;
        }
    }
    Ok(Expand { relation, options })
}
