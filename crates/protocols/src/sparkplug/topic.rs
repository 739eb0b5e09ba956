//! Topics (4.1).

use std::fmt;

use super::error::TopicError;

const NAMESPACE: &str = "spBv1.0";
const STATE: &str = "STATE";

/// What a message of an edge node or to one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// `NBIRTH`: the node is there, with all its metrics.
    NodeBirth,
    /// `NDEATH`: the node is gone.
    NodeDeath,
    /// `NDATA`: values of the node.
    NodeData,
    /// `NCMD`: a command to the node.
    NodeCommand,
    /// `DBIRTH`: a device is there, with all its metrics.
    DeviceBirth,
    /// `DDEATH`: a device is gone.
    DeviceDeath,
    /// `DDATA`: values of a device.
    DeviceData,
    /// `DCMD`: a command to a device.
    DeviceCommand,
}

impl MessageKind {
    const ALL: [Self; 8] = [
        Self::NodeBirth,
        Self::NodeDeath,
        Self::NodeData,
        Self::NodeCommand,
        Self::DeviceBirth,
        Self::DeviceDeath,
        Self::DeviceData,
        Self::DeviceCommand,
    ];

    /// The name in the topic.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NodeBirth => "NBIRTH",
            Self::NodeDeath => "NDEATH",
            Self::NodeData => "NDATA",
            Self::NodeCommand => "NCMD",
            Self::DeviceBirth => "DBIRTH",
            Self::DeviceDeath => "DDEATH",
            Self::DeviceData => "DDATA",
            Self::DeviceCommand => "DCMD",
        }
    }

    /// Reads the name in the topic.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether the topic names a device.
    pub fn is_of_device(self) -> bool {
        matches!(self, Self::DeviceBirth | Self::DeviceDeath | Self::DeviceData | Self::DeviceCommand)
    }

    /// Whether it goes to a node, not from one.
    pub fn is_command(self) -> bool {
        matches!(self, Self::NodeCommand | Self::DeviceCommand)
    }
}

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Of an edge node or one of its devices.
    Edge {
        /// Group of nodes.
        group: String,
        /// What the message is.
        kind: MessageKind,
        /// Edge node, unique within its group.
        node: String,
        /// Device, for those kinds that have one.
        device: Option<String>,
    },
    /// State of a host application.
    State {
        /// The host.
        host: String,
    },
}

impl Topic {
    /// A topic of an edge node, or of a device where one is given.
    pub fn edge(kind: MessageKind, group: &str, node: &str, device: Option<&str>) -> Result<Self, TopicError> {
        if kind.is_of_device() != device.is_some() {
            return Err(TopicError::Parts);
        }
        Ok(Self::Edge { group: name(group)?, kind, node: name(node)?, device: device.map(name).transpose()? })
    }

    /// The topic of a host's state.
    pub fn state(host: &str) -> Result<Self, TopicError> {
        name(host).map(|host| Self::State { host })
    }

    /// Reads a topic.
    pub fn parse(text: &str) -> Result<Self, TopicError> {
        let mut parts = text.split('/');
        if parts.next() != Some(NAMESPACE) {
            return Err(TopicError::Namespace);
        }
        let rest: Vec<&str> = parts.take(5).collect();
        match rest.as_slice() {
            [STATE, host] => Self::state(host),
            [group, kind, node] => Self::edge(MessageKind::parse(kind).ok_or(TopicError::Kind)?, group, node, None),
            [group, kind, node, device] => {
                Self::edge(MessageKind::parse(kind).ok_or(TopicError::Kind)?, group, node, Some(device))
            }
            _ => Err(TopicError::Parts),
        }
    }
}

fn name(text: &str) -> Result<String, TopicError> {
    if text.is_empty() {
        return Err(TopicError::Parts);
    }
    if text.contains(['+', '/', '#', '\0']) { Err(TopicError::Reserved) } else { Ok(text.to_owned()) }
}

impl fmt::Display for Topic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State { host } => write!(formatter, "{NAMESPACE}/{STATE}/{host}"),
            Self::Edge { group, kind, node, device } => {
                write!(formatter, "{NAMESPACE}/{group}/{}/{node}", kind.as_str())?;
                device.iter().try_for_each(|device| write!(formatter, "/{device}"))
            }
        }
    }
}
