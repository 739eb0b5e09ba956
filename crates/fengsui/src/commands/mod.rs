//! One module for each small subcommand.

pub mod cap;
pub mod config;
pub mod keys;
pub mod push;
pub mod transfer;
pub mod user;
pub mod verify;
