//! Vehicle terminals by JT/T 808-2013: each has a connection of its own, proves itself, sends a location, and the next
//! when that is acknowledged.
//!
//! `terminals ADDRESS CREDENTIALS [--seconds N] [--hold N] [--pause MILLISECONDS]`
//! CREDENTIALS: a file with one `number code series,series,…` a line; a terminal for each line.
//! `--hold`: how long the connections are held in silence before anything is sent; `--pause`: between an
//! acknowledgement and the next location. Prints `held` once all terminals are in, then one line of JSON.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "counts of a load generator are small"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use fengsui_protocols::jt808::session::Authentication;
use fengsui_protocols::jt808::{
    Decimal, Decoder, Edition, Frame, Header, HeaderLayout, LocalTime, Location, Message, Phone, State, Tolerance,
};
use jiff::civil::DateTime;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

/// Terminals that introduce themselves at the same time.
const TOGETHER: usize = 256;

struct Options {
    address: String,
    seconds: f64,
    hold: f64,
    pause: Duration,
}

struct Terminal {
    stream: TcpStream,
    phone: Phone,
    serial: u16,
    decoder: Decoder,
    delays: Vec<u32>,
}

#[allow(clippy::disallowed_methods, reason = "a terminal has a clock of its own")]
fn now() -> DateTime {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8))).datetime()
}

impl Terminal {
    async fn introduce(options: &Options, line: &str) -> Self {
        let mut parts = line.split_whitespace();
        let (number, code) = (parts.next().expect("a number"), parts.next().expect("a code"));
        let stream = TcpStream::connect(&options.address).await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        let decoder = Decoder::new(Tolerance::default());
        let mut terminal = Self { stream, phone: Phone::new(number), serial: 0, decoder, delays: Vec::new() };
        let proof = Authentication { auth_code: code.to_owned(), equipment: None };
        assert_eq!(terminal.ask(&Message::Authentication(proof)).await, 0, "{number}: refused");
        terminal
    }

    /// Sends a message; the result in the platform's general answer (0x8001).
    async fn ask(&mut self, message: &Message) -> u8 {
        self.serial = self.serial.wrapping_add(1);
        let header = Header::new(message.id(), HeaderLayout::V2013, self.phone.clone(), self.serial);
        let body = message.to_body(Edition::V2013).expect("a body");
        let bytes = Frame { header, body }.to_bytes().expect("a frame");
        self.stream.write_all(&bytes).await.expect("sent");
        let mut answer = [0; 64];
        loop {
            let read = self.stream.read(&mut answer).await.expect("an answer");
            assert!(read > 0, "the connection was closed");
            if let Some(Ok(frame)) = self.decoder.feed(&answer[..read]).into_iter().next() {
                return frame.body.last().copied().unwrap_or(u8::MAX);
            }
        }
    }

    async fn drive(mut self, pause: Duration, stop: &AtomicBool, done: &AtomicU64) -> Vec<u32> {
        let mut moved = 0_i64;
        while !stop.load(Ordering::Relaxed) {
            moved += 1;
            let (latitude, longitude) =
                (Decimal::new(38_100_000 + moved % 1000, 6), Decimal::new(106_300_000 + moved, 6));
            let mut location = Location::new(latitude, longitude, LocalTime::new(now()));
            location.status = location.status.with(State::Fixed).with(State::AccOn);
            location.speed = Decimal::new(600 + moved % 100, 1);
            let sent = Instant::now();
            let result = self.ask(&Message::Location(location)).await;
            assert_eq!(result, 0, "a location was refused");
            self.delays.push(sent.elapsed().as_micros() as u32);
            done.fetch_add(1, Ordering::Relaxed);
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
        }
        self.delays
    }
}

fn options() -> (Options, String) {
    let mut arguments = std::env::args().skip(1);
    let (address, credentials) = (arguments.next().expect("an address"), arguments.next().expect("credentials"));
    let mut options = Options { address, seconds: 10.0, hold: 0.0, pause: Duration::ZERO };
    while let Some(name) = arguments.next() {
        let number = arguments.next().and_then(|text| text.parse::<f64>().ok()).expect("a number");
        match name.as_str() {
            "--seconds" => options.seconds = number,
            "--hold" => options.hold = number,
            "--pause" => options.pause = Duration::from_secs_f64(number / 1000.0),
            other => panic!("unknown option {other}"),
        }
    }
    (options, std::fs::read_to_string(credentials).expect("credentials"))
}

async fn introduce(options: &Arc<Options>, lines: &str) -> Vec<Terminal> {
    let room = Arc::new(Semaphore::new(TOGETHER));
    let mut coming = Vec::new();
    for line in lines.lines().map(str::to_owned) {
        let (options, room) = (Arc::clone(options), Arc::clone(&room));
        coming.push(tokio::spawn(async move {
            let _place = room.acquire().await.expect("open");
            Terminal::introduce(&options, &line).await
        }));
    }
    let mut terminals = Vec::with_capacity(coming.len());
    for one in coming {
        terminals.push(one.await.expect("a terminal"));
    }
    terminals
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (options, lines) = options();
    let options = Arc::new(options);
    let began = Instant::now();
    let terminals = introduce(&options, &lines).await;
    let (count, introduced) = (terminals.len(), began.elapsed().as_secs_f64());
    println!("held {count}");
    tokio::time::sleep(Duration::from_secs_f64(options.hold)).await;
    let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let started = Instant::now();
    let pause = options.pause;
    let driving: Vec<_> = terminals
        .into_iter()
        .map(|terminal| {
            let (stop, done) = (Arc::clone(&stop), Arc::clone(&done));
            tokio::spawn(async move { terminal.drive(pause, &stop, &done).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs_f64(options.seconds)).await;
    stop.store(true, Ordering::Relaxed);
    let (seconds, locations) = (started.elapsed().as_secs_f64(), done.load(Ordering::Relaxed));
    let mut delays = Vec::new();
    for one in driving {
        delays.extend(one.await.expect("a terminal"));
    }
    delays.sort_unstable();
    let at = |share: usize| f64::from(delays[(delays.len() - 1) * share / 1000]) / 1000.0;
    println!(
        r#"{{"terminals":{count},"introduced_seconds":{introduced:.2},"locations":{locations},"seconds":{seconds:.3},"per_second":{:.0},"ack_p50_ms":{:.2},"ack_p99_ms":{:.2}}}"#,
        locations as f64 / seconds,
        at(500),
        at(990)
    );
}
