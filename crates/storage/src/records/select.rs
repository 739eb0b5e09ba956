//! Lists: scopes, filters, search words and order become one statement.

use fengsui_kernel::{BoundingBox, DivisionCode, DivisionLevel, Fault, Page, PageQuery, Result, Scope};

use super::{COLUMNS, JOINS, StoredRecord, read};
use crate::value::{ToValue, Value};
use crate::{Db, Dialect};

/// Beyond this many rows a list does not count on.
const COUNT_CAP: u64 = 10_000;

/// A fixed column that lists filter and sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Code.
    Code,
    /// Name.
    Name,
    /// Division.
    Division,
    /// First written.
    CreatedAt,
    /// Last written.
    UpdatedAt,
    /// Enterprise, by record id.
    Enterprise,
}

/// How an attribute is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeType {
    /// Text, also dates and choices.
    Text,
    /// Number.
    Number,
    /// Yes or no.
    Boolean,
    /// List of texts.
    List,
}

/// What a condition or an order speaks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// A fixed column.
    Column(Column),
    /// An attribute, with whether it may be absent.
    Attribute {
        /// Its name.
        name: String,
        /// How it is kept.
        kept: AttributeType,
        /// Whether it may be absent.
        nullable: bool,
    },
}

impl Field {
    /// The expression over `r`; attribute names come from declarations, and are checked all the same.
    pub(super) fn sql(&self, alias: &str) -> Result<String> {
        Ok(match self {
            Self::Column(column) => {
                let name = match column {
                    Column::Code => "code",
                    Column::Name => "name",
                    Column::Division => "division",
                    Column::CreatedAt => "created_at",
                    Column::UpdatedAt => "updated_at",
                    Column::Enterprise => "enterprise",
                };
                format!("{alias}{name}")
            }
            Self::Attribute { name, kept, .. } => {
                let name = identifier(name)?;
                match kept {
                    AttributeType::Number => format!("CAST({alias}attributes ->> '{name}' AS DOUBLE PRECISION)"),
                    _ => format!("({alias}attributes ->> '{name}')"),
                }
            }
        })
    }

    fn nullable(&self) -> bool {
        matches!(self, Self::Attribute { nullable: true, .. })
    }
}

/// Only names that could be declared go into statements.
pub(super) fn identifier(name: &str) -> Result<&str> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !name.is_empty() && name.len() <= 40 && name.bytes().all(plain) {
        Ok(name)
    } else {
        Err(Fault::internal(format!("{name:?} is no identifier")))
    }
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Equal; for lists: contains.
    Equal,
    /// Not equal, or absent.
    NotEqual,
    /// Less.
    Less,
    /// Less or equal.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Greater or equal.
    GreaterOrEqual,
    /// Contains the text.
    Like,
    /// One of.
    In,
}

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// What is compared.
    pub field: Field,
    /// How.
    pub operator: Operator,
    /// With what; one value except for [`Operator::In`].
    pub values: Vec<Value>,
}

/// A search word; only letters and digits of any script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: String,
    /// Whether longer words match too.
    pub prefix: bool,
}

/// The order of a list; the code decides between equals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub field: Field,
    /// Largest first.
    pub descending: bool,
}

/// What a list asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// The kind.
    pub kind: String,
    /// Within which scopes, as the caller's rights say.
    pub scopes: Vec<Scope>,
    /// At or below this division.
    pub division: Option<DivisionCode>,
    /// Words that must all occur.
    pub words: Vec<Word>,
    /// Conditions that must all hold.
    pub conditions: Vec<Condition>,
    /// Within this box.
    pub bbox: Option<BoundingBox>,
    /// In which order.
    pub sort: Sort,
}

impl Selection {
    /// Everything of a kind within scopes, in order of code.
    pub fn of(kind: &str, scopes: Vec<Scope>) -> Self {
        let sort = Sort { field: Field::Column(Column::Code), descending: false };
        Self { kind: kind.to_owned(), scopes, division: None, words: vec![], conditions: vec![], bbox: None, sort }
    }
}

/// A `WHERE` under construction.
pub(super) struct Where {
    dialect: Dialect,
    pub(super) sql: String,
    pub(super) args: Vec<Value>,
}

impl Where {
    pub(super) fn new(dialect: Dialect, first: String) -> Self {
        Self { dialect, sql: first, args: Vec::new() }
    }

    /// Adds an argument and tells its placeholder.
    #[allow(clippy::needless_pass_by_value, reason = "arguments are mostly computed on the spot")]
    pub(super) fn bind(&mut self, value: impl ToValue) -> String {
        self.args.push(value.to_value());
        format!("${}", self.args.len())
    }

    pub(super) fn and(&mut self, sql: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
    }

