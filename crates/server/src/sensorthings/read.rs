//! Answers questions: finds the entities of a path, filters, sorts, counts and cuts them, writes them out.

use std::cmp::Ordering;
use std::sync::atomic::{AtomicUsize, Ordering as Atomic};

use fengsui_kernel::Timestamp;
use fengsui_protocols::sensorthings::{
    Bounds, EntityPath, EntityType, Expression, Navigation, Options, Property, Selected, SortKey, Step, Value, bounds,
    evaluate, holds,
};
use futures::future::BoxFuture;
use serde_json::{Map, Value as Json, json};

use super::describe::{Seen, Unread, interval, property};
use super::fault::{StaResult, nothing_at, too_much};
use super::observed::{Direction, MOST_ROWS, MOST_SORTED, Source, Span, Walk};
use super::question::{direction, next_link, read_mark, span};
use super::world::{Entity, World, read_observation_id};

/// Entities of one page when nothing else is asked.
const USUAL_TOP: u64 = 100;
/// Entities of one page at most.
pub const MOST_TOP: u64 = 1_000;
/// Entities that one answer may write, those expanded included.
const MOST_WRITTEN: usize = 20_000;

/// Works on one request.
pub struct Reader<'a> {
    pub source: Source<'a>,
    pub world: &'a World,
    pub now: Timestamp,
    written: AtomicUsize,
}

/// What a path leads to.
pub enum Found {
    /// An entity.
    One(Entity),
    /// A set of entities other than observations.
    Set(Vec<Entity>),
    /// Observations of these series.
    Observations(Vec<usize>),
}

/// A page of a set.
struct Page {
    entities: Vec<Entity>,
    count: Option<u64>,
    /// What the link to the next page says.
    next: Option<(&'static str, String)>,
}

impl<'a> Reader<'a> {
    /// A reader for one request.
    pub fn new(source: Source<'a>, world: &'a World, now: Timestamp) -> Self {
        Self { source, world, now, written: AtomicUsize::new(0) }
    }

    /// Follows a path.
    pub async fn find(&self, path: &EntityPath) -> StaResult<Found> {
        let (first, rest) = path.steps.split_first().ok_or_else(|| nothing_at(""))?;
        let mut found = match &first.id {
            Some(id) => Found::One(self.by_id(first, id).await?),
            None if first.entity == EntityType::Observation => {
                Found::Observations((0..self.world.streams.len()).collect())
            }
            None => Found::Set(self.world.all(first.entity)),
        };
        for step in rest {
            let Found::One(entity) = found else { return Err(nothing_at(step.name)) };
            found = self.step(&entity, step).await?;
        }
        Ok(found)
    }

    async fn step(&self, entity: &Entity, step: &Step) -> StaResult<Found> {
        let relation = entity.kind().navigation(step.name).ok_or_else(|| nothing_at(step.name))?;
        if relation.target == EntityType::Observation {
            let streams = self.world.streams_of(entity);
            let Some(id) = &step.id else { return Ok(Found::Observations(streams)) };
            return match self.by_id(step, id).await? {
                Entity::Observation(stream, row) if streams.contains(&stream) => {
                    Ok(Found::One(Entity::Observation(stream, row)))
                }
                _ => Err(nothing_at(id)),
            };
        }
        let mut reached = self.world.follow(entity, relation);
        match &step.id {
            Some(id) => {
                let one = reached.into_iter().find(|entity| self.world.id(entity) == *id);
                one.map(Found::One).ok_or_else(|| nothing_at(id))
            }
            None if relation.many => Ok(Found::Set(reached)),
            None => reached.pop().map(Found::One).ok_or_else(|| nothing_at(step.name)),
        }
    }

    async fn by_id(&self, step: &Step, id: &str) -> StaResult<Entity> {
        let found = match step.entity {
            EntityType::Observation => self.observation(id).await?,
            kind => self.world.find(kind, id),
        };
        found.ok_or_else(|| nothing_at(&format!("{}('{id}')", step.name)))
    }

    /// One observation.
    async fn observation(&self, id: &str) -> StaResult<Option<Entity>> {
        let Some((series, at)) = read_observation_id(id) else { return Ok(None) };
        let Some(Entity::Datastream(stream)) = self.world.find(EntityType::Datastream, series) else {
            return Ok(None);
        };
        let series = &self.world.streams[stream].id;
        let (rows, _) = self.source.newest(series, at, at.saturating_add(1), 1).await?;
        Ok(rows.into_iter().next().map(|row| Entity::Observation(stream, Box::new(row))))
    }

