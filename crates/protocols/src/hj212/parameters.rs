//! The content of `CP=&&…&&`: groups of names and values.

/// One `name=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Name, for example `DataTime` or `w01018-Rtd`.
    pub name: String,
    /// Value as text, trimmed.
    pub value: String,
}

impl Parameter {
    /// A parameter out of name and value.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }

    /// Code and field of a name such as `w01018-Rtd`; nothing for plain names such as `DataTime`.
    pub fn factor(&self) -> Option<(&str, &str)> {
        Self::split_name(&self.name)
    }

    pub(super) fn split_name(name: &str) -> Option<(&str, &str)> {
        name.rsplit_once('-').filter(|(code, _)| !code.is_empty())
    }
}

/// All parameters of a segment, in their order and grouping.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameters {
    /// Groups, separated by `;` on the wire; members by `,`.
    pub groups: Vec<Vec<Parameter>>,
}

impl Parameters {
    /// No parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a group of one.
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.groups.push(vec![Parameter::new(name, value)]);
        self
    }

    /// Adds a group of one where there is a value.
    pub fn with_some(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// All parameters in order.
    pub fn iter(&self) -> impl Iterator<Item = &Parameter> {
        self.groups.iter().flatten()
    }

    /// The value of a name; the last one where a device sends it twice.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().filter(|parameter| parameter.name == name).last().map(|parameter| parameter.value.as_str())
    }

    /// Reads the text between the `&&`; pieces without `=` are handed to `stray`.
    pub(super) fn read(text: &str, mut stray: impl FnMut(&str)) -> Self {
        let mut groups = Vec::new();
        for group in text.split(';') {
            let mut members = Vec::new();
            for piece in group.split(',').map(str::trim).filter(|piece| !piece.is_empty()) {
                match piece.split_once('=') {
                    Some((name, value)) => members.push(Parameter::new(name.trim_end(), value.trim_start())),
                    None => stray(piece),
                }
            }
            if !members.is_empty() {
                groups.push(members);
            }
        }
        Self { groups }
    }

    pub(super) fn write(&self, text: &mut String) {
        for (index, group) in self.groups.iter().enumerate() {
            if index > 0 {
                text.push(';');
            }
            for (index, parameter) in group.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                text.push_str(&parameter.name);
                text.push('=');
                text.push_str(&parameter.value);
            }
        }
    }
}
