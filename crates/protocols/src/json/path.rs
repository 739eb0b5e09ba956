//! Where something lies: a JSON pointer (RFC 6901) from the whole body, or a path from the item that is being read.

use std::fmt;

use super::node::Node;

/// Why a text is no path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// A `*` where one place is meant, or none where many are.
    #[error("`*` is only for `readings_path`")]
    Star,
    /// `..` after a name, or in a path from the root.
    #[error("`..` must stand in front")]
    Up,
    /// The path of items does not begin at the root.
    #[error("must begin with `/`")]
    Relative,
    /// Nothing between two slashes, or `~` that escapes nothing.
    #[error("is no path such as `/data/*`, `value/raw` or `../id`")]
    Malformed,
}

/// A path. `/a/b` begins at the body, `a/b` at the item, `../a` one level above the item; `.` is the item itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Levels above the item; nothing for a path from the root.
    pub(super) up: Option<usize>,
    pub(super) names: Vec<String>,
}

impl Path {
    /// A path to one place.
    pub fn one(text: &str) -> Result<Self, PathError> {
        let path = Self::read(text)?;
        if path.names.iter().any(|name| name == "*") { Err(PathError::Star) } else { Ok(path) }
    }

    /// A path to items: `*` stands for each of an array or each value of an object; empty is the body itself.
    pub fn many(text: &str) -> Result<Self, PathError> {
        if text.is_empty() {
            return Ok(Self { up: None, names: Vec::new() });
        }
        let path = Self::read(text)?;
        if path.up.is_some() { Err(PathError::Relative) } else { Ok(path) }
    }

    fn read(text: &str) -> Result<Self, PathError> {
        if let Some(rest) = text.strip_prefix('/') {
            return Ok(Self { up: None, names: names(rest)? });
        }
        let mut rest = if text == "." { "" } else { text };
        let mut up = 0;
        while let Some(after) = rest.strip_prefix("..") {
            up += 1;
            rest = after.strip_prefix('/').unwrap_or(after);
        }
        if text.is_empty() || (rest.is_empty() && up == 0 && text != ".") {
            return Err(PathError::Malformed);
        }
        let names = if rest.is_empty() { Vec::new() } else { names(rest)? };
        Ok(Self { up: Some(up), names })
    }
}

fn names(text: &str) -> Result<Vec<String>, PathError> {
    let name = |name: &str| match name {
        "" => Err(PathError::Malformed),
        ".." => Err(PathError::Up),
        // RFC 6901, section 4: first ~1, then ~0.
        _ => Ok(name.replace("~1", "/").replace("~0", "~")),
    };
    text.split('/').map(name).collect()
}

/// A place in a document: the nodes from the root down to it, and how it is written.
#[derive(Debug, Clone)]
pub(super) struct Spot<'d, 'a> {
    pub(super) chain: Vec<&'d Node<'a>>,
    pub(super) names: Vec<String>,
}

impl<'d, 'a> Spot<'d, 'a> {
    pub(super) fn root(node: &'d Node<'a>) -> Self {
        Self { chain: vec![node], names: Vec::new() }
    }

    pub(super) fn node(&self) -> Option<&'d Node<'a>> {
        self.chain.last().copied()
    }

    fn below(&self, name: &str, node: &'d Node<'a>) -> Self {
        let (mut chain, mut names) = (self.chain.clone(), self.names.clone());
        chain.push(node);
        names.push(name.to_owned());
        Self { chain, names }
    }

    /// Where a path leads from here, and how that place is written whether anything is there or not.
    pub(super) fn at(&self, path: &Path) -> (String, Option<&'d Node<'a>>) {
        let keep = path.up.map_or(1, |up| self.chain.len().saturating_sub(up));
        if keep == 0 {
            return (pointer(&path.names), None);
        }
        let start = self.chain.get(keep - 1).copied();
        let written = self.names.iter().take(keep - 1).chain(&path.names);
        let pointer = pointer(written);
        let walk = |start| path.names.iter().try_fold(start, |node: &'d Node<'a>, name| node.step(name));
        (pointer, start.and_then(walk))
    }

    /// All places that a path with `*` leads to from here; the places where it leads nowhere.
    pub(super) fn each(&self, names: &[String], found: &mut Vec<Self>, lost: &mut Vec<String>) {
        let (Some(node), Some((name, rest))) = (self.node(), names.split_first()) else {
            return found.push(self.clone());
        };
        match (name.as_str(), node) {
            ("*", Node::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.below(&index.to_string(), item).each(rest, found, lost);
                }
            }
            ("*", Node::Object(entries)) => {
                for (key, item) in entries {
                    self.below(key, item).each(rest, found, lost);
                }
            }
            _ => match node.step(name) {
                Some(below) => self.below(name, below).each(rest, found, lost),
                None => lost.push(pointer(self.names.iter().chain([name]))),
            },
        }
    }
}

/// A JSON pointer as it is written.
pub(super) fn pointer<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    use fmt::Write as _;
    names.into_iter().fold(String::new(), |mut text, name| {
        let _ = write!(text, "/{}", name.replace('~', "~0").replace('/', "~1"));
        text
    })
}