    /// An entity with what is asked of it. Its span of time is told if it is the only one, or was asked for by name.
    pub fn write<'b>(&'b self, entity: &'b Entity, options: &'b Options, only: bool) -> BoxFuture<'b, StaResult<Json>> {
        Box::pin(async move {
            if self.written.fetch_add(1, Atomic::Relaxed) >= MOST_WRITTEN {
                return Err(too_much(MOST_WRITTEN));
            }
            let link = self.world.link(entity);
            let mut fields = Map::new();
            fields.insert("@iot.id".to_owned(), json!(self.world.id(entity)));
            fields.insert("@iot.selfLink".to_owned(), json!(link));
            for name in entity.kind().properties() {
                if !options.wants(Property::Named(name)) {
                    continue;
                }
                let mut value = property(self.world, entity, name);
                let named = only || !options.select.is_empty();
                if named && value.is_null() && matches!(entity, Entity::Datastream(_)) {
                    value = self.span_of(entity, name).await?;
                }
                let optional = matches!(*name, "validTime" | "observedArea")
                    || (entity.kind() == EntityType::Datastream && name.ends_with("Time"));
                if !(optional && value.is_null()) {
                    fields.insert((*name).to_owned(), value);
                }
            }
            for relation in entity.kind().navigations() {
                self.write_relation(entity, &link, relation, options, &mut fields).await?;
            }
            Ok(Json::Object(fields))
        })
    }

    async fn write_relation(
        &self,
        entity: &Entity,
        link: &str,
        relation: &'static Navigation,
        options: &Options,
        fields: &mut Map<String, Json>,
    ) -> StaResult<()> {
        let name = relation.name;
        let path = format!("{link}/{name}");
        if options.select.is_empty() || options.select.contains(&Selected::Relation(relation)) {
            fields.insert(format!("{name}@iot.navigationLink"), json!(path));
        }
        let Some(expand) = options.expand.iter().find(|expand| expand.relation == relation) else { return Ok(()) };
        let reached = self.world.follow(entity, relation);
        if !relation.many {
            let written = match reached.first() {
                Some(entity) => self.write(entity, &expand.options, false).await?,
                None => Json::Null,
            };
            fields.insert(name.to_owned(), written);
            return Ok(());
        }
        let page = match relation.target {
            EntityType::Observation => self.observations(&self.world.streams_of(entity), &expand.options).await?,
            _ => self.set(reached, &expand.options).await,
        };
        let (values, count, next) = self.write_page(page, &path, &expand.options).await?;
        if let Some(count) = count {
            fields.insert(format!("{name}@iot.count"), json!(count));
        }
        if let Some(next) = next {
            fields.insert(format!("{name}@iot.nextLink"), json!(next));
        }
        fields.insert(name.to_owned(), Json::Array(values));
        Ok(())
    }

    async fn write_page(
        &self,
        page: Page,
        path: &str,
        options: &Options,
    ) -> StaResult<(Vec<Json>, Option<u64>, Option<String>)> {
        let mut values = Vec::with_capacity(page.entities.len());
        for entity in &page.entities {
            values.push(self.write(entity, options, false).await?);
        }
        Ok((values, page.count, page.next.map(|next| next_link(path, options, &next))))
    }

    /// From when to when a datastream has observations.
    async fn span_of(&self, entity: &Entity, name: &str) -> StaResult<Json> {
        let (Entity::Datastream(stream), "phenomenonTime") = (entity, name) else { return Ok(Json::Null) };
        let series = &self.world.streams[*stream];
        let Some(last) = &series.last else { return Ok(Json::Null) };
        let end = last.observed_at.as_millisecond().saturating_add(1);
        let first = self.first(&series.id, end).await?;
        Ok(first.map_or(Json::Null, |first| interval(first, last.observed_at)))
    }

    /// When the first observation before a moment was measured: halves time until nothing is older.
    async fn first(&self, series: &fengsui_kernel::id::SeriesId, end: i64) -> StaResult<Option<Timestamp>> {
        let (mut low, mut found) = (Span::everything(Direction::Oldest).from, None);
        let mut high = end;
        while low < high {
            let middle = if found.is_none() { high } else { low + (high - low) / 2 };
            let (rows, more) = self.source.newest(series, low, middle.max(low + 1), 2).await?;
            match rows.last() {
                Some(row) => {
                    found = Some(row.observed_at);
                    if !more {
                        break;
                    }
                    high = row.observed_at.as_millisecond();
                }
                None if found.is_none() => break,
                None => low = middle.max(low + 1),
            }
        }
        Ok(found)
    }

    /// A page of a set that is known as a whole.
    async fn set(&self, mut entities: Vec<Entity>, options: &Options) -> Page {
        if let Some(filter) = &options.filter {
            let mut kept = Vec::new();
            for (number, entity) in entities.into_iter().enumerate() {
                if holds(filter, &Seen(self.world, &entity), self.now) {
                    kept.push(entity);
                }
                breathe(number).await;
            }
            entities = kept;
        }
        let entities = self.sorted(entities, options).await;
        let count = options.count.then_some(entities.len() as u64);
        cut(entities, count, options)
    }

    async fn sorted(&self, entities: Vec<Entity>, options: &Options) -> Vec<Entity> {
        if options.order.is_empty() {
            return entities;
        }
        let mut keyed: Vec<(Vec<Value>, Entity)> = Vec::with_capacity(entities.len());
        for (number, entity) in entities.into_iter().enumerate() {
            let seen = Seen(self.world, &entity);
            let keys = options.order.iter().map(|key| evaluate(&key.expression, &seen, self.now)).collect();
            keyed.push((keys, entity));
            breathe(number).await;
        }
        keyed.sort_by(|(one, _), (two, _)| {
            let by_key = |((one, two), key): ((&Value, &Value), &SortKey)| {
                if key.descending { two.order(one) } else { one.order(two) }
            };
            let mut orders = one.iter().zip(two).zip(&options.order).map(by_key);
            orders.find(|order| *order != Ordering::Equal).unwrap_or(Ordering::Equal)
        });
        keyed.into_iter().map(|(_, entity)| entity).collect()
    }

    /// A page of observations.
    async fn observations(&self, streams: &[usize], options: &Options) -> StaResult<Page> {
        let bounds = options.filter.as_ref().map(|filter| bounds(filter, self.now)).unwrap_or_default();
        let streams = self.matching(streams, options, &bounds);
        let Some(direction) = direction(options, streams.len() == 1) else {
            return self.sorted_observations(&streams, options, &bounds).await;
        };
        let top = options.top.unwrap_or(USUAL_TOP).min(MOST_TOP);
        let count = if options.count { Some(self.count(&streams, options, &bounds).await?) } else { None };
        let (mut skip, after) = match &options.mark {
            Some(mark) => (0, Some(read_mark(mark)?)),
            None => (options.skip, None),
        };
        let mut span = Span { after, ..span(&bounds, direction) };
        if options.filter.is_none() {
            // A filter may pass over many: without one no more is read than is wanted.
            span.wanted = usize::try_from(top + skip).unwrap_or(usize::MAX).min(MOST_ROWS);
        }
        let mut walk = Walk::new(self.source, self.world, &streams, &span);
        let mut entities: Vec<Entity> = Vec::new();
        while let Some(entity) = self.next(&mut walk, options).await? {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            if entities.len() as u64 == top {
                let mark = entities.last().map(|last| ("$skipToken", self.world.id(last)));
                return Ok(Page { entities, count, next: mark });
            }
            entities.push(entity);
        }
        Ok(Page { entities, count, next: None })
    }

    /// The next observation of a walk that the filter lets through.
    async fn next(&self, walk: &mut Walk<'_>, options: &Options) -> StaResult<Option<Entity>> {
        while let Some((stream, row)) = walk.next().await? {
            let entity = Entity::Observation(stream, Box::new(row));
            let fits = |filter: &Expression| holds(filter, &Seen(self.world, &entity), self.now);
            if options.filter.as_ref().is_none_or(fits) {
                return Ok(Some(entity));
            }
        }
        Ok(None)
    }

    /// The series whose observations can match at all: what the filter says of datastream, thing and feature alone
    /// is asked once for each series and not for each observation.
    fn matching(&self, streams: &[usize], options: &Options, bounds: &Bounds) -> Vec<usize> {
        let parts = options.filter.as_ref().map(Expression::conjuncts).unwrap_or_default();
        let related = |part: &&&Expression| {
            let paths = part.paths();
            !paths.is_empty() && paths.iter().all(|path| !path.relations.is_empty())
        };
        let related: Vec<&Expression> = parts.iter().filter(related).copied().collect();
        let only = bounds.observation.as_deref().map(|id| read_observation_id(id).map_or("", |(series, _)| series));
        let fits = |stream: &usize| {
            only.is_none_or(|id| self.world.streams[*stream].id.as_str() == id)
                && related.iter().all(|part| holds(part, &Unread(self.world, *stream), self.now))
        };
        streams.iter().copied().filter(fits).collect()
    }

    /// All that match, sorted by something else than time.
    async fn sorted_observations(&self, streams: &[usize], options: &Options, bounds: &Bounds) -> StaResult<Page> {
        let mut walk = Walk::new(self.source, self.world, streams, &span(bounds, Direction::Newest));
        let mut entities = Vec::new();
        while let Some(entity) = self.next(&mut walk, options).await? {
            if entities.len() == MOST_SORTED {
                return Err(too_much(MOST_SORTED));
            }
            entities.push(entity);
        }
        let entities = self.sorted(entities, options).await;
        let count = options.count.then_some(entities.len() as u64);
        Ok(cut(entities, count, options))
    }

    async fn count(&self, streams: &[usize], options: &Options, bounds: &Bounds) -> StaResult<u64> {
        let mut walk = Walk::new(self.source, self.world, streams, &span(bounds, Direction::Newest));
        let mut count = 0;
        while self.next(&mut walk, options).await?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    /// How many there are.
    pub async fn counted(&self, found: Found, options: &Options) -> StaResult<u64> {
        let options = Options { count: true, top: Some(0), ..options.clone() };
        let page = match found {
            Found::One(_) => return Err(nothing_at("")),
            Found::Set(entities) => self.set(entities, &options).await,
            Found::Observations(streams) => self.observations(&streams, &options).await?,
        };
        Ok(page.count.unwrap_or_default())
    }

    /// A set as the answer to a request; `how` writes its entities.
    pub async fn answer_set(&self, found: Found, path: &str, options: &Options, how: Form) -> StaResult<Json> {
        let page = match found {
            Found::One(_) => return Err(nothing_at("")),
            Found::Set(entities) => self.set(entities, options).await,
            Found::Observations(streams) => self.observations(&streams, options).await?,
        };
        let (count, next) = (page.count, page.next.as_ref().map(|next| next_link(path, options, next)));
        let values = match how {
            Form::Whole => self.write_page(page, path, options).await?.0,
            Form::Addresses => {
                page.entities.iter().map(|entity| json!({"@iot.selfLink": self.world.link(entity)})).collect()
            }
            Form::Rows => self.rows(&page.entities, options),
        };
        let mut answer = Map::new();
        if let Some(count) = count {
            answer.insert("@iot.count".to_owned(), json!(count));
        }
        if let Some(next) = next {
            answer.insert("@iot.nextLink".to_owned(), json!(next));
        }
        answer.insert("value".to_owned(), Json::Array(values));
        Ok(Json::Object(answer))
    }

    /// Observations as rows of values, those of one datastream together.
    fn rows(&self, entities: &[Entity], options: &Options) -> Vec<Json> {
        let components: Vec<&str> = ["id", "phenomenonTime", "result", "resultTime", "resultQuality", "parameters"]
            .into_iter()
            .filter(|name| Property::find(EntityType::Observation, name).is_some_and(|it| options.wants(it)))
            .collect();
        let mut groups: Vec<(usize, Vec<Json>)> = Vec::new();
        for entity in entities {
            let Entity::Observation(stream, _) = entity else { continue };
            let cell = |name: &&str| match *name {
                "id" => json!(self.world.id(entity)),
                name => property(self.world, entity, name),
            };
            let row = Json::Array(components.iter().map(cell).collect());
            match groups.iter_mut().find(|(known, _)| known == stream) {
                Some((_, rows)) => rows.push(row),
                None => groups.push((*stream, vec![row])),
            }
        }
        let group = |(stream, rows): (usize, Vec<Json>)| {
            json!({
                "Datastream@iot.navigationLink": self.world.link(&Entity::Datastream(stream)),
                "components": components,
                "dataArray@iot.count": rows.len(),
                "dataArray": rows,
            })
        };
        groups.into_iter().map(group).collect()
    }
}

/// How the entities of a set are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// With their properties.
    Whole,
    /// Only where they are found.
    Addresses,
    /// As rows of values.
    Rows,
}

/// Lets others work in between: a long condition over many entities must not hold up an alarm.
async fn breathe(number: usize) {
    if number % 64 == 63 {
        tokio::task::yield_now().await;
    }
}

/// Cuts a page out of all that match.
fn cut(entities: Vec<Entity>, count: Option<u64>, options: &Options) -> Page {
    let top = options.top.unwrap_or(USUAL_TOP).min(MOST_TOP);
    let (all, end) = (entities.len() as u64, options.skip.saturating_add(top));
    let skip = usize::try_from(options.skip).unwrap_or(usize::MAX);
    let page = entities.into_iter().skip(skip).take(usize::try_from(top).unwrap_or(usize::MAX));
    Page { entities: page.collect(), count, next: (top > 0 && all > end).then(|| ("$skip", end.to_string())) }
}
