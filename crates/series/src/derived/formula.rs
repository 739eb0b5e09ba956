//! Formulas: expressions in the Common Expression Language (CEL, github.com/google/cel-spec) over named inputs.
//!
//! The crate `cel` reads the text. Of what it read, only arithmetic, comparisons, logic, the choice `? :` and the
//! [`Function`]s named here are admitted; no macro, list, text or field other than `value` is. What is admitted becomes
//! a tree of numbers and truths whose types are settled before anything is computed. A tree has no more nodes than
//! its text has characters and each is computed at most once: a formula always ends, and cannot panic.
//!
//! Two departures from CEL, both to the safe side: whole numbers count as numbers with decimals (`1 / 2` is 0.5 and
//! never 0), and whatever divides by zero or leaves the finite numbers has no value.

use cel::IdedExpr;
use cel::common::ast::{CallExpr, Expr, LiteralValue, operators};
use cel::parser::Parser;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most characters of an expression.
pub const MOST_CHARACTERS: usize = 1000;
/// The deepest nesting of brackets, and of operators within each other.
const DEEPEST: usize = 64;

/// Bytes of stack for the parser; see the test with the largest formulas.
const PARSER_STACK: usize = 32 << 20;

/// Why a text is no formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing is written.
    Empty,
    /// More than [`MOST_CHARACTERS`].
    TooLong,
    /// Nested too deeply.
    TooDeep,
    /// It cannot be read from this column on, counted from 1.
    Syntax(usize),
    /// A name that is no input.
    UnknownName(String),
    /// An input that does not occur.
    Unused(String),
    /// Something that CEL knows and formulas do not: a macro, a text, a field.
    NotAdmitted(String),
    /// A number where a truth is needed, or the reverse: at this operator or function.
    Mismatch(String),
}

/// Why a formula has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// Something was divided by zero.
    DivisionByZero,
    /// The result is no finite number, or a root or power has none.
    NotFinite,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    Unequal,
}

/// A function over numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Absolute,
    Least,
    Greatest,
    Mean,
    Root,
    Power,
    AsDouble,
}

impl Function {
    /// Its name and how many numbers it takes at least and at most.
    fn named(name: &str) -> Option<(Self, usize, usize)> {
        Some(match name {
            "abs" => (Self::Absolute, 1, 1),
            "min" => (Self::Least, 1, 16),
            "max" => (Self::Greatest, 1, 16),
            "avg" => (Self::Mean, 1, 16),
            "sqrt" => (Self::Root, 1, 1),
            "pow" => (Self::Power, 2, 2),
            "double" => (Self::AsDouble, 1, 1),
            _ => return None,
        })
    }

