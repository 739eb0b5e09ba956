//! The MQTT extension of SensorThings over real TCP: programs listen to datastreams and hand observations in.

mod common;

use std::sync::{Arc, Mutex};

use common::{Client, Heard, Site, TOPIC, publish, release, site_with};
use fengsui_gateway::SensorThingsDoor;
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Actor, DivisionCode, Grant, Principal, Scope};
use fengsui_protocols::mqtt::{
    Packet, Properties, QualityOfService, ReasonCode, RetainHandling, Subscribe, Subscription, Unsubscribe, Version,
};
use fengsui_series::{Reading, Submission};
use serde_json::{Value, json};

const ROOT: &str = "http://node/sta/v1.1";
const QOS1: QualityOfService = QualityOfService::AtLeastOnce;

/// Who holds which token: everything, reading alone, or what is elsewhere.
fn holder(token: &str) -> Option<Principal> {
    let (action, division) = match token {
        "fengsui_all" => ("*", DivisionCode::COUNTRY),
        "fengsui_reader" => ("read", DivisionCode::COUNTRY),
        "fengsui_elsewhere" => ("*", "640221".parse().expect("a code")),
        _ => return None,
    };
    let scope = Scope::Subtree { division };
    let grant = Grant { action: action.into(), kind: "series".into(), scope, post: None, role: None };
    let actor = Actor::User { id: token.into(), name: "示例".into(), post: None };
    Some(Principal { actor, posts: vec![], grants: vec![grant] })
}

/// A site whose tokens can be revoked.
async fn site() -> (Site, Arc<Mutex<bool>>) {
    let revoked = Arc::new(Mutex::new(false));
    let gone = Arc::clone(&revoked);
    let sign_in = move |token: String| -> futures::future::BoxFuture<'static, fengsui_kernel::Result<Principal>> {
        let known = holder(&token).filter(|_| !*gone.lock().expect("a lock"));
        Box::pin(async move { known.ok_or_else(|| FaultKind::Unauthenticated("bad_token".into()).into()) })
    };
    let door = SensorThingsDoor { root: ROOT.into(), sign_in: Arc::new(sign_in) };
    (site_with(|config| config.sensorthings = Some(door)).await, revoked)
}

async fn program(site: &Site, version: Version, token: &str) -> Client {
    let mut client = Client::new(site.dial().await, version);
    assert_eq!(client.connect(token, Some("program"), Some(token), 60).await, ReasonCode::SUCCESS);
    client
}

fn subscribe(filter: &str) -> Packet<'_> {
    let wish = Subscription {
        filter,
        qos: QOS1,
        no_local: false,
        retain_as_published: false,
        retain_handling: RetainHandling::Always,
    };
    Packet::Subscribe(Subscribe { packet_id: 3, properties: Properties::default(), subscriptions: vec![wish] })
}

async fn subscribed(client: &mut Client, filter: &str) -> ReasonCode {
    client.send(&[subscribe(filter)]).await;
    match client.hear().await {
        Heard::Subscribed(reasons) => reasons[0],
        other => panic!("{other:?}"),
    }
}

fn topic(series: &impl std::fmt::Display) -> String {
    format!("v1.1/Datastreams('{series}')/Observations")
}

async fn send(site: &Site, values: &[(i64, &str)]) {
    let now = site.engine.ingest().now().as_millisecond();
    let reading = |(ago, value): &(i64, &str)| Reading {
        code: "level".into(),
        observed_at: fengsui_kernel::clock::from_millis(now - ago),
        value_text: (*value).into(),
        quality: fengsui_kernel::reading::Quality::Good,
        historical: false,
        optional: false,
    };
    let readings = values.iter().map(reading).collect();
    let submission = Submission { device_key: "GW-01".into(), protocol: "test".into(), readings, raw_ref: None };
    assert_eq!(site.engine.ingest().submit(submission).await.expect("stored").accepted as usize, values.len());
}

