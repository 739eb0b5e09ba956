//! A publisher that does not give up: it reconnects and sends again until the broker acknowledges.

use std::time::Duration;

use anyhow::Result;
use fengsui_protocols::mqtt::ReasonCode;
use thiserror::Error;
use tokio::time::{Instant, sleep, sleep_until};

use super::connection::Connection;

/// First wait before connecting again; doubled after every failure.
const SHORTEST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// A third of the keep-alive.
const PING_INTERVAL: Duration = Duration::from_secs(20);

/// Where to publish, and as whom.
#[derive(Clone)]
pub struct Target {
    /// Broker, as HOST:PORT.
    pub address: String,
    /// Code of the device.
    pub device: String,
    /// Token of the device.
    pub token: String,
}

/// The broker said no; asking again would not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Refused {
    /// To the connection: wrong device or token, most likely.
    #[error("the broker refused the connection: reason {:#04x}{}", .0.0, meaning(*.0))]
    Connection(ReasonCode),
    /// To a message.
    #[error("the broker refused the message: reason {:#04x}{}", .0.0, meaning(*.0))]
    Message(ReasonCode),
}

impl Refused {
    /// Whether the refusal speaks of the moment and not of us.
    fn is_passing(self) -> bool {
        let (Self::Connection(reason) | Self::Message(reason)) = self;
        let passing = [
            ReasonCode::SERVER_UNAVAILABLE,
            ReasonCode::SERVER_BUSY,
            ReasonCode::SERVER_SHUTTING_DOWN,
            ReasonCode::SESSION_TAKEN_OVER,
            ReasonCode::MESSAGE_RATE_TOO_HIGH,
            ReasonCode::QUOTA_EXCEEDED,
            ReasonCode::UNSPECIFIED_ERROR,
            ReasonCode::IMPLEMENTATION_SPECIFIC_ERROR,
        ];
        passing.contains(&reason)
    }
}

fn meaning(reason: ReasonCode) -> &'static str {
    match reason {
        ReasonCode::BAD_USER_NAME_OR_PASSWORD => " (wrong device code or token)",
        ReasonCode::NOT_AUTHORIZED => " (not authorised)",
        ReasonCode::TOPIC_NAME_INVALID => " (topic not allowed)",
        ReasonCode::PAYLOAD_FORMAT_INVALID => " (the observations could not be read)",
        ReasonCode::SERVER_BUSY => " (busy)",
        _ => "",
    }
}

/// Publishes for one device, one message at a time.
pub struct Publisher {
    target: Target,
    topic: String,
    connection: Option<Connection>,
    reconnects: u64,
}

impl Publisher {
    /// A publisher that connects when it has something to send.
    pub fn new(target: Target) -> Self {
        let topic = format!("fengsui/v1/{}/observations", target.device);
        Self { target, topic, connection: None, reconnects: 0 }
    }

    /// Publishes and returns when the broker has acknowledged, however long that takes.
    pub async fn publish(&mut self, payload: &[u8]) -> Result<()> {
        let mut wait = SHORTEST_WAIT;
        loop {
            let Err(error) = self.attempt(payload).await else { return Ok(()) };
            if let Some(refused) = error.downcast_ref::<Refused>()
                && !refused.is_passing()
            {
                return Err(error);
            }
            tracing::warn!(broker = %self.target.address, "{error:#}; trying again in {wait:?}");
            self.connection = None;
            self.reconnects += 1;
            sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn attempt(&mut self, payload: &[u8]) -> Result<()> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            vacant => vacant.insert(Connection::open(&self.target).await?),
        };
        connection.publish(&self.topic, payload).await
    }

    /// Does nothing until the moment, but keeps the connection alive.
    pub async fn rest_until(&mut self, moment: Instant) {
        loop {
            let next = (Instant::now() + PING_INTERVAL).min(moment);
            sleep_until(next).await;
            if next >= moment {
                return;
            }
            if let Some(connection) = &mut self.connection
                && connection.ping().await.is_err()
            {
                self.connection = None;
            }
        }
    }

    /// How often the connection had to be made again.
    pub fn reconnects(&self) -> u64 {
        self.reconnects
    }

    /// Takes leave of the broker.
    pub async fn close(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.close().await;
        }
    }
}
