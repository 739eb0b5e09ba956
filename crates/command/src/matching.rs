//! Which plans fit an incident, and the tasks that a plan holds. Pure: plans come as plain values.

use fengsui_kernel::DivisionCode;
use fengsui_kernel::scale::ResponseLevel;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What must be known of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanFacts {
    /// Record id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Where it applies, with all below.
    pub division: DivisionCode,
    /// The enterprise whose plan it is.
    pub enterprise: Option<String>,
    /// `special`, `departmental`, `overall`, `onsite_disposal`, …
    pub category: String,
    /// EW12379 codes or prefixes of them.
    pub event_types: Vec<String>,
}

/// What must be known of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IncidentFacts {
    /// EW12379 code.
    pub event_type: String,
    /// Where.
    pub division: DivisionCode,
    /// The enterprise concerned.
    pub enterprise: Option<String>,
}

/// A task of a plan, as it can be handed to `start_response`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TaskDraft {
    /// What is to be done.
    #[schemars(length(min = 1, max = 1000))]
    pub title: String,
    /// What it is about.
    #[serde(default)]
    pub object: Option<String>,
    /// Working group: `coordination`, `rescue`, …
    #[serde(default)]
    pub group: Option<String>,
    /// Role that does it, where no post is named.
    #[serde(default)]
    pub role: Option<String>,
    /// Post that does it, by record id.
    #[serde(default)]
    pub post: Option<String>,
    /// Where; by default where the incident is.
    #[serde(default)]
    pub division: Option<DivisionCode>,
    /// Minutes from the start of the response.
    pub deadline_minutes: u32,
    /// Whether completion needs an attachment.
    #[serde(default)]
    pub evidence_required: bool,
    /// Phase of the plan: `report`, `activate`, `operate`, `demobilize`, …
    #[serde(default)]
    pub phase: Option<String>,
}

/// Categories in the order in which a command post reaches for them (domain `command.md` §3).
const CATEGORIES: [&str; 12] = [
    "special",
    "departmental",
    "key_target",
    "joint",
    "township",
    "village",
    "onsite_disposal",
    "enterprise_special",
    "enterprise_comprehensive",
    "action_plan",
    "event_action_plan",
    "overall",
];

/// The plans that fit, the most fitting first: by category, then the nearest division, then the
/// most specific event type, then by name.
pub fn match_plans(incident: &IncidentFacts, plans: impl IntoIterator<Item = PlanFacts>) -> Vec<PlanFacts> {
    let mut fitting: Vec<(usize, PlanFacts)> =
        plans.into_iter().filter_map(|plan| Some((specificity(incident, &plan)?, plan))).collect();
    fitting.sort_by(|(one, a), (other, b)| {
        let near = |plan: &PlanFacts| std::cmp::Reverse(plan.division.level());
        category(a).cmp(&category(b)).then(near(a).cmp(&near(b))).then(other.cmp(one)).then_with(|| a.name.cmp(&b.name))
    });
    fitting.into_iter().map(|(_, plan)| plan).collect()
}

/// Length of the longest event type that is a prefix of the incident's; `None` if the plan is for
/// another type, another place or another enterprise.
fn specificity(incident: &IncidentFacts, plan: &PlanFacts) -> Option<usize> {
    let own = plan.enterprise.is_none() || plan.enterprise == incident.enterprise;
    if !own || !plan.division.contains(&incident.division) {
        return None;
    }
    let prefixes = plan.event_types.iter().filter(|prefix| !prefix.is_empty());
    prefixes.filter(|prefix| incident.event_type.starts_with(prefix.as_str())).map(String::len).max()
}

fn category(plan: &PlanFacts) -> usize {
    CATEGORIES.iter().position(|category| *category == plan.category).unwrap_or(CATEGORIES.len())
}

/// The tasks of a plan at a response level, in the plan's order. An action without a level holds at
/// all levels; `level: 3` from Ⅲ upwards; `levels: [1, 2]` at those only. Entries without a title
/// or a deadline cannot become tasks and are left out.
pub fn tasks_of(attributes: &Value, level: ResponseLevel) -> Vec<TaskDraft> {
    let actions = attributes.get("actions").and_then(Value::as_array);
    let holding = actions.into_iter().flatten().filter(|action| holds(action, number(level)));
    holding.filter_map(|action| serde_json::from_value(action.clone()).ok()).collect()
}

