//! The composition: which kinds, processes and channels this program is made of. A capability is
//! added or removed here, by one line.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use fengsui_command::{DrillProcess, IncidentProcess, OrderProcess, TaskProcess};
use fengsui_identity::{Bootstrapped, Identity, Roles, Settings, Vocabulary};
use fengsui_jobs::Jobs;
use fengsui_kernel::Fault;
use fengsui_matters::Engine as Matters;
use fengsui_matters::process::Process;
use fengsui_messaging::{Channels, EmailSender, EmailSettings, MailTls, Messenger, WebhookSender, WebhookSettings};
use fengsui_monitoring::fences::Fences;
use fengsui_registry::{KindSpec, Registry};
use fengsui_series::{SeriesEngine, SeriesSettings};
use fengsui_server::app::{App, Node, Parts};
use fengsui_server::basemap::Basemap;
use fengsui_server::people::People;
use fengsui_server::rule_templates::KeepTemplate;
use fengsui_server::stream::Hub;
use fengsui_storage::Db;
use fengsui_trace::Traces;
use fengsui_warning::WarningProcess;
use tokio::net::TcpListener;

use crate::config::{self, Config, Loaded};
use crate::{boards, demo, ground, shipped, signing, store};

/// Who acts and how long clocks run, unless the configuration names another file.
const PROCESSES: &str = include_str!("../config/processes.toml");

/// An open platform: the engines over one store, ready to be served.
pub struct Platform {
    /// What requests work on.
    pub app: App,
    /// The ledgers.
    pub registry: Registry,
    /// Accounts and rights.
    pub identity: Identity,
    /// Series and alarms.
    pub series: SeriesEngine,
    /// The administrator made at the very first start.
    pub first_administrator: Option<Bootstrapped>,
    /// The console's door, bound so that its address is known before anything is sent out.
    pub listener: TcpListener,
}

/// The kinds of this program: each domain says its own, in the order of the ledgers.
pub fn kinds() -> Vec<KindSpec> {
    [fengsui_registry::ground::kinds(), fengsui_monitoring::kinds::kinds(), fengsui_command::kinds::kinds()].concat()
}

impl Platform {
    /// Opens the store, checks the configuration, binds the console's door, starts the engines.
    pub async fn open(loaded: &Loaded) -> anyhow::Result<Self> {
        let config = &loaded.config;
        std::fs::create_dir_all(&config.node.data_dir)
            .with_context(|| format!("data directory {}", config.node.data_dir.display()))?;
        let listener = TcpListener::bind(config.http.listen)
            .await
            .with_context(|| format!("listening on {}", config.http.listen))?;
        let public_url = config.http.url(listener.local_addr()?);
        let db = store::open(config).await.map_err(fault)?;
        ground::ensure(&db).await?;
        let demonstration = demo::is_marked(&db).await?;
        let registry = Registry::open(db.clone(), kinds()).await.map_err(fault)?;
        let identity = Identity::new(db.clone(), roles(config)?, identity_settings(&config.identity));
        let first_administrator = identity.bootstrap().await.map_err(fault)?;
        let series = SeriesEngine::start(db.clone(), series_settings(config, &identity)?).await.map_err(fault)?;
        let matters = matters(&db, config, &identity)?;
        let people = Arc::new(People::new(db.clone(), registry.clone(), identity.clone()));
        let messenger = Messenger::new(db.clone(), people, channels(config)?, &public_url);
        let jobs = Jobs::builder(db.clone()).runner(KeepTemplate(series.clone()));
        let (jobs, imports) = fengsui_imports::install(jobs, registry.clone(), identity.clone(), &config.node.data_dir);
        let jobs = jobs.build();
        let node = Node {
            name: config.node.name.clone(),
            division: config.node.division,
            demonstration,
            public_url,
            secure_cookies: config.http.secure_cookies(),
            behind_proxy: config.http.trusted_proxy,
            metrics_token: config.http.metrics_token.as_ref().map(|token| token.reveal().to_owned()),
        };
        let parts = Parts {
            hub: Hub::start(db.clone()).await.map_err(fault)?,
            traces: Traces::new(db.clone(), &node.name).signed_by(signing::signer(&db, config).await.map_err(fault)?),
            db,
            identity: identity.clone(),
            registry: registry.clone(),
            imports: imports(jobs.clone()),
            jobs,
            fences: Fences::new(registry.clone(), series.clone()),
            boards: boards::open(config, &registry, &series)?,
            series: series.clone(),
            matters,
            messenger,
            basemap: basemap()?,
            base_maps: config.map.base_maps(),
            metrics: fengsui_server::metrics::Metrics::default(),
            limiter: fengsui_server::limiter::Limiter::default(),
            settings: config::settings(loaded)?,
            crowd: fengsui_server::crowd::Crowd::new(config.http.connections_per_address),
            push_doors: fengsui_server::push::PushDoors::new(config.push_doors()),
            pulls: config.pulls().iter().map(crate::pulls::Pull::info).collect(),
            feed: fengsui_warning::feed::Feed::default(),
            node,
        };
        Ok(Self { app: App::new(parts), registry, identity, series, first_administrator, listener })
    }
}

