//! What requests work on: the engines and the node's own facts.

use std::sync::Arc;

use fengsui_identity::Identity;
use fengsui_imports::Imports;
use fengsui_jobs::Jobs;
use fengsui_kernel::DivisionCode;
use fengsui_matters::Engine as Matters;
use fengsui_messaging::Messenger;
use fengsui_monitoring::boards::Boards;
use fengsui_monitoring::fences::Fences;
use fengsui_registry::Registry;
use fengsui_storage::Db;
use fengsui_trace::Traces;
use fengsui_warning::feed::Feed;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::base_maps::BaseMaps;
use crate::basemap::Basemap;
use crate::crowd::Crowd;
use crate::limiter::Limiter;
use crate::metrics::Metrics;
use crate::push::PushDoors;
use crate::stream::Hub;

/// Facts of the node that screens show. Not `Debug`: it would print the token.
#[derive(Clone)]
pub struct Node {
    /// Name of the bureau or node.
    pub name: String,
    /// Where it works.
    pub division: DivisionCode,
    /// Whether it shows the demo region; a banner says so.
    pub demonstration: bool,
    /// Address under which others reach it.
    pub public_url: String,
    /// Whether cookies are sent over HTTPS only.
    pub secure_cookies: bool,
    /// The proxy whose `X-Forwarded-For` is believed.
    pub behind_proxy: Option<std::net::IpAddr>,
    /// What must be shown to read the figures from another machine.
    pub metrics_token: Option<String>,
}

/// One key of the configuration in force.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Setting {
    /// The key, such as `http.listen`.
    pub key: String,
    /// What it is for, in Chinese.
    pub description_zh: String,
    /// What it is for, in English.
    pub description_en: String,
    /// The value in force, secrets redacted; absent where nothing is set.
    pub value: Option<Value>,
    /// The default; absent where there is none.
    pub default: Option<Value>,
    /// Whether the value is not the default.
    pub differs: bool,
    /// Where it was set: a file, a variable of the environment, the command line.
    pub source: Option<String>,
}

/// A list that is fetched from another service, as screens name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullInfo {
    /// Its name.
    pub name: String,
    /// What it holds: `earthquakes`, `hotspots`.
    pub format: &'static str,
    /// The host it comes from; the rest of the address may hold a key.
    pub host: String,
    /// Seconds from one fetch to the next.
    pub interval_seconds: u64,
}

/// The parts, put together by the binary.
pub struct Parts {
    /// The store.
    pub db: Db,
    /// Accounts and rights.
    pub identity: Identity,
    /// Ledgers.
    pub registry: Registry,
    /// Long work.
    pub jobs: Jobs,
    /// Sheets on their way into ledgers.
    pub imports: Imports,
    /// Series, rules, alarms.
    pub series: fengsui_series::SeriesEngine,
    /// Fences of vehicles.
    pub fences: Fences,
    /// Boards of the sectors.
    pub boards: Boards,
    /// Matters.
    pub matters: Matters,
    /// Messages.
    pub messenger: Messenger,
    /// The trace.
    pub traces: Traces,
    /// Live stream.
    pub hub: Hub,
    /// Offline base map.
    pub basemap: Basemap,
    /// Base maps beside the offline one.
    pub base_maps: BaseMaps,
    /// Counters.
    pub metrics: Metrics,
    /// Attempts per address.
    pub limiter: Limiter,
    /// The configuration in force.
    pub settings: Vec<Setting>,
    /// Streams per address.
    pub crowd: Crowd,
    /// Doors for platforms of third parties.
    pub push_doors: PushDoors,
    /// Lists that are fetched from others.
    pub pulls: Vec<PullInfo>,
    /// The public feed of warnings.
    pub feed: Feed,
    /// Facts of the node.
    pub node: Node,
}

/// Shared by all requests. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

impl App {
    /// Shares the parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// The address of the root of SensorThings, without a slash at its end.
    pub fn sensorthings_root(&self) -> String {
        format!("{}{}", self.node.public_url.trim_end_matches('/'), crate::sensorthings::ROOT)
    }

    /// Name of a division; its code where the table does not know it.
    pub async fn division_name(&self, code: &DivisionCode) -> fengsui_kernel::Result<String> {
        let names = self.registry.division_names(std::slice::from_ref(code)).await?;
        Ok(names.into_iter().next().map_or_else(|| code.to_string(), |(_, name)| name))
    }
}
