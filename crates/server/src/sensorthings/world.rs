//! Devices and series as the entities of SensorThings: what the caller may see, taken together for one request.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fengsui_kernel::id::SeriesId;
use fengsui_kernel::{DivisionCode, Fault, Point, Principal, Timestamp};
use fengsui_protocols::sensorthings::{EntityType, Navigation};
use fengsui_registry::Record;
use fengsui_series::{DeviceSight, ObservationView, SeriesView};
use sha2::{Digest as _, Sha256};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::fault::{StaFault, StaResult};
use crate::app::App;

/// Datastreams that one request may look through.
pub const MOST_STREAMS: usize = 20_000;

/// Requests that look through everything at the same time; the others wait, so that alarms never do.
static EVERYTHING: Semaphore = Semaphore::const_new(4);

/// What a request needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everything in sight.
    All,
    /// One device and what belongs to it.
    Device(String),
    /// The device of one series and what belongs to it.
    Series(String),
}

/// An entity. Numbers are places within the [`World`].
#[derive(Debug, Clone, PartialEq)]
pub enum Entity {
    /// A device.
    Thing(usize),
    /// The place of a thing.
    Location(usize),
    /// Since when a thing is there.
    HistoricalLocation(usize),
    /// A series.
    Datastream(usize),
    /// The instrument of a series.
    Sensor(usize),
    /// A quantity.
    ObservedProperty(usize),
    /// What is watched.
    FeatureOfInterest(usize),
    /// A value of a series.
    Observation(usize, Box<ObservationView>),
}

/// A device.
#[derive(Debug)]
pub struct Thing {
    pub(super) id: String,
    pub(super) code: String,
    pub(super) name: String,
    pub(super) division: DivisionCode,
    pub(super) enterprise: Option<String>,
    pub(super) heard: Option<(bool, Option<Timestamp>)>,
    /// The ledger's entry, if the caller may read it.
    pub(super) record: Option<Record>,
    pub(super) location: Option<Point>,
    /// Since when it is known to be there.
    pub(super) located_at: Option<Timestamp>,
    pub(super) streams: Vec<usize>,
}

/// What is measured, whoever measures it.
#[derive(Debug)]
pub struct Quantity {
    pub(super) id: String,
    pub(super) code: String,
    pub(super) name: String,
    pub(super) name_en: Option<String>,
    pub(super) unit: String,
    pub(super) streams: Vec<usize>,
}

/// What is watched: an installation, else an enterprise, else where the device stands.
#[derive(Debug)]
pub struct Feature {
    pub(super) id: String,
    /// `installation`, `enterprise` or `device`.
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) location: Option<Point>,
    pub(super) streams: Vec<usize>,
}

/// Everything that a request looks at.
#[derive(Debug, Default)]
pub struct World {
    /// The address of the root, without a slash at its end.
    pub(super) root: String,
    pub(super) streams: Vec<SeriesView>,
    pub(super) things: Vec<Thing>,
    pub(super) quantities: Vec<Quantity>,
    pub(super) features: Vec<Feature>,
    thing_of: Vec<usize>,
    quantity_of: Vec<usize>,
    feature_of: Vec<usize>,
    by_id: HashMap<(EntityType, String), usize>,
    /// Held as long as everything is looked through.
    _turn: Option<SemaphorePermit<'static>>,
}

/// What of the ledger a request reads beside the series.
#[derive(Debug, Clone, Copy, Default)]
pub struct Needs {
    /// Entries of devices and where they are.
    pub things: bool,
    /// Places of installations and enterprises.
    pub features: bool,
}

impl Needs {
    /// What these types of entity need.
    pub fn of(touched: &BTreeSet<EntityType>) -> Self {
        let any = |kinds: &[EntityType]| kinds.iter().any(|kind| touched.contains(kind));
        Self {
            things: any(&[EntityType::Thing, EntityType::Location, EntityType::HistoricalLocation, EntityType::Sensor]),
            features: any(&[EntityType::FeatureOfInterest]),
        }
    }
}

