//! Who holds which post: identity's accounts joined with the ledger's posts and persons. Messages
//! find their recipients here.

use async_trait::async_trait;
use fengsui_events::Audience;
use fengsui_identity::{Identity, PostFacts};
use fengsui_kernel::{DivisionCode, Fault, Result};
use fengsui_messaging::{Directory, Recipient};
use fengsui_registry::{Record, Registry};
use fengsui_storage::{Db, identity, messages};

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
            let nobody =
                email.map(|email| Recipient { name: post.name.clone(), user: None, email: Some(email), webhook: None });
            return Ok(nobody.into_iter().collect());
        }
        let recipient = |(user, name): (String, String)| Recipient {
            name: format!("{name}（{}）", post.text("title").unwrap_or(&post.name)),
            user: Some(user),
            email: email.clone(),
            webhook: None,
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

    async fn of_role(&self, role: &str, division: DivisionCode) -> Result<Vec<Recipient>> {
        self.of_posts(self.registry.posts_with_role(role, division).await?).await
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
                let person = self.registry.find_by_id(id).await?.filter(|record| record.kind == "person");
                let Some(person) = person else { return Ok(Vec::new()) };
                let email = person.text("email").filter(|address| !address.is_empty()).map(str::to_owned);
                let account = identity::users::of_person(&self.db, person.id.as_str()).await?.into_iter().next();
                let user = account.map(|(user, _)| user);
                Ok(vec![Recipient { name: person.name, user, email, webhook: None }])
            }
            Audience::Role { role, division } => self.of_role(role, *division).await,
            Audience::Area { divisions } => self.of_posts(self.registry.posts_in(divisions).await?).await,
            Audience::Subscribers { list } => self.subscribers(list).await,
        }
    }
}
