//! Orders to a terminal and what it answers: the general answer 0001, the position 0201.

use fengsui_kernel::clock::from_millis;
use fengsui_protocols::instant;
use fengsui_protocols::jt808::areas::{ALARM_ALWAYS, AreaAction, AreaDeletion, Circle, CircleSetting, SPEEDS_FOLLOW};
use fengsui_protocols::jt808::notices::DriverText;
use fengsui_protocols::jt808::session::AnswerResult;
use fengsui_protocols::jt808::{Decimal, Edition, Frame, HeaderLayout, LocationAnswer, Message, Phone, split};
use fengsui_series::{CircleArea, DeviceOrder, Told};
use serde_json::{Map, Value, json};

use super::ordering::{Said, Written};

/// For how long the limit of an area may be exceeded, s.
const OVERSPEED_SECONDS: u8 = 10;

/// How a terminal is spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Terminal {
    pub(super) layout: HeaderLayout,
    pub(super) phone: Phone,
}

/// Nothing for what JT/T 808 does not know. `serial` counts our messages; what is long takes more than one.
pub(super) fn write(order: &DeviceOrder, terminal: &Terminal, serial: &mut u16) -> Option<Written> {
    let message = message(order, terminal.layout.edition())?;
    let first = serial.wrapping_add(1);
    let frames = split(&Frame::new(terminal.layout, terminal.phone.clone(), first, &message).ok()?).ok()?;
    let mut written = Written { bytes: Vec::new(), reference: String::new() };
    for frame in frames {
        *serial = frame.header.serial;
        written.bytes.extend(frame.to_bytes().ok()?);
        if !written.reference.is_empty() {
            written.reference.push(' ');
        }
        written.reference.push_str(&named(message.id(), *serial));
    }
    Some(written)
}

fn named(id: u16, serial: u16) -> String {
    format!("{id:04X}:{serial}")
}

fn message(order: &DeviceOrder, edition: Edition) -> Option<Message> {
    Some(match order {
        DeviceOrder::DriverText { text } => Message::DriverText(DriverText::urgent(text.as_str(), edition)),
        DeviceOrder::AskPosition {} => Message::LocationQuery,
        DeviceOrder::SetCircle { area } => {
            let areas = vec![circle(area, edition)];
            Message::CircleSetting(CircleSetting { action: AreaAction::Append, areas })
        }
        DeviceOrder::RemoveCircles { numbers } => Message::CircleDeletion(AreaDeletion { ids: numbers.clone() }),
        _ => return None,
    })
}

fn circle(area: &CircleArea, edition: Edition) -> Circle {
    let speeds = area.max_speed_kmh.is_some();
    let modern = edition >= Edition::V2019;
    Circle {
        id: area.number,
        attributes: ALARM_ALWAYS | if speeds { SPEEDS_FOLLOW } else { 0 },
        lat: degrees(area.centre.lat),
        lng: degrees(area.centre.lon),
        radius_m: area.radius_m,
        start: None,
        end: None,
        max_speed_kmh: area.max_speed_kmh,
        overspeed_s: speeds.then_some(OVERSPEED_SECONDS),
        night_speed_kmh: area.max_speed_kmh.filter(|_| modern),
        name: modern.then(|| area.name.clone()),
    }
}

/// Millionths of a degree, as the wire has them.
fn degrees(value: f64) -> Decimal {
    #[allow(clippy::cast_possible_truncation, reason = "a point lies within the area of China")]
    let millionths = (value * 1e6).round() as i64;
    Decimal::new(millionths, 6)
}

/// What a message says about an order.
pub(super) fn said(message: &Message) -> Option<Said> {
    match message {
        Message::TerminalAnswer(answer) => {
            let told = match answer.result {
                AnswerResult::Success => Told::Taken,
                other => Told::Refused(format!("jt808.{}", u8::from(other))),
            };
            Some(Said { reference: Some(named(answer.ack_id, answer.ack_serial)), told })
        }
        Message::LocationAnswer(answer) => {
            let reference = Some(named(0x8201, answer.ack_serial));
            Some(Said { reference, told: Told::Done(position(answer)) })
        }
        _ => None,
    }
}

fn position(answer: &LocationAnswer) -> Map<String, Value> {
    let location = &answer.location;
    let number = |value: Decimal| json!(value.to_string().parse::<f64>().unwrap_or_default());
    let mut values = Map::new();
    values.insert("lon".to_owned(), number(location.longitude));
    values.insert("lat".to_owned(), number(location.latitude));
    values.insert("speed_kmh".to_owned(), number(location.speed));
    if let Some(civil) = location.time.civil() {
        values.insert("observed_at".to_owned(), json!(from_millis(instant(civil))));
    }
    values
}