impl World {
    /// Reads what the caller may see.
    pub async fn load(app: &App, principal: &Principal, scope: Scope, needs: Needs) -> StaResult<Self> {
        let root = app.sensorthings_root();
        let device = match scope {
            Scope::All => None,
            Scope::Device(id) => Some(id),
            Scope::Series(id) => {
                principal.scopes("read", "series")?;
                match series_of(app, principal, &id).await? {
                    Some(series) => Some(series.device),
                    None => return Ok(Self { root, ..Self::default() }),
                }
            }
        };
        let turn = match &device {
            None => Some(EVERYTHING.acquire().await.map_err(Fault::internal)?),
            Some(_) => None,
        };
        let devices = app.series.devices_in_sight(principal, device.as_deref()).await?;
        let streams = app.series.series_in_sight(principal, device.as_deref(), MOST_STREAMS).await.map_err(narrower)?;
        let mut world = Self { root, streams, _turn: turn, ..Self::default() };
        world.place_things(devices);
        world.place_quantities();
        world.place_features();
        if needs.things {
            world.read_things(app, principal).await?;
        }
        if needs.features {
            world.read_features(app, principal).await?;
        }
        world.index();
        Ok(world)
    }

    fn place_things(&mut self, devices: Vec<DeviceSight>) {
        let mut known = HashMap::new();
        for device in devices {
            known.insert(device.id.clone(), self.things.len());
            self.things.push(Thing {
                id: device.id,
                code: device.code,
                name: device.name,
                division: device.division,
                enterprise: device.enterprise,
                heard: Some((device.online, device.last_heard_at)),
                record: None,
                location: None,
                located_at: None,
                streams: Vec::new(),
            });
        }
        for (number, series) in self.streams.iter().enumerate() {
            // Whoever may read a series but not its device still sees whose it is.
            let thing = *known.entry(series.device.clone()).or_insert_with(|| {
                self.things.push(Thing {
                    id: series.device.clone(),
                    code: series.device_code.clone(),
                    name: series.device_name.clone(),
                    division: series.division,
                    enterprise: series.enterprise.clone(),
                    heard: None,
                    record: None,
                    location: None,
                    located_at: None,
                    streams: Vec::new(),
                });
                self.things.len() - 1
            });
            self.things[thing].streams.push(number);
            self.thing_of.push(thing);
        }
    }

    fn place_quantities(&mut self) {
        let mut known: HashMap<(&str, &str), usize> = HashMap::new();
        for (number, series) in self.streams.iter().enumerate() {
            let quantity = *known.entry((&series.code, &series.name)).or_insert_with(|| {
                self.quantities.push(Quantity {
                    id: quantity_id(&series.code, &series.name),
                    code: series.code.clone(),
                    name: series.name.clone(),
                    name_en: series.name_en.clone(),
                    unit: series.unit.clone(),
                    streams: Vec::new(),
                });
                self.quantities.len() - 1
            });
            self.quantities[quantity].streams.push(number);
            self.quantity_of.push(quantity);
        }
    }

    fn place_features(&mut self) {
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for (number, series) in self.streams.iter().enumerate() {
            let (kind, id, name) = match (&series.installation, &series.enterprise) {
                (Some(id), _) => ("installation", id, series.installation_name.as_ref()),
                (None, Some(id)) => ("enterprise", id, series.enterprise_name.as_ref()),
                (None, None) => ("device", &series.device, Some(&series.device_name)),
            };
            let feature = *known.entry(id.clone()).or_insert_with(|| {
                self.features.push(Feature {
                    id: id.clone(),
                    kind,
                    name: name.cloned().unwrap_or_default(),
                    location: series.location,
                    streams: Vec::new(),
                });
                self.features.len() - 1
            });
            self.features[feature].streams.push(number);
            self.feature_of.push(feature);
        }
    }

    async fn read_things(&mut self, app: &App, principal: &Principal) -> StaResult<()> {
        let ids: Vec<String> = self.things.iter().map(|thing| thing.id.clone()).collect();
        let mut records = records(app, principal, &ids).await?;
        let moving = app.series.positions(principal).await?;
        let moving: HashMap<&str, (Point, Timestamp)> =
            moving.iter().map(|it| (it.device.as_str(), (it.location, it.observed_at))).collect();
        for thing in &mut self.things {
            thing.record = records.remove(&thing.id);
            let stands = thing.record.as_ref().and_then(|record| Some((record.location?, record.updated_at)));
            let (location, at) = moving.get(thing.id.as_str()).copied().or(stands).unzip();
            let near = thing.streams.iter().find_map(|number| self.streams[*number].location);
            thing.location = location.or(near);
            thing.located_at = at;
        }
        Ok(())
    }

