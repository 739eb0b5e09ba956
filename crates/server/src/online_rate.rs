//! Online rates (在线率) by division, enterprise, industry or device. What a device counts for is said in
//! `fengsui_series::DevicePresence`; here it is named, grouped and put in order.

use std::collections::{BTreeMap, HashMap};

use fengsui_kernel::{DivisionCode, Principal, Result, Timestamp};
use fengsui_registry::kind::Title;
use fengsui_series::{DevicePresence, LEAST_SILENCE_SECONDS, Presence, Shares, TOLERATED_INTERVALS};
use jiff::SignedDuration;
use jiff::tz::{Offset, TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::timeliness::{at_level, level_below};

/// What rates are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RateBy {
    /// The division, one level below the one asked for; counties when none is.
    #[default]
    Division,
    /// The enterprise.
    Enterprise,
    /// The industry of the enterprise.
    Industry,
    /// Each device for itself.
    Device,
}

/// The span by which the worst come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RateSpan {
    /// Since midnight.
    Today,
    /// The last seven days.
    #[default]
    Week,
    /// The last thirty days.
    Month,
}

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct RateQuestion {
    /// What rates are grouped by.
    #[serde(default)]
    pub by: RateBy,
    /// A division and all below.
    pub division: Option<DivisionCode>,
    /// One enterprise, by record id; empty for devices that belong to none.
    pub enterprise: Option<String>,
    /// One industry; empty for devices of no enterprise.
    pub industry: Option<String>,
    /// Only devices that are this now.
    pub presence: Option<Presence>,
    /// The span by which the worst come first.
    #[serde(default)]
    pub span: RateSpan,
}

/// One group or device.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OnlineLine {
    /// What stands for it in further questions: a division, an enterprise's record id, an industry, a device's id.
    pub key: String,
    /// Its name for people.
    pub label: Title,
    /// Devices in it.
    pub devices: u64,
    /// Of these, heard now.
    pub online: u64,
    /// Silent now.
    pub offline: u64,
    /// Out of service now.
    pub out_of_service: u64,
    /// Never heard: not part of the rates.
    pub never: u64,
    /// Without an expected interval: not part of the rates.
    pub unmeasured: u64,
    /// How often a device fell silent within thirty days.
    pub outages: u64,
    /// Online ÷ (online + offline) since midnight; absent where neither is known.
    pub today: Option<f64>,
    /// The same over the last seven days.
    pub week: Option<f64>,
    /// The same over the last thirty days.
    pub month: Option<f64>,
    /// Of a single device: what it is now.
    pub presence: Option<Presence>,
    /// Of a single device: since when it is online or offline.
    pub since: Option<Timestamp>,
    /// Of a single device: its code.
    pub code: Option<String>,
    /// Of a single device: its enterprise's name.
    pub enterprise_name: Option<String>,
    /// Of a single device: seconds without a word after which it counts as silent.
    pub silent_after_seconds: Option<u32>,
}

/// Rates with how they are reckoned.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OnlineReport {
    /// When they were reckoned.
    pub at: Timestamp,
    /// Missed intervals after which a device counts as silent.
    pub tolerated_intervals: u32,
    /// No device counts as silent sooner, in seconds.
    pub least_silence_seconds: u32,
    /// Share of the last thirty days of these devices in which the platform itself did not listen: left out.
    pub unheard_share: f64,
    /// Name of the division asked for.
    pub division_name: Option<String>,
    /// Name of the enterprise asked for.
    pub enterprise_name: Option<String>,
    /// All that was asked for.
    pub total: OnlineLine,
    /// Groups or devices, the worst first.
    pub lines: Vec<OnlineLine>,
    /// Lines that were left off.
    pub more: u64,
}

/// Name and industry of an enterprise.
type Enterprises = HashMap<String, (String, String)>;

/// Midnight in China, which has one zone; seven and thirty days ago.
fn spans(now: Timestamp) -> Result<[Timestamp; 3]> {
    let local = now.to_zoned(TimeZone::fixed(Offset::constant(8)));
    let midnight = local.start_of_day().map_err(fengsui_kernel::Fault::internal)?.timestamp();
    let days =
        |days: i64| now.checked_sub(SignedDuration::from_hours(24 * days)).map_err(fengsui_kernel::Fault::internal);
    Ok([midnight, days(7)?, days(30)?])
}

