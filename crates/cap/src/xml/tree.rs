//! A small tree that borrows from the text, built under limits.

use std::borrow::Cow;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;

use super::is_xml_character;
use crate::error::{CapError, Limits};

const WHITE_SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// The namespaces this crate tells apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Space {
    /// A CAP version: `"1.0"`, `"1.1"` or `"1.2"`.
    Cap(&'static str),
    /// XML signatures.
    Signature,
    /// The dialect of the Chinese national release system.
    Domestic,
    /// Any other, by name; empty for none.
    Other(String),
}

/// An element.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) name: String,
    pub(crate) space: Space,
    pub(crate) children: Vec<Node<'a>>,
    content: Cow<'a, str>,
}

impl Node<'_> {
    /// The text directly inside, without the white space round it. Only XML white space goes:
    /// Chinese paragraphs begin with ideographic spaces on purpose.
    pub(crate) fn text(&self) -> &str {
        self.content.trim_matches(WHITE_SPACE)
    }
}

/// Reads one document into a tree.
pub(crate) fn read_tree<'a>(text: &'a str, limits: &Limits) -> Result<Node<'a>, CapError> {
    if let Some((position, character)) = illegal_character(text) {
        return Err(CapError::Malformed {
            position: position as u64,
            reason: format!("character {character:?} is not allowed in XML"),
        });
    }
    let mut reader = NsReader::from_str(text);
    // Signed messages declare a handful of prefixes; thousands would make every look-up slow.
    reader.resolver_mut().set_max_namespace_bindings(64);
    let mut builder = Builder { limits, stack: Vec::new(), root: None, elements: 0 };
    loop {
        let event = reader.read_event();
        let position = reader.buffer_position();
        let event = event.map_err(|error| malformed(position, error.to_string()))?;
        let step = match event {
            Event::Start(start) => builder.open(space_of(&reader, &start), &start),
            Event::Empty(start) => builder.open(space_of(&reader, &start), &start).and_then(|()| builder.close()),
            Event::End(_) => builder.close(),
            Event::Text(piece) => builder.add(piece.xml10_content()),
            Event::CData(piece) => builder.add(piece.xml10_content()),
            Event::GeneralRef(reference) => {
                resolve(&reference).and_then(|character| builder.add(character.to_string().into()))
            }
            Event::DocType(_) => return Err(CapError::DocumentType),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => Ok(()),
            Event::Eof => return builder.finish().map_err(|fault| fault.at(position)),
        };
        step.map_err(|fault| fault.at(position))?;
    }
}

/// A fault that does not know yet where it is.
enum Fault {
    Syntax(&'static str),
    Refused(CapError),
}

impl Fault {
    fn at(self, position: u64) -> CapError {
        match self {
            Self::Syntax(reason) => malformed(position, reason.to_owned()),
            Self::Refused(error) => error,
        }
    }
}

fn malformed(position: u64, reason: String) -> CapError {
    CapError::Malformed { position, reason }
}

struct Builder<'a, 'l> {
    limits: &'l Limits,
    stack: Vec<Node<'a>>,
    root: Option<Node<'a>>,
    elements: usize,
}

impl<'a> Builder<'a, '_> {
    fn open(&mut self, space: Space, start: &BytesStart<'_>) -> Result<(), Fault> {
        self.elements += 1;
        if self.elements > self.limits.elements {
            let limit = self.limits.elements;
            return Err(Fault::Refused(CapError::TooManyElements { limit }));
        }
        if self.stack.len() >= self.limits.depth {
            let limit = self.limits.depth;
            return Err(Fault::Refused(CapError::TooDeep { limit }));
        }
        if self.root.is_some() {
            return Err(Fault::Syntax("a second root element"));
        }
        self.stack.push(Node {
            name: start.local_name().as_ref().to_owned(),
            space,
            children: Vec::new(),
            content: Cow::Borrowed(""),
        });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Fault> {
        let node = self.stack.pop().ok_or(Fault::Syntax("an end without a start"))?;
        match self.stack.last_mut() {
            Some(parent) => parent.children.push(node),
            None => self.root = Some(node),
        }
        Ok(())
    }

    fn add(&mut self, piece: Cow<'a, str>) -> Result<(), Fault> {
        let blank = piece.bytes().all(|byte| byte.is_ascii_whitespace());
        match self.stack.last_mut() {
            // White space between children says nothing and need not be collected.
            Some(node) if blank && !node.children.is_empty() => {}
            Some(node) if node.content.is_empty() => node.content = piece,
            Some(node) => node.content.to_mut().push_str(&piece),
            None if blank => {}
            None => return Err(Fault::Syntax("text outside the root element")),
        }
        Ok(())
    }

    fn finish(self) -> Result<Node<'a>, Fault> {
        if self.stack.is_empty() {
            self.root.ok_or(Fault::Syntax("no root element"))
        } else {
            Err(Fault::Syntax("the end of the text inside an element"))
        }
    }
}

fn space_of(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Space {
    match reader.resolver().resolve_element(start.name()).0 {
        ResolveResult::Bound(Namespace(name)) => match name {
            "http://www.incident.com/cap/1.0" => Space::Cap("1.0"),
            "urn:oasis:names:tc:emergency:cap:1.1" => Space::Cap("1.1"),
            crate::NAMESPACE => Space::Cap("1.2"),
            "http://www.w3.org/2000/09/xmldsig#" => Space::Signature,
            crate::china::dialect::NAMESPACE => Space::Domestic,
            other => Space::Other(other.to_owned()),
        },
        ResolveResult::Unbound => Space::Other(String::new()),
        ResolveResult::Unknown(prefix) => Space::Other(prefix),
    }
}

/// Predefined entities and character references only; nothing a document could define.
fn resolve(reference: &BytesRef<'_>) -> Result<char, Fault> {
    let name: &str = reference;
    let refused = || Fault::Refused(CapError::Entity { name: crate::finding::excerpt(name) });
    match name {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => match reference.resolve_char_ref() {
            Ok(Some(character)) if is_xml_character(character) => Ok(character),
            _ => Err(refused()),
        },
    }
}

/// The first character XML forbids. Bytes are looked at first, without a branch: nearly every
/// message has none, and this pass is part of the price of every one.
fn illegal_character(text: &str) -> Option<(usize, char)> {
    let is_control = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    let has_control = text.bytes().fold(false, |found, byte| found | is_control(byte));
    if !has_control && !text.contains('\u{FFFE}') && !text.contains('\u{FFFF}') {
        return None;
    }
    text.char_indices().find(|(_, character)| !is_xml_character(*character))
}
