//! Rows of versions that kept every reading as a row of its own become chunks.

use fengsui_kernel::{Acting, Result};
use fengsui_storage::Db;
use fengsui_storage::series::chunks::{self, ChunkRow};
use fengsui_storage::series::observations::{self, ObservationRow};
use fengsui_telemetry::{Figure, Point, Summary, encode};

/// Rows taken over in one unit of work.
const PORTION: u32 = 10_240;
/// Readings of one chunk.
const CHUNK: usize = 256;

fn point(row: &ObservationRow) -> Point {
    Point {
        observed_at: row.observed_at.as_millisecond(),
        received_at: row.received_at.as_millisecond(),
        figure: Figure::read(&row.value_text),
        quality: row.quality,
        historical: row.historical,
        raw: row.raw_ref.as_deref().map(Into::into),
    }
}

/// Takes over whatever rows are left; what was interrupted goes on where it stopped.
pub(crate) async fn take_over(db: &Db) -> Result<()> {
    let mut taken = 0;
    while let Some(series) = observations::left_over(db).await? {
        if taken == 0 {
            tracing::info!("readings of an older version are being taken over");
        }
        let mut tx = db.begin(Acting::system("series", db.now())).await?;
        let rows = observations::left_rows(&mut tx, series, PORTION).await?;
        let mut made = Vec::new();
        for piece in rows.chunks(CHUNK) {
            let points: Vec<Point> = piece.iter().map(point).collect();
            if let Some(summary) = Summary::of(&points) {
                made.push(ChunkRow { series, sequence: 0, summary, body: encode(&points) });
            }
        }
        chunks::insert_many(&mut tx, &made).await?;
        if let Some(last) = rows.last() {
            observations::remove_left(&mut tx, series, last.observed_at).await?;
        }
        tx.commit().await?;
        taken += rows.len();
    }
    if taken > 0 {
        tracing::info!(readings = taken, "all readings of the older version are taken over");
    }
    Ok(())
}
