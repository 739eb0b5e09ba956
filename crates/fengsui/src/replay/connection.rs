//! One MQTT 5 connection of a publisher: sign in, publish, wait for the answer.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use fengsui_protocols::mqtt::{
    Connect, Disconnect, Packet, Properties, Publish, QualityOfService, ReasonCode, Version, decode, encode,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::publisher::{Refused, Target};

/// The keep-alive told to the broker; pings come well before.
const KEEP_ALIVE_SECONDS: u16 = 60;
/// How long an answer may take before the connection is given up.
const PATIENCE: Duration = Duration::from_secs(15);
/// No answer to a publisher is anywhere near this size.
const MAX_PACKET: usize = 64 * 1024;

/// An open, signed-in connection.
pub(super) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    packet_id: u16,
}

/// What the broker answered, out of the buffer.
enum Answer {
    Connected(ReasonCode),
    Published(u16, ReasonCode),
    Pong,
    Closed(ReasonCode),
    Other,
}

impl Connection {
    /// Connects and signs in. A refusal by the broker is a [`Refused`].
    pub(super) async fn open(target: &Target) -> Result<Self> {
        let connecting = timeout(PATIENCE, TcpStream::connect(&target.address));
        let stream = connecting.await.context("no connection in time")?.context("no connection")?;
        stream.set_nodelay(true)?;
        let mut connection = Self { stream, buffer: Vec::new(), packet_id: 0 };
        let client_id = format!("fengsui-replay-{}", target.device);
        let connect = Connect {
            version: Version::V5,
            clean_session: true,
            keep_alive: KEEP_ALIVE_SECONDS,
            client_id: &client_id,
            username: Some(&target.device),
            password: Some(target.token.as_bytes()),
            will: None,
            properties: Properties::default(),
        };
        connection.send(&Packet::Connect(connect)).await?;
        loop {
            match connection.answer().await? {
                Answer::Connected(reason) if reason.is_failure() => return Err(Refused::Connection(reason).into()),
                Answer::Connected(_) => return Ok(connection),
                Answer::Closed(reason) => return Err(Refused::Connection(reason).into()),
                _ => {}
            }
        }
    }

    /// Publishes with QoS 1 and waits for the acknowledgement.
    pub(super) async fn publish(&mut self, topic: &str, payload: &[u8]) -> Result<()> {
        self.packet_id = self.packet_id.checked_add(1).unwrap_or(1);
        let packet_id = self.packet_id;
        let publish = Publish {
            duplicate: false,
            qos: QualityOfService::AtLeastOnce,
            retain: false,
            topic,
            packet_id: Some(packet_id),
            properties: Properties::default(),
            payload,
        };
        self.send(&Packet::Publish(publish)).await?;
        loop {
            match self.answer().await? {
                Answer::Published(id, reason) if id == packet_id => {
                    return if reason.is_failure() { Err(Refused::Message(reason).into()) } else { Ok(()) };
                }
                Answer::Closed(reason) => bail!("the broker closed the connection: reason {:#04x}", reason.0),
                _ => {}
            }
        }
    }

    /// Shows that this end is alive.
    pub(super) async fn ping(&mut self) -> Result<()> {
        self.send(&Packet::PingRequest).await?;
        loop {
            match self.answer().await? {
                Answer::Pong => return Ok(()),
                Answer::Closed(reason) => bail!("the broker closed the connection: reason {:#04x}", reason.0),
                _ => {}
            }
        }
    }

    /// Takes leave, so that the broker does not have to find out.
    pub(super) async fn close(mut self) {
        let goodbye = Disconnect { reason: ReasonCode::SUCCESS, properties: Properties::default() };
        // Whether the broker hears it makes no difference to us.
        let _ = self.send(&Packet::Disconnect(goodbye)).await;
        let _ = self.stream.shutdown().await;
    }

    async fn send(&mut self, packet: &Packet<'_>) -> Result<()> {
        let mut bytes = Vec::new();
        encode(packet, Version::V5, &mut bytes)?;
        timeout(PATIENCE, self.stream.write_all(&bytes)).await.context("the broker does not read")??;
        Ok(())
    }

    async fn answer(&mut self) -> Result<Answer> {
        loop {
            if let Some((packet, size)) = decode(&self.buffer, Some(Version::V5), MAX_PACKET)? {
                let answer = match &packet {
                    Packet::ConnectAcknowledgement(answer) => Answer::Connected(answer.reason),
                    Packet::PublishAcknowledgement(answer) => Answer::Published(answer.packet_id, answer.reason),
                    Packet::PingResponse => Answer::Pong,
                    Packet::Disconnect(disconnect) => Answer::Closed(disconnect.reason),
                    _ => Answer::Other,
                };
                self.buffer.drain(..size);
                return Ok(answer);
            }
            let reading = timeout(PATIENCE, self.stream.read_buf(&mut self.buffer));
            if reading.await.context("no answer in time")?? == 0 {
                bail!("the broker closed the connection");
            }
        }
    }
}