/// A fault of the start, for the terminal.
#[allow(clippy::needless_pass_by_value, reason = "used as `map_err(fault)`")]
pub fn fault(fault: Fault) -> anyhow::Error {
    anyhow!("{fault}")
}

fn vocabulary() -> Vocabulary {
    fn actions<P: Process>() -> Vec<&'static str> {
        P::descriptor().actions.iter().map(|action| action.name).collect()
    }
    Vocabulary::standard()
        .with_process(WarningProcess::NAME, &actions::<WarningProcess>())
        .with_process(IncidentProcess::NAME, &actions::<IncidentProcess>())
        .with_process(DrillProcess::NAME, &actions::<DrillProcess>())
        .with_process(TaskProcess::NAME, &actions::<TaskProcess>())
        .with_process(OrderProcess::NAME, &actions::<OrderProcess>())
}

/// The roles in force: the configured file, else those of the program.
pub fn roles(config: &Config) -> anyhow::Result<Roles> {
    let text = match &config.roles {
        Some(path) => std::fs::read_to_string(path).with_context(|| format!("roles {}", path.display()))?,
        None => fengsui_identity::roles::DEFAULT_ROLES.to_owned(),
    };
    Roles::parse(&text, &vocabulary()).map_err(|error| anyhow!("{error}"))
}

/// The matters engine with its checked configuration.
pub fn matters(db: &Db, config: &Config, identity: &Identity) -> anyhow::Result<Matters> {
    let text = match &config.processes {
        Some(path) => std::fs::read_to_string(path).with_context(|| format!("processes {}", path.display()))?,
        None => PROCESSES.to_owned(),
    };
    let known = identity.roles().views().into_iter().map(|role| role.name);
    let engine = Matters::builder(db.clone())
        .process::<WarningProcess>()
        .process::<IncidentProcess>()
        .process::<DrillProcess>()
        .process::<TaskProcess>()
        .process::<OrderProcess>()
        .roles(known)
        .attachments_under(&config.node.data_dir)
        .configure(&text)
        .and_then(fengsui_matters::Builder::build);
    engine.map_err(|error| anyhow!("{error}"))
}

fn series_settings(config: &Config, identity: &Identity) -> anyhow::Result<SeriesSettings> {
    let roles = identity.roles().views();
    let title = |name: &str| roles.iter().find(|role| role.name == name).map(|role| role.title.zh.clone());
    Ok(SeriesSettings {
        shelving: config.alarms.shelving(),
        longest_out_of_service_minutes: config.alarms.longest_out_of_service_days * 24 * 60,
        zone: config.alarms.zone()?,
        escalation: config.alarms.escalation(title)?,
        frames: config.frames.settings(),
        ..SeriesSettings::default()
    })
}

fn identity_settings(own: &config::Identity) -> Settings {
    Settings {
        session_hours: own.session_hours,
        idle_minutes: own.idle_minutes,
        failures_until_lock: own.failures_until_lock,
        failures_until_brake: own.failures_until_brake,
        lock_minutes: own.lock_minutes,
        longest_lock_minutes: own.longest_lock_minutes,
        issuer: own.issuer.clone(),
        parallel_hashes: own.parallel_hashes,
    }
}

fn channels(config: &Config) -> anyhow::Result<Channels> {
    let webhook = WebhookSettings { allow_private_addresses: config.webhook.allow_private_addresses };
    let channels = Channels::default().with("webhook", WebhookSender::new(webhook));
    let Some(mail) = &config.mail else { return Ok(channels) };
    let tls = match mail.tls {
        config::MailTls::None => MailTls::None,
        config::MailTls::StartTls => MailTls::StartTls,
        config::MailTls::Tls => MailTls::Tls,
    };
    let credentials = mail.username.clone().zip(mail.password.as_ref().map(|password| password.reveal().to_owned()));
    let settings =
        EmailSettings { host: mail.host.clone(), port: mail.port, tls, credentials, from: mail.from.clone() };
    Ok(channels.with("email", EmailSender::new(&settings).map_err(fault)?))
}

/// The base map is compressed once: every console asks for it.
fn basemap() -> anyhow::Result<Basemap> {
    let mut layers = BTreeMap::new();
    for (name, text) in shipped::basemap() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&text)?;
        layers.insert(name, encoder.finish()?);
    }
    Ok(Basemap::new(layers))
}
