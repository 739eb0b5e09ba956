//! A gateway over a throw-away store, and a client made of bytes.
#![allow(dead_code, reason = "each suite uses its part")]

use std::time::Duration;

use fengsui_gateway::{Entrance, FramedProtocol, Gateway, GatewayConfig};
use fengsui_kernel::id::SeriesId;
use fengsui_kernel::{Mode, PageQuery, Principal};
use fengsui_protocols::mqtt::{
    Acknowledgement, Connect, Packet, Properties, Publish, QualityOfService, ReasonCode, Version, decode, encode,
};
use fengsui_series::{
    DeviceFacts, ObservationQuery, ObservationView, QuarantineView, SeriesEngine, SeriesRegistration, SeriesSettings,
};
use fengsui_storage::testkit::TestStore;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub const DEVICE: &str = "01990000-0000-7000-8000-00000000d001";
pub const STATION: &str = "010000A8900016F000169DC0";
pub const TOPIC: &str = "fengsui/v1/GW-01/observations";

pub struct Site {
    pub store: TestStore,
    pub engine: SeriesEngine,
    pub gateway: Gateway,
    pub system: Principal,
    pub level: SeriesId,
    pub factor: SeriesId,
    pub token: String,
}

fn registration(code: &str) -> SeriesRegistration {
    let division = "640181".parse().expect("a code");
    let device = DeviceFacts {
        id: DEVICE.into(),
        code: "GW-01".into(),
        serial: Some(STATION.into()),
        name: "网关".into(),
        division,
        enterprise: None,
        category: None,
    };
    SeriesRegistration {
        device,
        code: code.into(),
        name: code.into(),
        name_en: None,
        unit: "m".into(),
        installation: None,
        enterprise: None,
        division,
        location: None,
        low: None,
        high: None,
        expected_interval_seconds: None,
        mode: Mode::Real,
    }
}

pub async fn site() -> Site {
    site_with(|_| {}).await
}

pub async fn site_with(change: impl FnOnce(&mut GatewayConfig)) -> Site {
    let store = fengsui_storage::testkit::sqlite().await;
    let engine = SeriesEngine::start(store.db.clone(), SeriesSettings::default()).await.expect("an engine");
    let system = Principal::system("test");
    let level = engine.register(&system, registration("level")).await.expect("a series").id;
    let factor = engine.register(&system, registration("w01018")).await.expect("a series").id;
    let token = engine.issue_credential(&system, DEVICE).await.expect("a token").token;
    let local = Entrance::at(([127, 0, 0, 1], 0).into());
    let framed = FramedProtocol::ALL.into_iter().map(|protocol| (protocol, local)).collect();
    let mut config = GatewayConfig { mqtt: Some(local), framed, ..GatewayConfig::default() };
    change(&mut config);
    let gateway = Gateway::start(config, engine.clone()).await.expect("open doors");
    Site { store, engine, gateway, system, level, factor, token }
}

impl Site {
    /// Another device with this serial number, and its series in the order of their codes.
    pub async fn device(&self, serial: &str, codes: &[&str]) -> Vec<SeriesId> {
        let mut ids = Vec::new();
        for code in codes {
            let mut registration = registration(code);
            let id = format!("01990000-0000-7000-8000-{serial:0>12}");
            let (own, name) = (format!("D-{serial}"), "另一台".into());
            registration.device =
                DeviceFacts { id, code: own, serial: Some(serial.into()), name, ..registration.device };
            ids.push(self.engine.register(&self.system, registration).await.expect("a series").id);
        }
        ids
    }

    pub async fn observations(&self, series: &SeriesId) -> Vec<ObservationView> {
        let query = ObservationQuery { limit: Some(500), ..ObservationQuery::default() };
        self.engine.observations(&self.system, series, &query).await.expect("a page").items
    }

    pub async fn quarantine(&self) -> Vec<QuarantineView> {
        self.engine.quarantine(&self.system, &PageQuery::default()).await.expect("a page").items
    }

    pub async fn dial(&self) -> TcpStream {
        TcpStream::connect(self.gateway.mqtt_address().expect("an address")).await.expect("a connection")
    }

    pub async fn dial_hj212(&self) -> TcpStream {
        self.dial_framed(FramedProtocol::Hj212).await
    }

