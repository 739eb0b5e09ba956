//! Reads expressions: precedence by descent, with bounds on depth and size, and every path looked up in the model.

use super::error::{QueryError, QueryResult};
use super::expression::{Expression, Operator, Path, Property};
use super::functions::{ABSENT, Function};
use super::lexer::{Placed, Token, tokens};
use super::model::EntityType;
use super::value::Value;

/// Characters that an expression may have.
pub const MOST_CHARACTERS: usize = 8_000;
/// How deep parentheses, functions and negations may nest.
pub const DEEPEST: usize = 24;
/// Operators, values and functions that an expression may have.
pub const MOST_NODES: usize = 500;
/// Steps that one path may have.
pub const LONGEST_PATH: usize = 12;

struct Parser {
    tokens: Vec<Placed>,
    at: usize,
    entity: EntityType,
    depth: usize,
    nodes: usize,
    end: usize,
}

/// Reads the text of `$filter` over a set of entities.
pub fn parse_filter(text: &str, entity: EntityType) -> QueryResult<Expression> {
    let expression = parse_expression(text, entity)?;
    if expression.is_logical() { Ok(expression) } else { Err(QueryError::new("sta_not_logical", 0, text)) }
}

/// Reads one expression.
pub fn parse_expression(text: &str, entity: EntityType) -> QueryResult<Expression> {
    let end = text.chars().count();
    if end > MOST_CHARACTERS {
        return Err(QueryError::new("sta_too_long", MOST_CHARACTERS, MOST_CHARACTERS.to_string()));
    }
    let mut parser = Parser { tokens: tokens(text)?, at: 0, entity, depth: 0, nodes: 0, end };
    let expression = parser.alternatives()?;
    match parser.tokens.get(parser.at) {
        None => Ok(expression),
        Some(_) => Err(parser.unexpected()),
    }
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|placed| &placed.token)
    }

    fn place(&self) -> usize {
        self.tokens.get(self.at).map_or(self.end, |placed| placed.at)
    }

    fn unexpected(&self) -> QueryError {
        let found = match self.peek() {
            None => return QueryError::new("sta_unfinished", self.end, ""),
            Some(Token::Word(word)) => word.clone(),
            Some(Token::Literal(_)) => "…".to_owned(),
            Some(Token::Open) => "(".to_owned(),
            Some(Token::Close) => ")".to_owned(),
            Some(Token::Comma) => ",".to_owned(),
            Some(Token::Slash) => "/".to_owned(),
            Some(Token::Minus) => "-".to_owned(),
        };
        QueryError::new("sta_syntax", self.place(), found)
    }

    fn accept(&mut self, token: &Token) -> bool {
        let fits = self.peek() == Some(token);
        self.at += usize::from(fits);
        fits
    }

    fn expect(&mut self, token: &Token) -> QueryResult<()> {
        if self.accept(token) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// Takes the next word if it means something here.
    fn accept_word<T>(&mut self, meaning: impl Fn(&str) -> Option<T>) -> Option<T> {
        let Some(Token::Word(word)) = self.peek() else { return None };
        let found = meaning(word);
        self.at += usize::from(found.is_some());
        found
    }

    fn count(&mut self) -> QueryResult<()> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return Err(QueryError::new("sta_too_long", self.place(), MOST_NODES.to_string()));
        }
        Ok(())
    }

    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> QueryResult<T>) -> QueryResult<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(QueryError::new("sta_too_deep", self.place(), DEEPEST.to_string()));
        }
        let found = inner(self);
        self.depth -= 1;
        found
    }

    fn chain(
        &mut self,
        part: fn(&mut Self) -> QueryResult<Expression>,
        operator: fn(&str) -> Option<Operator>,
    ) -> QueryResult<Expression> {
        let mut left = part(self)?;
        while let Some(operator) = self.accept_word(operator) {
            self.count()?;
            let right = part(self)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn alternatives(&mut self) -> QueryResult<Expression> {
        self.deeper(|it| it.chain(Self::conditions, |word| (word == "or").then_some(Operator::Or)))
    }

    fn conditions(&mut self) -> QueryResult<Expression> {
        self.chain(Self::condition, |word| (word == "and").then_some(Operator::And))
    }

    fn condition(&mut self) -> QueryResult<Expression> {
        if self.accept_word(|word| (word == "not").then_some(())).is_some() {
            self.count()?;
            return self.deeper(|it| Ok(Expression::Not(Box::new(it.condition()?))));
        }
        let left = self.sum()?;
        let Some(operator) = self.accept_word(Operator::comparison) else { return Ok(left) };
        self.count()?;
        let right = self.sum()?;
        Ok(Expression::Binary(operator, Box::new(left), Box::new(right)))
    }

    fn sum(&mut self) -> QueryResult<Expression> {
        self.chain(Self::product, |word| match word {
            "add" => Some(Operator::Add),
            "sub" => Some(Operator::Subtract),
            _ => None,
        })
    }

    fn product(&mut self) -> QueryResult<Expression> {
        self.chain(Self::primary, |word| match word {
            "mul" => Some(Operator::Multiply),
            "div" => Some(Operator::Divide),
            "mod" => Some(Operator::Modulo),
            _ => None,
        })
    }

    fn primary(&mut self) -> QueryResult<Expression> {
        self.count()?;
        let at = self.place();
        match self.peek().cloned() {
            Some(Token::Open) => {
                self.at += 1;
                let inner = self.alternatives()?;
                self.expect(&Token::Close)?;
                Ok(inner)
            }
            Some(Token::Minus) => {
                self.at += 1;
                self.deeper(|it| Ok(Expression::Negative(Box::new(it.primary()?))))
            }
            Some(Token::Literal(value)) => {
                self.at += 1;
                Ok(Expression::Literal(value))
            }
            Some(Token::Word(word)) => {
                self.at += 1;
                self.named(word, at)
            }
            _ => Err(self.unexpected()),
        }
    }

    fn named(&mut self, word: String, at: usize) -> QueryResult<Expression> {
        if self.peek() == Some(&Token::Open) {
            return self.call(&word, at);
        }
        match word.as_str() {
            "true" => Ok(Expression::Literal(Value::Bool(true))),
            "false" => Ok(Expression::Literal(Value::Bool(false))),
            "null" => Ok(Expression::Literal(Value::Null)),
            _ => {
                let mut steps = vec![(word, at)];
                while self.accept(&Token::Slash) {
                    let at = self.place();
                    let step = self.accept_word(|word| Some(word.to_owned())).ok_or_else(|| self.unexpected())?;
                    steps.push((step, at));
                }
                resolve(self.entity, &steps).map(Expression::Path)
            }
        }
    }

    fn call(&mut self, word: &str, at: usize) -> QueryResult<Expression> {
        let function = Function::find(word).ok_or_else(|| {
            let code = if ABSENT.contains(&word) { "sta_not_supported" } else { "sta_unknown_function" };
            QueryError::new(code, at, word)
        })?;
        self.expect(&Token::Open)?;
        let mut arguments = Vec::new();
        if self.peek() != Some(&Token::Close) {
            arguments.push(self.alternatives()?);
            while self.accept(&Token::Comma) {
                arguments.push(self.alternatives()?);
            }
        }
        self.expect(&Token::Close)?;
        let (least, most) = function.arguments();
        if arguments.len() < least || arguments.len() > most {
            return Err(QueryError::new("sta_wrong_arguments", at, word));
        }
        Ok(Expression::Call(function, arguments))
    }
}

/// Finds a path in the model.
fn resolve(start: EntityType, steps: &[(String, usize)]) -> QueryResult<Path> {
    let (mut entity, mut relations) = (start, Vec::new());
    if let Some((step, at)) = steps.get(LONGEST_PATH) {
        return Err(QueryError::new("sta_too_deep", *at, step));
    }
    for (index, (step, at)) in steps.iter().enumerate() {
        if let Some(navigation) = entity.navigation(step) {
            if navigation.target == EntityType::Observation {
                // Values are asked for by themselves; a condition on all of them would read everything.
                return Err(QueryError::new("sta_not_supported", *at, step));
            }
            relations.push(navigation);
            entity = navigation.target;
            continue;
        }
        let unknown = || QueryError::new("sta_unknown_property", *at, format!("{}/{step}", entity.set()));
        let property = Property::find(entity, step).ok_or_else(unknown)?;
        let inner: Vec<String> = steps[index + 1..].iter().map(|(step, _)| step.clone()).collect();
        let span = [Property::Named("phenomenonTime"), Property::Named("resultTime")].contains(&property);
        if span && entity == EntityType::Datastream {
            // Known only for those that are looked at one by one.
            return Err(QueryError::new("sta_not_supported", *at, step));
        }
        return Ok(Path { relations, entity, property, inner });
    }
    let (step, at) = steps.last().cloned().unwrap_or_default();
    Err(QueryError::new("sta_property_expected", at, step))
}
