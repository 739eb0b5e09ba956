//! The data segment: who speaks, which command, and its parameters.

use std::borrow::Cow;

use thiserror::Error;

use super::command::Command;
use super::error::SegmentError;
use super::flag::{Flag, Version};
use super::parameters::Parameters;

/// Place of a frame within a split message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Packet {
    /// `PNUM`: how many frames the message has.
    pub total: u16,
    /// `PNO`: number of this frame, from 1.
    pub number: u16,
}

/// How a segment departs from the standard; none of these hinders reading it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
pub enum SegmentDeviation {
    /// The text is not UTF-8 throughout; damaged characters were replaced.
    #[error("the text is not UTF-8")]
    NotUtf8,
    /// A name stands twice; the last value counts.
    #[error("{name} stands twice")]
    DoubledName {
        /// The name.
        name: String,
    },
    /// A piece of text belongs to no name.
    #[error("{text:?} belongs to no name")]
    StrayText {
        /// The text.
        text: String,
    },
    /// `Flag`, `PNUM` or `PNO` is no number and was left out.
    #[error("{name} is no number: {text:?}")]
    UnreadableNumber {
        /// Name of the field.
        name: &'static str,
        /// Its text.
        text: String,
    },
    /// A `DataTime` or `AlarmTime` does not have 14 digits, or is no time at all.
    #[error("{text:?} is no time of 14 digits")]
    IrregularTime {
        /// Its text.
        text: String,
    },
}

/// A data segment, named with the standard's own field names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// `QN`: identity of the exchange, normally 17 digits of time; opaque, and absent with many 2005 devices.
    pub qn: Option<String>,
    /// `ST`: what kind of system speaks (21 surface water, 31 flue gas, 91 interaction …).
    pub st: Option<String>,
    /// `CN`: the command.
    pub cn: Command,
    /// `PW`: the password, six characters.
    pub pw: Option<String>,
    /// `MN`: the station. Opaque: lengths from 6 to 24 are met, with letters and underscores.
    pub mn: String,
    /// `Flag`, where there is one.
    pub flag: Option<Flag>,
    /// `PNUM` and `PNO`, where there are both.
    pub packet: Option<Packet>,
    /// Fields before `CP` that the standard does not know.
    pub extra: Vec<(String, String)>,
    /// Content of `CP`.
    pub parameters: Parameters,
    /// Departures from the standard met while reading.
    pub deviations: Vec<SegmentDeviation>,
}

/// What the frames of one split message have in common; each has a `QN` of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SplitKey {
    /// The station.
    pub mn: String,
    /// The command.
    pub cn: Command,
    /// `DataTime` as sent.
    pub data_time: Option<String>,
    /// How many frames the message has.
    pub total: u16,
}

/// Opens enciphered parameters, as HJ 212-2025 allows. The algorithm is the caller's affair.
pub trait ParameterCipher {
    /// Opens what stands between `CP=&&` and the last `&&`. `header` is the segment with its parameters still empty.
    ///
    /// Parameters sent in clear are to be returned as they are; nothing means they cannot be opened.
    fn open<'a>(&self, header: &Segment, sealed: &'a [u8]) -> Option<Cow<'a, [u8]>>;
}

/// Parameters in clear.
struct Clear;

impl ParameterCipher for Clear {
    fn open<'a>(&self, _header: &Segment, sealed: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        Some(Cow::Borrowed(sealed))
    }
}

impl Segment {
    /// A segment of the current edition without parameters, to be filled in.
    pub fn new(cn: Command, mn: impl Into<String>) -> Self {
        Self {
            qn: None,
            st: None,
            cn,
            pw: None,
            mn: mn.into(),
            flag: None,
            packet: None,
            extra: Vec::new(),
            parameters: Parameters::new(),
            deviations: Vec::new(),
        }
    }

    /// Reads a data segment whose parameters are in clear.
    pub fn parse(segment: &[u8]) -> Result<Self, SegmentError> {
        Self::parse_with(segment, &Clear)
    }

    /// Reads a data segment whose parameters may be enciphered.
    pub fn parse_with(segment: &[u8], cipher: &dyn ParameterCipher) -> Result<Self, SegmentError> {
        super::segment_text::read(segment, cipher)
    }

    /// Edition the device follows; without a flag, 2005.
    pub fn version(&self) -> Version {
        self.flag.map_or(Version::V2005, Flag::version)
    }

    /// Whether the sender wants an answer.
    pub fn needs_acknowledgement(&self) -> bool {
        self.flag.is_some_and(Flag::needs_acknowledgement)
    }

    /// The key under which the frames of a split message belong together; nothing for whole messages.
    pub fn split_key(&self) -> Option<SplitKey> {
        let packet = self.packet?;
        let data_time = self.parameters.get("DataTime").map(str::to_owned);
        Some(SplitKey { mn: self.mn.clone(), cn: self.cn, data_time, total: packet.total })
    }
}
