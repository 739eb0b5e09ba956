//! Polling over real TCP: a small Modbus slave that can also misbehave in the ways of the field.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::time::Duration;

use common::{Site, site_with};
use fengsui_gateway::ModbusStation;
use fengsui_kernel::id::SeriesId;
use fengsui_kernel::reading::Quality;
use fengsui_protocols::modbus::{
    Decoder, ExceptionCode, Format, Frame, Kind, Point, RegisterTable, Request, Response, Scale, Survey,
};
use fengsui_series::ObservationView;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// How the slave answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Well,
    /// Takes requests and says nothing.
    Mute,
    /// The first connection says nothing, as one whose other end was cut off.
    HalfOpen,
    Refuses(ExceptionCode),
    /// What a web server on the same port says.
    Garbage,
    WrongTransaction,
    /// Closes after every answer.
    Closes,
    /// One register more than was asked for.
    Long,
    /// The answer in single bytes.
    Dribbles,
}

/// A device whose register n holds n; unit 9 is always mute.
struct Slave {
    address: String,
    connections: Arc<AtomicUsize>,
    manner: Arc<std::sync::Mutex<Manner>>,
    asked: Arc<AtomicU16>,
}

impl Slave {
    async fn new(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let slave = Self {
            address,
            connections: Arc::default(),
            manner: Arc::new(std::sync::Mutex::new(manner)),
            asked: Arc::default(),
        };
        let (connections, manner, asked) =
            (Arc::clone(&slave.connections), Arc::clone(&slave.manner), Arc::clone(&slave.asked));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = connections.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(converse(stream, number, Arc::clone(&manner), Arc::clone(&asked)));
            }
        });
        slave
    }

    fn becomes(&self, manner: Manner) {
        *self.manner.lock().expect("a manner") = manner;
    }
}

async fn converse(
    mut stream: TcpStream,
    number: usize,
    manner: Arc<std::sync::Mutex<Manner>>,
    asked: Arc<AtomicU16>,
) -> Option<()> {
    let (mut decoder, mut input) = (Decoder::new(), [0; 256]);
    loop {
        let count = stream.read(&mut input).await.ok().filter(|count| *count > 0)?;
        for frame in decoder.feed(&input[..count]) {
            let frame = frame.expect("the master sends frames");
            let request = Request::decode(&frame.message).expect("a request");
            asked.fetch_add(1, Ordering::Relaxed);
            let manner = *manner.lock().expect("a manner");
            if frame.unit == 9 || manner == Manner::Mute || (manner == Manner::HalfOpen && number == 0) {
                continue;
            }
            let bytes = answer(&frame, &request, manner);
            let step = if manner == Manner::Dribbles { 1 } else { bytes.len() };
            for chunk in bytes.chunks(step) {
                stream.write_all(chunk).await.ok()?;
                tokio::task::yield_now().await;
            }
            if manner == Manner::Closes {
                return None;
            }
        }
    }
}

fn answer(frame: &Frame, request: &Request, manner: Manner) -> Vec<u8> {
    let Request::ReadRegisters { table, start, count } = *request else { panic!("{request:?} was not planned") };
    let values = (0..count + u16::from(manner == Manner::Long)).map(|more| start + more).collect();
    let response = match manner {
        Manner::Garbage => return b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
        Manner::Refuses(code) => Response::Exception { function: table.function(), code },
        _ => Response::Registers { table, values },
    };
    let transaction = frame.transaction.wrapping_add(if manner == Manner::WrongTransaction { 1000 } else { 0 });
    let message = response.encode().expect("a message");
    Frame { transaction, unit: frame.unit, message }.encode().expect("a frame")
}

fn station(slave: &Slave, device: &str, unit: u8) -> ModbusStation {
    let tenth = Format { scale: Scale::new("0.10", "0").ok(), ..Format::new(Kind::U16) };
    let point = |address, format| Point::Number { table: RegisterTable::Holding, address, format, bad: vec![] };
    let points = vec![point(123, tenth), point(300, Format::new(Kind::U32))];
    ModbusStation {
        device: device.into(),
        address: slave.address.clone(),
        unit,
        interval: Duration::from_millis(30),
        timeout: Duration::from_millis(150),
        survey: Survey::new(points, 0).expect("points"),
        series: vec!["level".into(), "w01018".into()],
    }
}

async fn polling(stations: Vec<ModbusStation>) -> Site {
    site_with(|config| config.modbus = stations).await
}

