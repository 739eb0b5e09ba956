//! Rules that concern values and not their types. Every message names its key.

use fengsui_gateway::patterns_overlap;

use super::{Config, Http, Mail};

/// Everything wrong with a configuration that could be read.
pub(super) fn problems(config: &Config) -> Vec<String> {
    let mut problems = Vec::new();
    node(config, &mut problems);
    http(&config.http, &mut problems);
    doors(config, &mut problems);
    if let Some(mail) = &config.mail {
        check_mail(mail, &mut problems);
    }
    identity(config, &mut problems);
    alarms(config, &mut problems);
    problems.extend(config.map.problems());
    for (index, own) in config.drop.iter().enumerate() {
        let found = own.folder().err().unwrap_or_default();
        problems.extend(found.into_iter().map(|(key, what)| format!("drop.{index}.{key}: {what}")));
        let watched = config.drop.iter().take(index).enumerate().filter(|(_, other)| other.directory == own.directory);
        for (other, _) in watched.filter(|(_, other)| patterns_overlap(&other.pattern, &own.pattern)) {
            problems.push(format!("drop.{index}.pattern: drop.{other} watches files of the same names there"));
        }
    }
    for (index, unit) in config.modbus.iter().enumerate() {
        let found = unit.station().err().unwrap_or_default();
        problems.extend(found.into_iter().map(|(key, what)| format!("modbus.{index}.{key}: {what}")));
    }
    for (index, own) in config.push.iter().enumerate() {
        let found = own.door().err().unwrap_or_default();
        problems.extend(found.into_iter().map(|(key, what)| format!("push.{index}.{key}: {what}")));
        if config.push.iter().take(index).any(|other| other.name == own.name) {
            problems.push(format!("push.{index}.name: another table has this name"));
        }
    }
    for (index, own) in config.pull.iter().enumerate() {
        let found = own.source().err().unwrap_or_default();
        problems.extend(found.into_iter().map(|(key, what)| format!("pull.{index}.{key}: {what}")));
        if config.pull.iter().take(index).any(|other| other.name == own.name) {
            problems.push(format!("pull.{index}.name: another table has this name"));
        }
    }
    files(config, &mut problems);
    problems
}

fn alarms(config: &Config, problems: &mut Vec<String>) {
    let lengths = [
        ("alarms.longest_shelving_minutes", config.alarms.longest_shelving_minutes),
        ("alarms.longest_urgent_shelving_minutes", config.alarms.longest_urgent_shelving_minutes),
    ];
    // Longer than a day nobody remembers what lies there: that is a matter of taking out of service.
    for (key, _) in lengths.iter().filter(|(_, minutes)| !(1..=1440).contains(minutes)) {
        problems.push(format!("{key}: must be between 1 and 1440"));
    }
    if !(1..=366).contains(&config.alarms.longest_out_of_service_days) {
        problems.push("alarms.longest_out_of_service_days: must be between 1 and 366".into());
    }
    if !(-720..=840).contains(&config.alarms.utc_offset_minutes) {
        problems.push("alarms.utc_offset_minutes: must be between -720 and 840".into());
    }
    if config.alarms.escalation.iter().any(|step| step.after_minutes == 0) {
        problems.push("alarms.escalation: after_minutes must be at least 1".into());
    }
}

fn node(config: &Config, problems: &mut Vec<String>) {
    if config.node.name.trim().is_empty() {
        problems.push("node.name: must not be empty".into());
    }
    if let Some(url) = &config.storage.url {
        let known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| url.reveal().starts_with(scheme));
        if !known {
            problems.push("storage.url: must begin with sqlite: or postgres://".into());
        }
    }
    let data_dir = &config.node.data_dir;
    if data_dir.exists() && !data_dir.is_dir() {
        problems.push(format!("node.data_dir: {} is no directory", data_dir.display()));
    }
}

fn http(http: &Http, problems: &mut Vec<String>) {
    let Some(url) = &http.public_url else { return };
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if rest.is_none_or(|rest| rest.is_empty() || rest.starts_with('/')) {
        problems.push("http.public_url: must be an address such as https://yj.example.gov.cn".into());
    } else if url.starts_with("http://") && http.secure_cookies == Some(true) {
        problems.push("http.secure_cookies: nobody could sign in, since http.public_url has no TLS".into());
    }
}

