//! An order to a rescue team (救援指令): confirmed within minutes, followed until it is done.

mod descriptor;
mod state;

pub use state::{Order, OrderAction, OrderKind, OrderOpening, OrderState};

use fengsui_events::{Audience, ConfirmationRule, MessageRequest, Tone};
use fengsui_kernel::Refusal;
use fengsui_matters::process::{Assignee, Descriptor, Effect, Facts, Outcome, Process, Summary};

use crate::record::{Note, Signature};
use crate::support::{DUTY_OFFICER, audience, deadline, in_phase, message, not_in_phase, post_or_role, words};

/// The process `order`.
pub struct OrderProcess;

/// Role that leads a team without a named leader.
const RESCUE_LEADER: &str = "rescue_leader";

/// Minutes in which a team confirms before the duty leader is told.
const CONFIRM_WITHIN_MINUTES: u32 = 5;

type Step = Result<Outcome<OrderState>, Refusal>;

impl Process for OrderProcess {
    const NAME: &'static str = "order";
    type Opening = OrderOpening;
    type State = OrderState;
    type Action = OrderAction;

    fn descriptor() -> Descriptor {
        descriptor::descriptor()
    }

    fn open(opening: OrderOpening, facts: &Facts) -> Step {
        let order = Order {
            team: words(opening.team, "order_without_team")?,
            team_name: words(opening.team_name, "order_without_team")?,
            team_post: opening.team_post,
            order: words(opening.order, "order_without_text")?,
            due_at: deadline(opening.deadline_minutes, facts.now)?,
            location: opening.location,
            division: opening.division,
            kind: opening.kind,
            incident_title: opening.incident_title,
            issuer_post: facts.posts.first().cloned(),
            issued: Signature::of(facts),
            confirmed: None,
            departed: None,
            arrived: None,
        };
        Ok(send(order, facts))
    }

    fn act(state: OrderState, action: OrderAction, facts: &Facts) -> Step {
        use OrderAction as Do;
        use OrderState as Is;
        in_phase(&descriptor::actions(), state.phase(), action.name())?;
        match (state, action) {
            (Is::Issued { mut order }, Do::Confirm {}) => {
                order.confirmed = Some(Signature::of(facts));
                Ok(Outcome::of(Is::Confirmed { order }).with(Effect::StopClock { clock: "confirmation" }))
            }
            (Is::Confirmed { mut order }, Do::Depart {}) => {
                order.departed = Some(Signature::of(facts));
                Ok(Outcome::of(Is::Departed { order }))
            }
            (Is::Departed { mut order }, Do::Arrive {}) => {
                order.arrived = Some(Signature::of(facts));
                Ok(Outcome::of(Is::Arrived { order }))
            }
            (state, Do::Complete { result, headcount }) => complete(state, result, headcount, facts),
            (state, Do::Decline { reason }) => decline(state.into_order(), reason, facts),
            (Is::Declined { order, .. }, Do::Reassign { team, team_name, team_post, deadline_minutes }) => {
                let order = Order {
                    team: words(team, "order_without_team")?,
                    team_name: words(team_name, "order_without_team")?,
                    team_post,
                    due_at: deadline(deadline_minutes, facts.now)?,
                    confirmed: None,
                    ..order
                };
                Ok(send(order, facts))
            }
            (state, Do::Cancel { reason }) => cancel(state.into_order(), reason, facts),
            (state, action) => Err(not_in_phase(state.phase(), action.name())),
        }
    }

    fn phase(state: &OrderState) -> &'static str {
        state.phase()
    }

    fn summary(state: &OrderState) -> Summary {
        let order = state.order();
        let word = if order.kind == OrderKind::Withdraw { "【立即撤离】" } else { "" };
        Summary {
            title: format!("{word}{}：{}", order.team_name, order.order),
            division: order.division,
            location: order.location,
            enterprise: None,
            grade: None,
        }
    }
}

fn send(order: Order, facts: &Facts) -> Outcome<OrderState> {
    let assign = Effect::Assign(post_or_role(order.team_post.as_ref(), RESCUE_LEADER, order.division));
    let word = if order.kind == OrderKind::Withdraw { "立即撤离" } else { "救援指令" };
    let mut told = to_team(&order, "issue", &format!("{word}：{}", order.team_name), facts);
    told.confirmation = Some(ConfirmationRule {
        count: Some(1),
        within_minutes: CONFIRM_WITHIN_MINUTES,
        escalate_to: vec![Audience::Role { role: "duty_leader".to_owned(), division: order.division }],
    });
    let due_at = Some(order.due_at);
    Outcome::of(OrderState::Issued { order })
        .with(assign)
        .with(Effect::StartClock { clock: "confirmation", due_at: None })
        .with(Effect::StartClock { clock: "deadline", due_at })
        .with(Effect::Tell(Box::new(told)))
}

fn to_team(order: &Order, key: &str, subject: &str, facts: &Facts) -> MessageRequest {
    let about = order.incident_title.as_ref().map_or_else(String::new, |title| format!("事件：{title}\n"));
    let to = audience(order.team_post.as_ref(), RESCUE_LEADER, order.division);
    let mut told = message(key, subject, format!("{about}{}", order.order), to, facts);
    told.tone = Tone::Urgent;
    told
}

fn complete(state: OrderState, result: String, headcount: Option<u32>, facts: &Facts) -> Step {
    let withdrawal = state.order().kind == OrderKind::Withdraw;
    if !withdrawal && !matches!(state, OrderState::Arrived { .. }) {
        return Err(not_in_phase(state.phase(), "complete"));
    }
    if withdrawal && headcount.is_none() {
        return Err(Refusal::new("headcount_required").clause("生产安全事故应急条例 §22"));
    }
    let result = Note::of(words(result, "result_required")?, facts);
    Ok(Outcome::of(OrderState::Completed { order: state.into_order(), result, headcount })
        .with(Effect::StopClock { clock: "deadline" })
        .with(Effect::Assign(Assignee::Nobody)))
}

fn decline(order: Order, reason: String, facts: &Facts) -> Step {
    if order.kind == OrderKind::Withdraw {
        return Err(Refusal::new("withdrawal_cannot_be_declined").clause("生产安全事故应急条例 §22"));
    }
    let reason = Note::of(words(reason, "reason_required")?, facts);
    let to = audience(order.issuer_post.as_ref(), DUTY_OFFICER, order.division);
    let subject = format!("队伍无法执行指令：{}", order.team_name);
    let mut told = message("decline", &subject, reason.text.clone(), to, facts);
    told.tone = Tone::Urgent;
    let assign = Effect::Assign(post_or_role(order.issuer_post.as_ref(), DUTY_OFFICER, order.division));
    Ok(Outcome::of(OrderState::Declined { order, reason })
        .with(Effect::StopClock { clock: "confirmation" })
        .with(Effect::StopClock { clock: "deadline" })
        .with(assign)
        .with(Effect::Tell(Box::new(told))))
}

fn cancel(order: Order, reason: String, facts: &Facts) -> Step {
    let reason = Note::of(words(reason, "reason_required")?, facts);
    let mut told = to_team(&order, "cancel", &format!("指令撤回：{}", order.team_name), facts);
    told.body = format!("{}\n撤回原因：{}", told.body, reason.text);
    Ok(Outcome::of(OrderState::Cancelled { order, reason })
        .with(Effect::Assign(Assignee::Nobody))
        .with(Effect::Tell(Box::new(told))))
}
