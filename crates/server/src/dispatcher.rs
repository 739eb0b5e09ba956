//! Hands committed events to the handlers of the domains, at least once and in order. What a handler
//! cannot digest is set aside, where an administrator sees it: the next events never wait for it.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use fengsui_events::{Event, SetAsideChanged};
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::{Acting, DivisionCode, Fault, Result};
use fengsui_storage::events::{self, LoggedEvent, StoredEvent};
use fengsui_storage::set_aside::{self, SetAsideRow};
use fengsui_storage::{Db, Subject, Tx};
use futures::FutureExt as _;
use serde_json::json;

use crate::set_aside::notice;

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
/// How often it is tried when the handler says that something is away while the store answers.
const PATIENCE: u64 = 40;
/// No event takes so long: a handler that hangs has failed.
const LONGEST: Duration = Duration::from_mins(5);

/// The code of an event that cannot be read.
const UNREADABLE: &str = "unreadable_event";

/// Delivers events to one handler.
pub struct Dispatcher {
    db: Db,
    division: DivisionCode,
    handler: Arc<dyn Handler>,
}

impl Dispatcher {
    /// For a handler; `division` is where the node's administrators are.
    pub fn new(db: Db, division: DivisionCode, handler: Arc<dyn Handler>) -> Self {
        Self { db, division, handler }
    }

