//! Fire pixels of satellites.

use fengsui_kernel::{DivisionCode, Point, Principal, Result, Timestamp};
use fengsui_monitoring::hazards::{FireConditions, HeatSource, Judged, judge_fire};
use fengsui_monitoring::kinds::is_heat_source;
use fengsui_protocols::catalogue::{Hotspot, hotspots};
use fengsui_registry::{ListQuery, Record, RecordDraft};
use fengsui_server::app::App;
use jiff::SignedDuration;
use serde_json::json;

use super::place::{self, Raised};
use super::source::{self, actor};
use super::{Pull, Tally};

const KIND: &str = "fire_hotspot";
/// 森林草原火灾 (EW12379): what burns is for the verification to say.
const EVENT_TYPE: &str = "11G";
/// Pixels of this long belong to the same fire.
const SAME_FIRE: SignedDuration = SignedDuration::from_hours(24);
/// Records looked at around a pixel.
const AROUND: u32 = 500;

/// Takes a list; the error says why it is none.
pub(super) async fn take(
    pull: &Pull,
    app: &App,
    body: &[u8],
    when: &FireConditions,
    same_fire_km: f64,
) -> Result<std::result::Result<Tally, String>> {
    let listed = match hotspots(body) {
        Ok(listed) => listed,
        Err(why) => return Ok(Err(why)),
    };
    let entries = u32::try_from(listed.entries.len()).unwrap_or(u32::MAX);
    let mut tally = Tally { entries, wrong: listed.wrong_count, ..Tally::default() };
    for pixel in &listed.entries {
        if place::is_past(pull, pixel.at, app.db.now()) {
            continue;
        }
        if let Some((point, division)) = place::division(pull, app, pixel.lon, pixel.lat).await? {
            let found = Found { pull, app, pixel, point, division, same_fire_km };
            let taken = found.take(when, &mut tally).await;
            source::or_counted(taken, &pixel.id, &mut tally)?;
        }
    }
    Ok(Ok(tally))
}

/// A pixel that concerns this node.
struct Found<'a> {
    pull: &'a Pull,
    app: &'a App,
    pixel: &'a Hotspot,
    point: Point,
    division: DivisionCode,
    same_fire_km: f64,
}

impl Found<'_> {
    async fn take(&self, when: &FireConditions, tally: &mut Tally) -> Result<()> {
        let registry = &self.app.registry;
        let code = place::code(self.pull, &self.pixel.id);
        let known = registry.find_by_code(KIND, &code).await?;
        // One that was to raise something and did not, because the program ended in between, is taken up again.
        let unfinished =
            |record: &Record| record.text("judgement") == Some("raised") && record.text("matter").is_none();
        if known.as_ref().is_some_and(|record| !unfinished(record)) {
            return Ok(());
        }
        let heat = if when.mask_km > 0.0 { self.heat(when.mask_km).await? } else { None };
        let judged = judge_fire(self.pixel.confidence, self.pixel.at, heat, self.app.db.now(), when);
        let fire = if judged.raises { self.known_fire().await? } else { None };
        let judgement = match (&judged, &fire) {
            (Judged { masked_by: Some(_), .. }, _) => "masked",
            (Judged { raises: false, .. }, _) => "kept",
            (_, Some(_)) => "grouped",
            (_, None) => "raised",
        };
        let draft = |matter: Option<&str>| self.draft(&code, &judged, judgement, matter);
        let record = if let Some(record) = known {
            let draft = draft(fire.as_deref());
            registry.update(&actor(), KIND, record.id.as_str(), record.version, draft, None).await?
        } else {
            tally.kept += 1;
            tally.masked += u64::from(judgement == "masked");
            registry.create(&actor(), KIND, draft(fire.as_deref()), None).await?
        };
        if judgement != "raised" {
            return Ok(());
        }
        let description = format!("{}。{}", self.sentence(), judged.explanation);
        let raised = Raised {
            title: format!("卫星火点待核查（置信度 {}%）", self.pixel.confidence),
            event_type: EVENT_TYPE,
            description,
            occurred_at: self.pixel.at,
            record: &record,
        };
        let matter = place::open(self.app, self.pull, raised).await?;
        tally.raised += 1;
        registry
            .update(&actor(), KIND, record.id.as_str(), record.version, draft(Some(matter.as_str())), None)
            .await
            .map(drop)
    }

    /// The nearest enterprise of the ledger that is a heat source.
    async fn heat(&self, within_km: f64) -> Result<Option<HeatSource>> {
        let everybody = Principal::system("pull");
        let near = self
            .app
            .registry
            .nearest(&everybody, "enterprise", self.point, AROUND, Some(within_km * 1000.0), &ListQuery::default())
            .await?;
        let hot = near.into_iter().find(|near| is_heat_source(&near.record.attributes));
        Ok(hot.map(|near| HeatSource {
            enterprise: near.record.code,
            name: near.record.name,
            distance_m: near.distance_m,
        }))
    }

    /// The incident of a pixel nearby that was seen within a day.
    async fn known_fire(&self) -> Result<Option<String>> {
        if self.same_fire_km <= 0.0 {
            return Ok(None);
        }
        let near = self
            .app
            .registry
            .nearest(&actor(), KIND, self.point, AROUND, Some(self.same_fire_km * 1000.0), &ListQuery::default())
            .await?;
        let same = |record: &Record| {
            let seen: Option<Timestamp> = record.text("seen_at").and_then(place::moment);
            seen.is_some_and(|seen| seen.duration_since(self.pixel.at).abs() <= SAME_FIRE)
        };
        Ok(near
            .into_iter()
            .filter(|near| same(&near.record))
            .find_map(|near| near.record.text("matter").map(str::to_owned)))
    }

    fn sentence(&self) -> String {
        let Hotspot { lat, lon, satellite, power_mw, .. } = self.pixel;
        let power = power_mw.map_or(String::new(), |power| format!("，辐射功率 {power:.1} MW"));
        format!("卫星 {satellite} 观测到火点（北纬 {lat:.3} 度，东经 {lon:.3} 度{power}）")
    }

    fn draft(&self, code: &str, judged: &Judged, judgement: &str, matter: Option<&str>) -> RecordDraft {
        let (pixel, masked) = (self.pixel, judged.masked_by.as_ref());
        RecordDraft {
            code: Some(code.to_owned()),
            name: format!("火点 {:.3}°N {:.3}°E", pixel.lat, pixel.lon),
            division: self.division.to_string(),
            location: Some(place::position(self.point)),
            enterprise: None,
            attributes: json!({
                "seen_at": place::local(pixel.at), "judgement": judgement, "confidence": pixel.confidence,
                "power_mw": pixel.power_mw, "brightness_k": pixel.brightness_k, "satellite": pixel.satellite,
                "masked_by": masked.map(|heat| &heat.enterprise),
                "masked_distance_m": masked.map(|heat| heat.distance_m.round()),
                "explanation": judged.explanation, "source": self.pull.name, "matter": matter,
            }),
        }
    }
}
