//! Packets as values. They borrow their texts and payloads from the buffer they were read from.

use super::property::Properties;
use super::reason::ReasonCode;
use super::version::Version;

/// The packet types supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum PacketKind {
    /// The client opens the conversation.
    Connect = 1,
    /// The broker answers it.
    ConnectAcknowledgement = 2,
    /// A message.
    Publish = 3,
    /// PUBACK, answer to QoS 1.
    PublishAcknowledgement = 4,
    /// PUBREC, first answer to QoS 2.
    PublishReceived = 5,
    /// PUBREL, second step of QoS 2.
    PublishRelease = 6,
    /// PUBCOMP, end of QoS 2.
    PublishComplete = 7,
    /// The client subscribes.
    Subscribe = 8,
    /// The broker answers it.
    SubscribeAcknowledgement = 9,
    /// The client unsubscribes.
    Unsubscribe = 10,
    /// The broker answers it.
    UnsubscribeAcknowledgement = 11,
    /// Sign of life.
    PingRequest = 12,
    /// Answer to it.
    PingResponse = 13,
    /// End of the conversation.
    Disconnect = 14,
}

impl PacketKind {
    /// The kind of a number in the fixed header.
    pub fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            1 => Self::Connect,
            2 => Self::ConnectAcknowledgement,
            3 => Self::Publish,
            4 => Self::PublishAcknowledgement,
            5 => Self::PublishReceived,
            6 => Self::PublishRelease,
            7 => Self::PublishComplete,
            8 => Self::Subscribe,
            9 => Self::SubscribeAcknowledgement,
            10 => Self::Unsubscribe,
            11 => Self::UnsubscribeAcknowledgement,
            12 => Self::PingRequest,
            13 => Self::PingResponse,
            14 => Self::Disconnect,
            _ => return None,
        })
    }
}

/// How surely a message is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[repr(u8)]
pub enum QualityOfService {
    /// QoS 0.
    #[default]
    AtMostOnce = 0,
    /// QoS 1.
    AtLeastOnce = 1,
    /// QoS 2.
    ExactlyOnce = 2,
}

impl QualityOfService {
    /// The level of a number.
    pub fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::AtMostOnce),
            1 => Some(Self::AtLeastOnce),
            2 => Some(Self::ExactlyOnce),
            _ => None,
        }
    }
}

