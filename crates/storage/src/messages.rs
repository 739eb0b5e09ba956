//! Statements of messages.
