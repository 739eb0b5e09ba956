//! Whatever a list is asked for, it gives the rows that a plain filter and sort in memory give, and
//! page after page each of them exactly once: with absent values, ties, scopes and words, on every store,
//! for ledgers small enough to be sorted and large enough to be walked.

mod common;

use std::cmp::Ordering;

use common::{draft, person, registry, system, within};
use fengsui_kernel::Principal;
use fengsui_registry::{ListQuery, Registry};
use fengsui_storage::on_every_store;
use fengsui_storage::testkit::TestStore;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

const DIVISIONS: [&str; 4] = ["640181000000", "640181100000", "640104000000", "640221000000"];
const TAGS: [&str; 3] = ["甲类", "乙类", "百分%"];

#[derive(Debug, Clone)]
struct Row {
    code: String,
    name: String,
    division: &'static str,
    coal: bool,
    employees: Option<u32>,
    large: Option<bool>,
    tag: usize,
    until: Option<String>,
}

impl Row {
    fn value(&self, field: &str) -> Value {
        match field {
            "code" => json!(self.code),
            "name" => json!(self.name),
            "division" => json!(self.division),
            "industry" => json!(if self.coal { "coal_mine" } else { "hazardous_chemicals" }),
            "employees" => json!(self.employees),
            "large" => json!(self.large.map(u8::from)),
            _ => json!(self.until),
        }
    }

    fn body(&self) -> Value {
        json!({"code": self.code, "name": self.name, "division": self.division, "attributes": {
            "industry": self.value("industry"), "employees": self.employees, "large": self.large,
            "tags": [TAGS[self.tag]], "licensed_until": self.until}})
    }
}

/// Few distinct values, so that ties and absent values abound.
fn row(number: usize) -> impl Strategy<Value = Row> {
    let employees = prop::option::weighted(0.7, 1_u32..6);
    let until = prop::option::weighted(0.6, (1_u8..5).prop_map(|month| format!("2027-0{month}-01")));
    (0..4_usize, any::<bool>(), employees, any::<Option<bool>>(), 0..3_usize, until, 0..5_usize).prop_map(
        move |(division, coal, employees, large, tag, until, name)| Row {
            code: format!("E-{number:05}"),
            name: format!("{}{}", ["示例煤业", "示例合成化工", "液氨储运", "重庆路加油", "示例煤业"][name], number % 7),
            division: DIVISIONS[division],
            coal,
            employees,
            large,
            tag,
            until,
        },
    )
}

