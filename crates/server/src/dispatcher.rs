//! Hands committed events to the handlers of the domains, at least once and in order.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Acting, Fault, Result};
use fengsui_storage::events::{self, LoggedEvent};
use fengsui_storage::{Db, Subject};
use futures::FutureExt as _;

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
    let (mut failures, mut waits) = (0, 0);
    loop {
        let Err(fault) = attempt(handler, event).await else { return Ok(()) };
        let away = matches!(*fault.kind, FaultKind::Unavailable(_));
        tracing::warn!(%fault, handler = handler.name(), seq = event.seq, failures, "handling an event failed");
        if away {
            // Nothing is wrong with the event. However long the store is away, nobody must go untold.
            waits += 1;
            tokio::time::sleep(Duration::from_millis(250 * waits.min(40))).await;
            continue;
        }
        failures += 1;
        if failures == ATTEMPTS {
            return set_aside(db, handler, event, &fault).await;
        }
        tokio::time::sleep(Duration::from_millis(100 * u64::from(failures * failures))).await;
    }
}

/// A panic is a fault like any other: it must not end the handler for good.
async fn attempt(handler: &dyn Handler, event: &LoggedEvent) -> Result<()> {
    let handling = AssertUnwindSafe(async { handler.handle(event).await });
    handling.catch_unwind().await.unwrap_or_else(|_| Err(Fault::internal("the handler panicked")))
}

/// The next events must not wait for ever; the trace says what was left undone.
async fn set_aside(db: &Db, handler: &dyn Handler, event: &LoggedEvent, fault: &Fault) -> Result<()> {
    tracing::error!(%fault, handler = handler.name(), seq = event.seq, "an event was set aside");
    let mut tx = db.begin(Acting::system(handler.name(), db.now())).await?;
    let facts = serde_json::json!({ "handler": handler.name(), "event": event.event.name(), "code": fault.code() });
    tx.trace("event.handler_failed", Subject::new("event", event.seq), facts);
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use fengsui_events::{Event, QuarantineChanged};
    use fengsui_storage::testkit::TestStore;
    use fengsui_storage::{on_every_store, traces};

    use super::*;

    /// Fails so often in its way.
    struct Failing {
        left: AtomicU32,
        away: bool,
    }

    impl Handler for Failing {
        fn name(&self) -> &'static str {
            "test"
        }

        fn handle<'a>(&'a self, _event: &'a LoggedEvent) -> Handling<'a> {
            Box::pin(async move {
                if self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err() {
                    return Ok(());
                }
                assert!(self.away, "a panic on purpose");
                Err(FaultKind::Unavailable("away".into()).into())
            })
        }
    }

    async fn deliver_one(store: &TestStore, handler: &Failing) -> usize {
        let mut tx = store.db.begin(Acting::system("test", store.db.now())).await.expect("begun");
        tx.publish(Event::QuarantineChanged(QuarantineChanged { waiting: 1 }));
        tx.commit().await.expect("committed");
        let mut position = 0;
        drain(&store.db, handler, &mut position).await.expect("drained");
        assert_eq!(position, 1);
        let entries = traces::from_seq(&store.db, 1, 10).await.expect("the trace");
        entries.iter().filter(|entry| entry.content.as_ref().is_some_and(|it| it.action.contains("failed"))).count()
    }

    on_every_store!(waits_for_a_store_that_is_away, |store: TestStore| async move {
        let handler = Failing { left: AtomicU32::new(ATTEMPTS + 1), away: true };
        assert_eq!(deliver_one(&store, &handler).await, 0, "nothing is set aside");
        assert_eq!(handler.left.load(Ordering::SeqCst), 0);
    });

    on_every_store!(sets_aside_what_panics, |store: TestStore| async move {
        let handler = Failing { left: AtomicU32::new(u32::MAX), away: false };
        assert_eq!(deliver_one(&store, &handler).await, 1);
    });
}
