//! From request to confirmation, on every store.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use fengsui_events::{Audience, Channel, ConfirmationRule, Event, MessageRequest, Tone};
use fengsui_kernel::id::MatterId;
use fengsui_kernel::{Acting, Actor, DivisionCode, Mode, PageQuery, Principal, Result, Scope};
use fengsui_messaging::{
    AudienceDraft, Channels, Directory, Failure, MessageDraft, Messenger, Outside, Recipient, Sender,
};
use fengsui_storage::messages::Delivery;
use fengsui_storage::testkit::TestStore;
use fengsui_storage::{events, on_every_store, traces};
use jiff::SignedDuration;
use tokio::sync::Semaphore;

struct TwoPeople;

#[async_trait]
impl Directory for TwoPeople {
    async fn resolve(&self, audience: &Audience) -> Result<Vec<Recipient>> {
        let person = |name: &str| Recipient {
            name: name.to_owned(),
            user: Some(format!("user-{name}")),
            email: Some(format!("{name}@example.org")),
            ..Recipient::default()
        };
        Ok(match audience {
            Audience::Post { id } => vec![person(id)],
            Audience::Role { .. } => vec![person("chief")],
            Audience::Subscribers { .. } => vec![hook("radio", false), hook("rehearsal", true)],
            // Both already told as posts, one by another spelling of the same address, and somebody unreachable.
            Audience::Group { .. } => vec![
                person("a"),
                Recipient { name: "b again".into(), email: Some("B@example.org".into()), ..Recipient::default() },
                Recipient { name: "空岗".into(), ..Recipient::default() },
            ],
            _ => vec![],
        })
    }

    async fn places(&self, audience: &Audience) -> Result<Option<Vec<DivisionCode>>> {
        Ok(match audience {
            Audience::Role { division, .. } => Some(vec![*division]),
            Audience::Post { id } if id == "nowhere" => None,
            _ => Some(vec!["640181".parse().expect("a code")]),
        })
    }

    async fn participants(&self, matter: &MatterId) -> Result<Option<Vec<Audience>>> {
        Ok((matter.to_string() == IN_A_DRILL).then(|| vec![Audience::Post { id: "b".into() }]))
    }
}

/// A matter of a drill in which only `b` takes part.
const IN_A_DRILL: &str = "01990000-0000-7000-8000-00000000dd01";

fn hook(name: &str, drills: bool) -> Recipient {
    Recipient { name: name.into(), webhook: Some(format!("http://{name}.invalid/")), drills, ..Recipient::default() }
}

/// Fails in passing as often as told, then delivers.
#[derive(Clone)]
struct Flaky {
    failures: Arc<AtomicU32>,
}

#[async_trait]
impl Sender for Flaky {
    async fn send(&self, delivery: &Delivery, receipt_url: &str) -> std::result::Result<Outside, Failure> {
        let door = if delivery.channel == "email" { "receipt" } else { "api/v1/receipts" };
        assert!(receipt_url.starts_with(&format!("https://fengsui.example/{door}/")), "{receipt_url}");
        if self.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            return Err(Failure::Passing("no line".into()));
        }
        Ok(Outside::Delivered)
    }
}

fn messenger(store: &TestStore, failures: u32) -> Messenger {
    let flaky = Flaky { failures: Arc::new(AtomicU32::new(failures)) };
    let channels = Channels::default().with("email", flaky.clone()).with("webhook", flaky);
    Messenger::new(store.db.clone(), Arc::new(TwoPeople), channels, "https://fengsui.example/")
}

fn request(mode: Mode, confirmation: Option<ConfirmationRule>) -> MessageRequest {
    MessageRequest {
        key: "warning:1:published".into(),
        mode,
        matter: None,
        division: Some("640181".parse().expect("a code")),
        subject: "橙色预警".into(),
        body: "请立即行动".into(),
        facts: BTreeMap::new(),
        audience: vec![
            Audience::Post { id: "a".into() },
            Audience::Post { id: "b".into() },
            Audience::Subscribers { list: "warnings".into() },
        ],
        channels: vec![Channel::InApp, Channel::Email, Channel::Webhook],
        tone: Tone::Urgent,
        confirmation,
    }
}

fn user(name: &str) -> Principal {
    let mut principal = Principal::system("test");
    principal.actor = Actor::User { id: format!("user-{name}"), name: name.into(), post: None };
    principal
}

/// A second passes, and all that it began to send ends.
async fn tick(messenger: &Messenger, store: &TestStore) -> Result<()> {
    messenger.tick(store.clock_now()).await?;
    messenger.idle().await;
    Ok(())
}

