//! Who holds which post: identity's accounts joined with the ledger's posts and persons. Messages
//! find their recipients here.

use std::collections::HashMap;

use async_trait::async_trait;
use fengsui_command::{DrillProcess, DrillState};
use fengsui_events::Audience;
use fengsui_identity::{Identity, PostFacts};
use fengsui_kernel::id::MatterId;
use fengsui_kernel::{DivisionCode, Fault, Result};
use fengsui_matters::process::Process as _;
use fengsui_messaging::{Directory, Recipient};
use fengsui_registry::ground::Group;
use fengsui_registry::{Record, Registry};
use fengsui_storage::{Db, identity, matters, messages};

/// Matters lie this deep under their drill at most.
const DEEPEST: usize = 16;

/// What identity needs to know of a post's record.
pub async fn post_facts(registry: &Registry, id: &str) -> Result<PostFacts> {
    let record = registry.find_by_id(id).await?.filter(|record| record.kind == "post");
    let record = record.ok_or_else(|| Fault::field("posts", "unknown_post").with("value", id))?;
    facts_of(registry, &record).await
}

/// The same from the record itself.
pub async fn facts_of(registry: &Registry, record: &Record) -> Result<PostFacts> {
    let organisation = match record.text("organisation") {
        Some(code) => registry.find_by_code("organisation", code).await?,
        None => None,
    };
    // A post of an enterprise belongs to it even where only its organisation says so.
    let enterprise =
        record.enterprise.clone().or_else(|| organisation.as_ref().and_then(|found| found.enterprise.clone()));
    Ok(PostFacts {
        id: record.id.to_string(),
        code: record.code.clone(),
        title: record.text("title").unwrap_or(&record.name).to_owned(),
        organisation_id: organisation.as_ref().map(|found| found.id.to_string()),
        organisation_name: organisation.map(|found| found.name).unwrap_or_default(),
        division: record.division,
        role: record.text("role").unwrap_or("viewer").to_owned(),
        enterprise,
    })
}

/// The people behind audiences.
pub struct People {
    db: Db,
    registry: Registry,
    identity: Identity,
}

impl People {
    /// Over the engines that know people.
    pub fn new(db: Db, registry: Registry, identity: Identity) -> Self {
        Self { db, registry, identity }
    }

    async fn of_post(&self, post: &Record) -> Result<Vec<Recipient>> {
        let email = match post.text("person") {
            Some(code) => self.email(code).await?,
            None => None,
        };
        let holders = identity::posts::holders(&self.db, post.id.as_str()).await?;
        if holders.is_empty() {
            // A vacant seat is told of too: a preview must show whom nobody can reach.
            return Ok(vec![Recipient { name: post.name.clone(), email, ..Recipient::default() }]);
        }
        let recipient = |(user, name): (String, String)| Recipient {
            name: format!("{name}（{}）", post.text("title").unwrap_or(&post.name)),
            user: Some(user),
            email: email.clone(),
            ..Recipient::default()
        };
        Ok(holders.into_iter().map(recipient).collect())
    }

    async fn email(&self, person: &str) -> Result<Option<String>> {
        let person = self.registry.find_by_code("person", person).await?;
        Ok(person.and_then(|found| found.text("email").map(str::to_owned)).filter(|address| !address.is_empty()))
    }

    async fn of_posts(&self, posts: Vec<Record>) -> Result<Vec<Recipient>> {
        let mut all = Vec::new();
        for post in posts {
            all.extend(self.of_post(&post).await?);
        }
        Ok(all)
    }

    async fn of_person(&self, person: Record) -> Result<Recipient> {
        let email = person.text("email").filter(|address| !address.is_empty()).map(str::to_owned);
        let account = identity::users::of_person(&self.db, person.id.as_str()).await?.into_iter().next();
        Ok(Recipient { user: account.map(|(user, _)| user), name: person.name, email, ..Recipient::default() })
    }

    /// Members by name, and whoever the group's rule finds now.
    async fn of_group(&self, group: &Record) -> Result<Vec<Recipient>> {
        let Ok(group_of) = serde_json::from_value::<Group>(group.attributes.clone()) else {
            return Err(Fault::internal(format!("group {} cannot be read", group.id)));
        };
        let mut all = Vec::new();
        for code in &group_of.persons {
            if let Some(person) = self.registry.find_by_code("person", code).await? {
                all.push(self.of_person(person).await?);
            }
        }
        for code in &group_of.posts {
            if let Some(post) = self.registry.find_by_code("post", code).await? {
                all.extend(self.of_post(&post).await?);
            }
        }
        if !group_of.roles.is_empty() || !group_of.organisation_categories.is_empty() {
            all.extend(self.of_posts(self.by_rule(&group_of, group.division).await?).await?);
        }
        Ok(all)
    }

