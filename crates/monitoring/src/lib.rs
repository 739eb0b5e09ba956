//! monitoring

pub mod kinds;
