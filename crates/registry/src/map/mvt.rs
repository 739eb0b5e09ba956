//! Mapbox Vector Tile 2.1, points only: a few dozen lines of protocol buffers.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// Units along one side of a tile.
pub(super) const EXTENT: u32 = 4096;

/// A layer under construction.
pub(super) struct Layer {
    name: String,
    features: Vec<u8>,
    keys: Vec<String>,
    values: Vec<Vec<u8>>,
    key_index: HashMap<String, u32>,
    value_index: HashMap<Vec<u8>, u32>,
    count: u64,
}

fn varint(out: &mut Vec<u8>, mut number: u64) {
    loop {
        let low = number.to_le_bytes()[0] & 0x7f;
        number >>= 7;
        if number == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

fn tag(out: &mut Vec<u8>, field: u64, wire: u64) {
    varint(out, field << 3 | wire);
}

fn bytes(out: &mut Vec<u8>, field: u64, content: &[u8]) {
    tag(out, field, 2);
    varint(out, content.len() as u64);
    out.extend_from_slice(content);
}

fn zigzag(number: i32) -> u64 {
    u64::from(((number << 1) ^ (number >> 31)).cast_unsigned())
}

/// A value of the format; what it cannot say becomes text.
fn value(value: &Value) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    match value {
        Value::Null => return None,
        Value::Bool(yes) => {
            tag(&mut out, 7, 0);
            varint(&mut out, u64::from(*yes));
        }
        Value::Number(number) => {
            if let Some(whole) = number.as_u64() {
                tag(&mut out, 5, 0);
                varint(&mut out, whole);
            } else {
                tag(&mut out, 3, 1);
                out.extend_from_slice(&number.as_f64().unwrap_or(0.0).to_le_bytes());
            }
        }
        Value::String(text) => bytes(&mut out, 1, text.as_bytes()),
        other => bytes(&mut out, 1, other.to_string().as_bytes()),
    }
    Some(out)
}

impl Layer {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            features: Vec::new(),
            keys: Vec::new(),
            values: Vec::new(),
            key_index: HashMap::new(),
            value_index: HashMap::new(),
            count: 0,
        }
    }

    /// Adds a point in units of the tile.
    pub(super) fn point(&mut self, x: i32, y: i32, properties: &Map<String, Value>) {
        let mut tags = Vec::new();
        for (key, own) in properties {
            let Some(encoded) = value(own) else { continue };
            let next_key = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
            let key_at = *self.key_index.entry(key.clone()).or_insert_with(|| {
                self.keys.push(key.clone());
                next_key
            });
            let next_value = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
            let value_at = *self.value_index.entry(encoded.clone()).or_insert_with(|| {
                self.values.push(encoded);
                next_value
            });
            varint(&mut tags, u64::from(key_at));
            varint(&mut tags, u64::from(value_at));
        }
        // One command: MoveTo, once.
        let mut geometry = vec![9];
        varint(&mut geometry, zigzag(x));
        varint(&mut geometry, zigzag(y));
        let mut feature = Vec::new();
        self.count += 1;
        tag(&mut feature, 1, 0);
        varint(&mut feature, self.count);
        bytes(&mut feature, 2, &tags);
        tag(&mut feature, 3, 0);
        varint(&mut feature, 1);
        bytes(&mut feature, 4, &geometry);
        bytes(&mut self.features, 2, &feature);
    }

    /// The finished tile; empty without features, as the format asks.
    pub(super) fn finish(self) -> Vec<u8> {
        if self.features.is_empty() {
            return Vec::new();
        }
        let mut layer = Vec::new();
        bytes(&mut layer, 1, self.name.as_bytes());
        layer.extend_from_slice(&self.features);
        self.keys.iter().for_each(|key| bytes(&mut layer, 3, key.as_bytes()));
        self.values.iter().for_each(|value| bytes(&mut layer, 4, value));
        tag(&mut layer, 5, 0);
        varint(&mut layer, u64::from(EXTENT));
        tag(&mut layer, 15, 0);
        varint(&mut layer, 2);
        let mut tile = Vec::new();
        bytes(&mut tile, 3, &layer);
        tile
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn writes_the_example_of_the_specification() {
        // Section 4.3.5.1 of the MVT specification: a point at (25, 17) is [9 50 34].
        let mut layer = Layer::new("points");
        let properties = json!({"name": "x", "n": 3});
        layer.point(25, 17, properties.as_object().expect("an object"));
        let tile = layer.finish();
        assert!(tile.windows(3).any(|part| part == [9, 50, 34]), "{tile:?}");
        assert_eq!(tile.first(), Some(&0x1a));
        assert!(Layer::new("none").finish().is_empty());
        assert_eq!((zigzag(-1), zigzag(1), zigzag(i32::MIN)), (1, 2, u64::from(u32::MAX)));
    }
}
