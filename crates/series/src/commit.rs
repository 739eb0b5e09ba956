//! Writing a plan in one unit of work, and taking it over into the catalogue afterwards.

use std::sync::Arc;

use fengsui_events::{AlarmChange, AlarmChanged, DeviceConnection, Event, QuarantineChanged};
use fengsui_kernel::id::{QuarantineId, RuleId};
use fengsui_kernel::{Fault, Result};
use fengsui_storage::series::alarms::{AlarmMark, NewAlarm};
use fengsui_storage::series::quarantine::QuarantineRow;
use fengsui_storage::series::rules::RuleStateRow;
use fengsui_storage::series::{alarms, devices, out_of_service, quarantine, rules as rule_store};
use fengsui_storage::{Subject, Tx};
use serde_json::json;

use crate::catalogue::{Catalogue, Watched, note_clock, note_spoken};
use crate::last::Last;
use crate::live::LiveValue;
use crate::plan::{Connection, Plan, PlannedTurn};
use crate::presence;
use crate::rules::{Evidence, Explanation, Rule, RuleState, Transition, Turn};
use crate::wording;

/// Writes what readings caused.
pub(crate) async fn write(tx: &mut Tx, catalogue: &Catalogue, plan: &Plan) -> Result<()> {
    for ((series, index), state) in &plan.states {
        if let Some(watched) = catalogue.series.get(series).and_then(|series| series.rules.get(*index)) {
            write_state(tx, &watched.rule, state).await?;
        }
    }
    for turn in &plan.turns {
        if let Some(series) = catalogue.series.get(&turn.series) {
            write_turn(tx, series, turn).await?;
        }
    }
    write_devices(tx, catalogue, plan).await?;
    write_quarantine(tx, catalogue, plan).await
}

/// Keeps the state of a rule.
pub(crate) async fn write_state(tx: &mut Tx, rule: &Rule, state: &RuleState) -> Result<()> {
    if *state == RuleState::default() {
        return rule_store::clear_state(tx, &rule.id).await;
    }
    let row = RuleStateRow {
        rule: rule.id.clone(),
        phase: state.phase.as_str().to_owned(),
        since: state.since,
        value_text: state.value.clone(),
    };
    rule_store::put_state(tx, &row).await
}

async fn write_turn(tx: &mut Tx, series: &Watched, turn: &PlannedTurn) -> Result<()> {
    let Some(watched) = series.rules.get(turn.rule) else { return Ok(()) };
    let rule = &watched.rule;
    let transition = &turn.transition;
    let facts = &series.facts;
    let (mark, change) = match transition.turn {
        Turn::Raised => {
            let made_of = turn.made_of.as_deref().cloned();
            let explanation =
                Explanation { made_of, ..Explanation::of(rule, &facts.unit, transition.evidence.clone()) };
            let alarm = NewAlarm {
                id: tx.new_id(),
                series: turn.series,
                rule: rule.id.clone(),
                title: wording::title(facts, rule, &transition.evidence),
                priority: rule.priority,
                mode: facts.mode,
                value: transition.value.clone(),
                limit: wording::limit(rule),
                unit: wording::unit(rule, &facts.unit),
                raised_at: transition.at,
                received_at: turn.received_at,
                explanation: serde_json::to_value(explanation).map_err(Fault::internal)?,
            };
            let mut mark = alarms::raise(tx, &alarm).await?;
            let source = (facts.device_id.as_str(), turn.series);
            // One that was open before is the desk's: only what is born out of service rings nobody.
            mark.suppressed |= mark.occurrences == 1 && out_of_service::suppress(tx, &mark.id, source).await?;
            let change = if mark.occurrences == 1 { AlarmChange::Raised } else { AlarmChange::ReRaised };
            (mark, change)
        }
        Turn::Returned | Turn::Lapsed => match alarms::returned(tx, turn.series, &rule.id, transition.at).await? {
            Some(mark) => (mark, AlarmChange::Returned),
            None => return Ok(()),
        },
    };
    tell(tx, series, &mark, change, transition, wording::unit(rule, &facts.unit)).await?;
    if change == AlarmChange::Raised && mark.suppressed {
        alarms::note(tx, &mark.id, transition.at, change_name(AlarmChange::Suppressed), None).await?;
    }
    Ok(())
}

