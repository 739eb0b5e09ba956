//! Values of flags and variables are text; the key says what they are meant to be.

use std::sync::LazyLock;

use figment::value::Value;
use serde_json::Value as Json;

use super::{Config, Mail, MailTls};

/// A configuration in which every key that is no text is present.
static EXAMPLE: LazyLock<Json> = LazyLock::new(|| {
    let mut config = Config::default();
    config.http.secure_cookies = Some(false);
    config.mail = Some(Mail {
        host: String::new(),
        port: 25,
        tls: MailTls::None,
        username: None,
        password: None,
        from: String::new(),
    });
    serde_json::to_value(config).unwrap_or_default()
});

/// The value of a key: a number or a truth value where the key holds one, text everywhere else.
///
/// So a password of digits stays what it is, and so does a division code.
pub(super) fn typed(key: &str, value: &str) -> Value {
    let text = || Value::from(value);
    match EXAMPLE.pointer(&format!("/{}", key.replace('.', "/"))) {
        Some(Json::Bool(_)) => value.parse::<bool>().map_or_else(|_| text(), Value::from),
        Some(Json::Number(number)) if number.is_f64() => value.parse::<f64>().map_or_else(|_| text(), Value::from),
        Some(Json::Number(_)) => value.parse::<i64>().map_or_else(|_| text(), Value::from),
        _ => text(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_decides() {
        assert_eq!(typed("mqtt.enabled", "false"), Value::from(false));
        assert_eq!(typed("mqtt.enabled", "maybe"), Value::from("maybe"));
        assert_eq!(typed("mail.port", "2525"), Value::from(2525));
        assert_eq!(typed("mail.password", "007"), Value::from("007"));
        assert_eq!(typed("node.division", "640181000000"), Value::from("640181000000"));
        assert_eq!(typed("retention.events_days", "8"), Value::from(8));
        assert_eq!(typed("http.listen", "127.0.0.1:0"), Value::from("127.0.0.1:0"));
    }
}
