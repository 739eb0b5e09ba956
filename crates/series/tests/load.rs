//! How fast readings come in. Run by hand: `cargo test --release -p fengsui-series --test load -- --ignored --nocapture`.

mod common;

use std::time::{Duration, Instant};

use common::{plant, submission};
use fengsui_kernel::Timestamp;
use fengsui_series::Reading;
use jiff::SignedDuration;

/// Sends from 64 senders at once and prints readings a second and the time to durability.
async fn load(
    label: &str,
    store: fengsui_storage::testkit::TestStore,
    per_message: i64,
    messages: i64,
    pause: Duration,
) {
    let plant = plant(store).await;
    plant.rule(0, 0, 0.5).await;
    for number in 0..64 {
        let code = format!("level-{number}");
        let made = plant.engine.register(&plant.system, common::registration(&code)).await.expect("a series");
        let input = fengsui_series::RuleInput { series: made.id, ..plant.input(0, 0, 0.5) };
        plant.engine.create_rule(&plant.system, input).await.expect("a rule");
    }
    let begin: Timestamp = "2026-11-21T00:00:00Z".parse().expect("a time");
    let started = Instant::now();
    let send = |sender: i64| {
        let ingest = plant.engine.ingest();
        tokio::spawn(async move {
            let mut times = Vec::new();
            for message in 0..messages {
                let one = |number: i64| Reading {
                    code: format!("level-{sender}").into(),
                    observed_at: begin
                        .checked_add(SignedDuration::from_millis(message * per_message + number))
                        .expect("a time"),
                    // Every twentieth message crosses the limit.
                    value_text: if message % 20 == 19 { "12.5".into() } else { "3.14".into() },
                    quality: fengsui_kernel::reading::Quality::Good,
                    historical: false,
                    optional: false,
                };
                let sent = Instant::now();
                ingest.submit(submission((0..per_message).map(one).collect())).await.expect("stored");
                times.push(sent.elapsed());
                if !pause.is_zero() {
                    tokio::time::sleep(pause).await;
                }
            }
            times
        })
    };
    let senders: Vec<_> = (0..64).map(send).collect();
    let mut times: Vec<Duration> = Vec::new();
    for sender in futures::future::join_all(senders).await {
        times.extend(sender.expect("joined"));
    }
    let seconds = started.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1000.0;
    let readings = messages * per_message * 64;
    println!(
        "{label}: {readings} readings in {seconds:.2} s = {:.0}/s; durable after p50 {:.1} ms, p99 {:.1} ms",
        readings as f64 / seconds,
        at(50),
        at(99)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement, not a check"]
async fn how_fast() {
    let paced = Duration::from_millis(64);
    load("sqlite, single readings, 1,000/s", fengsui_storage::testkit::sqlite().await, 1, 100, paced).await;
    load("sqlite, single readings", fengsui_storage::testkit::sqlite().await, 1, 500, Duration::ZERO).await;
    load("sqlite, 50 a message", fengsui_storage::testkit::sqlite().await, 50, 60, Duration::ZERO).await;
    if let Some(store) = fengsui_storage::testkit::postgres().await {
        load("postgres, single readings, 1,000/s", store, 1, 100, paced).await;
    }
    for (label, per_message, messages) in [("postgres, single readings", 1, 500), ("postgres, 50 a message", 50, 60)] {
        if let Some(store) = fengsui_storage::testkit::postgres().await {
            load(label, store, per_message, messages, Duration::ZERO).await;
        }
    }
}
