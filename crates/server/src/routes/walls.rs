//! Walls: large screens without a mouse, driven from another device.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::extract::State;
use fengsui_events::{Event, WallChanged};
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::MatterId;
use fengsui_kernel::{DivisionCode, Fault, Place, Timestamp};
use fengsui_storage::{Subject, settings};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::app::App;
use crate::auth::Caller;
use crate::extract::{Body, Segments};
use crate::problem::ApiResult;

/// Settings of walls begin so.
const PREFIX: &str = "wall.";
const LONGEST_NAME: usize = 32;
const LONGEST_NOTE: usize = 120;
const MOST_WALLS: usize = 50;

/// Routes of walls.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new().api_route("/walls", get_with(list, |op| op.summary("Walls and what they show"))).api_route(
        "/walls/{name}",
        get_with(get, |op| op.summary("What a wall shows"))
            .put_with(drive, |op| op.summary("Change what a wall shows; the wall follows at once")),
    )
}

/// What a wall is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Scene {
    /// Whatever is most urgent: an incident, else a warning, else the watch.
    #[default]
    Auto,
    /// Alarms, devices, clocks.
    Watch,
    /// A warning: area, coverage, receipts.
    Warning,
    /// An incident: map, tasks, time line.
    Incident,
    /// A drill.
    Drill,
}

/// A wall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Wall {
    /// Its name.
    name: String,
    /// Where it hangs.
    division: DivisionCode,
    /// The scene.
    scene: Scene,
    /// The matter shown; absent: the most urgent one of the scene.
    matter: Option<MatterId>,
    /// A line for everybody in the room.
    note: Option<String>,
    /// Version, for changes; 0 before the first.
    version: i64,
    /// Who changed it last.
    changed_by: Option<String>,
    /// When.
    changed_at: Option<Timestamp>,
}

impl Wall {
    fn untouched(name: &str, division: DivisionCode) -> Self {
        let name = name.to_owned();
        Self {
            name,
            division,
            scene: Scene::Auto,
            matter: None,
            note: None,
            version: 0,
            changed_by: None,
            changed_at: None,
        }
    }
}

/// What a wall is to show.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// Version that the change is based on.
    version: i64,
    /// The scene.
    scene: Scene,
    /// The matter to show; absent: the most urgent one of the scene.
    #[serde(default)]
    matter: Option<MatterId>,
    /// A line for everybody in the room, at most 120 characters.
    #[serde(default)]
    note: Option<String>,
}

/// A wall by name.
#[derive(Deserialize, JsonSchema)]
struct ByName {
    /// Its name: small letters, digits, hyphens.
    name: String,
}

async fn stored(app: &App, name: &str) -> ApiResult<Wall> {
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(fits) {
        return Err(Fault::field("name", "wall_name").with("value", name).into());
    }
    let text = settings::get(&app.db, &format!("{PREFIX}{name}")).await?;
    let known = text.map(|text| serde_json::from_str(&text)).transpose().map_err(Fault::internal)?;
    Ok(known.unwrap_or_else(|| Wall::untouched(name, app.node.division)))
}

async fn list(State(app): State<App>, caller: Caller) -> ApiResult<Json<Vec<Wall>>> {
    caller.principal().scopes("read", "wall")?;
    let mut walls = Vec::new();
    for (_, text) in settings::with_prefix(&app.db, PREFIX).await? {
        let wall: Wall = serde_json::from_str(&text).map_err(Fault::internal)?;
        if caller.principal().may("read", "wall", &Place::of(wall.division)) {
            walls.push(wall);
        }
    }
    Ok(Json(walls))
}

async fn get(State(app): State<App>, caller: Caller, Segments(path): Segments<ByName>) -> ApiResult<Json<Wall>> {
    let wall = stored(&app, &path.name).await?;
    // A wall that nobody has driven yet shows nothing but what its viewer may see anyway.
    if wall.version > 0 {
        caller.principal().require("read", "wall", &Place::of(wall.division))?;
    }
    Ok(Json(wall))
}

async fn drive(
    State(app): State<App>,
    caller: Caller,
    Segments(path): Segments<ByName>,
    Body(wanted): Body<Wanted>,
) -> ApiResult<Json<Wall>> {
    let before = stored(&app, &path.name).await?;
    let division = if before.version > 0 { before.division } else { own_division(&app, &caller) };
    caller.principal().require("drive", "wall", &Place::of(division))?;
    let note = checked_note(wanted.note.as_deref())?;
    if before.version != wanted.version {
        let current = serde_json::to_value(&before).map_err(Fault::internal)?;
        let submitted = serde_json::to_value(&wanted).map_err(Fault::internal)?;
        return Err(Fault::from(FaultKind::Stale { current, submitted }).into());
    }
    if before.version == 0 && settings::with_prefix(&app.db, PREFIX).await?.len() >= MOST_WALLS {
        return Err(Fault::field("name", "too_many_walls").with("max", &MOST_WALLS.to_string()).into());
    }
    let now = app.db.now();
    let wall = Wall {
        name: path.name,
        division,
        scene: wanted.scene,
        matter: wanted.matter,
        note,
        version: before.version + 1,
        changed_by: Some(caller.signed_in.user.name.clone()),
        changed_at: Some(now),
    };
    keep(&app, &caller, &wall).await?;
    Ok(Json(wall))
}

async fn keep(app: &App, caller: &Caller, wall: &Wall) -> ApiResult<()> {
    let mut tx = app.db.begin(caller.principal().acting(app.db.now(), caller.why.clone())).await?;
    let text = serde_json::to_string(wall).map_err(Fault::internal)?;
    settings::set(&mut tx, &format!("{PREFIX}{}", wall.name), &text).await?;
    let subject = Subject { kind: "wall", id: wall.name.clone(), division: Some(wall.division) };
    tx.trace("wall.drive", subject, json!({ "scene": wall.scene, "matter": wall.matter, "note": wall.note }));
    tx.publish(Event::WallChanged(WallChanged { wall: wall.name.clone(), division: wall.division }));
    Ok(tx.commit().await?)
}

/// A new wall hangs where whoever drives it first works.
fn own_division(app: &App, caller: &Caller) -> DivisionCode {
    let posts = &caller.signed_in.posts;
    let acting = match &caller.principal().actor {
        fengsui_kernel::Actor::User { post, .. } => post.as_deref(),
        _ => None,
    };
    let post = posts.iter().find(|post| Some(post.id.as_str()) == acting).or(posts.first());
    post.map_or(app.node.division, |post| post.division)
}

fn checked_note(note: Option<&str>) -> ApiResult<Option<String>> {
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    if note.is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
        return Err(Fault::field("note", "too_long").with("max", &LONGEST_NOTE.to_string()).into());
    }
    Ok(note.map(str::to_owned))
}
