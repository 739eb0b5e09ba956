//! What people do with alarms.

use std::collections::BTreeMap;

use fengsui_events::{AlarmChange, AlarmChanged, Event};
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::{AlarmId, SeriesId};
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{DivisionCode, Fault, Page, PageQuery, Principal, Result, Timestamp};
use fengsui_storage::series::alarms as store;
use fengsui_storage::{Subject, Tx};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::commit::change_name;
use crate::engine::SeriesEngine;
use crate::view::{AlarmDetail, AlarmEntryView, AlarmView};

/// How a person judged an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlarmVerdict {
    /// There was a danger.
    TrueAlarm,
    /// There was none.
    FalseAlarm,
    /// Somebody tested the device.
    Test,
}

impl AlarmVerdict {
    /// The stored form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TrueAlarm => "true_alarm",
            Self::FalseAlarm => "false_alarm",
            Self::Test => "test",
        }
    }

    pub(crate) fn from_stored(text: &str) -> Option<Self> {
        [Self::TrueAlarm, Self::FalseAlarm, Self::Test].into_iter().find(|verdict| verdict.as_str() == text)
    }
}

/// Which alarms by their life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlarmState {
    /// Active or not acknowledged, neither shelved nor suppressed.
    #[default]
    Open,
    /// Shelved by a person until an end.
    Shelved,
    /// Recorded while its source is out of service; nobody was rung.
    Suppressed,
    /// Returned and acknowledged.
    Closed,
    /// All of them.
    All,
}

/// Which alarms by their verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerifiedFilter {
    /// Not judged yet.
    None,
    /// Judged true.
    TrueAlarm,
    /// Judged false.
    FalseAlarm,
    /// Judged a test.
    Test,
}

/// What a list of alarms is narrowed by.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlarmFilter {
    /// Open, closed or all; open if absent.
    #[serde(default)]
    pub state: AlarmState,
    /// Only this priority.
    #[serde(default)]
    pub priority: Option<AlarmPriority>,
    /// A division and what lies below it.
    #[serde(default)]
    pub division: Option<DivisionCode>,
    /// Only this enterprise, by record id.
    #[serde(default)]
    pub enterprise: Option<String>,
    /// Only this series.
    #[serde(default)]
    pub series: Option<SeriesId>,
    /// Only this verdict.
    #[serde(default)]
    pub verified: Option<VerifiedFilter>,
    /// Text in title or names.
    #[serde(default)]
    pub q: Option<String>,
    /// Open, or open at some time since then.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub since: Option<Timestamp>,
}

impl AlarmFilter {
    fn to_store(&self) -> store::AlarmFilter {
        let verdict = self.verified.map(|verified| match verified {
            VerifiedFilter::None => "none",
            VerifiedFilter::TrueAlarm => AlarmVerdict::TrueAlarm.as_str(),
            VerifiedFilter::FalseAlarm => AlarmVerdict::FalseAlarm.as_str(),
            VerifiedFilter::Test => AlarmVerdict::Test.as_str(),
        });
        store::AlarmFilter {
            life: match self.state {
                AlarmState::Open => store::Life::Open,
                AlarmState::Shelved => store::Life::Shelved,
                AlarmState::Suppressed => store::Life::Suppressed,
                AlarmState::Closed => store::Life::Closed,
                AlarmState::All => store::Life::All,
            },
            priority: self.priority,
            division: self.division,
            enterprise: self.enterprise.clone(),
            series: self.series.clone(),
            verdict: verdict.map(str::to_owned),
            q: self.q.clone(),
            since: self.since,
        }
    }
}

/// Figures of open alarms.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpenAlarms {
    /// Open alarms by priority; priorities without any are absent.
    pub by_priority: BTreeMap<AlarmPriority, u64>,
    /// Open alarms that nobody acknowledged.
    pub unacknowledged: u64,
}

impl SeriesEngine {
    /// A page of alarms, most urgent first.
    pub async fn list_alarms(
        &self,
        principal: &Principal,
        filter: &AlarmFilter,
        page: &PageQuery,
    ) -> Result<Page<AlarmView>> {
        let scopes = principal.scopes("read", "alarm")?;
        let (rows, total) = store::list(&self.core.db, &scopes, &filter.to_store(), page).await?;
        Ok(Page::from_overfetch(rows, page, Some(total)).map(AlarmView::from))
    }

    /// Figures of open alarms, for the overview.
    pub async fn open_alarms(&self, principal: &Principal) -> Result<OpenAlarms> {
        let scopes = principal.scopes("read", "alarm")?;
        let mut figures = OpenAlarms::default();
        for (priority, total, waiting) in store::count_open(&self.core.db, &scopes).await? {
            figures.by_priority.insert(priority, total);
            figures.unacknowledged += waiting;
        }
        Ok(figures)
    }