    /// Runs the handler until the program ends.
    pub async fn run(self) {
        let mut committed = self.db.committed();
        let mut position = loop {
            match events::position(&self.db, self.handler.name()).await {
                Ok(position) => break position,
                Err(fault) => tracing::warn!(%fault, handler = self.handler.name(), "reading the position failed"),
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        };
        loop {
            match self.drain(&mut position).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(fault) => tracing::warn!(%fault, handler = self.handler.name(), "delivering events failed"),
            }
            tokio::select! {
                changed = committed.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
    }

    /// Delivers what is there; tells whether there was anything.
    async fn drain(&self, position: &mut i64) -> Result<bool> {
        self.run_again().await?;
        let batch = events::after(&self.db, *position, 200).await?;
        let Some(last) = batch.last().map(|event| event.seq) else { return Ok(false) };
        for event in &batch {
            self.deliver(event).await?;
        }
        let mut tx = self.begin().await?;
        events::advance(&mut tx, self.handler.name(), last).await?;
        tx.commit().await?;
        *position = last;
        Ok(true)
    }

    async fn deliver(&self, stored: &StoredEvent) -> Result<()> {
        let event = match stored.read() {
            Ok(event) => event,
            Err(fault) => return self.set_aside(stored, UNREADABLE, &fault).await,
        };
        let (mut failures, mut waits) = (0, 0);
        loop {
            let Err(fault) = self.attempt(&event).await else { return Ok(()) };
            tracing::warn!(%fault, handler = self.handler.name(), seq = event.seq, failures, "handling an event failed");
            if matches!(*fault.kind, FaultKind::Unavailable(_)) && waits < PATIENCE {
                // Nothing is wrong with the event. However long the store is away, nobody must go untold.
                waits += u64::from(self.db.ping().await.is_ok());
                tokio::time::sleep(Duration::from_millis(250 * waits.clamp(1, PATIENCE))).await;
                continue;
            }
            failures += 1;
            if failures == ATTEMPTS || waits == PATIENCE {
                return self.set_aside(stored, fault.code(), &fault).await;
            }
            tokio::time::sleep(Duration::from_millis(100 * u64::from(failures * failures))).await;
        }
    }

    /// A panic is a fault like any other, and so is a handler that hangs: neither must end it for good.
    async fn attempt(&self, event: &LoggedEvent) -> Result<()> {
        let handling = AssertUnwindSafe(async { self.handler.handle(event).await }).catch_unwind();
        match tokio::time::timeout(LONGEST, handling).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(Fault::internal("the handler panicked")),
            Err(_) => Err(Fault::internal("the handler hung")),
        }
    }

    /// The next events must not wait for ever; a table, the trace and a message to the administrators
    /// say what was left undone.
    async fn set_aside(&self, event: &StoredEvent, code: &str, fault: &Fault) -> Result<()> {
        let handler = self.handler.name();
        tracing::error!(%fault, handler, seq = event.seq, "an event was set aside");
        let mut tx = self.begin().await?;
        set_aside::put(&mut tx, handler, event, code, &fault.to_string()).await?;
        let facts = json!({ "handler": handler, "event": event.name, "code": code });
        tx.trace("event.handler_failed", Subject::new("event", event.seq), facts);
        if let Some(request) = notice(handler, event, self.division, tx.now()) {
            tx.publish(Event::MessageRequested(request));
        }
        self.changed(&mut tx);
        tx.commit().await
    }

    /// Tries once more what a person asked to be tried.
    async fn run_again(&self) -> Result<()> {
        for row in set_aside::to_run_again(&self.db, self.handler.name()).await? {
            let outcome = match row.event.read() {
                Ok(event) => self.attempt(&event).await.map_err(|fault| (fault.code().to_owned(), fault)),
                Err(fault) => Err((UNREADABLE.to_owned(), fault)),
            };
            self.settle(&row, outcome).await?;
        }
        Ok(())
    }

    async fn settle(&self, row: &SetAsideRow, outcome: Result<(), (String, Fault)>) -> Result<()> {
        let mut tx = self.begin().await?;
        let done = outcome.is_ok();
        match &outcome {
            Ok(()) => drop(set_aside::resolve(&mut tx, &row.id, "done", "", None).await?),
            Err((code, fault)) => set_aside::failed_again(&mut tx, &row.id, code, &fault.to_string()).await?,
        }
        let facts = json!({ "handler": row.handler, "event": row.event.name, "done": done });
        tx.trace("event.handled_again", Subject::new("event", row.event.seq), facts);
        self.changed(&mut tx);
        tx.commit().await
    }

    async fn begin(&self) -> Result<Tx> {
        self.db.begin(Acting::system(self.handler.name(), self.db.now())).await
    }

    fn changed(&self, tx: &mut Tx) {
        tx.publish(Event::SetAsideChanged(SetAsideChanged { handler: self.handler.name().to_owned() }));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use fengsui_events::{Event, QuarantineChanged};
    use fengsui_kernel::{PageQuery, Principal};
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

    fn dispatcher(store: &TestStore, left: u32, away: bool) -> (Dispatcher, Arc<Failing>) {
        let handler = Arc::new(Failing { left: AtomicU32::new(left), away });
        (Dispatcher::new(store.db.clone(), "640181".parse().expect("a code"), handler.clone()), handler)
    }

    async fn publish(store: &TestStore) {
        let mut tx = store.db.begin(Acting::system("test", store.db.now())).await.expect("begun");
        tx.publish(Event::QuarantineChanged(QuarantineChanged { waiting: 1 }));
        tx.commit().await.expect("committed");
    }

    /// What is set aside, as its administrator sees it.
    async fn open(store: &TestStore) -> Vec<crate::set_aside::SetAside> {
        let admin = Principal::system("test");
        let division = DivisionCode::COUNTRY;
        let page = PageQuery::default();
        crate::set_aside::list(&store.db, division, &admin, true, &page).await.expect("a list").items
    }

    on_every_store!(waits_for_a_store_that_is_away, |store: TestStore| async move {
        let (dispatcher, handler) = dispatcher(&store, ATTEMPTS + 1, true);
        publish(&store).await;
        let mut position = 0;
        dispatcher.drain(&mut position).await.expect("drained");
        assert_eq!((position, open(&store).await.len()), (1, 0), "nothing is set aside");
        assert_eq!(handler.left.load(Ordering::SeqCst), 0);
    });

    on_every_store!(what_panics_is_set_aside_told_and_run_again, |store: TestStore| async move {
        let (dispatcher, handler) = dispatcher(&store, ATTEMPTS + 1, false);
        publish(&store).await;
        let mut position = 0;
        dispatcher.drain(&mut position).await.expect("drained");
        assert_eq!(position, 1, "the next events do not wait");
        let found = open(&store).await;
        assert_eq!((found[0].handler.as_str(), found[0].code.as_str()), ("test", "internal"));
        assert_eq!((found[0].event.as_str(), found[0].state.as_str()), ("quarantine_changed", "waiting"));
        let told = events::after(&store.db, 1, 10).await.expect("events");
        let names: Vec<&str> = told.iter().map(|event| event.name.as_str()).collect();
        assert_eq!(names, ["message_requested", "set_aside_changed"]);
        let entries = traces::from_seq(&store.db, 1, 10).await.expect("the trace");
        assert!(entries.iter().any(|entry| entry.content.as_ref().is_some_and(|it| it.action.contains("failed"))));

        let admin = Principal::system("admin");
        let again = async || crate::set_aside::run_again(&store.db, DivisionCode::COUNTRY, &admin, &found[0].id).await;
        again().await.expect("asked");
        assert_eq!(again().await.expect_err("twice").code(), "set_aside_resolved");
        dispatcher.run_again().await.expect("run again");
        assert_eq!((open(&store).await[0].attempts, handler.left.load(Ordering::SeqCst)), (1, 0), "failed once more");
        again().await.expect("asked once more");
        dispatcher.run_again().await.expect("run again");
        assert!(open(&store).await.is_empty(), "done");
    });

    on_every_store!(what_cannot_be_read_is_set_aside_and_stalls_nobody, |store: TestStore| async move {
        let (dispatcher, _) = dispatcher(&store, 0, false);
        publish(&store).await;
        let mut stored = events::after(&store.db, 0, 1).await.expect("events").remove(0);
        stored.body = r#"{"type":"from_a_newer_program"}"#.to_owned();
        dispatcher.deliver(&stored).await.expect("nobody waits for it");
        let found = open(&store).await;
        assert_eq!((found.len(), found[0].code.as_str()), (1, "unreadable_event"));
        let admin = Principal::system("admin");
        let dismiss = async |reason: &str| {
            crate::set_aside::dismiss(&store.db, DivisionCode::COUNTRY, &admin, &found[0].id, reason).await
        };
        assert_eq!(dismiss(" ").await.expect_err("no reason").code(), "required");
        let dismissed = dismiss("来自新版本的测试事件").await.expect("dismissed");
        assert_eq!(dismissed.reason.as_deref(), Some("来自新版本的测试事件"));
        assert!(open(&store).await.is_empty());
    });
}
