//! A load generator as devices are: many connections, QoS 1, one `write` for each message, acknowledgements read.
//!
//! `mqtt_load ADDRESS CREDENTIALS [--per-message N] [--seconds N] [--rate OBS_PER_SECOND] [--window N] [--topic MQTT_TOPIC]`
//! CREDENTIALS: a file with one `code token series,series,…` a line; a connection for each line.
//! Prints one line of JSON.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "lengths, counts and times of a load generator are small"
)]

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

struct Options {
    address: String,
    per_message: usize,
    seconds: f64,
    rate: f64,
    window: usize,
    plain: bool,
}

struct Sender {
    stream: TcpStream,
    topic: String,
    series: Vec<String>,
    in_flight: usize,
    packet: u16,
    next: usize,
    buffer: Vec<u8>,
    /// When messages under way were sent, oldest first.
    sent: std::collections::VecDeque<Instant>,
    delays: Vec<u32>,
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u16).to_be_bytes());
    bytes.extend(text.as_bytes());
}

fn length(bytes: &mut Vec<u8>, mut length: usize) {
    loop {
        let byte = (length % 128) as u8;
        length /= 128;
        bytes.push(if length > 0 { byte | 0x80 } else { byte });
        if length == 0 {
            return;
        }
    }
}

fn connect(options: &Options, line: &str) -> Sender {
    let mut parts = line.split_whitespace();
    let (code, token) = (parts.next().expect("a code"), parts.next().expect("a token"));
    let series = parts.next().expect("series").split(',').map(str::to_owned).collect();
    let mut stream = TcpStream::connect(&options.address).expect("a connection");
    stream.set_nodelay(true).expect("no delay");
    let mut body = Vec::new();
    text(&mut body, "MQTT");
    body.extend([4, if options.plain { 0x02 } else { 0xC2 }, 0, 60]);
    text(&mut body, code);
    if !options.plain {
        text(&mut body, code);
        text(&mut body, token);
    }
    let mut packet = vec![0x10];
    length(&mut packet, body.len());
    packet.extend(body);
    stream.write_all(&packet).expect("sent");
    let mut answer = [0; 4];
    stream.read_exact(&mut answer).expect("an answer");
    assert_eq!(answer[3], 0, "{code}: refused");
    let topic = format!("fengsui/v1/{code}/observations");
    let (buffer, sent) = (Vec::new(), std::collections::VecDeque::new());
    Sender { stream, topic, series, in_flight: 0, packet: 0, next: 0, buffer, sent, delays: Vec::new() }
}

