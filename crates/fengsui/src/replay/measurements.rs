//! Plays recorded measurements through MQTT at a steady pace.

use std::time::Duration;

use anyhow::Result;
use fengsui_kernel::{Clock as _, SystemClock, Timestamp};
use serde_json::json;
use tokio::time::Instant;

use super::publisher::{Publisher, Target};
use super::telemetry::{Row, Telemetry};

/// What to play, where to, and how fast.
pub struct Measurements {
    /// The broker and the device.
    pub target: Target,
    /// The recording.
    pub telemetry: Telemetry,
    /// Time between rows.
    pub interval: Duration,
    /// Whether to begin again at the end.
    pub repeat: bool,
}

/// Publishes every row as one batch of observations measured now; returns when the last one is acknowledged.
pub async fn replay(measurements: Measurements, progress: impl Fn(String)) -> Result<()> {
    let Measurements { target, telemetry, interval, repeat } = measurements;
    let mut publisher = Publisher::new(target);
    let (mut sent, mut next) = (0_u64, Instant::now());
    loop {
        for (index, row) in telemetry.rows.iter().enumerate() {
            publisher.rest_until(next).await;
            let observed_at = SystemClock.now();
            publisher.publish(&batch(&telemetry, row, observed_at)?).await?;
            sent += 1;
            let (at, total, sample) = (index + 1, telemetry.rows.len(), row.sample);
            progress(format!(
                "{observed_at} row {at}/{total} sample {sample}: {} observations acknowledged, {sent} batches, {} reconnects",
                row.values.iter().filter(|value| !value.is_empty()).count(),
                publisher.reconnects(),
            ));
            // After an outage go on from now; do not catch up in a burst.
            next = (next + interval).max(Instant::now());
        }
        if !repeat {
            publisher.close().await;
            return Ok(());
        }
    }
}

/// One row as the payload of a publish; empty cells are not measured.
fn batch(telemetry: &Telemetry, row: &Row, observed_at: Timestamp) -> Result<Vec<u8>> {
    let observations: Vec<_> = telemetry
        .series
        .iter()
        .zip(&row.values)
        .filter(|(_, value)| !value.is_empty())
        .map(|(series, value)| json!({ "series": series, "observed_at": observed_at, "value": value }))
        .collect();
    Ok(serde_json::to_vec(&json!({ "observations": observations }))?)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::super::acceptor::Acceptor;
    use super::super::telemetry::Selection;
    use super::*;

    fn telemetry() -> Telemetry {
        let text = "sample,minute,A,B\n1,3,0.25058,7\n2,6,0.25109,\n3,9,0.2511,9\n";
        Telemetry::read(text.as_bytes(), &Selection::default()).expect("rows")
    }

    fn measurements(acceptor: &Acceptor, token: &str) -> Measurements {
        let target =
            Target { address: acceptor.address.clone(), device: "DEMO-GW-001".into(), token: token.to_owned() };
        Measurements { target, telemetry: telemetry(), interval: Duration::from_millis(1), repeat: false }
    }

    #[tokio::test]
    async fn every_row_arrives_with_the_text_of_the_source() {
        let acceptor = Acceptor::start("token", &[]).await;
        let lines = Mutex::new(Vec::new());
        let progress = |line: String| lines.lock().expect("lines").push(line);
        replay(measurements(&acceptor, "token"), progress).await.expect("a replay");
        let received = acceptor.received();
        assert_eq!(received.len(), 3);
        assert!(received.iter().all(|(topic, _)| topic == "fengsui/v1/DEMO-GW-001/observations"));
        let first = &received[0].1["observations"];
        assert_eq!((&first[0]["series"], &first[0]["value"]), (&json!("A"), &json!("0.25058")));
        assert_eq!(received[1].1["observations"].as_array().map(Vec::len), Some(1), "an empty cell is no observation");
        let lines = lines.into_inner().expect("lines");
        assert!(
            lines[2].contains("row 3/3 sample 3: 2 observations acknowledged, 3 batches, 0 reconnects"),
            "{lines:?}"
        );
    }

    #[tokio::test]
    async fn a_batch_that_was_not_acknowledged_is_sent_again() {
        // The acceptor drops the connection instead of acknowledging the second publish.
        let acceptor = Acceptor::start("token", &[2]).await;
        replay(measurements(&acceptor, "token"), |_| {}).await.expect("a replay");
        let values: Vec<String> =
            acceptor.received().iter().map(|(_, body)| body["observations"][0]["value"].to_string()).collect();
        assert_eq!(values, ["\"0.25058\"", "\"0.25109\"", "\"0.25109\"", "\"0.2511\""]);
    }

    #[tokio::test]
    async fn a_wrong_token_ends_the_replay_at_once() {
        let acceptor = Acceptor::start("token", &[]).await;
        let error = replay(measurements(&acceptor, "other"), |_| {}).await.expect_err("a refusal");
        assert!(error.to_string().contains("wrong device code or token"), "{error}");
    }
}
