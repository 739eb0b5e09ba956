//! Statements of matters.
