//! Named hazardous chemicals with the critical quantity of each (GB 18218-2018, table 1, and the factors of
//! table 3). The table is `data/tables/critical_quantities.csv`.

use std::sync::LazyLock;

use fengsui_registry::initials;
use serde::Deserialize;

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Chemical {
    /// Number in table 1.
    pub number: u32,
    /// Name, with the content for which the row holds.
    pub name: String,
    /// Other names, `|` between them.
    #[serde(deserialize_with = "several")]
    pub aliases: Vec<String>,
    /// CAS registry numbers; a row for a mixture has several or none.
    #[serde(deserialize_with = "several")]
    pub cas: Vec<String>,
    /// Critical quantity in tonnes.
    pub critical_quantity_t: f64,
    /// Factor β of table 3, where the substance is named there.
    pub beta: Option<f64>,
}

fn several<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(text.split('|').filter(|part| !part.is_empty()).map(str::to_owned).collect())
}

static TABLE: LazyLock<Vec<Chemical>> = LazyLock::new(|| {
    let text = include_str!("../../../data/tables/critical_quantities.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    // The table is part of the program; a test reads all of it.
    reader.deserialize().filter_map(Result::ok).collect()
});

/// All rows, in the order of the table.
pub fn all() -> &'static [Chemical] {
    &TABLE
}

/// The rows that fit a text: part of a name, pinyin initials or the start of a CAS number. What starts with the
/// text comes first.
pub fn search(text: &str, limit: usize) -> Vec<&'static Chemical> {
    let wanted = text.trim().to_lowercase();
    let mut found: Vec<(u8, &Chemical)> =
        TABLE.iter().filter_map(|chemical| Some((rank(chemical, &wanted)?, chemical))).collect();
    found.sort_by_key(|(rank, chemical)| (*rank, chemical.number));
    found.into_iter().map(|(_, chemical)| chemical).take(limit).collect()
}

/// How well a row fits; smaller is better.
fn rank(chemical: &Chemical, wanted: &str) -> Option<u8> {
    let names = || std::iter::once(&chemical.name).chain(&chemical.aliases);
    if chemical.cas.iter().any(|cas| cas == wanted) || names().any(|name| name.to_lowercase() == wanted) {
        return Some(0);
    }
    if names().any(|name| name.to_lowercase().starts_with(wanted) || initials(name).starts_with(wanted)) {
        return Some(1);
    }
    if chemical.cas.iter().any(|cas| cas.starts_with(wanted)) {
        return Some(2);
    }
    names().any(|name| name.to_lowercase().contains(wanted)).then_some(3)
}

#[cfg(test)]
mod tests {
    use fengsui_registry::check::cas;

    use super::*;

    #[test]
    fn the_whole_table_is_read() {
        assert_eq!(all().len(), 85);
        assert!(all().iter().zip(1..).all(|(row, number)| row.number == number));
        assert!(all().iter().flat_map(|row| &row.cas).all(|number| cas(number)), "every check digit is right");
        assert!(all().iter().all(|row| row.critical_quantity_t > 0.0));
        assert_eq!(all().iter().filter(|row| row.beta.is_some()).count(), 13);
    }

    #[test]
    fn finds_by_name_initials_and_number() {
        let first = |text: &str| search(text, 5).first().map(|row| row.name.as_str());
        assert_eq!(first("液氯"), Some("氯"));
        assert_eq!(first("7664-41-7"), Some("氨"));
        assert!(search("yl", 5).iter().any(|row| row.name == "氯"), "initials of an alias");
        assert_eq!(first("tnt"), Some("2,4,6-三硝基甲苯"));
        assert_eq!(first("丁二烯"), Some("1,3-丁二烯"));
        assert!(search("不存在", 5).is_empty());
        assert_eq!(search("", 5).len(), 5);
    }
}