async fn deliveries(messenger: &Messenger) -> Vec<Delivery> {
    messenger.list(&Principal::system("test"), None, &PageQuery::default()).await.expect("a list").items
}

fn count(list: &[Delivery], channel: &str, state: &str) -> usize {
    list.iter().filter(|delivery| delivery.channel == channel && delivery.state == state).count()
}

on_every_store!(reaches_everybody_once_and_retries, |store: TestStore| async move {
    let messenger = messenger(&store, 2);
    messenger.accept(&request(Mode::Real, None)).await.expect("accepted");
    messenger.accept(&request(Mode::Real, None)).await.expect("the same key again");
    let list = deliveries(&messenger).await;
    assert_eq!((list.len(), count(&list, "in_app", "sent"), count(&list, "email", "queued")), (6, 2, 2));

    tick(&messenger, &store).await.expect("a first try");
    let waiting = deliveries(&messenger).await.iter().filter(|delivery| delivery.state == "queued").count();
    assert_eq!(waiting, 2, "two tries failed in passing");
    tick(&messenger, &store).await.expect("nothing is due yet");
    store.clock.advance(SignedDuration::from_secs(6));
    tick(&messenger, &store).await.expect("the second try");
    let list = deliveries(&messenger).await;
    assert_eq!((count(&list, "email", "delivered"), count(&list, "webhook", "delivered")), (2, 2));
    assert!(list.iter().any(|delivery| delivery.attempts == 2));
});

/// The receiver `slow` answers when it is told to; the others at once.
#[derive(Clone)]
struct OneSlow {
    gate: Arc<Semaphore>,
    at_once: Arc<AtomicU32>,
    most: Arc<AtomicU32>,
}

#[async_trait]
impl Sender for OneSlow {
    async fn send(&self, delivery: &Delivery, _receipt_url: &str) -> std::result::Result<Outside, Failure> {
        if delivery.address.contains("slow") {
            let now = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            self.gate.acquire().await.expect("open").forget();
            self.at_once.fetch_sub(1, Ordering::SeqCst);
        }
        Ok(Outside::Delivered)
    }
}

struct ManyReceivers;

#[async_trait]
impl Directory for ManyReceivers {
    async fn resolve(&self, audience: &Audience) -> Result<Vec<Recipient>> {
        let Audience::Subscribers { list } = audience else { return Ok(vec![]) };
        let webhook = |address: String| Recipient {
            name: address.clone(),
            user: None,
            email: None,
            webhook: Some(format!("http://{address}.invalid/")),
            drills: false,
        };
        Ok(if list == "slow" {
            vec![webhook("slow".into())]
        } else {
            (0..100).map(|n| webhook(format!("quick{n}"))).collect()
        })
    }

    async fn places(&self, _: &Audience) -> Result<Option<Vec<DivisionCode>>> {
        Ok(None)
    }

    async fn participants(&self, _: &MatterId) -> Result<Option<Vec<Audience>>> {
        Ok(None)
    }
}

on_every_store!(a_slow_receiver_delays_nobody, |store: TestStore| async move {
    let slow = OneSlow { gate: Arc::new(Semaphore::new(0)), at_once: Arc::default(), most: Arc::default() };
    let channels = Channels::default().with("webhook", slow.clone());
    let messenger = Messenger::new(store.db.clone(), Arc::new(ManyReceivers), channels, "https://fengsui.example/");
    for number in 0..100 {
        let audience = vec![Audience::Subscribers { list: "slow".into() }];
        let request = MessageRequest { key: format!("slow:{number}"), audience, ..request(Mode::Real, None) };
        messenger.accept(&request).await.expect("accepted");
    }
    let audience = vec![Audience::Subscribers { list: "quick".into() }];
    let quick = MessageRequest { key: "quick".into(), audience, ..request(Mode::Real, None) };
    messenger.accept(&quick).await.expect("accepted");

    messenger.tick(store.clock_now()).await.expect("does not wait for the slow one");
    let delivered = async || {
        let page = PageQuery { limit: Some(500), cursor: None };
        count(
            &messenger.list(&Principal::system("test"), None, &page).await.expect("a list").items,
            "webhook",
            "delivered",
        )
    };
    for _ in 0..10_000 {
        if delivered().await == 100 {
            break;
        }
        tokio::task::yield_now().await;
        messenger.tick(store.clock_now()).await.expect("a tick");
    }
    assert_eq!(delivered().await, 100, "all the quick ones, while the slow one still waits");
    slow.gate.add_permits(100);
    while delivered().await < 200 {
        tick(&messenger, &store).await.expect("a tick");
    }
    assert!(slow.most.load(Ordering::SeqCst) <= 4, "never more than four at once");
});

