//! What is watched: the kinds of its records, the chemicals of GB 18218, the boards of each sector, the risk index of
//! enterprises, what an earthquake may have shaken and what lies below a dam.

pub mod boards;
pub mod chain;
pub mod chemicals;
pub mod fences;
pub mod hazards;
pub mod impact;
pub mod intensity;
pub mod kinds;
pub mod risk;
