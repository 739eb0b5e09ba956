//! Boards over real engines, on every store: worst first, within what a person may see, never stale.

use fengsui_kernel::reading::Quality;
use fengsui_kernel::scale::AlarmPriority;
use fengsui_kernel::{Actor, Clock as _, Grant, PageQuery, Principal, Scope};
use fengsui_monitoring::boards::{BoardTemplate, Boards, ObjectQuery, Reason};
use fengsui_registry::{RecordDraft, Registry, ground};
use fengsui_series::rules::RuleKind;
use fengsui_series::{
    DeviceFacts, NamedRecord, Reading, RuleCondition, RuleInput, SeriesEngine, SeriesRegistration, SeriesSettings,
    Submission,
};
use fengsui_storage::on_every_store;
use fengsui_storage::testkit::TestStore;
use serde_json::json;

const DIVISIONS: &str = "code,name,level,parent,population,lon,lat,source
640000000000,宁夏回族自治区,province,,7202654,106.2,37.3,nbs2023
640100000000,银川市,city,640000000000,,106.2,38.4,nbs2023
640104000000,兴庆区,county,640100000000,808000,106.3,38.5,nbs2023
640181000000,灵武市,county,640100000000,294000,106.4,38.1,nbs2023
";

const BOARD: &str = r#"
id = "chemicals"
sector = "major_hazard"
order = 10
title = { zh = "重大危险源", en = "Major hazards" }
note = { zh = "企业", en = "Enterprises" }
figures = ["objects", "alarms", "tally"]
columns = ["major_hazard_grade"]
tally = "major_hazard_grade"
worst = ["alarms", "silence", "out_of_service", "tally"]
[objects]
kind = "enterprise"
filter = ["major_hazard_grade:ne:none"]
"#;

struct County {
    store: TestStore,
    registry: Registry,
    series: SeriesEngine,
    boards: Boards,
    system: Principal,
}

fn within(code: &str) -> Principal {
    let scope = Scope::Subtree { division: code.parse().expect("a code") };
    let grant = Grant { action: "read".into(), kind: "*".into(), scope, post: None, role: None };
    let actor = Actor::User { id: "u1".into(), name: "示例·值班员".into(), post: None };
    Principal { actor, posts: vec![], grants: vec![grant] }
}

impl County {
    async fn open(store: TestStore) -> Self {
        Registry::load_divisions(&store.db, DIVISIONS.as_bytes()).await.expect("divisions");
        let mut kinds = ground::kinds();
        kinds.extend(fengsui_monitoring::kinds::kinds());
        let registry = Registry::open(store.db.clone(), kinds).await.expect("a registry");
        let series = SeriesEngine::start(store.db.clone(), SeriesSettings::default()).await.expect("an engine");
        let templates = vec![BoardTemplate::parse("chemicals.toml", BOARD).expect("a board")];
        let boards = Boards::new(registry.clone(), series.clone(), templates).expect("boards");
        Self { store, registry, series, boards, system: Principal::system("test") }
    }

    /// An enterprise with a gateway that measures one pressure, with a rule of a priority above 10.
    async fn enterprise(&self, code: &str, division: &str, grade: &str, priority: AlarmPriority) -> String {
        let body = json!({
            "code": code, "name": format!("示例{code}化工"), "division": division, "location": {"lon": 106.3, "lat": 38.2},
            "attributes": {"credit_code": "91640181XXXX00019C", "industry": "hazardous_chemicals",
                "major_hazard_grade": grade, "risk_level": "low", "phone": "13900000001"},
        });
        let draft = RecordDraft::parse(&body).expect("a draft").0;
        let made = self.registry.create(&self.system, "enterprise", draft, None).await.expect("a record");
        let id = made.id.to_string();
        let device = DeviceFacts {
            id: format!("device-{code}"),
            code: format!("GW-{code}"),
            serial: None,
            name: format!("示例网关{code}"),
            division: division.parse().expect("a code"),
            enterprise: Some(id.clone()),
            category: None,
        };
        let registration = SeriesRegistration {
            code: "pressure".into(),
            name: "压力".into(),
            name_en: None,
            unit: "MPa".into(),
            installation: None,
            enterprise: Some(NamedRecord { id: id.clone(), name: made.name }),
            division: device.division,
            location: None,
            low: None,
            high: None,
            expected_interval_seconds: Some(30),
            mode: fengsui_kernel::Mode::Real,
            device,
        };
        let series = self.series.register(&self.system, registration).await.expect("a series").id;
        let condition = RuleCondition {
            kind: RuleKind::High,
            limit: Some(10.0),
            deadband: 0.1,
            window_seconds: None,
            direction: None,
            method: None,
            training_readings: None,
            intensity: None,
            on_delay_seconds: 0,
            off_delay_seconds: 0,
            priority,
            level: None,
            schedule: None,
            instruction: None,
            plan: None,
        };
        let name = "压力高".into();
        let rule = RuleInput { series, name, condition, learn_anew: false, enabled: true, version: None, why: None };
        self.series.create_rule(&self.system, rule).await.expect("a rule");
        id
    }

