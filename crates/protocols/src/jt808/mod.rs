//! JT/T 808-2011, 2013 and 2019: terminals on vehicles, among them those that carry dangerous goods.
//!
//! The way in is [`Decoder`] (bytes to [`Frame`]), [`Assembler`] (sub-packets to whole messages) and
//! [`Frame::content`] (body to [`Message`]). The way out is [`Frame::new`] or [`reply`], [`split`] where the body is
//! long, and [`Frame::to_bytes`]. [`describe`] and [`compose`] go between bytes and JSON.
//!
//! Real terminals deviate. Bit 14 of the attributes may contradict the header, lengths may be wrong, bodies may go on
//! after their last field: what can be read is read, and each departure is kept where the caller sees it.

mod alarm;
pub mod areas;
mod assembly;
mod bits;
mod content;
mod decimal;
mod decoder;
mod describe;
pub(crate) mod digits;
mod edition;
pub(crate) mod error;
mod escape;
pub(crate) mod field;
mod frame;
pub(crate) mod groups;
mod item;
mod location;
mod masking;
pub mod media;
mod message;
pub mod notices;
pub(crate) mod numbers;
pub mod orders;
mod parameter_table;
pub mod parameters;
pub mod passthrough;
mod phone;
pub(crate) mod reader;
pub mod records;
mod reply;
pub mod safety;
pub mod session;
pub mod status;
mod text;
pub(crate) mod texts;
pub(crate) mod time;
pub(crate) mod writer;

pub use alarm::{Alarm, Alarms};
pub use assembly::{Assembled, Assembler, Incomplete, resend};
pub use content::{Content, split};
pub use decimal::{Decimal, NotDecimal};
pub use decoder::{Decoder, Tolerance};
pub use describe::{compose, compose_frame, describe, describe_frame};
pub use edition::{Edition, HeaderLayout};
pub use error::{
    BodyError, BodyProblem, ComposeError, ComposeProblem, EncodeError, EncodeProblem, FrameError, Located, Rejected,
};
pub use escape::checksum;
pub use frame::{Frame, Header, MAX_BODY, Packet, decode_frame};
pub use item::{AbnormalDriving, Analogues, AreaPassage, Item, ItemValue, OverspeedPlace, SectionTime};
pub use location::{BatchKind, Location, LocationAnswer, LocationBatch};
pub use masking::mask_code;
pub use message::Message;
pub use phone::Phone;
pub use reply::{Answering, ServerClock, is_allowed_before_authentication, reply, reply_joined};
pub use status::{Load, State, Status};
pub use time::LocalTime;
