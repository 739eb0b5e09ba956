//! Statements of series.
