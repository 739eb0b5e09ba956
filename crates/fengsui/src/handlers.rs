//! What is done when something happened: one handler per domain, each with its own position.

use std::sync::Arc;

use fengsui_events::{Event, RecordChange, RecordChanged};
use fengsui_kernel::fault::FaultKind;
use fengsui_kernel::id::MatterId;
use fengsui_kernel::{Acting, Principal, Result, Timestamp};
use fengsui_matters::Submission;
use fengsui_messaging::Messenger;
use fengsui_monitoring::fences::Fences;
use fengsui_series::NamedRecord;
use fengsui_server::app::App;
use fengsui_server::dispatcher::{Handler, Handling};
use fengsui_server::{people, sensing};
use fengsui_storage::events::LoggedEvent;
use fengsui_storage::{Db, records};

/// The handlers of this program.
pub fn all(app: &App) -> Vec<Arc<dyn Handler>> {
    vec![
        Arc::new(Tell(app.messenger.clone())),
        Arc::new(Publish(app.db.clone())),
        Arc::new(FollowLedger(app.clone())),
        Arc::new(ExpireWarnings(app.clone())),
        Arc::new(FollowFences(app.fences.clone())),
    ]
}

/// Requests become messages.
struct Tell(Messenger);

impl Handler for Tell {
    fn name(&self) -> &'static str {
        "messaging"
    }

    fn handle<'a>(&'a self, logged: &'a LoggedEvent) -> Handling<'a> {
        Box::pin(async move {
            match &logged.event {
                Event::MessageRequested(request) => self.0.accept(request).await,
                _ => Ok(()),
            }
        })
    }
}

/// Published warnings become CAP messages.
struct Publish(Db);

impl Handler for Publish {
    fn name(&self) -> &'static str {
        fengsui_warning::publication::CONSUMER
    }

    fn handle<'a>(&'a self, logged: &'a LoggedEvent) -> Handling<'a> {
        Box::pin(fengsui_warning::publication::on_event(&self.0, logged))
    }
}

/// A warning whose period is over is marked; lifting it stays a person's act (domain rule 3 of warnings).
struct ExpireWarnings(App);

impl Handler for ExpireWarnings {
    fn name(&self) -> &'static str {
        "warning.expiry"
    }

    fn handle<'a>(&'a self, logged: &'a LoggedEvent) -> Handling<'a> {
        Box::pin(async move {
            match fengsui_warning::process::to_expire(&logged.event) {
                Some(matter) => expire(&self.0, matter).await,
                None => Ok(()),
            }
        })
    }
}

async fn expire(app: &App, matter: &MatterId) -> Result<()> {
    let system = Principal::system("warning.expiry");
    let version = app.matters.get(&system, matter).await?.version;
    let submission = Submission { version, action: serde_json::json!({ "action": "expire" }), why: None };
    match app.matters.act(&system, matter, submission).await.map(drop) {
        // Lifted, extended or marked meanwhile: nothing is left to do. A stale version is tried again
        // with the new one: somebody may only have changed the text.
        Err(fault) if matches!(*fault.kind, FaultKind::Refused(_)) => Ok(()),
        outcome => outcome,
    }
}

/// Fences of vehicles follow the ledger: fences and the vehicles that they are for.
struct FollowFences(Fences);

impl Handler for FollowFences {
    fn name(&self) -> &'static str {
        "fences"
    }

    fn handle<'a>(&'a self, logged: &'a LoggedEvent) -> Handling<'a> {
        Box::pin(async move {
            if let Event::RecordChanged(changed) = &logged.event
                && matches!(changed.kind.as_str(), "fence" | "device")
            {
                self.0.changed();
            }
            Ok(())
        })
    }
}

/// What identity and the series engine keep of the ledger follows it.
struct FollowLedger(App);

impl Handler for FollowLedger {
    fn name(&self) -> &'static str {
        "ledger"
    }

    fn handle<'a>(&'a self, logged: &'a LoggedEvent) -> Handling<'a> {
        Box::pin(async move {
            match &logged.event {
                Event::RecordChanged(changed) if changed.change == RecordChange::Imported => {
                    follow_run(&self.0, changed, logged.at).await
                }
                Event::RecordChanged(changed) => follow(&self.0, changed).await,
                _ => Ok(()),
            }
        })
    }
}

/// What an import wrote is followed record by record, where anybody depends on it.
async fn follow_run(app: &App, changed: &RecordChanged, at: Timestamp) -> Result<()> {
    let whole = matches!(changed.kind.as_str(), "post" | "device");
    if !whole && !matches!(changed.kind.as_str(), "installation" | "enterprise") {
        return Ok(());
    }
    for one in records::changes_of_run(&app.db, &changed.id, at).await? {
        let change = if one.deleted { RecordChange::Deleted } else { RecordChange::Updated };
        // Series carry the names of places: only a new name concerns them.
        if whole || (one.renamed && !one.deleted) {
            follow(app, &RecordChanged { id: one.record, change, ..changed.clone() }).await?;
        }
    }
    Ok(())
}

async fn follow(app: &App, changed: &RecordChanged) -> Result<()> {
    let system = Principal::system("ledger");
    let acting = || Acting::system("ledger", app.db.now());
    if changed.change == RecordChange::Deleted {
        return match changed.kind.as_str() {
            "post" => app.identity.withdraw_post(acting(), &changed.id).await.map(|_| ()),
            "device" => app.series.remove_device(&system, &changed.id).await,
            _ => Ok(()),
        };
    }
    let Some(record) = app.registry.find_by_id(&changed.id).await? else { return Ok(()) };
    match record.kind.as_str() {
        "post" => {
            let facts = people::facts_of(&app.registry, &record).await?;
            app.identity.refresh_post(acting(), &facts).await.map(|_| ())
        }
        "device" => app.series.keep_device(&system, &sensing::device_facts(&record)).await,
        "installation" | "enterprise" => {
            let named = NamedRecord { id: record.id.to_string(), name: record.name };
            app.series.rename_place(&system, &named).await
        }
        _ => Ok(()),
    }
}
