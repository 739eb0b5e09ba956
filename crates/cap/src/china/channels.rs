//! Texts per channel. The dialect has `code/method`; CAP 1.2 has parameters.

use serde::{Deserialize, Serialize};

use crate::model::{Info, NamedValue};

const TEXT_PREFIX: &str = "method:";
const AUDIENCE_PREFIX: &str = "audienceGrp:";

/// What one channel says, and to whom.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChannelText {
    /// Name of the channel: SMS, LED, SPEAKER, TV, BROADCAST, WEB, PHONE, FAX or another.
    pub channel: String,
    /// Its own text; empty when it uses the description.
    pub message: String,
    /// Identifiers of the recipient groups.
    pub audience_groups: Vec<String>,
}

/// The channel texts of an info block, in order.
pub fn channel_texts(info: &Info) -> Vec<ChannelText> {
    let mut texts = Vec::new();
    for parameter in &info.parameters {
        let Some(channel) = parameter.name.strip_prefix(TEXT_PREFIX) else {
            continue;
        };
        let groups = info.parameter(&format!("{AUDIENCE_PREFIX}{channel}"));
        texts.push(ChannelText {
            channel: channel.to_owned(),
            message: parameter.value.clone(),
            audience_groups: split_commas(groups.unwrap_or_default()),
        });
    }
    texts
}

/// Replaces the channel texts of an info block.
pub fn set_channel_texts(info: &mut Info, texts: &[ChannelText]) {
    let is_ours = |name: &str| name.starts_with(TEXT_PREFIX) || name.starts_with(AUDIENCE_PREFIX);
    info.parameters.retain(|parameter| !is_ours(&parameter.name));
    for text in texts {
        let name = format!("{TEXT_PREFIX}{}", text.channel);
        info.parameters.push(NamedValue::new(name, text.message.clone()));
        if !text.audience_groups.is_empty() {
            let name = format!("{AUDIENCE_PREFIX}{}", text.channel);
            info.parameters.push(NamedValue::new(name, text.audience_groups.join(",")));
        }
    }
}

/// Splits the comma lists of the dialect, Chinese commas included.
pub(super) fn split_commas(text: &str) -> Vec<String> {
    let items = text.split([',', '，']).map(str::trim);
    items.filter(|item| !item.is_empty()).map(str::to_owned).collect()
}
