//! Administrative divisions: the 12-digit statistical code (统计用区划代码) as a value.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fault::{Fault, Result};

/// A division code of 12 digits: 2 province, 2 city, 2 county, 3 township, 3 village.
/// `000000000000` is the whole country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, JsonSchema)]
#[schemars(with = "String", extend("pattern" = "^[0-9]{12}$", "example" = "640181000000"))]
pub struct DivisionCode([u8; 12]);

/// The five levels of government, and the country above them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DivisionLevel {
    /// The whole country.
    Country,
    /// 省 / 自治区 / 直辖市.
    Province,
    /// 设区的市 / 盟 / 州.
    City,
    /// 县 / 区 / 旗.
    County,
    /// 乡 / 镇 / 街道.
    Township,
    /// 村 / 社区.
    Village,
}

impl DivisionCode {
    /// The whole country.
    pub const COUNTRY: Self = Self([b'0'; 12]);

    /// The level that the trailing zeros tell.
    pub fn level(&self) -> DivisionLevel {
        match self.significant_len() {
            0 => DivisionLevel::Country,
            2 => DivisionLevel::Province,
            4 => DivisionLevel::City,
            6 => DivisionLevel::County,
            9 => DivisionLevel::Township,
            _ => DivisionLevel::Village,
        }
    }

    /// The digits that all divisions below share; empty for the country.
    pub fn prefix(&self) -> &str {
        self.as_str().get(..self.significant_len()).unwrap_or_default()
    }

    /// Whether `other` is this division or lies below it.
    pub fn contains(&self, other: &Self) -> bool {
        other.as_str().starts_with(self.prefix())
    }

    /// The division one level up; `None` for the country.
    pub fn parent(&self) -> Option<Self> {
        let keep = match self.level() {
            DivisionLevel::Country => return None,
            DivisionLevel::Province => 0,
            DivisionLevel::City => 2,
            DivisionLevel::County => 4,
            DivisionLevel::Township => 6,
            DivisionLevel::Village => 9,
        };
        let mut digits = [b'0'; 12];
        digits[..keep].copy_from_slice(&self.0[..keep]);
        Some(Self(digits))
    }

    /// This division and all above it, nearest first, the country excluded.
    pub fn lineage(&self) -> Vec<Self> {
        std::iter::successors(Some(*self), Self::parent).filter(|code| *code != Self::COUNTRY).collect()
    }

    /// The code as twelve digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The smallest code beyond this subtree, for range queries (`code >= self and code < end`).
    pub fn subtree_end(&self) -> String {
        let prefix = self.prefix();
        match prefix.parse::<u64>() {
            Ok(number) => format!("{:0width$}", number + 1, width = prefix.len()),
            Err(_) => "9999999999999".to_owned(),
        }
    }

    fn significant_len(&self) -> usize {
        let zero = |from: usize, to: usize| self.0[from..to].iter().all(|digit| *digit == b'0');
        [(9, 12, 12), (6, 9, 9), (4, 6, 6), (2, 4, 4), (0, 2, 2)]
            .into_iter()
            .find(|(from, to, _)| !zero(*from, *to))
            .map_or(0, |(_, _, len)| len)
    }
}

impl FromStr for DivisionCode {
    type Err = Fault;

    /// Takes 2, 4, 6, 9 or 12 digits; shorter forms are filled with zeros.
    fn from_str(text: &str) -> Result<Self> {
        let bytes = text.trim().as_bytes();
        let shaped = matches!(bytes.len(), 2 | 4 | 6 | 9 | 12) && bytes.iter().all(u8::is_ascii_digit);
        if !shaped {
            return Err(Fault::field("division", "malformed_division").with("value", text).into());
        }
        let mut digits = [b'0'; 12];
        digits[..bytes.len()].copy_from_slice(bytes);
        Ok(Self(digits))
    }
}

impl fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for DivisionCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for DivisionCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| serde::de::Error::custom("a division code has 12 digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> DivisionCode {
        text.parse().expect("a code")
    }

    #[test]
    fn knows_levels_parents_and_subtrees() {
        let lingwu = code("640181");
        assert_eq!(lingwu.level(), DivisionLevel::County);
        assert_eq!(lingwu.parent(), Some(code("6401")));
        assert!(code("64").contains(&lingwu) && !lingwu.contains(&code("640122")));
        assert!(DivisionCode::COUNTRY.contains(&lingwu));
        assert_eq!(lingwu.subtree_end(), "640182");
        assert_eq!(code("640181100201").lineage().len(), 5);
    }

    #[test]
    fn refuses_other_shapes() {
        for bad in ["", "64018", "64o181", "６４", "6401810000001"] {
            assert!(bad.parse::<DivisionCode>().is_err(), "{bad}");
        }
    }
}
