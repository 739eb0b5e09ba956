//! The life of a warning: drafted, submitted, approved by a second person, published, updated,
//! lifted by a person. One pure transition function; the engine does the rest.
//!
//! Settings: `"approve.red.roles"`, `"approve.orange.roles"`, `"approve.yellow.roles"`,
//! `"approve.blue.roles"` (quoted keys): the roles of which the approver needs one.

mod action;
mod descriptor;
mod effects;
mod guards;
mod state;

pub use action::{WarningAction, WarningOpening};
pub use state::{Dossier, Note, Pending, Publication, PublicationKind, Signature, WarningState};

use fengsui_events::{ClockChange, Event};
use fengsui_kernel::Refusal;
use fengsui_kernel::id::MatterId;
use fengsui_matters::process::{Assignee, Descriptor, Effect, Facts, Grade, Outcome, Process, Summary};

use crate::content::Changes;

/// The process `warning`.
pub struct WarningProcess;

type Step = Result<Outcome<WarningState>, Refusal>;

impl Process for WarningProcess {
    const NAME: &'static str = "warning";
    type Opening = WarningOpening;
    type State = WarningState;
    type Action = WarningAction;

    fn descriptor() -> Descriptor {
        descriptor::descriptor()
    }

    fn open(opening: WarningOpening, facts: &Facts) -> Step {
        let content = opening.content();
        guards::lawful(&content)?;
        let dossier = Dossier {
            content,
            drafters: facts.user.iter().cloned().collect(),
            post: facts.posts.first().cloned(),
            returned: None,
            alarm: opening.alarm,
            incident: opening.incident,
        };
        let assign = effects::to_drafter(&dossier);
        Ok(Outcome::of(WarningState::Draft { dossier }).with(assign))
    }

    fn act(state: WarningState, action: WarningAction, facts: &Facts) -> Step {
        use WarningAction as Do;
        use WarningState as Is;
        match (state, action) {
            (Is::Draft { dossier }, Do::Update(changes)) => revise(dossier, &changes, facts),
            (Is::Draft { dossier }, Do::Submit {}) => submit(dossier, facts),
            (Is::Submitted { dossier, .. }, Do::Approve {}) => approve(dossier, facts),
            (Is::Submitted { dossier, .. } | Is::Approved { dossier, .. }, Do::Return { reason }) => {
                give_back(dossier, reason, facts)
            }
            (Is::Approved { dossier, approval }, Do::Publish {}) => publish(dossier, approval, facts),
            (Is::Published { dossier, approval, publications, .. }, Do::Update(changes)) => {
                InForce { dossier, approval, publications }.request_update(*changes, facts)
            }
            (Is::Published { dossier, approval, publications, pending: Some(pending) }, Do::ApproveUpdate {}) => {
                InForce { dossier, approval, publications }.update(&pending, facts)
            }
            (Is::Published { dossier, approval, publications, pending: Some(_) }, Do::Return { reason }) => {
                InForce { dossier, approval, publications }.refuse_update(reason, facts)
            }
            (Is::Published { pending: None, .. }, Do::ApproveUpdate {} | Do::Return { .. }) => {
                Err(Refusal::new("no_pending_update"))
            }
            (Is::Published { dossier, approval, publications, .. }, Do::Expire {}) => {
                InForce { dossier, approval, publications }.expire(facts)
            }
            (state, Do::Cancel { reason }) if !matches!(state, Is::Cancelled { .. }) => cancel(state, reason, facts),
            (state, action) => {
                Err(Refusal::new("not_in_this_phase").with("phase", state.phase()).with("action", action.name()))
            }
        }
    }

    fn phase(state: &WarningState) -> &'static str {
        state.phase()
    }

    fn summary(state: &WarningState) -> Summary {
        let content = &state.dossier().content;
        Summary {
            title: effects::title(content),
            division: content.responsible_division(),
            location: content.area.polygon.as_ref().and_then(crate::content::Polygon::center),
            enterprise: None,
            grade: Some(Grade { scale: "warning_color".to_owned(), value: content.color.as_str().to_owned() }),
        }
    }
}

/// The matter that the platform has to `expire`, if the event says so. The composition takes the
/// action; a clock that was moved in the meantime is refused by the guard and may be ignored.
pub fn to_expire(event: &Event) -> Option<&MatterId> {
    match event {
        Event::ClockChanged(clock) if clock.process == WarningProcess::NAME && clock.clock == "review_expiry" => {
            (clock.change == ClockChange::Overdue).then_some(&clock.matter)
        }
        _ => None,
    }
}

fn revise(mut dossier: Dossier, changes: &Changes, facts: &Facts) -> Step {
    guards::change(&dossier.content, changes, false)?;
    dossier.content = changes.applied_to(&dossier.content);
    guards::lawful(&dossier.content)?;
    guards::sign_draft(&mut dossier, &Signature::of(facts));
    Ok(Outcome::of(WarningState::Draft { dossier }))
}

fn submit(mut dossier: Dossier, facts: &Facts) -> Step {
    guards::lawful(&dossier.content)?;
    guards::complete(&dossier.content, facts.now)?;
    let submitted = Signature::of(facts);
    // Whoever submits vouches for the text, also when the platform drafted it.
    guards::sign_draft(&mut dossier, &submitted);
    let assign = effects::to_approver(&dossier, dossier.content.color, facts);
    Ok(Outcome::of(WarningState::Submitted { dossier, submitted })
        .with(assign)
        .with(Effect::StartClock { clock: "approval", due_at: None }))
}

