//! Where entries lie, how they are known again, and how what they raise is opened.

use fengsui_kernel::id::MatterId;
use fengsui_kernel::{DivisionCode, Point, Result, Timestamp};
use fengsui_matters::{NewLink, NewMatter};
use fengsui_registry::{Position, Record};
use fengsui_server::app::App;
use jiff::SignedDuration;
use jiff::tz::Offset;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::source::actor;
use super::{Area, Pull};

/// Letters of a code that stay readable.
const LONGEST_CODE: usize = 60;

/// The division of a place that concerns this node; nothing for all others.
pub(super) async fn division(pull: &Pull, app: &App, lon: f64, lat: f64) -> Result<Option<(Point, DivisionCode)>> {
    let Ok(point) = Point::new(lon, lat) else { return Ok(None) };
    if let Area::Circle { center, radius_m } = pull.area
        && center.distance_m(&point) > radius_m
    {
        return Ok(None);
    }
    let own = app.node.division;
    let county = app.registry.locate(point).await?.county.map(|county| county.code).filter(|code| own.contains(code));
    Ok(match (county, pull.area) {
        (Some(county), _) => Some((point, county)),
        (None, Area::Circle { .. }) => Some((point, own)),
        (None, Area::Own) => None,
    })
}

/// Whether an entry is so old that nobody needs it.
pub(super) fn is_past(pull: &Pull, at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at) > SignedDuration::from_hours(24 * i64::from(pull.keep_days))
}

/// The code of an entry in the ledger: the same for the same entry, whatever letters its id has.
pub(super) fn code(pull: &Pull, id: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.') { letter } else { '_' };
    let readable: String = format!("{}-{id}", pull.name).chars().map(plain).collect();
    if readable.len() <= LONGEST_CODE && id.chars().map(plain).eq(id.chars()) {
        return readable;
    }
    let digest = hex::encode(Sha256::digest(id.as_bytes()));
    format!("{}-{}", pull.name, digest.get(..24).unwrap_or_default())
}

/// A time as the ledger shows it: China time to the second.
pub(super) fn local(at: Timestamp) -> String {
    fengsui_protocols::local(at.as_millisecond()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A time out of the ledger.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    fengsui_protocols::time::read(text, None, Offset::constant(8))
}

pub(super) fn position(point: Point) -> Position {
    Position { lon: point.lon, lat: point.lat }
}

/// What an entry raises.
pub(super) struct Raised<'a> {
    pub(super) title: String,
    pub(super) event_type: &'static str,
    pub(super) description: String,
    pub(super) occurred_at: Timestamp,
    pub(super) record: &'a Record,
}

/// Opens an incident to verify at the duty post of the division; the same entry opens one.
pub(super) async fn open(app: &App, pull: &Pull, raised: Raised<'_>) -> Result<MatterId> {
    let now = app.db.now();
    let opening = json!({
        "title": raised.title, "event_type": raised.event_type, "division": raised.record.division,
        "location": raised.record.location, "occurred_at": raised.occurred_at.min(now), "received_at": now,
        "description": raised.description, "source": format!("数据来源 {}", pull.name),
    });
    let link = NewLink { relation: "subject".into(), kind: "record".into(), id: raised.record.id.to_string() };
    let new = NewMatter {
        process: "incident".into(),
        opening,
        links: vec![link],
        mode: fengsui_kernel::Mode::default(),
        request: Some(format!("pull {}", raised.record.id)),
        why: Some(raised.description),
    };
    Ok(app.matters.open(&actor(), new).await?.id)
}
