//! The Atom feed.

use std::borrow::Cow;

use fengsui_cap::feed::{FeedEntry, FeedHeader, atom};
use fengsui_cap::{Alert, Category, Certainty, Info, MessageType, Scope, Severity, Status, Time, Urgency};
use quick_xml::Reader;
use quick_xml::events::Event;

fn header() -> FeedHeader {
    FeedHeader {
        id: "https://example.cn/cap/feed.atom".to_owned(),
        title: "中宁县预警 <公开> & \"测试\"".to_owned(),
        author: "中宁县应急管理局".to_owned(),
        self_address: "https://example.cn/cap/feed.atom?a=1&b=2".to_owned(),
        language: Some("zh-CN".to_owned()),
        updated: "2024-07-12T09:00:00Z".parse().expect("time"),
    }
}

fn warning(headline: &str) -> Alert {
    let sent = Time::parse("2024-07-12T17:00:00+08:00").expect("time");
    let mut alert = Alert::new(
        "64052100000000_20240712170000",
        "64052100000000",
        sent,
        Status::Actual,
        MessageType::Update,
        Scope::Public,
    );
    let mut info = Info::new(Category::Met, "暴雨", Urgency::Unknown, Severity::Extreme, Certainty::Unknown);
    info.headline = Some(headline.to_owned());
    alert.infos.push(info);
    alert
}

/// Texts by path, such as `feed/entry/title`; attributes as `feed/link@href`.
fn contents(xml: &str) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    let mut path: Vec<String> = Vec::new();
    let mut found = Vec::new();
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(start) => {
                path.push(start.name().0.to_owned());
                found.push((path.join("/"), String::new()));
                for attribute in start.attributes() {
                    let attribute = attribute.expect("attribute");
                    let value = quick_xml::escape::unescape(&attribute.value).expect("escaped");
                    let key = format!("{}@{}", path.join("/"), attribute.key.0);
                    found.insert(found.len() - 1, (key, value.into_owned()));
                }
            }
            Event::Text(text) => append(&mut found, &text.xml10_content()),
            Event::GeneralRef(reference) => {
                let text = format!("&{};", reference.xml10_content());
                append(&mut found, &quick_xml::escape::unescape(&text).unwrap_or(Cow::Borrowed("?")));
            }
            Event::End(_) => {
                path.pop();
                found.push((String::new(), String::new()));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    found.retain(|(path, _)| !path.is_empty());
    found
}

fn append(found: &mut [(String, String)], text: &str) {
    if let Some((_, content)) = found.last_mut() {
        content.push_str(text);
    }
}

fn all<'a>(contents: &'a [(String, String)], path: &str) -> Vec<&'a str> {
    let matching = contents.iter().filter(|(found, _)| found == path);
    matching.map(|(_, text)| text.as_str()).collect()
}

#[test]
fn feed_has_what_the_standard_requires_once() {
    let first = warning("中宁县应急管理局发布<b>暴雨</b>红色预警 & \"更多\"");
    let second = warning("");
    let entries = [
        FeedEntry { alert: &first, address: "https://example.cn/cap/1.xml?a=1&b=\"2\"" },
        FeedEntry { alert: &second, address: "https://example.cn/cap/2.xml" },
    ];
    let contents = contents(&atom(&entries, &header()));
    assert_eq!(all(&contents, "feed@xmlns"), ["http://www.w3.org/2005/Atom"]);
    assert_eq!(all(&contents, "feed/title"), ["中宁县预警 <公开> & \"测试\""]);
    assert_eq!(all(&contents, "feed/updated"), ["2024-07-12T17:00:00+08:00"]);
    assert_eq!(all(&contents, "feed/link@href"), ["https://example.cn/cap/feed.atom?a=1&b=2"]);
    assert_eq!(all(&contents, "feed/entry/title"), ["中宁县应急管理局发布<b>暴雨</b>红色预警 & \"更多\"", "暴雨"]);
    for path in ["id", "title", "updated", "author", "link", "summary"] {
        assert_eq!(all(&contents, &format!("feed/entry/{path}")).len(), 2, "{path}");
    }
    for path in ["id", "title", "updated", "author"] {
        assert_eq!(all(&contents, &format!("feed/{path}")).len(), 1, "{path}");
    }
    assert_eq!(all(&contents, "feed/entry/link@href")[0], "https://example.cn/cap/1.xml?a=1&b=\"2\"");
    assert_eq!(all(&contents, "feed/entry/cap:severity"), ["Extreme", "Extreme"]);
}

#[test]
fn empty_feed_and_bare_message_are_fine() {
    assert!(all(&contents(&atom(&[], &header())), "feed/entry").is_empty());
    let bare = Alert { identifier: "1".to_owned(), ..Alert::default() };
    let entry = FeedEntry { alert: &bare, address: "https://example.cn/cap/1.xml" };
    let contents = contents(&atom(&[entry], &header()));
    assert_eq!(all(&contents, "feed/entry/title"), ["1"]);
    assert_eq!(all(&contents, "feed/entry/updated"), ["2024-07-12T17:00:00+08:00"]);
}