async fn enterprises(app: &App, devices: &[DevicePresence]) -> Result<Enterprises> {
    let mut ids: Vec<String> = devices.iter().filter_map(|device| device.enterprise.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    let named = |record: fengsui_registry::Record| {
        let industry = record.text("industry").unwrap_or_default().to_owned();
        (record.id.to_string(), (record.name, industry))
    };
    Ok(app.registry.find_by_ids(&ids).await?.into_iter().map(named).collect())
}

/// Reckons the rates; at most so many lines.
pub async fn report(app: &App, caller: &Principal, question: &RateQuestion, most: usize) -> Result<OnlineReport> {
    let at = app.db.now();
    let mut devices = app.series.presence(caller, &spans(at)?).await?;
    devices.retain(|device| question.division.is_none_or(|asked| asked.contains(&device.division)));
    let known = enterprises(app, &devices).await?;
    let own = |device: &DevicePresence| device.enterprise.clone().unwrap_or_default();
    let industry = |device: &DevicePresence| known.get(&own(device)).map(|(_, one)| one.clone()).unwrap_or_default();
    devices.retain(|device| {
        question.enterprise.as_ref().is_none_or(|asked| *asked == own(device))
            && question.industry.as_ref().is_none_or(|asked| *asked == industry(device))
            && question.presence.is_none_or(|asked| asked == device.presence)
    });
    let level = level_below(question.division);
    let mut keyed: BTreeMap<String, Vec<&DevicePresence>> = BTreeMap::new();
    for device in &devices {
        let key = match question.by {
            RateBy::Division => at_level(device.division, level).to_string(),
            RateBy::Enterprise => own(device),
            RateBy::Industry => industry(device),
            RateBy::Device => device.device.clone(),
        };
        keyed.entry(key).or_default().push(device);
    }
    let names = names(app, question, keyed.keys()).await?;
    let mut lines: Vec<OnlineLine> = keyed
        .into_iter()
        .map(|(key, devices)| match (question.by, devices.as_slice()) {
            (RateBy::Device, [device]) => single(device, &known),
            _ => line(name(&key, question.by, &names, &known), key, &devices),
        })
        .collect();
    worst_first(&mut lines, question.span);
    let more = lines.len().saturating_sub(most) as u64;
    lines.truncate(most);
    let all: Vec<&DevicePresence> = devices.iter().collect();
    let division_name = question.division.and_then(|code| names.get(code.as_str()).map(|title| title.zh.clone()));
    Ok(OnlineReport {
        at,
        tolerated_intervals: TOLERATED_INTERVALS,
        least_silence_seconds: LEAST_SILENCE_SECONDS,
        unheard_share: unheard(&all),
        division_name,
        enterprise_name: question.enterprise.as_ref().and_then(|id| known.get(id)).map(|(name, _)| name.clone()),
        total: line(Title { zh: "合计".to_owned(), en: "Total".to_owned() }, String::new(), &all),
        lines,
        more,
    })
}

fn same(text: &str) -> Title {
    Title { zh: text.to_owned(), en: text.to_owned() }
}

/// Names of divisions and industries by what stands for them.
async fn names(
    app: &App,
    question: &RateQuestion,
    keys: impl Iterator<Item = &String>,
) -> Result<HashMap<String, Title>> {
    let mut names = HashMap::new();
    let mut codes: Vec<DivisionCode> = question.division.into_iter().collect();
    if question.by == RateBy::Division {
        codes.extend(keys.filter_map(|key| key.parse::<DivisionCode>().ok()));
    }
    names.extend(
        app.registry.division_names(&codes).await?.into_iter().map(|(code, name)| (code.to_string(), same(&name))),
    );
    if let Some(field) = app.registry.kind("enterprise")?.field("industry") {
        let title = |zh: &str, en: &str| Title { zh: zh.to_owned(), en: en.to_owned() };
        names.extend(field.options.iter().map(|one| (one.value.clone(), title(&one.zh, &one.en))));
    }
    Ok(names)
}

fn name(key: &str, by: RateBy, names: &HashMap<String, Title>, known: &Enterprises) -> Title {
    match by {
        RateBy::Enterprise if let Some((name, _)) = known.get(key) => same(name),
        _ if key.is_empty() => Title { zh: "不属于企业".to_owned(), en: "Of no enterprise".to_owned() },
        _ => names.get(key).cloned().unwrap_or_else(|| same(key)),
    }
}

fn rate(devices: &[&DevicePresence], span: usize) -> Option<f64> {
    let mut sum = Shares::default();
    for shares in devices.iter().filter_map(|device| device.shares.get(span)) {
        sum += *shares;
    }
    sum.rate()
}

fn unheard(devices: &[&DevicePresence]) -> f64 {
    let mut sum = Shares::default();
    for shares in devices.iter().filter_map(|device| device.shares.last()) {
        sum += *shares;
    }
    let known = sum.online + sum.offline + sum.unknown;
    if known > 0 { sum.unknown as f64 / known as f64 } else { 0.0 }
}

fn line(label: Title, key: String, devices: &[&DevicePresence]) -> OnlineLine {
    let count = |presence: Presence| devices.iter().filter(|device| device.presence == presence).count() as u64;
    OnlineLine {
        key,
        label,
        devices: devices.len() as u64,
        online: count(Presence::Online),
        offline: count(Presence::Offline),
        out_of_service: count(Presence::OutOfService),
        never: count(Presence::Never),
        unmeasured: count(Presence::Unmeasured),
        outages: devices.iter().map(|device| device.outages).sum(),
        today: rate(devices, 0),
        week: rate(devices, 1),
        month: rate(devices, 2),
        presence: None,
        since: None,
        code: None,
        enterprise_name: None,
        silent_after_seconds: None,
    }
}

fn single(device: &DevicePresence, known: &Enterprises) -> OnlineLine {
    let enterprise = device.enterprise.as_ref().and_then(|id| known.get(id));
    OnlineLine {
        presence: Some(device.presence),
        since: device.since,
        code: Some(device.code.clone()),
        enterprise_name: enterprise.map(|(name, _)| name.clone()),
        silent_after_seconds: device.silent_after_seconds,
        ..line(same(&device.name), device.device.clone(), &[device])
    }
}

/// The lowest rate first, of equal ones that with the most silent now; without a rate at the end.
fn worst_first(lines: &mut [OnlineLine], span: RateSpan) {
    let rate = |line: &OnlineLine| match span {
        RateSpan::Today => line.today,
        RateSpan::Week => line.week,
        RateSpan::Month => line.month,
    };
    lines.sort_by(|one, other| {
        let lowest = match (rate(one), rate(other)) {
            (Some(one), Some(other)) => one.total_cmp(&other),
            (one, other) => other.is_some().cmp(&one.is_some()),
        };
        lowest.then(other.offline.cmp(&one.offline)).then_with(|| one.label.zh.cmp(&other.label.zh))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(id: &str, presence: Presence, online: i64, offline: i64) -> DevicePresence {
        DevicePresence {
            device: id.to_owned(),
            code: id.to_owned(),
            name: id.to_owned(),
            division: DivisionCode::COUNTRY,
            enterprise: None,
            presence,
            since: None,
            last_heard_at: None,
            silent_after_seconds: Some(90),
            outages: 1,
            shares: vec![Shares { online, offline, ..Shares::default() }; 3],
        }
    }

    #[test]
    fn a_group_weighs_its_devices_by_the_time_known_of_them() {
        let (long, short) = (device("a", Presence::Online, 900, 0), device("b", Presence::Offline, 0, 100));
        let never = device("c", Presence::Never, 0, 0);
        let group = line(same("x"), String::new(), &[&long, &short, &never]);
        assert_eq!((group.devices, group.online, group.offline, group.never, group.outages), (3, 1, 1, 1, 3));
        assert_eq!(group.week, Some(0.9));
    }

    #[test]
    fn the_worst_come_first_and_what_has_no_rate_last() {
        let one = |id: &str, online, offline| single(&device(id, Presence::Online, online, offline), &HashMap::new());
        let mut lines = vec![one("good", 10, 0), one("none", 0, 0), one("bad", 1, 9), one("half", 5, 5)];
        worst_first(&mut lines, RateSpan::Week);
        assert_eq!(lines.iter().map(|line| line.key.as_str()).collect::<Vec<_>>(), ["bad", "half", "good", "none"]);
    }

    #[test]
    fn today_begins_at_midnight_in_china() {
        let spans = spans("2026-11-22T18:00:00Z".parse().expect("a time")).expect("spans");
        assert_eq!(spans[0].to_string(), "2026-11-22T16:00:00Z");
    }
}