fn doors(config: &Config, problems: &mut Vec<String>) {
    let framed = config.framed_doors();
    let mut doors = vec![
        ("http.listen".to_owned(), true, config.http.listen),
        ("mqtt.listen".to_owned(), config.mqtt.enabled, config.mqtt.listen),
    ];
    doors.extend(
        framed.iter().map(|door| (format!("{}.listen", door.protocol.as_str()), door.enabled, door.entrance.listen)),
    );
    let open: Vec<_> = doors.into_iter().filter(|(_, enabled, address)| *enabled && address.port() != 0).collect();
    for (index, (key, _, address)) in open.iter().enumerate() {
        for (other, _, taken) in open.iter().take(index) {
            let same = address.ip() == taken.ip() || address.ip().is_unspecified() || taken.ip().is_unspecified();
            if address.port() == taken.port() && same {
                problems.push(format!("{key}: {address} is already taken by {other}"));
            }
        }
    }
    let mut entrances = vec![("mqtt", config.mqtt.entrance())];
    entrances.extend(framed.iter().map(|door| (door.protocol.as_str(), door.entrance)));
    for (section, entrance) in entrances {
        if entrance.connections == 0 {
            problems.push(format!("{section}.max_connections: must be at least 1; close a door with enabled = false"));
        }
        if entrance.connections_per_address == 0 {
            problems.push(format!("{section}.max_connections_per_address: must be at least 1"));
        }
    }
    if !(1024..=16_777_216).contains(&config.mqtt.max_packet_bytes) {
        problems.push("mqtt.max_packet_bytes: must be between 1024 and 16777216".into());
    }
    for (name, value) in
        [("readings_per_second", config.mqtt.readings_per_second), ("burst_readings", config.mqtt.burst_readings)]
    {
        if value == 0 {
            problems.push(format!("mqtt.{name}: must be at least 1"));
        }
    }
}

fn check_mail(mail: &Mail, problems: &mut Vec<String>) {
    if mail.host.trim().is_empty() {
        problems.push("mail.host: must not be empty".into());
    }
    if !mail.from.contains('@') {
        problems.push("mail.from: must be a mail address".into());
    }
    match (&mail.username, &mail.password) {
        (Some(_), None) => problems.push("mail.password: is missing while mail.username is set".into()),
        (None, Some(_)) => problems.push("mail.username: is missing while mail.password is set".into()),
        _ => {}
    }
}

fn identity(config: &Config, problems: &mut Vec<String>) {
    let identity = &config.identity;
    let counts = [
        ("identity.session_hours", identity.session_hours),
        ("identity.idle_minutes", identity.idle_minutes),
        ("identity.failures_until_lock", identity.failures_until_lock),
        ("identity.failures_until_brake", identity.failures_until_brake),
        ("identity.parallel_hashes", identity.parallel_hashes),
    ];
    for (key, count) in counts {
        if count == 0 {
            problems.push(format!("{key}: must be at least 1"));
        }
    }
    if identity.lock_minutes > identity.longest_lock_minutes {
        problems.push("identity.lock_minutes: must not exceed identity.longest_lock_minutes".into());
    }
}

fn files(config: &Config, problems: &mut Vec<String>) {
    for (key, path) in [("roles", &config.roles), ("processes", &config.processes)] {
        let missing = path.as_ref().filter(|path| !path.is_file());
        problems.extend(missing.map(|path| format!("{key}: no file {}", path.display())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_sound() {
        assert_eq!(problems(&Config::default()), Vec::<String>::new());
    }

    #[test]
    fn finds_what_types_cannot() {
        let mut config = Config::default();
        config.hj212.listen = config.mqtt.listen;
        config.http.public_url = Some("yj.example".into());
        config.identity.idle_minutes = 0;
        config.roles = Some("/no/such/roles.toml".into());
        let found = problems(&config);
        for key in ["hj212.listen", "http.public_url", "identity.idle_minutes", "roles"] {
            assert!(found.iter().any(|problem| problem.starts_with(&format!("{key}: "))), "{key} in {found:?}");
        }
        assert_eq!(found.len(), 4, "{found:?}");
    }
}
