//! Statements of identity.
