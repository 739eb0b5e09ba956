//! The live stream: committed events to browsers, in order, resumable from any position.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::Event as SseEvent;
use fengsui_events::{AccessChanged, Event, RecordChange};
use fengsui_jobs::JobProgress;
use fengsui_kernel::{Principal, Result};
use fengsui_series::LiveValue;
use fengsui_storage::Db;
use fengsui_storage::events::{self, LoggedEvent, StoredEvent};
use futures::Stream;
use futures::future::BoxFuture;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::problem::ApiError;

/// How many events a reader may be behind before it reads them from the store again.
const BUFFER: usize = 4096;
/// How far back a browser may resume; beyond that it reloads.
const MAX_BACKLOG: i64 = 5_000;
/// A stream ends after this time, so that an expired session does not read on for ever. What is taken
/// from somebody by hand is taken from their streams at once.
const MAX_AGE: Duration = Duration::from_mins(15);

/// Reads committed events once and hands them to every connected browser.
#[derive(Clone)]
pub struct Hub {
    db: Db,
    sender: broadcast::Sender<Arc<LoggedEvent>>,
    values: broadcast::Sender<Arc<[LiveValue]>>,
    progress: broadcast::Sender<JobProgress>,
}

impl Hub {
    /// Starts reading after the events committed so far.
    pub async fn start(db: Db) -> Result<Self> {
        let hub = Self {
            sender: broadcast::channel(BUFFER).0,
            values: broadcast::channel(256).0,
            progress: broadcast::channel(256).0,
            db,
        };
        let last = events::last_seq(&hub.db).await?;
        tokio::spawn(hub.clone().pump(last));
        Ok(hub)
    }

    /// Sends a batch of last values to whoever listens and may see them; not kept.
    pub fn send_values(&self, values: Arc<[LiveValue]>) {
        // Nobody listening is no error.
        let _ = self.values.send(values);
    }

    /// Tells how far a job is to whoever listens and may see it; not kept.
    pub fn send_progress(&self, progress: JobProgress) {
        // Nobody listening is no error.
        let _ = self.progress.send(progress);
    }

    /// Follows committed events from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<LoggedEvent>> {
        self.sender.subscribe()
    }

    async fn pump(self, mut last: i64) {
        let mut committed = self.db.committed();
        loop {
            match events::after(&self.db, last, 1000).await {
                Ok(batch) if !batch.is_empty() => {
                    for stored in batch {
                        last = stored.seq;
                        // What cannot be read is set aside by the handlers, visibly.
                        if let Ok(event) = stored.read() {
                            let _ = self.sender.send(Arc::new(event));
                        }
                    }
                    continue;
                }
                Ok(_) => {}
                Err(fault) => tracing::warn!(%fault, "reading events failed"),
            }
            // The second branch finds what another process committed (PostgreSQL).
            tokio::select! {
                changed = committed.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
    }
}

/// Proves again who follows; a fault when they may not any more.
pub type Renew = Box<dyn Fn() -> BoxFuture<'static, Result<Principal, ApiError>> + Send + Sync>;

/// The stream of one browser.
pub async fn open(
    hub: Hub,
    renew: Renew,
    resume_after: Option<i64>,
) -> Result<impl Stream<Item = Result<SseEvent, Infallible>>, ApiError> {
    // Subscribing before reading the backlog, and before judging the rights: nothing can fall between.
    let (live, values) = (hub.sender.subscribe(), hub.values.subscribe());
    let last = events::last_seq(&hub.db).await?;
    let reader = Reader {
        live,
        values,
        progress: hub.progress.subscribe(),
        last,
        backlog: Vec::new(),
        greeting: None,
        deadline: tokio::time::Instant::now() + MAX_AGE,
        hub,
        caller: renew().await?,
        renew,
    };
    let reader = reader.resume(resume_after).await?;
    Ok(futures::stream::unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        Some((Ok(event), reader))
    }))
}

struct Reader {
    hub: Hub,
    caller: Principal,
    renew: Renew,
    live: broadcast::Receiver<Arc<LoggedEvent>>,
    values: broadcast::Receiver<Arc<[LiveValue]>>,
    progress: broadcast::Receiver<JobProgress>,
    backlog: Vec<StoredEvent>,
    greeting: Option<SseEvent>,
    last: i64,
    deadline: tokio::time::Instant,
}

impl Reader {
    async fn resume(mut self, after: Option<i64>) -> Result<Self> {
        let newest = self.last;
        let hello = |name: &str| SseEvent::default().event(name).id(newest.to_string()).data("{}");
        match after {
            Some(seq) if resumable(seq, newest) => {
                self.last = seq;
                self.refill().await?;
                self.greeting = Some(SseEvent::default().event("hello").data("{}"));
            }
            Some(_) => self.greeting = Some(hello("reset")),
            None => self.greeting = Some(hello("hello")),
        }
        Ok(self)
    }

    async fn refill(&mut self) -> Result<()> {
        let mut batch = events::after(&self.hub.db, self.last, 1000).await?;
        batch.reverse();
        self.backlog = batch;
        Ok(())
    }

    /// What becomes of an event here. A change of the caller's own rights is taken in before anything
    /// that comes after it.
    async fn judge(&mut self, logged: &LoggedEvent) -> Judged {
        if let Event::AccessChanged(change) = &logged.event {
            if !concerns(change, &self.caller) {
                return Judged::Hide;
            }
            let Ok(caller) = (self.renew)().await else { return Judged::End };
            self.caller = caller;
            // Screens ask anew what they may show; whose rights they are they know.
            return Judged::Show(numbered(logged).data("{}"));
        }
        render(logged, &self.caller).map_or(Judged::Hide, Judged::Show)
    }