    async fn send(&self, code: &str, value: &str) {
        let reading = Reading {
            code: "pressure".into(),
            observed_at: self.store.clock.now(),
            value_text: value.into(),
            quality: Quality::Good,
            historical: false,
            optional: false,
        };
        let submission = Submission {
            device_key: format!("GW-{code}"),
            protocol: "test".into(),
            readings: vec![reading],
            raw_ref: None,
        };
        assert_eq!(self.series.ingest().submit(submission).await.expect("accepted").accepted, 1);
    }

    /// Codes in the order of the board.
    async fn order(&self, who: &Principal) -> Vec<String> {
        let page = self.boards.objects(who, "chemicals", &ObjectQuery::default()).await.expect("a page");
        page.items.into_iter().map(|one| one.code).collect()
    }
}

on_every_store!(the_worst_comes_first_and_nothing_is_stale, |store| async move {
    let county = County::open(store).await;
    county.enterprise("A", "640181000000", "grade_4", AlarmPriority::High).await;
    county.enterprise("B", "640181000000", "grade_1", AlarmPriority::Medium).await;
    county.enterprise("C", "640104000000", "grade_2", AlarmPriority::Urgent).await;
    county.enterprise("D", "640104000000", "none", AlarmPriority::Urgent).await;
    assert_eq!(county.order(&county.system).await, ["B", "C", "A"], "by grade while all are well");
    for code in ["A", "B", "C", "D"] {
        county.send(code, "1").await;
    }
    county.send("A", "11").await;
    assert_eq!(county.order(&county.system).await, ["A", "B", "C"]);
    county.send("B", "11").await;
    county.send("C", "11").await;
    county.send("D", "11").await;
    assert_eq!(county.order(&county.system).await, ["C", "A", "B"], "urgent, high, medium; D is no major hazard");
    let view = county.boards.board(&county.system, "chemicals", None).await.expect("a board");
    let figures = view.figures;
    assert_eq!((figures.objects, figures.troubled, figures.unacknowledged, figures.devices.online), (3, 3, 3, 3));
    assert_eq!(figures.alarms.len(), 3);
    assert_eq!(figures.tally.first().map(|one| one.value.as_str()), Some("grade_1"));
    let alarms = county.boards.alarms(&county.system, "chemicals", None, &PageQuery::default()).await.expect("alarms");
    let first = alarms.items.first().expect("one");
    assert_eq!((first.priority, alarms.total), (AlarmPriority::Urgent, Some(3)));
    county.series.acknowledge(&county.system, &first.id, None).await.expect("acknowledged");
    let page = county.boards.objects(&county.system, "chemicals", &ObjectQuery::default()).await.expect("a page");
    let worst = page.items.first().expect("one");
    assert_eq!((worst.code.as_str(), worst.waiting_since), ("C", None), "still the worst, but somebody knows");
    assert!(matches!(worst.reasons.first(), Some(Reason::Alarms { count: 1, waiting: 0, .. })), "{:?}", worst.reasons);
    assert!(!worst.attributes.contains_key("phone"));
    county.send("C", "1").await;
    assert_eq!(county.order(&county.system).await, ["A", "B", "C"], "returned and acknowledged: well again");
});

on_every_store!(a_person_sees_their_own_division, |store| async move {
    let county = County::open(store).await;
    let own = county.enterprise("A", "640181000000", "grade_1", AlarmPriority::High).await;
    county.enterprise("B", "640104000000", "grade_1", AlarmPriority::Urgent).await;
    county.send("A", "11").await;
    county.send("B", "11").await;
    let (city, lingwu) = (within("640100000000"), within("640181000000"));
    assert_eq!(county.order(&city).await, ["B", "A"]);
    assert_eq!(county.order(&lingwu).await, ["A"]);
    let view = county.boards.board(&lingwu, "chemicals", None).await.expect("a board");
    assert_eq!((view.figures.objects, view.figures.unacknowledged), (1, 1));
    let alarms = county.boards.alarms(&lingwu, "chemicals", None, &PageQuery::default()).await.expect("alarms");
    assert_eq!((alarms.items.len(), alarms.total), (1, Some(1)));
    let narrowed = ObjectQuery { division: Some("640104000000".parse().expect("a code")), ..ObjectQuery::default() };
    assert_eq!(county.boards.objects(&city, "chemicals", &narrowed).await.expect("a page").items.len(), 1);
    assert_eq!(county.boards.objects(&lingwu, "chemicals", &narrowed).await.expect("a page").items.len(), 0);
    let mut enterprise = lingwu.clone();
    enterprise.grants[0].scope = Scope::Enterprise { id: own };
    assert_eq!(county.order(&enterprise).await, ["A"]);
    let nobody = Principal { grants: vec![], ..lingwu };
    assert!(county.boards.list(&nobody, None).await.expect("a list").is_empty());
    assert!(county.boards.board(&nobody, "chemicals", None).await.is_err());
    assert!(county.boards.board(&city, "none", None).await.is_err());
});

