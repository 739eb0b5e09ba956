//! SL 651-2014: what rain, river, reservoir, groundwater and soil-moisture stations speak.
//!
//! The way in is [`Decoder`] (bytes to [`Received`]), then [`Message::read`], then [`Message::readings`]; messages of
//! several packets go through [`Assembly`] first. The way out is [`acknowledge`], [`acknowledge_whole`] and
//! [`request_packet`] for what a centre owes, and [`Message::to_frame`] for questions, settings and what stations send.
//!
//! Both codings of the standard, HEX/BCD (`7E7E`) and ASCII (`SOH`), carry the same typed content. The text followed
//! is the draft for approval; tables and clauses are numbered as there.

mod assembly;
mod bcd;
mod body_ascii;
mod body_hex;
mod body_write_ascii;
mod body_write_hex;
mod compose;
mod compose_elements;
mod configuration;
mod content;
mod control;
mod decoder;
mod describe;
mod describe_content;
mod error;
mod examine;
mod frame;
mod function;
mod hexadecimal;
mod identifier;
mod masking;
mod message;
mod reader;
mod reading;
mod reply;
mod report_ascii;
mod report_hex;
mod run_parameter;
mod station;
mod status;
mod table;
mod time;

pub use assembly::{Assembly, Outcome, Whole};
pub use bcd::Value;
pub use compose::compose;
pub use configuration::{BaseParameter, Channel, RelayRange, base_parameter};
pub use content::{Content, Element, ElementData, Parameter, PeriodQuestion, Section};
pub use control::Gates;
pub use decoder::Decoder;
pub use describe::describe;
pub use error::{BodyError, BodyFault, ComposeError, EncodeError, FrameError, Rejected};
pub use examine::decode_frame;
pub use frame::{Coding, Direction, EndMark, Frame, Header, MAX_BODY, Packet, Received};
pub use function::Function;
pub use identifier::{ElementId, Identifier, TimeStep};
pub use masking::mask_password;
pub use message::Message;
pub use reading::{Quality, Reading};
pub use reply::{AnswerClock, LinkMode, Release, ReplyStyle, acknowledge, acknowledge_whole, request_packet};
pub use run_parameter::{RunParameter, run_parameter};
pub use station::{AddressForm, StationAddress, StationClass};
pub use status::{EVENT_NAMES, StatusWord};
pub use table::{ElementKind, element_kind, element_kind_of_symbol};
pub use time::{HourTime, ObservationTime, SendTime, WireTime};
