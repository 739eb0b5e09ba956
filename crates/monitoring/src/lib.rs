//! monitoring

pub mod chemicals;
pub mod kinds;
