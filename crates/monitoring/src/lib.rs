//! What is watched: the kinds of its records, the chemicals of GB 18218, the boards of each sector, the risk index of
//! enterprises.

pub mod boards;
pub mod chemicals;
pub mod fences;
pub mod hazards;
pub mod kinds;
pub mod risk;
