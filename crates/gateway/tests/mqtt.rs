//! The MQTT door over real TCP.

mod common;

use std::time::Duration;

use common::{Client, Heard, Site, TOPIC, publish, release, site, site_with};
use fengsui_gateway::Entrance;
use fengsui_kernel::{Clock as _, Timestamp};
use fengsui_protocols::mqtt::{
    Disconnect, Packet, Properties, QualityOfService, ReasonCode, RetainHandling, Subscribe, Subscription, Version,
};

const QOS0: QualityOfService = QualityOfService::AtMostOnce;
const QOS1: QualityOfService = QualityOfService::AtLeastOnce;
const QOS2: QualityOfService = QualityOfService::ExactlyOnce;

fn acknowledged(packet_id: u16) -> Heard {
    Heard::Acknowledged(packet_id, ReasonCode::SUCCESS)
}

#[tokio::test]
async fn what_is_acknowledged_is_stored_as_written() {
    for version in [Version::V31, Version::V311, Version::V5] {
        let site = site().await;
        let mut client = site.client(version).await;
        let payload = r#"{"observations":[{"series":"level","observed_at":"2026-11-22T02:00:00Z","value":12.30}]}"#;
        client.send(&[publish(TOPIC, payload, QOS1, 7)]).await;
        assert_eq!(client.hear().await, acknowledged(7));
        let stored = site.observations(&site.level).await;
        assert_eq!((stored.len(), stored[0].value.as_str()), (1, "12.30"), "{version:?}");
    }
}

async fn refused(site: &Site, version: Version, id: &str, user: Option<&str>, password: Option<&str>) -> ReasonCode {
    let mut client = Client::new(site.dial().await, version);
    let reason = client.connect(id, user, password, 60).await;
    assert_eq!(client.hear().await, Heard::Closed);
    reason
}

#[tokio::test]
async fn strangers_are_told_why_they_must_leave() {
    let site = site().await;
    let token = site.token.clone();
    for version in [Version::V311, Version::V5] {
        let wrong = refused(&site, version, "c", Some("GW-01"), Some("guess")).await;
        assert_eq!(wrong, ReasonCode::BAD_USER_NAME_OR_PASSWORD);
        let unknown = refused(&site, version, "c", Some("GW-02"), Some(&token)).await;
        assert_eq!(unknown, ReasonCode::BAD_USER_NAME_OR_PASSWORD);
        assert_eq!(refused(&site, version, "c", None, None).await, ReasonCode::NOT_AUTHORIZED);
    }
    let mut future = Client::new(site.dial().await, Version::V311);
    future.raw(b"\x10\x0c\x00\x04MQTT\x06\x02\x00\x3c\x00\x00").await;
    assert_eq!(future.hear().await, Heard::Welcome(ReasonCode::UNSUPPORTED_PROTOCOL_VERSION));
    let mut rude = Client::new(site.dial().await, Version::V311);
    rude.raw(b"GET / HTTP/1.1\r\n\r\n").await;
    assert_eq!(rude.hear().await, Heard::Closed);
    assert!(site.gateway.counters().mqtt.figures().refused >= 8);
}

