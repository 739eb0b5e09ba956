//! Names, phases, actions and clocks of a task.

use fengsui_kernel::Text;
use fengsui_matters::process::{ActionDescriptor, Descriptor};

use crate::support::{Edges, action, clock, phase};

pub(super) fn descriptor() -> Descriptor {
    Descriptor {
        title: Text::new("任务", "Task"),
        phases: vec![
            phase("issued", "已下达", "Issued", false),
            phase("accepted", "办理中", "Accepted", false),
            phase("completed", "待核验", "Completed, to be verified", false),
            phase("verified", "已办结", "Verified", true),
            phase("declined", "已退回", "Declined", false),
            phase("cancelled", "已取消", "Cancelled", true),
        ],
        actions: actions().to_vec(),
        clocks: vec![clock("deadline", Text::new("完成时限", "Deadline"), 60, false, Some("预案或指令规定的时限"))],
    }
}

pub(super) fn actions() -> [ActionDescriptor; 7] {
    let go = |from, to| Edges { from, to };
    let evidence = Some("预案任务要求：完成须有佐证");
    [
        action("accept", Text::new("接受", "Accept"), go(&["issued"], &["accepted"]), false, None),
        action("complete", Text::new("完成", "Complete"), go(&["accepted"], &["completed"]), false, evidence),
        action(
            "verify_done",
            Text::new("核验办结", "Verify"),
            go(&["completed"], &["verified"]),
            true,
            Some("核验人不得是完成人"),
        ),
        action("return", Text::new("退回重办", "Return"), go(&["completed"], &["issued"]), false, None),
        action("decline", Text::new("退回任务", "Decline"), go(&["issued", "accepted"], &["declined"]), false, None),
        action("reassign", Text::new("改派", "Reassign"), go(&["declined"], &["issued"]), false, None),
        action(
            "cancel",
            Text::new("取消", "Cancel"),
            go(&["issued", "accepted", "completed", "declined"], &["cancelled"]),
            true,
            None,
        ),
    ]
}