/// A filter as text, and the same in memory.
type Filter = (&'static str, fn(&Row) -> bool);

const FILTERS: [Filter; 9] = [
    ("industry:eq:coal_mine", |row| row.coal),
    ("industry:ne:coal_mine", |row| !row.coal),
    ("employees:ge:3", |row| row.employees.is_some_and(|count| count >= 3)),
    ("employees:lt:2", |row| row.employees.is_some_and(|count| count < 2)),
    ("employees:ne:3", |row| row.employees != Some(3)),
    ("large:eq:true", |row| row.large == Some(true)),
    ("tags:eq:百分%", |row| row.tag == 2),
    ("licensed_until:in:2027-01-01,2027-03-01", |row| {
        matches!(row.until.as_deref(), Some("2027-01-01" | "2027-03-01"))
    }),
    ("name:like:化工", |row| row.name.contains("化工")),
];
const FIELDS: [&str; 7] = ["code", "name", "division", "industry", "employees", "large", "licensed_until"];
const WORDS: [Filter; 4] = [
    ("煤业", |row| row.name.contains("煤业")),
    ("示例", |row| row.name.contains("示例")),
    ("hchg", |row| row.name.contains("合成化工")),
    ("没有", |_| false),
];

#[derive(Debug, Clone)]
struct Asked {
    filters: Vec<usize>,
    any: Vec<usize>,
    word: Option<usize>,
    division: Option<&'static str>,
    scope: Option<&'static str>,
    field: &'static str,
    descending: bool,
    limit: u32,
}

fn asked() -> impl Strategy<Value = Asked> {
    let places =
        || prop::option::weighted(0.3, prop::sample::select(vec!["640181000000", "640200000000", "640181100000"]));
    let filters = prop::collection::vec(0..FILTERS.len(), 0..3);
    let word = prop::option::weighted(0.3, 0..WORDS.len());
    let any_of = prop_oneof![3 => Just(vec![]), 1 => prop::collection::vec(0..FILTERS.len(), 1..4)];
    (filters, any_of, word, places(), places(), prop::sample::select(&FIELDS[..]), any::<bool>(), 1..60_u32).prop_map(
        |(filters, any, word, division, scope, field, descending, limit)| Asked {
            filters,
            any,
            word,
            division,
            scope,
            field,
            descending,
            limit,
        },
    )
}

fn below(row: &Row, division: &str) -> bool {
    row.division.starts_with(division.trim_end_matches('0'))
}

/// Absent values last; the code decides between equals, in the same direction.
fn compare(asked: &Asked, one: &Row, other: &Row) -> Ordering {
    // Choices stand in the order of their list, in which chemicals come first.
    let value = |row: &Row| if asked.field == "industry" { json!(u8::from(row.coal)) } else { row.value(asked.field) };
    let (left, right) = (value(one), value(other));
    let turned = |order: Ordering| if asked.descending { order.reverse() } else { order };
    let by_value = match (left.is_null(), right.is_null()) {
        (false, false) => turned(match (left.as_f64(), right.as_f64()) {
            (Some(left), Some(right)) => left.total_cmp(&right),
            _ => left.as_str().cmp(&right.as_str()),
        }),
        (absent, other) => absent.cmp(&other),
    };
    by_value.then_with(|| turned(one.code.cmp(&other.code)))
}

fn expected(rows: &[Row], asked: &Asked) -> Vec<String> {
    let fits = |row: &&Row| {
        asked.filters.iter().all(|own| FILTERS[*own].1(row))
            && (asked.any.is_empty() || asked.any.iter().any(|own| FILTERS[*own].1(row)))
            && asked.word.is_none_or(|own| WORDS[own].1(row))
            && asked.division.into_iter().chain(asked.scope).all(|place| below(row, place))
    };
    let mut found: Vec<&Row> = rows.iter().filter(fits).collect();
    found.sort_by(|one, other| compare(asked, one, other));
    found.into_iter().map(|row| row.code.clone()).collect()
}

async fn given(registry: &Registry, asked: &Asked) -> Vec<String> {
    let principal: Principal = asked.scope.map_or_else(system, |place| person(&["read"], &within(place)));
    let mut codes = Vec::new();
    let (mut cursor, mut totals) = (None, Vec::new());
    loop {
        let query = ListQuery {
            q: asked.word.map(|own| WORDS[own].0.to_owned()),
            division: asked.division.map(ToOwned::to_owned),
            any: asked.any.iter().map(|own| FILTERS[*own].0.to_owned()).collect(),
            filter: asked.filters.iter().map(|own| FILTERS[*own].0.to_owned()).collect(),
            sort: Some(format!("{}{}", if asked.descending { "-" } else { "" }, asked.field)),
            limit: Some(asked.limit),
            cursor,
            ..ListQuery::default()
        };
        let page = registry.list(&principal, "enterprise", &query).await.expect("a page");
        assert!(page.items.len() <= asked.limit as usize && (page.next.is_none() || !page.items.is_empty()));
        codes.extend(page.items.into_iter().map(|record| record.code));
        totals.push(page.total);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    for total in totals.into_iter().flatten() {
        assert_eq!(total, codes.len() as u64, "the total of {asked:?}");
    }
    codes
}

async fn filled(store: &TestStore, runner: &mut TestRunner, count: usize) -> (Registry, Vec<Row>) {
    let registry = registry(store).await;
    let rows: Vec<Row> = (0..count).map(|number| row(number).new_tree(runner).expect("a row").current()).collect();
    let lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let mut body = row.body();
            body["kind"] = json!("enterprise");
            body.to_string()
        })
        .collect();
    let report = registry.load_jsonl(&system(), lines.join("\n").as_bytes()).await.expect("loaded");
    assert_eq!(report.created, count as u64);
    (registry, rows)
}

