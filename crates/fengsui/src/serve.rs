//! Opens the doors, keeps the clocks going, and stops in order.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use fengsui_gateway::{
    ConnectionLimits, FramedProtocol, Gateway, GatewayConfig, GatewayCounters, SensorThingsDoor, SignIn,
};
use fengsui_server::app::App;
use fengsui_server::dispatcher::Dispatcher;
use fengsui_server::serving::{self, Patience};
use fengsui_storage::lease::Lease;
use fengsui_storage::{seal, set_aside};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use crate::compose::Platform;
use crate::config::Config;
use crate::ready::Bound;
use crate::{handlers, retention};

/// How often a process that stands by asks whether the store is free.
const STANDBY: Duration = Duration::from_secs(1);

/// Takes the right to serve the store, before anything in it is touched. A second process on the same data
/// directory is a mistake and is refused; on PostgreSQL it stands by, with its doors closed, until the
/// first one is gone. `None`: interrupted while standing by.
pub async fn lease(config: &Config) -> Result<Option<Lease>> {
    config.make_data_dir()?;
    let url = config.storage_url();
    if let Some(lease) = Lease::take(&url).await? {
        return Ok(Some(lease));
    }
    if url.starts_with("sqlite:") {
        bail!("another fengsui serves the data in {}; stop it first", config.node.data_dir.display());
    }
    tracing::warn!("standing by: another process serves this store");
    loop {
        tokio::select! {
            () = tokio::time::sleep(STANDBY) => {}
            () = interrupted() => return Ok(None),
        }
        match Lease::take(&url).await {
            Ok(Some(lease)) => {
                tracing::warn!("taking over: the store is free");
                return Ok(Some(lease));
            }
            Ok(None) => {}
            // The database may be failing over just now.
            Err(error) => tracing::warn!(%error, "standing by: the store does not answer"),
        }
    }
}

/// Serves until interrupted. `ready` learns the addresses once every door is open.
/// Ends with an error when the lease is lost: whoever starts the program again makes it stand by.
pub async fn run(platform: Platform, mut lease: Lease, config: &Config, ready: oneshot::Sender<Bound>) -> Result<()> {
    let Platform { app, series, listener, .. } = platform;
    let gateway = Gateway::start(doors(config, &app), series.clone()).await.context("opening the gateways")?;
    let (stop, stopped) = watch::channel(false);
    let mut background = start_background(&app, gateway.counters(), config, &stopped);
    let framed = FramedProtocol::ALL.map(|protocol| gateway.framed_address(protocol));
    let bound = Bound { http: listener.local_addr()?, mqtt: gateway.mqtt_address(), framed };
    // Nobody waiting is no error.
    let _ = ready.send(bound);
    tracing::info!(http = %bound.http, mqtt = ?bound.mqtt, framed = ?bound.framed, "ready");
    let router = fengsui_server::router(app.clone());
    let served = serving::serve(listener, router, patience(config), interrupted());
    let mut ended = Ok(());
    tokio::select! {
        () = served => {}
        () = lease.lost() => ended = Err(anyhow!("the connection to the store broke; another process may serve it now")),
        // Live streams never end by themselves; a stop must not wait for them.
        () = async { interrupted().await; tokio::time::sleep(Duration::from_secs(3)).await } => {}
    }
    tracing::info!("stopping");
    stop.send_replace(true);
    app.jobs.stop().await;
    gateway.stop().await;
    series.stop().await;
    while background.join_next().await.is_some() {}
    // What is being sent may end; what does not is due again after the start.
    let _ = tokio::time::timeout(Duration::from_secs(5), app.messenger.idle()).await;
    app.db.close().await;
    ended
}

/// How the web server treats its clients; says so when it stands open without TLS.
fn patience(config: &Config) -> Patience {
    if let Some(warning) = config.http.warning() {
        tracing::warn!("{warning}");
    }
    let (per_address, proxy) = (config.http.connections_per_address, config.http.trusted_proxy);
    Patience { per_address, proxy, ..Patience::default() }
}

