//! Catalogues of earthquakes: GeoJSON as the USGS gives it, and lists of objects as Chinese services do
//! (`EPI_LON`, `EPI_LAT`, `M`, `O_TIME`, `EPI_DEPTH`, `LOCATION_C`, `CATA_ID`, `AUTO_FLAG`; local time).

use jiff::Timestamp;
use jiff::tz::Offset;
use serde_json::Value;

use super::{Listed, place};
use crate::time;

/// An earthquake as a catalogue has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Earthquake {
    /// Its id within the catalogue.
    pub id: String,
    /// When the catalogue last changed it, where it says so.
    pub updated_at: Option<Timestamp>,
    /// When it happened.
    pub at: Timestamp,
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
    /// Depth in km.
    pub depth_km: Option<f64>,
    /// Magnitude.
    pub magnitude: f64,
    /// Its kind, such as `ml`, `mww`, `Ms`.
    pub magnitude_type: Option<String>,
    /// Where, in words.
    pub place: String,
    /// Whether a person looked at it (正式测定), and not only a program (自动测定).
    pub reviewed: bool,
    /// Whether the catalogue took it back.
    pub deleted: bool,
}

/// Earthquakes of a list. Quarry blasts and the like are left out.
pub fn earthquakes(bytes: &[u8]) -> Result<Listed<Earthquake>, String> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| format!("it is no JSON: {error}"))?;
    if let Some(features) = document.get("features").and_then(Value::as_array) {
        let natural = features.iter().filter(|one| {
            one.pointer("/properties/type").and_then(Value::as_str).is_none_or(|kind| kind == "earthquake")
        });
        return Ok(Listed::of(natural.map(feature)));
    }
    let rows = match &document {
        Value::Array(rows) => Some(rows),
        Value::Object(keys) => ["shuju", "data", "rows", "list"].iter().find_map(|key| keys.get(*key)?.as_array()),
        _ => None,
    };
    let rows = rows.ok_or("it is neither a FeatureCollection nor a list of earthquakes")?;
    Ok(Listed::of(rows.iter().map(row)))
}

fn feature(feature: &Value) -> Result<Earthquake, String> {
    let told = |key: &str| feature.get("properties").and_then(|properties| properties.get(key));
    let number = |key: &str| told(key).and_then(Value::as_f64).ok_or_else(|| format!("{key} is no number"));
    let time = |key: &str| told(key).and_then(Value::as_i64).and_then(|at| Timestamp::from_millisecond(at).ok());
    let id = feature.get("id").and_then(Value::as_str).ok_or("it has no id")?;
    let coordinate = |index: usize| feature.pointer(&format!("/geometry/coordinates/{index}")).and_then(Value::as_f64);
    let (lon, lat) = coordinate(0).zip(coordinate(1)).ok_or_else(|| format!("{id} has no coordinates"))?;
    let (lon, lat) = place(lon, lat)?;
    let text = |key: &str| told(key).and_then(Value::as_str);
    Ok(Earthquake {
        id: id.to_owned(),
        updated_at: time("updated"),
        at: time("time").ok_or_else(|| format!("{id} has no time"))?,
        lon,
        lat,
        depth_km: coordinate(2),
        magnitude: number("mag").map_err(|why| format!("{id}: {why}"))?,
        magnitude_type: text("magType").map(str::to_owned),
        place: text("place").unwrap_or_default().to_owned(),
        reviewed: text("status") == Some("reviewed"),
        deleted: text("status") == Some("deleted"),
    })
}

fn row(row: &Value) -> Result<Earthquake, String> {
    let text = |keys: &[&str]| {
        keys.iter().find_map(|key| match row.get(*key)? {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
    };
    let number =
        |keys: &[&str]| text(keys).and_then(|text| text.parse::<f64>().ok()).filter(|number| number.is_finite());
    let at = text(&["O_TIME", "o_time", "time"]).and_then(|text| time::read(&text, None, Offset::constant(8)));
    let at = at.ok_or("it has no time")?;
    let lon = number(&["EPI_LON", "epi_lon", "longitude", "lon"]).ok_or("it has no longitude")?;
    let lat = number(&["EPI_LAT", "epi_lat", "latitude", "lat"]).ok_or("it has no latitude")?;
    let (lon, lat) = place(lon, lat)?;
    let id = text(&["CATA_ID", "NEW_DID", "id", "EventID"]).ok_or("it has no id")?;
    Ok(Earthquake {
        id,
        updated_at: text(&["UPDATE_TIME", "SYNC_TIME", "updated"])
            .and_then(|text| time::read(&text, None, Offset::constant(8))),
        at,
        lon,
        lat,
        depth_km: number(&["EPI_DEPTH", "depth"]),
        magnitude: number(&["M", "magnitude", "mag"]).ok_or("it has no magnitude")?,
        magnitude_type: text(&["M_TYPE"]).or_else(|| Some("M".to_owned())),
        place: text(&["LOCATION_C", "place", "location"]).unwrap_or_default(),
        reviewed: text(&["AUTO_FLAG"]).is_none_or(|flag| flag != "A" && flag != "1"),
        deleted: text(&["IS_DEL"]).is_some_and(|flag| flag == "1"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_geojson_and_passes_over_blasts_and_holes() {
        let text = r#"{"type":"FeatureCollection","features":[
          {"type":"Feature","id":"us1","properties":{"mag":5.2,"place":"Ningxia","time":1782864000000,"updated":1782864100000,"status":"reviewed","magType":"mww","type":"earthquake"},"geometry":{"type":"Point","coordinates":[106.3,38.2,12.5]}},
          {"type":"Feature","id":"us2","properties":{"mag":1.1,"time":1782864000000,"type":"quarry blast"},"geometry":{"type":"Point","coordinates":[106.3,38.2,0]}},
          {"type":"Feature","id":"us3","properties":{"mag":null,"time":1782864000000},"geometry":{"type":"Point","coordinates":[106.3,38.2,0]}},
          {"type":"Feature","id":"us4","properties":{"mag":4,"time":1782864000000},"geometry":{"type":"Point","coordinates":[206.3,38.2,0]}}]}"#;
        let listed = earthquakes(text.as_bytes()).expect("a list");
        let one = &listed.entries[0];
        assert_eq!((listed.entries.len(), listed.wrong_count), (1, 2));
        assert_eq!((one.id.as_str(), one.magnitude, one.depth_km, one.reviewed), ("us1", 5.2, Some(12.5), true));
        assert!(listed.wrong[0].contains("us3: mag is no number"), "{:?}", listed.wrong);
    }

    #[test]
    fn reads_rows_in_local_time() {
        let text = r#"{"shuju":[{"CATA_ID":"CC20260701080000","O_TIME":"2026-07-01 08:00:00","EPI_LAT":"38.20","EPI_LON":"106.30","EPI_DEPTH":10,"M":"4.8","LOCATION_C":"宁夏银川市灵武市","AUTO_FLAG":"M"}]}"#;
        let listed = earthquakes(text.as_bytes()).expect("a list");
        assert_eq!(listed.entries[0].at.to_string(), "2026-07-01T00:00:00Z");
        assert_eq!((listed.entries[0].magnitude, listed.entries[0].reviewed), (4.8, true));
    }

    #[test]
    fn what_is_no_list_says_so() {
        for text in ["", "<html>", "{}", "5", "{\"features\":{}}"] {
            assert!(earthquakes(text.as_bytes()).is_err(), "{text}");
        }
    }
}
