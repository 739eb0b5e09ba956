//! Keeping the rules of templates in step: portion by portion, each durable before the next.

use std::time::{Duration, Instant};

use fengsui_kernel::id::RuleTemplateId;
use fengsui_kernel::{Fault, Principal, Result};
use fengsui_storage::Tx;
use fengsui_storage::series::journal;
use fengsui_storage::series::rules::{self as rule_store, RuleRow, TemplateOrigin};

use super::{Template, Wanted};
use crate::catalogue::{Catalogue, Standing};
use crate::engine::SeriesEngine;
use crate::rule_cases::drop_rule;

/// Series of one portion: while it is written, readings wait.
const PORTION: usize = 250;
/// A portion ends early after this long: rules that look back read what their series measured.
const LONGEST_PORTION: Duration = Duration::from_millis(150);

/// What a portion did to one series.
enum Done {
    Stands(Box<Standing>),
    Gone(i64, fengsui_kernel::id::RuleId),
}

impl SeriesEngine {
    /// The templates that are not in step: id, name and how many series wait.
    pub async fn templates_behind(&self) -> Vec<(RuleTemplateId, String, u64)> {
        let catalogue = self.core.catalogue.lock().await;
        let behind = |it: &Template| (it.id.clone(), it.name.clone(), catalogue.out_of_step(it).len() as u64);
        catalogue.templates.iter().map(behind).filter(|(_, _, waiting)| *waiting > 0).collect()
    }

    /// Brings some series into step with a template; answers how many then still wait. Readings may pass between
    /// two portions.
    ///
    /// # Errors
    /// When nothing could be done although series wait: somebody else changed a rule meanwhile.
    pub async fn keep_in_step(&self, id: &RuleTemplateId) -> Result<u64> {
        let mut catalogue = self.core.catalogue.lock().await;
        let Some(template) = catalogue.template(id).cloned() else { return Ok(0) };
        let numbers = catalogue.out_of_step(&template);
        let portion = &numbers[..numbers.len().min(PORTION)];
        let done = self.bring_into_step(&mut catalogue, &template, portion).await?;
        if done == 0 && !numbers.is_empty() {
            return Err(Fault::internal("a template does not get into step"));
        }
        if template.retired && done == numbers.len() {
            catalogue.templates.retain(|known| known.id != *id);
        }
        Ok((numbers.len() - done) as u64)
    }

    /// Series that are new or changed get the rules of the templates that they match. What fails is made up for when
    /// the templates are kept in step again, at the latest at the next start.
    pub(crate) async fn match_series(&self, catalogue: &mut Catalogue, numbers: &[i64]) {
        for template in catalogue.templates.clone() {
            if let Err(fault) = self.bring_into_step(catalogue, &template, numbers).await {
                tracing::warn!(%fault, template = template.name, "a series did not get its rule");
            }
        }
    }

    /// Brings these series into step; answers how many were looked at.
    async fn bring_into_step(&self, catalogue: &mut Catalogue, template: &Template, numbers: &[i64]) -> Result<usize> {
        let wanted = |number: &i64| {
            let series = catalogue.series.get(number)?;
            Some((*number, template.wants(*number, series, catalogue.category(series))?))
        };
        let wanted: Vec<(i64, Wanted)> = numbers.iter().filter_map(wanted).collect();
        let ends = wanted.iter().map(|(number, _)| *number).min().zip(wanted.iter().map(|(number, _)| *number).max());
        let Some((first, last)) = ends else { return Ok(numbers.len()) };
        let known = rule_store::of_template(&self.core.db, &template.id, first, last).await?;
        let mut tx = self.begin_because(&Principal::system("rule_template"), Some(template.name.clone())).await?;
        let (begun, mut done) = (Instant::now(), Vec::with_capacity(wanted.len()));
        for (number, wanted) in &wanted {
            if !done.is_empty() && begun.elapsed() > LONGEST_PORTION {
                break;
            }
            let known = known.iter().find(|row| row.series == *number);
            done.push(self.do_one(&mut tx, catalogue, template, *number, wanted, known).await?);
        }
        journal::settle(&mut tx, catalogue.sequence).await?;
        tx.commit().await?;
        let count = if done.len() == wanted.len() { numbers.len() } else { done.len() };
        for one in done.into_iter().flatten() {
            match one {
                Done::Stands(standing) => catalogue.stand(*standing),
                Done::Gone(number, rule) => drop(catalogue.remove_rule(number, &rule)),
            }
        }
        Ok(count)
    }

    async fn do_one(
        &self,
        tx: &mut Tx,
        catalogue: &Catalogue,
        template: &Template,
        number: i64,
        wanted: &Wanted,
        known: Option<&RuleRow>,
    ) -> Result<Option<Done>> {
        let Some(series) = catalogue.series.get(&number) else { return Ok(None) };
        let origin = TemplateOrigin {
            id: template.id.clone(),
            name: template.name.clone(),
            version: template.version,
            own_reason: None,
        };
        let input = template.condition.on(series.id.clone(), &template.name, template.enabled);
        match (wanted, known) {
            (Wanted::Make, _) => {
                let row = RuleRow { template: Some(origin), ..input.into_row(tx.new_id(), number) };
                let (_, standing) = self.add_rule(tx, catalogue, row).await?;
                Ok(Some(Done::Stands(Box::new(standing))))
            }
            (Wanted::Change(id), Some(old)) => {
                let row = input.into_row(id.clone(), number);
                let row = RuleRow { template: Some(origin), version: old.version, ..row };
                let replaced = self.replace_rule(tx, catalogue, old, row, false).await?;
                Ok(replaced.map(|(_, standing)| Done::Stands(Box::new(standing))))
            }
            (Wanted::Remove(id), _) => {
                drop_rule(tx, catalogue, number, id).await?;
                Ok(Some(Done::Gone(number, id.clone())))
            }
            (Wanted::Change(_), None) => Ok(None),
        }
    }
}
