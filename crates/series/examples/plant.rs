//! Fills an empty data directory with devices, series and rules, for measurements: what a county has after years of
//! registering, in a minute.
//!
//! `plant DATA_DIR --devices 64 --series 10000 --rules 3 > credentials`: a line `code token series,series,…` for each device.
//! `plant DATA_DIR --terminals 19000 > credentials`: vehicle terminals with place and speed, watched for overspeed.

use std::path::Path;
use std::sync::Arc;

use fengsui_kernel::id::{RuleId, SeriesId};
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{Acting, Mode, SystemClock};
use fengsui_storage::seal::Keys;
use fengsui_storage::series::devices::{self, DeviceRow};
use fengsui_storage::series::rules::{self, RuleRow};
use fengsui_storage::series::{self, SeriesFacts};
use fengsui_storage::{Db, Tx};
use sha2::{Digest as _, Sha256};

/// Series made in one unit of work.
const TOGETHER: usize = 20_000;

fn facts(device: &DeviceRow, code: &str) -> SeriesFacts {
    SeriesFacts {
        device_id: device.id.clone(),
        device_code: device.code.clone(),
        device_name: device.name.clone(),
        code: code.to_owned(),
        name: format!("{} {code}", device.name),
        name_en: None,
        unit: "m".to_owned(),
        installation: None,
        installation_name: None,
        enterprise: None,
        enterprise_name: None,
        division: device.division,
        location: None,
        low: None,
        high: None,
        expected_interval_seconds: Some(60),
        mode: Mode::Real,
    }
}

/// High, silence, low, high high; none of them met by values between 3 and 5, if `high` is beyond.
async fn rule(tx: &mut Tx, series: i64, series_id: &SeriesId, number: usize, high: f64) {
    let (kind, limit, window) = match number {
        0 => ("high", high, 0),
        1 => ("absence", 0.0, 3600),
        2 => ("low", 1.0, 0),
        _ => ("high", 9.0, 0),
    };
    let id: RuleId = tx.new_id();
    let row = RuleRow {
        id,
        series,
        series_id: series_id.clone(),
        name: kind.to_owned(),
        kind: kind.to_owned(),
        limit,
        deadband: 0.0,
        window_seconds: window,
        direction: None,
        method: None,
        training_readings: 0,
        intensity: None,
        learned_at: None,
        on_delay_seconds: 0,
        off_delay_seconds: 0,
        priority: AlarmPriority::High,
        enabled: true,
        level: None,
        instruction: None,
        plan: None,
        schedule: None,
        template: None,
        version: 1,
    };
    rules::insert(tx, &row).await.expect("a rule");
}

/// What a vehicle is watched by: it goes up to 70 km/h.
const OVERSPEED: f64 = 100.0;

async fn terminals(db: &Db, count: usize) {
    let mut tx = db.begin(Acting::system("plant", db.now())).await.expect("begun");
    for number in 0..count {
        let (row, token) = device(&mut tx, number, format!("139{number:08}")).await;
        for code in ["lng", "lat", "speed_kmh"] {
            let id: SeriesId = tx.new_id();
            let series = series::insert(&mut tx, &id, &facts(&row, code)).await.expect("a series");
            if code == "speed_kmh" {
                rule(&mut tx, series, &id, 0, OVERSPEED).await;
            }
        }
        println!("{} {token} lng,lat,speed_kmh", row.code);
    }
    tx.commit().await.expect("committed");
}

async fn device(tx: &mut Tx, number: usize, code: String) -> (DeviceRow, String) {
    let id: SeriesId = tx.new_id();
    let token = format!("{number:032x}");
    let row = DeviceRow {
        id: id.to_string(),
        code,
        serial: None,
        name: format!("测站 {number}"),
        division: "640181".parse().expect("a division"),
        enterprise: None,
        category: None,
        online: false,
        last_heard_at: None,
    };
    devices::put(tx, &row).await.expect("a device");
    devices::put_credential(tx, &row.id, &hex::encode(Sha256::digest(token.as_bytes()))).await.expect("a credential");
    (row, token)
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().expect("a data directory");
    let (mut device_count, mut series_count, mut rule_count, mut terminal_count) = (64, 10_000, 3, 0);
    while let Some(name) = arguments.next() {
        let number = arguments.next().and_then(|text| text.parse().ok()).expect("a number");
        match name.as_str() {
            "--devices" => device_count = number,
            "--series" => series_count = number,
            "--rules" => rule_count = number,
            "--terminals" => terminal_count = number,
            other => panic!("unknown option {other}"),
        }
    }
    let directory = Path::new(&directory);
    std::fs::create_dir_all(directory.join("keys")).expect("a directory");
    let url = format!("sqlite:{}", directory.join("fengsui.db").display());
    let keys = Keys::File(directory.join("keys").join("sealing.key"));
    let db = Db::open(&url, Arc::new(SystemClock), keys).await.expect("a store");
    if terminal_count > 0 {
        terminals(&db, terminal_count).await;
        return db.close().await;
    }
    let each: usize = series_count / device_count;
    let mut tx = db.begin(Acting::system("plant", db.now())).await.expect("begun");
    let mut made = 0;
    for number in 0..device_count {
        let (row, token) = device(&mut tx, number, format!("LOAD-{number:05}")).await;
        let mut codes = Vec::new();
        for index in 0..each {
            let code = format!("s{index}");
            let id: SeriesId = tx.new_id();
            let series = series::insert(&mut tx, &id, &facts(&row, &code)).await.expect("a series");
            for index in 0..rule_count {
                rule(&mut tx, series, &id, index, 8.0).await;
            }
            codes.push(code);
            made += 1;
        }
        println!("{} {token} {}", row.code, codes.join(","));
        if made >= TOGETHER {
            made = 0;
            tx.commit().await.expect("committed");
            tx = db.begin(Acting::system("plant", db.now())).await.expect("begun");
        }
    }
    tx.commit().await.expect("committed");
    db.close().await;
}