    async fn read_features(&mut self, app: &App, principal: &Principal) -> StaResult<()> {
        let ids: Vec<String> = self.features.iter().map(|feature| feature.id.clone()).collect();
        let records = records(app, principal, &ids).await?;
        for feature in &mut self.features {
            let own = records.get(&feature.id).and_then(|record| record.location);
            feature.location = own.or(feature.location);
        }
        Ok(())
    }

    fn index(&mut self) {
        let mut by_id = HashMap::new();
        for (number, thing) in self.things.iter().enumerate() {
            for kind in [EntityType::Thing, EntityType::Location, EntityType::HistoricalLocation] {
                by_id.insert((kind, thing.id.clone()), number);
            }
        }
        for (number, series) in self.streams.iter().enumerate() {
            for kind in [EntityType::Datastream, EntityType::Sensor] {
                by_id.insert((kind, series.id.to_string()), number);
            }
        }
        for (number, quantity) in self.quantities.iter().enumerate() {
            by_id.insert((EntityType::ObservedProperty, quantity.id.clone()), number);
        }
        for (number, feature) in self.features.iter().enumerate() {
            by_id.insert((EntityType::FeatureOfInterest, feature.id.clone()), number);
        }
        self.by_id = by_id;
    }

    /// All entities of a type but observations, by id.
    pub fn all(&self, kind: EntityType) -> Vec<Entity> {
        let places = |make: fn(usize) -> Entity, count: usize| (0..count).map(make).collect::<Vec<_>>();
        let mut found = match kind {
            EntityType::Thing => places(Entity::Thing, self.things.len()),
            EntityType::Location => places(Entity::Location, self.things.len()),
            EntityType::HistoricalLocation => places(Entity::HistoricalLocation, self.things.len()),
            EntityType::Datastream => places(Entity::Datastream, self.streams.len()),
            EntityType::Sensor => places(Entity::Sensor, self.streams.len()),
            EntityType::ObservedProperty => places(Entity::ObservedProperty, self.quantities.len()),
            EntityType::FeatureOfInterest => places(Entity::FeatureOfInterest, self.features.len()),
            EntityType::Observation => Vec::new(),
        };
        found.retain(|entity| self.exists(entity));
        found.sort_by_cached_key(|entity| self.id(entity));
        found
    }

    /// The entity with this id; observations are found elsewhere.
    pub fn find(&self, kind: EntityType, id: &str) -> Option<Entity> {
        let number = *self.by_id.get(&(kind, id.to_owned()))?;
        let found = match kind {
            EntityType::Thing => Entity::Thing(number),
            EntityType::Location => Entity::Location(number),
            EntityType::HistoricalLocation => Entity::HistoricalLocation(number),
            EntityType::Datastream => Entity::Datastream(number),
            EntityType::Sensor => Entity::Sensor(number),
            EntityType::ObservedProperty => Entity::ObservedProperty(number),
            EntityType::FeatureOfInterest => Entity::FeatureOfInterest(number),
            EntityType::Observation => return None,
        };
        Some(found).filter(|entity| self.exists(entity))
    }

    /// A thing whose place is unknown has no location.
    fn exists(&self, entity: &Entity) -> bool {
        match entity {
            Entity::Location(thing) => self.things[*thing].location.is_some(),
            Entity::HistoricalLocation(thing) => {
                self.things[*thing].location.is_some() && self.things[*thing].located_at.is_some()
            }
            _ => true,
        }
    }

    /// Where a relation leads; relations to observations lead to none here.
    pub fn follow(&self, entity: &Entity, relation: &Navigation) -> Vec<Entity> {
        use EntityType as T;
        let found = match (entity, relation.target) {
            (Entity::Thing(it) | Entity::HistoricalLocation(it), T::Location) => vec![Entity::Location(*it)],
            (Entity::Thing(it) | Entity::Location(it), T::HistoricalLocation) => vec![Entity::HistoricalLocation(*it)],
            (Entity::Location(it) | Entity::HistoricalLocation(it), T::Thing) => vec![Entity::Thing(*it)],
            (Entity::Thing(it), T::Datastream) => places(&self.things[*it].streams),
            (Entity::Sensor(it) | Entity::Observation(it, _), T::Datastream) => vec![Entity::Datastream(*it)],
            (Entity::ObservedProperty(it), T::Datastream) => places(&self.quantities[*it].streams),
            (Entity::Datastream(it), T::Thing) => vec![Entity::Thing(self.thing_of[*it])],
            (Entity::Datastream(it), T::Sensor) => vec![Entity::Sensor(*it)],
            (Entity::Datastream(it), T::ObservedProperty) => vec![Entity::ObservedProperty(self.quantity_of[*it])],
            (Entity::Observation(it, _), T::FeatureOfInterest) => vec![Entity::FeatureOfInterest(self.feature_of[*it])],
            _ => Vec::new(),
        };
        found.into_iter().filter(|entity| self.exists(entity)).collect()
    }