    fn subtree(&mut self, division: DivisionCode) -> String {
        // SQLite knows no selectivity: above townships, walking the index of the order beats
        // collecting and sorting a large part of the kind. The unary plus says so.
        let wide = division.level() <= DivisionLevel::County && self.dialect == Dialect::Sqlite;
        let plus = if wide { "+" } else { "" };
        let (low, high) = (self.bind(division), self.bind(division.subtree_end()));
        format!("({plus}r.division >= {low} AND {plus}r.division < {high})")
    }

    pub(super) fn scopes(&mut self, scopes: &[Scope]) {
        let whole = |scope: &Scope| matches!(scope, Scope::Subtree { division } if *division == DivisionCode::COUNTRY);
        if scopes.iter().any(whole) {
            return;
        }
        let mut distinct: Vec<&Scope> = Vec::new();
        for scope in scopes {
            if !distinct.contains(&scope) {
                distinct.push(scope);
            }
        }
        let parts: Vec<String> = distinct
            .into_iter()
            .map(|scope| match scope {
                Scope::Subtree { division } => self.subtree(*division),
                Scope::Enterprise { id } => format!("r.enterprise = {}", self.bind(id.as_str())),
            })
            .collect();
        let any = if parts.is_empty() { "1 = 0".to_owned() } else { format!("({})", parts.join(" OR ")) };
        self.and(&any);
    }

    pub(super) fn words(&mut self, words: &[Word]) {
        if words.is_empty() {
            return;
        }
        let sql = match self.dialect {
            Dialect::Sqlite => {
                let term = |word: &Word| format!("\"{}\"{}", word.text, if word.prefix { "*" } else { "" });
                let query: Vec<String> = words.iter().map(term).collect();
                let query = self.bind(query.join(" AND "));
                format!("r.seq IN (SELECT rowid FROM record_search WHERE record_search MATCH {query})")
            }
            Dialect::Postgres => {
                let term = |word: &Word| format!("'{}'{}", word.text, if word.prefix { ":*" } else { "" });
                let query: Vec<String> = words.iter().map(term).collect();
                let query = self.bind(query.join(" & "));
                format!("array_to_tsvector(string_to_array(r.search, ' ')) @@ {query}::tsquery")
            }
        };
        self.and(&sql);
    }

    fn condition(&mut self, condition: &Condition) -> Result<()> {
        let field = condition.field.sql("r.")?;
        let list = matches!(condition.field, Field::Attribute { kept: AttributeType::List, .. });
        let mut values = Vec::new();
        for value in &condition.values {
            values.push(self.bind(self.adapt(&condition.field, value, list, condition.operator)));
        }
        let Some(value) = values.first().cloned() else {
            self.and("1 = 0");
            return Ok(());
        };
        let like = |value: &String| format!("LOWER({field}) LIKE {value} ESCAPE '!'");
        let sql = match condition.operator {
            Operator::Equal if list => like(&value),
            Operator::In if list => format!("({})", values.iter().map(like).collect::<Vec<_>>().join(" OR ")),
            Operator::NotEqual if list => format!("({field} IS NULL OR NOT {})", like(&value)),
            Operator::Equal => format!("{field} = {value}"),
            Operator::NotEqual => format!("({field} <> {value} OR {field} IS NULL)"),
            Operator::Less => format!("{field} < {value}"),
            Operator::LessOrEqual => format!("{field} <= {value}"),
            Operator::Greater => format!("{field} > {value}"),
            Operator::GreaterOrEqual => format!("{field} >= {value}"),
            Operator::Like => like(&value),
            Operator::In => format!("{field} IN ({})", values.join(", ")),
        };
        self.and(&sql);
        Ok(())
    }

    /// `->>` gives booleans as 0/1 in SQLite and as words in PostgreSQL; lists are matched as text.
    fn adapt(&self, field: &Field, value: &Value, list: bool, operator: Operator) -> Value {
        let escaped = |text: &str| {
            text.to_lowercase().chars().fold(String::new(), |mut out, letter| {
                if matches!(letter, '%' | '_' | '!') {
                    out.push('!');
                }
                out.push(letter);
                out
            })
        };
        let boolean = matches!(field, Field::Attribute { kept: AttributeType::Boolean, .. });
        match value {
            Value::Int(Some(number)) if boolean && self.dialect == Dialect::Postgres => {
                Value::Text(Some((*number != 0).to_string()))
            }
            Value::Text(Some(text)) if list => Value::Text(Some(format!("%\"{}\"%", escaped(text)))),
            Value::Text(Some(text)) if operator == Operator::Like => Value::Text(Some(format!("%{}%", escaped(text)))),
            other => other.clone(),
        }
    }
}