fn doors(config: &Config, app: &App) -> GatewayConfig {
    let framed = config.framed_doors();
    let limits = ConnectionLimits {
        packet_bytes: config.mqtt.max_packet_bytes,
        readings_per_second: config.mqtt.readings_per_second,
        burst_readings: config.mqtt.burst_readings,
        ..ConnectionLimits::default()
    };
    GatewayConfig {
        mqtt: config.mqtt.enabled.then(|| config.mqtt.entrance()),
        framed: framed.iter().filter(|door| door.enabled).map(|door| (door.protocol, door.entrance)).collect(),
        // Those that are wrong were refused when the configuration was read.
        modbus: config.modbus.iter().filter_map(|unit| unit.station().ok()).collect(),
        drop: config.drop.iter().filter_map(|own| own.folder().ok()).collect(),
        limits,
        sensorthings: Some(sensorthings(app)),
    }
}

/// SensorThings over MQTT knows its callers as SensorThings over HTTP does.
fn sensorthings(app: &App) -> SensorThingsDoor {
    let identity = app.identity.clone();
    let sign_in: Arc<SignIn> = Arc::new(move |token| {
        let identity = identity.clone();
        Box::pin(async move { Ok(identity.authenticate_token(&token, None).await?.principal) })
    });
    SensorThingsDoor { root: app.sensorthings_root().into(), sign_in }
}

/// Resolves at Ctrl-C or when the machine asks the program to end.
async fn interrupted() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}

fn start_background(
    app: &App,
    counters: Arc<GatewayCounters>,
    config: &Config,
    stopped: &watch::Receiver<bool>,
) -> JoinSet<()> {
    let (mut tasks, retention) = (JoinSet::new(), config.retention);
    for handler in handlers::all(app) {
        let dispatcher = Dispatcher::new(app.db.clone(), app.node.division, handler);
        let mut stopped = stopped.clone();
        tasks.spawn(async move {
            tokio::select! {
                () = dispatcher.run() => {}
                _ = stopped.wait_for(|stop| *stop) => {}
            }
        });
    }
    let second = Duration::from_secs(1);
    tasks.spawn(every(second, app, stopped, "series", |app| async move { app.series.tick().await }));
    tasks.spawn(every(second, app, stopped, "fences", |app| async move { app.fences.tick().await }));
    tasks.spawn(every(Duration::from_secs(5), app, stopped, "escalation", |app| async move {
        let drills = fengsui_server::sensing::running_drills(&app).await?;
        app.series.escalate(&drills).await
    }));
    tasks.spawn(every(
        second,
        app,
        stopped,
        "matters",
        |app| async move { app.matters.tick(app.db.now()).await.map(drop) },
    ));
    tasks.spawn(every(second, app, stopped, "messages", |app| async move { app.messenger.tick(app.db.now()).await }));
    tasks.spawn(every(Duration::from_hours(1), app, stopped, "sessions", |app| async move {
        app.identity.prune().await.map(drop)
    }));
    tasks.spawn(every(Duration::from_hours(1), app, stopped, "retention", move |app| async move {
        retention::run(&app.db, retention).await?;
        retention::imports(&app, retention).await
    }));
    tasks.spawn(every(Duration::from_hours(1), app, stopped, "checkpoints", |app| async move {
        app.traces.checkpoint().await.map(drop)
    }));
    tasks.spawn(every(Duration::from_mins(1), app, stopped, "keys", |app| async move { app.db.sealer().refresh() }));
    if app.db.sealer().describe().len() > 1 {
        // Values that were written with an older key while somebody rotated.
        let app = app.clone();
        tasks.spawn(async move {
            if let Err(fault) = seal::sweep(&app.db, app.registry.personal()).await {
                tracing::warn!(%fault, "sealing anew failed; the next start tries again");
            }
        });
    }
    tasks.spawn(every(Duration::from_secs(5), app, stopped, "figures", move |app| {
        let counters = Arc::clone(&counters);
        async move {
            figures(&app, &counters);
            for (handler, waiting) in set_aside::waiting(&app.db).await? {
                app.metrics.set_set_aside(&handler, waiting);
            }
            Ok(())
        }
    }));
    crate::pulls::start(config.pulls(), app, stopped, &mut tasks);
    tasks.spawn(live_values(app.clone(), stopped.clone()));
    tasks.spawn(job_progress(app.clone(), stopped.clone()));
    let jobs = app.jobs.clone();
    tasks.spawn(async move { jobs.run().await });
    let resumed = app.clone();
    tasks.spawn(async move {
        if let Err(fault) = fengsui_server::rule_templates::go_on(&resumed).await {
            tracing::warn!(%fault, "templates of rules are not in step; the next start tries again");
        }
    });
    tasks
}

