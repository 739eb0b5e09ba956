//! A hundred thousand enterprises. Run with `cargo test --release -p fengsui-registry --test scale -- --ignored --nocapture`.

mod common;

use std::fmt::Write;
use std::time::Instant;

use common::{person, registry, system, within};
use fengsui_kernel::{Locale, Point};
use fengsui_registry::{ImportMode, ImportOptions, ListQuery, Registry, SheetFormat};
use fengsui_storage::testkit;

const ROWS: u32 = 100_000;

fn file() -> Vec<u8> {
    let mut text = String::from("编码,名称,行政区划代码,经度,纬度,行业,联系电话,从业人数,规模以上,标签,地址\n");
    for number in 0..ROWS {
        let division = ["640181000000", "640181100000", "640104000000", "640221000000"][(number % 4) as usize];
        let industry = if number % 7 == 0 { "煤矿" } else { "危险化学品" };
        let (lon, lat) = (105.0 + f64::from(number % 1000) * 0.002, 37.5 + f64::from(number / 1000) * 0.02);
        let _ = writeln!(
            text,
            "E-{number:06},示例{number}号合成化工有限公司,{division},{lon},{lat},{industry},1390000{:04},{},是,甲类,宁东镇示例路{number}号",
            number % 10_000,
            number % 900 + 1
        );
    }
    text.into_bytes()
}

async fn timed(name: &str, registry: &Registry, principal: &fengsui_kernel::Principal, query: ListQuery) {
    let mut best = u128::MAX;
    let mut told = (0, None);
    for _ in 0..5 {
        let start = Instant::now();
        let page = registry.list(principal, "enterprise", &query).await.expect("a page");
        best = best.min(start.elapsed().as_millis());
        told = (page.items.len(), page.total);
    }
    println!("  {name}: {best} ms {told:?}");
}

async fn measure(store: testkit::TestStore) {
    let registry = registry(&store).await;
    let all = system();
    let options = ImportOptions { mode: ImportMode::AllOrNothing, ..ImportOptions::default() };
    let (file, start) = (file(), Instant::now());
    let report = registry.import(&all, "enterprise", file.clone(), options.clone()).await.expect("imported");
    println!("  import: {} ms, {} rows", start.elapsed().as_millis(), report.created);
    assert_eq!(report.created, u64::from(ROWS), "{:?}", report.errors.first());
    let start = Instant::now();
    let report = registry.import(&all, "enterprise", file, options).await.expect("imported");
    println!("  import unchanged: {} ms, {}", start.elapsed().as_millis(), report.unchanged);
    let base = ListQuery::default;
    let filters = |own: &[&str]| own.iter().map(ToString::to_string).collect::<Vec<_>>();
    timed("all", &registry, &all, base()).await;
    timed("industry", &registry, &all, ListQuery { filter: filters(&["industry:eq:coal_mine"]), ..base() }).await;
    let two = filters(&["industry:eq:hazardous_chemicals", "employees:ge:890"]);
    timed("industry, employees", &registry, &all, ListQuery { filter: two, ..base() }).await;
    timed("by employees", &registry, &all, ListQuery { sort: Some("-employees".into()), ..base() }).await;
    timed("by name", &registry, &all, ListQuery { sort: Some("name".into()), ..base() }).await;
    timed("county", &registry, &all, ListQuery { division: Some("640181".into()), ..base() }).await;
    timed("town", &registry, &all, ListQuery { division: Some("640181100".into()), ..base() }).await;
    timed("rights of a city", &registry, &person(&["read"], &within("6401")), base()).await;
    timed(
        "rights, industry",
        &registry,
        &person(&["read"], &within("640181")),
        ListQuery { filter: filters(&["industry:eq:coal_mine"]), ..base() },
    )
    .await;
    timed("q rare", &registry, &all, ListQuery { q: Some("示例77777号".into()), ..base() }).await;
    timed("q common", &registry, &all, ListQuery { q: Some("化工".into()), ..base() }).await;
    timed("q initials", &registry, &all, ListQuery { q: Some("hchg".into()), ..base() }).await;
    let start = Instant::now();
    let hits = registry.search(&all, "化工", 20).await.expect("hits");
    println!("  search everywhere: {} ms, {}", start.elapsed().as_millis(), hits.len());
    for zoom in [(4, 12, 6), (7, 101, 49), (10, 813, 395)] {
        let start = Instant::now();
        let tile = registry.tile(&all, "enterprise", zoom, &base()).await.expect("a tile");
        println!("  tile {zoom:?}: {} ms, {} bytes", start.elapsed().as_millis(), tile.len());
    }
    let start = Instant::now();
    let near =
        registry.nearest(&all, "enterprise", Point { lon: 106.0, lat: 38.5 }, 20, None, &base()).await.expect("near");
    println!("  nearest: {} ms, {}", start.elapsed().as_millis(), near.len());
    for format in [SheetFormat::Csv, SheetFormat::Xlsx] {
        let start = Instant::now();
        let file = registry.export(&all, "enterprise", &base(), format, Locale::Chinese).await.expect("a file");
        println!("  export {format:?}: {} ms, {} KB", start.elapsed().as_millis(), file.len() / 1024);
        let start = Instant::now();
        let options = ImportOptions { dry_run: true, ..ImportOptions::default() };
        let report = registry.import(&all, "enterprise", file, options).await.expect("a report");
        println!("  dry run {format:?}: {} ms, {}", start.elapsed().as_millis(), report.unchanged);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes long; measures"]
async fn a_hundred_thousand() {
    println!("SQLite");
    measure(testkit::sqlite().await).await;
    if let Some(store) = testkit::postgres().await {
        println!("PostgreSQL");
        measure(store).await;
    }
}