/// The condition of a selection over `record r`.
pub(super) fn condition(dialect: Dialect, selection: &Selection) -> Result<Where> {
    let kind = identifier(&selection.kind)?;
    // The kind stands in the text, since partial indexes are only used for a constant.
    let mut clause = Where::new(dialect, format!("r.kind = '{kind}' AND r.deleted = 0"));
    clause.scopes(&selection.scopes);
    if let Some(division) = selection.division.filter(|division| *division != DivisionCode::COUNTRY) {
        let subtree = clause.subtree(division);
        clause.and(&subtree);
    }
    clause.words(&selection.words);
    for condition in &selection.conditions {
        clause.condition(condition)?;
    }
    if let Some(bbox) = &selection.bbox {
        let (west, east) = (clause.bind(bbox.west), clause.bind(bbox.east));
        let (south, north) = (clause.bind(bbox.south), clause.bind(bbox.north));
        clause.and(&format!(
            "r.lon IS NOT NULL AND r.lon BETWEEN {west} AND {east} AND r.lat BETWEEN {south} AND {north}"
        ));
    }
    Ok(clause)
}

fn order(sort: &Sort) -> Result<String> {
    let field = sort.field.sql("r.")?;
    let direction = if sort.descending { "DESC" } else { "ASC" };
    // Absent values come last in both databases; said only where needed, since it can cost the index.
    let nulls = if sort.field.nullable() { " NULLS LAST" } else { "" };
    Ok(match sort.field {
        Field::Column(Column::Code) => format!("r.code {direction}"),
        _ => format!("{field} {direction}{nulls}, r.code {direction}"),
    })
}

/// One page. Rows are cut on the narrow index first and only then read in full.
pub async fn page(db: &Db, selection: &Selection, query: &PageQuery) -> Result<Page<StoredRecord>> {
    let mut clause = condition(db.dialect(), selection)?;
    let order = order(&selection.sort)?;
    let (limit, offset) = (clause.bind(query.limit() + 1), clause.bind(query.offset()));
    let sql = format!(
        "SELECT {COLUMNS} FROM (SELECT r.seq FROM record r WHERE {} ORDER BY {order} LIMIT {limit} OFFSET {offset}) p \
         JOIN record r ON r.seq = p.seq {JOINS} ORDER BY {order}",
        clause.sql
    );
    let rows = db.query(&sql, clause.args).await?;
    let items: Result<Vec<StoredRecord>> = rows.iter().map(read).collect();
    Ok(Page::from_overfetch(items?, query, None))
}

/// How many rows match; `None` when there are more than is worth counting.
pub async fn count(db: &Db, selection: &Selection) -> Result<Option<u64>> {
    let mut clause = condition(db.dialect(), selection)?;
    let cap = clause.bind(COUNT_CAP + 1);
    let sql =
        format!("SELECT COUNT(*) AS matches FROM (SELECT 1 FROM record r WHERE {} LIMIT {cap}) AS found", clause.sql);
    let row = db.query_one(&sql, clause.args).await?;
    let matches: u64 = row.map_or(Ok(0), |row| row.get("matches"))?;
    Ok((matches <= COUNT_CAP).then_some(matches))
}

/// Searches several kinds at once, each within its scopes. Names that contain the text come first.
pub async fn search_everywhere(
    db: &Db,
    kinds: &[(String, Vec<Scope>)],
    words: &[Word],
    text: &str,
    limit: u32,
) -> Result<Vec<StoredRecord>> {
    if kinds.is_empty() || words.is_empty() {
        return Ok(Vec::new());
    }
    let mut clause = Where::new(db.dialect(), "r.deleted = 0".to_owned());
    clause.words(words);
    let before = std::mem::take(&mut clause.sql);
    let mut parts = Vec::new();
    for (kind, scopes) in kinds {
        clause.sql = format!("r.kind = '{}'", identifier(kind)?);
        clause.scopes(scopes);
        parts.push(format!("({})", std::mem::take(&mut clause.sql)));
    }
    let (needle, limit) = (clause.bind(text.to_lowercase()), clause.bind(limit));
    // A word that half the ledger contains must not drag half the ledger through the sort.
    let sql = format!(
        "SELECT {COLUMNS} FROM (SELECT r.seq FROM record r WHERE {before} AND ({}) LIMIT 500) p \
         JOIN record r ON r.seq = p.seq {JOINS} \
         ORDER BY CASE WHEN LOWER(r.code) = {needle} THEN 0 WHEN LOWER(r.name) = {needle} THEN 1 \
         WHEN REPLACE(LOWER(r.name), {needle}, '') <> LOWER(r.name) THEN 2 ELSE 3 END, r.name, r.code LIMIT {limit}",
        parts.join(" OR ")
    );
    db.query(&sql, clause.args).await?.iter().map(read).collect()
}

/// Rows after a code, in order of code: for exports that read everything in portions.
pub async fn after_code(db: &Db, selection: &Selection, code: &str, limit: u32) -> Result<Vec<StoredRecord>> {
    let mut clause = condition(db.dialect(), selection)?;
    let mark = clause.bind(code);
    clause.and(&format!("r.code > {mark}"));
    let limit = clause.bind(limit);
    let sql = format!("SELECT {COLUMNS} FROM record r {JOINS} WHERE {} ORDER BY r.code LIMIT {limit}", clause.sql);
    db.query(&sql, clause.args).await?.iter().map(read).collect()
}
