//! Statements of identity: accounts, posts held, sessions, tokens, failed sign-ins, preferences.

pub mod guard;
pub mod pairings;
pub mod posts;
pub mod preferences;
pub mod sessions;
pub mod tokens;
pub mod users;
pub mod views;
