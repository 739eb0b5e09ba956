//! The table of event types: codes of the national warning release system (EW12379), the colours
//! each may have, and who may issue. The table is `data/tables/event_types.csv`.

use std::sync::LazyLock;

use fengsui_cap::Category;
use fengsui_kernel::scale::WarningColor;
use serde::Serialize;

/// Whether a bureau may draft a warning of a type itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The government or its bureau may.
    Own,
    /// Only forwarding what the competent office issued.
    Relayed,
    /// Nobody here may, in any form.
    Forbidden,
    /// The law grades no warnings of this class.
    Uncoloured,
}

/// One row of the table.
#[derive(Debug, Clone, Serialize)]
pub struct EventType {
    /// Code: five characters, or the prefix of a sub-class or class.
    pub code: &'static str,
    /// Chinese name.
    pub name_zh: &'static str,
    /// English name.
    pub name_en: &'static str,
    /// Subject in CAP.
    pub category: Category,
    /// Colours that a warning may have, gravest first.
    pub colors: Vec<WarningColor>,
    /// Who may draft.
    pub origin: Origin,
    /// The competent issuer, in Chinese.
    pub issued_by: &'static str,
    /// The clause behind `colors` and `origin`.
    pub clause: &'static str,
}

static TABLE: LazyLock<Vec<EventType>> = LazyLock::new(|| {
    let text = include_str!("../../../data/tables/event_types.csv");
    text.lines().filter(|line| !line.starts_with('#')).skip(1).filter_map(read).collect()
});

/// All rows, in the order of the table.
pub fn all() -> &'static [EventType] {
    &TABLE
}

/// The row that describes a code: the longest one that is a prefix of it.
pub fn find(code: &str) -> Option<&'static EventType> {
    let fitting = TABLE.iter().filter(|row| code.starts_with(row.code));
    fitting.max_by_key(|row| row.code.len()).filter(|_| is_code(code))
}

/// Class digit pair, optional sub-class letter, optional two digits: `12`, `12D`, `12D02`.
fn is_code(code: &str) -> bool {
    let bytes = code.as_bytes();
    matches!(bytes, [b'1', b'1'..=b'4'])
        || matches!(bytes, [b'1', b'1'..=b'4', letter] if letter.is_ascii_uppercase())
        || matches!(bytes, [b'1', b'1'..=b'4', letter, tens, ones]
            if letter.is_ascii_uppercase() && tens.is_ascii_digit() && ones.is_ascii_digit())
}

fn read(line: &'static str) -> Option<EventType> {
    let mut cells = line.split(',');
    let mut next = || cells.next();
    let (code, name_zh, name_en) = (next()?, next()?, next()?);
    let category = next()?.parse().ok()?;
    let colors = next()?.split('|').filter_map(|color| color.parse().ok()).collect();
    let origin = match next()? {
        "own" => Origin::Own,
        "relayed" => Origin::Relayed,
        "forbidden" => Origin::Forbidden,
        _ => Origin::Uncoloured,
    };
    Some(EventType { code, name_zh, name_en, category, colors, origin, issued_by: next()?, clause: next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read_and_unique() {
        let text = include_str!("../../../data/tables/event_types.csv");
        let lines = text.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(all().len(), lines);
        for row in all() {
            assert!(is_code(row.code), "{}", row.code);
            assert_eq!(all().iter().filter(|other| other.code == row.code).count(), 1, "{}", row.code);
            let colored = matches!(row.origin, Origin::Own | Origin::Relayed);
            assert_eq!(!row.colors.is_empty(), colored, "{}", row.code);
            assert!(row.colors.is_sorted(), "{}: gravest first", row.code);
        }
    }

    #[test]
    fn the_longest_prefix_describes_a_code() {
        assert_eq!(find("12D02").map(|row| row.code), Some("12D"));
        assert_eq!(find("11B03").map(|row| row.origin), Some(Origin::Relayed));
        assert_eq!(find("14A01").map(|row| row.origin), Some(Origin::Uncoloured));
        for unknown in ["", "1", "15", "12d", "12D1", "12D123", "11Z01", "暴雨"] {
            assert!(find(unknown).is_none(), "{unknown}");
        }
    }

    #[test]
    fn heat_has_no_blue_and_hail_only_the_two_gravest() {
        let colors = |code: &str| find(code).map(|row| row.colors.clone()).unwrap_or_default();
        assert!(!colors("11B09").contains(&WarningColor::Blue));
        assert_eq!(colors("11B15"), [WarningColor::Red, WarningColor::Orange]);
        assert!(!colors("11B16").contains(&WarningColor::Red));
    }
}
