//! What domains say to each other. The enum reads like the golden thread: observation → alarm →
//! verification → warning → incident → tasks → closure.
//!
//! Events are committed with the change that they tell of and delivered at least once, in order of
//! commit; handlers are idempotent. They are stored as JSON: variants and fields are only added.

mod message;

pub use message::{Audience, Channel, ConfirmationRule, MessageRequest, Tone};

use fengsui_kernel::id::{AlarmId, DeliveryId, DeviceOrderId, JobId, MatterId, MessageId, SeriesId};
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{DivisionCode, Mode, Place, Point, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that happened and was committed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// A ledger entry was written.
    RecordChanged(RecordChanged),
    /// An alarm was raised, returned, acknowledged or verified.
    AlarmChanged(AlarmChanged),
    /// A device fell silent or came back.
    DeviceConnection(DeviceConnection),
    /// A device or one of its series was taken out of service, or is in service again.
    ServiceChanged(ServiceChanged),
    /// An order to a device was given or moved on.
    DeviceOrderChanged(DeviceOrderChanged),
    /// Something arrived that could not be placed, or was resolved.
    QuarantineChanged(QuarantineChanged),
    /// A matter was opened or moved.
    MatterChanged(MatterChanged),
    /// A clock of a matter started, reminded, ran out or stopped.
    ClockChanged(ClockChanged),
    /// Somebody is to be told something.
    MessageRequested(MessageRequest),
    /// A message made progress towards one recipient.
    DeliveryChanged(DeliveryChanged),
    /// An event could not be handled, or one such was resolved.
    SetAsideChanged(SetAsideChanged),
    /// Somebody's rights or sessions changed.
    AccessChanged(AccessChanged),
    /// Somebody changed what a wall shows.
    WallChanged(WallChanged),
    /// A piece of long work was queued, began, paused or ended.
    JobChanged(JobChanged),
}

impl Event {
    /// The name in the log and on the stream.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RecordChanged(_) => "record_changed",
            Self::AlarmChanged(_) => "alarm_changed",
            Self::DeviceConnection(_) => "device_connection",
            Self::ServiceChanged(_) => "service_changed",
            Self::DeviceOrderChanged(_) => "device_order_changed",
            Self::QuarantineChanged(_) => "quarantine_changed",
            Self::MatterChanged(_) => "matter_changed",
            Self::ClockChanged(_) => "clock_changed",
            Self::MessageRequested(_) => "message_requested",
            Self::DeliveryChanged(_) => "delivery_changed",
            Self::SetAsideChanged(_) => "set_aside_changed",
            Self::AccessChanged(_) => "access_changed",
            Self::WallChanged(_) => "wall_changed",
            Self::JobChanged(_) => "job_changed",
        }
    }

    /// Where, for filtering by permission.
    pub fn division(&self) -> Option<DivisionCode> {
        self.place().map(|place| place.division)
    }

    /// The division and the enterprise that it belongs to. Permissions are judged by this alone.
    pub fn place(&self) -> Option<Place> {
        let at =
            |division: DivisionCode, enterprise: &Option<String>| Place { division, enterprise: enterprise.clone() };
        match self {
            Self::RecordChanged(event) => Some(at(event.division, &event.enterprise)),
            Self::AlarmChanged(event) => Some(at(event.division, &event.enterprise)),
            Self::ServiceChanged(event) => Some(at(event.division, &event.enterprise)),
            Self::DeviceOrderChanged(event) => Some(at(event.division, &event.enterprise)),
            Self::DeviceConnection(event) => Some(at(event.division, &event.enterprise)),
            Self::MatterChanged(event) => Some(at(event.division, &event.enterprise)),
            Self::ClockChanged(event) => Some(at(event.division, &event.enterprise)),
            Self::DeliveryChanged(event) => event.division.map(Place::of),
            Self::MessageRequested(event) => event.division.map(Place::of),
            Self::WallChanged(event) => Some(Place::of(event.division)),
            Self::QuarantineChanged(_) | Self::SetAsideChanged(_) | Self::AccessChanged(_) | Self::JobChanged(_) => {
                None
            }
        }
    }
}

/// What was done to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordChange {
    /// New.
    Created,
    /// Changed.
    Updated,
    /// Taken out of the ledger.
    Deleted,
    /// Many at once: an import. Screens reload the list.
    Imported,
}

