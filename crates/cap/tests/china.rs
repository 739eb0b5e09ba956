//! The Chinese dialect, against three messages written for this project.

use std::fs;
use std::path::PathBuf;

use fengsui_cap::china::{
    ChannelText, Color, channel_texts, color_of, file_name, parse_dialect, region_codes, set_channel_texts, set_color,
    to_dialect_xml,
};
use fengsui_cap::{
    Alert, CapError, Category, Circle, Info, MessageType, Point, Scope, Severity, Status, has_errors, parse,
    parse_bytes, to_xml, validate,
};

fn folder() -> PathBuf {
    PathBuf::from("../../testdata/cap")
}

fn synthetic() -> Vec<(String, Alert)> {
    let entries = fs::read_dir(folder().join("cn-domestic-synthetic")).expect("folder");
    let mut messages: Vec<(String, Alert)> = entries
        .map(|entry| {
            let entry = entry.expect("entry");
            let bytes = fs::read(entry.path()).expect("file");
            let (alert, findings) = parse_dialect(&bytes).expect("dialect");
            assert_eq!(findings, []);
            (entry.file_name().to_string_lossy().into_owned(), alert)
        })
        .collect();
    messages.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(messages.len(), 3);
    messages
}

#[test]
fn synthetic_messages_become_good_cap() {
    for (name, alert) in synthetic() {
        assert!(!has_errors(&validate(&alert)), "{name}: {:#?}", validate(&alert));
        let (again, findings) = parse(&to_xml(&alert)).expect("our own text");
        assert_eq!(findings, []);
        assert_eq!(again, alert, "{name}");
    }
}

#[test]
fn synthetic_update_is_understood() {
    let messages = synthetic();
    let (_, update) = messages.iter().find(|(name, _)| name.ends_with("UPDATE.xml")).expect("update");
    assert_eq!(update.message_type, Some(MessageType::Update));
    assert_eq!(update.references[0].sent, "2024-07-12T15:30:00+08:00");
    let info = &update.infos[0];
    assert_eq!(info.categories, [Category::Met]);
    assert_eq!(info.severity, Some(Severity::Extreme));
    assert_eq!(color_of(info), Some(Color::Red));
    assert_eq!(info.sender_name.as_deref(), Some("中宁县应急管理局"));
    assert_eq!(info.parameter("signer"), Some("张三"));
    assert_eq!(region_codes(&info.areas[0]), ["640521000000", "640521100000"]);
    let texts = channel_texts(info);
    assert_eq!(texts[0].message, "测试：暴雨橙色预警升级为红色");
    assert_eq!(texts[0].audience_groups, ["GRP-RESPONSIBLE-001", "GRP-VILLAGE-014"]);
    assert_eq!(texts[1].channel, "SPEAKER");
}

#[test]
fn synthetic_messages_are_written_back() {
    for (name, alert) in synthetic() {
        let text = to_dialect_xml(&alert).expect("writable");
        let (again, findings) = parse_dialect(text.as_bytes()).expect("our own text");
        assert_eq!(findings, []);
        assert_eq!(again, alert, "{name}");
        let info = &alert.infos[0];
        let written = file_name(
            &alert.sender,
            alert.sent.as_ref().expect("sent").timestamp(),
            &info.event,
            color_of(info),
            alert.message_type.expect("kind"),
        );
        assert!(written.eq_ignore_ascii_case(&name), "{written} {name}");
    }
}

#[test]
fn dialect_and_standard_do_not_mix() {
    let path = folder().join("cn-domestic-synthetic/64052100000000_20240712170000_11B03_RED_UPDATE.xml");
    let domestic = fs::read(path).expect("file");
    assert!(matches!(parse_bytes(&domestic), Err(CapError::UnknownNamespace { .. })));
    let standard = to_xml(&Alert::default());
    let refused = parse_dialect(standard.as_bytes());
    assert!(matches!(refused, Err(CapError::UnknownNamespace { .. })), "{refused:?}");
}

#[test]
fn circles_are_kilometres_here_and_metres_there() {
    let (_, mut alert) = synthetic().remove(0);
    alert.infos[0].areas[0].circles = vec![Circle { center: Point::new(37.5, 105.6), radius_kilometers: 12.5 }];
    let text = to_dialect_xml(&alert).expect("writable");
    assert!(text.contains("<circle>37.5,105.6 12500</circle>"), "{text}");
    assert_eq!(parse_dialect(text.as_bytes()).expect("dialect").0, alert);
}

#[test]
fn real_export_of_the_weather_office_is_yellow() {
    let bytes = fs::read(folder().join("valid/cn-cma-baoding-lightning-yellow.xml")).expect("file");
    let (alert, _) = parse_bytes(&bytes).expect("message");
    let colors: Vec<Option<Color>> = alert.infos.iter().map(color_of).collect();
    assert_eq!(colors, [None, Some(Color::Yellow)], "the English block names no Chinese colour");
    assert_eq!(alert.infos[1].severity, Some(Color::Yellow.severity()));
    assert_eq!(region_codes(&alert.infos[1].areas[0]), ["130602000000"]);
}

#[test]
fn colors_have_many_names_and_one_meaning() {
    for color in Color::ALL {
        assert_eq!(Color::from_severity(color.severity()), Some(color));
        for word in [color.as_str(), color.chinese(), &color.as_str().to_uppercase()] {
            assert_eq!(word.parse(), Ok(color), "{word}");
        }
        let mut info = Info::default();
        set_color(&mut info, color);
        assert_eq!(color_of(&info), Some(color));
    }
    assert_eq!("紅色".parse(), Ok(Color::Red));
    assert!("绿色".parse::<Color>().is_err());
    let upgrade = Info { headline: Some("暴雨橙色预警升级为红色预警".to_owned()), ..Info::default() };
    assert_eq!(color_of(&upgrade), Some(Color::Red));
}

#[test]
fn channel_texts_replace_each_other() {
    let mut info = Info::default();
    let text = |channel: &str, message: &str| ChannelText {
        channel: channel.to_owned(),
        message: message.to_owned(),
        audience_groups: vec!["村干部".to_owned()],
    };
    set_channel_texts(&mut info, &[text("SMS", "一"), text("LED", "二")]);
    set_channel_texts(&mut info, &[text("SMS", "三")]);
    assert_eq!(channel_texts(&info), [text("SMS", "三")]);
    assert_eq!(info.parameters.len(), 2);
}

#[test]
fn what_the_dialect_cannot_say_is_refused() {
    let (_, alert) = synthetic().remove(0);
    let private = Alert { scope: Some(Scope::Private), ..alert.clone() };
    let draft = Alert { status: Some(Status::Draft), ..alert.clone() };
    let acknowledgement = Alert { message_type: Some(MessageType::Ack), ..alert.clone() };
    for message in [private, draft, acknowledgement, Alert::default()] {
        assert!(to_dialect_xml(&message).is_err());
    }
    let exercise = Alert { status: Some(Status::Exercise), ..alert };
    let text = to_dialect_xml(&exercise).expect("writable");
    assert!(text.contains("<status>Test</status>"), "{text}");
}
