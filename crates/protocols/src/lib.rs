//! Codecs of the field protocols Fengsui speaks.
//!
//! A pure library: bytes in, typed values out, and back. Nothing here opens a socket, reads a clock or knows the
//! platform, so that every codec can be tested and fuzzed on its own and used outside Fengsui.
//!
//! * [`hj212`]: pollution, dust, VOC and water-quality loggers (HJ/T 212-2005, HJ 212-2017, hooks for 2025).
//! * [`jt808`]: terminals on vehicles (JT/T 808-2011, 2013, 2019), dangerous-goods transport above all.
//! * [`jt1078`]: sound and video of those terminals (JT/T 1078-2016): signalling and stream packets.
//! * [`mqtt`]: the broker's side of MQTT 3.1, 3.1.1 and 5.0 for publishers and command subscribers.

pub mod hj212;
pub mod jt1078;
pub mod jt808;
pub mod mqtt;
