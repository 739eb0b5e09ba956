//! What devices answer to our commands: `QnRtn` in 9011 and `ExeRtn` in 9012.

use super::command::Command;
use super::segment::Segment;

/// `QnRtn`: whether a request was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestResult {
    /// 1: about to execute.
    Ready,
    /// 2: refused.
    Refused,
    /// 3: wrong password.
    WrongPassword,
    /// 4: wrong `MN`.
    WrongStation,
    /// 5: wrong `ST`.
    WrongSystem,
    /// 6: wrong `Flag`.
    WrongFlag,
    /// 7: wrong `QN`.
    WrongRequestNumber,
    /// 8: wrong `CN`.
    WrongCommand,
    /// 9: wrong checksum.
    WrongChecksum,
    /// 100 and all other numbers.
    Unknown(u16),
}

impl RequestResult {
    /// The result a number stands for.
    pub fn from_number(number: u16) -> Self {
        match number {
            1 => Self::Ready,
            2 => Self::Refused,
            3 => Self::WrongPassword,
            4 => Self::WrongStation,
            5 => Self::WrongSystem,
            6 => Self::WrongFlag,
            7 => Self::WrongRequestNumber,
            8 => Self::WrongCommand,
            9 => Self::WrongChecksum,
            other => Self::Unknown(other),
        }
    }

    /// The number on the wire.
    pub fn number(self) -> u16 {
        match self {
            Self::Ready => 1,
            Self::Refused => 2,
            Self::WrongPassword => 3,
            Self::WrongStation => 4,
            Self::WrongSystem => 5,
            Self::WrongFlag => 6,
            Self::WrongRequestNumber => 7,
            Self::WrongCommand => 8,
            Self::WrongChecksum => 9,
            Self::Unknown(number) => number,
        }
    }
}

/// `ExeRtn`: how an execution ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExecutionResult {
    /// 1: done.
    Done,
    /// 2: failed, reason unknown.
    Failed,
    /// 3: a condition is not met.
    ConditionNotMet,
    /// 4: timeout.
    TimedOut,
    /// 5: busy.
    Busy,
    /// 6: system fault.
    Fault,
    /// 100: no data.
    NoData,
    /// All other numbers.
    Unknown(u16),
}

impl ExecutionResult {
    /// The result a number stands for.
    pub fn from_number(number: u16) -> Self {
        match number {
            1 => Self::Done,
            2 => Self::Failed,
            3 => Self::ConditionNotMet,
            4 => Self::TimedOut,
            5 => Self::Busy,
            6 => Self::Fault,
            100 => Self::NoData,
            other => Self::Unknown(other),
        }
    }

    /// The number on the wire.
    pub fn number(self) -> u16 {
        match self {
            Self::Done => 1,
            Self::Failed => 2,
            Self::ConditionNotMet => 3,
            Self::TimedOut => 4,
            Self::Busy => 5,
            Self::Fault => 6,
            Self::NoData => 100,
            Self::Unknown(number) => number,
        }
    }
}

impl Segment {
    /// `QN` of the exchange this segment answers: the 2005 edition puts it inside `CP`.
    pub fn answered_request(&self) -> Option<&str> {
        self.parameters.get("QN").or(self.qn.as_deref())
    }

    /// The result in a 9011.
    pub fn request_result(&self) -> Option<RequestResult> {
        let number = self.number_in(Command::REQUEST_ANSWER, "QnRtn")?;
        Some(RequestResult::from_number(number))
    }

    /// The result in a 9012.
    pub fn execution_result(&self) -> Option<ExecutionResult> {
        let number = self.number_in(Command::EXECUTION_RESULT, "ExeRtn")?;
        Some(ExecutionResult::from_number(number))
    }

    fn number_in(&self, command: Command, name: &str) -> Option<u16> {
        if self.cn == command { self.parameters.get(name)?.parse().ok() } else { None }
    }
}
