//! The golden thread through linked matters.

use fengsui_matters::{NewLink, NewMatter};
use fengsui_storage::on_every_store;
use serde_json::json;

use crate::*;

fn link(relation: &str, kind: &str, id: &str) -> NewLink {
    NewLink { relation: relation.into(), kind: kind.into(), id: id.into() }
}

on_every_store!(follows_links_both_ways_and_through_alarms, |store: TestStore| async move {
    let engine = engine(&store);
    let alarm = "0199f0a8-0000-7000-8000-00000000000a";
    let record = "0199f0a8-0000-7000-8000-00000000000b";
    let about = |title: &str, links: Vec<NewLink>| NewMatter { links, ..repair(&json!({"title": title})) };
    let warning = about("预警", vec![link("alarm", "alarm", alarm), link("subject", "record", record)]);
    let warning = engine.open(&officer(), warning).await.expect("opened");
    store.clock.advance(jiff::SignedDuration::from_mins(1));
    let incident = about("事件", vec![link("alarm", "alarm", alarm)]);
    let incident = engine.open(&officer(), incident).await.expect("opened");
    store.clock.advance(jiff::SignedDuration::from_mins(1));
    let send = json!({"action": "send", "title": "任务"});
    engine.act(&officer(), &incident.id, submit(&incident, send)).await.expect("sent");
    let elsewhere =
        NewMatter { links: vec![link("subject", "record", record)], ..repair(&json!({"title": "另一件事"})) };
    engine.open(&officer(), elsewhere).await.expect("same enterprise, another story");
    let thread = engine.thread(&officer(), &warning.id).await.expect("thread");
    let titles: Vec<&str> = thread.matters.iter().map(|matter| matter.title.as_str()).collect();
    assert_eq!(titles, ["预警", "事件", "任务"]);
    let subjects: Vec<(&str, &str)> =
        thread.subjects.iter().map(|subject| (subject.kind.as_str(), subject.id.as_str())).collect();
    assert_eq!(subjects, [("alarm", alarm), ("record", record)]);
    assert!(thread.entries.is_sorted_by_key(|entry| entry.at) && thread.hidden == 0 && !thread.cut);
    let from_child = engine.thread(&officer(), &thread.matters[2].id).await.expect("thread");
    assert_eq!(from_child.matters, thread.matters);
});

on_every_store!(hides_what_the_reader_may_not_see, |store: TestStore| async move {
    let engine = engine(&store);
    let mine = engine.open(&officer(), repair(&json!({}))).await.expect("opened");
    let country = person("p", "leader", "64", &["*"]);
    let there = repair(&json!({"title": "邻县", "division": "640122000000"}));
    let links = vec![link("related", "matter", mine.id.as_str())];
    engine.open(&country, NewMatter { links, ..there }).await.expect("opened");
    let thread = engine.thread(&officer(), &mine.id).await.expect("thread");
    assert_eq!((thread.matters.len(), thread.hidden), (1, 1));
    assert!(thread.entries.iter().all(|entry| entry.matter == mine.id));
    let links = |links: Vec<fengsui_matters::LinkView>| links.into_iter().map(|link| link.title).collect::<Vec<_>>();
    let seen = engine.get(&officer(), &mine.id).await.expect("mine");
    assert_eq!(links(seen.links), [None], "a link to what the reader may not see has no title");
    let seen = engine.get(&country, &mine.id).await.expect("mine");
    assert_eq!(links(seen.links), [Some("邻县".to_owned())]);
});

on_every_store!(a_request_that_comes_twice_opens_once, |store: TestStore| async move {
    let engine = engine(&store);
    let country = person("u1", "leader", "00", &["open", "read"]);
    let asked =
        |request: &str| NewMatter { request: Some(request.into()), ..repair(&json!({"title": "泵房漏水"})) };
    let first = engine.open(&country, asked("k1")).await.expect("opened");
    let again = engine.open(&country, asked("k1")).await.expect("answered");
    assert_eq!((&again.id, again.version), (&first.id, first.version));
    let both = tokio::join!(engine.open(&country, asked("k2")), engine.open(&country, asked("k2")));
    assert_eq!(both.0.expect("opened").id, both.1.expect("answered").id);
    let other = person("u2", "leader", "00", &["*"]);
    assert_ne!(engine.open(&other, asked("k1")).await.expect("opened").id, first.id);
    assert!(engine.open(&country, asked(&"x".repeat(65))).await.is_err());
});