/// A ledger entry was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordChanged {
    /// The kind.
    pub kind: String,
    /// The record; for an import, the import run.
    pub id: String,
    /// What was done.
    pub change: RecordChange,
    /// Where it belongs.
    pub division: DivisionCode,
    /// The enterprise that it belongs to, by record id.
    #[serde(default)]
    pub enterprise: Option<String>,
    /// Its version after the change.
    pub version: i64,
}

/// What happened to an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlarmChange {
    /// Newly raised.
    Raised,
    /// Active again before it was closed.
    ReRaised,
    /// The value returned to normal.
    Returned,
    /// A person took note of it.
    Acknowledged,
    /// A person judged it: true, false or a test.
    Verified,
    /// A person shelved it until an end.
    Shelved,
    /// A person took it from the shelf.
    Unshelved,
    /// The end of its shelf came.
    ShelfEnded,
    /// Raised while its source is out of service: recorded, nobody is rung.
    Suppressed,
    /// Its source is in service again and it is still active: it rings now.
    Released,
    /// Nobody acknowledged it in time: others were told.
    Escalated,
}

/// An alarm changed; carries what a screen and a sound need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlarmChanged {
    /// The alarm.
    pub alarm: AlarmId,
    /// What happened.
    pub change: AlarmChange,
    /// The series that it is about.
    pub series: SeriesId,
    /// One line for people.
    pub title: String,
    /// Its priority.
    pub priority: AlarmPriority,
    /// Real or drill.
    pub mode: Mode,
    /// Where.
    pub division: DivisionCode,
    /// Where on the map.
    pub location: Option<Point>,
    /// The enterprise, by record id.
    pub enterprise: Option<String>,
    /// The value that decided, as its sender wrote it.
    pub value: Option<String>,
    /// Its unit.
    pub unit: String,
    /// When the decisive value was observed.
    pub observed_at: Timestamp,
    /// Still beyond the limit.
    pub active: bool,
    /// Taken note of.
    pub acknowledged: bool,
    /// Shelved or suppressed by design: it rings nobody.
    #[serde(default)]
    pub silenced: bool,
}

/// A device fell silent or came back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeviceConnection {
    /// The device record.
    pub device: String,
    /// Its name.
    pub name: String,
    /// Whether it is heard now.
    pub online: bool,
    /// Where.
    pub division: DivisionCode,
    /// The enterprise, by record id.
    #[serde(default)]
    pub enterprise: Option<String>,
    /// When it was last heard.
    pub last_heard_at: Option<Timestamp>,
}

/// A device or one of its series was taken out of service, or is in service again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceChanged {
    /// The device record.
    pub device: String,
    /// Where.
    pub division: DivisionCode,
    /// The enterprise, by record id.
    #[serde(default)]
    pub enterprise: Option<String>,
    /// Whether it is out of service now.
    pub out_of_service: bool,
}

/// Where an order to a device stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceOrderState {
    /// Waits for the device to be connected, or for its turn.
    Queued,
    /// Sent; nothing came back yet.
    Sent,
    /// The device said that it has it; the answer itself is still to come.
    Accepted,
    /// Done, with what the device said.
    Answered,
    /// The device would not, or could not.
    Refused,
    /// Sent, and no answer came in time: whether it was carried out is not known.
    Unanswered,
    /// Never sent: the device did not speak before the deadline.
    Expired,
    /// A person took it back before it was sent.
    Cancelled,
}

impl DeviceOrderState {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Queued,
        Self::Sent,
        Self::Accepted,
        Self::Answered,
        Self::Refused,
        Self::Unanswered,
        Self::Expired,
        Self::Cancelled,
    ];

    /// The stored form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Accepted => "accepted",
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Unanswered => "unanswered",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of a stored form.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether something is still to come of it.
    pub fn open(self) -> bool {
        matches!(self, Self::Queued | Self::Sent | Self::Accepted)
    }
}

/// An order to a device was given or moved on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeviceOrderChanged {
    /// The order.
    pub order: DeviceOrderId,
    /// The device record.
    pub device: String,
    /// Where it stands now.
    pub state: DeviceOrderState,
    /// Where the device is.
    pub division: DivisionCode,
    /// The enterprise, by record id.
    #[serde(default)]
    pub enterprise: Option<String>,
}

