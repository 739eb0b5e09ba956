//! SZY 206-2016 and SL 427: meters of water resources (flow, level, quality) at intakes, canals and pipes.
//!
//! The way in is [`Decoder`] (bytes to [`Frame`]); what the data area holds is read by [`LinkState`], [`SelfReport`],
//! [`Command`] and [`Digits`]. The way out is [`Frame::to_bytes`], [`acknowledge`] and [`Frame::respond`].
//! [`describe`] and [`compose`] go between bytes and JSON.
//!
//! Envelope and checksum are proved on field frames. What only one public implementation says, and what no source
//! settles (number and places of the values, the long frame of images), is left to the caller as bytes.

mod bcd;
mod control;
mod crc;
mod decoder;
mod describe;
mod error;
mod frame;
mod message;
mod packet;
mod time_label;

pub use bcd::{Digits, read_digits, write_digits};
pub use control::{Control, DataKind, Direction};
pub use crc::crc8;
pub use decoder::Decoder;
pub use describe::{ComposeError, compose, describe};
pub use error::{EncodeError, FrameError, Rejected};
pub use frame::{Address, Frame, Function, MAX_DATA, decode_frame};
pub use message::{Command, LinkState, SelfReport, acknowledge};
pub use packet::Assembly;
pub use time_label::{LongTime, ShortTime, TimeForm};
