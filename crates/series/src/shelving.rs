//! Shelving after ISA-18.2: a person sets a nuisance aside until an end that is always given. A shelved alarm
//! rings nobody, but is counted and listed, and comes back by itself if it is still active.

use fengsui_events::AlarmChange;
use fengsui_kernel::id::AlarmId;
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{Acting, Fault, Principal, Refusal, Result, Timestamp};
use fengsui_storage::series::{alarms as store, shelving as shelves};
use jiff::SignedDuration;
use jiff::tz::{Offset, TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::alarms::check_length;
use crate::engine::SeriesEngine;
use crate::view::AlarmView;

/// Shelves ended in one tick; the rest follow in the next.
const BATCH: u32 = 500;

/// How long alarms may be shelved, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShelvingPolicy {
    /// Any alarm.
    pub longest_minutes: u32,
    /// An urgent one, which also needs the right `shelve_urgent`.
    pub longest_urgent_minutes: u32,
}

impl Default for ShelvingPolicy {
    fn default() -> Self {
        Self { longest_minutes: 480, longest_urgent_minutes: 60 }
    }
}

impl ShelvingPolicy {
    /// The longest shelf of an alarm of this priority, in minutes.
    pub fn longest(&self, priority: AlarmPriority) -> u32 {
        let urgent = priority == AlarmPriority::Urgent;
        if urgent { self.longest_urgent_minutes.min(self.longest_minutes) } else { self.longest_minutes }
    }

    /// When a shelf of so many minutes from now ends; a fault names the field when it is too long.
    pub fn end(&self, priority: AlarmPriority, now: Timestamp, minutes: u32) -> Result<Timestamp> {
        let longest = self.longest(priority);
        if minutes == 0 || minutes > longest {
            return Err(Fault::field("minutes", "shelving_too_long").with("max", &longest.to_string()).into());
        }
        now.checked_add(SignedDuration::from_mins(i64::from(minutes))).map_err(Fault::internal)
    }
}

/// Open alarms, apart by where they are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeskFigures {
    /// On the open list.
    pub open: u64,
    /// Of these, not acknowledged.
    pub unacknowledged: u64,
    /// On the shelf.
    pub shelved: u64,
    /// Recorded while their source is out of service.
    pub suppressed: u64,
}

impl SeriesEngine {
    /// How long alarms may be shelved here.
    pub fn shelving(&self) -> ShelvingPolicy {
        self.core.settings.shelving
    }

    /// Open alarms that the caller may read, apart by where they are shown.
    pub async fn desk_figures(&self, principal: &Principal) -> Result<DeskFigures> {
        let counts = shelves::desk_counts(&self.core.db, &principal.scopes("read", "alarm")?).await?;
        let shelves::DeskCounts { open, unacknowledged, shelved, suppressed } = counts;
        Ok(DeskFigures { open, unacknowledged, shelved, suppressed })
    }

    /// Shelves an open alarm for so many minutes. An urgent one also needs the right `shelve_urgent`.
    pub async fn shelve(&self, principal: &Principal, id: &AlarmId, reason: &str, minutes: u32) -> Result<AlarmView> {
        let alarm = self.visible(principal, id).await?;
        principal.require("shelve", "alarm", &alarm.place())?;
        if alarm.priority == AlarmPriority::Urgent {
            principal.require("shelve_urgent", "alarm", &alarm.place())?;
        }
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Fault::field("reason", "required").into());
        }
        check_length("reason", reason)?;
        let mut tx = self.begin_because(principal, Some(reason.to_owned())).await?;
        let locked = store::lock(&mut tx, id).await?.ok_or_else(|| Fault::not_found("alarm", id))?;
        let until = self.core.settings.shelving.end(locked.priority, tx.now(), minutes)?;
        if !shelves::shelve(&mut tx, id, until, reason).await? {
            let code = if locked.closed { "alarm_closed" } else { "alarm_shelved" };
            return Err(Refusal::new(code).clause("ISA-18.2").into());
        }
        let detail = format!("{reason} → {}", local(until));
        let data = json!({"reason": reason, "until": until});
        self.tell(&mut tx, id, AlarmChange::Shelved, Some(&detail), data).await?;
        tx.commit().await?;
        self.visible(principal, id).await
    }

    /// Takes an alarm from the shelf before its end. Doing it again changes nothing.
    pub async fn unshelve(&self, principal: &Principal, id: &AlarmId) -> Result<AlarmView> {
        let alarm = self.visible(principal, id).await?;
        principal.require("shelve", "alarm", &alarm.place())?;
        let mut tx = self.begin(principal).await?;
        if shelves::unshelve(&mut tx, id, None).await? {
            self.tell(&mut tx, id, AlarmChange::Unshelved, None, json!({})).await?;
            tx.commit().await?;
        }
        self.visible(principal, id).await
    }

    /// Takes from the shelf what is due. State lies in the store alone: a restart changes nothing.
    pub(crate) async fn end_shelves(&self) -> Result<()> {
        let now = self.core.db.now();
        for id in shelves::due(&self.core.db, now, BATCH).await? {
            let mut tx = self.core.db.begin(Acting::system("series", now)).await?;
            if shelves::unshelve(&mut tx, &id, Some(now)).await? {
                self.tell(&mut tx, &id, AlarmChange::ShelfEnded, None, json!({})).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }
}

/// A time as people in China read it: the country has one zone.
pub(crate) fn local(at: Timestamp) -> String {
    at.to_zoned(TimeZone::fixed(Offset::constant(8))).strftime("%m-%d %H:%M").to_string()
}
