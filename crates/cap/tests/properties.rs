//! Properties that hold for any input.

use fengsui_cap::{
    Alert, Area, Category, Certainty, Circle, Info, MessageType, NamedValue, Point, Polygon, Reference, Resource,
    Scope, Severity, Status, Time, Urgency, china, format_ring, parse, parse_bytes, parse_ring, to_xml, validate,
};
use proptest::prelude::*;

/// Text as people and attackers write it, without white space at the ends (which reading trims)
/// and without the characters XML cannot hold.
fn text() -> impl Strategy<Value = String> {
    "[ -~\u{A0}-\u{2FF}\u{3000}-\u{9FFF}\u{1F300}-\u{1F5FF}\t\n\r<>&\"']{1,40}"
        .prop_map(|text| text.trim_matches([' ', '\t', '\r', '\n']).to_owned())
        .prop_filter("not blank", |text| !text.is_empty())
}

fn name() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9@._:/-]{1,20}"
}

fn time() -> impl Strategy<Value = Time> {
    (0_i64..4_000_000_000, -14_i8..=14).prop_map(|(second, hours)| {
        let moment = jiff::Timestamp::from_second(second).expect("in range");
        Time::at(moment, jiff::tz::Offset::constant(hours))
    })
}

fn one_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

fn named_value() -> impl Strategy<Value = NamedValue> {
    (text(), text()).prop_map(|(name, value)| NamedValue::new(name, value))
}

fn point() -> impl Strategy<Value = Point> {
    (-90.0..=90.0, -180.0..=180.0).prop_map(|(latitude, longitude)| Point::new(latitude, longitude))
}

fn area() -> impl Strategy<Value = Area> {
    let polygon = prop::collection::vec(point(), 3..8).prop_map(Polygon::closing);
    let circle = (point(), 0.0..500.0_f64).prop_map(|(center, radius_kilometers)| Circle { center, radius_kilometers });
    (
        text(),
        prop::collection::vec(polygon, 0..3),
        prop::collection::vec(circle, 0..3),
        prop::collection::vec(named_value(), 0..3),
        prop::option::of(-100.0..100.0_f64),
    )
        .prop_map(|(description, polygons, circles, geocodes, altitude)| Area {
            description,
            polygons,
            circles,
            geocodes,
            altitude,
            ceiling: altitude.map(|altitude| altitude + 10.0),
        })
}

fn resource() -> impl Strategy<Value = Resource> {
    (text(), any::<Option<u64>>()).prop_map(|(description, size)| Resource {
        description,
        mime_type: "text/plain".to_owned(),
        size,
        uri: Some("https://example.com/a?b=1&c=2".to_owned()),
        content_base64: Some("aGE=".to_owned()),
        digest: None,
    })
}

fn info() -> impl Strategy<Value = Info> {
    let words = (one_of(Category::ALL), one_of(Urgency::ALL), one_of(Severity::ALL), one_of(Certainty::ALL));
    let texts = (text(), prop::option::of(text()), prop::option::of(text()));
    let lists = (
        prop::collection::vec(named_value(), 0..4),
        prop::collection::vec(resource(), 0..2),
        prop::collection::vec(area(), 0..3),
    );
    (words, texts, lists, time()).prop_map(|(words, texts, lists, expires)| {
        let (category, urgency, severity, certainty) = words;
        Info {
            headline: texts.1,
            description: texts.2,
            expires: Some(expires),
            parameters: lists.0,
            resources: lists.1,
            areas: lists.2,
            ..Info::new(category, texts.0, urgency, severity, certainty)
        }
    })
}

fn alert() -> impl Strategy<Value = Alert> {
    let words = (one_of(Status::ALL), one_of(MessageType::ALL), one_of(Scope::ALL));
    let incidents = prop::collection::vec("[a-z\u{4E00}-\u{4EFF}]{1,5}( [a-z]{1,5})?", 0..3);
    let infos = prop::collection::vec(info(), 0..3);
    (name(), name(), time(), words, incidents, text(), infos).prop_map(
        |(identifier, sender, sent, words, incidents, note, infos)| Alert {
            restriction: Some("staff".to_owned()),
            addresses: incidents.clone(),
            codes: vec![note.clone()],
            note: Some(note),
            references: vec![Reference {
                sender: sender.clone(),
                identifier: format!("{identifier}-0"),
                sent: sent.to_string(),
            }],
            incidents,
            infos,
            ..Alert::new(identifier, sender, sent, words.0, words.1, words.2)
        },
    )
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in any::<String>()) {
        let _ = parse(&text);
        let _ = parse_ring(&text);
        let _ = Circle::parse(&text);
        let _ = Time::parse_tolerant(&text);
        let _ = text.parse::<china::Color>();
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in any::<Vec<u8>>()) {
        let _ = parse_bytes(&bytes);
        let _ = china::parse_dialect(&bytes);
    }

    #[test]
    fn arbitrary_content_never_panics(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "<info>", "</info>", "<area>", "</area>", "<polygon>", "</polygon>", "1,2 ", "&lt;",
                "<sent>", "</sent>", "2024-07-12T21:31:38Z", "<event/>", "<![CDATA[", "]]>", "&#x;",
                "<parameter>", "</parameter>", "<value>", "</value>", "<x:y>", "<!--", "-->", "é",
            ]),
            0..30,
        )
    ) {
        let content = pieces.concat();
        for namespace in [fengsui_cap::NAMESPACE, "http://www.incident.com/cap/1.0"] {
            if let Ok((alert, _)) = parse(&format!("<alert xmlns='{namespace}'>{content}</alert>")) {
                validate(&alert);
                prop_assert_eq!(parse(&to_xml(&alert)).map(|(again, _)| again), Ok(alert));
            }
        }
        let _ = china::parse_dialect(
            format!("<alert xmlns='http://com.icss.amp'>{content}</alert>").as_bytes(),
        );
    }

    #[test]
    fn damaged_messages_never_panic(position in 0_usize..2_000, byte in any::<u8>(), alert in alert()) {
        let mut bytes = to_xml(&alert).into_bytes();
        let position = position % bytes.len();
        bytes[position] = byte;
        if let Ok((alert, _)) = parse_bytes(&bytes) {
            validate(&alert);
        }
    }

    #[test]
    fn what_is_written_reads_back_the_same(alert in alert()) {
        let text = to_xml(&alert);
        let (again, findings) = parse(&text).expect("our own text");
        prop_assert_eq!(&again, &alert, "{}", text);
        prop_assert_eq!(findings, vec![], "{}", text);
        prop_assert_eq!(validate(&again), validate(&alert));
        for end in ["Z</sent>", "Z</expires>"] {
            prop_assert!(!text.contains(end), "{}", text);
        }
    }

    #[test]
    fn what_the_console_can_make_has_no_error(alert in alert()) {
        let mut alert = alert;
        if alert.addresses.is_empty() {
            alert.addresses.push("a@b.cn".to_owned());
        }
        let findings = validate(&alert);
        prop_assert!(!fengsui_cap::has_errors(&findings), "{:?}", findings);
    }

    #[test]
    fn any_text_can_be_written(note in any::<String>()) {
        let alert = Alert { note: Some(note), ..Alert::default() };
        prop_assert!(parse(&to_xml(&alert)).is_ok());
    }

    #[test]
    fn rings_read_back_the_same(ring in prop::collection::vec(point(), 0..20)) {
        prop_assert_eq!(parse_ring(&format_ring(&ring)), Ok(ring));
    }

    #[test]
    fn times_read_back_the_same(time in time()) {
        prop_assert_eq!(Time::parse(time.as_str()), Ok(time));
    }
}
