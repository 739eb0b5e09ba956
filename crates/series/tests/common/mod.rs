//! What every suite needs: a running engine with one tank and its level.
#![allow(dead_code, reason = "each suite uses its part")]

use fengsui_events::{AlarmChange, Event};
use fengsui_kernel::id::{RuleId, SeriesId};
use fengsui_kernel::reading::Quality;
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{Clock, Mode, PageQuery, Point, Principal, Timestamp};
use fengsui_series::rules::RuleKind;
use fengsui_series::{
    AlarmFilter, AlarmState, AlarmView, DeviceFacts, NamedRecord, Reading, RuleCondition, RuleInput, SeriesEngine,
    SeriesRegistration, SeriesSettings, Submission,
};
use fengsui_storage::Db;
use fengsui_storage::testkit::TestStore;
use jiff::SignedDuration;

pub const DEVICE: &str = "01990000-0000-7000-8000-00000000d001";

pub struct Plant {
    pub store: TestStore,
    pub engine: SeriesEngine,
    pub system: Principal,
    pub series: SeriesId,
}

pub fn device() -> DeviceFacts {
    DeviceFacts {
        id: DEVICE.into(),
        code: "GW-01".into(),
        serial: Some("010000A8900016F000169DC0".into()),
        name: "罐区网关".into(),
        division: "640181".parse().expect("a code"),
        enterprise: Some("01990000-0000-7000-8000-00000000e001".into()),
        category: None,
    }
}

pub fn registration(code: &str) -> SeriesRegistration {
    SeriesRegistration {
        device: device(),
        code: code.into(),
        name: "液位".into(),
        name_en: Some("level".into()),
        unit: "m".into(),
        installation: Some(NamedRecord {
            id: "01990000-0000-7000-8000-00000000f001".into(), name: "3#甲醇罐".into()
        }),
        enterprise: Some(NamedRecord {
            id: "01990000-0000-7000-8000-00000000e001".into(), name: "示例化工".into()
        }),
        division: "640181".parse().expect("a code"),
        location: Some(Point { lon: 106.3, lat: 38.1 }),
        low: Some(0.0),
        high: Some(15.0),
        expected_interval_seconds: Some(30),
        mode: Mode::Real,
    }
}

pub async fn plant(store: TestStore) -> Plant {
    let engine = start(&store.db).await;
    let system = Principal::system("test");
    let series = engine.register(&system, registration("level")).await.expect("a series").id;
    Plant { store, engine, system, series }
}

pub async fn start(db: &Db) -> SeriesEngine {
    SeriesEngine::start(db.clone(), SeriesSettings::default()).await.expect("an engine")
}

impl Plant {
    pub fn now(&self) -> Timestamp {
        self.store.clock.now()
    }

    pub fn advance(&self, seconds: i64) {
        self.store.clock.advance(SignedDuration::from_secs(seconds));
    }

    /// The same store after the program ended and began again.
    pub async fn restart(mut self) -> Self {
        self.engine.stop().await;
        self.engine = start(&self.store.db).await;
        self
    }

    pub async fn rule(&self, on: u32, off: u32, deadband: f64) -> RuleId {
        self.engine.create_rule(&self.system, self.input(on, off, deadband)).await.expect("a rule").id
    }

    pub fn input(&self, on: u32, off: u32, deadband: f64) -> RuleInput {
        let condition = RuleCondition {
            kind: RuleKind::High,
            limit: Some(12.0),
            deadband,
            window_seconds: None,
            direction: None,
            method: None,
            training_readings: None,
            intensity: None,
            on_delay_seconds: on,
            off_delay_seconds: off,
            priority: AlarmPriority::High,
            level: None,
            schedule: None,
            instruction: None,
            plan: None,
        };
        let (series, name) = (self.series.clone(), "高报".into());
        RuleInput { series, name, condition, learn_anew: false, enabled: true, version: None, why: None }
    }

    pub fn reading(&self, value: &str) -> Reading {
        Reading {
            code: "level".into(),
            observed_at: self.now(),
            value_text: value.into(),
            quality: Quality::Good,
            historical: false,
            optional: false,
        }
    }

    pub async fn send(&self, value: &str) {
        let reading = self.reading(value);
        let done = self.engine.ingest().submit(submission(vec![reading])).await.expect("accepted");
        assert_eq!((done.accepted, done.quarantined), (1, 0));
    }

    pub async fn tick(&self) {
        self.engine.tick().await.expect("a tick");
    }

    pub async fn alarms(&self) -> Vec<AlarmView> {
        let filter = AlarmFilter { state: AlarmState::All, ..AlarmFilter::default() };
        self.engine.list_alarms(&self.system, &filter, &PageQuery::default()).await.expect("alarms").items
    }

    pub async fn only_alarm(&self) -> AlarmView {
        let alarms = self.alarms().await;
        assert_eq!(alarms.len(), 1, "{alarms:#?}");
        alarms.into_iter().next().expect("one")
    }

    pub async fn alarm_events(&self) -> Vec<AlarmChange> {
        let events = fengsui_storage::events::after(&self.store.db, 0, 10_000).await.expect("events");
        let change = |event: Event| match event {
            Event::AlarmChanged(change) => Some(change.change),
            _ => None,
        };
        events.into_iter().filter_map(|logged| change(logged.read().expect("readable").event)).collect()
    }

    pub async fn connection_events(&self) -> Vec<bool> {
        let events = fengsui_storage::events::after(&self.store.db, 0, 10_000).await.expect("events");
        let online = |event: Event| match event {
            Event::DeviceConnection(change) => Some(change.online),
            _ => None,
        };
        events.into_iter().filter_map(|logged| online(logged.read().expect("readable").event)).collect()
    }
}

pub fn submission(readings: Vec<Reading>) -> Submission {
    Submission { device_key: "GW-01".into(), protocol: "test".into(), readings, raw_ref: None }
}

/// A rule with another condition.
pub fn with(mut rule: RuleInput, change: impl FnOnce(&mut RuleCondition)) -> RuleInput {
    change(&mut rule.condition);
    rule
}
