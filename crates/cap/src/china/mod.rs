//! What the Chinese national warning release system adds to CAP, or says differently.
//!
//! Levels are colours, regions are 12-digit codes, every channel has its own text. In CAP 1.2
//! these travel as parameters; [`parse_dialect`] and
//! [`to_dialect_xml`] read and write the system's own XML.

mod channels;
mod color;
pub(crate) mod dialect;
mod names;

pub use channels::{ChannelText, channel_texts, set_channel_texts};
pub use color::{COLOR_PARAMETER, Color, color_of, set_color};
pub use dialect::{DialectError, parse_dialect, to_dialect_xml};
pub use names::{
    REGION_CODE_LIST, add_region_code, file_name, identifier, kilometers_from_meters, meters_from_kilometers,
    region_codes,
};