/// The newest observation that fits, within ten seconds.
async fn until(site: &Site, series: &SeriesId, fits: impl Fn(&ObservationView) -> bool) -> ObservationView {
    for _ in 0..500 {
        if let Some(found) = site.observations(series).await.into_iter().find(&fits) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nothing in time: {:?}", site.observations(series).await);
}

/// Waits until so many readings are stored; the clock of the store stands still, so that they are few in a list.
async fn stored(site: &Site, wanted: u64) {
    for _ in 0..500 {
        if site.gateway.counters().modbus.door.figures().readings >= wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("too few in time: {:?}", site.gateway.counters().modbus.door.figures());
}

/// Waits for an entry of the quarantine.
async fn told(site: &Site) {
    for _ in 0..500 {
        if !site.quarantine().await.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nothing in time");
}

fn good(observation: &ObservationView) -> bool {
    observation.quality == Quality::Good
}

#[tokio::test]
async fn registers_become_readings_exactly() {
    let slave = Slave::new(Manner::Well).await;
    let site = polling(vec![station(&slave, "GW-01", 1)]).await;
    assert_eq!(until(&site, &site.level, good).await.value, "12.30");
    assert_eq!(until(&site, &site.factor, good).await.value, "19661101");
    // Turn follows turn over one connection.
    stored(&site, 8).await;
    assert_eq!(slave.connections.load(Ordering::Relaxed), 1);
    site.gateway.stop().await;
}

#[tokio::test]
async fn a_refusal_is_a_fault_that_people_see() {
    let slave = Slave::new(Manner::Refuses(ExceptionCode::IllegalAddress)).await;
    let site = polling(vec![station(&slave, "GW-01", 1)]).await;
    let fault = until(&site, &site.level, |observation| observation.quality == Quality::Fault).await;
    assert_eq!(fault.value, "");
    let seen = site.quarantine().await;
    assert!(seen[0].sample.contains("exception 2 (IllegalAddress) to function 3, unit 1"), "{seen:?}");
    assert!(site.gateway.counters().modbus.exceptions() > 0);
    slave.becomes(Manner::Well);
    until(&site, &site.level, good).await;
    site.gateway.stop().await;
}

#[tokio::test]
async fn what_breaks_the_connection_is_survived() {
    for manner in [Manner::Garbage, Manner::WrongTransaction, Manner::Long] {
        let slave = Slave::new(manner).await;
        let site = polling(vec![station(&slave, "GW-01", 1)]).await;
        told(&site).await;
        assert!(site.observations(&site.level).await.is_empty(), "{manner:?} made a reading");
        assert!(site.gateway.counters().modbus.door.figures().rejected > 0, "{manner:?}");
        slave.becomes(Manner::Well);
        until(&site, &site.level, good).await;
        site.gateway.stop().await;
    }
    for manner in [Manner::HalfOpen, Manner::Dribbles] {
        let slave = Slave::new(manner).await;
        let site = polling(vec![station(&slave, "GW-01", 1)]).await;
        until(&site, &site.level, good).await;
        site.gateway.stop().await;
    }
}

#[tokio::test]
async fn a_device_that_hangs_up_after_each_answer_loses_no_turn() {
    let slave = Slave::new(Manner::Closes).await;
    let mut only = station(&slave, "GW-01", 1);
    let point = Point::Number { table: RegisterTable::Input, address: 7, format: Format::new(Kind::U16), bad: vec![] };
    (only.survey, only.series) = (Survey::new(vec![point], 0).expect("a point"), vec!["level".into()]);
    let site = polling(vec![only]).await;
    stored(&site, 5).await;
    let counters = site.gateway.counters();
    let (figures, connections) = (counters.modbus.door.figures(), slave.connections.load(Ordering::Relaxed));
    assert!(connections >= 5 && u64::from(slave.asked.load(Ordering::Relaxed)) <= figures.readings + 1, "{figures:?}");
    site.gateway.stop().await;
}

#[tokio::test]
async fn the_slow_and_the_dead_delay_nobody() {
    let (well, mute) = (Slave::new(Manner::Well).await, Slave::new(Manner::Mute).await);
    let nobody = ModbusStation { address: "127.0.0.1:1".into(), ..station(&well, "GW-01", 1) };
    // Unit 9 shares the address of unit 1 and never answers.
    let stations = vec![station(&mute, "D-77", 1), nobody, station(&well, "D-78", 9), station(&well, "GW-01", 1)];
    let site = polling(stations).await;
    let silent = site.device("77", &["level", "w01018"]).await;
    stored(&site, 20).await;
    assert!(site.observations(&silent[0]).await.is_empty(), "silence is no reading");
    let counters = site.gateway.counters();
    assert!(counters.modbus.timeouts() > 0 && counters.modbus.door.figures().refused > 0);
    site.gateway.stop().await;
}