on_every_store!(drills_stay_in_the_console, |store: TestStore| async move {
    let messenger = messenger(&store, 0);
    messenger.accept(&request(Mode::Drill, None)).await.expect("accepted");
    let list = deliveries(&messenger).await;
    assert!(list.iter().all(|delivery| delivery.mode == "drill" && delivery.subject == "【演练】橙色预警"));
    let outside: Vec<&str> =
        list.iter().filter(|delivery| delivery.channel != "in_app").map(|one| one.recipient.as_str()).collect();
    assert_eq!(outside, ["rehearsal"], "only the subscriber that is set up for drills");
    assert_eq!(list.len(), 3, "two in the console");
});

on_every_store!(only_those_who_take_part_hear_of_a_drill, |store: TestStore| async move {
    let messenger = messenger(&store, 0);
    let matter = Some(IN_A_DRILL.parse().expect("an id"));
    messenger.accept(&MessageRequest { matter, ..request(Mode::Drill, None) }).await.expect("accepted");
    let list = deliveries(&messenger).await;
    let in_app: Vec<&str> =
        list.iter().filter(|delivery| delivery.channel == "in_app").map(|one| one.recipient.as_str()).collect();
    assert_eq!(in_app, ["b"], "a holds the post, but does not take part");
    assert!(list.iter().all(|delivery| delivery.channel != "email"));
});

on_every_store!(one_message_per_person_and_channel_however_often_named, |store: TestStore| async move {
    let messenger = messenger(&store, 0);
    let audience = vec![
        Audience::Post { id: "a".into() },
        Audience::Post { id: "b".into() },
        Audience::Group { id: "g".into() },
        Audience::Group { id: "h".into() },
    ];
    let draft =
        AudienceDraft { audience: audience.clone(), channels: vec![Channel::InApp, Channel::Email], mode: Mode::Real };
    let preview = messenger.preview(&Principal::system("test"), &draft).await.expect("a preview");
    assert_eq!((preview.reachable, preview.unreachable, preview.in_app, preview.email), (2, 1, 2, 2));
    assert_eq!((preview.people[0].name.as_str(), preview.people[0].channels.len()), ("空岗", 0));
    let a = preview.people.iter().find(|person| person.name == "a").expect("a");
    assert_eq!(a.named_by, [0, 2, 3]);
    messenger.accept(&MessageRequest { audience, ..request(Mode::Real, None) }).await.expect("accepted");
    let mut list: Vec<(String, String)> =
        deliveries(&messenger).await.into_iter().map(|one| (one.channel, one.recipient)).collect();
    list.sort();
    let told: Vec<(&str, &str)> = list.iter().map(|(channel, name)| (channel.as_str(), name.as_str())).collect();
    assert_eq!(told, [("email", "a"), ("email", "b"), ("in_app", "a"), ("in_app", "b")]);
});

fn plain(request: &str) -> MessageDraft {
    MessageDraft {
        request: request.into(),
        subject: "防汛值班提醒".into(),
        body: "今晚八点前到岗。".into(),
        division: "640181".parse().expect("a code"),
        audience: vec![Audience::Group { id: "g".into() }],
        channels: vec![Channel::Email],
        tone: Tone::Order,
        mode: Mode::Real,
        confirmation: Some(ConfirmationRule { count: Some(1), within_minutes: 30, escalate_to: vec![] }),
    }
}

on_every_store!(a_person_writes_once_and_sees_how_far_it_came, |store: TestStore| async move {
    let messenger = messenger(&store, 0);
    let leader = user("leader");
    let id = messenger.send_plain(&leader, plain("r1"), None).await.expect("sent");
    assert_eq!(messenger.send_plain(&leader, plain("r1"), None).await.expect("the same again"), id);
    let (message, receipts) = messenger.message(&leader, &id).await.expect("read");
    assert_eq!((message.sent_by_name.as_deref(), message.deliveries, receipts.len()), (Some("leader"), 3, 3));
    assert_eq!(message.confirm_count, Some(1));
    let mine = receipts.iter().find(|one| one.channel == "in_app").expect("the console's");
    messenger.confirm(&user("a"), &mine.id, None).await.expect("confirmed");
    assert_eq!(messenger.message(&leader, &id).await.expect("read").0.confirmed, 1);
    assert_eq!(messenger.sent(&leader, &PageQuery::default()).await.expect("a list").items.len(), 1);
    let elsewhere = Scope::Subtree { division: "640122".parse().expect("a code") };
    let mut stranger = user("stranger");
    stranger.grants[0].scope = elsewhere;
    assert!(messenger.message(&stranger, &id).await.is_err(), "not theirs to read");
    let mut refused = plain("r2");
    refused.division = "640122".parse().expect("a code");
    assert_eq!(messenger.send_plain(&stranger, refused, None).await.expect_err("people elsewhere").code(), "denied");
    let outside = MessageDraft { audience: vec![Audience::Subscribers { list: "warnings".into() }], ..plain("r3") };
    let refused = messenger.send_plain(&leader, outside, None).await.expect_err("the public");
    assert_eq!(refused.code(), "subscribers_get_warnings_only");
    let nobody = MessageDraft { audience: vec![Audience::Post { id: "nowhere".into() }], ..plain("r4") };
    assert_eq!(messenger.send_plain(&leader, nobody, None).await.expect_err("unknown").code(), "unknown_reference");
});