#[tokio::test]
async fn a_subscriber_hears_each_observation_once() {
    for version in [Version::V311, Version::V5] {
        let (site, _) = site().await;
        send(&site, &[(9_000, "1")]).await;
        let mut client = program(&site, version, "fengsui_reader").await;
        let topic = topic(&site.level);
        assert_eq!(subscribed(&mut client, &topic).await, ReasonCode::SUCCESS);
        // Three together, and one from before that fills in: it is no news.
        send(&site, &[(3_000, "2.50"), (2_000, "3"), (9_500, "0"), (1_000, "4")]).await;
        let mut results = Vec::new();
        for _ in 0..3 {
            let Heard::Told(heard, payload) = client.hear().await else { panic!("a message") };
            let told: Value = serde_json::from_str(&payload).expect("JSON");
            assert_eq!(heard, topic);
            let id = told["@iot.id"].as_str().expect("an id");
            assert_eq!(told["@iot.selfLink"], json!(format!("{ROOT}/Observations('{id}')")));
            results.push((told["result"].as_f64().expect("a number"), told["parameters"]["text"].clone()));
        }
        assert_eq!(results, [(2.5, json!("2.50")), (3.0, json!("3")), (4.0, json!("4"))]);
        let filters = vec![topic.as_str(), TOPIC];
        let leave = Unsubscribe { packet_id: 4, properties: Properties::default(), filters };
        client.send(&[Packet::Unsubscribe(leave)]).await;
        let Heard::Unsubscribed(reasons) = client.hear().await else { panic!("an answer") };
        if version == Version::V5 {
            assert_eq!(reasons, [ReasonCode::SUCCESS, ReasonCode::NO_SUBSCRIPTION_EXISTED]);
        }
        send(&site, &[(0, "5")]).await;
        client.send(&[Packet::PingRequest]).await;
        assert_eq!(client.hear().await, Heard::Pong, "nothing more is told");
    }
}

#[tokio::test]
async fn only_what_the_caller_may_see_is_told() {
    let (site, _) = site().await;
    let mut stranger = program(&site, Version::V5, "fengsui_elsewhere").await;
    assert_eq!(subscribed(&mut stranger, &topic(&site.level)).await, ReasonCode::NOT_AUTHORIZED);
    let mut reader = program(&site, Version::V5, "fengsui_reader").await;
    for wrong in ["#", "v1.1/Things", "v1.1/Datastreams('x')/Observations", TOPIC, "v1.1/Datastreams/Observations"] {
        assert_eq!(subscribed(&mut reader, wrong).await, ReasonCode::TOPIC_FILTER_INVALID, "{wrong}");
    }
    let mut unknown = Client::new(site.dial().await, Version::V5);
    let refused = unknown.connect("c", Some("program"), Some("fengsui_unknown"), 60).await;
    assert_eq!(refused, ReasonCode::BAD_USER_NAME_OR_PASSWORD);
}

#[tokio::test]
async fn what_is_acknowledged_is_stored() {
    let (site, _) = site().await;
    let mut client = program(&site, Version::V5, "fengsui_all").await;
    let topic = topic(&site.level);
    let twice = QualityOfService::ExactlyOnce;
    client
        .send(&[publish(&topic, r#"{"result":12.30}"#, QOS1, 7), publish(&topic, r#"{"result":null}"#, twice, 8)])
        .await;
    assert_eq!(client.hear().await, Heard::Acknowledged(7, ReasonCode::SUCCESS));
    assert_eq!(client.hear().await, Heard::Received(8));
    client.send(&[release(8)]).await;
    assert_eq!(client.hear().await, Heard::Complete(8));
    client.send(&[publish(&topic, "{", QOS1, 9)]).await;
    assert_eq!(client.hear().await, Heard::Acknowledged(9, ReasonCode::SUCCESS));
    let waiting = site.quarantine().await;
    assert!(waiting.iter().any(|it| it.reason == "malformed_payload" && it.protocol == "sensorthings"), "{waiting:?}");
    assert!(!site.observations(&site.level).await.is_empty());
    client.send(&[publish(TOPIC, "{}", QOS1, 10)]).await;
    assert_eq!(
        client.hear().await,
        Heard::Acknowledged(10, ReasonCode::NOT_AUTHORIZED),
        "topics of devices are theirs"
    );
    for (token, version) in [("fengsui_reader", Version::V5), ("fengsui_elsewhere", Version::V5)] {
        let mut other = program(&site, version, token).await;
        other.send(&[publish(&topic, r#"{"result":1}"#, QOS1, 1)]).await;
        assert_eq!(other.hear().await, Heard::Acknowledged(1, ReasonCode::NOT_AUTHORIZED), "{token}");
    }
    let mut old = program(&site, Version::V311, "fengsui_reader").await;
    old.send(&[publish(&topic, r#"{"result":1}"#, QOS1, 1)]).await;
    assert_eq!(old.hear().await, Heard::Closed);
}

#[tokio::test]
async fn devices_go_on_as_before() {
    let (site, revoked) = site().await;
    *revoked.lock().expect("a lock") = true;
    let mut device = site.client(Version::V5).await;
    device.send(&[publish(TOPIC, r#"{"series":"level","value":1}"#, QOS1, 1)]).await;
    assert_eq!(device.hear().await, Heard::Acknowledged(1, ReasonCode::SUCCESS));
    assert_eq!(subscribed(&mut device, &topic(&site.level)).await, ReasonCode::NOT_AUTHORIZED);
    let mut late = Client::new(site.dial().await, Version::V5);
    let refused = late.connect("c", Some("program"), Some("fengsui_all"), 60).await;
    assert_eq!(refused, ReasonCode::BAD_USER_NAME_OR_PASSWORD, "a revoked token opens nothing");
}
