//! Tells where the demonstration is and who may sign in.

use std::collections::BTreeMap;

use anyhow::Result;
use fengsui_gateway::FramedProtocol;
use serde::Serialize;

use super::accounts::DemoAccount;
use crate::config::Config;
use crate::output::{Out, json_line};
use crate::ready::Bound;

const NAMES: [(FramedProtocol, &str); 4] = [
    (FramedProtocol::Hj212, "HJ 212"),
    (FramedProtocol::Sl651, "SL 651"),
    (FramedProtocol::Jt808, "JT/T 808"),
    (FramedProtocol::Gb26875, "GB 26875"),
];

#[derive(Serialize)]
struct Announcement<'a> {
    url: String,
    mqtt: Option<String>,
    #[serde(flatten)]
    framed: BTreeMap<&'static str, Option<String>>,
    accounts: &'a [DemoAccount],
}

/// Prints one line of JSON, or a text with a table.
pub(super) fn print(out: Out<'_>, config: &Config, bound: Bound, accounts: &[DemoAccount], json: bool) -> Result<()> {
    let url = config.http.url(bound.http);
    let mqtt = bound.mqtt.map(|address| address.to_string());
    let address = |protocol| bound.at(protocol).map(|address| address.to_string());
    let framed: BTreeMap<_, _> = FramedProtocol::ALL.map(|protocol| (protocol.as_str(), address(protocol))).into();
    if json {
        json_line(out, &Announcement { url, mqtt, framed, accounts })?;
        out.flush()?;
        return Ok(());
    }
    let closed = || "closed".to_owned();
    writeln!(out, "\n烽燧 Fengsui 演示 demonstration: invented enterprises, published simulation data\n")?;
    writeln!(out, "  console  {url}")?;
    writeln!(out, "  MQTT     {}", mqtt.unwrap_or_else(closed))?;
    for (protocol, name) in NAMES {
        writeln!(out, "  {name:8} {}", address(protocol).unwrap_or_else(closed))?;
    }
    writeln!(out, "  data     {}\n", config.node.data_dir.display())?;
    let width = accounts.iter().map(|account| account.user.len()).max().unwrap_or_default();
    writeln!(out, "  {:width$}  {:19}  post", "user", "password")?;
    for account in accounts {
        let (user, password) = (&account.user, &account.password);
        writeln!(out, "  {user:width$}  {password:19}  {} ({})", account.title, account.name)?;
    }
    writeln!(out, "\n  Begin with duty.lingwu; the first alarm comes within a minute. Ctrl-C ends.\n")?;
    out.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(json: bool) -> String {
        let account = DemoAccount {
            user: "duty.lingwu".into(),
            password: "abcd-efgh-jkmn-pqrs".into(),
            post: "DEMO-POST-021".into(),
            name: "示例·张敏".into(),
            title: "灵武市值班员".into(),
        };
        let http = "127.0.0.1:41234".parse().expect("an address");
        let bound = Bound { http, mqtt: Some(http), framed: [None; 4] };
        let mut out = Vec::new();
        print(&mut out, &Config::default(), bound, &[account], json).expect("output");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn one_line_of_json_holds_everything() {
        let text = printed(true);
        assert_eq!(text.lines().count(), 1);
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value["url"], "http://127.0.0.1:41234");
        assert_eq!(value["hj212"], serde_json::Value::Null);
        assert_eq!(value["accounts"][0]["title"], "灵武市值班员");
    }

    #[test]
    fn the_table_names_url_and_accounts() {
        let text = printed(false);
        assert!(text.contains("console  http://127.0.0.1:41234"), "{text}");
        assert!(text.contains("duty.lingwu  abcd-efgh-jkmn-pqrs  灵武市值班员 (示例·张敏)"), "{text}");
        assert!(text.contains("HJ 212   closed"), "{text}");
    }
}
