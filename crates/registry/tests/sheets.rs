//! Import, export, templates, broken and hostile files.

mod common;

use std::io::Write;

use common::{enterprise, person, problems, registry, system, within};
use fengsui_kernel::Locale;
use fengsui_registry::{ImportMode, ImportOptions, ListQuery, SheetFormat};
use fengsui_storage::on_every_store;

const GOOD: &str = "编码,名称,行政区划代码,经度,纬度,行业,联系电话,从业人数(人),规模以上,标签,许可到期
E-1,宁东化工,640181000000,106.5,38.5,危险化学品,13900000001,300,是,甲类、一级,2027/1/5
E-2,平罗煤业,640221,106.5,39.5,coal mine,,900,否,乙类,
";

fn options(dry_run: bool, mode: ImportMode) -> ImportOptions {
    ImportOptions { dry_run, mode, file_name: "enterprises.csv".into(), why: Some("年度更新".into()) }
}

on_every_store!(imports_judges_and_updates, |store: fengsui_storage::testkit::TestStore| async move {
    let registry = registry(&store).await;
    let all = system();
    let dry = registry
        .import(&all, "enterprise", GOOD.into(), options(true, ImportMode::AllOrNothing))
        .await
        .expect("a report");
    assert_eq!((dry.rows, dry.good, dry.created, dry.applied), (2, 2, 2, false), "{:?}", dry.errors);
    assert_eq!(registry.list(&all, "enterprise", &ListQuery::default()).await.expect("page").total, Some(0));
    let done =
        registry.import(&all, "enterprise", GOOD.into(), options(false, ImportMode::AllOrNothing)).await.expect("done");
    assert_eq!((done.created, done.applied), (2, true));
    let made = registry.find_by_code("enterprise", "E-1").await.expect("found").expect("there");
    assert_eq!(made.attributes["tags"], serde_json::json!(["甲类", "一级"]));
    assert_eq!(made.attributes["licensed_until"], "2027-01-05");
    assert_eq!(made.attributes["large"], true);
    let mixed = format!(
        "{GOOD}E-3,坏行,640181000000,38.5,106.5,银行,13900000001,很多,也许,甲,2027-02-30\nE-1,重复,640181000000,,,煤矿,,,,x,\n\
         E-4,缺经度,640181000000,,38.5,煤矿,,,,x,\nE-5,外地,110101000000,,,煤矿,,,,x,\n"
    )
    .replace("宁东化工", "宁东化工集团");
    let none = registry
        .import(&all, "enterprise", mixed.clone().into(), options(false, ImportMode::AllOrNothing))
        .await
        .expect("a report");
    assert!(!none.applied);
    let told: Vec<String> = none.errors.iter().map(|own| format!("{} {} {}", own.row, own.column, own.code)).collect();
    for expected in [
        "4 经度 coordinates_swapped",
        "4 行业 unknown_value",
        "4 从业人数 wrong_type",
        "4 规模以上 wrong_type",
        "4 许可到期 malformed_date",
        "5 编码 duplicate_in_file",
        "6 经度 required",
        "7 行政区划代码 unknown_division",
    ] {
        assert!(told.iter().any(|own| own == expected), "{expected} in {told:?}");
    }
    assert_eq!(registry.find_by_code("enterprise", "E-1").await.expect("found").expect("there").name, "宁东化工");
    let some =
        registry.import(&all, "enterprise", mixed.into(), options(false, ImportMode::GoodRows)).await.expect("some");
    assert_eq!((some.rows, some.updated, some.unchanged, some.applied), (6, 1, 1, true), "{some:?}");
    let changed = registry.find_by_code("enterprise", "E-1").await.expect("found").expect("there");
    assert_eq!((changed.name.as_str(), changed.version), ("宁东化工集团", 2));
    let history = registry.history(&all, "enterprise", changed.id.as_str()).await.expect("history");
    assert_eq!(history[0].why.as_deref(), Some("年度更新"));
});

