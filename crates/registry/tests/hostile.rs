//! Arbitrary input never panics, and what passes keeps its form.

mod common;

use common::Enterprise;
use fengsui_registry::ground::{Organisation, Person, Post};
use fengsui_registry::{KindSpec, RecordDraft};
use proptest::prelude::*;
use serde_json::{Value, json};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<f64>().prop_map(|number| json!(number)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<String>().prop_map(Value::String),
        "[0-9<>*/;'\\-]{0,30}".prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let names = prop_oneof!["[a-z_]{1,12}", any::<String>(), Just("phone".to_owned()), Just("tags".to_owned())];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec((names, inner), 0..6).prop_map(|fields| fields.into_iter().collect::<Value>()),
        ]
    })
}

fn attributes() -> impl Strategy<Value = Value> {
    let fields = ["industry", "address", "phone", "employees", "large", "tags", "licensed_until"];
    prop::collection::vec((prop::sample::select(fields.to_vec()), any_json()), 0..8)
        .prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Value>())
}

proptest! {
    #[test]
    fn judging_never_panics(value in any_json()) {
        for spec in [KindSpec::of::<Organisation>(), KindSpec::of::<Person>(), KindSpec::of::<Post>()] {
            let _ = spec.check(value.clone());
        }
        let _ = RecordDraft::parse(&value);
    }

    #[test]
    fn what_passes_passes_again(value in attributes()) {
        let spec = KindSpec::of::<Enterprise>();
        if let Ok(normal) = spec.check(value) {
            prop_assert_eq!(spec.check(normal.clone()), Ok(normal));
        }
    }

    #[test]
    fn check_characters_never_panic(text in any::<String>()) {
        use fengsui_registry::check::{cas, credit_code, date, email, phone};
        let _ = (cas(&text), credit_code(&text), date(&text), email(&text), phone(&text));
    }
}
