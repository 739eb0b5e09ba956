//! Cuts the text of an expression into words, literals and marks.

use jiff::Timestamp;

use super::error::{QueryError, QueryResult};
use super::geometry::Geometry;
use super::value::Value;

/// A piece of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A name, an operator or a function.
    Word(String),
    /// A number, text, time, geometry.
    Literal(Value),
    Open,
    Close,
    Comma,
    Slash,
    Minus,
}

/// A token with the character at which it begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) at: usize,
}

struct Lexer<'a> {
    letters: &'a [char],
    at: usize,
}

/// All tokens of a text.
pub(super) fn tokens(text: &str) -> QueryResult<Vec<Placed>> {
    let letters: Vec<char> = text.chars().collect();
    let mut lexer = Lexer { letters: &letters, at: 0 };
    let mut found = Vec::new();
    while let Some(letter) = lexer.skip_space() {
        let at = lexer.at;
        let token = lexer.token(letter)?;
        found.push(Placed { token, at });
    }
    Ok(found)
}

fn starts_word(letter: char) -> bool {
    letter.is_alphabetic() || matches!(letter, '_' | '@')
}

fn in_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '@' | '.')
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.letters.get(self.at + ahead).copied()
    }

    fn skip_space(&mut self) -> Option<char> {
        while self.peek(0).is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        self.peek(0)
    }

    fn take(&mut self, fits: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.peek(0).is_some_and(&fits) {
            self.at += 1;
        }
        self.letters[start..self.at].iter().collect()
    }

    fn token(&mut self, letter: char) -> QueryResult<Token> {
        let mark = match letter {
            '(' => Some(Token::Open),
            ')' => Some(Token::Close),
            ',' => Some(Token::Comma),
            '/' => Some(Token::Slash),
            '-' => Some(Token::Minus),
            _ => None,
        };
        if let Some(mark) = mark {
            self.at += 1;
            return Ok(mark);
        }
        match letter {
            '\'' => Ok(Token::Literal(Value::Text(self.quoted()?))),
            _ if letter.is_ascii_digit() && self.begins_time() => self.time().map(Token::Literal),
            _ if letter.is_ascii_digit() => self.number().map(Token::Literal),
            _ if starts_word(letter) => self.word(),
            _ => Err(QueryError::new("sta_syntax", self.at, letter)),
        }
    }

    /// `'it''s'`.
    fn quoted(&mut self) -> QueryResult<String> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some('\''), Some('\'')) => {
                    text.push('\'');
                    self.at += 2;
                }
                (Some('\''), _) => {
                    self.at += 1;
                    return Ok(text);
                }
                (Some(letter), _) => {
                    text.push(letter);
                    self.at += 1;
                }
                (None, _) => return Err(QueryError::new("sta_unclosed_text", start, "'")),
            }
        }
    }

    /// Four digits and a hyphen: no number is written so, since the language subtracts with `sub`.
    fn begins_time(&self) -> bool {
        (0..4).all(|index| self.peek(index).is_some_and(|letter| letter.is_ascii_digit())) && self.peek(4) == Some('-')
    }

    fn instant(&mut self) -> QueryResult<Timestamp> {
        let at = self.at;
        let text = self.take(|letter| letter.is_ascii_digit() || matches!(letter, '-' | ':' | '.' | '+' | 'T' | 'Z'));
        super::value::instant(&text).ok_or_else(|| QueryError::new("sta_bad_time", at, text))
    }

    /// A time, or two with a slash between them.
    fn time(&mut self) -> QueryResult<Value> {
        let start = self.instant()?;
        let at = self.at;
        if self.peek(0) == Some('/') {
            self.at += 1;
            if self.peek(0).is_some_and(|letter| letter.is_ascii_digit()) && self.begins_time() {
                let end = self.instant()?;
                if end < start {
                    return Err(QueryError::new("sta_bad_time", at, format!("{start}/{end}")));
                }
                return Ok(Value::Interval(start, end));
            }
            self.at = at;
        }
        Ok(Value::Instant(start))
    }

    fn number(&mut self) -> QueryResult<Value> {
        let at = self.at;
        let mut text = self.take(|letter| letter.is_ascii_digit() || letter == '.');
        if matches!(self.peek(0), Some('e' | 'E')) {
            text.push('e');
            self.at += 1;
            if let Some(sign @ ('+' | '-')) = self.peek(0) {
                text.push(sign);
                self.at += 1;
            }
            text.push_str(&self.take(|letter| letter.is_ascii_digit()));
        }
        let follows = self.peek(0).is_some_and(starts_word);
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && !follows);
        number.map(Value::Number).ok_or_else(|| QueryError::new("sta_syntax", at, text))
    }

    fn word(&mut self) -> QueryResult<Token> {
        let at = self.at;
        let word = self.take(in_word);
        if self.peek(0) != Some('\'') {
            return Ok(Token::Word(word));
        }
        let inner = self.quoted()?;
        match word.as_str() {
            "geography" | "geometry" => Geometry::from_wkt(&inner)
                .map(|geometry| Token::Literal(Value::Geometry(geometry)))
                .ok_or_else(|| QueryError::new("sta_bad_geometry", at, inner)),
            "duration" => super::value::duration(&inner)
                .map(|seconds| Token::Literal(Value::Duration(seconds)))
                .ok_or_else(|| QueryError::new("sta_bad_time", at, inner)),
            _ => Err(QueryError::new("sta_syntax", at, word)),
        }
    }
}
