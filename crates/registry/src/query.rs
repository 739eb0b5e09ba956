//! Lists: what a caller asks for becomes a selection, with every mistake named.

use fengsui_kernel::{BoundingBox, DivisionCode, Fault, PageQuery, Problem, Result, Scope, Timestamp};
use fengsui_storage::Value;
use fengsui_storage::records::{AttributeType, Column, Condition, Field, Operator, Selection, Sort};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kind::{FieldKind, FieldSpec, KindSpec};
use crate::search;

/// How many values `in` takes.
const MOST_VALUES: usize = 2000;

/// The parameters of a list, as they come over HTTP.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ListQuery {
    /// Text: Chinese, pinyin initials or code.
    pub q: Option<String>,
    /// At or below this division.
    pub division: Option<String>,
    /// Conditions `field:op:value` that must all hold; op is `eq ne lt le gt ge like in`.
    pub filter: Vec<String>,
    /// Conditions of which at least one must hold beside those.
    pub any: Vec<String>,
    /// `field` or `-field`.
    pub sort: Option<String>,
    /// `west,south,east,north`.
    pub bbox: Option<String>,
    /// Belonging to this enterprise, by record id.
    pub enterprise: Option<String>,
    /// Rows to return, 1 to 500; 50 if absent.
    pub limit: Option<u32>,
    /// The `next` value of the page before.
    pub cursor: Option<String>,
}

impl ListQuery {
    /// The part about paging.
    pub fn page(&self) -> PageQuery {
        PageQuery { limit: self.limit, cursor: self.cursor.clone() }
    }

    /// Reads everything else.
    pub(crate) fn selection(&self, spec: &KindSpec, scopes: Vec<Scope>) -> Result<Selection> {
        let mut selection = Selection::of(spec.name, scopes);
        if let Some(division) = given(self.division.as_deref()) {
            selection.division = Some(division.parse::<DivisionCode>()?);
        }
        if let Some(text) = given(self.q.as_deref()) {
            selection.words = search::query(text);
            if selection.words.is_empty() {
                // Only punctuation: finds nothing rather than everything.
                selection.conditions.push(Condition {
                    field: Field::Column(Column::Code),
                    operator: Operator::Equal,
                    values: Vec::new(),
                });
            }
        }
        for filter in &self.filter {
            selection.conditions.push(condition(spec, filter, "filter")?);
        }
        for filter in &self.any {
            selection.any.push(condition(spec, filter, "any")?);
        }
        if let Some(enterprise) = given(self.enterprise.as_deref()) {
            let values = vec![Value::Text(Some(enterprise.to_owned()))];
            let field = Field::Column(Column::Enterprise);
            selection.conditions.push(Condition { field, operator: Operator::Equal, values });
        }
        selection.bbox = given(self.bbox.as_deref()).map(bbox).transpose()?;
        if let Some(sort) = given(self.sort.as_deref()) {
            let (name, descending) = sort.strip_prefix('-').map_or((sort, false), |name| (name, true));
            let (field, own) = field(spec, name, "sort")?;
            let field = own.and_then(rank).unwrap_or(field);
            selection.sort = Sort { field, descending };
        }
        Ok(selection)
    }
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Reads `west,south,east,north`.
pub(crate) fn bbox(text: &str) -> Result<BoundingBox> {
    let wrong = || Fault::field("bbox", "malformed_bbox").with("value", text);
    let numbers: Vec<f64> = text.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    let [west, south, east, north] = numbers.as_slice() else { return Err(wrong().into()) };
    let inside = numbers.iter().all(|number| number.abs() <= 360.0);
    if !inside || west > east || south > north || text.split(',').count() != 4 {
        return Err(wrong().into());
    }
    Ok(BoundingBox { west: *west, south: *south, east: *east, north: *north })
}

/// What a caller calls a field, and the attribute behind it.
fn field<'a>(spec: &'a KindSpec, name: &str, parameter: &str) -> Result<(Field, Option<&'a FieldSpec>)> {
    let column = match name {
        "code" => Some(Column::Code),
        "name" => Some(Column::Name),
        "division" => Some(Column::Division),
        "enterprise" => Some(Column::Enterprise),
        "created_at" => Some(Column::CreatedAt),
        "updated_at" => Some(Column::UpdatedAt),
        _ => None,
    };
    if let Some(column) = column {
        return Ok((Field::Column(column), None));
    }
    let name = name.strip_prefix("attributes.").unwrap_or(name);
    let own = spec.field(name).ok_or_else(|| Fault::field(parameter, "unknown_field").with("value", name))?;
    // Comparing would tell what the mask hides.
    if own.personal || own.nested {
        return Err(Fault::field(parameter, "not_filterable").with("value", name).into());
    }
    Ok((attribute(own), Some(own)))
}