    fn of(self, numbers: &[f64]) -> f64 {
        let first = numbers.first().copied().unwrap_or(f64::NAN);
        match self {
            Self::Absolute => first.abs(),
            Self::Least => numbers.iter().copied().fold(first, f64::min),
            Self::Greatest => numbers.iter().copied().fold(first, f64::max),
            Self::Mean => numbers.iter().sum::<f64>() / numbers.len() as f64,
            Self::Root => first.sqrt(),
            Self::Power => first.powf(numbers.get(1).copied().unwrap_or(f64::NAN)),
            Self::AsDouble => first,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Number {
    Constant(f64),
    Input(usize),
    Negated(Box<Number>),
    Combined(Operator, Box<(Number, Number)>),
    Chosen(Box<(Truth, Number, Number)>),
    Computed(Function, Vec<Number>),
    /// 1 for true, 0 for false.
    Counted(Box<Truth>),
}

#[derive(Debug, Clone, PartialEq)]
enum Truth {
    Constant(bool),
    Not(Box<Truth>),
    And(Box<(Truth, Truth)>),
    Or(Box<(Truth, Truth)>),
    Compared(Comparison, Box<(Number, Number)>),
    /// Both true or both false; the reverse if not `same`.
    Same(bool, Box<(Truth, Truth)>),
    Chosen(Box<(Truth, Truth, Truth)>),
}

enum Term {
    Number(Number),
    Truth(Truth),
}

/// An expression over inputs, ready to be computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    root: Number,
}

impl Formula {
    /// Reads an expression over inputs of these names.
    ///
    /// The parser works on a stack of its own, large enough for whatever the bounds admit: neither its depth nor a
    /// fault in it reaches those who wait for the answer.
    pub fn read(text: &str, names: &[&str]) -> Result<Self, Flaw> {
        check_text(text)?;
        std::thread::scope(|scope| {
            let reading = std::thread::Builder::new().name("formula".to_owned()).stack_size(PARSER_STACK);
            let reading = reading.spawn_scoped(scope, || Self::parse(text, names)).map_err(|_| Flaw::TooDeep)?;
            reading.join().unwrap_or(Err(Flaw::Syntax(1)))
        })
    }

    fn parse(text: &str, names: &[&str]) -> Result<Self, Flaw> {
        let parsed = Parser::new().parse(text).map_err(|errors| {
            let column = errors.errors.iter().map(|error| error.pos.1).min().unwrap_or(1);
            Flaw::Syntax(usize::try_from(column).unwrap_or(1).max(1))
        })?;
        let mut reader = Reader { names, used: vec![false; names.len()] };
        let root = match reader.term(&parsed, 0)? {
            Term::Number(number) => number,
            Term::Truth(truth) => Number::Counted(Box::new(truth)),
        };
        match reader.used.iter().position(|used| !used) {
            Some(unused) => Err(Flaw::Unused(names[unused].to_owned())),
            None => Ok(Self { root }),
        }
    }

    /// Its value for the values of its inputs, in the order of their names.
    pub fn compute(&self, values: &[f64]) -> Result<f64, Failure> {
        self.root.compute(values).map(tidy)
    }
}

/// Bounds that hold before a parser sees the text.
fn check_text(text: &str) -> Result<(), Flaw> {
    if text.trim().is_empty() {
        return Err(Flaw::Empty);
    }
    if text.chars().count() > MOST_CHARACTERS {
        return Err(Flaw::TooLong);
    }
    let mut depth = 0_usize;
    for letter in text.chars() {
        match letter {
            '(' | '[' | '{' | '?' | '!' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err(Flaw::TooDeep);
        }
    }
    Ok(())
}

/// Twelve significant digits: 0.3 − 0.1 is 0.2, and no instrument measures finer.
fn tidy(number: f64) -> f64 {
    format!("{number:.11e}").parse().unwrap_or(number)
}

struct Reader<'a> {
    names: &'a [&'a str],
    used: Vec<bool>,
}

