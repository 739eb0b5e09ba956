//! Whom a message reaches, and how: each person once per channel, however many groups, posts and
//! areas name them.

use std::collections::{HashMap, HashSet};

use fengsui_events::{Audience, Channel, MessageRequest};
use fengsui_kernel::{Mode, Result};
use fengsui_storage::messages::NewDelivery;
use schemars::JsonSchema;
use serde::Serialize;

use crate::messenger::{Directory, Recipient};

/// The words in front of everything that a drill says.
pub const DRILL_MARK: &str = "【演练】";

/// Somebody as a preview shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reached {
    /// Name.
    pub name: String,
    /// The ways in which they would be told; empty when there is none.
    pub channels: Vec<Channel>,
    /// Which parts of the audience name them, by position.
    pub named_by: Vec<usize>,
}

/// Whom a message would reach.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Preview {
    /// People with at least one way.
    pub reachable: u64,
    /// People with none.
    pub unreachable: u64,
    /// Deliveries in the console.
    pub in_app: u64,
    /// Deliveries by e-mail.
    pub email: u64,
    /// Deliveries to web hooks.
    pub webhook: u64,
    /// Everybody, those who cannot be reached first.
    pub people: Vec<Reached>,
}

/// People found so far, to be found again.
#[derive(Default)]
struct Found {
    people: Vec<(Recipient, Vec<usize>)>,
    by_user: HashMap<String, usize>,
    by_email: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
}

impl Found {
    /// The account tells who is who, else the address, else the name.
    fn position(&self, person: &Recipient) -> Option<usize> {
        if let Some(known) = person.user.as_ref().and_then(|user| self.by_user.get(user)) {
            return Some(*known);
        }
        if let Some(email) = &person.email {
            let known = self.by_email.get(&email.to_lowercase()).copied();
            // A shared mailbox does not make two accounts one person.
            return known.filter(|known| person.user.is_none() || self.people[*known].0.user.is_none());
        }
        let nameless = person.user.is_none() && person.webhook.is_none();
        self.by_name.get(&person.name).copied().filter(|_| nameless)
    }

    fn add(&mut self, person: Recipient, part: usize) {
        let position = self.position(&person).unwrap_or(self.people.len());
        if position == self.people.len() {
            self.people.push((person.clone(), Vec::new()));
        }
        let (known, named_by) = &mut self.people[position];
        known.user = known.user.take().or(person.user);
        known.email = known.email.take().or(person.email);
        if named_by.last() != Some(&part) {
            named_by.push(part);
        }
        if let Some(user) = &known.user {
            self.by_user.insert(user.clone(), position);
        }
        if let Some(email) = &known.email {
            self.by_email.entry(email.to_lowercase()).or_insert(position);
        }
        if known.user.is_none() && known.email.is_none() && known.webhook.is_none() {
            self.by_name.insert(known.name.clone(), position);
        }
    }
}

/// Everybody whom an audience names; whoever is named twice is one.
async fn people(directory: &dyn Directory, audience: &[Audience]) -> Result<Vec<(Recipient, Vec<usize>)>> {
    let mut found = Found::default();
    for (part, named) in audience.iter().enumerate() {
        for person in directory.resolve(named).await? {
            found.add(person, part);
        }
    }
    Ok(found.people)
}

/// Who takes part in a drill: nobody else hears of it.
async fn participants(directory: &dyn Directory, request: &MessageRequest) -> Result<Option<HashSet<String>>> {
    if request.mode == Mode::Real {
        return Ok(None);
    }
    let Some(matter) = &request.matter else { return Ok(None) };
    let Some(audience) = directory.participants(matter).await? else { return Ok(None) };
    let people = people(directory, &audience).await?;
    Ok(Some(people.into_iter().filter_map(|(person, _)| person.user).collect()))
}

/// The deliveries that a request asks for, each address once per channel.
pub(crate) async fn deliveries(directory: &dyn Directory, request: &MessageRequest) -> Result<Vec<NewDelivery>> {
    let taking_part = participants(directory, request).await?;
    let mut seen = HashSet::new();
    let mut deliveries = Vec::new();
    for (person, _) in people(directory, &request.audience).await? {
        for (channel, address) in ways(&person, &request.channels, request.mode, taking_part.as_ref()) {
            let key = if channel == Channel::InApp {
                person.user.clone().unwrap_or_default()
            } else {
                address.to_lowercase()
            };
            if seen.insert((channel, key)) {
                deliveries.push(NewDelivery {
                    channel: channel.as_str(),
                    address,
                    recipient: person.name.clone(),
                    user: person.user.clone(),
                    receipt: hex::encode(rand::random::<[u8; 16]>()),
                });
            }
        }
    }
    deliveries.sort_by(|a, b| (a.channel, &a.user, &a.address).cmp(&(b.channel, &b.user, &b.address)));
    Ok(deliveries)
}

/// The ways in which a person is reached. A drill stays in the console and among those who take part;
/// it leaves the platform only towards subscribers that are set up for drills.
fn ways(
    person: &Recipient,
    channels: &[Channel],
    mode: Mode,
    taking_part: Option<&HashSet<String>>,
) -> Vec<(Channel, String)> {
    let drill = mode == Mode::Drill;
    let plays = |user: &String| !drill || taking_part.is_none_or(|users| users.contains(user));
    let mut ways = Vec::new();
    if person.user.as_ref().is_some_and(plays) {
        ways.push((Channel::InApp, String::new()));
    }
    if drill && !person.drills {
        return ways;
    }
    for channel in channels {
        let address = match channel {
            Channel::InApp => None,
            Channel::Email => person.email.as_deref(),
            Channel::Webhook => person.webhook.as_deref(),
        };
        ways.extend(address.map(|address| (*channel, address.to_owned())));
    }
    ways
}

/// Whom an audience reaches over some channels, before anything is sent.
pub(crate) async fn preview(
    directory: &dyn Directory,
    audience: &[Audience],
    channels: &[Channel],
    mode: Mode,
) -> Result<Preview> {
    let mut preview = Preview::default();
    for (person, named_by) in people(directory, audience).await? {
        let channels: Vec<Channel> =
            ways(&person, channels, mode, None).into_iter().map(|(channel, _)| channel).collect();
        for channel in &channels {
            match channel {
                Channel::InApp => preview.in_app += 1,
                Channel::Email => preview.email += 1,
                Channel::Webhook => preview.webhook += 1,
            }
        }
        if channels.is_empty() {
            preview.unreachable += 1;
        } else {
            preview.reachable += 1;
        }
        preview.people.push(Reached { name: person.name, channels, named_by });
    }
    preview.people.sort_by_key(|person| !person.channels.is_empty());
    Ok(preview)
}

/// What a drill says is marked in front, once, whoever wrote it.
pub(crate) fn marked(mode: Mode, text: &str) -> String {
    if mode == Mode::Drill && !text.starts_with(DRILL_MARK) { format!("{DRILL_MARK}{text}") } else { text.to_owned() }
}
