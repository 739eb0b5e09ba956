//! Hands committed events to the handlers of the domains, at least once and in order.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use fengsui_kernel::{Acting, Result};
use fengsui_storage::events::{self, LoggedEvent};
use fengsui_storage::{Db, Subject};

/// A handler's work on one event.
pub type Handling<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Something that acts on events. Handlers are idempotent: after a crash an event comes again.
pub trait Handler: Send + Sync + 'static {
    /// The name under which its position is kept.
    fn name(&self) -> &'static str;
    /// Acts on one event.
    fn handle<'a>(&'a self, event: &'a LoggedEvent) -> Handling<'a>;
}

/// How often a failing event is tried before it is set aside, visibly.
const ATTEMPTS: u32 = 5;

/// Runs a handler until the program ends.
pub async fn run(db: Db, handler: Arc<dyn Handler>) {
    let mut committed = db.committed();
    let mut position = loop {
        match events::position(&db, handler.name()).await {
            Ok(position) => break position,
            Err(fault) => tracing::warn!(%fault, handler = handler.name(), "reading the position failed"),
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    };
    loop {
        match drain(&db, handler.as_ref(), &mut position).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(fault) => tracing::warn!(%fault, handler = handler.name(), "delivering events failed"),
        }
        tokio::select! {
            changed = committed.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
}

/// Delivers what is there; tells whether there was anything.
async fn drain(db: &Db, handler: &dyn Handler, position: &mut i64) -> Result<bool> {
    let batch = events::after(db, *position, 200).await?;
    let Some(last) = batch.last().map(|event| event.seq) else { return Ok(false) };
    for event in &batch {
        deliver(db, handler, event).await?;
    }
    let mut tx = db.begin(Acting::system(handler.name(), db.now())).await?;
    events::advance(&mut tx, handler.name(), last).await?;
    tx.commit().await?;
    *position = last;
    Ok(true)
}

async fn deliver(db: &Db, handler: &dyn Handler, event: &LoggedEvent) -> Result<()> {
    for attempt in 1..=ATTEMPTS {
        match handler.handle(event).await {
            Ok(()) => return Ok(()),
            Err(fault) => {
                tracing::warn!(%fault, handler = handler.name(), seq = event.seq, attempt, "handling an event failed");
                tokio::time::sleep(Duration::from_millis(100 * u64::from(attempt * attempt))).await;
            }
        }
    }
    let mut tx = db.begin(Acting::system(handler.name(), db.now())).await?;
    tx.trace(
        "event.handler_failed",
        Subject::new("event", event.seq),
        serde_json::json!({ "handler": handler.name() }),
    );
    tx.commit().await
}
