//! Sparkplug B (specification 3.0.0): what edge nodes publish over MQTT, as a host application reads it.
//!
//! The way in is [`Topic::parse`] and [`Payload::decode`], then [`NodeSession::receive`], which knows the births and
//! turns metrics into [`Observation`]s. The way out is [`Payload::encode`], for commands ([`rebirth_command`]) and for
//! simulators. A host tells that it is there by [`HostState`].
//!
//! The payload is a protocol buffer, read by a small bounded reader of our own. Fields unknown here are kept as bytes
//! and written again behind the known ones.

mod compose;
mod datatype;
mod decode;
mod describe;
mod encode;
mod error;
mod observation;
mod payload;
mod scalar;
mod session;
mod state;
mod topic;
mod wire;

pub use compose::compose;
pub use datatype::DataType;
pub use describe::describe;
pub use error::{PayloadError, StateError, TopicError};
pub use observation::{Observation, Quality, Reading};
pub use payload::{
    BIRTH_DEATH_SEQUENCE, DataSet, MetaData, Metric, MetricValue, Parameter, Payload, Property, PropertyContent,
    PropertySet, REBIRTH, Row, Template, rebirth_command,
};
pub use scalar::Scalar;
pub use session::{Event, NodeSession, RebirthReason, Received, SessionLimits};
pub use state::HostState;
pub use topic::{MessageKind, Topic};