fn approve(dossier: Dossier, facts: &Facts) -> Step {
    guards::second_person(&dossier, facts)?;
    guards::approver(dossier.content.color, facts)?;
    guards::complete(&dossier.content, facts.now)?;
    let assign = effects::to_drafter(&dossier);
    Ok(Outcome::of(WarningState::Approved { dossier, approval: Signature::of(facts) })
        .with(assign)
        .with(Effect::StopClock { clock: "approval" })
        .with(Effect::StartClock { clock: "publication", due_at: None }))
}

fn give_back(mut dossier: Dossier, reason: String, facts: &Facts) -> Step {
    dossier.returned = Some(Note::of(guards::reason(reason)?, facts));
    let assign = effects::to_drafter(&dossier);
    Ok(Outcome::of(WarningState::Draft { dossier })
        .with(assign)
        .with(Effect::StopClock { clock: "approval" })
        .with(Effect::StopClock { clock: "publication" }))
}

fn publish(dossier: Dossier, approval: Signature, facts: &Facts) -> Step {
    guards::person(facts)?;
    guards::not_over(&dossier.content, facts.now)?;
    let publication = Publication {
        kind: PublicationKind::Alert,
        content: dossier.content.clone(),
        published: Signature::of(facts),
        approved_by: approval.by.clone(),
        note: None,
    };
    let told = effects::announce(&publication, 1, facts);
    let due_at = dossier.content.expires_at;
    let state = WarningState::Published { dossier, approval, publications: vec![publication], pending: None };
    let mut outcome = Outcome::of(state)
        .with(Effect::StopClock { clock: "publication" })
        .with(Effect::StartClock { clock: "review_expiry", due_at });
    outcome.effects.extend(told);
    Ok(outcome)
}

fn cancel(state: WarningState, reason: String, facts: &Facts) -> Step {
    guards::person(facts)?;
    let reason = Note::of(guards::reason(reason)?, facts);
    let mut publications = state.publications().to_vec();
    let mut told = Vec::new();
    if let Some(last) = publications.last() {
        let end = Publication {
            kind: PublicationKind::Cancel,
            content: last.content.clone(),
            published: reason.signature.clone(),
            approved_by: None,
            note: Some(reason.text.clone()),
        };
        told = effects::announce(&end, publications.len() + 1, facts);
        publications.push(end);
    }
    let dossier = state.into_dossier();
    let mut outcome = Outcome::of(WarningState::Cancelled { dossier, publications, reason })
        .with(Effect::Assign(Assignee::Nobody))
        .with(Effect::StopClock { clock: "approval" })
        .with(Effect::StopClock { clock: "publication" })
        .with(Effect::StopClock { clock: "review_expiry" });
    outcome.effects.extend(told);
    Ok(outcome)
}

/// A warning that is public.
struct InForce {
    dossier: Dossier,
    approval: Signature,
    publications: Vec<Publication>,
}

impl InForce {
    fn state(self, pending: Option<Box<Pending>>) -> WarningState {
        let Self { dossier, approval, publications } = self;
        WarningState::Published { dossier, approval, publications, pending }
    }

    fn request_update(self, changes: Changes, facts: &Facts) -> Step {
        guards::person(facts)?;
        guards::change(&self.dossier.content, &changes, true)?;
        let content = changes.applied_to(&self.dossier.content);
        guards::lawful(&content)?;
        guards::complete(&content, facts.now)?;
        let assign = effects::to_approver(&self.dossier, content.color, facts);
        let pending = Pending { changes, requested: Signature::of(facts) };
        Ok(Outcome::of(self.state(Some(Box::new(pending))))
            .with(assign)
            .with(Effect::StartClock { clock: "approval", due_at: None }))
    }

    fn update(mut self, pending: &Pending, facts: &Facts) -> Step {
        guards::second_person_for(pending, facts)?;
        let content = pending.changes.applied_to(&self.dossier.content);
        guards::approver(content.color, facts)?;
        guards::complete(&content, facts.now)?;
        let publication = Publication {
            kind: PublicationKind::Update,
            content: content.clone(),
            published: Signature::of(facts),
            approved_by: facts.user.clone(),
            note: None,
        };
        let told = effects::announce(&publication, self.publications.len() + 1, facts);
        let due_at = content.expires_at;
        self.dossier.content = content;
        self.publications.push(publication);
        let assign = effects::to_drafter(&self.dossier);
        let mut outcome = Outcome::of(self.state(None))
            .with(assign)
            .with(Effect::StopClock { clock: "approval" })
            // Starting a running clock moves it.
            .with(Effect::StartClock { clock: "review_expiry", due_at });
        outcome.effects.extend(told);
        Ok(outcome)
    }

    fn refuse_update(mut self, reason: String, facts: &Facts) -> Step {
        self.dossier.returned = Some(Note::of(guards::reason(reason)?, facts));
        let assign = effects::to_drafter(&self.dossier);
        let stop = Effect::StopClock { clock: "approval" };
        Ok(Outcome::of(self.state(None)).with(assign).with(stop))
    }

    fn expire(self, facts: &Facts) -> Step {
        if facts.user.is_some() {
            return Err(Refusal::new("only_the_platform_expires"));
        }
        if guards::not_over(&self.dossier.content, facts.now).is_ok() {
            return Err(Refusal::new("not_yet_expired"));
        }
        let assign = effects::to_drafter(&self.dossier);
        let Self { dossier, approval, publications } = self;
        let stop = Effect::StopClock { clock: "approval" };
        Ok(Outcome::of(WarningState::Expired { dossier, approval, publications, expired_at: facts.now })
            .with(assign)
            .with(stop))
    }
}
