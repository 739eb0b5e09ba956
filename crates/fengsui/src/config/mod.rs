//! The configuration: defaults < file < environment < flags, every key documented, unknown keys refused.
//!
//! Each section is a struct of its own. `docs/config.schema.json` is generated from them
//! (`fengsui config schema`), so the doc comments here are what an administrator reads.

mod alarms;
mod check;
mod doors;
mod drop;
mod home;
mod load;
mod maps;
mod modbus;
mod number;
mod outward;
mod pull;
mod push;
mod secret;
mod settings;
mod show;
mod typed;
mod zone;

use std::path::PathBuf;

use anyhow::Context as _;
use fengsui_server::push::PushDoor;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use alarms::Alarms;
pub use doors::{FramedDoor, Gb26875, Hj212, Http, Jt808, Mqtt, Sl651};
pub use drop::Drop;
pub use home::{Frames, Identity, KeyFiles, Node, Retention, Storage};
pub use load::{Loaded, Overrides, load};
pub use maps::Map;
pub use modbus::Modbus;
pub use outward::{Mail, MailTls, Webhook};
pub use pull::Pull;
pub use push::Push;
pub use settings::settings;
pub use show::show;

/// Everything an installation may set. All keys have defaults; an empty file is a valid one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Roles of posts and their permissions; absent: those built in (see `config/roles.toml` of the source).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<PathBuf>,
    /// Deadlines, reminders and escalation of the processes; absent: those built in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processes: Option<PathBuf>,
    /// A directory of further boards, one TOML file each; one with the id of a built-in board takes its place (see
    /// `data/boards` of the source).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boards: Option<PathBuf>,
    /// This installation.
    pub node: Node,
    /// The web server: console, REST interface, feeds.
    pub http: Http,
    /// Where the data are kept.
    pub storage: Storage,
    /// The keys that seal personal data and sign the trace.
    pub keys: KeyFiles,
    /// The alarm desk: shelving and escalation.
    pub alarms: Alarms,
    /// Accounts, sessions and sign-in.
    pub identity: Identity,
    /// The MQTT door for gateways and devices.
    pub mqtt: Mqtt,
    /// The HJ 212 door for environmental loggers.
    pub hj212: Hj212,
    /// The SL 651 door for hydrological stations.
    pub sl651: Sl651,
    /// The JT/T 808 door for vehicle terminals.
    pub jt808: Jt808,
    /// The GB/T 26875.3 door for fire-alarm transmission devices.
    pub gb26875: Gb26875,
    /// The log of raw frames.
    pub frames: Frames,
    /// Modbus TCP units that are read at regular intervals: one table `[[modbus]]` each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modbus: Vec<Modbus>,
    /// Folders whose CSV and XLSX files are taken: one table `[[drop]]` each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drop: Vec<Drop>,
    /// Platforms that hand readings over as JSON of their own shape: one table `[[push]]` each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub push: Vec<Push>,
    /// Lists of other services that are fetched at regular intervals: one table `[[pull]]` each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pull: Vec<Pull>,
    /// Outgoing mail; without this section no mail is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<Mail>,
    /// Outgoing webhooks.
    pub webhook: Webhook,
    /// One Map: base maps beside the offline one.
    pub map: Map,
    /// How long data are kept.
    pub retention: Retention,
}

impl Config {
    /// The doors of the protocols of frames.
    pub fn framed_doors(&self) -> [FramedDoor; 4] {
        [(&self.hj212).into(), (&self.sl651).into(), (&self.jt808).into(), (&self.gb26875).into()]
    }
}

impl Config {
    /// The doors by mapping; those that are wrong were refused when the configuration was read.
    pub fn push_doors(&self) -> Vec<PushDoor> {
        self.push.iter().filter_map(|own| own.door().ok()).collect()
    }

    /// The lists that are fetched; those that are wrong were refused when the configuration was read.
    pub fn pulls(&self) -> Vec<crate::pulls::Pull> {
        self.pull.iter().filter_map(|own| own.source().ok()).collect()
    }

    /// The URL of the store: the one configured, or the file `fengsui.db` in the data directory.
    pub fn storage_url(&self) -> String {
        match &self.storage.url {
            Some(url) => url.reveal().to_owned(),
            None => format!("sqlite:{}", self.node.data_dir.join("fengsui.db").display()),
        }
    }

    /// Makes the data directory if there is none, for its owner only: personal data and secrets lie in it.
    pub fn make_data_dir(&self) -> anyhow::Result<()> {
        let data_dir = &self.node.data_dir;
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(data_dir).with_context(|| format!("cannot make the data directory {}", data_dir.display()))
    }

    /// Where the keys lie.
    pub fn keys_dir(&self) -> PathBuf {
        self.keys.directory.clone().unwrap_or_else(|| self.node.data_dir.join("keys"))
    }

    /// The file of the keys that seal personal data.
    pub fn sealing_key(&self) -> PathBuf {
        self.keys_dir().join("sealing.key")
    }

    /// The file of the key that signs the trace.
    pub fn signing_key(&self) -> PathBuf {
        self.keys_dir().join("signing.key")
    }

    /// Where the bytes of attachments lie.
    pub fn attachments_dir(&self) -> PathBuf {
        self.node.data_dir.join("attachments")
    }

    /// The JSON Schema of the configuration file.
    pub fn schema() -> serde_json::Value {
        let mut schema = schemars::schema_for!(Config).to_value();
        if let Some(object) = schema.as_object_mut() {
            object.insert("title".into(), "Fengsui configuration".into());
        }
        schema
    }

    /// The schema as it is committed and printed.
    pub fn schema_text() -> String {
        let mut text = serde_json::to_string_pretty(&Self::schema()).unwrap_or_default();
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::secret::Secret;
    use super::*;

    #[test]
    fn the_committed_schema_is_current() {
        let path = "../../docs/config.schema.json";
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(committed == Config::schema_text(), "run: fengsui config schema > docs/config.schema.json");
    }

    #[test]
    fn the_store_lies_in_the_data_directory_unless_named() {
        let mut config = Config::default();
        config.node.data_dir = "/srv/f".into();
        assert_eq!(config.storage_url(), "sqlite:/srv/f/fengsui.db");
        config.storage.url = Some(Secret::new("postgres://u:p@h/d"));
        assert_eq!(config.storage_url(), "postgres://u:p@h/d");
    }
}
