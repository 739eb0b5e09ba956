//! Formulas as authors write them, and as nobody should.

use proptest::prelude::*;

use super::*;

const NAMES: [&str; 3] = ["inlet", "outlet", "valve"];

fn computed(text: &str, values: [f64; 3]) -> Result<f64, Failure> {
    let names: Vec<&str> = NAMES.into_iter().filter(|name| text.contains(name)).collect();
    let values: Vec<f64> = NAMES.iter().zip(values).filter(|(name, _)| text.contains(*name)).map(|it| it.1).collect();
    Formula::read(text, &names).unwrap_or_else(|flaw| panic!("{text}: {flaw:?}")).compute(&values)
}

#[test]
fn computes_what_authors_write() {
    for (text, expected) in [
        ("inlet.value - outlet.value", 0.2),
        ("inlet.value > 0.2 && valve.value == 1 ? 1.0 : 0.0", 1.0),
        ("(inlet.value + outlet.value) / 2", 0.2),
        ("avg(inlet.value, outlet.value, 5)", 1.8),
        ("max(inlet.value, outlet.value) - min(inlet.value, outlet.value)", 0.2),
        ("inlet.value > outlet.value", 1.0),
        ("!(inlet.value > outlet.value) || valve.value != 1.0", 0.0),
        ("abs(outlet.value - inlet.value) * 10", 2.0),
        ("-inlet.value", -0.3),
        ("1 / 2 + inlet.value", 0.8),
        ("7 % 4 + 0 * valve.value", 3.0),
        ("sqrt(pow(inlet.value * 10, 2) + 16)", 5.0),
        ("(inlet.value > 1.0) == (outlet.value > 1.0)", 1.0),
    ] {
        assert_eq!(computed(text, [0.3, 0.1, 1.0]), Ok(expected), "{text}");
    }
}

#[test]
fn what_has_no_value_says_why() {
    assert_eq!(computed("inlet.value / outlet.value", [1.0, 0.0, 0.0]), Err(Failure::DivisionByZero));
    assert_eq!(computed("inlet.value % outlet.value", [1.0, 0.0, 0.0]), Err(Failure::DivisionByZero));
    assert_eq!(computed("sqrt(inlet.value)", [-1.0, 0.0, 0.0]), Err(Failure::NotFinite));
    assert_eq!(computed("pow(inlet.value, 400)", [10.0, 0.0, 0.0]), Err(Failure::NotFinite));
    // The side that decides does.
    assert_eq!(computed("inlet.value / outlet.value > 1.0 && valve.value > 1.0", [1.0, 0.0, 0.0]), Ok(0.0));
    assert_eq!(computed("outlet.value == 0.0 ? 0.0 : inlet.value / outlet.value", [1.0, 0.0, 0.0]), Ok(0.0));
}

#[test]
fn refuses_what_is_no_formula_and_says_why() {
    let flaw = |text: &str| Formula::read(text, &["inlet"]).expect_err(text);
    assert_eq!(flaw("  "), Flaw::Empty);
    assert_eq!(flaw("inlet.value +"), Flaw::Syntax(14));
    assert_eq!(flaw("inlet.value + outlet.value"), Flaw::UnknownName("outlet".into()));
    assert_eq!(flaw("1.0 + 2.0"), Flaw::Unused("inlet".into()));
    assert_eq!(flaw("inlet.value && true"), Flaw::Mismatch("&&".into()));
    assert_eq!(flaw("inlet.value + (1.0 > 2.0)"), Flaw::Mismatch("+".into()));
    assert_eq!(flaw("inlet.value > 1.0 ? 1.0 : false"), Flaw::Mismatch("? :".into()));
    assert_eq!(flaw("max(inlet.value, true)"), Flaw::Mismatch("max".into()));
    assert_eq!(flaw("pow(inlet.value)"), Flaw::Mismatch("pow()".into()));
    for text in [
        "inlet",
        "inlet.unit",
        "has(inlet.value)",
        "[1, 2].map(x, x * inlet.value)",
        "[1].all(x, x > inlet.value)",
        "inlet.value in [1.0]",
        "'a' + 'b'",
        "{1: 2}[1]",
        "inlet.value.size()",
        "size([inlet.value])",
        "b'x'",
        "1u + inlet.value",
    ] {
        assert!(matches!(flaw(text), Flaw::NotAdmitted(_)), "{text}: {:?}", flaw(text));
    }
    assert_eq!(flaw(&"1+".repeat(600)), Flaw::TooLong);
    assert_eq!(flaw(&format!("{}inlet.value{}", "(".repeat(100), ")".repeat(100))), Flaw::TooDeep);
}

/// As long, as deep and as chained as the bounds allow, on a small stack.
#[test]
fn the_largest_formulas_are_read_within_a_small_stack() {
    let read = || {
        let sum = format!("inlet.value{}", "+1".repeat(490));
        assert_eq!(Formula::read(&sum, &["inlet"]).expect("a sum").compute(&[1.0]), Ok(491.0));
        for text in [
            format!("{}inlet.value{}", "(".repeat(64), ")".repeat(64)),
            format!("{}inlet.value > 1.0", "!".repeat(60)),
            format!("{}inlet.value", "-".repeat(900)),
            format!("{}inlet.value", "inlet.value>1.0?1.0:".repeat(48)),
            "inlet.value".to_owned() + &".a".repeat(400),
            "a(".repeat(60),
            "[".repeat(60),
        ] {
            let _ = Formula::read(&text, &["inlet"]);
        }
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(read).expect("a thread").join().expect("no overflow");
}

fn number() -> impl Strategy<Value = (String, f64)> {
    let leaf = prop_oneof![
        (-1000_i32..1000).prop_map(|it| (format!("({it}.5)"), f64::from(it) + if it < 0 { -0.5 } else { 0.5 })),
        Just(("inlet.value".to_owned(), 3.25)),
    ];
    leaf.prop_recursive(4, 24, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            pair.clone().prop_map(|((a, x), (b, y))| (format!("({a} + {b})"), x + y)),
            pair.clone().prop_map(|((a, x), (b, y))| (format!("({a} - {b})"), x - y)),
            pair.clone().prop_map(|((a, x), (b, y))| (format!("({a} * {b})"), x * y)),
            pair.clone().prop_map(|((a, x), (b, y))| (format!("max({a}, {b})"), x.max(y))),
            pair.prop_map(|((a, x), (b, y))| (format!("({a} < {b} ? {a} : {b})"), x.min(y))),
        ]
    })
}

proptest! {
    #[test]
    fn computes_as_arithmetic_does((text, expected) in number()) {
        let text = format!("{text} + 0 * inlet.value");
        prop_assume!(text.chars().count() <= MOST_CHARACTERS && text.matches('?').count() < 20);
        let found = Formula::read(&text, &["inlet"]).expect("a formula").compute(&[3.25]).expect("a value");
        prop_assert!((found - expected).abs() <= expected.abs() * 1e-11, "{} is {}, not {}", text, found, expected);
    }

    #[test]
    fn no_text_is_too_odd(text in "[a-z0-9.+*/%<>=!&|?:()\\[\\]{}\"' \\\\-]{0,60}|\\PC{0,40}") {
        if let Ok(formula) = Formula::read(&text, &["inlet"]) {
            let _ = formula.compute(&[0.0]);
        }
    }
}
