//! Codecs of the field protocols Fengsui speaks.
//!
//! A pure library: bytes in, typed values out, and back. Nothing here opens a socket, reads a clock or knows the
//! platform, so that every codec can be tested and fuzzed on its own and used outside Fengsui.
//!
//! * [`gb26875`]: fire-alarm transmission devices of buildings (GB/T 26875.3-2011).
//! * [`hj212`]: pollution, dust, VOC and water-quality loggers (HJ/T 212-2005, HJ 212-2017, hooks for 2025).
//! * [`mqtt`]: the broker's side of MQTT 3.1, 3.1.1 and 5.0 for publishers and command subscribers.
//! * [`szy206`]: meters of water resources (SZY 206-2016, SL 427).

pub mod gb26875;
pub mod hj212;
pub mod mqtt;
pub mod szy206;
