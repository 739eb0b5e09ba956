//! What is nearest to a point.

use fengsui_kernel::{Point, Principal, Result};
use fengsui_storage::records;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::query::ListQuery;
use crate::record::Record;
use crate::registry::Registry;

/// The first circle looked at; it doubles until enough is found.
const FIRST_RADIUS_M: f64 = 4000.0;
/// The widest circle when none is given.
const MAX_RADIUS_M: f64 = 1_000_000.0;

/// A record with its distance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Nearby {
    /// The record.
    pub record: Record,
    /// Great-circle metres.
    pub distance_m: f64,
}

impl Registry {
    /// The records nearest to a point, nearest first.
    pub async fn nearest(
        &self,
        principal: &Principal,
        kind: &str,
        center: Point,
        limit: u32,
        radius_m: Option<f64>,
        query: &ListQuery,
    ) -> Result<Vec<Nearby>> {
        let spec = self.kind(kind)?;
        let selection = query.selection(spec, principal.scopes("read", kind)?)?;
        let limit = limit.clamp(1, 500);
        let most =
            radius_m.filter(|radius| radius.is_finite() && *radius > 0.0).unwrap_or(MAX_RADIUS_M).min(MAX_RADIUS_M);
        let mut radius = FIRST_RADIUS_M.min(most);
        loop {
            let found = records::nearest(&self.db, &selection, center, radius, limit * 2).await?;
            let mut near = Vec::with_capacity(found.len());
            for stored in found {
                let record = self.shown(spec, stored.try_into()?);
                let distance_m = record.location.map_or(f64::INFINITY, |point| center.distance_m(&point));
                // The box reaches beyond the circle; only the circle is complete.
                if distance_m <= radius {
                    near.push(Nearby { record, distance_m });
                }
            }
            near.sort_by(|left, right| left.distance_m.total_cmp(&right.distance_m));
            near.truncate(limit as usize);
            if near.len() == limit as usize || radius >= most {
                return Ok(near);
            }
            radius = (radius * 4.0).min(most);
        }
    }
}
