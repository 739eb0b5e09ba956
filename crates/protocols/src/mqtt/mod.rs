//! MQTT 3.1, 3.1.1 and 5.0 as a broker for publishers and command subscribers sees it.
//!
//! [`decode`] reads one packet from the head of a buffer and borrows from it, so that a publish costs no copy;
//! [`encode`] writes one. Sessions, acknowledgement and delivery are the caller's affair. Wills are read and can be
//! ignored; enhanced authentication (AUTH) is not offered.

mod acknowledge;
mod codec;
mod connect;
mod error;
mod packet;
mod property;
mod publish;
mod reader;
mod reason;
mod subscribe;
pub mod topic;
mod version;
mod writer;

pub use codec::{decode, encode};
pub use error::MqttError;
pub use packet::{
    Acknowledgement, Connect, ConnectAcknowledgement, Disconnect, Packet, PacketKind, Publish, QualityOfService,
    RetainHandling, Subscribe, SubscribeAcknowledgement, Subscription, Unsubscribe, UnsubscribeAcknowledgement, Will,
};
pub use property::{Properties, Property, PropertyId, PropertyValue, encode_properties};
pub use reason::ReasonCode;
pub use version::Version;