on_every_store!(what_is_exported_imports_unchanged, |store: fengsui_storage::testkit::TestStore| async move {
    let registry = registry(&store).await;
    let all = system();
    registry.import(&all, "enterprise", GOOD.into(), options(false, ImportMode::AllOrNothing)).await.expect("done");
    let formula = enterprise("E-9", "=HYPERLINK(1)", "640181000000", 106.5, 38.5);
    registry.create(&all, "enterprise", formula, None).await.expect("just a name");
    for format in [SheetFormat::Csv, SheetFormat::Xlsx] {
        for locale in [Locale::Chinese, Locale::English] {
            let file =
                registry.export(&all, "enterprise", &ListQuery::default(), format, locale).await.expect("a file");
            if format == SheetFormat::Csv {
                let text = String::from_utf8(file.clone()).expect("UTF-8");
                assert!(text.starts_with('\u{feff}') && text.contains("'=HYPERLINK"), "{text}");
            }
            let back = registry
                .import(&all, "enterprise", file, options(false, ImportMode::AllOrNothing))
                .await
                .expect("back");
            assert_eq!((back.rows, back.unchanged, back.error_count), (3, 3, 0), "{format:?} {locale:?} {back:?}");
        }
    }
    let clerk = person(&["export"], &within("640221"));
    let file = registry.export(&clerk, "enterprise", &ListQuery::default(), SheetFormat::Csv, Locale::Chinese).await;
    let text = String::from_utf8(file.expect("a file")).expect("UTF-8");
    assert!(text.contains("平罗煤业") && !text.contains("宁东"), "{text}");
    let outside = person(&["import"], &within("640221"));
    let report = registry
        .import(&outside, "enterprise", GOOD.into(), options(false, ImportMode::GoodRows))
        .await
        .expect("report");
    assert_eq!(report.errors.first().map(|own| own.code.as_str()), Some("not_permitted"));
    let blank = registry.template("enterprise", SheetFormat::Xlsx, Locale::Chinese).expect("a template");
    let empty = registry.import(&all, "enterprise", blank, options(false, ImportMode::GoodRows)).await;
    assert_eq!(problems(&empty.expect_err("no rows")), ["file empty_file"]);
});

/// 64 MB of blanks in a zip whose entry declares a size.
fn bomb(declared: u32) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..64 {
        encoder.write_all(&zeros).expect("packed");
    }
    let packed = encoder.finish().expect("packed");
    let (name, size) = (b"xl/workbook.xml", u32::try_from(packed.len()).expect("small"));
    let common: Vec<u8> = [
        [20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0].as_slice(),
        &size.to_le_bytes(),
        &declared.to_le_bytes(),
        &[15, 0, 0, 0],
    ]
    .concat();
    let local = [b"PK\x03\x04".as_slice(), &common, name, &packed].concat();
    let central = [b"PK\x01\x02".as_slice(), &[20, 0], &common, &[0; 14], name].concat();
    let start = u32::try_from(local.len()).expect("small");
    let end = [
        b"PK\x05\x06".as_slice(),
        &[0, 0, 0, 0, 1, 0, 1, 0],
        &u32::try_from(central.len()).expect("small").to_le_bytes(),
        &start.to_le_bytes(),
        &[0, 0],
    ]
    .concat();
    [local, central, end].concat()
}

on_every_store!(broken_files_are_named_and_harmless, |store: fengsui_storage::testkit::TestStore| async move {
    let registry = registry(&store).await;
    let all = system();
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (Vec::new(), "empty_file"),
        (b"PK\x03\x04 not a zip".to_vec(), "unreadable_file"),
        (b"\xd0\xcf\x11\xe0old excel".to_vec(), "unsupported_file"),
        ("编码,名称\n".into(), ""),
        (vec![0xff; 5000], ""),
        (bomb(64 << 20), "suspicious_archive"),
        (bomb(10), "unreadable_file"),
        (bomb(u32::MAX - 1), "too_large"),
    ];
    for (file, code) in cases {
        match registry.import(&all, "enterprise", file, options(false, ImportMode::GoodRows)).await {
            Ok(report) => {
                let headers = ["missing_column", "unknown_column"];
                assert!(
                    report.errors.iter().all(|own| headers.contains(&own.code.as_str())) && !report.applied,
                    "{report:?}"
                );
                assert_eq!((report.rows, code), (0, ""));
            }
            Err(fault) => assert_eq!(fault.code(), code),
        }
    }
    let gbk = encoding_rs::GB18030.encode(GOOD).0.into_owned();
    let report =
        registry.import(&all, "enterprise", gbk, options(false, ImportMode::AllOrNothing)).await.expect("GB 18030");
    assert_eq!(report.created, 2);
    let large = vec![b'a'; 51 * 1024 * 1024];
    let fault =
        registry.import(&all, "enterprise", large, options(true, ImportMode::GoodRows)).await.expect_err("large");
    assert_eq!(fault.code(), "too_large");
});
