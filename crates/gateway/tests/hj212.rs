//! The HJ 212 door over real TCP.

mod common;

use std::time::Duration;

use common::{STATION, site};
use fengsui_kernel::Clock as _;
use fengsui_kernel::reading::Quality;
use fengsui_protocols::hj212::{encode_frame, time};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

fn frame(qn: &str, station: &str, command: u16, body: &str) -> Vec<u8> {
    let text = format!("QN={qn};ST=32;CN={command};PW=123456;MN={station};Flag=5;CP=&&{body}&&");
    encode_frame(text.as_bytes()).expect("a frame")
}

fn reply(qn: &str, station: &str) -> Vec<u8> {
    let text = format!("QN={qn};ST=91;CN=9014;PW=123456;MN={station};Flag=4;CP=&&&&");
    encode_frame(text.as_bytes()).expect("a frame")
}

async fn expect(stream: &mut TcpStream, wanted: &[u8]) {
    let mut heard = vec![0; wanted.len()];
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_exact(&mut heard)).await;
    read.expect("an answer in time").expect("an answer");
    assert_eq!(String::from_utf8_lossy(&heard), String::from_utf8_lossy(wanted));
}

#[tokio::test]
async fn answers_as_the_standard_wants_once_the_values_are_stored() {
    let site = site().await;
    let at = time::format(site.store.clock.now());
    let mut stream = site.dial_hj212().await;
    let body = format!("DataTime={at};w01018-Rtd=36.10,w01018-Flag=N");
    stream.write_all(&frame("20261122100000001", STATION, 2011, &body)).await.expect("sent");
    expect(&mut stream, &reply("20261122100000001", STATION)).await;
    let stored = site.observations(&site.factor).await;
    assert_eq!((stored[0].value.as_str(), stored[0].quality, stored[0].historical), ("36.10", Quality::Good, false));
    assert_eq!(stored[0].observed_at, site.store.clock.now());
}

#[tokio::test]
async fn reads_glued_and_cut_frames_and_answers_in_order() {
    let site = site().await;
    let mut stream = site.dial_hj212().await;
    let now = site.store.clock.now().as_millisecond();
    let one = |number: i64| {
        let at = time::format(fengsui_kernel::clock::from_millis(now - number * 1000));
        frame(&format!("2026112210000{number:04}"), STATION, 2011, &format!("DataTime={at};w01018-Rtd={number}"))
    };
    let bytes: Vec<u8> = (1..=5).flat_map(one).collect();
    for piece in bytes.chunks(37) {
        stream.write_all(piece).await.expect("sent");
        stream.flush().await.expect("sent");
    }
    for number in 1..=5 {
        expect(&mut stream, &reply(&format!("2026112210000{number:04}"), STATION)).await;
    }
    assert_eq!(site.observations(&site.factor).await.len(), 5);
}

#[tokio::test]
async fn is_silent_about_bad_frames_and_unknown_stations_but_keeps_them_visible() {
    let site = site().await;
    let at = time::format(site.store.clock.now());
    let body = format!("DataTime={at};w01018-Rtd=1");
    let mut stream = site.dial_hj212().await;
    let mut damaged = frame("20261122100000001", STATION, 2011, &body);
    damaged[40] ^= 1;
    stream.write_all(&damaged).await.expect("sent");
    stream.write_all(&frame("20261122100000002", "UNKNOWN1", 2011, &body)).await.expect("sent");
    stream.write_all(&frame("20261122100000003", STATION, 2011, &body)).await.expect("sent");
    // The first answer heard is that to the third frame.
    expect(&mut stream, &reply("20261122100000003", STATION)).await;
    let mut reasons: Vec<String> = site.quarantine().await.into_iter().map(|entry| entry.reason).collect();
    reasons.sort();
    assert_eq!(reasons, ["bad_checksum", "unknown_device"]);
    let figures = site.gateway.counters().framed(fengsui_gateway::FramedProtocol::Hj212).figures();
    assert_eq!((figures.frames, figures.rejected, figures.readings, figures.quarantined), (2, 1, 1, 1));
}

#[tokio::test]
async fn averages_are_series_of_their_own_and_raise_nothing() {
    let site = site().await;
    let at = time::format(site.store.clock.now());
    let mut stream = site.dial_hj212().await;
    let body = format!("DataTime={at};w01018-Avg=30,w01018-Flag=N;w01018-Rtd=31,w01018-Flag=M");
    stream.write_all(&frame("20261122100000001", STATION, 2051, &body)).await.expect("sent");
    expect(&mut stream, &reply("20261122100000001", STATION)).await;
    let stored = site.observations(&site.factor).await;
    assert!(stored[0].historical && stored[0].quality == Quality::Maintenance);
    let waiting = site.quarantine().await;
    assert_eq!((waiting[0].reason.as_str(), waiting[0].code.as_str()), ("unknown_series", "w01018-Avg"));
}

#[tokio::test]
async fn stops_while_devices_are_connected() {
    let site = site().await;
    let mut stream = site.dial_hj212().await;
    stream.write_all(b"##0100QN=").await.expect("sent");
    let stopped = tokio::time::timeout(Duration::from_secs(10), site.gateway.stop());
    stopped.await.expect("in time");
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    assert!(rest.is_empty());
}