    async fn by_rule(&self, group: &Group, division: DivisionCode) -> Result<Vec<Record>> {
        let mut fitting = Vec::new();
        let mut categories: HashMap<String, Option<String>> = HashMap::new();
        for post in self.registry.posts_in(&[division]).await? {
            let role = post.text("role").unwrap_or_default();
            if !group.roles.is_empty() && !group.roles.iter().any(|wanted| wanted.as_str() == role) {
                continue;
            }
            let code = post.text("organisation").unwrap_or_default().to_owned();
            if !categories.contains_key(&code) {
                let found = self.registry.find_by_code("organisation", &code).await?;
                let category = found.and_then(|found| found.text("category").map(str::to_owned));
                categories.insert(code.clone(), category);
            }
            let category = categories.get(&code).cloned().flatten();
            let wanted = &group.organisation_categories;
            if wanted.is_empty() || wanted.iter().any(|wanted| Some(wanted.as_str()) == category.as_deref()) {
                fitting.push(post);
            }
        }
        Ok(fitting)
    }

    async fn of_role(&self, role: &str, division: DivisionCode) -> Result<Vec<Recipient>> {
        let mut all = self.of_posts(self.registry.posts_with_role(role, division).await?).await?;
        // The first administrator holds no post, and must hear of what only they can mend.
        for (user, name, over) in identity::posts::role_holders(&self.db, role).await? {
            if over.contains(&division) {
                all.push(Recipient { user: Some(user), name, ..Recipient::default() });
            }
        }
        Ok(all)
    }

    async fn subscribers(&self, list: &str) -> Result<Vec<Recipient>> {
        let found = messages::subscribers(&self.db, Some(list)).await?;
        let recipient = |subscriber: messages::Subscriber| {
            let webhook = subscriber.channel == "webhook";
            Recipient {
                name: subscriber.name,
                user: None,
                email: (!webhook).then(|| subscriber.address.clone()),
                webhook: webhook.then_some(subscriber.address),
                drills: subscriber.drills,
            }
        };
        Ok(found.into_iter().map(recipient).collect())
    }

    /// The accounts engine, for handlers that keep it in step with the ledger.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }
}

#[async_trait]
impl Directory for People {
    async fn resolve(&self, audience: &Audience) -> Result<Vec<Recipient>> {
        match audience {
            Audience::Post { id } => match self.registry.find_by_id(id).await?.filter(|record| record.kind == "post") {
                Some(post) => self.of_post(&post).await,
                None => Ok(Vec::new()),
            },
            Audience::Person { id } => {
                match self.registry.find_by_id(id).await?.filter(|record| record.kind == "person") {
                    Some(person) => Ok(vec![self.of_person(person).await?]),
                    None => Ok(Vec::new()),
                }
            }
            Audience::Role { role, division } => self.of_role(role, *division).await,
            Audience::Group { id } => match self.registry.find_by_id(id).await?.filter(|record| record.kind == "group")
            {
                Some(group) => self.of_group(&group).await,
                None => Ok(Vec::new()),
            },
            Audience::Area { divisions } => self.of_posts(self.registry.posts_in(divisions).await?).await,
            Audience::Subscribers { list } => self.subscribers(list).await,
        }
    }

    async fn places(&self, audience: &Audience) -> Result<Option<Vec<DivisionCode>>> {
        let (kind, id) = match audience {
            Audience::Post { id } => ("post", id),
            Audience::Person { id } => ("person", id),
            Audience::Group { id } => ("group", id),
            Audience::Role { role, division } => {
                return Ok(self.identity.roles().contains(role).then(|| vec![*division]));
            }
            Audience::Area { divisions } => {
                let known = self.registry.division_names(divisions).await?;
                return Ok((known.len() == divisions.len()).then(|| divisions.clone()));
            }
            Audience::Subscribers { .. } => return Ok(Some(Vec::new())),
        };
        let found = self.registry.find_by_id(id).await?.filter(|record| record.kind == kind);
        Ok(found.map(|record| vec![record.division]))
    }

    async fn participants(&self, matter: &MatterId) -> Result<Option<Vec<Audience>>> {
        let mut next = Some(matter.clone());
        for _ in 0..DEEPEST {
            let Some(id) = next else { return Ok(None) };
            let Some(row) = matters::get(&self.db, &id).await? else { return Ok(None) };
            if row.process == DrillProcess::NAME {
                let state: DrillState = serde_json::from_value(row.state)
                    .map_err(|error| Fault::internal(format!("state of drill {id}: {error}")))?;
                return Ok(Some(state.file().opening.participants.clone()));
            }
            next = row.parent;
        }
        Ok(None)
    }
}
