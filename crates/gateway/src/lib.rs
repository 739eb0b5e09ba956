//! The doors for devices: MQTT, protocols of frames over TCP, Modbus units that are polled, and folders of files.
//!
//! Bytes become submissions to the series engine, and a device is answered only after its readings
//! are durable. Many messages are under way per connection, bounded in number and bytes; a
//! connection that has too much under way, or sends faster than its device may, is not read.

mod backoff;
mod config;
mod counters;
mod drop;
mod fetching;
mod framed;
mod gateway;
mod listener;
mod modbus;
mod mqtt;
mod pending;
mod pull;
mod rate;

pub use config::{ConnectionLimits, Entrance, FramedProtocol, GatewayConfig, SensorThingsDoor, SignIn};
pub use counters::{DoorCounters, DoorFigures, GatewayCounters, ModbusCounters};
pub use drop::{Columns, DeviceOf, DropFolder, Encoding, Layout, overlap as patterns_overlap};
pub use framed::{Reread, masked, reread};
pub use gateway::Gateway;
pub use modbus::ModbusStation;
pub use pull::{FetchTrouble, Fetched, Fetching, Mark, fetch};
