//! Statements of records.
