//! HJ 212: the Ministry of Ecology and Environment's protocol for pollution-source and ambient loggers.
//!
//! The way in is [`Decoder`] (bytes to [`Frame`]), then [`Frame::segment`] and [`Segment::parse`], then
//! [`Segment::readings`], [`Segment::alarms`] and [`Report::read`]. The way out is [`acknowledge`], [`Reply`] and
//! [`Order`], which build a [`Segment`], and [`Segment::to_frame`]. [`Exchange`] sees orders through, [`Merger`] puts
//! split messages together, [`describe`] and [`compose`] turn frames into JSON objects and back.
//!
//! Real loggers deviate from the text. What can be read safely is read, and every departure is reported as a
//! [`FrameDeviation`] or [`SegmentDeviation`] so that the caller can keep a profile per device.

mod alarm;
mod command;
pub mod crc;
mod decoder;
mod describe;
mod error;
mod examine;
mod exchange;
mod flag;
mod frame;
mod masking;
mod merge;
mod order;
mod order_parameters;
mod parameters;
mod quality;
mod reading;
mod reply;
mod report;
mod results;
mod segment;
mod segment_text;
pub mod time;

pub use alarm::{Alarm, AlarmState};
pub use command::{Command, CommandKind};
pub use crc::CrcVariant;
pub use decoder::{Decoder, Tolerance};
pub use describe::{compose, describe};
pub use error::{EncodeError, FrameError, Rejected, SegmentError};
pub use exchange::{Action, Ending, Exchange, Outcome, Patience, Refusal, Request};
pub use flag::{Flag, Version};
pub use frame::{Frame, FrameDeviation, MAX_SEGMENT, decode_frame, encode_frame};
pub use masking::mask_password;
pub use merge::{Incomplete, MergeLimits, Merged, Merger};
pub use order::{Address, HistoryKind, InstrumentTask, Order};
pub use parameters::{Parameter, Parameters};
pub use quality::Quality;
pub use reading::{Field, Reading};
pub use reply::{Reply, ReplyStyle, acknowledge};
pub use report::Report;
pub use results::{ExecutionResult, RequestResult};
pub use segment::{Packet, ParameterCipher, Segment, SegmentDeviation, SplitKey};
