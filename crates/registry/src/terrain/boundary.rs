//! Loading boundaries, and finding where a point lies.

use std::collections::HashMap;
use std::io::Read;

use fengsui_kernel::{Acting, BoundingBox, DivisionCode, DivisionLevel, Fault, Point, Result};
use fengsui_storage::records::{self, StoredBoundary};
use fengsui_storage::{Db, Subject};
use serde_json::{Value, json};

use super::answer::{DivisionName, Located, NearBorder};
use super::division::unpacked;
use super::polygon::Shape;
use crate::registry::Registry;

/// Within this distance of a border both sides are named.
const NEAR_M: f64 = 2000.0;

fn feature(feature: &Value) -> Result<Option<StoredBoundary>> {
    let properties = feature.get("properties").unwrap_or(&Value::Null);
    let code = ["code", "adcode"].iter().find_map(|key| match properties.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    // Lines and labels without a code may travel in the same file.
    let Some(code) = code else { return Ok(None) };
    let code: DivisionCode = code.parse()?;
    let geometry = feature.get("geometry").unwrap_or(&Value::Null);
    let bbox = Shape::parse(geometry)?.bbox();
    let bbox = bbox.ok_or_else(|| Fault::field("area", "malformed_polygon").with("value", code.as_str()))?;
    Ok(Some(StoredBoundary { code, name: None, bbox, geometry: geometry.to_string() }))
}

pub(super) fn shape(boundary: &StoredBoundary) -> Result<Shape> {
    let geometry: Value = serde_json::from_str(&boundary.geometry).map_err(Fault::internal)?;
    Shape::parse(&geometry)
}

fn named(boundary: &StoredBoundary) -> String {
    boundary.name.clone().unwrap_or_else(|| boundary.code.to_string())
}

impl Registry {
    /// Loads polygons from a GeoJSON FeatureCollection, plain or gzipped, whose features carry
    /// `code` (12 digits) or `adcode`. Later files replace earlier ones: load the detailed one last.
    pub async fn load_boundaries(db: &Db, reader: impl Read + Send) -> Result<usize> {
        let unreadable = |why: &dyn std::fmt::Display| {
            Fault::from(Fault::field("boundaries", "unreadable_file").with("detail", &why.to_string()))
        };
        let buffered = std::io::BufReader::new(unpacked(reader)?);
        let collection: Value = serde_json::from_reader(buffered).map_err(|error| unreadable(&error))?;
        let features = collection.get("features").and_then(Value::as_array);
        let features = features.ok_or_else(|| unreadable(&"no features"))?;
        // A file may give one unit at several levels under one code; the last one counts.
        let mut found: HashMap<DivisionCode, StoredBoundary> = HashMap::with_capacity(features.len());
        for one in features {
            if let Some(boundary) = feature(one)? {
                found.insert(boundary.code, boundary);
            }
        }
        let boundaries: Vec<StoredBoundary> = found.into_values().collect();
        let mut tx = db.begin(Acting::system("registry", db.now())).await?;
        records::upsert_boundaries(&mut tx, &boundaries).await?;
        tx.trace("boundaries.load", Subject::new("division", "boundaries"), json!({"rows": boundaries.len()}));
        tx.commit().await?;
        Ok(boundaries.len())
    }

    /// The county of a point, and the counties whose border is within 2 km.
    pub async fn locate(&self, point: Point) -> Result<Located> {
        let around = BoundingBox::around(point, NEAR_M * 1.1);
        let candidates = self.counties_in(around).await?;
        let mut county: Option<DivisionName> = None;
        let mut near_border = Vec::new();
        for boundary in candidates {
            let shape = shape(&boundary)?;
            let name = named(&boundary);
            if county.is_none() && shape.contains(point) {
                county = Some(DivisionName { code: boundary.code, name });
                continue;
            }
            let distance_m = if shape.contains(point) { 0.0 } else { shape.border_distance_m(point) };
            if distance_m <= NEAR_M {
                near_border.push(NearBorder { code: boundary.code, name, distance_m: distance_m.round() });
            }
        }
        near_border.sort_by(|left, right| left.distance_m.total_cmp(&right.distance_m));
        Ok(Located { county, near_border })
    }

    /// The counties whose box touches a box, and what takes their place where a city has none.
    pub(super) async fn counties_in(&self, bbox: BoundingBox) -> Result<Vec<StoredBoundary>> {
        let mut counties = Vec::new();
        for boundary in records::boundaries_in_box(&self.db, bbox).await? {
            let level = boundary.code.level();
            let leaf = level < DivisionLevel::County && !records::has_parts(&self.db, boundary.code).await?;
            if leaf || level == DivisionLevel::County {
                counties.push(boundary);
            }
        }
        Ok(counties)
    }

    /// Polygons of divisions as a GeoJSON FeatureCollection; those without one are left out.
    pub async fn boundaries(&self, codes: &[DivisionCode]) -> Result<Value> {
        let found = records::boundaries_by_code(&self.db, codes).await?;
        let features: Result<Vec<Value>> = found
            .iter()
            .map(|boundary| {
                let geometry: Value = serde_json::from_str(&boundary.geometry).map_err(Fault::internal)?;
                let properties = json!({"code": boundary.code, "name": named(boundary)});
                Ok(json!({"type": "Feature", "properties": properties, "geometry": geometry}))
            })
            .collect();
        Ok(json!({"type": "FeatureCollection", "features": features?}))
    }
}
