//! Vector tiles: single points where they fit, clusters where they do not.

use fengsui_kernel::{BoundingBox, Fault, PageQuery, Point, Principal, Result};
use fengsui_storage::records::{self, Selection};
use serde_json::{Map, json};

use super::features::properties;
use super::mvt::{EXTENT, Layer};
use crate::query::ListQuery;
use crate::record::Record;
use crate::registry::Registry;

/// The deepest level.
const MAX_ZOOM: u8 = 22;
/// Up to so many points are drawn singly.
const MAX_POINTS: u32 = 500;
/// Otherwise a tile has so many cells along a side, each with one cluster.
const CELLS: u32 = 24;

/// Web Mercator: where a tile lies.
struct Tile {
    zoom: u8,
    x: u32,
    y: u32,
}

impl Tile {
    fn new(zoom: u8, x: u32, y: u32) -> Result<Self> {
        if zoom > MAX_ZOOM || x >= 1 << zoom || y >= 1 << zoom {
            return Err(Fault::not_found("tile", format!("{zoom}/{x}/{y}")));
        }
        Ok(Self { zoom, x, y })
    }

    fn side(&self) -> f64 {
        f64::from(1_u32 << self.zoom)
    }

    fn latitude(&self, y: f64) -> f64 {
        (std::f64::consts::PI * (1.0 - 2.0 * y / self.side())).sinh().atan().to_degrees()
    }

    fn bbox(&self) -> BoundingBox {
        let lon = |x: f64| x / self.side() * 360.0 - 180.0;
        let (x, y) = (f64::from(self.x), f64::from(self.y));
        BoundingBox { west: lon(x), east: lon(x + 1.0), north: self.latitude(y), south: self.latitude(y + 1.0) }
    }

    /// A point in units of the tile.
    #[allow(clippy::cast_possible_truncation, reason = "a few thousand units")]
    fn units(&self, point: Point) -> (i32, i32) {
        let x = (point.lon + 180.0) / 360.0 * self.side() - f64::from(self.x);
        let mercator = point.lat.to_radians().tan().asinh() / std::f64::consts::PI;
        let y = (1.0 - mercator) / 2.0 * self.side() - f64::from(self.y);
        let unit = |part: f64| (part * f64::from(EXTENT)).round().clamp(-4096.0, 8192.0) as i32;
        (unit(x), unit(y))
    }
}

impl Registry {
    /// The vector tile of a kind: layer name = kind; clusters carry `cluster` and `count`.
    pub async fn tile(
        &self,
        principal: &Principal,
        kind: &str,
        (zoom, x, y): (u8, u32, u32),
        query: &ListQuery,
    ) -> Result<Vec<u8>> {
        let spec = self.kind(kind)?;
        let tile = Tile::new(zoom, x, y)?;
        let mut selection = query.selection(spec, principal.scopes("read", kind)?)?;
        selection.bbox = Some(tile.bbox());
        if records::more_than(&self.db, &selection, u64::from(MAX_POINTS)).await? {
            return self.clustered(kind, &tile, &selection).await;
        }
        let page = records::page(&self.db, &selection, &PageQuery { limit: Some(MAX_POINTS), cursor: None }).await?;
        let mut layer = Layer::new(kind);
        for stored in page.items {
            let record = Record::try_from(stored)?;
            if let Some(point) = record.location {
                let (x, y) = tile.units(point);
                layer.point(x, y, &properties(spec, &record));
            }
        }
        Ok(layer.finish())
    }

    async fn clustered(&self, kind: &str, tile: &Tile, selection: &Selection) -> Result<Vec<u8>> {
        let mut layer = Layer::new(kind);
        for cluster in records::clusters(&self.db, selection, tile.bbox(), CELLS).await? {
            let mut properties = Map::new();
            properties.insert("kind".into(), json!(kind));
            if cluster.count == 1 {
                properties.insert("id".into(), json!(cluster.id));
                properties.insert("name".into(), json!(cluster.name));
            } else {
                properties.insert("cluster".into(), json!(true));
                properties.insert("count".into(), json!(cluster.count));
            }
            let (x, y) = tile.units(cluster.center);
            layer.point(x, y, &properties);
        }
        Ok(layer.finish())
    }
}