    async fn next(&mut self) -> Option<SseEvent> {
        if let Some(greeting) = self.greeting.take() {
            return Some(greeting);
        }
        loop {
            if let Some(stored) = self.backlog.pop() {
                self.last = stored.seq;
                if self.backlog.is_empty() {
                    self.refill().await.ok()?;
                }
                let Ok(logged) = stored.read() else { continue };
                match self.judge(&logged).await {
                    Judged::Show(event) => return Some(event),
                    Judged::Hide => continue,
                    Judged::End => return None,
                }
            }
            tokio::select! {
                received = self.live.recv() => match received {
                    Ok(logged) if logged.seq > self.last => {
                        self.last = logged.seq;
                        match self.judge(&logged).await {
                            Judged::Show(event) => return Some(event),
                            Judged::Hide => {}
                            Judged::End => return None,
                        }
                    }
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => self.refill().await.ok()?,
                    Err(RecvError::Closed) => return None,
                },
                received = self.values.recv() => match received {
                    Ok(values) => if let Some(event) = render_values(&values, &self.caller) { return Some(event) },
                    // What was missed is out of date; the next values come soon.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return None,
                },
                received = self.progress.recv() => match received {
                    Ok(progress) => if let Some(event) = render_progress(&progress, &self.caller) { return Some(event) },
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return None,
                },
                () = tokio::time::sleep_until(self.deadline) => return None,
            }
        }
    }
}

/// What becomes of an event on one stream.
enum Judged {
    Show(SseEvent),
    Hide,
    End,
}

/// Whether a change of rights concerns a caller.
fn concerns(change: &AccessChanged, caller: &Principal) -> bool {
    change.user.as_deref().is_none_or(|user| caller.user_id() == Some(user))
}

/// The position comes from outside: it may be any number.
fn resumable(seq: i64, newest: i64) -> bool {
    (0..=newest).contains(&seq) && newest - seq <= MAX_BACKLOG
}

fn render_values(values: &[LiveValue], caller: &Principal) -> Option<SseEvent> {
    let seen: Vec<&LiveValue> = values.iter().filter(|value| caller.may("read", "series", &value.place())).collect();
    let data = serde_json::to_string(&seen).ok().filter(|_| !seen.is_empty())?;
    Some(SseEvent::default().event("value").data(data))
}

fn render_progress(progress: &JobProgress, caller: &Principal) -> Option<SseEvent> {
    if !owns(caller, progress.user.as_deref()) {
        return None;
    }
    serde_json::to_string(progress).ok().map(|data| SseEvent::default().event("job_progress").data(data))
}

fn render(logged: &LoggedEvent, caller: &Principal) -> Option<SseEvent> {
    if !visible(&logged.event, caller) {
        return None;
    }
    let data = serde_json::to_string(&logged.event).ok()?;
    Some(numbered(logged).data(data))
}

fn numbered(logged: &LoggedEvent) -> SseEvent {
    SseEvent::default().id(logged.seq.to_string()).event(logged.event.name())
}

/// Whether the caller may learn of an event: the right to read its noun at its place, in the one way
/// in which everything is judged; or that it concerns them in person.
pub fn visible(event: &Event, caller: &Principal) -> bool {
    let place = event.place();
    let may = |kind: &str| place.as_ref().is_some_and(|place| caller.may("read", kind, place));
    let holds = |post: &Option<String>| post.as_ref().is_some_and(|post| caller.posts.contains(post));
    match event {
        // An import belongs to many places; it tells only that lists are to be read again.
        Event::RecordChanged(event) if event.change == RecordChange::Imported => {
            caller.scopes("read", &event.kind).is_ok()
        }
        Event::RecordChanged(event) => may(&event.kind),
        Event::AlarmChanged(_) => may("alarm"),
        Event::DeviceConnection(_) => may("device"),
        Event::ServiceChanged(_) => may("series"),
        Event::DeviceOrderChanged(_) => may("device_order"),
        Event::MatterChanged(event) => holds(&event.post) || may(&event.process),
        Event::ClockChanged(event) => holds(&event.post) || may(&event.process),
        Event::DeliveryChanged(event) => {
            event.user.as_deref().is_some_and(|user| caller.user_id() == Some(user)) || may("message")
        }
        Event::WallChanged(_) => may("wall"),
        Event::QuarantineChanged(_) => caller.scopes("read", "quarantine").is_ok(),
        Event::SetAsideChanged(_) => caller.scopes("read", "set_aside").is_ok(),
        Event::JobChanged(event) => owns(caller, event.user.as_deref()),
        Event::MessageRequested(_) | Event::AccessChanged(_) => false,
    }
}

/// A job concerns whoever asked for it and those who may read jobs.
fn owns(caller: &Principal, user: Option<&str>) -> bool {
    (user.is_some() && caller.user_id() == user) || caller.scopes("read", "job").is_ok()
}

#[cfg(test)]
mod tests {
    use super::resumable;

    #[test]
    fn resumes_only_from_positions_that_exist() {
        assert!(resumable(10, 10) && resumable(0, 5_000));
        assert!(!resumable(0, 5_001) && !resumable(11, 10));
        assert!(!resumable(-1, 10) && !resumable(i64::MIN, i64::MAX));
    }
}
