//! A declaration beside what the program knows: every mistake is found at the start, with its name.

use std::collections::HashSet;

use fengsui_registry::kind::FieldKind;
use fengsui_registry::{KindSpec, ListQuery, Registry};
use fengsui_series::Under;

use super::template::{BoardTemplate, BoardText, Criterion, FigureName, TemplateError};

/// The longest id.
const LONGEST_ID: usize = 40;

/// Judges all boards; the first mistake is told.
pub fn check(registry: &Registry, templates: &[BoardTemplate]) -> Result<(), TemplateError> {
    let mut ids = HashSet::new();
    for template in templates {
        let wrong = |why: String| TemplateError { board: template.id.clone(), why };
        if !ids.insert(template.id.as_str()) {
            return Err(wrong("the id is taken".to_owned()));
        }
        one(registry, template).map_err(wrong)?;
    }
    Ok(())
}

/// What devices are counted under for a kind.
pub fn under(kind: &str) -> Option<Under> {
    match kind {
        "enterprise" => Some(Under::Enterprise),
        "installation" => Some(Under::Installation),
        "device" => Some(Under::Device),
        _ => None,
    }
}

fn one(registry: &Registry, template: &BoardTemplate) -> Result<(), String> {
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if template.id.is_empty() || template.id.len() > LONGEST_ID || !template.id.chars().all(fits) {
        return Err(format!("the id takes small letters, digits and hyphens, at most {LONGEST_ID}"));
    }
    let words = |text: &BoardText| !text.zh.trim().is_empty() && !text.en.trim().is_empty();
    if !words(&template.title) || !words(&template.note) {
        return Err("title and note need both languages".to_owned());
    }
    let kind = &template.objects.kind;
    let (Some(_), Ok(spec)) = (under(kind), registry.kind(kind)) else {
        return Err(format!("objects.kind {kind:?} is none of enterprise, installation, device"));
    };
    registry.check_list(kind, &query(template)).map_err(|fault| format!("objects: {fault}"))?;
    if template.figures.is_empty() || template.worst.is_empty() {
        return Err("figures and worst need at least one entry".to_owned());
    }
    let judged = template.figures.contains(&FigureName::Risk) || template.worst.contains(&Criterion::Risk);
    if template.risk && kind != "enterprise" || judged && !template.risk {
        return Err("the risk index is of enterprises, on boards with risk = true".to_owned());
    }
    attributes(spec, template)
}

fn attributes(spec: &KindSpec, template: &BoardTemplate) -> Result<(), String> {
    for name in &template.columns {
        let field = spec.field(name).ok_or_else(|| format!("columns: {} has no attribute {name}", spec.name))?;
        if field.personal || field.nested {
            return Err(format!("columns: {name} is personal data or has parts"));
        }
    }
    let counts = template.figures.contains(&FigureName::Tally) || template.worst.contains(&Criterion::Tally);
    let Some(name) = &template.tally else {
        return if counts { Err("tally is used but not named".to_owned()) } else { Ok(()) };
    };
    let closed = spec.field(name).is_some_and(|field| field.kind == FieldKind::Enum && !field.personal);
    if closed { Ok(()) } else { Err(format!("tally: {name} is no attribute with a closed list")) }
}

/// The list behind a board.
pub fn query(template: &BoardTemplate) -> ListQuery {
    ListQuery { filter: template.objects.filter.clone(), any: template.objects.any.clone(), ..ListQuery::default() }
}