on_every_store!(escalates_once_if_too_few_confirm, |store: TestStore| async move {
    let messenger = messenger(&store, 0);
    let escalate_to = vec![Audience::Role { role: "duty_leader".into(), division: "640181".parse().expect("a code") }];
    let rule = ConfirmationRule { count: None, within_minutes: 10, escalate_to };
    messenger.accept(&request(Mode::Real, Some(rule))).await.expect("accepted");
    let mine = messenger.mine(&user("a"), true, &PageQuery::default()).await.expect("a's messages").items;
    assert_eq!(mine.len(), 2, "console and e-mail");
    let in_app = mine.iter().find(|delivery| delivery.channel == "in_app").expect("the console's");
    let confirmed = messenger.confirm(&user("a"), &in_app.id, Some("收到")).await.expect("confirmed");
    assert_eq!((confirmed.state.as_str(), confirmed.note.as_deref()), ("confirmed", Some("收到")));
    messenger.confirm(&user("a"), &in_app.id, None).await.expect("twice is no error");
    assert!(messenger.confirm(&user("b"), &in_app.id, None).await.is_err(), "somebody else's");

    store.clock.advance(SignedDuration::from_mins(11));
    tick(&messenger, &store).await.expect("escalation");
    tick(&messenger, &store).await.expect("only once");
    let logged = events::after(&store.db, 0, 500).await.expect("events");
    let escalations = logged.iter().filter_map(|logged| match &logged.read().expect("readable").event {
        Event::MessageRequested(request) => Some(request.subject.clone()),
        _ => None,
    });
    assert_eq!(escalations.collect::<Vec<_>>(), ["【未确认】橙色预警（1/2）"]);
    let entries = traces::from_seq(&store.db, 1, 500).await.expect("the trace");
    assert!(
        entries.iter().any(|entry| entry.content.as_ref().is_some_and(|content| content.action == "delivery.confirm"))
    );
});

on_every_store!(accepts_a_receipt_from_outside, |store: TestStore| async move {
    let messenger = messenger(&store, 0);
    messenger.accept(&request(Mode::Real, None)).await.expect("accepted");
    let webhook =
        deliveries(&messenger).await.into_iter().find(|delivery| delivery.channel == "webhook").expect("a webhook");
    messenger.confirm_receipt(&webhook.receipt, None).await.expect("a receipt");
    assert!(messenger.confirm_receipt("guessed", None).await.is_err());
    assert_eq!(count(&deliveries(&messenger).await, "webhook", "confirmed"), 1);
});

on_every_store!(a_dropped_transaction_leaves_nothing, |store: TestStore| async move {
    let mut tx = store.db.begin(Acting::system("test", store.clock_now())).await.expect("a transaction");
    fengsui_storage::messages::insert(&mut tx, &request(Mode::Real, None)).await.expect("inserted");
    drop(tx);
    assert!(deliveries(&messenger(&store, 0)).await.is_empty());
});

on_every_store!(an_enterprise_sees_no_messages_of_others, |store: TestStore| async move {
    let messenger = messenger(&store, 0);
    messenger.accept(&request(Mode::Real, None)).await.expect("accepted");
    let within = |scope: Scope| {
        let mut principal = user("c");
        principal.grants[0].scope = scope;
        principal
    };
    let seen = async |caller: &Principal| {
        messenger.list(caller, None, &PageQuery::default()).await.expect("a list").items.len()
    };
    assert_eq!(seen(&within(Scope::Enterprise { id: "e1".into() })).await, 0);
    assert_eq!(seen(&within(Scope::Subtree { division: "640122".parse().expect("a code") })).await, 0);
    assert_eq!(seen(&within(Scope::Subtree { division: "6401".parse().expect("a code") })).await, 6);
});