async fn compare_all(store: &TestStore, count: usize, lists: usize) {
    let mut runner = TestRunner::deterministic();
    let (registry, rows) = filled(store, &mut runner, count).await;
    for _ in 0..lists {
        let asked = asked().new_tree(&mut runner).expect("a list").current();
        let own = expected(&rows, &asked);
        // Walking thousands of rows in pages of three tells no more than in pages of hundreds.
        let asked = if own.len() > 1000 { Asked { limit: asked.limit * 8, ..asked } } else { asked };
        assert_eq!(given(&registry, &asked).await, own, "{asked:?}");
    }
}

on_every_store!(small_ledgers_agree, |store: TestStore| async move {
    compare_all(&store, 300, 120).await;
});

on_every_store!(large_ledgers_agree, |store: TestStore| async move {
    compare_all(&store, 7_000, 24).await;
});

on_every_store!(follows_every_change, |store: TestStore| async move {
    let mut runner = TestRunner::deterministic();
    let (registry, mut rows) = filled(&store, &mut runner, 60).await;
    let all = ListQuery { limit: Some(100), ..ListQuery::default() };
    let page = registry.list(&system(), "enterprise", &all).await.expect("a page");
    for (record, number) in page.items.iter().zip(0..) {
        let at = rows.iter().position(|row| row.code == record.code).expect("the row");
        if number % 3 == 0 {
            registry.delete(&system(), "enterprise", record.id.as_str(), 1, None).await.expect("deleted");
            rows.remove(at);
        } else if number % 3 == 1 {
            let fresh =
                Row { code: record.code.clone(), ..row(number).new_tree(&mut runner).expect("a row").current() };
            let id = record.id.as_str();
            registry.update(&system(), "enterprise", id, 1, draft(fresh.body()), None).await.expect("changed");
            rows[at] = fresh;
        }
    }
    for _ in 0..60 {
        let asked = asked().new_tree(&mut runner).expect("a list").current();
        assert_eq!(given(&registry, &asked).await, expected(&rows, &asked), "{asked:?}");
    }
});

on_every_store!(new_rows_neither_repeat_nor_hide_others, |store: TestStore| async move {
    let mut runner = TestRunner::deterministic();
    let (registry, rows) = filled(&store, &mut runner, 40).await;
    let (mut seen, mut cursor, mut number) = (Vec::new(), None, 1000);
    loop {
        let query = ListQuery { sort: Some("-employees".into()), limit: Some(7), cursor, ..ListQuery::default() };
        let page = registry.list(&system(), "enterprise", &query).await.expect("a page");
        seen.extend(page.items.into_iter().map(|record| record.code).filter(|code| code.as_str() < "E-01000"));
        // A row that belongs to the very beginning comes in between two pages.
        let mut body = rows[0].body();
        body["code"] = json!(format!("E-{number:05}"));
        body["attributes"]["employees"] = json!(1000);
        registry.create(&system(), "enterprise", draft(body), None).await.expect("created");
        number += 1;
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let asked = Asked {
        filters: vec![],
        any: vec![],
        word: None,
        division: None,
        scope: None,
        field: "employees",
        descending: true,
        limit: 7,
    };
    assert_eq!(seen, expected(&rows, &asked));
});

on_every_store!(refuses_marks_of_other_lists, |store: TestStore| async move {
    let mut runner = TestRunner::deterministic();
    let (registry, _) = filled(&store, &mut runner, 20).await;
    let by = |sort: &str, cursor: Option<&str>| ListQuery {
        sort: Some(sort.into()),
        limit: Some(5),
        cursor: cursor.map(ToOwned::to_owned),
        ..ListQuery::default()
    };
    let page = registry.list(&system(), "enterprise", &by("-employees", None)).await.expect("a page");
    let mark = page.next.expect("a mark");
    assert!(registry.list(&system(), "enterprise", &by("-employees", Some(&mark))).await.is_ok());
    for (sort, cursor) in
        [("employees", mark.as_str()), ("name", &mark), ("name", "5"), ("name", "k"), ("name", "kAAAA"), ("name", "x")]
    {
        assert!(registry.list(&system(), "enterprise", &by(sort, Some(cursor))).await.is_err(), "{sort} {cursor}");
    }
});
