//! Fire pixels of satellites: the CSV of NASA FIRMS (MODIS and VIIRS), and GeoJSON with the same names.

use jiff::Timestamp;
use jiff::tz::Offset;
use serde_json::Value;

use super::{Listed, place};
use crate::time;

/// A pixel in which a satellite saw fire.
#[derive(Debug, Clone, PartialEq)]
pub struct Hotspot {
    /// Made of satellite, time and place: FIRMS gives none, and the same pixel comes with every list.
    pub id: String,
    /// When the satellite passed.
    pub at: Timestamp,
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
    /// 0 to 100. VIIRS says low, nominal and high, which stand for 20, 60 and 90.
    pub confidence: u8,
    /// Fire radiative power in MW.
    pub power_mw: Option<f64>,
    /// Brightness temperature in K.
    pub brightness_k: Option<f64>,
    /// The satellite: `T` Terra, `A` Aqua, `N` Suomi NPP, or its name.
    pub satellite: String,
}

/// Pixels of a list.
pub fn hotspots(bytes: &[u8]) -> Result<Listed<Hotspot>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is no UTF-8".to_owned())?;
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') {
        return geojson(text);
    }
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|error| error.to_string())?.clone();
    let missing: Vec<_> = ["latitude", "longitude", "acq_date", "acq_time"]
        .into_iter()
        .filter(|name| !headings.iter().any(|own| own == *name))
        .collect();
    if !missing.is_empty() {
        // FIRMS answers a wrong key with a line of text.
        return Err(format!(
            "these columns are missing: {}; it begins: {}",
            missing.join(", "),
            text.chars().take(80).collect::<String>()
        ));
    }
    let rows = reader.records().map(|record| {
        let record = record.map_err(|error| error.to_string())?;
        pixel(|name| headings.iter().position(|own| own == name).and_then(|at| record.get(at)).map(str::to_owned))
    });
    Ok(Listed::of(rows))
}

fn geojson(text: &str) -> Result<Listed<Hotspot>, String> {
    let document: Value = serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
    let features = document.get("features").and_then(Value::as_array).ok_or("it is no FeatureCollection")?;
    let entry = |feature: &Value| {
        pixel(|name| {
            let own = match name {
                "longitude" => feature.pointer("/geometry/coordinates/0"),
                "latitude" => feature.pointer("/geometry/coordinates/1"),
                _ => None,
            };
            match own.or_else(|| feature.get("properties")?.get(name))? {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            }
        })
    };
    Ok(Listed::of(features.iter().map(entry)))
}

fn pixel(cell: impl Fn(&str) -> Option<String>) -> Result<Hotspot, String> {
    let text = |name: &str| cell(name).filter(|text| !text.is_empty());
    let number = |name: &str| text(name).and_then(|text| text.parse::<f64>().ok()).filter(|number| number.is_finite());
    let lon = number("longitude").ok_or("it has no longitude")?;
    let lat = number("latitude").ok_or("it has no latitude")?;
    let (lon, lat) = place(lon, lat)?;
    let (date, clock) = (text("acq_date").ok_or("it has no date")?, text("acq_time").ok_or("it has no time")?);
    // 213 is 02:13; spreadsheets eat the zero.
    let clock = format!("{:0>4}", clock.replace(':', ""));
    let at = time::read(&format!("{date} {clock}"), Some("%Y-%m-%d %H%M"), Offset::UTC);
    let at = at.ok_or_else(|| format!("“{date} {clock}” is no time"))?;
    let satellite = text("satellite").unwrap_or_else(|| "?".to_owned());
    let digits = format!("{date}{clock}").replace('-', "");
    Ok(Hotspot {
        id: format!("{satellite}-{digits}-{lat:.4}-{lon:.4}").replace(' ', "_"),
        at,
        lon,
        lat,
        confidence: confidence(text("confidence").as_deref())?,
        power_mw: number("frp"),
        brightness_k: number("brightness").or_else(|| number("bright_ti4")),
        satellite,
    })
}

fn confidence(text: Option<&str>) -> Result<u8, String> {
    match text.map(str::to_lowercase).as_deref() {
        Some("l" | "low") => Ok(20),
        None | Some("n" | "nominal") => Ok(60),
        Some("h" | "high") => Ok(90),
        Some(number) => {
            number.parse().ok().filter(|number| *number <= 100).ok_or_else(|| format!("“{number}” is no confidence"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_modis_and_viirs() {
        let modis = "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,confidence,version,bright_t31,frp,daynight\n\
            38.1,106.3,328.61,1.1,1.05,2022-05-28,0213,T,73,6.1NRT,276.92,28.54,D\n38.1,406.3,1,1,1,2022-05-28,0213,T,73,6.1NRT,1,1,D\n";
        let listed = hotspots(modis.as_bytes()).expect("a list");
        assert_eq!((listed.entries.len(), listed.wrong_count), (1, 1));
        let one = &listed.entries[0];
        assert_eq!(
            (one.id.as_str(), one.confidence, one.power_mw),
            ("T-202205280213-38.1000-106.3000", 73, Some(28.54))
        );
        assert_eq!(one.at.to_string(), "2022-05-28T02:13:00Z");
        let viirs = "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,frp,type\n\
            36.4,-121.9,367.0,0.37,0.58,2016-07-22,213,N,VIIRS,h,1,342.5,77.7,0\n";
        let listed = hotspots(viirs.as_bytes()).expect("a list");
        assert_eq!(
            (listed.entries[0].confidence, listed.entries[0].at.to_string().as_str()),
            (90, "2016-07-22T02:13:00Z")
        );
        let json = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"acq_date":"2022-05-28","acq_time":"0213","satellite":"T","confidence":"n"},"geometry":{"type":"Point","coordinates":[106.3,38.1]}}]}"#;
        assert_eq!(hotspots(json.as_bytes()).expect("a list").entries[0].id, one.id);
    }

    #[test]
    fn what_is_no_list_says_so() {
        let why = hotspots(b"Invalid MAP_KEY.").expect_err("no list");
        assert!(why.contains("Invalid MAP_KEY"), "{why}");
        assert!(hotspots(b"{}").is_err() && hotspots(b"\xff").is_err());
    }
}
