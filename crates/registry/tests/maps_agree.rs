//! On every scale the clusters of neighbouring tiles hold each place exactly once, near where it is.

mod common;

use common::{registry, system, within};
use fengsui_kernel::BoundingBox;
use fengsui_storage::on_every_store;
use fengsui_storage::records::{Selection, clusters};
use fengsui_storage::testkit::TestStore;
use serde_json::json;

const ROWS: u32 = 700;

/// Places spread over one degree, the same every time, none on a line between tiles.
fn place(number: u32) -> (f64, f64) {
    let part = |step: u32| f64::from(number * step % 997) / 997.0 + 0.000_3;
    (106.0 + part(331) * 0.99, 38.0 + part(577) * 0.99)
}

fn halves(west: f64, east: f64) -> [BoundingBox; 2] {
    let middle = f64::midpoint(west, east);
    [(west, middle), (middle, east)].map(|(west, east)| BoundingBox { west, south: 30.0, east, north: 45.0 })
}

on_every_store!(every_place_is_in_one_cluster, |store: TestStore| async move {
    let registry = registry(&store).await;
    let line = |number: u32| {
        let (lon, lat) = place(number);
        json!({"kind": "enterprise", "code": format!("E-{number:04}"), "name": format!("示例{number}"),
            "division": if number.is_multiple_of(2) { "640181000000" } else { "640104000000" },
            "location": {"lon": lon, "lat": lat}, "attributes": {"industry": "coal_mine", "tags": []}})
        .to_string()
    };
    let lines: Vec<String> = (0..ROWS).map(line).collect();
    registry.load_jsonl(&system(), lines.join("\n").as_bytes()).await.expect("loaded");
    // Wide boxes count in the coarse grid, narrower ones in the fine grid, the last ones row by row.
    for (west, east) in [(90.0, 112.5), (105.9, 108.3), (105.95, 107.15), (106.3, 106.5)] {
        let inside = |number: &u32| (west..east).contains(&place(*number).0);
        for (scope, share) in [(within("64"), 1), (within("640181"), 2)] {
            let expected = (0..ROWS).filter(inside).filter(|number| number.is_multiple_of(share)).count() as u64;
            let mut counted = 0;
            for bbox in halves(west, east) {
                let side = (bbox.east - bbox.west) / 24.0;
                let selection = Selection::of("enterprise", vec![scope.clone()]);
                for cluster in clusters(&store.db, &selection, bbox, 24).await.expect("clusters") {
                    counted += cluster.count;
                    let lon = cluster.center.lon;
                    assert!(lon > bbox.west - side && lon < bbox.east + side && cluster.center.lat > 37.9);
                    let number: u32 = cluster.name.trim_start_matches("示例").parse().expect("a number");
                    assert!(
                        cluster.count > 1 || (place(number).0 - lon).abs() < 1e-9,
                        "a single place stays where it is"
                    );
                }
            }
            assert_eq!(counted, expected, "between {west} and {east}");
        }
    }
});
