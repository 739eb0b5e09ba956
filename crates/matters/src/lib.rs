//! Matters (事项): what must be done, by whom, until when, and proof of its closure.

pub mod process;
