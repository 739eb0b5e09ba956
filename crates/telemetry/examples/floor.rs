//! What this machine allows and what the storage takes of it:
//! `cargo run --release -p fengsui-telemetry --example floor -- DIRECTORY`.

use std::error::Error;
use std::hint::black_box;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use fengsui_kernel::reading::Quality;
use fengsui_telemetry::{
    Directory, Disk, DiskFile, Figure, Log, LogSettings, Point, Summary, decode, encode, read_entries, write_entries,
};

/// How long each measurement runs.
const LONG: Duration = Duration::from_secs(3);
const BATCH: usize = 5_000;
const CHUNK: usize = 256;

type Done = Result<(), Box<dyn Error>>;

fn main() -> Done {
    let Some(place) = std::env::args().nth(1) else { return Err("give a directory to write to".into()) };
    let place = Path::new(&place).join("floor");
    limit(&place)?;
    batches();
    chunks("jittered arrival", 7);
    chunks("arrival = observation", 0);
    figures();
    log(&place)?;
    std::fs::remove_dir_all(&place)?;
    Ok(())
}

/// A slow walk with two decimals, once a second, that arrives up to `jitter` ms later.
fn points(count: usize, jitter: i64, seed: i64) -> Vec<Point> {
    let (mut mantissa, mut chance) = (2_050_i64, seed * 2 + 1);
    (0..i64::try_from(count).unwrap_or(0))
        .map(|at| {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            mantissa += (chance >> 33) % 12;
            let observed_at = 1_700_000_000_000 + at * 1000;
            let late = if jitter == 0 { 0 } else { 40 + (chance >> 40) % jitter };
            let figure = Figure::Decimal { mantissa, places: 2 };
            let received_at = observed_at + late;
            Point { observed_at, received_at, figure, quality: Quality::Good, historical: false, raw: None }
        })
        .collect()
}

/// Runs for a while; gives the runs per second.
fn rate(mut run: impl FnMut() -> Done) -> Result<f64, Box<dyn Error>> {
    let (begin, mut runs) = (Instant::now(), 0_u32);
    while begin.elapsed() < LONG {
        run()?;
        runs += 1;
    }
    Ok(f64::from(runs) / begin.elapsed().as_secs_f64())
}

/// Nanoseconds a reading, where a run handles so many.
fn nanoseconds(readings: usize, mut run: impl FnMut()) -> f64 {
    let rate = rate(|| {
        run();
        Ok(())
    });
    1e9 / (rate.unwrap_or(f64::NAN) * readings as f64)
}

fn limit(place: &Path) -> Done {
    let mut file = Directory::open(place)?.create("limit", 64 << 20)?;
    let (page, mut at) = (vec![1; 4096], 0);
    let synced = rate(|| {
        file.write_at(&page, at)?;
        file.sync()?;
        at = (at + 4096) % (64 << 20);
        Ok(())
    })?;
    println!("4 KiB write + fdatasync            {synced:>12.0} /s");
    Ok(())
}

fn batches() {
    let readings = points(BATCH, 7, 1);
    let named = || readings.iter().enumerate().map(|(at, point)| (i64::try_from(at % 500).unwrap_or(0), point));
    let mut bytes = Vec::new();
    let write = nanoseconds(BATCH, || {
        bytes.clear();
        write_entries(named(), &mut bytes);
    });
    let read = nanoseconds(BATCH, || drop(black_box(read_entries(&bytes))));
    let size = bytes.len() as f64 / BATCH as f64;
    println!("batch, 500 series                  write {write:.1} ns, read {read:.1} ns, {size:.2} bytes a reading");
}

fn chunks(name: &str, jitter: i64) {
    let all: Vec<Vec<Point>> = (0..64).map(|seed| points(CHUNK, jitter, seed)).collect();
    let written: Vec<Vec<u8>> = all.iter().map(|points| encode(points)).collect();
    let many = all.len() * CHUNK;
    let write = nanoseconds(many, || all.iter().for_each(|points| drop(black_box(encode(points)))));
    let read = nanoseconds(many, || written.iter().for_each(|bytes| drop(black_box(decode(bytes)))));
    let sum = nanoseconds(many, || {
        for points in &all {
            black_box(Summary::of(points));
        }
    });
    let size = written.iter().map(Vec::len).sum::<usize>() as f64 / many as f64;
    println!(
        "chunk, {name:<27} encode {write:.1} ns, decode {read:.1} ns, summary {sum:.1} ns, {size:.2} bytes a reading"
    );
}

fn figures() {
    let texts: Vec<String> = points(BATCH, 0, 3).iter().map(|point| point.figure.to_string()).collect();
    let figures: Vec<Figure> = texts.iter().map(|text| Figure::read(text)).collect();
    let mut into = String::new();
    let write = nanoseconds(BATCH, || {
        into.clear();
        for figure in &figures {
            figure.write_to(&mut into);
        }
    });
    let read = nanoseconds(BATCH, || texts.iter().for_each(|text| drop(black_box(Figure::read(text)))));
    println!("figure                             write {write:.1} ns, read {read:.1} ns");
}

fn log(place: &Path) -> Done {
    let (mut log, _) = Log::open(Directory::open(place)?, LogSettings::default())?;
    let readings = points(BATCH, 7, 1);
    let mut body = Vec::new();
    let synced = rate(|| {
        body.clear();
        write_entries(readings.iter().map(|point| (7, point)), &mut body);
        log.append(&body)?;
        log.sync()?;
        log.release(log.next().saturating_sub(20_000))?;
        Ok(())
    })?;
    println!("log of 5,000 readings, each synced {:>12.0} readings/s, {synced:.0} syncs/s", synced * BATCH as f64);
    let (begin, mut records) = (Instant::now(), 0);
    log.read(0, &mut |_, bytes| {
        records += usize::from(black_box(read_entries(bytes)).is_ok());
        ControlFlow::Continue(())
    })?;
    let seconds = begin.elapsed().as_secs_f64();
    println!("log read                           {:>12.0} readings/s", (records * BATCH) as f64 / seconds);
    drop(log);
    let begin = Instant::now();
    let (log, opened) = Log::open(Directory::open(place)?, LogSettings::default())?;
    let megabytes = log.bytes() >> 20;
    println!(
        "log opened ({megabytes} MiB, {} damages)   {:>12.3} s",
        opened.damages.len(),
        begin.elapsed().as_secs_f64()
    );
    Ok(())
}
