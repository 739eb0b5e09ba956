//! XML below the level of CAP: decoding, a bounded tree, escaping.

mod decode;
mod escape;
mod tree;
mod writer;

pub(crate) use decode::decode;
pub(crate) use tree::{Node, Space, read_tree};
pub(crate) use writer::Writer;

/// True if XML 1.0 can hold the character at all, escaped or not.
pub(crate) fn is_xml_character(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
