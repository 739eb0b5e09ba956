//! One Map: what lies in an area, what changed lately, which base maps there are.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::Json;
use axum::extract::State;
use fengsui_kernel::clock::from_millis;
use fengsui_kernel::{DivisionCode, Fault, Mode, PageQuery, Point, Principal, Result, Timestamp};
use fengsui_matters::{ListQuery as MatterQuery, Matter};
use fengsui_registry::{CountyTally, InsideKind, InsideQuery};
use fengsui_series::{AlarmFilter, AlarmState, AlarmView};
use fengsui_warning::publication::{self, Held};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app::App;
use crate::auth::Caller;
use crate::base_maps::BaseMap;
use crate::extract::{Body, Params};
use crate::problem::ApiResult;

/// The longest span of time that is looked back over.
const MOST_HOURS: u32 = 24 * 31;
/// Pages of 500 rows of each sort that an answer reads at most.
const MOST_PAGES: u32 = 4;

/// Routes of the map.
pub fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/map/inside", post_with(inside, |op| op.summary("What lies in a box, circle or polygon, by kind")))
        .api_route("/map/risk", get_with(risk, |op| op.summary("Enterprises of each county by risk level")))
        .api_route("/map/changes", get_with(changes, |op| op.summary("Alarms, warnings and incidents over time")))
        .api_route("/map/bases", get_with(bases, |op| op.summary("Base maps beside the offline one")))
}

async fn inside(
    State(app): State<App>,
    caller: Caller,
    Body(query): Body<InsideQuery>,
) -> ApiResult<Json<Vec<InsideKind>>> {
    Ok(Json(app.registry.inside(caller.principal(), &query).await?))
}

#[derive(Deserialize, JsonSchema)]
struct RiskQuery {
    /// Conditions `field:op:value` on enterprises.
    #[serde(default)]
    filter: Vec<String>,
}

async fn risk(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<RiskQuery>,
) -> ApiResult<Json<Vec<CountyTally>>> {
    Ok(Json(app.registry.tally(caller.principal(), "enterprise", "risk_level", query.filter).await?))
}

async fn bases(State(app): State<App>, _caller: Caller) -> ApiResult<Json<Vec<BaseMap>>> {
    Ok(Json(app.base_maps.all().to_vec()))
}

#[derive(Deserialize, JsonSchema)]
struct ChangesQuery {
    /// Hours to look back, 1 to 744; 24 if absent.
    hours: Option<u32>,
    /// Real or drill; real if absent.
    #[serde(default)]
    mode: Mode,
}

/// What a span on the map is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum What {
    Alarm,
    Warning,
    Incident,
}

/// Something that held for a while.
#[derive(Debug, Serialize, JsonSchema)]
struct Span {
    /// What it is about.
    what: What,
    /// Its id: of the alarm or of the matter.
    id: String,
    /// One line for people.
    title: String,
    /// Grade on its own scale: alarm priority, warning colour, event level.
    grade: Option<String>,
    /// Where it belongs.
    division: DivisionCode,
    /// Where on the map.
    location: Option<Point>,
    /// Of a warning: `{"divisions": […], "polygon": GeoJSON or null}`.
    area: Option<Value>,
    /// From when.
    from: Timestamp,
    /// Until when; absent: it still holds.
    to: Option<Timestamp>,
}

/// What changed.
#[derive(Debug, Serialize, JsonSchema)]
struct Changes {
    /// The beginning of the time asked for.
    from: Timestamp,
    /// Its end: now.
    to: Timestamp,
    /// What held at some time in between, the earliest first.
    spans: Vec<Span>,
    /// Whether there was more than an answer holds.
    truncated: bool,
}

