//! Earthquakes of a catalogue.

use fengsui_kernel::{DivisionCode, Point, Result};
use fengsui_monitoring::hazards::{Judged, QuakeConditions, judge_quake};
use fengsui_monitoring::impact::{self, ImpactQuery};
use fengsui_protocols::catalogue::{Earthquake, earthquakes};
use fengsui_registry::{Record, RecordDraft};
use fengsui_server::app::App;
use serde_json::json;

use super::place::{self, Raised};
use super::source::{self, actor};
use super::{Pull, Tally};

const KIND: &str = "earthquake";
/// 天然地震 (EW12379).
const EVENT_TYPE: &str = "11C02";

/// Takes a list; the error says why it is none.
pub(super) async fn take(
    pull: &Pull,
    app: &App,
    body: &[u8],
    keep_magnitude: f64,
    when: &QuakeConditions,
) -> Result<std::result::Result<Tally, String>> {
    let listed = match earthquakes(body) {
        Ok(listed) => listed,
        Err(why) => return Ok(Err(why)),
    };
    let entries = u32::try_from(listed.entries.len()).unwrap_or(u32::MAX);
    let mut tally = Tally { entries, wrong: listed.wrong_count, ..Tally::default() };
    for quake in &listed.entries {
        let known = app.registry.find_by_code(KIND, &place::code(pull, &quake.id)).await?;
        // One that is known is followed even when it was found to be weaker than what is kept.
        if known.is_none()
            && (quake.magnitude < keep_magnitude || quake.deleted || place::is_past(pull, quake.at, app.db.now()))
        {
            continue;
        }
        if let Some(at) = place::division(pull, app, quake.lon, quake.lat).await? {
            let taken = one(pull, app, quake, known, at, when, &mut tally).await;
            source::or_counted(taken, &quake.id, &mut tally)?;
        }
    }
    Ok(Ok(tally))
}

async fn one(
    pull: &Pull,
    app: &App,
    quake: &Earthquake,
    known: Option<Record>,
    (point, division): (Point, DivisionCode),
    when: &QuakeConditions,
    tally: &mut Tally,
) -> Result<()> {
    let judged = judge_quake(quake.magnitude, quake.at, quake.deleted, app.db.now(), when);
    let matter = known.as_ref().and_then(|record| record.text("matter")).map(str::to_owned);
    if let Some(record) = &known
        && !is_news(record, quake)
        && (matter.is_some() || !judged.raises)
    {
        return Ok(());
    }
    let before = known.as_ref().and_then(|record| record.attributes.get("magnitude")?.as_f64());
    let draft = |matter: Option<&str>| draft(pull, quake, point, division, &judged, matter);
    let record = if let Some(record) = &known {
        let (id, draft) = (record.id.as_str(), draft(matter.as_deref()));
        app.registry.update(&actor(), KIND, id, record.version, draft, None).await?
    } else {
        tally.kept += 1;
        app.registry.create(&actor(), KIND, draft(None), None).await?
    };
    match matter {
        Some(matter) => tell_revision(app, &matter, before, quake, &record).await,
        None if judged.raises => {
            // What may be broken is told with the first word of it, not looked for afterwards.
            let shaken = shaken(app, &record).await;
            let raised = Raised {
                title: title(quake),
                event_type: EVENT_TYPE,
                description: format!("{}。{}{shaken}", sentence(quake), judged.explanation),
                occurred_at: quake.at,
                record: &record,
            };
            let matter = place::open(app, pull, raised).await?;
            tally.raised += 1;
            let draft = draft(Some(matter.as_str()));
            app.registry.update(&actor(), KIND, record.id.as_str(), record.version, draft, None).await.map(drop)
        }
        None => Ok(()),
    }
}

/// Whether the catalogue changed it since it was taken; an older version that comes late is none.
fn is_news(record: &Record, quake: &Earthquake) -> bool {
    let taken = record.text("source_updated_at").and_then(place::moment);
    if let (Some(taken), Some(updated)) = (taken, quake.updated_at) {
        // Noted to the second.
        return updated.as_second() > taken.as_second();
    }
    let told = record.attributes.get("magnitude").and_then(serde_json::Value::as_f64);
    let withdrawn = record.attributes.get("withdrawn").and_then(serde_json::Value::as_bool);
    told != Some(quake.magnitude) || withdrawn != Some(quake.deleted)
}

fn draft(
    pull: &Pull,
    quake: &Earthquake,
    point: Point,
    division: DivisionCode,
    judged: &Judged,
    matter: Option<&str>,
) -> RecordDraft {
    RecordDraft {
        code: Some(place::code(pull, &quake.id)),
        name: title(quake),
        division: division.to_string(),
        location: Some(place::position(point)),
        enterprise: None,
        attributes: json!({
            "occurred_at": place::local(quake.at), "magnitude": quake.magnitude, "magnitude_type": quake.magnitude_type,
            "depth_km": quake.depth_km, "reviewed": quake.reviewed, "withdrawn": quake.deleted,
            "explanation": judged.explanation, "source": pull.name, "source_id": quake.id,
            "source_updated_at": quake.updated_at.map(place::local), "matter": matter,
        }),
    }
}

fn title(quake: &Earthquake) -> String {
    let place =
        if quake.place.is_empty() { "位置见图".to_owned() } else { quake.place.chars().take(100).collect() };
    format!("{place} {:.1} 级地震", quake.magnitude)
}

fn sentence(quake: &Earthquake) -> String {
    let depth = quake.depth_km.map_or(String::new(), |depth| format!("，震源深度 {depth:.0} km"));
    let way = if quake.reviewed { "正式测定" } else { "自动测定" };
    format!("{way}：{}（北纬 {:.2} 度，东经 {:.2} 度{depth}）", title(quake), quake.lat, quake.lon)
}

/// What may have been shaken, as a sentence to go on with. An estimate that fails holds up no incident.
async fn shaken(app: &App, record: &Record) -> String {
    match impact::of_earthquake(&app.registry, &actor(), record, &ImpactQuery::default()).await {
        Ok(impact) => format!("。{}", impact.sentence()),
        Err(fault) => {
            tracing::warn!(earthquake = record.code, %fault, "what may have been shaken could not be estimated");
            String::new()
        }
    }
}

/// Whoever works on the incident learns that the catalogue changed its mind.
async fn tell_revision(
    app: &App,
    matter: &str,
    before: Option<f64>,
    quake: &Earthquake,
    record: &Record,
) -> Result<()> {
    let Ok(id) = matter.parse() else { return Ok(()) };
    let text = match before {
        _ if quake.deleted => "发布单位已撤销这次地震".to_owned(),
        Some(before) if (before - quake.magnitude).abs() >= 0.05 => {
            let shaken = shaken(app, record).await;
            format!("震级由 {before:.1} 修订为 {:.1}。{}{shaken}", quake.magnitude, sentence(quake))
        }
        _ => return Ok(()),
    };
    app.matters.comment(&actor(), &id, &text).await.map(drop)
}
