//! Draws any board for any person.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use fengsui_kernel::scale::RiskLevel;
use fengsui_kernel::{DivisionCode, Fault, Page, PageQuery, Place, Principal, Result, Scope};
use fengsui_registry::kind::FieldSpec;
use fengsui_registry::{Record, Registry};
use fengsui_series::{AlarmView, SeriesEngine};

use super::check;
use super::drawn::{BoardFigures, BoardObject, BoardView, ObjectQuery, OptionCount};
use super::snapshot::{Seen, Snapshot};
use super::template::{BoardTemplate, TemplateError};

/// The boards of an installation. Cheap to clone.
#[derive(Clone)]
pub struct Boards {
    inner: Arc<Inner>,
}

struct Inner {
    registry: Registry,
    series: SeriesEngine,
    templates: Vec<BoardTemplate>,
    drawn: Mutex<HashMap<String, Arc<Snapshot>>>,
}

/// What a person may see, within what they asked for.
struct Sight {
    objects: Vec<Vec<Scope>>,
    alarms: Vec<Scope>,
    division: Option<DivisionCode>,
}

impl Sight {
    fn of(principal: &Principal, kind: &str, division: Option<DivisionCode>) -> Result<Self> {
        let alarms = principal.scopes("read", "alarm")?;
        let objects = vec![principal.scopes("read", kind)?, principal.scopes("read", "series")?];
        Ok(Self { objects, alarms, division })
    }

    fn object(&self, place: &Place) -> bool {
        let covered = |scopes: &Vec<Scope>| scopes.iter().any(|scope| scope.covers(place));
        self.objects.iter().all(covered) && self.division.is_none_or(|division| division.contains(&place.division))
    }

    fn alarm(&self, place: &Place) -> bool {
        self.alarms.iter().any(|scope| scope.covers(place))
    }
}

impl Boards {
    /// Checks the declarations against what the program knows.
    pub fn new(
        registry: Registry,
        series: SeriesEngine,
        mut templates: Vec<BoardTemplate>,
    ) -> std::result::Result<Self, TemplateError> {
        check::check(&registry, &templates)?;
        templates.sort_by(|one, other| (one.order, &one.id).cmp(&(other.order, &other.id)));
        Ok(Self { inner: Arc::new(Inner { registry, series, templates, drawn: Mutex::default() }) })
    }

    /// The boards that a person may see, each with its figures.
    pub async fn list(&self, principal: &Principal, division: Option<DivisionCode>) -> Result<Vec<BoardView>> {
        let mut views = Vec::new();
        for template in &self.inner.templates {
            let Ok(sight) = Sight::of(principal, &template.objects.kind, division) else { continue };
            views.push(self.view(template, &sight).await?);
        }
        Ok(views)
    }

    /// One board with its figures.
    pub async fn board(&self, principal: &Principal, id: &str, division: Option<DivisionCode>) -> Result<BoardView> {
        let template = self.template(id)?;
        self.view(template, &Sight::of(principal, &template.objects.kind, division)?).await
    }

    /// A page of its objects, the worst first.
    pub async fn objects(&self, principal: &Principal, id: &str, query: &ObjectQuery) -> Result<Page<BoardObject>> {
        let template = self.template(id)?;
        let sight = Sight::of(principal, &template.objects.kind, query.division)?;
        let snapshot = self.snapshot(template).await?;
        let mut seen = self.seen(template, &snapshot, &sight);
        seen.retain(|one| query.wants(one));
        let field = self.tally_field(template);
        // Stable: what is equal stays in the order of codes.
        seen.sort_by_cached_key(|one| one.standing.key(&template.worst, grave(field, one.record), one.risk_key()));
        let rows = cut(&seen, &query.page()).iter().map(|one| BoardObject::new(template, one)).collect();
        Ok(Page::from_overfetch(rows, &query.page(), Some(seen.len() as u64)))
    }

