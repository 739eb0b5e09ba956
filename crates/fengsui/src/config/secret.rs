//! A text that is never shown.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What stands where a secret would.
const HIDDEN: &str = "********";

/// A password, or an address with one in it. Debug and Serialize show it redacted.
#[derive(Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    #[cfg(test)]
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// A URL keeps everything but its password; anything else is hidden altogether.
    fn redacted(&self) -> String {
        let Some((scheme, rest)) = self.0.split_once("://") else {
            return if self.0.starts_with("sqlite:") { self.0.clone() } else { HIDDEN.to_owned() };
        };
        // Parameters after `?` may hold a password, too.
        let rest = rest.split_once('?').map_or(rest.to_owned(), |(path, _)| format!("{path}?{HIDDEN}"));
        match rest.rsplit_once('@') {
            Some((user, host)) => {
                let user = user.split_once(':').map_or(user, |(name, _)| name);
                format!("{scheme}://{user}:{HIDDEN}@{host}")
            }
            None => format!("{scheme}://{rest}"),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.redacted())
    }
}

impl Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.redacted())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_shown_redacted() {
        let shown = |text: &str| format!("{:?}", Secret::new(text));
        assert_eq!(shown("hunter2"), "********");
        assert_eq!(shown("postgres://f:pa:s@s@db/f"), "postgres://f:********@db/f");
        assert_eq!(shown("postgres://db/f?password=x"), "postgres://db/f?********");
        assert_eq!(shown("sqlite:/srv/fengsui.db"), "sqlite:/srv/fengsui.db");
        assert_eq!(serde_json::to_string(&Secret::new("hunter2")).expect("JSON"), "\"********\"");
    }
}
