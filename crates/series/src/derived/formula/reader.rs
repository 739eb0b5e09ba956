//! From what the crate `cel` read to the tree: only what is admitted passes, and its types are settled.

use cel::IdedExpr;
use cel::common::ast::{CallExpr, Expr, LiteralValue, operators};

use super::tree::{Comparison, Function, Number, Operator, Truth};
use super::{Flaw, MOST_CHARACTERS};

pub(super) enum Term {
    Number(Number),
    Truth(Truth),
}

pub(super) struct Reader<'a> {
    pub(super) names: &'a [&'a str],
    pub(super) used: Vec<bool>,
}

impl Reader<'_> {
    pub(super) fn term(&mut self, from: &IdedExpr, depth: usize) -> Result<Term, Flaw> {
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