#[tokio::test]
async fn a_device_publishes_to_its_own_topic_only() {
    let site = site().await;
    let payload = r#"{"series":"level","value":1}"#;
    let mut new = site.client(Version::V5).await;
    new.send(&[publish("fengsui/v1/GW-02/observations", payload, QOS1, 1)]).await;
    assert_eq!(new.hear().await, Heard::Acknowledged(1, ReasonCode::NOT_AUTHORIZED));
    new.send(&[publish(TOPIC, payload, QOS1, 2)]).await;
    assert_eq!(new.hear().await, acknowledged(2), "the connection goes on");
    let mut old = Client::new(site.dial().await, Version::V311);
    old.connect("c2", Some("GW-01"), Some(&site.token), 60).await;
    old.send(&[publish("fengsui/v1/GW-02/observations", payload, QOS1, 1)]).await;
    assert_eq!(old.hear().await, Heard::Closed);
    assert_eq!(site.observations(&site.level).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_messages_are_under_way_and_answered_in_order() {
    let site = site_with(|config| config.limits.waiting_messages = 64).await;
    let mut client = site.client(Version::V311).await;
    let start = site.store.clock.now().as_millisecond();
    let payloads: Vec<String> = (0..500)
        .map(|number| format!(r#"{{"series":"level","observed_at":{},"value":{number}}}"#, start - number))
        .collect();
    let packets: Vec<Packet<'_>> =
        (1..).zip(&payloads).map(|(number, payload)| publish(TOPIC, payload, QOS1, number)).collect();
    client.send(&packets).await;
    for number in 1..=500 {
        assert_eq!(client.hear().await, acknowledged(number));
    }
    assert_eq!(site.observations(&site.level).await.len(), 500);
    let commits = site.engine.counters().commits.load(std::sync::atomic::Ordering::Relaxed);
    assert!(commits < 250, "written together: {commits} units of work for 500 messages");
}

#[tokio::test]
async fn exactly_once_takes_a_repetition_once() {
    let site = site().await;
    let mut client = site.client(Version::V5).await;
    let payload = r#"[{"series":"level","value":"3.0"}]"#;
    client.send(&[publish(TOPIC, payload, QOS2, 9), publish(TOPIC, payload, QOS2, 9)]).await;
    assert_eq!((client.hear().await, client.hear().await), (Heard::Received(9), Heard::Received(9)));
    client.send(&[release(9)]).await;
    assert_eq!(client.hear().await, Heard::Complete(9));
    assert_eq!(site.gateway.counters().mqtt.figures().readings, 1);
}

#[tokio::test]
async fn what_is_said_before_leaving_is_heard() {
    let site = site().await;
    let mut client = site.client(Version::V311).await;
    let leave = Packet::Disconnect(Disconnect { reason: ReasonCode::SUCCESS, properties: Properties::default() });
    client.send(&[publish(TOPIC, r#"{"series":"level","value":4}"#, QOS0, 0), leave]).await;
    assert_eq!(client.hear().await, Heard::Closed);
    assert_eq!(site.observations(&site.level).await.len(), 1);
}

#[tokio::test]
async fn unreadable_messages_are_acknowledged_and_kept_visible() {
    let site = site().await;
    let mut client = site.client(Version::V311).await;
    let half = r#"[{"series":"level","value":1},{"series":"level","value":{}},{"series":"other","value":1}]"#;
    client.send(&[publish(TOPIC, "level=1", QOS1, 1), publish(TOPIC, half, QOS1, 2)]).await;
    assert_eq!((client.hear().await, client.hear().await), (acknowledged(1), acknowledged(2)));
    let mut found: Vec<(String, String)> =
        site.quarantine().await.into_iter().map(|entry| (entry.reason, entry.code)).collect();
    found.sort();
    let pair = |reason: &str, code: &str| (reason.to_owned(), code.to_owned());
    let expected = [pair("malformed_payload", ""), pair("malformed_payload", "level"), pair("unknown_series", "other")];
    assert_eq!(found, expected);
    assert_eq!(site.observations(&site.level).await.len(), 1);
}

#[tokio::test]
async fn a_device_may_listen_for_its_own_commands_only() {
    let site = site().await;
    for (version, denied) in [(Version::V311, ReasonCode::UNSPECIFIED_ERROR), (Version::V5, ReasonCode::NOT_AUTHORIZED)]
    {
        let mut client = site.client(version).await;
        let wish = |filter| Subscription {
            filter,
            qos: QOS1,
            no_local: false,
            retain_as_published: false,
            retain_handling: RetainHandling::Always,
        };
        let subscriptions = vec![wish("fengsui/v1/GW-01/commands"), wish("#"), wish("fengsui/v1/GW-02/commands")];
        client
            .send(&[Packet::Subscribe(Subscribe { packet_id: 3, properties: Properties::default(), subscriptions })])
            .await;
        assert_eq!(client.hear().await, Heard::Subscribed(vec![ReasonCode::GRANTED_QOS_1, denied, denied]));
        client.send(&[Packet::PingRequest]).await;
        assert_eq!(client.hear().await, Heard::Pong);
    }
}

#[tokio::test]
async fn silence_beyond_the_keep_alive_ends_the_connection() {
    let site = site().await;
    let mut client = Client::new(site.dial().await, Version::V5);
    client.connect("c", Some("GW-01"), Some(&site.token), 1).await;
    assert_eq!(client.hear().await, Heard::Dismissed(ReasonCode::KEEP_ALIVE_TIMEOUT));
    assert_eq!(client.hear().await, Heard::Closed);
}

#[tokio::test]
async fn too_large_a_packet_ends_the_connection_before_it_is_read() {
    let site = site().await;
    let mut client = site.client(Version::V5).await;
    client.raw(b"\x30\xff\xff\xff\x7f").await;
    assert_eq!(client.hear().await, Heard::Dismissed(ReasonCode::PACKET_TOO_LARGE));
}

#[tokio::test]
async fn a_client_that_comes_again_takes_its_place() {
    let site = site().await;
    let mut first = site.client(Version::V5).await;
    let mut second = site.client(Version::V5).await;
    assert_eq!(first.hear().await, Heard::Dismissed(ReasonCode::SESSION_TAKEN_OVER));
    second.send(&[Packet::PingRequest]).await;
    assert_eq!(second.hear().await, Heard::Pong);
}

#[tokio::test]
async fn too_many_connections_are_turned_away() {
    let narrow: [fn(&mut Entrance); 2] = [|door| door.connections = 1, |door| door.connections_per_address = 1];
    for narrow in narrow {
        let site = site_with(|config| config.mqtt.iter_mut().for_each(narrow)).await;
        let mut first = site.client(Version::V311).await;
        let mut second = Client::new(site.dial().await, Version::V311);
        assert_eq!(second.hear().await, Heard::Closed);
        first.send(&[Packet::PingRequest]).await;
        assert_eq!(first.hear().await, Heard::Pong);
    }
}

#[tokio::test]
async fn a_fast_device_waits_and_loses_nothing() {
    let site = site_with(|config| {
        config.limits.readings_per_second = 20;
        config.limits.burst_readings = 1;
    })
    .await;
    let mut client = site.client(Version::V311).await;
    let start = std::time::Instant::now();
    let now = site.store.clock.now().as_millisecond();
    let payloads: Vec<String> =
        (0..11).map(|number| format!(r#"{{"series":"level","observed_at":{},"value":1}}"#, now - number)).collect();
    let packets: Vec<Packet<'_>> =
        (1..).zip(&payloads).map(|(number, payload)| publish(TOPIC, payload, QOS1, number)).collect();
    client.send(&packets).await;
    for number in 1..=11 {
        assert_eq!(client.hear().await, acknowledged(number));
    }
    assert!(start.elapsed() >= Duration::from_millis(450), "{:?}", start.elapsed());
    assert_eq!(site.observations(&site.level).await.len(), 11);
}

#[tokio::test]
async fn stopping_answers_what_is_under_way() {
    let site = site().await;
    let mut client = site.client(Version::V5).await;
    client.send(&[publish(TOPIC, r#"{"series":"level","value":1}"#, QOS1, 1), Packet::PingRequest]).await;
    let first = client.hear().await;
    let second = client.hear().await;
    assert!([&first, &second].contains(&&acknowledged(1)), "{first:?} {second:?}");
    site.gateway.stop().await;
    assert_eq!(client.hear().await, Heard::Dismissed(ReasonCode::SERVER_SHUTTING_DOWN));
    assert_eq!(client.hear().await, Heard::Closed);
}

#[tokio::test]
async fn without_the_engine_nothing_is_acknowledged() {
    let site = site().await;
    let mut client = site.client(Version::V5).await;
    site.engine.stop().await;
    client.send(&[publish(TOPIC, r#"{"series":"level","value":1}"#, QOS1, 1)]).await;
    assert_eq!(client.hear().await, Heard::Dismissed(ReasonCode::SERVER_UNAVAILABLE));
}

#[tokio::test]
async fn an_ordinary_client_is_served() {
    if std::process::Command::new("mosquitto_pub").arg("--help").output().is_err() {
        eprintln!("skipped: mosquitto_pub is not installed");
        return;
    }
    let site = site().await;
    let mut live = site.engine.live();
    let port = site.gateway.mqtt_address().expect("an address").port().to_string();
    for (number, (version, qos)) in
        [("mqttv31", "1"), ("mqttv311", "2"), ("mqttv5", "1"), ("mqttv5", "0")].into_iter().enumerate()
    {
        let at: Timestamp = site.store.clock.now();
        let payload = format!(
            r#"{{"series":"level","observed_at":{},"value":"1.0"}}"#,
            at.as_millisecond() + i64::try_from(number).expect("small")
        );
        let arguments = [
            "-h",
            "127.0.0.1",
            "-p",
            &port,
            "-V",
            version,
            "-q",
            qos,
            "-u",
            "GW-01",
            "-P",
            &site.token,
            "-t",
            TOPIC,
            "-m",
            &payload,
        ];
        let mut command = tokio::process::Command::new("mosquitto_pub");
        let run = command.args(arguments).kill_on_drop(true).output();
        let done = tokio::time::timeout(Duration::from_secs(20), run).await.expect("in time").expect("run");
        assert!(done.status.success(), "{version} {qos}: {}", String::from_utf8_lossy(&done.stderr));
    }
    // QoS 0 is not answered; the live values tell when the last one has come.
    for _ in 0..4 {
        let value = tokio::time::timeout(Duration::from_secs(10), live.recv()).await;
        value.expect("in time").expect("a value");
    }
    assert_eq!(site.observations(&site.level).await.len(), 4);
}
