//! What the doors tell the log of raw frames, and frames of it that are read once more.

mod common;

use common::{STATION, Site, site};
use fengsui_gateway::{Reread, reread};
use fengsui_kernel::{Clock as _, PageQuery};
use fengsui_protocols::hj212::{self, encode_frame, time};
use fengsui_series::{FrameDirection, FrameQuery, FrameSource, FrameVerdict, LoggedFrame};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

fn report(site: &Site, qn: &str, station: &str) -> Vec<u8> {
    let at = time::format(site.store.clock.now());
    let text = format!("QN={qn};ST=32;CN=2011;PW=geheim;MN={station};Flag=5;CP=&&DataTime={at};w01018-Rtd=36.10&&");
    encode_frame(text.as_bytes()).expect("a frame")
}

async fn frames(site: &Site, sender: &str) -> Vec<LoggedFrame> {
    let source = FrameSource::Sender(sender);
    let page = site.engine.frames_of(&site.system, source, &FrameQuery::default()).await.expect("a page");
    page.items
}

/// Says frames until the registered station is answered, which it is last.
async fn said(site: &Site, before: &[Vec<u8>]) {
    let mut stream = site.dial_hj212().await;
    for frame in before {
        stream.write_all(frame).await.expect("sent");
    }
    stream.write_all(&report(site, "20261122100000009", STATION)).await.expect("sent");
    assert!(stream.read(&mut [0; 512]).await.expect("an answer") > 0);
}

#[tokio::test]
async fn what_came_and_what_was_answered_is_kept_without_passwords() {
    let site = site().await;
    let mut damaged = report(&site, "20261122100000001", STATION);
    damaged[90] ^= 1;
    said(&site, &[damaged, report(&site, "20261122100000002", "UNKNOWN1")]).await;
    said(&site, &[]).await;
    let own = frames(&site, STATION).await;
    let told: Vec<(FrameDirection, FrameVerdict, &str)> =
        own.iter().rev().map(|frame| (frame.direction, frame.verdict, frame.code.as_str())).collect();
    let (came, went) = (FrameDirection::Received, FrameDirection::Sent);
    assert_eq!(
        told,
        [
            (came, FrameVerdict::Refused, "bad_checksum"),
            (came, FrameVerdict::Accepted, ""),
            (went, FrameVerdict::Sent, ""),
            (came, FrameVerdict::Duplicate, ""),
            (went, FrameVerdict::Sent, ""),
        ]
    );
    for frame in &own {
        let text = String::from_utf8_lossy(&frame.bytes);
        assert!(text.contains("PW=******") && !text.contains("geheim"), "{text}");
        let sound = hj212::describe(&frame.bytes).iter().all(|one| one.get("error").is_none());
        assert_eq!(sound, frame.verdict != FrameVerdict::Refused, "{text}");
    }
    let unknown = frames(&site, "UNKNOWN1").await;
    assert_eq!((unknown.len(), unknown[0].verdict), (1, FrameVerdict::NotRegistered));
    let senders = site.engine.unregistered_senders(&site.system, &PageQuery::default()).await.expect("senders");
    assert_eq!(senders.items[0].sender, "UNKNOWN1");
}

#[tokio::test]
async fn frames_from_before_the_registration_come_in_under_their_own_time_and_once() {
    let site = site().await;
    let measured = site.store.clock.now();
    said(&site, &[report(&site, "20261122100000002", "UNKNOWN1")]).await;
    let series = site.device("UNKNOWN1", &["w01018"]).await;
    site.store.clock.advance(jiff::SignedDuration::from_hours(3));
    for _ in 0..2 {
        let told = reread(&site.engine, &frames(&site, "UNKNOWN1").await).await.expect("read");
        assert!(matches!(told[..], [Reread::Stored(done)] if done.accepted == 1), "{told:?}");
        let stored = site.observations(&series[0]).await;
        assert_eq!(stored.len(), 1, "nothing is doubled");
        assert_eq!((stored[0].value.as_str(), stored[0].historical), ("36.10", true));
        assert_eq!(stored[0].observed_at.as_second(), measured.as_second());
    }
}