/// The order of a closed list, for the choices that lists sort by.
pub(crate) fn rank(spec: &FieldSpec) -> Option<Field> {
    let ordered = spec.kind == FieldKind::Enum && (spec.filterable || spec.listed) && !spec.personal && !spec.nested;
    let options = || spec.options.iter().map(|choice| choice.value.clone()).collect();
    ordered.then(|| Field::Rank { name: spec.name.clone(), options: options(), nullable: !spec.required })
}

/// How an attribute is kept.
pub(crate) fn attribute(spec: &FieldSpec) -> Field {
    let kept = match spec.kind {
        FieldKind::Number | FieldKind::Integer => AttributeType::Number,
        FieldKind::Boolean => AttributeType::Boolean,
        FieldKind::List => AttributeType::List,
        _ => AttributeType::Text,
    };
    // What the mask hides stands in no column; long texts are looked for by words.
    let indexed = (spec.filterable || spec.listed) && !spec.personal && !spec.nested;
    Field::Attribute { name: spec.name.clone(), kept, nullable: !spec.required, indexed }
}

fn condition(spec: &KindSpec, text: &str, parameter: &str) -> Result<Condition> {
    let mut parts = text.splitn(3, ':');
    let (Some(name), Some(operator), Some(value)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(Fault::field(parameter, "malformed_filter").with("value", text).into());
    };
    let operator = match operator {
        "eq" => Operator::Equal,
        "ne" => Operator::NotEqual,
        "lt" => Operator::Less,
        "le" => Operator::LessOrEqual,
        "gt" => Operator::Greater,
        "ge" => Operator::GreaterOrEqual,
        "like" => Operator::Like,
        "in" => Operator::In,
        _ => return Err(Fault::field(parameter, "unknown_operator").with("value", operator).into()),
    };
    let (field, own) = field(spec, name, parameter)?;
    let texts: Vec<&str> = if operator == Operator::In { value.split(',').collect() } else { vec![value] };
    if texts.len() > MOST_VALUES {
        // Never fewer rows than were asked for without a word.
        return Err(Fault::field(parameter, "too_many_values").with("max", &MOST_VALUES.to_string()).into());
    }
    let values: Result<Vec<Value>, Problem> =
        texts.into_iter().map(|text| typed(&field, own, operator, (parameter, text.trim()))).collect();
    Ok(Condition { field, operator, values: values? })
}

fn typed(
    field: &Field,
    own: Option<&FieldSpec>,
    operator: Operator,
    (parameter, text): (&str, &str),
) -> Result<Value, Problem> {
    let wrong = |expected: &str| Fault::field(parameter, "wrong_type").with("expected", expected).with("value", text);
    let time = matches!(field, Field::Column(Column::CreatedAt | Column::UpdatedAt));
    if time {
        let at: Timestamp = text.parse().map_err(|_| wrong("date-time"))?;
        return Ok(Value::Int(Some(at.as_millisecond())));
    }
    let kind = own.map_or(FieldKind::Text, |own| own.kind);
    let textual = !matches!(kind, FieldKind::Number | FieldKind::Integer | FieldKind::Boolean);
    if operator == Operator::Like && !textual {
        return Err(wrong("text"));
    }
    match kind {
        FieldKind::Number | FieldKind::Integer => {
            let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
            number.map(|number| Value::Real(Some(number))).ok_or_else(|| wrong("number"))
        }
        FieldKind::Boolean => match text {
            "true" | "1" => Ok(Value::Int(Some(1))),
            "false" | "0" => Ok(Value::Int(Some(0))),
            _ => Err(wrong("boolean")),
        },
        _ => Ok(Value::Text(Some(text.to_owned()))),
    }
}
