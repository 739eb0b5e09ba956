//! The CAP 1.2 message of one publication. Pure: names and earlier messages are given.

use std::collections::BTreeMap;

use fengsui_cap::china::{self, Color};
use fengsui_cap::{
    Alert, Area, Category, Certainty, Info, MessageType, NamedValue, Point, Polygon, Reference, ResponseType, Scope,
    Status, Time, Urgency,
};
use fengsui_kernel::scale::WarningColor;
use fengsui_kernel::{DivisionCode, Mode, Timestamp};

use crate::content::Content;
use crate::event_type;
use crate::process::{Publication, PublicationKind};

/// Name of the code list in `eventCode`, as the national system's dialect uses it.
pub const EVENT_CODE_LIST: &str = "eventType";

/// Who issues, as the message names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// 14 characters: region, agency, sub-unit, extension. Also the CAP sender.
    pub code: String,
    /// Name of the organisation.
    pub name: String,
}

impl Issuer {
    /// The issuer code of an organisation: its own when it has one of 14 digits, else its region
    /// and zeros, since agency codes (GB/T 4657) must not be invented.
    pub fn new(organisation_code: &str, name: &str, division: DivisionCode) -> Self {
        let own = organisation_code.len() == 14 && organisation_code.bytes().all(|byte| byte.is_ascii_digit());
        let region = division.as_str().get(..6).unwrap_or_default();
        let code = if own { organisation_code.to_owned() } else { format!("{region}00000000") };
        Self { code, name: name.to_owned() }
    }
}

/// What the message needs besides the publication.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// Who issues.
    pub issuer: &'a Issuer,
    /// The identifier, from [`identifier`], made unique.
    pub identifier: &'a str,
    /// Real or drill.
    pub mode: Mode,
    /// The messages of this warning before it, oldest first.
    pub earlier: &'a [Reference],
    /// Names of divisions; a missing one is told by its code.
    pub names: &'a BTreeMap<DivisionCode, String>,
}

/// The identifier of a publication, built like the national system's file names:
/// issuer code, time of publication, event type, level and state.
pub fn identifier(publication: &Publication, issuer: &Issuer) -> String {
    let content = &publication.content;
    let color = Some(cap_color(content.color));
    let kind = message_type(publication.kind);
    let name = china::file_name(&issuer.code, publication.published.at, &content.event_type, color, kind);
    name.trim_end_matches(".XML").to_owned()
}

/// Builds the message.
pub fn build(publication: &Publication, circumstances: &Circumstances<'_>) -> Alert {
    let issuer = circumstances.issuer;
    let sent = Time::in_china(publication.published.at);
    let kind = message_type(publication.kind);
    let drill = circumstances.mode == Mode::Drill;
    // Exercises are not public: their scope keeps them out of feeds that know nothing of drills.
    let (status, scope) = if drill { (Status::Exercise, Scope::Restricted) } else { (Status::Actual, Scope::Public) };
    let mut alert = Alert::new(circumstances.identifier, issuer.code.clone(), sent.clone(), status, kind, scope);
    alert.restriction = drill.then(|| "演练参演单位和人员".to_owned());
    alert.note = note(publication, drill);
    alert.references = circumstances.earlier.to_vec();
    alert.source = publication.content.relayed_from.as_ref().map(|from| from.office.clone());
    alert.infos.push(info(publication, circumstances, sent));
    alert
}

fn note(publication: &Publication, drill: bool) -> Option<String> {
    let drill = drill.then(|| "演练，非真实预警".to_owned());
    let parts: Vec<String> = drill.into_iter().chain(publication.note.clone()).collect();
    if parts.is_empty() { None } else { Some(parts.join("；")) }
}

fn info(publication: &Publication, circumstances: &Circumstances<'_>, sent: Time) -> Info {
    let content = &publication.content;
    let over = publication.kind == PublicationKind::Cancel;
    let kind = event_type::find(&content.event_type);
    let (category, event) =
        kind.map_or((Category::Safety, content.event_type.as_str()), |kind| (kind.category, kind.name_zh));
    let color = cap_color(content.color);
    // How sure an event is was not asked of the drafter; the national system writes Unknown too.
    let urgency = if over { Urgency::Past } else { urgency(content.onset_at, publication.published.at) };
    let mut info = Info::new(category, event, urgency, color.severity(), Certainty::Unknown);
    info.language = Some("zh-CN".to_owned());
    info.response_types = vec![if over { ResponseType::AllClear } else { ResponseType::Prepare }];
    info.event_codes = vec![NamedValue::new(EVENT_CODE_LIST, content.event_type.clone())];
    info.effective = Some(sent);
    info.onset = content.onset_at.map(Time::in_china);
    info.expires = content.expires_at.map(Time::in_china);
    let office = content.relayed_from.as_ref().map(|from| from.office.clone());
    info.sender_name = Some(office.unwrap_or_else(|| circumstances.issuer.name.clone()));
    info.headline = Some(if over { format!("解除：{}", content.headline) } else { content.headline.clone() });
    info.description = Some(content.description.clone()).filter(|text| !text.is_empty());
    info.instruction = Some(content.instruction.clone()).filter(|text| !over && !text.is_empty());
    china::set_color(&mut info, color);
    if let Some(from) = &content.relayed_from {
        info.set_parameter("relayedIdentifier", from.identifier.clone());
        info.set_parameter("relayedBy", circumstances.issuer.name.clone());
    }
    info.areas.push(area(content, circumstances.names));
    info
}

/// When to act follows from when it begins (the words are those of the standard).
fn urgency(onset: Option<Timestamp>, sent: Timestamp) -> Urgency {
    let Some(onset) = onset else { return Urgency::Unknown };
    match onset.as_second() - sent.as_second() {
        ..=0 => Urgency::Immediate,
        1..=3600 => Urgency::Expected,
        _ => Urgency::Future,
    }
}

fn area(content: &Content, names: &BTreeMap<DivisionCode, String>) -> Area {
    let name = |code| names.get(code).map(String::as_str).filter(|name| !name.trim().is_empty());
    let titles = content.area.divisions.iter().map(|code| name(code).unwrap_or(code.as_str()));
    let mut area = Area { description: titles.collect::<Vec<_>>().join("、"), ..Area::default() };
    if let Some(polygon) = &content.area.polygon {
        // GeoJSON puts longitude first, CAP latitude.
        let ring = polygon.ring().iter().map(|[lon, lat]| Point::new(*lat, *lon)).collect();
        area.polygons.push(Polygon::closing(ring));
    }
    for code in &content.area.divisions {
        china::add_region_code(&mut area, code.as_str());
    }
    area
}

fn cap_color(color: WarningColor) -> Color {
    match color {
        WarningColor::Red => Color::Red,
        WarningColor::Orange => Color::Orange,
        WarningColor::Yellow => Color::Yellow,
        WarningColor::Blue => Color::Blue,
    }
}

fn message_type(kind: PublicationKind) -> MessageType {
    match kind {
        PublicationKind::Alert => MessageType::Alert,
        PublicationKind::Update => MessageType::Update,
        PublicationKind::Cancel => MessageType::Cancel,
    }
}