impl Reader<'_> {
    fn term(&mut self, from: &IdedExpr, depth: usize) -> Result<Term, Flaw> {
        // A sum of hundreds is a chain of operators within each other: bounded by the length of the text.
        if depth > MOST_CHARACTERS / 2 {
            return Err(Flaw::TooDeep);
        }
        match &from.expr {
            Expr::Literal(LiteralValue::Double(number)) => Ok(Term::Number(Number::Constant(*number.inner()))),
            Expr::Literal(LiteralValue::Int(number)) => Ok(Term::Number(Number::Constant(*number.inner() as f64))),
            Expr::Literal(LiteralValue::Boolean(truth)) => Ok(Term::Truth(Truth::Constant(*truth.inner()))),
            Expr::Literal(_) => Err(Flaw::NotAdmitted("\"…\"".to_owned())),
            Expr::Ident(name) if self.names.contains(&name.as_str()) => {
                Err(Flaw::NotAdmitted(format!("{name} → {name}.value")))
            }
            Expr::Ident(name) => Err(Flaw::UnknownName(name.clone())),
            Expr::Select(select) => {
                let Expr::Ident(name) = &select.operand.expr else {
                    return Err(Flaw::NotAdmitted(format!(".{}", select.field)));
                };
                let known = self.names.iter().position(|known| known == name);
                let index = known.ok_or_else(|| Flaw::UnknownName(name.clone()))?;
                if select.test || select.field != "value" {
                    return Err(Flaw::NotAdmitted(format!("{name}.{}", select.field)));
                }
                self.used[index] = true;
                Ok(Term::Number(Number::Input(index)))
            }
            Expr::Call(call) => self.call(call, depth + 1),
            Expr::Comprehension(_) => Err(Flaw::NotAdmitted("map / filter / all / exists".to_owned())),
            Expr::List(_) | Expr::Map(_) | Expr::Struct(_) => Err(Flaw::NotAdmitted("[ ] / { }".to_owned())),
            Expr::Unspecified => Err(Flaw::Syntax(1)),
        }
    }

    fn call(&mut self, call: &CallExpr, depth: usize) -> Result<Term, Flaw> {
        let name = call.func_name.as_str();
        if call.target.is_some() {
            return Err(Flaw::NotAdmitted(format!(".{name}()")));
        }
        if let [first, second, third] = call.args.as_slice()
            && name == operators::CONDITIONAL
        {
            return self.choice([first, second, third], depth);
        }
        match call.args.as_slice() {
            [one] if name == operators::NEGATE => {
                Ok(Term::Number(Number::Negated(Box::new(self.number(one, "-", depth)?))))
            }
            [one] if name == operators::LOGICAL_NOT => {
                Ok(Term::Truth(Truth::Not(Box::new(self.truth(one, "!", depth)?))))
            }
            [one, other] if name.starts_with('_') => self.between(name, one, other, depth),
            numbers => self.function(name, numbers, depth).map(Term::Number),
        }
    }

    fn function(&mut self, name: &str, numbers: &[IdedExpr], depth: usize) -> Result<Number, Flaw> {
        let (function, least, most) =
            Function::named(name).ok_or_else(|| Flaw::NotAdmitted(name.trim_matches('_').to_owned()))?;
        if !(least..=most).contains(&numbers.len()) {
            return Err(Flaw::Mismatch(format!("{name}()")));
        }
        let numbers = numbers.iter().map(|number| self.number(number, name, depth));
        Ok(Number::Computed(function, numbers.collect::<Result<_, _>>()?))
    }

    fn choice(&mut self, [when, one, other]: [&IdedExpr; 3], depth: usize) -> Result<Term, Flaw> {
        let when = self.truth(when, "?", depth)?;
        match (self.term(one, depth)?, self.term(other, depth)?) {
            (Term::Number(one), Term::Number(other)) => Ok(Term::Number(Number::Chosen(Box::new((when, one, other))))),
            (Term::Truth(one), Term::Truth(other)) => Ok(Term::Truth(Truth::Chosen(Box::new((when, one, other))))),
            _ => Err(Flaw::Mismatch("? :".to_owned())),
        }
    }

    /// An operator between two terms.
    fn between(&mut self, name: &str, one: &IdedExpr, other: &IdedExpr, depth: usize) -> Result<Term, Flaw> {
        let sign = name.trim_matches('_');
        let (one, other) = (self.term(one, depth)?, self.term(other, depth)?);
        let combined = |operator| move |pair| Term::Number(Number::Combined(operator, Box::new(pair)));
        let compared = |comparison| move |pair| Term::Truth(Truth::Compared(comparison, Box::new(pair)));
        match (one, other) {
            (Term::Number(one), Term::Number(other)) => {
                let pair = (one, other);
                Ok(match name {
                    operators::ADD => combined(Operator::Add)(pair),
                    operators::SUBSTRACT => combined(Operator::Subtract)(pair),
                    operators::MULTIPLY => combined(Operator::Multiply)(pair),
                    operators::DIVIDE => combined(Operator::Divide)(pair),
                    operators::MODULO => combined(Operator::Remainder)(pair),
                    operators::LESS => compared(Comparison::Less)(pair),
                    operators::LESS_EQUALS => compared(Comparison::LessOrEqual)(pair),
                    operators::GREATER => compared(Comparison::Greater)(pair),
                    operators::GREATER_EQUALS => compared(Comparison::GreaterOrEqual)(pair),
                    operators::EQUALS => compared(Comparison::Equal)(pair),
                    operators::NOT_EQUALS => compared(Comparison::Unequal)(pair),
                    operators::LOGICAL_AND | operators::LOGICAL_OR => return Err(Flaw::Mismatch(sign.to_owned())),
                    _ => return Err(Flaw::NotAdmitted(sign.to_owned())),
                })
            }
            (Term::Truth(one), Term::Truth(other)) => {
                let pair = Box::new((one, other));
                Ok(Term::Truth(match name {
                    operators::LOGICAL_AND => Truth::And(pair),
                    operators::LOGICAL_OR => Truth::Or(pair),
                    operators::EQUALS => Truth::Same(true, pair),
                    operators::NOT_EQUALS => Truth::Same(false, pair),
                    _ => return Err(Flaw::Mismatch(sign.to_owned())),
                }))
            }
            _ => Err(Flaw::Mismatch(sign.to_owned())),
        }
    }

    fn number(&mut self, from: &IdedExpr, at: &str, depth: usize) -> Result<Number, Flaw> {
        match self.term(from, depth)? {
            Term::Number(number) => Ok(number),
            Term::Truth(_) => Err(Flaw::Mismatch(at.to_owned())),
        }
    }

    fn truth(&mut self, from: &IdedExpr, at: &str, depth: usize) -> Result<Truth, Flaw> {
        match self.term(from, depth)? {
            Term::Truth(truth) => Ok(truth),
            Term::Number(_) => Err(Flaw::Mismatch(at.to_owned())),
        }
    }
}