on_every_store!(pages_follow_each_other, |store| async move {
    let county = County::open(store).await;
    for number in 0..7 {
        county.enterprise(&format!("E{number}"), "640181000000", "grade_3", AlarmPriority::Low).await;
    }
    county.send("E5", "11").await;
    let (mut cursor, mut codes) = (None, Vec::new());
    loop {
        let query = ObjectQuery { limit: Some(3), cursor, ..ObjectQuery::default() };
        let page = county.boards.objects(&county.system, "chemicals", &query).await.expect("a page");
        assert_eq!(page.total, Some(7));
        codes.extend(page.items.into_iter().map(|one| one.code));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(codes, ["E5", "E0", "E1", "E2", "E3", "E4", "E6"]);
    let troubled = ObjectQuery { troubled: true, ..ObjectQuery::default() };
    assert_eq!(county.boards.objects(&county.system, "chemicals", &troubled).await.expect("a page").total, Some(1));
});

on_every_store!(a_wrong_board_is_named, |store| async move {
    let county = County::open(store).await;
    for (from, to, why) in [
        ("kind = \"enterprise\"", "kind = \"person\"", "objects.kind"),
        ("major_hazard_grade:ne:none", "colour:eq:red", "objects"),
        ("columns = [\"major_hazard_grade\"]", "columns = [\"phone\"]", "phone"),
        ("tally = \"major_hazard_grade\"", "tally = \"employees\"", "tally"),
        ("id = \"chemicals\"", "id = \"化工\"", "the id"),
        ("en = \"Enterprises\"", "en = \"\"", "both languages"),
        ("figures = [\"objects\"", "figures = [\"risk\"", "risk index"),
    ] {
        let text = BOARD.replace(from, to);
        assert_ne!(text, BOARD, "{from}");
        let template = BoardTemplate::parse("own.toml", &text).expect("it parses");
        let made = Boards::new(county.registry.clone(), county.series.clone(), vec![template]);
        let error = made.err().unwrap_or_else(|| panic!("{to} was taken"));
        assert!(error.why.contains(why), "{error}");
    }
});

on_every_store!(the_risk_index_orders_and_moves_with_time, |store| async move {
    let county = County::open(store).await;
    let text = BOARD
        .replace("worst = [\"alarms\"", "risk = true\nworst = [\"risk\", \"alarms\"")
        .replace("\"tally\"]\ncolumns", "\"risk\"]\ncolumns");
    let template = BoardTemplate::parse("risk.toml", &text).expect("a board");
    let boards = Boards::new(county.registry.clone(), county.series.clone(), vec![template]).expect("boards");
    county.enterprise("A", "640181000000", "grade_1", AlarmPriority::Urgent).await;
    county.enterprise("B", "640181000000", "grade_4", AlarmPriority::Urgent).await;
    for code in ["A", "B"] {
        county.send(code, "1").await;
    }
    county.send("B", "11").await;
    let page = boards.objects(&county.system, "chemicals", &ObjectQuery::default()).await.expect("a page");
    let told: Vec<_> =
        page.items.iter().map(|one| (one.code.as_str(), one.risk.as_ref().expect("judged").score)).collect();
    assert_eq!(
        told,
        [("B", 93.0), ("A", 94.0)],
        "six points for an urgent alarm, one for the grade; six for a first grade"
    );
    county.send("A", "11").await;
    county.store.clock.advance(jiff::SignedDuration::from_mins(31));
    let page = boards.objects(&county.system, "chemicals", &ObjectQuery::default()).await.expect("a page");
    let worst = page.items.first().expect("one");
    let risk = worst.risk.as_ref().expect("judged");
    assert_eq!(
        (worst.code.as_str(), risk.direct_minutes, risk.score),
        ("A", Some(31), 82.0),
        "nothing but time went by"
    );
    let figures = boards.board(&county.system, "chemicals", None).await.expect("a board").figures;
    let counted: Vec<_> = figures.risk.iter().map(|one| (one.value.as_str(), one.count)).collect();
    assert_eq!(counted, [("major", 1), ("general", 1)]);
});
