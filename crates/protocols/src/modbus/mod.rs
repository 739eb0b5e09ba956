//! Modbus TCP (MODBUS Messaging on TCP/IP 1.0b, MODBUS Application Protocol 1.1b3), seen from the client (master).
//!
//! The way in is [`Decoder`] (bytes to [`Frame`]), then [`Response::decode`], [`Request::check`] and
//! [`Format::decode`], which makes decimal text of registers. The way out is [`Request`] and [`Frame::encode`].
//! Both directions of both are here, for simulators and tests. [`plan`] groups points into few requests;
//! a [`Survey`] is such a plan with the formats of its points, and an [`Exchange`] matches answers with requests.
//!
//! Write requests change the world: send none without an order.

mod decimal;
mod decoder;
mod describe;
mod error;
mod exchange;
mod frame;
mod plan;
mod request;
mod response;
mod survey;
mod table;
mod value;

pub use decoder::Decoder;
pub use describe::{compose, describe};
pub use error::{FrameError, MessageError, Mismatch, Rejected, ValueError};
pub use exchange::{Exchange, OutOfStep};
pub use frame::{Frame, MAX_LENGTH};
pub use plan::{Place, Poll, plan};
pub use request::{MAX_READ_BITS, MAX_READ_REGISTERS, MAX_WRITE_BITS, MAX_WRITE_REGISTERS, Request};
pub use response::{ExceptionCode, Response};
pub use survey::{Finding, Point, PointError, Survey, raw_bits};
pub use table::{BitTable, RegisterTable, pack_bits, unpack_bits};
pub use value::{Format, Kind, Order, Scale, Value};
