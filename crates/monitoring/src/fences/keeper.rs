//! Keeping the series of fences in step with the ledger, and computing them from positions.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use fengsui_kernel::reading::Quality;
use fengsui_kernel::{PageQuery, Principal, Result, Timestamp};
use fengsui_motion::Fix;
use fengsui_registry::{ListQuery, Record, Registry};
use fengsui_series::{
    DeviceFacts, NamedRecord, Reading, RuleInput, RuleView, SeriesEngine, SeriesFilter, SeriesRegistration, SeriesView,
    Submission,
};
use tokio::sync::Mutex;

use super::plan::{PREFIX, Ready, Wanted};

/// Who does it, in the trace.
const ACTOR: &str = "fences";
/// Ticks until a vehicle whose fences could not be kept is tried again; a change is taken up at once.
const RETRY_TICKS: u32 = 60;
/// Records of one page.
const PAGE: u32 = 500;

/// A fence on one vehicle: up to when it is judged, by time of position.
#[derive(Debug)]
struct Watch {
    fence: Arc<Ready>,
    judged: Option<Timestamp>,
}

/// A vehicle with its fences.
#[derive(Debug)]
struct Fenced {
    code: String,
    watches: Vec<Watch>,
}

/// What is watched.
#[derive(Debug, Default)]
struct Kept {
    /// By record id of the device.
    fenced: BTreeMap<String, Fenced>,
    /// Ticks until those are tried again that failed; nothing where none did.
    retry_in: Option<u32>,
}

/// The fences of the ledger at work. Cheap to clone.
#[derive(Clone)]
pub struct Fences {
    registry: Registry,
    series: SeriesEngine,
    stale: Arc<AtomicBool>,
    kept: Arc<Mutex<Kept>>,
}

impl Fences {
    /// Nothing is judged before the first [`Fences::tick`].
    pub fn new(registry: Registry, series: SeriesEngine) -> Self {
        Self { registry, series, stale: Arc::new(AtomicBool::new(true)), kept: Arc::default() }
    }

    /// A fence or a vehicle changed: with the next tick its series follow.
    pub fn changed(&self) {
        self.stale.store(true, Ordering::Release);
    }

    /// Follows the ledger if it changed, and judges the positions that came. To be called about once a second.
    pub async fn tick(&self) -> Result<()> {
        let mut kept = self.kept.lock().await;
        kept.retry_in = kept.retry_in.and_then(|ticks| ticks.checked_sub(1));
        let again = kept.retry_in == Some(0);
        if (self.stale.swap(false, Ordering::AcqRel) || again)
            && let Err(fault) = self.follow(&mut kept).await
        {
            self.changed();
            return Err(fault);
        }
        self.judge(&mut kept.fenced).await
    }

    /// One vehicle whose fences cannot be kept leaves those of the others alone, and its own as they were.
    async fn follow(&self, kept: &mut Kept) -> Result<()> {
        let system = Principal::system(ACTOR);
        let fences = self.ready(&system).await?;
        let ids = self.series.moving_devices().await;
        let (mut found, mut retry_in) = (BTreeMap::new(), None);
        for vehicle in self.registry.find_by_ids(&ids).await? {
            let own: Vec<Arc<Ready>> = fences.iter().filter(|fence| fence.concerns(&vehicle)).map(Arc::clone).collect();
            let lasts = match self.keep(&system, &vehicle, &own).await {
                Ok(lasts) => lasts,
                Err(fault) => {
                    tracing::error!(vehicle = vehicle.code, %fault, "the fences of a vehicle could not be kept");
                    retry_in = Some(RETRY_TICKS);
                    let before = kept.fenced.remove(vehicle.id.as_str());
                    found.extend(before.map(|before| (vehicle.id.to_string(), before)));
                    continue;
                }
            };
            let watch = |fence: Arc<Ready>| {
                let codes = fence.wants().into_iter().map(|wanted| wanted.code);
                let judged = codes.filter_map(|code| lasts.get(&code).copied().flatten()).max();
                Watch { fence, judged }
            };
            if !own.is_empty() {
                let own = Fenced { code: vehicle.code.clone(), watches: own.into_iter().map(watch).collect() };
                found.insert(vehicle.id.to_string(), own);
            }
        }
        *kept = Kept { fenced: found, retry_in };
        Ok(())
    }

