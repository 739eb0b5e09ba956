//! Names in both languages of the user interface.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The languages of the platform, Chinese first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum Locale {
    /// 简体中文.
    #[default]
    #[serde(rename = "zh-CN")]
    Chinese,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Locale {
    /// Reads an `Accept-Language` value; anything that does not start with English is Chinese.
    pub fn from_accept_language(header: &str) -> Self {
        if header.trim_start().to_ascii_lowercase().starts_with("en") { Self::English } else { Self::Chinese }
    }
}

/// A fixed text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Text {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

impl Text {
    /// Both texts.
    pub const fn new(zh: &'static str, en: &'static str) -> Self {
        Self { zh, en }
    }
}
