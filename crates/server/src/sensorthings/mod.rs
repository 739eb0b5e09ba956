//! OGC SensorThings API 1.1 under `/sta/v1.1`: devices, series and observations for programs of others.
//!
//! Entities are read as the caller may see them; observations can be handed in. All other entities are the ledger's
//! and are changed there. How entities are found and written: `world`, `describe`, `read`, `observed`.

pub mod contract;
mod create;
mod describe;
mod fault;
mod observed;
mod question;
mod read;
mod sign_in;
mod world;

use axum::Json;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Fault, Principal};
use fengsui_protocols::sensorthings::{
    EntityPath, EntityType, Options, Property, QueryError, Resource, Wanted, parse_path, parse_query,
};
use serde_json::{Value, json};

use crate::app::App;
use crate::extract::JSON_LIMIT;
use crate::layers::locale;
use fault::{StaResult, nothing_at, said};
use observed::{Budget, Source};
use read::{Form, Found, Reader};
use world::{Needs, World};

/// Where the door is.
pub const ROOT: &str = "/sta/v1.1";

/// What of the standard is served.
const CONFORMANCE: [&str; 4] = [
    "http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/resource-path/resource-path-to-entities",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/data-array/data-array",
];

/// The door.
pub fn routes() -> Router<App> {
    Router::new().route("/sta/v1.1", any(serve)).route("/sta/v1.1/", any(serve)).route("/sta/v1.1/{*path}", any(serve))
}