    async fn ready(&self, system: &Principal) -> Result<Vec<Arc<Ready>>> {
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let query = ListQuery { limit: Some(PAGE), cursor, ..ListQuery::default() };
            let page = self.registry.list(system, "fence", &query).await?;
            for record in &page.items {
                found.extend(Ready::read(record)?.map(Arc::new));
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(found);
            }
        }
    }

    /// Gives a vehicle the series and rules that its fences want and takes the rules of others; answers the time of the
    /// last value of each series.
    async fn keep(
        &self,
        system: &Principal,
        vehicle: &Record,
        fences: &[Arc<Ready>],
    ) -> Result<BTreeMap<String, Option<Timestamp>>> {
        let known = self.known(system, vehicle).await?;
        let mut lasts = BTreeMap::new();
        for wanted in fences.iter().flat_map(|fence| fence.wants()) {
            let series = match known.get(&wanted.code) {
                Some(series) => series.clone(),
                None => self.series.register(system, registration(vehicle, &wanted)).await?,
            };
            lasts.insert(wanted.code.clone(), series.last.as_ref().map(|last| last.observed_at));
            self.keep_rule(system, &series, wanted).await?;
        }
        for series in known.values().filter(|series| !lasts.contains_key(&series.code)) {
            // What was measured stays; what no fence asks for any more is not judged.
            for rule in self.own_rules(system, series).await? {
                self.series.delete_rule(system, &rule.id, None).await?;
            }
        }
        Ok(lasts)
    }

    /// The series of fences that a vehicle has, by code; all of them, for hundreds of fences may concern it.
    async fn known(&self, system: &Principal, vehicle: &Record) -> Result<BTreeMap<String, SeriesView>> {
        let filter = SeriesFilter { device: Some(vehicle.id.to_string()), ..SeriesFilter::default() };
        let (mut found, mut cursor) = (BTreeMap::new(), None);
        loop {
            let page = self.series.list_series(system, &filter, &PageQuery { limit: Some(PAGE), cursor }).await?;
            let own = page.items.into_iter().filter(|one| one.code.starts_with(PREFIX));
            found.extend(own.map(|one| (one.code.clone(), one)));
            cursor = page.next;
            if cursor.is_none() {
                return Ok(found);
            }
        }
    }

    async fn keep_rule(&self, system: &Principal, series: &SeriesView, wanted: Wanted) -> Result<()> {
        let rules = self.own_rules(system, series).await?;
        let known = rules.first();
        if known.is_some_and(|rule| rule.name == wanted.rule && rule.condition == wanted.condition && rule.enabled) {
            return Ok(());
        }
        let input = RuleInput {
            series: series.id.clone(),
            name: wanted.rule,
            condition: wanted.condition,
            learn_anew: false,
            enabled: true,
            version: known.map(|rule| rule.version),
            why: None,
        };
        match known {
            Some(rule) => self.series.update_rule(system, &rule.id, input).await.map(drop),
            None => self.series.create_rule(system, input).await.map(drop),
        }
    }

    /// The rules of a series that no template made.
    async fn own_rules(&self, system: &Principal, series: &SeriesView) -> Result<Vec<RuleView>> {
        let rules = self.series.rules(system, &series.id).await?;
        Ok(rules.into_iter().filter(|rule| rule.template.is_none()).collect())
    }

    async fn judge(&self, fenced: &mut BTreeMap<String, Fenced>) -> Result<()> {
        if fenced.is_empty() {
            return Ok(());
        }
        // The oldest of what its fences have judged; nothing where one is new.
        let after = |one: &Fenced| one.watches.iter().map(|watch| watch.judged).min().flatten();
        let asked: Vec<_> = fenced.iter().map(|(id, one)| (id.clone(), after(one))).collect();
        for (id, fixes) in self.series.positions_after(&asked).await? {
            let Some(vehicle) = fenced.get_mut(&id) else { continue };
            let Some(last) = fixes.last().map(|fix| fix.at) else { continue };
            let readings: Vec<Reading> = fixes.iter().flat_map(|fix| readings(&vehicle.watches, fix)).collect();
            for part in readings.chunks(fengsui_series::MAX_READINGS) {
                let submission = Submission {
                    device_key: vehicle.code.clone(),
                    protocol: ACTOR.to_owned(),
                    readings: part.to_vec(),
                    raw_ref: None,
                };
                self.series.ingest().submit(submission).await?;
            }
            for watch in &mut vehicle.watches {
                watch.judged = watch.judged.max(Some(last));
            }
        }
        Ok(())
    }
}

fn readings(watches: &[Watch], fix: &Fix) -> Vec<Reading> {
    let reading = |(code, value): (String, String)| Reading {
        code: code.into(),
        observed_at: fix.at,
        value_text: value.into(),
        quality: Quality::Good,
        historical: false,
        optional: true,
    };
    let due = watches.iter().filter(|watch| watch.judged.is_none_or(|judged| judged < fix.at));
    due.flat_map(|watch| watch.fence.values(fix)).map(reading).collect()
}

fn registration(vehicle: &Record, wanted: &Wanted) -> SeriesRegistration {
    let text = |name: &str| vehicle.text(name).filter(|text| !text.is_empty()).map(str::to_owned);
    let named = |id: &String| NamedRecord { id: id.clone(), name: vehicle.enterprise_name.clone().unwrap_or_default() };
    SeriesRegistration {
        device: DeviceFacts {
            id: vehicle.id.to_string(),
            code: vehicle.code.clone(),
            serial: text("serial"),
            name: vehicle.name.clone(),
            division: vehicle.division,
            enterprise: vehicle.enterprise.clone(),
            category: text("category"),
        },
        code: wanted.code.clone(),
        name: wanted.name.clone(),
        name_en: Some(wanted.name_en.clone()),
        unit: wanted.unit.to_owned(),
        installation: None,
        enterprise: vehicle.enterprise.as_ref().map(named),
        division: vehicle.division,
        location: vehicle.location,
        low: None,
        high: None,
        expected_interval_seconds: None,
        mode: fengsui_kernel::Mode::Real,
    }
}