    /// The series whose observations an entity has.
    pub fn streams_of(&self, entity: &Entity) -> Vec<usize> {
        match entity {
            Entity::Datastream(it) => vec![*it],
            Entity::FeatureOfInterest(it) => self.features[*it].streams.clone(),
            _ => Vec::new(),
        }
    }

    /// What the observations of a series watch.
    pub fn feature_of(&self, stream: usize) -> Entity {
        Entity::FeatureOfInterest(self.feature_of[stream])
    }

    /// The id of an entity.
    pub fn id(&self, entity: &Entity) -> String {
        match entity {
            Entity::Thing(it) | Entity::Location(it) | Entity::HistoricalLocation(it) => self.things[*it].id.clone(),
            Entity::Datastream(it) | Entity::Sensor(it) => self.streams[*it].id.to_string(),
            Entity::ObservedProperty(it) => self.quantities[*it].id.clone(),
            Entity::FeatureOfInterest(it) => self.features[*it].id.clone(),
            Entity::Observation(it, value) => observation_id(&self.streams[*it].id, value.observed_at),
        }
    }

    /// The address of an entity.
    pub fn link(&self, entity: &Entity) -> String {
        format!("{}/{}('{}')", self.root, entity.kind().set(), self.id(entity))
    }
}

impl Entity {
    /// Its type.
    pub fn kind(&self) -> EntityType {
        match self {
            Self::Thing(_) => EntityType::Thing,
            Self::Location(_) => EntityType::Location,
            Self::HistoricalLocation(_) => EntityType::HistoricalLocation,
            Self::Datastream(_) => EntityType::Datastream,
            Self::Sensor(_) => EntityType::Sensor,
            Self::ObservedProperty(_) => EntityType::ObservedProperty,
            Self::FeatureOfInterest(_) => EntityType::FeatureOfInterest,
            Self::Observation(..) => EntityType::Observation,
        }
    }
}

fn places(streams: &[usize]) -> Vec<Entity> {
    streams.iter().map(|number| Entity::Datastream(*number)).collect()
}

/// The id of an observation: its datastream and the millisecond at which it was measured.
pub fn observation_id(series: &SeriesId, at: Timestamp) -> String {
    format!("{series}:{}", at.as_millisecond())
}

/// Takes the id of an observation apart.
pub fn read_observation_id(id: &str) -> Option<(&str, i64)> {
    let (series, millis) = id.rsplit_once(':')?;
    Some((series, millis.parse().ok()?))
}

/// The same quantity has the same id everywhere and for everybody.
fn quantity_id(code: &str, name: &str) -> String {
    hex::encode(&Sha256::digest(format!("{code}\n{name}").as_bytes())[..16])
}

async fn series_of(app: &App, principal: &Principal, id: &str) -> StaResult<Option<SeriesView>> {
    let Ok(id) = id.parse::<SeriesId>() else { return Ok(None) };
    match app.series.series(principal, &id).await {
        Ok(series) => Ok(Some(series)),
        Err(fault) if fault.code() == "not_found" => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}

/// Entries of the ledger that the caller may read, by id.
async fn records(app: &App, principal: &Principal, ids: &[String]) -> StaResult<HashMap<String, Record>> {
    let found = app.registry.find_by_ids(ids).await?.into_iter();
    let readable = found.filter(|record| principal.may("read", &record.kind, &record.place()));
    Ok(readable.map(|record| (record.id.to_string(), record)).collect())
}

/// Too many datastreams is not too large a body: say what helps.
fn narrower(fault: Fault) -> StaFault {
    match fault.code() {
        "too_large" => super::fault::too_much(MOST_STREAMS),
        _ => fault.into(),
    }
}
