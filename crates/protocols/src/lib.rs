//! Codecs of the field protocols Fengsui speaks.
//!
//! A pure library: bytes in, typed values out, and back. Nothing here opens a socket, reads a clock or knows the
//! platform, so that every codec can be tested and fuzzed on its own and used outside Fengsui.
//!
//! * [`catalogue`]: earthquakes and satellite fire pixels as services of others list them.
//! * [`gb26875`]: fire-alarm transmission devices of buildings (GB/T 26875.3-2011).
//! * [`hj212`]: pollution, dust, VOC and water-quality loggers (HJ/T 212-2005, HJ 212-2017, hooks for 2025).
//! * [`json`]: readings in JSON of whatever shape, found by a mapping.
//! * [`jt1078`]: the stream packets of vehicle video (JT/T 1078-2016).
//! * [`jt808`]: vehicle terminals (JT/T 808-2011, 2013 and 2019), with the signalling of JT/T 1078.
//! * [`modbus`]: Modbus TCP, the client's side, and values out of registers.
//! * [`mqtt`]: the broker's side of MQTT 3.1, 3.1.1 and 5.0 for publishers and command subscribers.
//! * [`sensorthings`]: OGC SensorThings API 1.1: paths, query options, expressions, observations handed in.
//! * [`sl651`]: hydrological stations (SL 651-2014), HEX/BCD and ASCII coding, both directions.
//! * [`sparkplug`]: Sparkplug B topics, payloads, and the session of an edge node as a host sees it.
//! * [`szy206`]: water-resource meters (SZY 206-2016).
//! * [`time`]: times as people and platforms write them.
//!
//! Codecs with `describe` and `compose` turn frames into JSON objects and back.

pub mod catalogue;
mod description;
pub mod gb26875;
pub mod hj212;
pub mod json;
pub mod jt1078;
pub mod jt808;
mod local;
pub mod modbus;
pub mod mqtt;
pub mod sensorthings;
pub mod sl651;
pub mod sparkplug;
pub mod szy206;
pub mod time;

pub use description::DescriptionError;
pub use local::{Local, instant, local};