/// The role that the plan lets start a level: `levels: [{"level": 1, "approver_role": "commander"}]`.
pub fn approver_role(attributes: &Value, level: ResponseLevel) -> Option<&str> {
    let levels = attributes.get("levels").and_then(Value::as_array)?;
    let entry = levels.iter().find(|entry| entry.get("level").and_then(Value::as_u64) == Some(number(level)))?;
    entry.get("approver_role").and_then(Value::as_str)
}

fn holds(action: &Value, level: u64) -> bool {
    if let Some(levels) = action.get("levels").and_then(Value::as_array) {
        return levels.iter().any(|entry| entry.as_u64() == Some(level));
    }
    action.get("level").and_then(Value::as_u64).is_none_or(|mildest| level <= mildest)
}

fn number(level: ResponseLevel) -> u64 {
    match level {
        ResponseLevel::One => 1,
        ResponseLevel::Two => 2,
        ResponseLevel::Three => 3,
        ResponseLevel::Four => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn plan(id: &str, division: &str, category: &str, event_types: &[&str]) -> PlanFacts {
        PlanFacts {
            id: id.into(),
            name: id.into(),
            division: division.parse().expect("code"),
            enterprise: None,
            category: category.into(),
            event_types: event_types.iter().map(ToString::to_string).collect(),
        }
    }

    fn incident(enterprise: Option<&str>) -> IncidentFacts {
        IncidentFacts {
            event_type: "12D02".into(),
            division: "640181100".parse().expect("code"),
            enterprise: enterprise.map(Into::into),
        }
    }

    fn matched(enterprise: Option<&str>, plans: Vec<PlanFacts>) -> Vec<String> {
        match_plans(&incident(enterprise), plans).into_iter().map(|plan| plan.id).collect()
    }

    #[test]
    fn the_nearest_special_plan_comes_first_and_the_overall_plan_last() {
        let plans = vec![
            plan("overall", "640181", "overall", &["11", "12", "13", "14"]),
            plan("city", "6401", "special", &["12D"]),
            plan("county", "640181", "special", &["12D"]),
            plan("county leak", "640181", "special", &["12D02", "12D"]),
            plan("flood", "640181", "special", &["11A01"]),
            plan("neighbour", "640122", "special", &["12D"]),
            plan("fire only", "640181", "special", &["12D01"]),
            plan("empty", "640181", "special", &[""]),
        ];
        assert_eq!(matched(None, plans), ["county leak", "county", "city", "overall"]);
    }

    #[test]
    fn the_plan_of_an_enterprise_is_for_that_enterprise() {
        let onsite =
            PlanFacts { enterprise: Some("e1".into()), ..plan("onsite", "640181", "onsite_disposal", &["12D"]) };
        assert_eq!(matched(Some("e1"), vec![onsite.clone()]), ["onsite"]);
        assert!(matched(Some("e2"), vec![onsite.clone()]).is_empty());
        assert!(matched(None, vec![onsite]).is_empty());
    }

    #[test]
    fn tasks_follow_the_level() {
        let attributes = json!({
            "levels": [{"level": 1, "approver_role": "commander"}, {"level": 3, "approver_role": "duty_leader"}],
            "actions": [
                {"phase": "report", "group": "coordination", "title": "电话首报", "object": "事故", "role": "duty_officer",
                 "deadline_minutes": 15, "evidence_required": true},
                {"title": "跨市支援", "role": "commander", "deadline_minutes": 60, "level": 2},
                {"title": "仅四级", "role": "commander", "deadline_minutes": 60, "levels": [4]},
                {"title": "没有时限", "role": "commander"},
                "text"
            ]
        });
        let titles = |level| tasks_of(&attributes, level).into_iter().map(|task| task.title).collect::<Vec<_>>();
        assert_eq!(titles(ResponseLevel::One), ["电话首报", "跨市支援"]);
        assert_eq!(titles(ResponseLevel::Three), ["电话首报"]);
        assert_eq!(titles(ResponseLevel::Four), ["电话首报", "仅四级"]);
        assert_eq!(approver_role(&attributes, ResponseLevel::Three), Some("duty_leader"));
        assert_eq!(approver_role(&attributes, ResponseLevel::Four), None);
        assert!(tasks_of(&json!(null), ResponseLevel::One).is_empty());
    }

    #[test]
    fn the_demonstration_plans_are_readable() {
        let text = include_str!("../../../data/demo/11_plan.jsonl");
        for line in text.lines() {
            let plan: Value = serde_json::from_str(line).expect("a plan");
            let actions = plan.pointer("/attributes/actions").and_then(Value::as_array).map_or(0, Vec::len);
            assert_eq!(tasks_of(&plan["attributes"], ResponseLevel::Four).len(), actions, "{}", plan["code"]);
        }
    }
}
