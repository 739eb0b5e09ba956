//! Names, phases, actions and clocks of an order.

use fengsui_kernel::Text;
use fengsui_matters::process::{ActionDescriptor, Descriptor};

use crate::support::{Edges, action, clock, phase};

pub(super) fn descriptor() -> Descriptor {
    Descriptor {
        title: Text::new("救援指令", "Order to a team"),
        phases: vec![
            phase("issued", "已下达", "Issued", false),
            phase("confirmed", "已确认", "Confirmed", false),
            phase("departed", "已出动", "On the way", false),
            phase("arrived", "已到达", "Arrived", false),
            phase("completed", "已完成", "Completed", true),
            phase("declined", "已拒绝", "Declined", false),
            phase("cancelled", "已撤回", "Cancelled", true),
        ],
        actions: actions().to_vec(),
        clocks: vec![
            clock("confirmation", Text::new("确认", "Confirmation"), 5, false, Some("本级调度制度")),
            clock("deadline", Text::new("完成时限", "Deadline"), 60, false, Some("指令规定的时限")),
        ],
    }
}

pub(super) fn actions() -> [ActionDescriptor; 7] {
    let go = |from, to| Edges { from, to };
    let obey = Some("生产安全事故应急条例 §21：服从现场指挥部的统一指挥");
    [
        action("confirm", Text::new("确认收到", "Confirm"), go(&["issued"], &["confirmed"]), false, obey),
        action("depart", Text::new("出动", "Depart"), go(&["confirmed"], &["departed"]), false, None),
        action("arrive", Text::new("到达", "Arrive"), go(&["departed"], &["arrived"]), false, None),
        action(
            "complete",
            Text::new("完成", "Complete"),
            // A withdrawal ends when everybody is counted, wherever that is.
            go(&["confirmed", "departed", "arrived"], &["completed"]),
            false,
            Some("生产安全事故应急条例 §24：完整、准确记录"),
        ),
        action("decline", Text::new("无法执行", "Decline"), go(&["issued", "confirmed"], &["declined"]), false, obey),
        action("reassign", Text::new("改派", "Reassign"), go(&["declined"], &["issued"]), false, None),
        action(
            "cancel",
            Text::new("撤回", "Cancel"),
            go(&["issued", "confirmed", "departed", "arrived", "declined"], &["cancelled"]),
            true,
            None,
        ),
    ]
}