    pub async fn dial_framed(&self, protocol: FramedProtocol) -> TcpStream {
        TcpStream::connect(self.gateway.framed_address(protocol).expect("an address")).await.expect("a connection")
    }

    /// A client that was let in.
    pub async fn client(&self, version: Version) -> Client {
        let mut client = Client::new(self.dial().await, version);
        let reason = client.connect("c1", Some("GW-01"), Some(&self.token), 60).await;
        assert_eq!(reason, ReasonCode::SUCCESS);
        client
    }
}

/// What a client may hear.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    Welcome(ReasonCode),
    Acknowledged(u16, ReasonCode),
    Received(u16),
    Complete(u16),
    Subscribed(Vec<ReasonCode>),
    Unsubscribed(Vec<ReasonCode>),
    /// A message: its topic and payload.
    Told(String, String),
    Pong,
    Dismissed(ReasonCode),
    Closed,
}

pub struct Client {
    stream: TcpStream,
    version: Version,
    input: Vec<u8>,
}

impl Client {
    pub fn new(stream: TcpStream, version: Version) -> Self {
        Self { stream, version, input: Vec::new() }
    }

    pub async fn connect(
        &mut self,
        id: &str,
        user: Option<&str>,
        password: Option<&str>,
        keep_alive: u16,
    ) -> ReasonCode {
        let connect = Connect {
            version: self.version,
            clean_session: true,
            keep_alive,
            client_id: id,
            username: user,
            password: password.map(str::as_bytes),
            will: None,
            properties: Properties::default(),
        };
        self.send(&[Packet::Connect(connect)]).await;
        match self.hear().await {
            Heard::Welcome(reason) => reason,
            other => panic!("{other:?} instead of CONNACK"),
        }
    }

    pub async fn send(&mut self, packets: &[Packet<'_>]) {
        let mut bytes = Vec::new();
        for packet in packets {
            encode(packet, self.version, &mut bytes).expect("a packet");
        }
        self.raw(&bytes).await;
    }

    pub async fn raw(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.expect("sent");
    }

    /// The next packet; panics after ten seconds of silence.
    pub async fn hear(&mut self) -> Heard {
        tokio::time::timeout(Duration::from_secs(10), self.hear_patiently()).await.expect("an answer in time")
    }

    async fn hear_patiently(&mut self) -> Heard {
        loop {
            let decoded = decode(&self.input, Some(self.version), 1 << 20).expect("a packet");
            if let Some((packet, size)) = decoded {
                let heard = understand(&packet);
                self.input.drain(..size);
                return heard;
            }
            match self.stream.read_buf(&mut self.input).await {
                Ok(0) | Err(_) => return Heard::Closed,
                Ok(_) => {}
            }
        }
    }
}

fn understand(packet: &Packet<'_>) -> Heard {
    match packet {
        Packet::ConnectAcknowledgement(answer) => Heard::Welcome(answer.reason),
        Packet::PublishAcknowledgement(answer) => Heard::Acknowledged(answer.packet_id, answer.reason),
        Packet::PublishReceived(answer) => Heard::Received(answer.packet_id),
        Packet::PublishComplete(answer) => Heard::Complete(answer.packet_id),
        Packet::SubscribeAcknowledgement(answer) => Heard::Subscribed(answer.reasons.clone()),
        Packet::UnsubscribeAcknowledgement(answer) => Heard::Unsubscribed(answer.reasons.clone()),
        Packet::Publish(told) => {
            Heard::Told(told.topic.to_owned(), String::from_utf8(told.payload.to_vec()).expect("a text"))
        }
        Packet::PingResponse => Heard::Pong,
        Packet::Disconnect(leave) => Heard::Dismissed(leave.reason),
        other => panic!("unexpected {other:?}"),
    }
}

pub fn publish<'a>(topic: &'a str, payload: &'a str, qos: QualityOfService, packet_id: u16) -> Packet<'a> {
    Packet::Publish(Publish {
        duplicate: false,
        qos,
        retain: false,
        topic,
        packet_id: (qos != QualityOfService::AtMostOnce).then_some(packet_id),
        properties: Properties::default(),
        payload: payload.as_bytes(),
    })
}

pub fn release(packet_id: u16) -> Packet<'static> {
    Packet::PublishRelease(Acknowledgement::success(packet_id))
}
