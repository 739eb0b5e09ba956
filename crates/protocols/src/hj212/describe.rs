//! Frames as JSON objects and back, for people, scripts and the test vectors.

use serde_json::{Map, Value, json};

use super::command::Command;
use super::decoder::{Decoder, Tolerance};
use super::error::{FrameError, Rejected};
use super::flag::{Flag, Version};
use super::frame::{Frame, decode_frame};
use super::parameters::{Parameter, Parameters};
use super::segment::{Packet, Segment, SegmentDeviation};
use crate::description::{DescriptionError, Fields, required};

/// Reads all frames in `bytes` by the letter of the standard, one JSON object for each.
///
/// `params` holds the plain values of `CP`, `factors` those of each factor, the last of doubled names counting. What
/// these cannot hold is added only where it occurs: `groups` (the exact order and grouping of `CP`), `extra` (unknown
/// fields before `CP`), `deviations`. Bytes that are no frame yield `{"error": code}`, with the codes `bad_start`,
/// `bad_length`, `oversize`, `length_mismatch`, `truncated`, `bad_checksum` and `bad_field`.
pub fn describe(bytes: &[u8]) -> Vec<Value> {
    let mut decoder = Decoder::new(Tolerance::Strict);
    let mut results = decoder.feed(bytes);
    results.extend(decoder.expire());
    results.iter().map(describe_result).collect()
}

fn describe_result(result: &Result<Frame, Rejected>) -> Value {
    let described = match result {
        Ok(frame) => describe_frame(frame).ok_or("bad_field"),
        // The splitter may have taken another view of bytes it had only in part.
        Err(rejected) => Err(code(decode_frame(&rejected.raw).err().as_ref().unwrap_or(&rejected.error))),
    };
    described.unwrap_or_else(|code| json!({ "error": code }))
}

fn code(error: &FrameError) -> &'static str {
    match error {
        FrameError::BadStart { .. } => "bad_start",
        FrameError::BadLength { .. } => "bad_length",
        FrameError::Oversize { .. } => "oversize",
        FrameError::LengthMismatch { .. } => "length_mismatch",
        FrameError::Truncated { .. } => "truncated",
        FrameError::BadChecksum { .. } => "bad_checksum",
    }
}

/// Nothing where a field is unreadable.
fn describe_frame(frame: &Frame) -> Option<Value> {
    let segment = Segment::parse(frame.segment()).ok()?;
    let unreadable = |deviation: &SegmentDeviation| {
        matches!(deviation, SegmentDeviation::NotUtf8 | SegmentDeviation::UnreadableNumber { .. })
    };
    if segment.deviations.iter().any(unreadable) {
        return None;
    }
    let mut object = Map::new();
    object.insert("len".into(), frame.segment().len().into());
    object.insert("crc".into(), format!("{:04X}", frame.checksum()).into());
    describe_segment(&segment, &mut object);
    Some(Value::Object(object))
}

fn describe_segment(segment: &Segment, object: &mut Map<String, Value>) {
    let mut add = |name: &str, value: Option<Value>| object.extend(value.map(|value| (name.to_owned(), value)));
    add("QN", segment.qn.as_deref().map(Value::from));
    add("ST", segment.st.as_deref().map(Value::from));
    add("CN", Some(segment.cn.to_string().into()));
    add("PW", segment.pw.as_deref().map(Value::from));
    add("MN", Some(segment.mn.as_str().into()));
    add("Flag", segment.flag.map(|flag| flag.0.into()));
    add("PNUM", segment.packet.map(|packet| packet.total.into()));
    add("PNO", segment.packet.map(|packet| packet.number.into()));
    add("version", Some(version_name(segment.version()).into()));
    add("needs_ack", Some(segment.needs_acknowledgement().into()));
    add("split", Some(is_split(segment.flag).into()));
    let (params, factors) = by_name(&segment.parameters);
    let regular = regular_parameters(&params, &factors).is_ok_and(|regular| regular == segment.parameters);
    add("params", Some(params.into()));
    add("factors", Some(factors.into()));
    add("groups", (!regular).then(|| groups(&segment.parameters)));
    let extra = || segment.extra.iter().map(|(name, value)| json!([name, value])).collect();
    add("extra", (!segment.extra.is_empty()).then(extra));
    let deviations = || segment.deviations.iter().map(|deviation| Value::from(deviation.to_string())).collect();
    add("deviations", (!segment.deviations.is_empty()).then(deviations));
}

fn version_name(version: Version) -> &'static str {
    match version {
        Version::V2005 => "2005",
        Version::V2017 => "2017",
        Version::V2025 => "2025",
        Version::Other(_) => "unknown",
    }
}

fn is_split(flag: Option<Flag>) -> bool {
    flag.is_some_and(Flag::is_split)
}

/// Plain parameters, and the fields of each factor.
fn by_name(parameters: &Parameters) -> (Map<String, Value>, Map<String, Value>) {
    let (mut params, mut factors) = (Map::new(), Map::new());
    for Parameter { name, value } in parameters.iter() {
        let target = Parameter::split_name(name).and_then(|(code, field)| {
            let fields = factors.entry(code).or_insert_with(|| Value::Object(Map::new()));
            Some((fields.as_object_mut()?, field))
        });
        match target {
            Some((fields, field)) => fields.insert(field.to_owned(), value.as_str().into()),
            None => params.insert(name.clone(), value.as_str().into()),
        };
    }
    (params, factors)
}

