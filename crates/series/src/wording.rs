//! The one line and the figures by which an alarm is known everywhere.

use fengsui_storage::series::SeriesFacts;

use crate::rules::{Direction, Evidence, Rule, RuleKind};

/// Why an alarm ends although nothing is known of its value.
pub(crate) const LAPSED: &str = "已不在规则的适用时段，不再判断";

/// One line for people: where, what, beyond which limit.
pub(crate) fn title(facts: &SeriesFacts, rule: &Rule, evidence: &Evidence) -> String {
    let place = facts.installation_name.as_deref().unwrap_or(&facts.device_name);
    let (name, limit, unit, span) = (&facts.name, rule.limit, &facts.unit, span(rule.window_seconds));
    let line = match rule.kind {
        RuleKind::High => format!("{place} {name} 达到或高于 {limit} {unit}"),
        RuleKind::Low => format!("{place} {name} 达到或低于 {limit} {unit}"),
        RuleKind::Absence if evidence.whole_device => format!("{} 全部测点 {span}无读数", facts.device_name),
        RuleKind::Absence => format!("{place} {name} {span}无读数"),
        RuleKind::Rate => {
            let way = match rule.direction {
                Direction::Rise => "上升",
                Direction::Fall => "下降",
                Direction::Either => "变化",
            };
            format!("{place} {name} {span}内{way}速率达到 {limit} {}", per_minute(unit))
        }
        RuleKind::Flat => format!("{place} {name} 读数 {span}未变化"),
        RuleKind::Sum => format!("{place} {name} {span}累计达到 {limit} {unit}"),
        RuleKind::IntensityDuration => {
            let worst = evidence.durations.iter().max_by(|one, other| one.ratio().total_cmp(&other.ratio()));
            let hours = worst.map_or_else(String::new, |worst| format!("{} 小时", worst.hours));
            format!("{place} {name} {hours}雨强达到临界值")
        }
        RuleKind::Deviation => format!("{place} {name} 偏离平时水平达到 {limit} σ"),
    };
    line.trim_end().to_owned()
}

/// The limit in the unit of [`unit`].
pub(crate) fn limit(rule: &Rule) -> f64 {
    if rule.kind.has_limit() { rule.limit } else { f64::from(rule.window_seconds) }
}

/// The unit of the figure and of the limit.
pub(crate) fn unit(rule: &Rule, of_series: &str) -> String {
    match rule.kind {
        RuleKind::High | RuleKind::Low | RuleKind::Sum => of_series.to_owned(),
        RuleKind::Rate => per_minute(of_series),
        RuleKind::Absence | RuleKind::Flat => "s".to_owned(),
        RuleKind::IntensityDuration => "×".to_owned(),
        RuleKind::Deviation => "σ".to_owned(),
    }
}

fn per_minute(unit: &str) -> String {
    format!("{unit}/min")
}

/// A span of time in the largest whole unit.
fn span(seconds: u32) -> String {
    match seconds {
        0 => String::new(),
        whole if whole % 86_400 == 0 => format!("{} 天", whole / 86_400),
        whole if whole % 3600 == 0 => format!("{} 小时", whole / 3600),
        whole if whole % 60 == 0 => format!("{} 分钟", whole / 60),
        other => format!("{other} 秒"),
    }
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn spans_are_told_in_the_largest_whole_unit() {
        assert_eq!([span(90), span(600), span(86_400 * 3), span(7200)], ["90 秒", "10 分钟", "3 天", "2 小时"]);
    }
}
