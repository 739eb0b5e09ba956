//! Statements of attachments.
