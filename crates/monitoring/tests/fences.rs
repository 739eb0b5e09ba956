//! Fences over real engines, on every store: raised once, explained, not by jitter, the same after a restart.

use fengsui_kernel::clock::from_millis;
use fengsui_kernel::reading::Quality;
use fengsui_kernel::{Clock as _, PageQuery, Principal};
use fengsui_monitoring::fences::Fences;
use fengsui_registry::{Record, RecordDraft, Registry, ground};
use fengsui_series::{
    AlarmFilter, AlarmState, AlarmView, DeviceFacts, Reading, SeriesEngine, SeriesRegistration, SeriesSettings,
    Submission,
};
use fengsui_storage::on_every_store;
use fengsui_storage::testkit::TestStore;
use jiff::SignedDuration;
use serde_json::{Value, json};

const DIVISIONS: &str = "code,name,level,parent,population,lon,lat,source
640000000000,宁夏回族自治区,province,,7202654,106.2,37.3,nbs2023
640100000000,银川市,city,640000000000,,106.2,38.4,nbs2023
640104000000,兴庆区,county,640100000000,808000,106.3,38.5,nbs2023
640181000000,灵武市,county,640100000000,294000,106.4,38.1,nbs2023
";
/// Metres of one degree of latitude.
const DEGREE_M: f64 = 111_195.0;

struct Yard {
    store: TestStore,
    registry: Registry,
    series: SeriesEngine,
    fences: Fences,
    system: Principal,
}

#[allow(clippy::needless_pass_by_value, reason = "called with `json!`")]
fn draft(body: Value) -> RecordDraft {
    RecordDraft::parse(&body).expect("a draft").0
}

impl Yard {
    /// A truck at home in Lingwu, and a circle of a kilometre around 106.4, 38.1 that it must not leave.
    async fn open(store: TestStore) -> Self {
        Registry::load_divisions(&store.db, DIVISIONS.as_bytes()).await.expect("divisions");
        let mut kinds = ground::kinds();
        kinds.extend(fengsui_monitoring::kinds::kinds());
        let registry = Registry::open(store.db.clone(), kinds).await.expect("a registry");
        let series = SeriesEngine::start(store.db.clone(), SeriesSettings::default()).await.expect("an engine");
        let fences = Fences::new(registry.clone(), series.clone());
        let yard = Self { store, registry, series, fences, system: Principal::system("test") };
        yard.truck("T-1", "640181000000").await;
        yard
    }

    async fn truck(&self, code: &str, division: &str) {
        let body = json!({"code": code, "name": format!("示例运输车{code}"), "division": division, "location": {"lon": 106.4, "lat": 38.1},
            "attributes": {"category": "vehicle_terminal", "protocol": "jt808", "vehicle_class": "dangerous_goods"}});
        let record = self.registry.create(&self.system, "device", draft(body), None).await.expect("a record");
        for code in ["lng", "lat", "speed_kmh"] {
            self.measures(&record, code).await;
        }
    }

    async fn measures(&self, record: &Record, code: &str) {
        let device = DeviceFacts {
            id: record.id.to_string(),
            code: record.code.clone(),
            serial: None,
            name: record.name.clone(),
            division: record.division,
            enterprise: None,
            category: None,
        };
        let registration = SeriesRegistration {
            device,
            code: code.to_owned(),
            name: code.to_owned(),
            name_en: None,
            unit: String::new(),
            installation: None,
            enterprise: None,
            division: record.division,
            location: record.location,
            low: None,
            high: None,
            expected_interval_seconds: None,
            mode: fengsui_kernel::Mode::Real,
        };
        self.series.register(&self.system, registration).await.expect("a series");
    }

    async fn fence(&self, change: Value) -> Record {
        let mut attributes = json!({"shape": "circle", "corners": [{"lon": 106.4, "lat": 38.1}], "radius_m": 1000.0,
            "sense": "keep_in", "tolerance_m": 20.0, "confirm_seconds": 0, "priority": "high"});
        for (key, value) in change.as_object().into_iter().flatten() {
            attributes[key] = value.clone();
        }
        let body = json!({"code": "F-1", "name": "示例园区", "division": "640181000000", "attributes": attributes});
        let record = self.registry.create(&self.system, "fence", draft(body), None).await.expect("a fence");
        self.fences.changed();
        record
    }

    /// Ten seconds later the truck is so many metres north of the middle.
    async fn drives(&self, north_m: f64, speed: f64) {
        self.store.clock.advance(SignedDuration::from_secs(10));
        self.sends(north_m, speed, 0, false).await;
        self.tick().await;
    }

