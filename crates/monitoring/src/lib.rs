//! What is watched: the kinds of its records, the chemicals of GB 18218, and the boards of each sector.

pub mod boards;
pub mod chemicals;
pub mod kinds;
