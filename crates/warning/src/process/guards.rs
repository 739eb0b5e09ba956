//! The legal guards of a warning, readable as law.

use fengsui_kernel::scale::WarningColor;
use fengsui_kernel::{Refusal, Timestamp};
use fengsui_matters::process::Facts;

use super::state::{Dossier, Pending, Signature};
use crate::content::{Changes, Content};
use crate::event_type::{self, EventType, Origin};

/// A county with all its villages has a few hundred; more is a mistake.
const MOST_DIVISIONS: usize = 1_000;

type Checked = Result<(), Refusal>;

/// The type can be warned of, by us, in this colour, and the area is one.
pub(super) fn lawful(content: &Content) -> Checked {
    let kind = event_type::find(&content.event_type)
        .ok_or_else(|| Refusal::new("unknown_event_type").with("event_type", &content.event_type))?;
    let refusal = |code: &str| Refusal::new(code).clause(kind.clause).with("event_type", kind.name_zh);
    match kind.origin {
        Origin::Uncoloured => return Err(refusal("social_security_has_no_colors")),
        Origin::Forbidden => return Err(refusal("earthquake_prediction_forbidden").with("issuer", kind.issued_by)),
        Origin::Relayed => relayed(kind, content)?,
        Origin::Own => {}
    }
    if !kind.colors.contains(&content.color) {
        let allowed: Vec<&str> = kind.colors.iter().map(|color| color.text().zh).collect();
        let facts = refusal("color_not_allowed").with("color", content.color.text().zh);
        return Err(facts.with("allowed", &allowed.join("、")));
    }
    area(content)
}

fn relayed(kind: &EventType, content: &Content) -> Checked {
    let named = content.relayed_from.as_ref();
    let named = named.is_some_and(|from| !from.office.trim().is_empty() && !from.identifier.trim().is_empty());
    let refusal = || Refusal::new("may_only_be_relayed").clause(kind.clause);
    if named { Ok(()) } else { Err(refusal().with("event_type", kind.name_zh).with("issuer", kind.issued_by)) }
}

fn area(content: &Content) -> Checked {
    let count = content.area.divisions.len();
    if count == 0 {
        return Err(Refusal::new("warning_without_area").clause("突发事件应对法 §64"));
    }
    if count > MOST_DIVISIONS {
        return Err(Refusal::new("too_many_divisions").with("limit", &MOST_DIVISIONS.to_string()));
    }
    let sound = content.area.polygon.as_ref().is_none_or(crate::content::Polygon::is_sound);
    if sound { Ok(()) } else { Err(Refusal::new("polygon_unsound")) }
}

/// All elements of §64 are there, and the time is one.
pub(super) fn complete(content: &Content, now: Timestamp) -> Checked {
    let missing = content.missing();
    if !missing.is_empty() {
        let refusal = Refusal::new("warning_incomplete").clause("突发事件应对法 §64");
        return Err(refusal.with("fields", &missing.join(", ")));
    }
    if content.expires_at <= content.onset_at {
        return Err(Refusal::new("expires_before_onset"));
    }
    not_over(content, now)
}

/// What is over is not published.
pub(super) fn not_over(content: &Content, now: Timestamp) -> Checked {
    if content.expires_at.is_some_and(|at| at > now) { Ok(()) } else { Err(Refusal::new("warning_already_over")) }
}

/// A forwarded signal follows the office's message and nothing else (气象灾害防御条例 §30).
pub(super) fn change(content: &Content, changes: &Changes, published: bool) -> Checked {
    if changes.is_empty() {
        return Err(Refusal::new("nothing_to_change"));
    }
    if published && (changes.event_type.is_some() || changes.issuer.is_some()) {
        return Err(Refusal::new("fixed_after_publication"));
    }
    let Some(before) = &content.relayed_from else { return Ok(()) };
    let follows = match &changes.relayed_from {
        Some(new) => !published || new.identifier != before.identifier,
        None => false,
    };
    let clause = event_type::find(&content.event_type).map_or("气象灾害防御条例 §30", |kind| kind.clause);
    if follows {
        Ok(())
    } else {
        Err(Refusal::new("relayed_unchangeable").clause(clause).with("issuer", &before.office))
    }
}

/// Two people: whoever wrote it does not approve it. The platform approves nothing.
pub(super) fn second_person(dossier: &Dossier, facts: &Facts) -> Checked {
    let user = person(facts)?;
    if dossier.drafters.contains(&user) { Err(own_work()) } else { Ok(()) }
}

/// The same for a change of a published warning.
pub(super) fn second_person_for(pending: &Pending, facts: &Facts) -> Checked {
    let user = person(facts)?;
    if pending.requested.by.as_ref() == Some(&user) { Err(own_work()) } else { Ok(()) }
}

fn own_work() -> Refusal {
    Refusal::new("approver_is_drafter").clause("突发事件应对法 §64")
}

/// A decision that a person answers for.
pub(super) fn person(facts: &Facts) -> Result<String, Refusal> {
    facts.user.clone().ok_or_else(|| Refusal::new("needs_a_person"))
}

/// The approver has one of the roles set for the colour.
pub(super) fn approver(color: WarningColor, facts: &Facts) -> Checked {
    let roles = approver_roles(color, facts);
    let held = facts.roles.iter().any(|role| roles.contains(role));
    let refusal = || Refusal::new("approver_role_missing").clause("突发事件应对法 §64").with("color", color.text().zh);
    if held { Ok(()) } else { Err(refusal().with("roles", &roles.join(", "))) }
}

/// Roles that may approve a colour: setting `approve.<color>.roles`, separated by commas.
pub(super) fn approver_roles(color: WarningColor, facts: &Facts) -> Vec<String> {
    let set = facts.settings.get(&format!("approve.{}.roles", color.as_str()));
    let default = match color {
        WarningColor::Red | WarningColor::Orange => "warning_approver,commander",
        WarningColor::Yellow | WarningColor::Blue => "warning_approver,commander,duty_leader",
    };
    // A list may come as TOML or JSON text: brackets and quotes are not part of a role's name.
    let text = set.map_or(default, String::as_str);
    let names = text.split(',').map(|name| name.trim_matches(|mark: char| " []\"'".contains(mark)).to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

/// A reason is words, not blanks.
pub(super) fn reason(text: String) -> Result<String, Refusal> {
    if text.trim().is_empty() { Err(Refusal::new("reason_required")) } else { Ok(text) }
}

/// Adds whoever acts to those who may not approve.
pub(super) fn sign_draft(dossier: &mut Dossier, signature: &Signature) {
    if let Some(user) = &signature.by
        && !dossier.drafters.contains(user)
    {
        dossier.drafters.push(user.clone());
    }
}
