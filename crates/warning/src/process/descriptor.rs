//! Names, phases, actions and clocks of a warning.

use fengsui_kernel::Text;
use fengsui_matters::process::{ActionDescriptor, ClockDescriptor, Descriptor, Phase};

const fn phase(name: &'static str, zh: &'static str, en: &'static str, closed: bool) -> Phase {
    Phase { name, title: Text::new(zh, en), closed }
}

fn clock(
    name: &'static str,
    zh: &'static str,
    en: &'static str,
    minutes: u32,
    clause: &'static str,
) -> ClockDescriptor {
    ClockDescriptor { name, title: Text::new(zh, en), minutes, statutory: false, clause: Some(clause) }
}

pub(super) fn descriptor() -> Descriptor {
    Descriptor {
        title: Text::new("预警", "Warning"),
        phases: vec![
            phase("draft", "拟稿", "Draft", false),
            phase("submitted", "待审批", "Awaiting approval", false),
            phase("approved", "待发布", "Awaiting publication", false),
            phase("published", "已发布", "In force", false),
            phase("expired", "已到期，待解除", "Expired, to be lifted", false),
            phase("cancelled", "已解除", "Lifted", true),
        ],
        actions: actions(),
        clocks: vec![
            clock("approval", "审批", "Approval", 30, "本级预警审批制度"),
            clock("publication", "发布", "Publication", 15, "突发事件应对法 §64（及时发布）"),
            // Always started with the end of the warning as its due time.
            clock("review_expiry", "到期复核", "Review at expiry", 24 * 60, "突发事件应对法 §70"),
        ],
    }
}

fn actions() -> Vec<ActionDescriptor> {
    let action = |name, zh, en, from, to, grave, clause| ActionDescriptor {
        name,
        title: Text::new(zh, en),
        from,
        to,
        grave,
        clause,
    };
    let approval = Some("突发事件应对法 §64：按照规定的权限和程序");
    let adjusting = Some("突发事件应对法 §70：适时调整预警级别并重新发布");
    vec![
        action("update", "修改", "Change", &["draft", "published"], &["draft", "published"], false, adjusting),
        action("submit", "提交审批", "Submit", &["draft"], &["submitted"], false, Some("突发事件应对法 §64：预警要素")),
        action("approve", "批准", "Approve", &["submitted"], &["approved"], false, approval),
        action(
            "return",
            "退回",
            "Return",
            &["submitted", "approved", "published"],
            &["draft", "published"],
            false,
            approval,
        ),
        action("publish", "发布", "Publish", &["approved"], &["published"], true, Some("突发事件应对法 §64、§65")),
        action("approve_update", "批准更新并发布", "Approve update", &["published"], &["published"], true, adjusting),
        action(
            "cancel",
            "解除（未发布的撤销）",
            "Lift or withdraw",
            &["draft", "submitted", "approved", "published", "expired"],
            &["cancelled"],
            true,
            Some("突发事件应对法 §70：危险解除应当立即宣布解除警报、终止预警期"),
        ),
        action("expire", "到期", "Expire", &["published"], &["expired"], false, None),
    ]
}
