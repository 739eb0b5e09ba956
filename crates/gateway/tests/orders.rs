//! Orders over the connections of devices: sent on the open one, or when the device speaks again, and answered.

mod common;

use std::time::Duration;

use common::{DEVICE, STATION, Site, site};
use fengsui_events::DeviceOrderState as State;
use fengsui_gateway::FramedProtocol;
use fengsui_kernel::id::DeviceOrderId;
use fengsui_kernel::{Clock as _, PageQuery};
use fengsui_protocols::hj212::encode_frame;
use fengsui_protocols::{gb26875, local, sl651};
use fengsui_series::{DeviceOrder, DeviceOrderInput, DeviceOrderView};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

async fn give(site: &Site, device: &str, protocol: &str, order: DeviceOrder) -> DeviceOrderId {
    let input = DeviceOrderInput { order, why: "抽查".into(), minutes: None };
    site.engine.give_order(&site.system, device, Some(protocol), input).await.expect("an order").id
}

/// The order once it stands so.
async fn becomes(site: &Site, id: &DeviceOrderId, state: State) -> DeviceOrderView {
    let waited = tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            let page =
                site.engine.device_orders(&site.system, None, None, &PageQuery::default()).await.expect("orders");
            let found = page.items.into_iter().find(|order| order.id == *id).expect("the order");
            if found.state == state {
                return found;
            }
            tokio::task::yield_now().await;
        }
    });
    waited.await.expect("in time")
}

/// The first frame heard that is meant.
async fn hear(
    stream: &mut TcpStream,
    heard: &mut Vec<u8>,
    describe: fn(&[u8]) -> Vec<Value>,
    meant: impl Fn(&Value) -> bool,
) -> Value {
    loop {
        if let Some(found) = describe(heard).into_iter().find(&meant) {
            return found;
        }
        let read = tokio::time::timeout(Duration::from_secs(10), stream.read_buf(heard)).await;
        assert!(read.expect("a frame in time").expect("a frame") > 0, "the door closed after {heard:02x?}");
    }
}

fn segment(qn: &str, command: u16, body: &str) -> Vec<u8> {
    let text = format!("QN={qn};ST=32;CN={command};PW=123456;MN={STATION};Flag=5;CP=&&{body}&&");
    encode_frame(text.as_bytes()).expect("a frame")
}

#[tokio::test]
async fn a_logger_is_ordered_with_its_own_password_and_repeats_no_execution() {
    let site = site().await;
    let order = give(&site, DEVICE, "hj212", DeviceOrder::SetRealtimeInterval { seconds: 60 }).await;
    let mut stream = site.dial_hj212().await;
    stream.write_all(&segment("20261122100000001", 2011, "DataTime=20261122100000;w01018-Rtd=1")).await.expect("sent");
    let mut heard = Vec::new();
    let describe = fengsui_protocols::hj212::describe;
    let asked = hear(&mut stream, &mut heard, describe, |frame| frame["CN"] == "1062").await;
    assert_eq!((&asked["PW"], &asked["params"]["RtdInterval"]), (&json!("123456"), &json!("60")));
    let qn = asked["QN"].as_str().expect("a QN").to_owned();
    becomes(&site, &order, State::Sent).await;
    // No answer: the same order under the same number once more.
    site.store.clock.advance(jiff::SignedDuration::from_secs(10));
    site.engine.tick().await.expect("a tick");
    heard.clear();
    let again = hear(&mut stream, &mut heard, describe, |frame| frame["CN"] == "1062").await;
    assert_eq!(again["QN"], qn.as_str());
    stream.write_all(&segment(&qn, 9011, "QnRtn=1")).await.expect("sent");
    becomes(&site, &order, State::Accepted).await;
    stream.write_all(&segment(&qn, 9012, "ExeRtn=1")).await.expect("sent");
    let done = becomes(&site, &order, State::Answered).await;
    assert_eq!((done.sent_times, done.answer), (2, Some(json!({"seconds": 0}))));
}

fn transmitter(site: &Site, serial: u64, command: u8, unit: &Value) -> Vec<u8> {
    let at = local(site.store.clock.now().as_millisecond()).strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let mut frame = json!({"serial": serial, "version": "1.1", "time": at, "src": 88_601, "dst": 1, "cmd": command});
    frame.as_object_mut().expect("an object").extend(unit.as_object().cloned().unwrap_or_default());
    gb26875::compose(&frame).expect("a frame")
}

#[tokio::test]
async fn a_duty_check_outlives_the_line_on_which_it_was_sent() {
    let site = site().await;
    site.device("88601", &["fire"]).await;
    let device = format!("01990000-0000-7000-8000-{:0>12}", "88601");
    let mut stream = site.dial_framed(FramedProtocol::Gb26875).await;
    stream.write_all(&transmitter(&site, 1, 2, &json!({}))).await.expect("sent");
    let mut heard = Vec::new();
    hear(&mut stream, &mut heard, gb26875::describe, |frame| frame["cmd"] == 3).await;
    let order = give(&site, &device, "gb26875", DeviceOrder::DutyCheck { minutes: 3 }).await;
    let call = hear(&mut stream, &mut heard, gb26875::describe, |frame| frame["type"] == 91).await;
    let serial = call["serial"].as_u64().expect("a serial");
    stream.write_all(&transmitter(&site, serial, 3, &json!({}))).await.expect("sent");
    becomes(&site, &order, State::Accepted).await;
    drop(stream);
    let mut stream = site.dial_framed(FramedProtocol::Gb26875).await;
    let at = local(site.store.clock.now().as_millisecond()).strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let pressed = json!({"type": 24, "objects": [{"op": "20", "operator": 1, "time": at}]});
    stream.write_all(&transmitter(&site, 9, 2, &pressed)).await.expect("sent");
    becomes(&site, &order, State::Answered).await;
}

#[tokio::test]
async fn a_station_is_asked_for_its_present_values() {
    let site = site().await;
    let series = site.device("0012345678", &["Z"]).await;
    let device = format!("01990000-0000-7000-8000-{:0>12}", "0012345678");
    let at = local(site.store.clock.now().as_millisecond()).strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let compact: String = at.chars().filter(char::is_ascii_digit).take(12).collect();
    let report = |function: &str, serial: u16, level: &str| {
        let frame = json!({
            "dir": "up", "func": function, "pwd": "04d2", "stx": "02", "end": "03", "center": 2,
            "station": "0012345678", "serial": serial, "sent": at, "body_station": "0012345678", "class": "48",
            "observed": compact, "elements": [{"id": "39", "t": compact, "value": level}],
        });
        sl651::compose(&frame).expect("a frame")
    };
    let mut stream = site.dial_framed(FramedProtocol::Sl651).await;
    stream.write_all(&report("32", 18, "14.420")).await.expect("sent");
    let order = give(&site, &device, "sl651", DeviceOrder::AskRealtime {}).await;
    let mut heard = Vec::new();
    let asked = hear(&mut stream, &mut heard, sl651::describe, |frame| frame["func"] == "37").await;
    assert_eq!((&asked["dir"], &asked["end"], &asked["pwd"]), (&json!("down"), &json!("05"), &json!("04d2")));
    stream.write_all(&report("37", 19, "14.500")).await.expect("sent");
    becomes(&site, &order, State::Answered).await;
    assert!(site.observations(&series[0]).await.iter().any(|one| one.value == "14.500"));
}
