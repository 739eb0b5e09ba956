//! The demonstration data fit the real kinds.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::PathBuf;

use fengsui_command::kinds as command;
use fengsui_kernel::{Point, Principal};
use fengsui_monitoring::kinds as monitoring;
use fengsui_registry::{ListQuery, Registry, ground};
use fengsui_storage::on_every_store;

fn data(path: &str) -> PathBuf {
    PathBuf::from("../../data").join(path)
}

fn open(path: &str) -> File {
    File::open(data(path)).expect(path)
}

on_every_store!(the_demonstration_loads_twice, |store: fengsui_storage::testkit::TestStore| async move {
    let loaded = Registry::load_divisions(&store.db, open("divisions/divisions.csv.gz")).await.expect("divisions");
    assert!(loaded > 6000);
    Registry::load_boundaries(&store.db, open("boundaries/china_county.geojson.gz")).await.expect("country");
    Registry::load_boundaries(&store.db, open("boundaries/ningxia.geojson")).await.expect("Ningxia");
    let specs = [ground::kinds(), monitoring::kinds(), command::kinds()].concat();
    let registry = Registry::open(store.db.clone(), specs).await.expect("a registry");
    let files = [
        "01_organisation",
        "02_person",
        "03_post",
        "04_enterprise",
        "05_installation",
        "06_device",
        "07_rescue_team",
        "08_expert",
        "09_depot",
        "10_shelter",
        "11_plan",
    ];
    let mut all: Box<dyn Read + Send> = Box::new(std::io::empty());
    for file in files {
        all = Box::new(all.chain(open(&format!("demo/{file}.jsonl"))));
    }
    let mut text = Vec::new();
    all.read_to_end(&mut text).expect("read");
    let system = Principal::system("test");
    let first = registry.load_jsonl(&system, BufReader::new(text.as_slice())).await.expect("loaded");
    assert!(first.created > 300 && first.updated == 0, "{first:?}");
    let again = registry.load_jsonl(&system, BufReader::new(text.as_slice())).await.expect("loaded");
    assert_eq!((again.created, again.updated, again.unchanged), (0, 0, first.created));
    let hits = registry.search(&system, "示例宁东合成化工", 10).await.expect("hits");
    assert_eq!(hits.first().map(|hit| hit.code.as_str()), Some("DEMO-ENT-001"));
    let site = Point { lon: 106.62, lat: 38.17 };
    let county = registry.locate(site).await.expect("located").county.expect("a county");
    assert_eq!(county.name, "灵武市");
    let query = ListQuery { filter: vec!["capability:eq:hazmat".into()], ..ListQuery::default() };
    let near = registry.nearest(&system, "rescue_team", site, 3, None, &query).await.expect("teams");
    assert!(near.is_sorted_by(|one, two| one.distance_m <= two.distance_m) && near.len() == 3);
    assert!(near[0].distance_m < 5000.0, "a team of the site or of 宁东镇: {near:?}");
});

#[test]
fn no_two_columns_share_a_title() {
    for spec in [ground::kinds(), monitoring::kinds(), command::kinds()].concat() {
        let mut titles: Vec<String> = vec!["编码".into(), "名称".into(), "行政区划代码".into(), "所属企业编码".into()];
        titles.extend(spec.fields.iter().map(|field| field.title.zh.clone()));
        let count = titles.len();
        titles.sort();
        titles.dedup();
        assert_eq!(titles.len(), count, "{}", spec.name);
        assert!(spec.fields.iter().all(|field| field.title.zh != field.name), "{} has an untitled field", spec.name);
    }
}