/// The parameters in the standard's own layout: each plain one, then each factor, a group of its own.
fn regular_parameters(
    params: &Map<String, Value>,
    factors: &Map<String, Value>,
) -> Result<Parameters, DescriptionError> {
    let mut groups = Vec::new();
    for (name, value) in params {
        groups.push(vec![Parameter::new(name.as_str(), text(name, value)?)]);
    }
    for (code, fields) in factors {
        let mut group = Vec::new();
        for (field, value) in Fields::of(fields)?.all() {
            let name = format!("{code}-{field}");
            let value = text(&name, value)?;
            group.push(Parameter::new(name, value));
        }
        if !group.is_empty() {
            groups.push(group);
        }
    }
    Ok(Parameters { groups })
}

fn text<'a>(name: &str, value: &'a Value) -> Result<&'a str, DescriptionError> {
    value.as_str().ok_or_else(|| DescriptionError::Unfit { name: name.to_owned(), wanted: "text" })
}

/// The parameters as lists of `[name, value]`.
fn groups(parameters: &Parameters) -> Value {
    let member = |parameter: &Parameter| json!([parameter.name, parameter.value]);
    parameters.groups.iter().map(|group| group.iter().map(member).collect::<Value>()).collect()
}

/// Writes the frame that an object made by [`describe`] stands for.
///
/// `MN` and `CN` are required. `len`, `crc` and `deviations` are not read; `version`, `needs_ack` and `split` may be
/// left out, but must not contradict `Flag`; nor may `params` and `factors` contradict `groups`.
pub fn compose(description: &Value) -> Result<Vec<u8>, DescriptionError> {
    let fields = Fields::of_frame(description)?;
    let mut segment = header(fields)?;
    check_flag(fields, segment.flag)?;
    segment.parameters = parameters(fields)?;
    segment.to_frame().map_err(|error| DescriptionError::Unwritable { reason: error.to_string() })
}

fn header(fields: Fields<'_>) -> Result<Segment, DescriptionError> {
    let command = required("CN", fields.text("CN")?)?;
    let cn = Command::parse(command);
    let cn = cn.ok_or(DescriptionError::Unfit { name: "CN".to_owned(), wanted: "a number of at most four digits" })?;
    let mn = required("MN", fields.text("MN")?.filter(|mn| !mn.is_empty()))?;
    let mut segment = Segment::new(cn, mn);
    segment.qn = fields.text("QN")?.map(str::to_owned);
    segment.st = fields.text("ST")?.map(str::to_owned);
    segment.pw = fields.text("PW")?.map(str::to_owned);
    segment.flag = fields.number("Flag")?.map(Flag);
    segment.packet = match (fields.number("PNUM")?, fields.number("PNO")?) {
        (Some(total), Some(number)) => Some(Packet { total, number }),
        (None, None) => None,
        (Some(_), None) => return required("PNO", None),
        (None, Some(_)) => return required("PNUM", None),
    };
    segment.extra = pairs("extra", fields.list("extra")?.unwrap_or_default())?
        .into_iter()
        .map(|parameter| (parameter.name, parameter.value))
        .collect();
    Ok(segment)
}

fn check_flag(fields: Fields<'_>, flag: Option<Flag>) -> Result<(), DescriptionError> {
    let contradiction = |name: &str| DescriptionError::Contradiction { name: name.to_owned(), other: "Flag" };
    let version = flag.map_or(Version::V2005, Flag::version);
    if fields.text("version")?.is_some_and(|stated| stated != version_name(version)) {
        return Err(contradiction("version"));
    }
    let wanted = flag.is_some_and(Flag::needs_acknowledgement);
    if fields.truth("needs_ack")?.is_some_and(|stated| stated != wanted) {
        return Err(contradiction("needs_ack"));
    }
    if fields.truth("split")?.is_some_and(|stated| stated != is_split(flag)) {
        return Err(contradiction("split"));
    }
    Ok(())
}

fn parameters(fields: Fields<'_>) -> Result<Parameters, DescriptionError> {
    let none = Map::new();
    let (params, factors) = (fields.object("params")?, fields.object("factors")?);
    let Some(listed) = fields.list("groups")? else {
        return regular_parameters(params.unwrap_or(&none), factors.unwrap_or(&none));
    };
    let mut groups = Vec::new();
    for group in listed {
        let members = group.as_array().ok_or_else(|| unfit_pairs("groups"))?;
        groups.push(pairs("groups", members)?);
    }
    let parameters = Parameters { groups };
    let (by_plain, by_factor) = by_name(&parameters);
    for (name, stated, found) in [("params", params, by_plain), ("factors", factors, by_factor)] {
        if stated.is_some_and(|stated| *stated != found) {
            return Err(DescriptionError::Contradiction { name: name.to_owned(), other: "groups" });
        }
    }
    Ok(parameters)
}

/// A list of `[name, value]`.
fn pairs(name: &str, list: &[Value]) -> Result<Vec<Parameter>, DescriptionError> {
    let pair = |value: &Value| match value.as_array().map(Vec::as_slice) {
        Some([Value::String(name), Value::String(value)]) => Ok(Parameter::new(name.as_str(), value.as_str())),
        _ => Err(unfit_pairs(name)),
    };
    list.iter().map(pair).collect()
}

fn unfit_pairs(name: &str) -> DescriptionError {
    DescriptionError::Unfit { name: name.to_owned(), wanted: "lists of [name, value]" }
}
