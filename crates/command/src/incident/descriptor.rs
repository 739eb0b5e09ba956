//! Names, phases, actions and clocks of an incident.

use fengsui_kernel::Text;
use fengsui_matters::process::{ActionDescriptor, ClockDescriptor, Descriptor};

use crate::support::{Edges, action, clock, phase};

/// Minutes for the first report, at each level of government.
pub(super) const FIRST_REPORT_MINUTES: u32 = 120;
/// Minutes for the report by telephone.
pub(super) const PHONE_REPORT_MINUTES: u32 = 10;
/// Minutes for the report in writing.
pub(super) const WRITTEN_REPORT_MINUTES: u32 = 30;

/// Every phase in which the incident is open.
const OPEN: &[&str] = &["reported", "verified", "responding", "controlled"];
/// Every phase after it was found true.
const TRUE: &[&str] = &["verified", "responding", "controlled"];

pub(super) fn descriptor() -> Descriptor {
    Descriptor {
        title: Text::new("突发事件", "Incident"),
        phases: vec![
            phase("reported", "已接报", "Reported", false),
            phase("verified", "已核实", "Verified", false),
            phase("responding", "响应中", "Responding", false),
            phase("controlled", "已控制", "Under control", false),
            phase("closed", "已办结", "Closed", true),
            phase("false_alarm", "误报", "False alarm", true),
        ],
        actions: actions(),
        clocks: clocks(),
    }
}

fn clocks() -> Vec<ClockDescriptor> {
    let local = Some("本级信息报告规定");
    vec![
        clock("phone_report", Text::new("电话报告", "Report by telephone"), PHONE_REPORT_MINUTES, false, local),
        clock("written_report", Text::new("书面报告", "Report in writing"), WRITTEN_REPORT_MINUTES, false, local),
        clock(
            "first_report",
            Text::new("首报", "First report"),
            FIRST_REPORT_MINUTES,
            true,
            Some("生产安全事故报告和调查处理条例（国务院令493号）§11：每级上报时间不得超过2小时"),
        ),
    ]
}

pub(super) fn actions() -> Vec<ActionDescriptor> {
    [reporting(), responding(), ending()].concat()
}

fn reporting() -> Vec<ActionDescriptor> {
    let go = |from, to| Edges { from, to };
    vec![
        action(
            "verify",
            Text::new("核实", "Verify"),
            go(&["reported"], &["verified", "false_alarm"]),
            true,
            Some("突发事件应对法 §61：及时、客观、真实"),
        ),
        action(
            "phone_report",
            Text::new("电话报告", "Report by telephone"),
            go(OPEN, OPEN),
            false,
            Some("突发事件应对法 §17、§61"),
        ),
        action(
            "first_report",
            Text::new("首报", "First report"),
            go(OPEN, OPEN),
            false,
            Some("国务院令493号 §11、§12"),
        ),
        action(
            "follow_up_report",
            Text::new("续报", "Follow-up report"),
            go(OPEN, OPEN),
            false,
            Some("国务院令493号 §13：出现新情况及时补报"),
        ),
        action(
            "set_event_level",
            Text::new("确定事件级别", "Decide the event level"),
            go(OPEN, OPEN),
            false,
            Some("国务院令493号 §3"),
        ),
    ]
}

fn responding() -> Vec<ActionDescriptor> {
    let go = |from, to| Edges { from, to };
    vec![
        action(
            "start_response",
            Text::new("启动响应", "Start response"),
            go(&["verified"], &["responding"]),
            true,
            Some("突发事件应对法 §72：明确响应事项、级别、预计期限、应急处置措施"),
        ),
        action("assign_tasks", Text::new("下达任务", "Hand out tasks"), go(TRUE, TRUE), false, None),
        action(
            "dispatch",
            Text::new("派出队伍", "Dispatch a team"),
            go(OPEN, OPEN),
            false,
            Some("生产安全事故应急条例 §20、§21"),
        ),
        action(
            "withdraw",
            Text::new("紧急撤离", "Withdraw teams"),
            go(OPEN, OPEN),
            true,
            Some("生产安全事故应急条例 §22：直接危及应急救援人员生命安全的紧急情况"),
        ),
    ]
}

fn ending() -> Vec<ActionDescriptor> {
    let go = |from, to| Edges { from, to };
    let ending = Some("突发事件应对法 §86：威胁和危害得到控制或者消除后解除应急响应");
    vec![
        action(
            "adjust_response",
            Text::new("调整响应级别", "Adjust response"),
            go(&["responding"], &["responding"]),
            true,
            Some("突发事件应对法 §71"),
        ),
        action(
            "control",
            Text::new("已控制", "Under control"),
            go(&["verified", "responding"], &["controlled"]),
            false,
            None,
        ),
        action(
            "end_response",
            Text::new("终止响应", "End response"),
            go(&["controlled"], &["controlled"]),
            true,
            ending,
        ),
        action(
            "close",
            Text::new("办结", "Close"),
            go(&["controlled"], &["closed"]),
            true,
            Some("突发事件应对法 §86、§92：总结"),
        ),
    ]
}