/// The quarantine changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuarantineChanged {
    /// Entries waiting.
    pub waiting: u64,
}

/// A matter was opened or moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MatterChanged {
    /// The matter.
    pub matter: MatterId,
    /// Its process: `warning`, `incident`, `task`, …
    pub process: String,
    /// One line for people.
    pub title: String,
    /// The action taken; `open` when it was opened, `comment`, `attach`, `claim`, `hand_over` for what every matter can do.
    pub action: String,
    /// Phase before, absent when opened.
    pub from: Option<String>,
    /// Phase now.
    pub to: String,
    /// Version now.
    pub version: i64,
    /// Real or drill.
    pub mode: Mode,
    /// Where.
    pub division: DivisionCode,
    /// The enterprise concerned, by record id.
    #[serde(default)]
    pub enterprise: Option<String>,
    /// Post that holds it now, by record id.
    pub post: Option<String>,
}

/// What a clock did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockChange {
    /// It runs.
    Started,
    /// It will run out soon.
    Reminded,
    /// It ran out.
    Overdue,
    /// What it waits for was done.
    Stopped,
}

/// A clock of a matter changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClockChanged {
    /// The matter.
    pub matter: MatterId,
    /// Its process.
    pub process: String,
    /// Its title.
    pub title: String,
    /// The clock's name.
    pub clock: String,
    /// What it did.
    pub change: ClockChange,
    /// When it runs out.
    pub due_at: Timestamp,
    /// Where.
    pub division: DivisionCode,
    /// The enterprise concerned, by record id.
    #[serde(default)]
    pub enterprise: Option<String>,
    /// Post responsible.
    pub post: Option<String>,
}

/// How far a delivery has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Waiting to be sent, or to be tried again.
    Queued,
    /// Handed to the channel.
    Sent,
    /// The channel reports arrival.
    Delivered,
    /// The recipient confirmed.
    Confirmed,
    /// Given up.
    Failed,
}

/// A message made progress towards one recipient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryChanged {
    /// The delivery.
    pub delivery: DeliveryId,
    /// The message.
    pub message: MessageId,
    /// The matter it belongs to.
    pub matter: Option<MatterId>,
    /// How far it has come.
    pub state: DeliveryState,
    /// Over which channel.
    pub channel: Channel,
    /// To whom, as shown.
    pub recipient: String,
    /// User who sees it in the console.
    pub user: Option<String>,
    /// The subject, for notices.
    pub subject: String,
    /// How loud.
    pub tone: Tone,
    /// Where.
    pub division: Option<DivisionCode>,
}

/// Events that handlers could not digest changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SetAsideChanged {
    /// The handler concerned.
    pub handler: String,
}

/// Somebody's rights or sessions changed: what follows the stream in their name is judged anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccessChanged {
    /// Whose; `None` for everybody who may be concerned.
    pub user: Option<String>,
}

/// Somebody changed what a wall shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WallChanged {
    /// The wall's name.
    pub wall: String,
    /// Where it hangs.
    pub division: DivisionCode,
}

/// Where a piece of long work stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for its turn.
    Queued,
    /// Under way.
    Running,
    /// Held by a person; goes on from where it stopped.
    Paused,
    /// Ended as asked.
    Done,
    /// Ended by a fault.
    Failed,
    /// Ended by a person before it was complete.
    Cancelled,
}

impl JobState {
    /// The stored form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether it is still to do something.
    pub fn open(self) -> bool {
        matches!(self, Self::Queued | Self::Running | Self::Paused)
    }
}

/// A piece of long work changed its state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JobChanged {
    /// The job.
    pub job: JobId,
    /// What it does: `import.run`, …
    pub kind: String,
    /// What it works on, by id.
    pub subject: Option<String>,
    /// Its state now.
    pub state: JobState,
    /// Whoever asked for it.
    pub user: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_events_stay_readable() {
        let old = r#"{"type":"record_changed","kind":"enterprise","id":"x","change":"created","division":"640181000000","version":1}"#;
        let event: Event = serde_json::from_str(old).expect("version 1 of a record event");
        assert_eq!(event.name(), "record_changed");
        assert_eq!(event.division().map(|code| code.to_string()).as_deref(), Some("640181000000"));
    }
}