impl Sender {
    fn send(&mut self, per_message: usize, now: i64) {
        let mut payload = String::with_capacity(64 * per_message);
        if per_message > 1 {
            payload.push('[');
        }
        for number in 0..per_message {
            let series = &self.series[self.next % self.series.len()];
            let value = 300 + (self.next * 7) % 200;
            let at = now + number as i64;
            let comma = if number + 1 < per_message { "," } else { "" };
            let (whole, part) = (value / 100, value % 100);
            write!(payload, r#"{{"series":"{series}","observed_at":{at},"value":{whole}.{part:02}}}{comma}"#)
                .expect("written");
            self.next += 1;
        }
        if per_message > 1 {
            payload.push(']');
        }
        self.packet = self.packet.checked_add(1).unwrap_or(1);
        self.buffer.clear();
        self.buffer.push(0x32);
        length(&mut self.buffer, 2 + self.topic.len() + 2 + payload.len());
        text(&mut self.buffer, &self.topic);
        self.buffer.extend(self.packet.to_be_bytes());
        self.buffer.extend(payload.as_bytes());
        self.sent.push_back(Instant::now());
        self.stream.write_all(&self.buffer).expect("sent");
        self.in_flight += 1;
    }

    /// Reads what is acknowledged already, so that its delay is not that of the next look.
    fn glance(&mut self) -> usize {
        let mut one = [0_u8; 4];
        self.stream.set_nonblocking(true).expect("a socket");
        let waiting = self.stream.peek(&mut one).is_ok_and(|bytes| bytes > 0);
        self.stream.set_nonblocking(false).expect("a socket");
        if waiting { self.settle() } else { 0 }
    }

    /// Reads what was acknowledged; waits for at least one.
    fn settle(&mut self) -> usize {
        let mut bytes = [0_u8; 8192];
        let mut held = 0;
        loop {
            let read = self.stream.read(&mut bytes[held..]).expect("answers");
            assert!(read > 0, "the connection was closed");
            held += read;
            if held.is_multiple_of(4) {
                break;
            }
        }
        let done = held / 4;
        let now = Instant::now();
        for sent in self.sent.drain(..done) {
            self.delays.push(now.duration_since(sent).as_micros() as u32);
        }
        self.in_flight -= done;
        done
    }
}

fn unix_millis() -> i64 {
    jiff::Timestamp::from_second(0).expect("an epoch").duration_until(now()).as_millis() as i64
}

#[allow(clippy::disallowed_methods, reason = "a device has a clock of its own")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

fn run(mut sender: Sender, options: &Options, connections: usize, done: &AtomicU64, barrier: &Barrier) -> Vec<u32> {
    barrier.wait();
    let started = Instant::now();
    let pause = (options.rate > 0.0)
        .then(|| Duration::from_secs_f64(connections as f64 * options.per_message as f64 / options.rate));
    let mut due = started;
    let epoch = unix_millis();
    while started.elapsed().as_secs_f64() < options.seconds {
        if let Some(pause) = pause {
            let now = Instant::now();
            if due > now {
                thread::sleep(due - now);
            }
            due += pause;
            done.fetch_add(sender.glance() as u64, Ordering::Relaxed);
        }
        let at = epoch + started.elapsed().as_millis() as i64;
        sender.send(options.per_message, at);
        while sender.in_flight >= options.window {
            done.fetch_add(sender.settle() as u64, Ordering::Relaxed);
        }
    }
    while sender.in_flight > 0 {
        done.fetch_add(sender.settle() as u64, Ordering::Relaxed);
    }
    sender.delays
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (address, credentials) = (arguments.next().expect("an address"), arguments.next().expect("credentials"));
    let mut options = Options { address, per_message: 1, seconds: 10.0, rate: 0.0, window: 256, plain: false };
    while let Some(name) = arguments.next() {
        let mut number = || arguments.next().and_then(|text| text.parse::<f64>().ok()).expect("a number");
        match name.as_str() {
            "--per-message" => options.per_message = number() as usize,
            "--seconds" => options.seconds = number(),
            "--rate" => options.rate = number(),
            "--window" => options.window = number() as usize,
            "--plain" => options.plain = true,
            other => panic!("unknown option {other}"),
        }
    }
    let lines = fs::read_to_string(credentials).expect("credentials");
    let senders: Vec<Sender> = lines.lines().map(|line| connect(&options, line)).collect();
    let connections = senders.len();
    let (done, barrier) = (Arc::new(AtomicU64::new(0)), Arc::new(Barrier::new(connections + 1)));
    let options = Arc::new(options);
    let running: Vec<_> = senders
        .into_iter()
        .map(|sender| {
            let (options, done, barrier) = (Arc::clone(&options), Arc::clone(&done), Arc::clone(&barrier));
            thread::spawn(move || run(sender, &options, connections, &done, &barrier))
        })
        .collect();
    barrier.wait();
    let started = Instant::now();
    let mut delays: Vec<u32> = running.into_iter().flat_map(|thread| thread.join().expect("a sender")).collect();
    let seconds = started.elapsed().as_secs_f64();
    delays.sort_unstable();
    let at = |share: usize| f64::from(delays[(delays.len() - 1) * share / 1000]) / 1000.0;
    let messages = done.load(Ordering::Relaxed);
    println!(
        r#"{{"connections":{connections},"per_message":{},"messages":{messages},"observations":{},"seconds":{seconds:.3},"per_second":{:.0},"ack_p50_ms":{:.2},"ack_p99_ms":{:.2}}}"#,
        options.per_message,
        messages * options.per_message as u64,
        messages as f64 * options.per_message as f64 / seconds,
        at(500),
        at(990)
    );
}