async fn serve(State(app): State<App>, request: Request) -> Response {
    let language = locale(request.headers());
    let answered = answer(&app, request).await;
    match answered {
        Ok(mut response) => {
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(fault) => fault.answer(&app, language).await,
    }
}

async fn answer(app: &App, request: Request) -> StaResult<Response> {
    let (mut parts, body) = request.into_parts();
    let caller = sign_in::caller(app, &mut parts).await?;
    let principal = caller.principal();
    let resource = parse_path(parts.uri.path().strip_prefix(ROOT).unwrap_or_default().trim_start_matches('/'))?;
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    let posts = parts.method == Method::POST;
    match resource {
        Resource::Root if reads => Ok(Json(root(app)).into_response()),
        Resource::CreateObservations if posts => {
            let stored = create::many(app, principal, &bytes(body).await?).await?;
            let links: Vec<Value> =
                stored.into_iter().map(|id| json!(id.map_or("error".to_owned(), |id| link(app, &id)))).collect();
            Ok((StatusCode::CREATED, Json(links)).into_response())
        }
        Resource::Entities(path) if reads => get(app, principal, &path, parts.uri.query().unwrap_or_default()).await,
        Resource::Entities(path) if posts && hands_in(&path) => {
            let id = create::one(app, principal, &path, &bytes(body).await?).await?;
            created(&id, &link(app, &id))
        }
        Resource::Entities(_) if !matches!(parts.method, Method::OPTIONS | Method::TRACE) => {
            Err(said(StatusCode::FORBIDDEN, "sta_read_only"))
        }
        _ => Err(said(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")),
    }
}

fn hands_in(path: &EntityPath) -> bool {
    path.is_set() && path.entity() == EntityType::Observation && path.wanted == Wanted::Itself
}

async fn bytes(body: Body) -> StaResult<bytes::Bytes> {
    let limit = || Fault::from(FaultKind::TooLarge { limit: JSON_LIMIT as u64 });
    to_bytes(body, JSON_LIMIT).await.map_err(|_| limit().into())
}

fn link(app: &App, observation: &str) -> String {
    format!("{}/Observations('{observation}')", app.sensorthings_root())
}

fn created(id: &str, link: &str) -> StaResult<Response> {
    let body = Json(json!({"@iot.id": id, "@iot.selfLink": link}));
    let mut response = (StatusCode::CREATED, body).into_response();
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_str(link).map_err(Fault::internal)?);
    Ok(response)
}

/// The root document: the sets, and what of the standard is served.
fn root(app: &App) -> Value {
    let root = app.sensorthings_root();
    let sets = EntityType::ALL.map(|kind| json!({"name": kind.set(), "url": format!("{root}/{}", kind.set())}));
    json!({"value": sets, "serverSettings": {"conformance": CONFORMANCE}})
}

async fn get(app: &App, principal: &Principal, path: &EntityPath, query: &str) -> StaResult<Response> {
    let options = parse_query(query, path.entity())?;
    if let Some((name, _)) = options.written.iter().find(|(name, _)| !fits(name, path)) {
        return Err(QueryError::new("sta_option_misplaced", 0, name.as_str()).within(name).into());
    }
    let now = app.db.now();
    let needs = Needs::of(&question::touched(path, &options));
    let world = World::load(app, principal, question::scope(path, &options, now), needs).await?;
    let budget = Budget::default();
    let reader = Reader::new(Source { app, principal, budget: &budget }, &world, now);
    let found = reader.find(path).await?;
    match (&path.wanted, found) {
        (Wanted::Count, found) => Ok(reader.counted(found, &options).await?.to_string().into_response()),
        (Wanted::Property { property, inner, bare }, Found::One(entity)) => {
            let whole = reader.write(&entity, &Options::default(), true).await?;
            of_property(&whole, *property, inner, *bare)
        }
        (Wanted::Address, Found::One(entity)) => {
            Ok(Json(json!({"@iot.selfLink": world.link(&entity)})).into_response())
        }
        (_, Found::One(entity)) => Ok(Json(reader.write(&entity, &options, true).await?).into_response()),
        (wanted, found) => {
            let form = match wanted {
                Wanted::Address => Form::Addresses,
                _ if options.data_array => Form::Rows,
                _ => Form::Whole,
            };
            let address = address(&world, path);
            Ok(Json(reader.answer_set(found, &address, &options, form).await?).into_response())
        }
    }
}

/// Whether an option means something for what the path leads to.
fn fits(option: &str, path: &EntityPath) -> bool {
    match &path.wanted {
        Wanted::Itself if path.is_set() => true,
        Wanted::Itself => matches!(option, "$select" | "$expand"),
        Wanted::Address => path.is_set() && !matches!(option, "$select" | "$expand" | "$resultFormat"),
        Wanted::Count => option == "$filter",
        Wanted::Property { .. } => false,
    }
}

/// The address of a set, for links to further pages.
fn address(world: &World, path: &EntityPath) -> String {
    let step = |step: &fengsui_protocols::sensorthings::Step| match &step.id {
        Some(id) => {
            format!("{}('{}')", step.name, question::encode(&id.replace('\'', "''")))
        }
        None => step.name.to_owned(),
    };
    let steps: Vec<String> = path.steps.iter().map(step).collect();
    let tail = if path.wanted == Wanted::Address { "/$ref" } else { "" };
    format!("{}/{}{tail}", world.root, steps.join("/"))
}

/// One property: as JSON with its name, or its value alone.
fn of_property(whole: &Value, property: Property, inner: &[String], bare: bool) -> StaResult<Response> {
    let name = match property {
        Property::Id => "@iot.id",
        Property::SelfLink => "@iot.selfLink",
        Property::Named(name) => name,
    };
    let value = inner.iter().try_fold(whole.get(name).unwrap_or(&Value::Null), |json, key| json.get(key));
    let value = value.ok_or_else(|| nothing_at(inner.last().map_or(name, String::as_str)))?;
    if value.is_null() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let name = inner.last().map_or(name, String::as_str);
    Ok(match (bare, value) {
        (false, value) => Json(json!({name: value})).into_response(),
        (true, Value::Object(_) | Value::Array(_)) => Json(value).into_response(),
        (true, Value::String(text)) => text.clone().into_response(),
        (true, value) => value.to_string().into_response(),
    })
}