    async fn sends(&self, north_m: f64, speed: f64, seconds_ago: i64, historical: bool) {
        let at = from_millis(self.store.clock.now().as_millisecond() - seconds_ago * 1000);
        let values = [
            ("lng", "106.4".to_owned()),
            ("lat", format!("{:.6}", 38.1 + north_m / DEGREE_M)),
            ("speed_kmh", speed.to_string()),
        ];
        let reading = |(code, value): (&str, String)| Reading {
            code: code.into(),
            observed_at: at,
            value_text: value.into(),
            quality: Quality::Good,
            historical,
            optional: false,
        };
        let readings = values.into_iter().map(reading).collect();
        let submission = Submission { device_key: "T-1".into(), protocol: "test".into(), readings, raw_ref: None };
        assert_eq!(self.series.ingest().submit(submission).await.expect("stored").accepted, 3);
    }

    async fn tick(&self) {
        self.fences.tick().await.expect("judged");
        self.series.tick().await.expect("a tick");
    }

    async fn alarms(&self) -> Vec<AlarmView> {
        let filter = AlarmFilter { state: AlarmState::All, ..AlarmFilter::default() };
        self.series.list_alarms(&self.system, &filter, &PageQuery::default()).await.expect("alarms").items
    }

    /// Active, and how often raised.
    async fn states(&self) -> Vec<(bool, u32)> {
        self.alarms().await.iter().map(|alarm| (alarm.active, alarm.occurrences)).collect()
    }

    /// The same store after the program ended and began again.
    async fn restart(self) -> Self {
        self.series.stop().await;
        let series = SeriesEngine::start(self.store.db.clone(), SeriesSettings::default()).await.expect("an engine");
        let fences = Fences::new(self.registry.clone(), series.clone());
        Self { series, fences, ..self }
    }
}

on_every_store!(leaving_raises_one_alarm_with_where_it_was_and_jitter_none, |store| async move {
    let yard = Yard::open(store).await;
    yard.fence(json!({})).await;
    yard.drives(0.0, 40.0).await;
    for north in [990.0, 1015.0, 985.0, 1018.0] {
        yard.drives(north, 40.0).await;
    }
    assert_eq!(yard.states().await, [], "within the tolerance nothing was left");
    yard.drives(1100.0, 60.0).await;
    for north in [1015.0, 990.0, 1030.0] {
        yard.drives(north, 60.0).await;
    }
    assert_eq!(yard.states().await, [(true, 1)], "one alarm, and it does not flap at the edge");
    let alarm = yard.alarms().await.remove(0);
    assert!(alarm.title.contains("示例运输车T-1") && alarm.title.contains("驶出围栏“示例园区”"), "{}", alarm.title);
    assert!(
        (alarm.value.as_deref().and_then(|value| value.parse::<f64>().ok()).unwrap_or_default() - 100.0).abs() < 2.0
    );
    let detail = yard.series.alarm(&yard.system, &alarm.id).await.expect("the alarm");
    let position = detail.position.expect("where it was");
    assert!((position.lat - 38.1 - 1100.0 / DEGREE_M).abs() < 1e-5 && position.speed_kmh == Some(60.0));
    yard.drives(900.0, 30.0).await;
    assert_eq!(yard.states().await, [(false, 1)]);
});

on_every_store!(a_restart_judges_what_was_stored_meanwhile_and_nothing_twice, |store| async move {
    let yard = Yard::open(store).await;
    yard.fence(json!({})).await;
    yard.drives(0.0, 40.0).await;
    // Stored, and the program ends before the fence is looked at.
    yard.store.clock.advance(SignedDuration::from_secs(10));
    yard.sends(1500.0, 40.0, 0, false).await;
    let yard = yard.restart().await;
    yard.tick().await;
    assert_eq!(yard.states().await, [(true, 1)]);
    let yard = yard.restart().await;
    yard.tick().await;
    yard.drives(1600.0, 40.0).await;
    assert_eq!(yard.states().await, [(true, 1)], "the same alarm goes on");
    // From the terminal's memory: fills the track, judges nothing.
    yard.sends(0.0, 40.0, 5, true).await;
    yard.tick().await;
    assert_eq!(yard.states().await, [(true, 1)]);
});

on_every_store!(a_new_fence_does_not_judge_where_a_vehicle_was_yesterday, |store| async move {
    let yard = Yard::open(store).await;
    yard.drives(5000.0, 40.0).await;
    yard.store.clock.advance(SignedDuration::from_hours(16));
    yard.fence(json!({})).await;
    yard.tick().await;
    assert_eq!(yard.states().await, []);
    yard.drives(5000.0, 40.0).await;
    assert_eq!(yard.states().await, [(true, 1)]);
});