/// Repeats a duty until the program stops; a failure is logged and tried again.
fn every<W, F>(
    period: Duration,
    app: &App,
    stopped: &watch::Receiver<bool>,
    name: &'static str,
    work: W,
) -> impl Future<Output = ()> + Send + use<W, F>
where
    W: Fn(App) -> F + Send + 'static,
    F: Future<Output = fengsui_kernel::Result<()>> + Send + 'static,
{
    repeat(period, app.clone(), stopped.clone(), name, work)
}

async fn repeat<W, F>(period: Duration, app: App, mut stopped: watch::Receiver<bool>, name: &'static str, work: W)
where
    W: Fn(App) -> F + Send + 'static,
    F: Future<Output = fengsui_kernel::Result<()>> + Send + 'static,
{
    let mut ticker = tokio::time::interval(period);
    ticker.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticker.tick() => {}
            _ = stopped.wait_for(|stop| *stop) => return,
        }
        // A task of its own: a panic must not silence the clocks for good.
        match tokio::spawn(work(app.clone())).await {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => tracing::warn!(%fault, duty = name, "a regular duty failed"),
            Err(panic) => tracing::error!(%panic, duty = name, "a regular duty broke off"),
        }
    }
}

fn figures(app: &App, counters: &GatewayCounters) {
    let framed = FramedProtocol::ALL.map(|protocol| (protocol.as_str(), counters.framed(protocol).figures()));
    let own = [
        ("mqtt", counters.mqtt.figures()),
        ("modbus", counters.modbus.door.figures()),
        ("drop", counters.drop.figures()),
    ];
    for (name, value) in app.series.frames().counters().figures() {
        app.metrics.set_gateway(&format!("frame_log_{name}"), value as f64);
    }
    app.metrics.set_gateway("modbus_exceptions", counters.modbus.exceptions() as f64);
    app.metrics.set_gateway("modbus_timeouts", counters.modbus.timeouts() as f64);
    for (door, figures) in own.into_iter().chain(framed) {
        let named = [
            ("open", figures.open),
            ("connections", figures.connections),
            ("refused", figures.refused),
            ("frames", figures.frames),
            ("rejected", figures.rejected),
            ("readings", figures.readings),
            ("quarantined", figures.quarantined),
            ("failed", figures.failed),
        ];
        for (name, value) in named {
            app.metrics.set_gateway(&format!("{door}_{name}"), value as f64);
        }
    }
}

/// Last values go to the screens in batches, not kept: the next one comes soon.
async fn live_values(app: App, mut stopped: watch::Receiver<bool>) {
    let mut live = app.series.live();
    loop {
        let batch = tokio::select! {
            batch = live.recv() => batch,
            _ = stopped.wait_for(|stop| *stop) => return,
        };
        match batch {
            Ok(values) => app.hub.send_values(values),
            Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
            Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
        }
    }
}

/// How far jobs are goes to the screens, not kept.
async fn job_progress(app: App, mut stopped: watch::Receiver<bool>) {
    let mut progress = app.jobs.progress();
    loop {
        let next = tokio::select! {
            next = progress.recv() => next,
            _ = stopped.wait_for(|stop| *stop) => return,
        };
        match next {
            Ok(progress) => app.hub.send_progress(progress),
            Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
            Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
        }
    }
}
