//! What is sensed: devices, their series, observations, the rules over them and the alarms they raise.
//!
//! All readings pass one writer ([`Ingest`]): it takes everything that waits, writes it in one unit
//! of work together with last values, rule states, alarms and events, and answers only then. So what
//! is acknowledged is durable, and a rule never judges the same moment twice.

mod alarms;
mod catalogue;
mod commit;
mod connecting;
mod derived;
mod devices;
mod engine;
mod escalation;
mod figures;
mod frames;
mod health;
mod ingest;
mod last;
mod ledger;
mod live;
mod observations;
mod orders;
mod out_of_service;
mod plan;
mod presence;
mod quarantine;
mod readings;
mod recall;
mod registration;
mod rule_cases;
mod rule_condition;
mod rule_input;
mod rule_reading;
mod rule_trial;
mod shelving;
mod sight;
mod silence;
mod tally;
mod templates;
mod tracking;
mod tracks;
mod view;
mod wording;
mod writer;

pub mod rules;

pub use alarms::{AlarmFilter, AlarmState, AlarmVerdict, OpenAlarms, VerifiedFilter};
pub use derived::{
    DerivationInput, DerivationInputView, DerivationTrial, DerivationTrialInput, DerivationVersionView, DerivationView,
    Failure, MadeOf, MadeOfInput, NamedInput, NoValue, Present, ReasonCount, TrialPoint,
};
pub use devices::{ConnectionCounts, Credential, DeviceIdentity, DeviceStatus};
pub use engine::{SeriesEngine, SeriesSettings};
pub use escalation::{EscalationStep, RunningDrill, addressed};
pub use fengsui_storage::series::SeriesFilter;
pub use figures::{AlarmFigures, DeviceVerdicts, FiguresQuestion, NoisySeries};
pub use frames::{
    FRAME_BYTES, FrameCounters, FrameDirection, FrameLog, FrameLogSettings, FrameNote, FrameQuery, FrameSource,
    FrameVerdict, LoggedFrame, UnregisteredSender,
};
pub use health::{CLOCK_TOLERANCE_SECONDS, DeviceHealth, DeviceTrouble, TroubleView, VitalView};
pub use ingest::{Accepted, Ingest, IngestCounters, MAX_READINGS, Reading, Reject, Submission};
pub use ledger::{DeviceFacts, NamedRecord};
pub use live::LiveValue;
pub use observations::{ObservationQuery, ObservationsPage};
pub use orders::{
    Bell, CircleArea, Claim, DeviceOrder, DeviceOrderInput, DeviceOrderView, HistoryData, OrderDesk, OrdersOffered,
    Told,
};
pub use out_of_service::{OutOfServiceInput, OutOfServiceView};
pub use presence::{DevicePresence, LEAST_SILENCE_SECONDS, Presence, Shares, TOLERATED_INTERVALS};
pub use quarantine::{QuarantineReason, QuarantineView};
pub use registration::SeriesRegistration;
pub use rule_condition::RuleCondition;
pub use rule_input::RuleInput;
pub use rule_trial::{RuleTrial, RuleTrialInput};
pub use shelving::{DeskFigures, ShelvingPolicy};
pub use sight::{DeviceSight, Intake};
pub use tally::{DeviceTally, OpenAlarm, Under};
pub use templates::{
    ExceptionView, RuleSelector, RuleTemplateInput, RuleTemplateTrial, RuleTemplateTrialInput, RuleTemplateVersionView,
    RuleTemplateView, SelectedSeries, TriedSeries,
};
pub use tracking::DevicePosition;
pub use tracks::{Followed, LONGEST_TRACK_DAYS, ReportedAlarm, TrackLook};
pub use view::{
    AggregateView, AlarmDetail, AlarmEntryView, AlarmPosition, AlarmView, LastValue, ObservationView, RuleOrigin,
    RuleVersionView, RuleView, SeriesState, SeriesView, Suppression,
};
