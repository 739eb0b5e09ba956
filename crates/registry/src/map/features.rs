//! GeoJSON of records.

use fengsui_kernel::{Principal, Result};
use fengsui_storage::records;
use serde_json::{Map, Value, json};

use crate::kind::KindSpec;
use crate::query::ListQuery;
use crate::record::Record;
use crate::registry::Registry;

/// The most features of one answer; beyond that tiles are the way.
const MAX_FEATURES: usize = 10_000;

/// What a feature tells: id, name, kind and the listed fields. Personal data never travels on maps.
pub(super) fn properties(spec: &KindSpec, record: &Record) -> Map<String, Value> {
    let mut properties = Map::new();
    properties.insert("id".into(), json!(record.id));
    properties.insert("name".into(), json!(record.name));
    properties.insert("kind".into(), json!(record.kind));
    for field in spec.fields.iter().filter(|field| field.listed && !field.personal && !field.nested) {
        properties.insert(field.name.clone(), record.attributes.get(&field.name).cloned().unwrap_or(Value::Null));
    }
    properties
}

impl Registry {
    /// The records of a query that have a place, as a GeoJSON FeatureCollection; `truncated` tells
    /// whether there are more than fit.
    pub async fn geojson(&self, principal: &Principal, kind: &str, query: &ListQuery) -> Result<Value> {
        let spec = self.kind(kind)?;
        let selection = query.selection(spec, principal.scopes("read", kind)?)?;
        let most = query.limit.map_or(MAX_FEATURES, |limit| (limit as usize).clamp(1, MAX_FEATURES));
        let mut features = Vec::new();
        let (mut last, mut truncated) = (String::new(), false);
        'portions: loop {
            let portion = records::after_code(&self.db, &selection, &last, 1000).await?;
            let Some(end) = portion.last() else { break };
            last.clone_from(&end.code);
            for stored in portion {
                let record = Record::try_from(stored)?;
                let Some(point) = record.location else { continue };
                if features.len() == most {
                    truncated = true;
                    break 'portions;
                }
                let geometry = json!({"type": "Point", "coordinates": [point.lon, point.lat]});
                let properties = properties(spec, &record);
                features
                    .push(json!({"type": "Feature", "id": record.id, "geometry": geometry, "properties": properties}));
            }
        }
        Ok(json!({"type": "FeatureCollection", "features": features, "truncated": truncated}))
    }
}