    /// A page of its open alarms, in the order in which they are to be handled.
    pub async fn alarms(
        &self,
        principal: &Principal,
        id: &str,
        division: Option<DivisionCode>,
        page: &PageQuery,
    ) -> Result<Page<AlarmView>> {
        let template = self.template(id)?;
        let sight = Sight::of(principal, &template.objects.kind, division)?;
        let snapshot = self.snapshot(template).await?;
        let mine = snapshot.alarms().filter(|(record, alarm)| {
            let place = Place { division: alarm.division, enterprise: alarm.enterprise.clone() };
            sight.object(&record.place()) && sight.alarm(&place)
        });
        let ids: Vec<_> = mine.map(|(_, alarm)| alarm.id.clone()).collect();
        let found = self.inner.series.alarms_by_ids(principal, cut(&ids, page)).await?;
        Ok(Page::from_overfetch(found, page, Some(ids.len() as u64)))
    }

    fn template(&self, id: &str) -> Result<&BoardTemplate> {
        let found = self.inner.templates.iter().find(|template| template.id == id);
        found.ok_or_else(|| Fault::not_found("board", id))
    }

    fn tally_field<'a>(&'a self, template: &BoardTemplate) -> Option<&'a FieldSpec> {
        self.inner.registry.kind(&template.objects.kind).ok()?.field(template.tally.as_deref()?)
    }

    async fn snapshot(&self, template: &BoardTemplate) -> Result<Arc<Snapshot>> {
        let lock = || self.inner.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        let before = lock().get(&template.id).map(Arc::clone);
        let snapshot = Snapshot::take(&self.inner.registry, &self.inner.series, template, before).await?;
        lock().insert(template.id.clone(), Arc::clone(&snapshot));
        Ok(snapshot)
    }

    /// What a person sees of a board now; the risk index moves with time, without any event.
    fn seen<'a>(&self, template: &BoardTemplate, snapshot: &'a Snapshot, sight: &Sight) -> Vec<Seen<'a>> {
        let mut seen = snapshot.seen(|place| sight.object(place), |place| sight.alarm(place));
        if template.risk {
            let now = self.inner.series.now();
            for one in &mut seen {
                one.judge(now);
            }
        }
        seen
    }

    async fn view(&self, template: &BoardTemplate, sight: &Sight) -> Result<BoardView> {
        let snapshot = self.snapshot(template).await?;
        let seen = self.seen(template, &snapshot, sight);
        Ok(BoardView { board: template.clone(), figures: figures(&seen, self.tally_field(template)) })
    }
}

/// The rows of a page and one more, which says that there is another page.
fn cut<'a, T>(all: &'a [T], page: &PageQuery) -> &'a [T] {
    let rest = all.get(page.offset() as usize..).unwrap_or_default();
    rest.get(..page.limit() as usize + 1).unwrap_or(rest)
}

/// The place of an object's value in a closed list, gravest first; behind all others without one.
fn grave(field: Option<&FieldSpec>, record: &Record) -> i64 {
    let Some(field) = field else { return 0 };
    let value = record.text(&field.name);
    let place = field.options.iter().position(|option| Some(option.value.as_str()) == value);
    place.map_or(i64::MAX, |place| i64::try_from(place).unwrap_or(i64::MAX))
}

fn figures(seen: &[Seen<'_>], field: Option<&FieldSpec>) -> BoardFigures {
    let mut figures = BoardFigures { objects: seen.len() as u64, ..BoardFigures::default() };
    for one in seen {
        figures.troubled += u64::from(one.standing.troubled());
        figures.unacknowledged += one.standing.unacknowledged();
        figures.devices.add(&one.standing.devices());
        for (priority, count) in one.standing.by_priority() {
            *figures.alarms.entry(priority).or_default() += count;
        }
    }
    for level in RiskLevel::ALL.iter().copied() {
        let count = seen.iter().filter(|one| one.risk.as_ref().is_some_and(|risk| risk.level == level)).count();
        if count > 0 {
            figures.risk.push(OptionCount { value: level.as_str().to_owned(), count: count as u64 });
        }
    }
    if let Some(field) = field {
        let of = |value: &str| seen.iter().filter(|one| one.record.text(&field.name) == Some(value)).count() as u64;
        let counted = |option: &fengsui_registry::kind::Choice| OptionCount {
            value: option.value.clone(),
            count: of(&option.value),
        };
        figures.tally = field.options.iter().map(counted).filter(|one| one.count > 0).collect();
    }
    figures
}
