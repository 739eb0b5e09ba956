//! Statements of identity: accounts, posts held, sessions, tokens, failed sign-ins.

pub mod guard;
pub mod posts;
pub mod sessions;
pub mod tokens;
pub mod users;
