//! A broker that only accepts: enough of one to test the publisher against.

use std::sync::{Arc, Mutex};

use fengsui_protocols::mqtt::{
    Acknowledgement, ConnectAcknowledgement, Packet, Properties, ReasonCode, Version, decode, encode,
};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

#[derive(Default)]
struct State {
    token: String,
    /// Publishes, counted from 1, at which the connection is cut instead of acknowledging.
    cut_at: Vec<usize>,
    received: Vec<(String, Value)>,
}

/// The broker; it lives until the test's runtime ends.
pub(super) struct Acceptor {
    /// Where it listens.
    pub(super) address: String,
    state: Arc<Mutex<State>>,
}

impl Acceptor {
    pub(super) async fn start(token: &str, cut_at: &[usize]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let state = State { token: token.to_owned(), cut_at: cut_at.to_vec(), received: Vec::new() };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { address, state }
    }

    pub(super) fn received(&self) -> Vec<(String, Value)> {
        self.state.lock().expect("the state").received.clone()
    }
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let (mut buffer, mut version) = (Vec::new(), None);
    loop {
        while let Some((packet, size)) = decode(&buffer, version, 1 << 20).expect("a packet") {
            let answer = answer(&packet, &state);
            if let Packet::Connect(connect) = &packet {
                version = Some(connect.version);
            }
            buffer.drain(..size);
            let Some(answer) = answer else { return };
            let mut bytes = Vec::new();
            encode(&answer, version.unwrap_or(Version::V5), &mut bytes).expect("an answer");
            stream.write_all(&bytes).await.expect("a client that reads");
        }
        if stream.read_buf(&mut buffer).await.unwrap_or(0) == 0 {
            return;
        }
    }
}

/// The answer to a packet; `None` cuts the connection.
fn answer(packet: &Packet<'_>, state: &Mutex<State>) -> Option<Packet<'static>> {
    let mut state = state.lock().expect("the state");
    match packet {
        Packet::Connect(connect) => {
            let known = connect.password == Some(state.token.as_bytes());
            let reason = if known { ReasonCode::SUCCESS } else { ReasonCode::BAD_USER_NAME_OR_PASSWORD };
            let properties = Properties::default();
            Some(Packet::ConnectAcknowledgement(ConnectAcknowledgement { session_present: false, reason, properties }))
        }
        Packet::Publish(publish) => {
            let body = serde_json::from_slice(publish.payload).expect("JSON");
            state.received.push((publish.topic.to_owned(), body));
            let count = state.received.len();
            let cut = state.cut_at.contains(&count);
            let acknowledgement = Acknowledgement::success(publish.packet_id?);
            (!cut).then_some(Packet::PublishAcknowledgement(acknowledgement))
        }
        Packet::PingRequest => Some(Packet::PingResponse),
        _ => None,
    }
}
