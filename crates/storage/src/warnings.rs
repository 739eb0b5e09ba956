//! Statements of warnings.
