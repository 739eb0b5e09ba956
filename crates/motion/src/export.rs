//! Tracks for other programs: GeoJSON (RFC 7946) and GPX 1.1.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::fix::Fix;

fn stretches(fixes: &[Fix], gap_seconds: u32) -> impl Iterator<Item = &[Fix]> {
    let longest = i64::from(gap_seconds) * 1000;
    fixes.chunk_by(move |one, next| one.millis_to(next) <= longest)
}

/// One feature with a line for each stretch without a gap; times, speeds and headings lie beside the coordinates,
/// in `coordinateProperties`, line by line, as other programs write them.
pub fn geojson(name: &str, fixes: &[Fix], gap_seconds: u32) -> Value {
    // A line needs two places.
    let lines: Vec<&[Fix]> = stretches(fixes, gap_seconds).filter(|line| line.len() > 1).collect();
    let of = |value: &dyn Fn(&Fix) -> Value| -> Value {
        lines.iter().map(|line| Value::Array(line.iter().map(value).collect())).collect()
    };
    json!({
        "type": "FeatureCollection",
        "features": [{
            "type": "Feature",
            "geometry": { "type": "MultiLineString", "coordinates": of(&|fix| json!([fix.lon, fix.lat])) },
            "properties": {
                "name": name,
                "coordinateProperties": {
                    "times": of(&|fix| json!(fix.at)),
                    "speeds_kmh": of(&|fix| json!(fix.speed_kmh)),
                    "directions": of(&|fix| json!(fix.direction)),
                },
            },
        }],
    })
}

/// A track with a segment for each stretch without a gap. GPX 1.1 knows no speed: it stands in an extension, in m/s,
/// by the name that Garmin gave it (TrackPointExtension v2).
pub fn gpx(name: &str, fixes: &[Fix], gap_seconds: u32) -> String {
    let mut text = String::from(concat!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        "<gpx version=\"1.1\" creator=\"Fengsui\" xmlns=\"http://www.topografix.com/GPX/1/1\" ",
        "xmlns:gpxtpx=\"http://www.garmin.com/xmlschemas/TrackPointExtension/v2\">\n",
    ));
    // Writing into a text cannot fail.
    let _ = writeln!(text, "<trk><name>{}</name>", escaped(name));
    for stretch in stretches(fixes, gap_seconds) {
        text.push_str("<trkseg>\n");
        for fix in stretch {
            point(&mut text, fix);
        }
        text.push_str("</trkseg>\n");
    }
    text.push_str("</trk>\n</gpx>\n");
    text
}

fn point(text: &mut String, fix: &Fix) {
    let _ = write!(text, "<trkpt lat=\"{}\" lon=\"{}\"><time>{}</time>", fix.lat, fix.lon, fix.at);
    let speed = fix.speed_kmh.map(|speed| format!("<gpxtpx:speed>{:.2}</gpxtpx:speed>", speed / 3.6));
    let course = fix.direction.map(|course| format!("<gpxtpx:course>{course}</gpxtpx:course>"));
    if speed.is_some() || course.is_some() {
        let inner = [speed, course].into_iter().flatten().collect::<String>();
        let _ =
            write!(text, "<extensions><gpxtpx:TrackPointExtension>{inner}</gpxtpx:TrackPointExtension></extensions>");
    }
    text.push_str("</trkpt>\n");
}

fn escaped(text: &str) -> String {
    let plain = text.chars().filter(|letter| !letter.is_control());
    plain.fold(String::new(), |mut told, letter| {
        match letter {
            '&' => told.push_str("&amp;"),
            '<' => told.push_str("&lt;"),
            '>' => told.push_str("&gt;"),
            other => told.push(other),
        }
        told
    })
}
