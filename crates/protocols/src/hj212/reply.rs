//! What is answered to a segment: 9011, 9012, 9013 and 9014.

use super::command::Command;
use super::flag::{Flag, Version};
use super::parameters::Parameters;
use super::results::{ExecutionResult, RequestResult};
use super::segment::Segment;

/// `ST` of all interaction.
const INTERACTION: &str = "91";

/// Where the answer carries the `QN` it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ReplyStyle {
    /// As the version bits of the device say.
    #[default]
    ByVersion,
    /// Inside `CP`, with no `Flag`, as the 2005 edition has it.
    Inside,
    /// Before `CP`, as 2017 and later have it.
    Header,
}

impl ReplyStyle {
    fn is_inside(self, version: Version) -> bool {
        match self {
            Self::ByVersion => version == Version::V2005,
            Self::Inside => true,
            Self::Header => false,
        }
    }
}

/// An answer to be built for a received segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reply {
    /// 9011: whether a request was taken.
    Request(RequestResult),
    /// 9012: how an execution ended.
    Execution(ExecutionResult),
    /// 9013: a notice arrived.
    Notice,
    /// 9014: data arrived.
    Data,
}

impl Reply {
    /// The command number of the answer.
    pub fn command(self) -> Command {
        match self {
            Self::Request(_) => Command::REQUEST_ANSWER,
            Self::Execution(_) => Command::EXECUTION_RESULT,
            Self::Notice => Command::NOTICE_ACKNOWLEDGEMENT,
            Self::Data => Command::DATA_ACKNOWLEDGEMENT,
        }
    }

    /// The acknowledgement that suits a command: 9013 for notices, 9014 for all else.
    pub fn suiting(command: Command) -> Self {
        if command.is_notice() { Self::Notice } else { Self::Data }
    }

    /// Builds the answer to `received`, with its `QN`, `PW` and `MN`.
    ///
    /// This does not ask whether an answer is wanted, which makes it fit for devices whose profile wants one always.
    pub fn to(self, received: &Segment, style: ReplyStyle) -> Segment {
        let inside = style.is_inside(received.version());
        let mut reply = Segment::new(self.command(), received.mn.clone());
        reply.st = Some(INTERACTION.to_owned());
        reply.pw.clone_from(&received.pw);
        if inside {
            if let Some(qn) = &received.qn {
                reply.parameters = reply.parameters.with("QN", qn);
            }
        } else {
            reply.qn.clone_from(&received.qn);
            let flag = received.flag.unwrap_or(Flag::new(Version::V2005, false));
            reply.flag = Some(flag.version_only());
        }
        reply.parameters = self.add_parameters(reply.parameters, received, inside);
        reply
    }

    fn add_parameters(self, parameters: Parameters, received: &Segment, inside: bool) -> Parameters {
        match self {
            Self::Request(result) => parameters.with("QnRtn", result.number().to_string()),
            Self::Execution(result) => parameters.with("ExeRtn", result.number().to_string()),
            Self::Data if inside => parameters.with("CN", received.cn.to_string()),
            Self::Notice | Self::Data => parameters,
        }
    }
}

/// The acknowledgement the standard wants for a received segment; nothing where none is wanted.
///
/// Answers are never answered, whatever their flag, or two ends could acknowledge each other for ever.
pub fn acknowledge(received: &Segment, style: ReplyStyle) -> Option<Segment> {
    let wanted = received.needs_acknowledgement() && !received.cn.is_answer();
    wanted.then(|| Reply::suiting(received.cn).to(received, style))
}