fn of_alarm(alarm: AlarmView) -> Span {
    let to = [alarm.returned_at, alarm.acknowledged_at].into_iter().flatten().max().filter(|_| alarm.closed);
    Span {
        what: What::Alarm,
        id: alarm.id.to_string(),
        title: alarm.title,
        grade: Some(alarm.priority.as_str().to_owned()),
        division: alarm.division,
        location: alarm.location,
        area: None,
        from: alarm.raised_at,
        to,
    }
}

fn of_warning(held: Held, now: Timestamp) -> Span {
    Span {
        what: What::Warning,
        id: held.row.matter.to_string(),
        title: held.row.headline,
        grade: Some(held.row.color),
        division: held.row.division,
        location: None,
        area: Some(held.row.area),
        from: held.row.sent_at,
        to: held.until.filter(|until| *until <= now),
    }
}

fn of_incident(matter: Matter) -> Span {
    Span {
        what: What::Incident,
        id: matter.id.to_string(),
        title: matter.title,
        grade: matter.grade.map(|grade| grade.value),
        division: matter.division,
        location: matter.location,
        area: None,
        from: matter.opened_at,
        to: matter.closed_at,
    }
}

/// Collects spans of one time.
struct Collecting<'a> {
    app: &'a App,
    principal: &'a Principal,
    mode: Mode,
    since: Timestamp,
    spans: Vec<Span>,
    truncated: bool,
}

impl Collecting<'_> {
    fn may_read(&self, kind: &str) -> bool {
        self.principal.scopes("read", kind).is_ok()
    }

    async fn alarms(&mut self) -> Result<()> {
        let filter = AlarmFilter { state: AlarmState::All, since: Some(self.since), ..AlarmFilter::default() };
        let mut page = PageQuery { limit: Some(500), cursor: None };
        for _ in 0..MOST_PAGES {
            let found = self.app.series.list_alarms(self.principal, &filter, &page).await?;
            self.spans.extend(found.items.into_iter().filter(|alarm| alarm.mode == self.mode).map(of_alarm));
            page.cursor = found.next;
            if page.cursor.is_none() {
                return Ok(());
            }
        }
        self.truncated = true;
        Ok(())
    }

    async fn incidents(&mut self) -> Result<()> {
        let query =
            MatterQuery { process: Some("incident".to_owned()), mode: Some(self.mode), ..MatterQuery::default() };
        let mut page = PageQuery { limit: Some(500), cursor: None };
        for _ in 0..MOST_PAGES {
            let found = self.app.matters.list(self.principal, query.clone(), &page).await?;
            let lately = |matter: &Matter| matter.closed_at.is_none_or(|closed| closed >= self.since);
            self.spans.extend(found.items.into_iter().filter(lately).map(of_incident));
            page.cursor = found.next;
            if page.cursor.is_none() {
                return Ok(());
            }
        }
        self.truncated = true;
        Ok(())
    }
}

async fn changes(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<ChangesQuery>,
) -> ApiResult<Json<Changes>> {
    let hours = query.hours.unwrap_or(24);
    if !(1..=MOST_HOURS).contains(&hours) {
        return Err(Fault::field("hours", "out_of_range").with("min", "1").with("max", &MOST_HOURS.to_string()).into());
    }
    let now = app.db.now();
    let since = from_millis(now.as_millisecond() - i64::from(hours) * 3_600_000);
    let (principal, mode) = (caller.principal(), query.mode);
    let mut found = Collecting { app: &app, principal, mode, since, spans: Vec::new(), truncated: false };
    if found.may_read("alarm") {
        found.alarms().await?;
    }
    if found.may_read("warning") {
        let held = publication::held_since(&app.db, principal, mode, since).await?;
        found.spans.extend(held.into_iter().map(|held| of_warning(held, now)));
    }
    if found.may_read("incident") {
        found.incidents().await?;
    }
    let Collecting { mut spans, truncated, .. } = found;
    spans.sort_by(|left, right| left.from.cmp(&right.from).then_with(|| left.id.cmp(&right.id)));
    Ok(Json(Changes { from: since, to: now, spans, truncated }))
}