on_every_store!(a_fence_has_hours_vehicles_and_a_division_and_its_end_ends_its_alarm, |store| async move {
    let yard = Yard::open(store).await;
    // The clock of the test stands; a fence that holds on no hour of today is silent.
    let hour = yard.store.clock.now().to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8))).hour();
    let other = |ahead: i8| format!("{:02}:00", (hour + ahead).rem_euclid(24));
    let silent = yard.fence(json!({"hours_from": other(3), "hours_to": other(5)})).await;
    yard.drives(5000.0, 40.0).await;
    yard.drives(5000.0, 40.0).await;
    assert_eq!(yard.states().await, []);
    yard.registry.delete(&yard.system, "fence", &silent.id.to_string(), silent.version, None).await.expect("deleted");
    let body = json!({"code": "F-2", "name": "别处", "division": "640104000000", "attributes": {"shape": "circle",
        "corners": [{"lon": 106.4, "lat": 38.1}], "radius_m": 1000.0, "sense": "keep_in", "priority": "high", "confirm_seconds": 0}});
    yard.registry.create(&yard.system, "fence", draft(body), None).await.expect("a fence");
    yard.fences.changed();
    yard.drives(5000.0, 40.0).await;
    assert_eq!(yard.states().await, [], "a fence of another county is none of its");
    let fast = yard
        .registry
        .create(&yard.system, "fence", draft(json!({"code": "F-3", "name": "园区限速", "division": "640181000000", "attributes": {
            "shape": "route", "corners": [{"lon": 106.4, "lat": 38.0}, {"lon": 106.4, "lat": 38.2}], "width_m": 200.0,
            "sense": "speed_only", "speed_limit_kmh": 40, "priority": "medium", "confirm_seconds": 0, "vehicles": ["T-1"]}})), None)
        .await
        .expect("a fence");
    yard.fences.changed();
    yard.drives(5000.0, 40.0).await;
    assert_eq!(yard.states().await, [], "the limit itself is allowed");
    yard.drives(5000.0, 47.0).await;
    assert_eq!(yard.states().await, [(true, 1)]);
    assert!(yard.alarms().await[0].title.contains("围栏“园区限速”内的车速"));
    yard.registry.delete(&yard.system, "fence", &fast.id.to_string(), fast.version, None).await.expect("deleted");
    yard.fences.changed();
    yard.tick().await;
    assert_eq!(yard.states().await, [(false, 1)]);
});

#[test]
fn a_fence_says_what_it_lacks() {
    let spec = fengsui_registry::KindSpec::of::<fengsui_monitoring::kinds::Fence>();
    let judged = |body: Value| {
        let found = spec.check(body).err().unwrap_or_default();
        found.0.into_iter().map(|problem| format!("{} {}", problem.field, problem.code)).collect::<Vec<_>>()
    };
    let here = json!({"lon": 106.4, "lat": 38.1});
    let base = |change: Value| {
        let mut body =
            json!({"shape": "circle", "corners": [here], "radius_m": 500.0, "sense": "keep_out", "priority": "high"});
        for (key, value) in change.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        body
    };
    assert_eq!(judged(base(json!({"weekdays": ["monday"], "hours_from": "22:00", "hours_to": "06:00"}))), [""; 0]);
    assert_eq!(judged(base(json!({"radius_m": null}))), ["attributes.radius_m required"]);
    assert_eq!(judged(base(json!({"shape": "area"}))), ["attributes.corners too_few_items"]);
    assert_eq!(judged(base(json!({"shape": "route", "corners": [here, here]}))), ["attributes.width_m required"]);
    assert_eq!(judged(base(json!({"sense": "speed_only"}))), ["attributes.speed_limit_kmh required"]);
    assert_eq!(judged(base(json!({"hours_from": "22:00"}))), ["attributes.hours_to required"]);
    assert!(judged(base(json!({"hours_from": "25:00", "hours_to": "06:00"})))[0].starts_with("attributes.hours_from "));
    assert!(
        judged(base(json!({"season_from": "02-31", "season_to": "09-30"})))[0].starts_with("attributes.season_from ")
    );
}

on_every_store!(a_vehicle_of_hundreds_of_series_keeps_its_fences, |store: TestStore| async move {
    let yard = Yard::open(store).await;
    let truck = yard.registry.find_by_code("device", "T-1").await.expect("read").expect("the truck");
    for number in 0..510 {
        yard.measures(&truck, &format!("a{number:03}")).await;
    }
    yard.fence(json!({})).await;
    yard.drives(0.0, 40.0).await;
    // Followed anew, what it already has is found beyond the first page.
    yard.fences.changed();
    yard.drives(1100.0, 40.0).await;
    assert_eq!(yard.states().await, [(true, 1)]);
});

on_every_store!(a_long_name_of_a_fence_stops_nothing, |store: TestStore| async move {
    let yard = Yard::open(store).await;
    let body = json!({"code": "F-2", "name": "园".repeat(200), "division": "640181000000", "attributes": {
        "shape": "circle", "corners": [{"lon": 106.4, "lat": 38.1}], "radius_m": 1000.0, "sense": "keep_in",
        "confirm_seconds": 0, "priority": "high"}});
    yard.registry.create(&yard.system, "fence", draft(body), None).await.expect("a fence");
    yard.drives(0.0, 40.0).await;
    yard.drives(1100.0, 40.0).await;
    assert_eq!(yard.states().await, [(true, 1)]);
});