    /// One alarm with its history.
    pub async fn alarm(&self, principal: &Principal, id: &AlarmId) -> Result<AlarmDetail> {
        let alarm = self.visible(principal, id).await?;
        let entries = store::entries(&self.core.db, id).await?;
        let view = |row: store::AlarmEntryRow| AlarmEntryView {
            at: row.at,
            actor_name: row.actor_name,
            what: row.what,
            detail: row.detail,
        };
        let rule = fengsui_storage::series::rules::get(&self.core.db, &alarm.rule).await?;
        let (instruction, plan) = rule.map_or((None, None), |rule| (rule.instruction, rule.plan));
        let position = self.position_at(&alarm.device, alarm.raised_at).await?;
        Ok(AlarmDetail { alarm, timeline: entries.into_iter().map(view).collect(), instruction, plan, position })
    }

    /// Takes note of an alarm. Doing it again changes nothing.
    pub async fn acknowledge(&self, principal: &Principal, id: &AlarmId, note: Option<&str>) -> Result<AlarmView> {
        let alarm = self.visible(principal, id).await?;
        principal.require("acknowledge", "alarm", &alarm.place())?;
        let note = note.map(str::trim).filter(|note| !note.is_empty());
        check_length("note", note.unwrap_or_default())?;
        let mut tx = self.begin(principal).await?;
        if store::acknowledge(&mut tx, id).await? {
            self.tell(&mut tx, id, AlarmChange::Acknowledged, note, json!({"note": note})).await?;
            tx.commit().await?;
        }
        self.visible(principal, id).await
    }

    /// Judges an alarm. A later judgement takes the place of an earlier one; both stay in the history.
    pub async fn verify(
        &self,
        principal: &Principal,
        id: &AlarmId,
        verdict: AlarmVerdict,
        reason: &str,
        version: Option<i64>,
    ) -> Result<AlarmView> {
        let alarm = self.visible(principal, id).await?;
        principal.require("verify", "alarm", &alarm.place())?;
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Fault::field("reason", "required").into());
        }
        check_length("reason", reason)?;
        let mut tx = self.begin(principal).await?;
        let locked = store::lock(&mut tx, id).await?.ok_or_else(|| Fault::not_found("alarm", id))?;
        if version.is_some_and(|version| version != locked.version) {
            let current = serde_json::to_value(AlarmView::from(locked)).map_err(Fault::internal)?;
            let submitted = json!({"version": version, "verdict": verdict, "reason": reason});
            return Err(FaultKind::Stale { current, submitted }.into());
        }
        store::verify(&mut tx, id, verdict.as_str(), reason).await?;
        let detail = format!("{}: {reason}", verdict.as_str());
        let data = json!({"verdict": verdict, "reason": reason});
        self.tell(&mut tx, id, AlarmChange::Verified, Some(&detail), data).await?;
        tx.commit().await?;
        self.visible(principal, id).await
    }

    pub(crate) async fn visible(&self, principal: &Principal, id: &AlarmId) -> Result<AlarmView> {
        let row = store::get(&self.core.db, id).await?;
        let alarm = row.map(AlarmView::from).filter(|alarm| principal.may("read", "alarm", &alarm.place()));
        alarm.ok_or_else(|| Fault::not_found("alarm", id))
    }

    /// History, trace and event of what was done to an alarm, from the alarm as it now stands.
    pub(crate) async fn tell(
        &self,
        tx: &mut Tx,
        id: &AlarmId,
        change: AlarmChange,
        detail: Option<&str>,
        data: serde_json::Value,
    ) -> Result<()> {
        let alarm = store::lock(tx, id).await?.ok_or_else(|| Fault::not_found("alarm", id))?;
        let at = tx.now();
        store::note(tx, id, at, change_name(change), detail).await?;
        let action = match change {
            AlarmChange::Verified => "alarm.verify".to_owned(),
            AlarmChange::Acknowledged => "alarm.acknowledge".to_owned(),
            AlarmChange::Shelved => "alarm.shelve".to_owned(),
            AlarmChange::Unshelved => "alarm.unshelve".to_owned(),
            other => format!("alarm.{}", change_name(other)),
        };
        tx.trace(&action, Subject::at("alarm", id, alarm.division), data);
        tx.publish(Event::AlarmChanged(AlarmChanged {
            alarm: alarm.id,
            change,
            series: alarm.series,
            title: alarm.title,
            priority: alarm.priority,
            mode: alarm.mode,
            division: alarm.division,
            location: alarm.location,
            enterprise: alarm.enterprise,
            value: alarm.value,
            unit: alarm.unit,
            observed_at: alarm.raised_at,
            active: alarm.active,
            acknowledged: alarm.acknowledged,
            silenced: alarm.shelved_until.is_some() || alarm.suppressed.is_some(),
        }));
        Ok(())
    }
}

pub(crate) fn check_length(field: &str, text: &str) -> Result<()> {
    if text.chars().count() > 500 { Err(Fault::field(field, "too_long").with("max", "500").into()) } else { Ok(()) }
}