impl Number {
    fn compute(&self, values: &[f64]) -> Result<f64, Failure> {
        let number = match self {
            Self::Constant(number) => *number,
            Self::Input(index) => values.get(*index).copied().unwrap_or(f64::NAN),
            Self::Negated(number) => -number.compute(values)?,
            Self::Combined(operator, pair) => {
                let (one, other) = (pair.0.compute(values)?, pair.1.compute(values)?);
                if matches!(operator, Operator::Divide | Operator::Remainder) && other == 0.0 {
                    return Err(Failure::DivisionByZero);
                }
                match operator {
                    Operator::Add => one + other,
                    Operator::Subtract => one - other,
                    Operator::Multiply => one * other,
                    Operator::Divide => one / other,
                    Operator::Remainder => one % other,
                }
            }
            Self::Chosen(parts) if parts.0.compute(values)? => parts.1.compute(values)?,
            Self::Chosen(parts) => parts.2.compute(values)?,
            Self::Computed(function, numbers) => {
                let numbers = numbers.iter().map(|number| number.compute(values)).collect::<Result<Vec<_>, _>>()?;
                function.of(&numbers)
            }
            Self::Counted(truth) => f64::from(u8::from(truth.compute(values)?)),
        };
        if number.is_finite() { Ok(number) } else { Err(Failure::NotFinite) }
    }
}

impl Truth {
    fn compute(&self, values: &[f64]) -> Result<bool, Failure> {
        match self {
            Self::Constant(truth) => Ok(*truth),
            Self::Not(truth) => truth.compute(values).map(|truth| !truth),
            Self::And(pair) => either(&pair.0, &pair.1, false, values),
            Self::Or(pair) => either(&pair.0, &pair.1, true, values),
            Self::Compared(comparison, pair) => {
                let (one, other) = (pair.0.compute(values)?, pair.1.compute(values)?);
                #[expect(clippy::float_cmp, reason = "what an author calls equal is equal")]
                Ok(match comparison {
                    Comparison::Less => one < other,
                    Comparison::LessOrEqual => one <= other,
                    Comparison::Greater => one > other,
                    Comparison::GreaterOrEqual => one >= other,
                    Comparison::Equal => one == other,
                    Comparison::Unequal => one != other,
                })
            }
            Self::Same(same, pair) => Ok((pair.0.compute(values)? == pair.1.compute(values)?) == *same),
            Self::Chosen(parts) if parts.0.compute(values)? => parts.1.compute(values),
            Self::Chosen(parts) => parts.2.compute(values),
        }
    }
}

/// `&&` and `||` as CEL has them: the side that decides does, even if the other has no value.
fn either(one: &Truth, other: &Truth, decides: bool, values: &[f64]) -> Result<bool, Failure> {
    match one.compute(values) {
        Ok(truth) if truth == decides => Ok(decides),
        Ok(_) => other.compute(values),
        Err(failure) => match other.compute(values) {
            Ok(truth) if truth == decides => Ok(decides),
            _ => Err(failure),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NAMES: [&str; 3] = ["inlet", "outlet", "valve"];

    fn computed(text: &str, values: [f64; 3]) -> Result<f64, Failure> {
        let names: Vec<&str> = NAMES.into_iter().filter(|name| text.contains(name)).collect();
        let values: Vec<f64> =
            NAMES.iter().zip(values).filter(|(name, _)| text.contains(*name)).map(|it| it.1).collect();
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
}