/// Returns the alarm of a rule that no longer judges; it would stay active for ever.
pub(crate) async fn withdraw(tx: &mut Tx, series: &Watched, number: i64, rule: &RuleId) -> Result<()> {
    rule_store::clear_state(tx, rule).await?;
    let at = tx.now();
    let Some(mark) = alarms::returned(tx, number, rule, at).await? else { return Ok(()) };
    let transition = Transition { turn: Turn::Returned, at, value: None, evidence: Evidence::default() };
    let watched = series.rules.iter().find(|watched| watched.rule.id == *rule);
    let unit = watched.map_or_else(String::new, |watched| wording::unit(&watched.rule, &series.facts.unit));
    tell(tx, series, &mark, AlarmChange::Returned, &transition, unit).await
}

async fn tell(
    tx: &mut Tx,
    series: &Watched,
    mark: &AlarmMark,
    change: AlarmChange,
    transition: &Transition,
    unit: String,
) -> Result<()> {
    let what = change_name(change);
    let lapsed = (transition.turn == Turn::Lapsed).then_some(wording::LAPSED);
    alarms::note(tx, &mark.id, transition.at, what, transition.value.as_deref().or(lapsed)).await?;
    let facts = &series.facts;
    let data = json!({
        "series": series.id, "title": mark.title, "value": transition.value, "unit": unit,
        "observed_at": transition.at, "priority": mark.priority, "mode": facts.mode, "occurrences": mark.occurrences,
        "suppressed": mark.suppressed,
    });
    tx.trace(&format!("alarm.{what}"), Subject::at("alarm", &mark.id, facts.division), data);
    tx.publish(Event::AlarmChanged(AlarmChanged {
        alarm: mark.id.clone(),
        change,
        series: series.id.clone(),
        title: mark.title.clone(),
        priority: mark.priority,
        mode: facts.mode,
        division: facts.division,
        location: facts.location,
        enterprise: facts.enterprise.clone(),
        value: transition.value.clone(),
        unit,
        observed_at: transition.at,
        active: transition.turn == Turn::Raised,
        acknowledged: mark.acknowledged,
        silenced: mark.shelved || mark.suppressed,
    }));
    Ok(())
}

/// The name of a change in history and trace.
pub(crate) fn change_name(change: AlarmChange) -> &'static str {
    match change {
        AlarmChange::Raised => "raised",
        AlarmChange::ReRaised => "re_raised",
        AlarmChange::Returned => "returned",
        AlarmChange::Acknowledged => "acknowledged",
        AlarmChange::Verified => "verified",
        AlarmChange::Shelved => "shelved",
        AlarmChange::Unshelved => "unshelved",
        AlarmChange::ShelfEnded => "shelf_ended",
        AlarmChange::Suppressed => "suppressed",
        AlarmChange::Released => "released",
        AlarmChange::Escalated => "escalated",
    }
}

async fn write_devices(tx: &mut Tx, catalogue: &Catalogue, plan: &Plan) -> Result<()> {
    presence::write(tx, plan).await?;
    for Connection { device: id, online, .. } in &plan.connections {
        let Some(device) = catalogue.devices.get(id) else { continue };
        let last_heard_at = plan.heard_at(device).or(device.row.last_heard_at);
        let event = DeviceConnection {
            device: id.clone(),
            name: device.row.name.clone(),
            online: *online,
            division: device.row.division,
            enterprise: device.row.enterprise.clone(),
            last_heard_at,
        };
        let action = if *online { "device.heard" } else { "device.silent" };
        let data = json!({"code": device.row.code, "last_heard_at": last_heard_at});
        tx.trace(action, Subject::at("device", id, device.row.division), data);
        tx.publish(Event::DeviceConnection(event));
        devices::heard(tx, id, *online, last_heard_at).await?;
    }
    devices::heard_many(tx, &plan.noted).await
}

