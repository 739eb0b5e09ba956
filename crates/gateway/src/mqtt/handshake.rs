//! CONNECT and its answer.

use std::time::Duration;

use fengsui_kernel::fault::FaultKind;
use fengsui_protocols::mqtt::{
    Connect, ConnectAcknowledgement, MqttError, Packet, Properties, Property, PropertyId, PropertyValue, ReasonCode,
    Version, decode, encode, encode_properties,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Context;
use super::sensorthings::Reader;

/// Before a client is known, it may not make us hold much.
const MAX_CONNECT: usize = 8 * 1024;
/// Keep-alive given to clients of version 5 that ask for none.
const DEFAULT_KEEP_ALIVE: u16 = 300;

/// How API tokens begin; the tokens of devices never do.
const API_TOKEN: &str = "fengsui_";

/// A client that was let in.
pub(crate) struct Greeting {
    pub(crate) version: Version,
    /// The device's code; of a program what it calls itself.
    pub(crate) code: String,
    /// The program, where it is no device.
    pub(crate) reader: Option<Reader>,
    pub(crate) client_id: String,
    /// Silence after which the connection ends.
    pub(crate) patience: Duration,
    /// Bytes that came behind the CONNECT.
    pub(crate) rest: Vec<u8>,
}

struct Asked {
    version: Version,
    clean: bool,
    keep_alive: u16,
    client_id: String,
    username: Option<String>,
    password: Option<Vec<u8>>,
}

impl Asked {
    fn new(connect: &Connect<'_>) -> Self {
        Self {
            version: connect.version,
            clean: connect.clean_session,
            keep_alive: connect.keep_alive,
            client_id: connect.client_id.to_owned(),
            username: connect.username.map(str::to_owned),
            password: connect.password.map(<[u8]>::to_vec),
        }
    }
}

/// Reads CONNECT, judges it and answers. The error says why the client was turned away.
pub(crate) async fn greet(context: &Context, stream: &mut TcpStream) -> Result<Greeting, String> {
    let mut input = Vec::with_capacity(512);
    let (asked, used) = loop {
        match decode(&input, None, MAX_CONNECT) {
            Ok(Some((Packet::Connect(connect), used))) => break (Asked::new(&connect), used),
            Ok(Some((other, _))) => return Err(format!("{:?} instead of CONNECT", other.kind())),
            Ok(None) => {}
            Err(error) => {
                answer_unreadable(stream, &error).await;
                return Err(error.to_string());
            }
        }
        if stream.read_buf(&mut input).await.map_err(|error| error.to_string())? == 0 {
            return Err("closed before CONNECT".to_owned());
        }
    };
    let rest = input.split_off(used);
    match judge(context, &asked).await {
        Ok((code, reader)) => welcome(context, stream, asked, code, reader, rest).await,
        Err(reason) => {
            let answer = acknowledgement(asked.version, reason, &[]);
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
            Err(format!("{} refused with {:#04x}", asked.username.as_deref().unwrap_or("nobody"), reason.0))
        }
    }
}

/// The device's code and the program if it is one, or why the client must leave.
async fn judge(context: &Context, asked: &Asked) -> Result<(String, Option<Reader>), ReasonCode> {
    // Without an identifier there is no session to come back to; 3.1.1 says so, 3.1 always wants one.
    let nameless = asked.client_id.is_empty();
    if nameless && (asked.version == Version::V31 || (asked.version == Version::V311 && !asked.clean)) {
        return Err(ReasonCode::CLIENT_IDENTIFIER_NOT_VALID);
    }
    let (Some(username), Some(password)) = (&asked.username, &asked.password) else {
        return Err(ReasonCode::NOT_AUTHORIZED);
    };
    let token = std::str::from_utf8(password).map_err(|_| ReasonCode::BAD_USER_NAME_OR_PASSWORD)?;
    if let Some(door) = context.sensorthings.as_ref().filter(|_| token.starts_with(API_TOKEN)) {
        return match (door.sign_in)(token.to_owned()).await {
            Ok(principal) => Ok((username.clone(), Some(Reader { principal, token: token.to_owned() }))),
            Err(fault) => match fault.kind.as_ref() {
                FaultKind::Unavailable(_) | FaultKind::Internal(_) => Err(ReasonCode::SERVER_UNAVAILABLE),
                _ => Err(ReasonCode::BAD_USER_NAME_OR_PASSWORD),
            },
        };
    }
    match context.engine.authenticate_device(username, token).await {
        Ok(identity) => Ok((identity.code, None)),
        Err(fault) => match fault.kind.as_ref() {
            FaultKind::Unauthenticated(_) => Err(ReasonCode::BAD_USER_NAME_OR_PASSWORD),
            _ => Err(ReasonCode::SERVER_UNAVAILABLE),
        },
    }
}

async fn welcome(
    context: &Context,
    stream: &mut TcpStream,
    asked: Asked,
    code: String,
    reader: Option<Reader>,
    rest: Vec<u8>,
) -> Result<Greeting, String> {
    let limits = &context.limits;
    let client_id = if asked.client_id.is_empty() { format!("{code}-auto") } else { asked.client_id };
    let mut properties = vec![
        Property { id: PropertyId::RECEIVE_MAXIMUM, value: PropertyValue::TwoBytes(clamp(limits.waiting_messages)) },
        Property { id: PropertyId::MAXIMUM_PACKET_SIZE, value: PropertyValue::FourBytes(clamp(limits.packet_bytes)) },
        Property { id: PropertyId::RETAIN_AVAILABLE, value: PropertyValue::Byte(0) },
        Property { id: PropertyId::WILDCARD_SUBSCRIPTION_AVAILABLE, value: PropertyValue::Byte(0) },
        Property { id: PropertyId::SUBSCRIPTION_IDENTIFIERS_AVAILABLE, value: PropertyValue::Byte(0) },
        Property { id: PropertyId::SHARED_SUBSCRIPTION_AVAILABLE, value: PropertyValue::Byte(0) },
        Property { id: PropertyId::ASSIGNED_CLIENT_IDENTIFIER, value: PropertyValue::Text(&client_id) },
    ];
    let mut keep_alive = asked.keep_alive;
    if keep_alive == 0 && asked.version == Version::V5 {
        keep_alive = DEFAULT_KEEP_ALIVE;
        properties.push(Property { id: PropertyId::SERVER_KEEP_ALIVE, value: PropertyValue::TwoBytes(keep_alive) });
    }
    let answer = acknowledgement(asked.version, ReasonCode::SUCCESS, &properties);
    stream.write_all(&answer).await.map_err(|error| error.to_string())?;
    // The standard grants half as much again; without keep-alive a dead peer must still go at last.
    let patience = match keep_alive {
        0 => limits.idle_timeout,
        seconds => Duration::from_millis(u64::from(seconds) * 1500),
    };
    Ok(Greeting { version: asked.version, code, reader, client_id, patience, rest })
}

fn clamp<T: TryFrom<usize> + From<u16>>(number: usize) -> T {
    T::try_from(number).unwrap_or_else(|_| T::from(u16::MAX))
}

async fn answer_unreadable(stream: &mut TcpStream, error: &MqttError) {
    // What is no MQTT at all gets no answer.
    if matches!(error, MqttError::UnsupportedProtocol { .. }) {
        let answer = acknowledgement(Version::V311, error.reason(), &[]);
        let _ = stream.write_all(&answer).await;
        let _ = stream.shutdown().await;
    }
}

fn acknowledgement(version: Version, reason: ReasonCode, properties: &[Property<'_>]) -> Vec<u8> {
    let mut raw = Vec::new();
    let encoded = encode_properties(properties, &mut raw).ok();
    let properties = encoded.and_then(|()| Properties::parse(&raw).ok()).unwrap_or_default();
    let mut output = Vec::with_capacity(64);
    let packet = Packet::ConnectAcknowledgement(ConnectAcknowledgement { session_present: false, reason, properties });
    if let Err(error) = encode(&packet, version, &mut output) {
        tracing::error!(%error, "CONNACK could not be written");
    }
    output
}
