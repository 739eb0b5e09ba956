//! The doors of SL 651, JT/T 808 and GB/T 26875 over real TCP.

mod common;

use std::time::Duration;

use common::{Site, site};
use fengsui_gateway::FramedProtocol;
use fengsui_kernel::Clock as _;
use fengsui_kernel::reading::Quality;
use fengsui_protocols::{gb26875, jt808, local, sl651};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What the device hears until it has a whole frame.
async fn hear(stream: &mut TcpStream, describe: fn(&[u8]) -> Vec<Value>) -> Value {
    let mut heard = Vec::new();
    loop {
        let read = tokio::time::timeout(Duration::from_secs(10), stream.read_buf(&mut heard)).await;
        assert!(read.expect("an answer in time").expect("an answer") > 0, "the door closed after {heard:02x?}");
        let mut described = describe(&heard);
        if described.len() == 1 && described[0].get("error").is_none() {
            return described.remove(0);
        }
    }
}

async fn say(stream: &mut TcpStream, frame: Vec<u8>) {
    stream.write_all(&frame).await.expect("sent");
}

/// The mock clock's time as frames write it.
fn now(site: &Site) -> String {
    local(site.store.clock.now().as_millisecond()).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

fn rain_report(site: &Site, serial: u16, level: &str) -> Vec<u8> {
    let at = now(site);
    let compact: String = at.chars().filter(char::is_ascii_digit).take(12).collect();
    let element = |id: &str, value: &str| json!({ "id": id, "t": compact, "value": value });
    let frame = json!({
        "dir": "up", "func": "32", "pwd": "04d2", "stx": "02", "end": "03", "center": 2, "station": "0012345678",
        "serial": serial, "sent": at, "body_station": "0012345678", "class": "48", "observed": compact,
        "elements": [element("20", "10.0"), element("39", level)],
    });
    sl651::compose(&frame).expect("a frame")
}

#[tokio::test]
async fn a_hydrological_station_is_answered_once_its_levels_are_stored() {
    let site = site().await;
    let series = site.device("0012345678", &["Z"]).await;
    let mut stream = site.dial_framed(FramedProtocol::Sl651).await;
    say(&mut stream, rain_report(&site, 18, "14.420")).await;
    let answer = hear(&mut stream, sl651::describe).await;
    assert_eq!((&answer["dir"], &answer["func"], &answer["serial"]), (&json!("down"), &json!("32"), &json!(18)));
    let stored = site.observations(&series[0]).await;
    assert_eq!((stored[0].value.as_str(), stored[0].quality, stored[0].historical), ("14.420", Quality::Good, false));
    let waiting = site.quarantine().await;
    assert_eq!((waiting[0].reason.as_str(), waiting[0].code.as_str()), ("unknown_series", "PJ"));
}

#[tokio::test]
async fn a_station_that_nobody_registered_hears_nothing_and_is_seen() {
    let site = site().await;
    let mut stream = site.dial_framed(FramedProtocol::Sl651).await;
    say(&mut stream, rain_report(&site, 1, "1.000")).await;
    let mut damaged = rain_report(&site, 2, "2.000");
    damaged[30] ^= 1;
    say(&mut stream, damaged).await;
    while site.quarantine().await.len() < 3 {
        tokio::task::yield_now().await;
    }
    let series = site.device("0012345678", &["Z"]).await;
    say(&mut stream, rain_report(&site, 3, "3.000")).await;
    assert_eq!(hear(&mut stream, sl651::describe).await["serial"], 3, "the first answer is that to the third");
    assert_eq!(site.observations(&series[0]).await.len(), 1);
    let mut reasons: Vec<String> = site.quarantine().await.into_iter().map(|entry| entry.reason).collect();
    reasons.dedup();
    assert!(
        reasons.contains(&"bad_checksum".to_owned()) && reasons.contains(&"unknown_device".to_owned()),
        "{reasons:?}"
    );
}

const PHONE: &str = "013900001111";

fn up(id: &str, serial: u16, body: &Value) -> Vec<u8> {
    let mut frame = json!({ "msg_id": id, "layout": "2013", "phone": PHONE, "serial": serial, "encrypt": 0 });
    frame.as_object_mut().expect("an object").extend(body.as_object().expect("an object").clone());
    jt808::compose(&frame).expect("a frame")
}

fn registration() -> Value {
    json!({ "province": 64, "city": 181, "maker": "MAKER", "model": "T-1", "terminal_id": "A1", "plate_color": 2, "plate": "宁A12345" })
}

fn place(site: &Site, alarm: &str) -> Value {
    json!({
        "alarm": alarm, "status": "00000003", "lat": "38.166660", "lng": "106.616660", "altitude_m": 1100,
        "speed_kmh": "61.5", "direction": 90, "time": now(site), "extras": [{ "id": "01", "hex": "00000064" }],
    })
}

/// Registers and signs in.
async fn signed_in(site: &Site) -> TcpStream {
    let mut stream = site.dial_framed(FramedProtocol::Jt808).await;
    say(&mut stream, up("0100", 1, &registration())).await;
    let answer = hear(&mut stream, jt808::describe).await;
    assert_eq!((&answer["msg_id"], &answer["result"]), (&json!("8100"), &json!(0)), "{answer}");
    let code = answer["auth_code"].as_str().expect("a code").to_owned();
    say(&mut stream, up("0102", 2, &json!({ "auth_code": code }))).await;
    let answer = hear(&mut stream, jt808::describe).await;
    assert_eq!((&answer["msg_id"], &answer["ack_serial"], &answer["result"]), (&json!("8001"), &json!(2), &json!(0)));
    stream
}

#[tokio::test]
async fn a_vehicle_registers_proves_itself_and_is_followed() {
    let site = site().await;
    let series = site.device("13900001111", &["lng", "speed_kmh", "mileage_km", "alarm.emergency"]).await;
    let mut stream = signed_in(&site).await;
    say(&mut stream, up("0200", 3, &place(&site, "00000001"))).await;
    let answer = hear(&mut stream, jt808::describe).await;
    assert_eq!((&answer["ack_serial"], &answer["ack_id"], &answer["result"]), (&json!(3), &json!("0200"), &json!(0)));
    let mut values = Vec::new();
    for id in &series {
        values.push(site.observations(id).await.remove(0).value);
    }
    assert_eq!(values, ["106.616660", "61.5", "10.0", "1"]);
    assert!(site.quarantine().await.is_empty(), "what nobody registered is passed over");
    say(&mut stream, up("0002", 4, &json!({}))).await;
    assert_eq!(hear(&mut stream, jt808::describe).await["ack_serial"], 4);
}

#[tokio::test]
async fn a_vehicle_is_not_believed_before_it_proved_itself() {
    let site = site().await;
    let mut stream = site.dial_framed(FramedProtocol::Jt808).await;
    say(&mut stream, up("0100", 1, &registration())).await;
    let answer = hear(&mut stream, jt808::describe).await;
    assert_eq!(answer["result"], 4, "no such terminal: {answer}");
    assert_eq!(site.quarantine().await[0].device_key, "13900001111");
    let series = site.device("13900001111", &["lng"]).await;
    say(&mut stream, up("0200", 2, &place(&site, "00000000"))).await;
    assert_eq!(hear(&mut stream, jt808::describe).await["result"], 1);
    say(&mut stream, up("0102", 3, &json!({ "auth_code": "guessed" }))).await;
    assert_eq!(hear(&mut stream, jt808::describe).await["result"], 1);
    assert!(site.observations(&series[0]).await.is_empty());
}

fn fire(site: &Site, serial: u16, state: &str, component: u32) -> Vec<u8> {
    let at = now(site);
    let object = json!({ "sys_type": 1, "sys_addr": 1, "part_type": 40, "part_addr": component, "state": state, "text": "三层走廊", "time": at });
    let frame = json!({ "serial": serial, "version": "1.1", "time": at, "src": 889, "dst": 88888, "cmd": 2, "type": 2, "objects": [object] });
    gb26875::compose(&frame).expect("a frame")
}

#[tokio::test]
async fn a_fire_stays_until_the_panel_is_reset() {
    let site = site().await;
    let series = site.device("889", &["fire"]).await;
    let mut stream = site.dial_framed(FramedProtocol::Gb26875).await;
    let last =
        async || site.observations(&series[0]).await.into_iter().max_by_key(|one| one.observed_at).map(|one| one.value);
    for (serial, state, component) in [(1, "0002", 20), (2, "0001", 21)] {
        say(&mut stream, fire(&site, serial, state, component)).await;
        let answer = hear(&mut stream, gb26875::describe).await;
        assert_eq!((&answer["cmd"], &answer["serial"], &answer["src"]), (&json!(3), &json!(serial), &json!(88888)));
        assert_eq!(last().await.as_deref(), Some("1"), "another detector that is well ends no fire");
        site.store.clock.advance(jiff::SignedDuration::from_secs(60));
    }
    let seen: Vec<String> = site.quarantine().await.into_iter().map(|entry| entry.code).collect();
    assert_eq!(seen, ["1-1-20.fire"], "of what nobody registered only troubles are shown");
    let reset = json!({ "sys_type": 1, "sys_addr": 1, "op": "01", "operator": 7, "time": now(&site) });
    let frame = json!({ "serial": 3, "version": "1.1", "time": now(&site), "src": 889, "dst": 88888, "cmd": 2, "type": 4, "objects": [reset] });
    say(&mut stream, gb26875::compose(&frame).expect("a frame")).await;
    hear(&mut stream, gb26875::describe).await;
    assert_eq!(last().await.as_deref(), Some("0"));
}

#[tokio::test]
async fn a_damaged_fire_report_is_denied_so_that_it_comes_again() {
    let site = site().await;
    site.device("889", &["fire"]).await;
    let mut stream = site.dial_framed(FramedProtocol::Gb26875).await;
    let mut damaged = fire(&site, 9, "0002", 20);
    let at = damaged.len() - 12;
    damaged[at] ^= 1;
    say(&mut stream, damaged).await;
    let answer = hear(&mut stream, gb26875::describe).await;
    assert_eq!((&answer["cmd"], &answer["serial"]), (&json!(6), &json!(9)));
    assert_eq!(site.quarantine().await[0].device_key, "889");
}
