//! The command byte of the control unit (6.6, table 2).

use super::coded::coded_enum;

coded_enum! {
    /// What a frame is for.
    Command {
        1 Control "control" "控制命令"
        2 Send "send" "发送数据"
        3 Confirm "confirm" "确认"
        4 Request "request" "请求"
        5 Answer "answer" "应答"
        6 Deny "deny" "否认"
    }
}

impl Command {
    /// Whether the frame ends an exchange; such a frame is never answered, or two ends could answer each other for ever.
    pub fn is_response(self) -> bool {
        matches!(self, Self::Confirm | Self::Answer | Self::Deny)
    }

    /// Whether the frame begins an exchange of the standard.
    pub fn is_initiative(self) -> bool {
        matches!(self, Self::Control | Self::Send | Self::Request)
    }
}
