//! The properties of entities, as JSON and as values to compute with.

use fengsui_kernel::{Point, Timestamp};
use fengsui_protocols::sensorthings::{EntityType, Navigation, Path, Property, Subject, Value};
use fengsui_series::{ObservationView, SeriesView};
use serde_json::{Map, Value as Json, json};

use super::world::{Entity, Feature, Quantity, Thing, World};

/// The kind of observation of all series: a number with a unit.
const MEASUREMENT: &str = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement";
const GEOJSON: &str = "application/geo+json";

/// An entity of a world, as expressions see it.
pub struct Seen<'a>(pub &'a World, pub &'a Entity);

/// The observations of a series before any is read: only what they are related to is known.
pub struct Unread<'a>(pub &'a World, pub usize);

impl Subject for Seen<'_> {
    fn value(&self, path: &Path) -> Value {
        along(self.0, self.1, &path.relations, path)
    }
}

impl Subject for Unread<'_> {
    fn value(&self, path: &Path) -> Value {
        let Some((first, rest)) = path.relations.split_first() else { return Value::Null };
        let entity = match first.target {
            EntityType::Datastream => Entity::Datastream(self.1),
            _ => self.0.feature_of(self.1),
        };
        along(self.0, &entity, rest, path)
    }
}

fn along(world: &World, entity: &Entity, relations: &[&'static Navigation], path: &Path) -> Value {
    let Some((first, rest)) = relations.split_first() else { return value(world, entity, path) };
    let mut found = world.follow(entity, first).into_iter();
    if first.many {
        return Value::Many(found.map(|entity| along(world, &entity, rest, path)).collect());
    }
    found.next().map_or(Value::Null, |entity| along(world, &entity, rest, path))
}

fn value(world: &World, entity: &Entity, path: &Path) -> Value {
    match (entity, path.property) {
        // Asked for every row of a scan: without JSON between.
        (Entity::Observation(_, row), Property::Named("phenomenonTime")) => Value::Instant(row.observed_at),
        (Entity::Observation(_, row), Property::Named("resultTime")) => Value::Instant(row.received_at),
        (Entity::Observation(_, row), Property::Named("result")) => Value::of_json(&result(row)),
        (_, Property::Id) => Value::Text(world.id(entity)),
        (_, Property::SelfLink) => Value::Text(world.link(entity)),
        (_, Property::Named(name)) => {
            let json = property(world, entity, name);
            let inner = path.inner.iter().try_fold(&json, |json, key| json.get(key));
            match (name, inner) {
                (_, None) => Value::Null,
                ("time", Some(json)) => {
                    json.as_str().and_then(|text| text.parse().ok()).map_or(Value::Null, Value::Instant)
                }
                (_, Some(json)) => Value::of_json(json),
            }
        }
    }
}

/// A property as JSON; `null` where there is nothing.
pub fn property(world: &World, entity: &Entity, name: &str) -> Json {
    match entity {
        Entity::Thing(it) => thing(&world.things[*it], name),
        Entity::Location(it) => location(&world.things[*it], name),
        Entity::HistoricalLocation(it) => json!(world.things[*it].located_at),
        Entity::Datastream(it) => datastream(&world.streams[*it], name),
        Entity::Sensor(it) => {
            let thing = world.follow(&Entity::Datastream(*it), &THING).into_iter().next();
            let thing = match thing {
                Some(Entity::Thing(thing)) => world.things.get(thing),
                _ => None,
            };
            sensor(&world.streams[*it], thing, name)
        }
        Entity::ObservedProperty(it) => quantity(&world.quantities[*it], name),
        Entity::FeatureOfInterest(it) => feature(&world.features[*it], name),
        Entity::Observation(_, row) => observation(row, name),
    }
}

const THING: Navigation = Navigation { name: "Thing", target: EntityType::Thing, many: false };

/// Only what is known is written.
fn known(pairs: impl IntoIterator<Item = (&'static str, Json)>) -> Json {
    let pairs = pairs.into_iter().filter(|(_, value)| !value.is_null());
    Json::Object(pairs.map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>())
}

fn point(at: Option<Point>) -> Json {
    // Coordinates without numbers are GeoJSON's way to say that nobody knows where.
    let coordinates = at.map_or_else(|| json!([]), |at| json!([at.lon, at.lat]));
    json!({"type": "Point", "coordinates": coordinates})
}

fn thing(thing: &Thing, name: &str) -> Json {
    let attribute = |key: &str| json!(thing.record.as_ref().and_then(|record| record.text(key)));
    match name {
        "name" => json!(thing.name),
        "description" => json!(format!("{} {}", thing.code, thing.name)),
        _ => known([
            ("code", json!(thing.code)),
            ("division", json!(thing.division)),
            ("division_name", json!(thing.record.as_ref().and_then(|record| record.division_name.clone()))),
            ("enterprise", json!(thing.enterprise)),
            ("enterprise_name", json!(thing.record.as_ref().and_then(|record| record.enterprise_name.clone()))),
            ("category", attribute("category")),
            ("protocol", attribute("protocol")),
            ("model", attribute("model")),
            ("serial", attribute("serial")),
            ("online", json!(thing.heard.map(|(online, _)| online))),
            ("last_heard_at", json!(thing.heard.and_then(|(_, at)| at))),
        ]),
    }
}

fn location(thing: &Thing, name: &str) -> Json {
    match name {
        "name" => json!(thing.name),
        "description" => json!(format!("{} {}", thing.code, thing.name)),
        "encodingType" => json!(GEOJSON),
        "location" => point(thing.location),
        _ => known([("division", json!(thing.division))]),
    }
}

fn datastream(series: &SeriesView, name: &str) -> Json {
    match name {
        "name" => json!(series.name),
        "description" => json!(format!("{} {}", series.device_name, series.name)),
        "observationType" => json!(MEASUREMENT),
        "unitOfMeasurement" => unit(&series.unit),
        "observedArea" => series.location.map_or(Json::Null, |at| point(Some(at))),
        "properties" => known([
            ("code", json!(series.code)),
            ("name_en", json!(series.name_en)),
            ("state", json!(series.state)),
            ("mode", json!(series.mode)),
            ("division", json!(series.division)),
            ("enterprise", json!(series.enterprise)),
            ("enterprise_name", json!(series.enterprise_name)),
            ("installation", json!(series.installation)),
            ("installation_name", json!(series.installation_name)),
            ("low", json!(series.low)),
            ("high", json!(series.high)),
            ("expected_interval_seconds", json!(series.expected_interval_seconds)),
            ("last", json!(series.last.as_ref().map(last))),
        ]),
        // Filled in for those that are looked at one by one.
        _ => Json::Null,
    }
}

fn last(last: &fengsui_series::LastValue) -> Json {
    json!({
        "phenomenonTime": last.observed_at,
        "result": last.number.map_or_else(|| json!(last.value), |number| json!(number)),
        "resultQuality": last.quality,
    })
}

/// Units whose code in UCUM is the way they are written.
const PLAIN_UNITS: [&str; 40] = [
    "%", "mm", "cm", "m", "km", "Pa", "kPa", "MPa", "bar", "g", "kg", "t", "s", "min", "h", "d", "m/s", "km/h", "L",
    "mL", "L/s", "L/min", "V", "mV", "A", "mA", "W", "kW", "Hz", "K", "N", "J", "kJ", "mg/L", "ug/L", "g/L", "kg/h",
    "t/h", "mm/h", "lx",
];

/// A series without a unit counts or compares: the standard wants three nulls then. What UCUM has no word for is
/// the platform's own.
fn unit(unit: &str) -> Json {
    if unit.is_empty() {
        return json!({"name": null, "symbol": null, "definition": null});
    }
    let ucum = match unit {
        "℃" | "°C" => Some("Cel"),
        "mg/m³" | "mg/m3" => Some("mg/m3"),
        "μg/m³" | "µg/m³" | "ug/m3" => Some("ug/m3"),
        "m³" | "m3" => Some("m3"),
        "m³/h" | "m3/h" => Some("m3/h"),
        "m³/s" | "m3/s" => Some("m3/s"),
        "ppm" => Some("[ppm]"),
        "ppb" => Some("[ppb]"),
        "°" => Some("deg"),
        other => PLAIN_UNITS.contains(&other).then_some(other),
    };
    let definition = ucum.map_or_else(|| format!("urn:fengsui:unit:{unit}"), |code| format!("ucum:{code}"));
    json!({"name": unit, "symbol": unit, "definition": definition})
}

fn sensor(series: &SeriesView, thing: Option<&Thing>, name: &str) -> Json {
    let attribute = |key: &str| thing.and_then(|thing| thing.record.as_ref()).and_then(|record| record.text(key));
    match name {
        "name" => json!(format!("{} {}", series.device_name, series.code)),
        "description" => json!(format!("{} {}", series.device_name, series.name)),
        "encodingType" => json!("text/html"),
        "metadata" => json!(html(attribute("model").unwrap_or(&series.device_name))),
        _ => known([
            ("model", json!(attribute("model"))),
            ("category", json!(attribute("category"))),
            ("low", json!(series.low)),
            ("high", json!(series.high)),
        ]),
    }
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn quantity(quantity: &Quantity, name: &str) -> Json {
    match name {
        "name" => json!(quantity.name),
        "definition" => json!(format!("urn:fengsui:quantity:{}", quantity.id)),
        "description" => json!(quantity.name_en.as_ref().unwrap_or(&quantity.name)),
        _ => known([("code", json!(quantity.code)), ("unit", json!(quantity.unit))]),
    }
}

fn feature(feature: &Feature, name: &str) -> Json {
    match name {
        "name" | "description" => json!(feature.name),
        "encodingType" => json!(GEOJSON),
        "feature" => point(feature.location),
        _ => known([("kind", json!(feature.kind))]),
    }
}

/// A number where it is one, else what the sender wrote, else nothing.
fn result(row: &ObservationView) -> Json {
    match row.number {
        Some(number) => json!(number),
        None if row.value.is_empty() => Json::Null,
        None => json!(row.value),
    }
}

fn observation(row: &ObservationView, name: &str) -> Json {
    match name {
        "phenomenonTime" => json!(row.observed_at),
        "result" => result(row),
        "resultTime" => json!(row.received_at),
        "resultQuality" => json!(row.quality),
        "parameters" => json!({"text": row.value, "historical": row.historical}),
        _ => Json::Null,
    }
}

/// A span of time as the standard writes it.
pub fn interval(from: Timestamp, to: Timestamp) -> Json {
    json!(format!("{from}/{to}"))
}