async fn write_quarantine(tx: &mut Tx, catalogue: &Catalogue, plan: &Plan) -> Result<()> {
    let mut added = 0;
    for (key, hit) in &plan.quarantine {
        let (reason, device_key, code) = key.clone();
        let id: QuarantineId = tx.new_id();
        let row = QuarantineRow {
            id,
            reason,
            device_key,
            code,
            protocol: hit.protocol.clone(),
            hits: hit.hits,
            first_at: hit.first_at,
            last_at: hit.last_at,
            sample: hit.sample.clone(),
        };
        quarantine::hit(tx, &row).await?;
        added += u64::from(!catalogue.quarantined.contains(key));
    }
    if added > 0 {
        let waiting = catalogue.quarantined.len() as u64 + added;
        tx.publish(Event::QuarantineChanged(QuarantineChanged { waiting }));
    }
    Ok(())
}

/// Takes a plan over into the catalogue once it is durable, its readings in record `sequence` of the log; answers
/// the new last values for live screens.
pub(crate) fn apply(catalogue: &mut Catalogue, plan: Plan, sequence: i64) -> Vec<LiveValue> {
    catalogue.sequence = sequence;
    for (series, point) in plan.entries {
        catalogue.keep(sequence, series, point);
    }
    for (device, received_at, observed_at) in plan.ahead {
        let (received_at, observed_at) = (received_at.as_millisecond(), observed_at.as_millisecond());
        note_clock(&mut catalogue.clocks, device, received_at, observed_at);
    }
    let mut live = Vec::with_capacity(plan.lasts.len());
    for (number, last) in plan.lasts {
        let Some(series) = catalogue.series.get_mut(&number) else { continue };
        if series.last.as_ref() != Some(&last) {
            live.push(live_value(series, &last));
        }
        series.last = Some(last);
    }
    for ((number, index), state) in plan.states {
        let series = catalogue.series.get_mut(&number);
        if let Some(watched) = series.and_then(|series| series.rules.get_mut(index)) {
            watched.state = state;
        }
    }
    for ((number, index), memory) in plan.memories {
        let series = catalogue.series.get_mut(&number);
        if let Some(watched) = series.and_then(|series| series.rules.get_mut(index)) {
            watched.memory = memory;
        }
    }
    for (slot, at) in plan.spoke {
        note_spoken(&mut catalogue.spoke, slot, Some(at));
    }
    for (id, heard_at) in plan.heard.into_values() {
        let Some(device) = catalogue.devices.get_mut(&id) else { continue };
        device.row.last_heard_at = Some(heard_at);
    }
    for (id, heard_at) in plan.noted {
        if let Some(device) = catalogue.devices.get_mut(&id) {
            device.stored_heard_at = Some(heard_at);
        }
    }
    catalogue.listened = plan.listened.unwrap_or(catalogue.listened);
    catalogue.told = plan.connections.len() + if plan.fresh_second { 0 } else { catalogue.told };
    for Connection { device: id, online, .. } in plan.connections {
        if let Some(device) = catalogue.devices.get_mut(&id) {
            device.row.online = online;
            device.stored_heard_at = device.row.last_heard_at;
        }
    }
    catalogue.quarantined.extend(plan.quarantine.into_keys());
    live
}

fn live_value(series: &Watched, last: &Last) -> LiveValue {
    LiveValue {
        series: series.id.clone(),
        observed_at: last.observed_at,
        value: last.figure.to_string(),
        number: last.value(),
        quality: last.quality,
        division: series.facts.division,
        enterprise: series.enterprise.as_ref().map(Arc::clone),
    }
}
