//! monitoring

pub mod chemicals;
pub mod hazards;
pub mod kinds;
