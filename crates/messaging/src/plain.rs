//! A message that a person writes: to whom, over which channels, and how many must confirm.

use fengsui_events::{Audience, Channel, ConfirmationRule, MessageRequest, Tone};
use fengsui_kernel::id::MessageId;
use fengsui_kernel::{DivisionCode, Fault, Mode, Place, Principal, Problems, Result};
use fengsui_storage::messages;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::messenger::Messenger;
use crate::reach::{self, Preview};

/// The most parts of an audience.
const MOST_PARTS: usize = 100;
/// A day: who has not confirmed by then is called.
const LONGEST_MINUTES: u32 = 24 * 60;

/// Whom a message would go to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AudienceDraft {
    /// Who.
    pub audience: Vec<Audience>,
    /// How; the console is always used for those with an account.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// Real or drill.
    #[serde(default)]
    pub mode: Mode,
}

/// A message to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageDraft {
    /// A name that the sender makes up, so that sending it twice sends it once.
    pub request: String,
    /// Subject line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// Where it belongs: decides who may read how far it came.
    pub division: DivisionCode,
    /// Who.
    pub audience: Vec<Audience>,
    /// How; the console is always used for those with an account.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// How loud.
    #[serde(default)]
    pub tone: Tone,
    /// Real or drill.
    #[serde(default)]
    pub mode: Mode,
    /// What must be confirmed.
    #[serde(default)]
    pub confirmation: Option<ConfirmationRule>,
}

impl MessageDraft {
    fn check(&self) -> Result<()> {
        let mut problems = Problems::default();
        for (field, text, most) in
            [("subject", &self.subject, 200), ("body", &self.body, 5000), ("request", &self.request, 64)]
        {
            match text.trim().chars().count() {
                0 => problems.push(Fault::field(field, "required")),
                length if length > most => {
                    problems.push(Fault::field(field, "too_long").with("max", &most.to_string()));
                }
                _ => {}
            }
        }
        audience_shape("audience", &self.audience, true, &mut problems);
        if let Some(rule) = &self.confirmation {
            if !(1..=LONGEST_MINUTES).contains(&rule.within_minutes) {
                let max = LONGEST_MINUTES.to_string();
                problems.push(
                    Fault::field("confirmation.within_minutes", "out_of_range").with("min", "1").with("max", &max),
                );
            }
            if rule.count == Some(0) {
                problems.push(Fault::field("confirmation.count", "too_small").with("min", "1"));
            }
            audience_shape("confirmation.escalate_to", &rule.escalate_to, false, &mut problems);
        }
        problems.into_result()
    }

    fn into_request(self) -> MessageRequest {
        MessageRequest {
            key: format!("plain:{}", self.request.trim()),
            mode: self.mode,
            matter: None,
            division: Some(self.division),
            subject: self.subject.trim().replace(['\r', '\n'], " "),
            body: self.body.trim().to_owned(),
            facts: std::collections::BTreeMap::new(),
            audience: self.audience,
            channels: self.channels,
            tone: self.tone,
            confirmation: self.confirmation,
        }
    }
}

fn audience_shape(field: &str, audience: &[Audience], needed: bool, problems: &mut Problems) {
    if needed && audience.is_empty() {
        problems.push(Fault::field(field, "required"));
    }
    if audience.len() > MOST_PARTS {
        problems.push(Fault::field(field, "too_many").with("max", &MOST_PARTS.to_string()));
    }
    if audience.iter().any(|part| matches!(part, Audience::Subscribers { .. })) {
        // The outside world hears warnings, which somebody approved, and nothing else.
        problems.push(Fault::field(field, "subscribers_get_warnings_only"));
    }
}

impl Messenger {
    /// Whom an audience reaches, before anything is sent.
    pub async fn preview(&self, caller: &Principal, draft: &AudienceDraft) -> Result<Preview> {
        let mut problems = Problems::default();
        audience_shape("audience", &draft.audience, false, &mut problems);
        problems.into_result()?;
        self.within_reach(caller, "audience", &draft.audience).await?;
        // Nobody is reached by a way that the platform has not got.
        let channels: Vec<Channel> = draft.channels.iter().copied().filter(|channel| self.has(*channel)).collect();
        reach::preview(self.directory(), &draft.audience, &channels, draft.mode).await
    }

    /// Sends what a person wrote. Answers once it is durable; the same `request` of the same sender
    /// is sent once.
    pub async fn send_plain(&self, caller: &Principal, draft: MessageDraft, why: Option<String>) -> Result<MessageId> {
        draft.check()?;
        caller.require("create", "message", &Place::of(draft.division))?;
        self.within_reach(caller, "audience", &draft.audience).await?;
        if let Some(rule) = &draft.confirmation {
            self.within_reach(caller, "confirmation.escalate_to", &rule.escalate_to).await?;
        }
        let audience = serde_json::json!(draft.audience);
        let mut request = draft.into_request();
        // Two senders may make up the same name.
        request.key = format!("{}:{}", request.key, caller.actor.key());
        let deliveries = reach::deliveries(self.directory(), &request).await?;
        let acting = caller.acting(self.db().now(), why);
        if let Some(id) = self.accept_as(acting, &request, &deliveries, Some(&audience)).await? {
            return Ok(id);
        }
        let known = messages::by_key(self.db(), &request.key).await?;
        known.ok_or_else(|| Fault::internal(format!("message {} was neither new nor known", request.key)))
    }

    /// Whoever writes to people must be allowed to where they are.
    async fn within_reach(&self, caller: &Principal, field: &str, audience: &[Audience]) -> Result<()> {
        caller.scopes("create", "message")?;
        for (position, part) in audience.iter().enumerate() {
            let Some(divisions) = self.directory().places(part).await? else {
                return Err(Fault::field(&format!("{field}[{position}]"), "unknown_reference").into());
            };
            for division in divisions {
                caller.require("create", "message", &Place::of(division))?;
            }
        }
        Ok(())
    }
}
