//! What a board is drawn from, read once for everybody who looks at it. What a person may see is cut out of it later.

use std::collections::HashMap;
use std::sync::Arc;

use fengsui_kernel::scale::RiskLevel;
use fengsui_kernel::{Place, Result, Timestamp};
use fengsui_registry::{Record, Registry};
use fengsui_series::{DeviceTally, OpenAlarm, SeriesEngine, Under};
use fengsui_storage::events;

use super::check;
use super::standing::Standing;
use super::template::BoardTemplate;
use crate::kinds::MajorHazardGrade;
use crate::risk::{self, RiskInput, RiskScore};

/// Without any event, series and names may still have changed: after so many milliseconds it is read anew.
const OLDEST_MS: i64 = 5_000;
/// More events than this since the last look, and the objects are read without asking which they were.
const MOST_EVENTS: u32 = 500;

/// The objects of a board by code; the heavy part.
pub struct Listed {
    records: Vec<Record>,
    by_id: HashMap<String, usize>,
    /// The event up to which nothing happened to them.
    seq: i64,
}

/// Everything of one board at one moment.
pub struct Snapshot {
    listed: Arc<Listed>,
    tallies: HashMap<String, DeviceTally>,
    /// Open alarms with the object that each is counted under.
    alarms: Vec<(usize, OpenAlarm)>,
    only_sensed: bool,
    seq: i64,
    at: Timestamp,
}

/// An object as a person sees it on a board.
pub struct Seen<'a> {
    /// The object.
    pub record: &'a Record,
    /// How it stands.
    pub standing: Standing,
    /// Its open alarms, in the order in which they are to be handled.
    pub alarms: Vec<&'a OpenAlarm>,
    /// The risk index of an enterprise, on boards that show it.
    pub risk: Option<RiskScore>,
}

impl Seen<'_> {
    /// Judges an enterprise by the risk index.
    pub fn judge(&mut self, now: Timestamp) {
        let grade = self.record.attributes.get("major_hazard_grade").cloned();
        let grade = grade.and_then(|value| serde_json::from_value(value).ok()).unwrap_or(MajorHazardGrade::None);
        let alarms = self.alarms.iter().map(|alarm| (alarm.priority, alarm.acknowledged, alarm.rung_at)).collect();
        self.risk = Some(risk::judge(&RiskInput { grade, alarms, devices: self.standing.devices() }, now));
    }

    /// The smaller, the riskier: colour before points.
    #[allow(clippy::cast_possible_truncation, reason = "at most a thousand")]
    pub fn risk_key(&self) -> i64 {
        let Some(risk) = &self.risk else { return 0 };
        let colour = RiskLevel::ALL.iter().position(|level| *level == risk.level).unwrap_or_default();
        i64::try_from(colour).unwrap_or_default() * 10_000 + (risk.score * 10.0) as i64
    }
}

impl Snapshot {
    /// The newest one; `before` if nothing happened since.
    pub async fn take(
        registry: &Registry,
        series: &SeriesEngine,
        template: &BoardTemplate,
        before: Option<Arc<Self>>,
    ) -> Result<Arc<Self>> {
        let (seq, at) = (events::last_seq(registry.db()).await?, registry.db().now());
        if let Some(before) = &before
            && before.seq == seq
            && (0..OLDEST_MS).contains(&(at.as_millisecond() - before.at.as_millisecond()))
        {
            return Ok(Arc::clone(before));
        }
        let listed = listed(registry, template, seq, before.map(|before| Arc::clone(&before.listed))).await?;
        let under = check::under(&template.objects.kind).unwrap_or(Under::Device);
        let tallies = series.tallies(under, &|code| template.takes(code)).await?;
        let taken = series.alarms_on_desk().await?.into_iter().filter(|alarm| template.takes(&alarm.code));
        let placed = |alarm: OpenAlarm| Some((*listed.by_id.get(under.of(&alarm)?)?, alarm));
        let alarms = taken.filter_map(placed).collect();
        Ok(Arc::new(Self { listed, tallies, alarms, only_sensed: template.objects.only_sensed, seq, at }))
    }

    /// The objects that a person may see, by code, with what they may see of each.
    pub fn seen(&self, object: impl Fn(&Place) -> bool, alarm: impl Fn(&Place) -> bool) -> Vec<Seen<'_>> {
        let mut seen: Vec<Option<Seen<'_>>> = Vec::with_capacity(self.listed.records.len());
        for record in &self.listed.records {
            let tally = self.tallies.get(record.id.as_str());
            let shown = (tally.is_some() || !self.only_sensed) && object(&record.place());
            seen.push(shown.then(|| Seen {
                record,
                standing: Standing::new(tally.copied().unwrap_or_default()),
                alarms: Vec::new(),
                risk: None,
            }));
        }
        for (index, one) in &self.alarms {
            let Some(Some(own)) = seen.get_mut(*index) else { continue };
            let place = Place { division: one.division, enterprise: one.enterprise.clone() };
            if alarm(&place) {
                own.standing.alarm(one.priority, one.acknowledged, one.rung_at);
                own.alarms.push(one);
            }
        }
        seen.into_iter().flatten().collect()
    }

    /// The open alarms of the board with the record of each, in the order in which they are to be handled.
    pub fn alarms(&self) -> impl Iterator<Item = (&Record, &OpenAlarm)> {
        self.alarms.iter().filter_map(|(index, alarm)| Some((self.listed.records.get(*index)?, alarm)))
    }
}

/// The records again only if one of their kind changed.
async fn listed(
    registry: &Registry,
    template: &BoardTemplate,
    seq: i64,
    before: Option<Arc<Listed>>,
) -> Result<Arc<Listed>> {
    if let Some(before) = before {
        let since = events::after(registry.db(), before.seq, MOST_EVENTS).await?;
        let many = since.len() >= MOST_EVENTS as usize;
        let touched = many || since.iter().any(|event| event.name == "record_changed");
        if !touched {
            return Ok(before);
        }
    }
    let records = registry.everything(&template.objects.kind, &check::query(template)).await?;
    let by_id = records.iter().enumerate().map(|(index, record)| (record.id.to_string(), index)).collect();
    Ok(Arc::new(Listed { records, by_id, seq }))
}
