//! The only crate that speaks SQL. One text serves SQLite and PostgreSQL.
//!
//! - [`Db`] opens a store, reads, and begins a [`Tx`].
//! - [`Tx`] is a unit of work: changes, their trace entries and their events are committed together.
//! - One module per noun holds the statements of that noun; engines call them, never SQL.
//! - [`seal`] encrypts what must not lie in clear.
//!
//! What is acknowledged is durable: SQLite runs with `synchronous=FULL`, PostgreSQL with
//! `synchronous_commit=on`. SQLite has one writer connection; PostgreSQL transactions that leave
//! trace entries or events take their place in the chain at commit, so positions have no gaps and
//! follow the order of commits.

mod db;
mod error;
mod migrate;
mod row;
mod tx;
mod value;

pub mod attachments;
pub mod events;
pub mod identity;
pub mod imports;
pub mod jobs;
pub mod lease;
pub mod matters;
pub mod messages;
pub mod pulls;
pub mod records;
pub mod seal;
pub mod series;
pub mod set_aside;
pub mod settings;
pub mod traces;
pub mod warnings;

#[cfg(feature = "testkit")]
pub mod testkit;

pub use db::{Db, Dialect};
pub use row::{FromValue, Row};
pub use tx::{Subject, Tx};
pub use value::{ToValue, Value};