/// Any packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet<'a> {
    /// CONNECT.
    Connect(Connect<'a>),
    /// CONNACK.
    ConnectAcknowledgement(ConnectAcknowledgement<'a>),
    /// PUBLISH.
    Publish(Publish<'a>),
    /// PUBACK.
    PublishAcknowledgement(Acknowledgement<'a>),
    /// PUBREC.
    PublishReceived(Acknowledgement<'a>),
    /// PUBREL.
    PublishRelease(Acknowledgement<'a>),
    /// PUBCOMP.
    PublishComplete(Acknowledgement<'a>),
    /// SUBSCRIBE.
    Subscribe(Subscribe<'a>),
    /// SUBACK.
    SubscribeAcknowledgement(SubscribeAcknowledgement<'a>),
    /// UNSUBSCRIBE.
    Unsubscribe(Unsubscribe<'a>),
    /// UNSUBACK.
    UnsubscribeAcknowledgement(UnsubscribeAcknowledgement<'a>),
    /// PINGREQ.
    PingRequest,
    /// PINGRESP.
    PingResponse,
    /// DISCONNECT.
    Disconnect(Disconnect<'a>),
}

impl Packet<'_> {
    /// The packet type.
    pub fn kind(&self) -> PacketKind {
        match self {
            Self::Connect(_) => PacketKind::Connect,
            Self::ConnectAcknowledgement(_) => PacketKind::ConnectAcknowledgement,
            Self::Publish(_) => PacketKind::Publish,
            Self::PublishAcknowledgement(_) => PacketKind::PublishAcknowledgement,
            Self::PublishReceived(_) => PacketKind::PublishReceived,
            Self::PublishRelease(_) => PacketKind::PublishRelease,
            Self::PublishComplete(_) => PacketKind::PublishComplete,
            Self::Subscribe(_) => PacketKind::Subscribe,
            Self::SubscribeAcknowledgement(_) => PacketKind::SubscribeAcknowledgement,
            Self::Unsubscribe(_) => PacketKind::Unsubscribe,
            Self::UnsubscribeAcknowledgement(_) => PacketKind::UnsubscribeAcknowledgement,
            Self::PingRequest => PacketKind::PingRequest,
            Self::PingResponse => PacketKind::PingResponse,
            Self::Disconnect(_) => PacketKind::Disconnect,
        }
    }
}

/// CONNECT. `version` rules all later packets of the connection.
///
/// An empty client identifier is passed on: MQTT 3.1 forbids it, 3.1.1 allows it with a clean session only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connect<'a> {
    /// The version the client speaks.
    pub version: Version,
    /// Whether an earlier session is to be forgotten.
    pub clean_session: bool,
    /// Longest silence of the client in seconds; 0 for no limit.
    pub keep_alive: u16,
    /// Identifier of the client.
    pub client_id: &'a str,
    /// User name.
    pub username: Option<&'a str>,
    /// Password.
    pub password: Option<&'a [u8]>,
    /// Message to publish when the client vanishes.
    pub will: Option<Will<'a>>,
    /// Properties (v5).
    pub properties: Properties<'a>,
}

/// The will in a CONNECT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Will<'a> {
    /// Topic to publish to.
    pub topic: &'a str,
    /// Message.
    pub payload: &'a [u8],
    /// How to deliver it.
    pub qos: QualityOfService,
    /// Whether to retain it.
    pub retain: bool,
    /// Properties of the will (v5).
    pub properties: Properties<'a>,
}

/// CONNACK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectAcknowledgement<'a> {
    /// Whether the broker knows an earlier session.
    pub session_present: bool,
    /// Success, or why not; translated to a return code for 3.1 and 3.1.1.
    pub reason: ReasonCode,
    /// Properties (v5).
    pub properties: Properties<'a>,
}

/// PUBLISH.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publish<'a> {
    /// Whether this is sent again.
    pub duplicate: bool,
    /// How to deliver it.
    pub qos: QualityOfService,
    /// Whether to keep it for later subscribers; towards a subscriber, whether it was kept.
    pub retain: bool,
    /// Topic. Empty only in v5 with a topic alias, which a broker that offers no aliases must refuse.
    pub topic: &'a str,
    /// Packet identifier; present exactly for QoS 1 and 2.
    pub packet_id: Option<u16>,
    /// Properties (v5).
    pub properties: Properties<'a>,
    /// The message.
    pub payload: &'a [u8],
}

/// PUBACK, PUBREC, PUBREL or PUBCOMP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement<'a> {
    /// The packet identifier answered.
    pub packet_id: u16,
    /// Reason (v5; success elsewhere).
    pub reason: ReasonCode,
    /// Properties (v5).
    pub properties: Properties<'a>,
}

impl Acknowledgement<'_> {
    /// The plain acknowledgement of a packet.
    pub fn success(packet_id: u16) -> Self {
        Self { packet_id, reason: ReasonCode::SUCCESS, properties: Properties::default() }
    }
}

/// SUBSCRIBE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscribe<'a> {
    /// Packet identifier.
    pub packet_id: u16,
    /// Properties (v5).
    pub properties: Properties<'a>,
    /// What is subscribed to; never empty. The filters are not judged yet, see [`topic`](super::topic).
    pub subscriptions: Vec<Subscription<'a>>,
}

/// One filter of a SUBSCRIBE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subscription<'a> {
    /// The topic filter.
    pub filter: &'a str,
    /// Highest QoS wanted.
    pub qos: QualityOfService,
    /// Whether the client's own messages stay away (v5).
    pub no_local: bool,
    /// Whether the retain flag is passed on as published (v5).
    pub retain_as_published: bool,
    /// Which retained messages are wanted (v5).
    pub retain_handling: RetainHandling,
}

/// Which retained messages a new subscription wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum RetainHandling {
    /// All of them.
    #[default]
    Always = 0,
    /// Only if the subscription is new.
    IfNew = 1,
    /// None.
    Never = 2,
}

/// SUBACK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscribeAcknowledgement<'a> {
    /// The packet identifier answered.
    pub packet_id: u16,
    /// Properties (v5).
    pub properties: Properties<'a>,
    /// One code for each filter, in order.
    pub reasons: Vec<ReasonCode>,
}

/// UNSUBSCRIBE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsubscribe<'a> {
    /// Packet identifier.
    pub packet_id: u16,
    /// Properties (v5).
    pub properties: Properties<'a>,
    /// The filters to give up; never empty.
    pub filters: Vec<&'a str>,
}

/// UNSUBACK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsubscribeAcknowledgement<'a> {
    /// The packet identifier answered.
    pub packet_id: u16,
    /// Properties (v5).
    pub properties: Properties<'a>,
    /// One code for each filter (v5; empty elsewhere).
    pub reasons: Vec<ReasonCode>,
}

/// DISCONNECT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disconnect<'a> {
    /// Reason (v5; success elsewhere).
    pub reason: ReasonCode,
    /// Properties (v5).
    pub properties: Properties<'a>,
}
