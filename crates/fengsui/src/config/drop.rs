//! The section about drop folders: files whose readings are taken.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use fengsui_gateway::{Columns, DeviceOf, DropFolder, Encoding, Layout};
use fengsui_kernel::reading::Quality;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::zone;

/// A folder into which others put CSV or XLSX files. Files are moved to `taken` or, with a report, to `refused` in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Drop {
    /// Where the files are put, as an absolute path; better filled by renaming than by writing.
    pub directory: PathBuf,
    /// Names of files, with `*` for any characters and `?` for one. `.xlsx` files are workbooks, all others CSV.
    #[serde(default = "any")]
    pub pattern: String,
    /// Seconds from one look to the next; a file that did not change in between is complete.
    #[serde(default = "five")]
    #[schemars(range(min = 1, max = 3600))]
    pub interval_seconds: u32,
    /// In what CSV files are written.
    #[serde(default)]
    pub encoding: FileEncoding,
    /// What separates the columns of CSV files: one character.
    #[serde(default = "comma")]
    pub delimiter: String,
    /// Whether the first row holds headings; if not, columns are named `"1"`, `"2"` …
    #[serde(default = "yes")]
    pub headings: bool,
    /// Code or serial number of the device, if all readings are of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The column that names the device, if they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_column: Option<String>,
    /// The column of the time.
    pub time_column: String,
    /// How times are written, such as `%d.%m.%Y %H:%M`; absent: RFC 3339, or year to minute or second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_format: Option<String>,
    /// Distance from UTC of times that do not say it.
    #[serde(default = "zone::china")]
    pub zone: String,
    /// Tables of one reading a row: the column of the series' code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series_column: Option<String>,
    /// The column of the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_column: Option<String>,
    /// The column of the quality, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality_column: Option<String>,
    /// What the quality column says, such as `{ N = "good", D = "fault" }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub qualities: BTreeMap<String, Quality>,
    /// Tables of one column a series: heading and code of each. Empty cells say nothing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
    /// Whether the readings are history: they fill the charts and raise nothing.
    #[serde(default = "yes")]
    pub historical: bool,
}

/// In what CSV files are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FileEncoding {
    /// UTF-8 if it can be, else GB 18030.
    #[default]
    Auto,
    /// UTF-8.
    #[serde(rename = "utf-8")]
    Utf8,
    /// GB 18030, which contains GBK and GB 2312.
    Gb18030,
}

fn any() -> String {
    "*".into()
}

fn five() -> u32 {
    5
}

fn comma() -> String {
    ",".into()
}

fn yes() -> bool {
    true
}

impl Drop {
    /// The folder as the gateway watches it, or everything that is wrong with it.
    pub fn folder(&self) -> Result<DropFolder, Vec<(String, String)>> {
        let delimiter = <[u8; 1]>::try_from(self.delimiter.as_bytes()).map(|[byte]| byte);
        let (zone, device, layout) = (zone::offset(&self.zone), self.device_of(), self.layout());
        let bad = [
            ("directory", !self.directory.is_absolute(), "must be an absolute path"),
            ("directory", self.directory.is_file(), "is a file"),
            ("pattern", self.pattern.is_empty() || self.pattern.contains('/'), "must be names of files, such as *.csv"),
            ("interval_seconds", !(1..=3600).contains(&self.interval_seconds), "must be between 1 and 3600"),
            ("delimiter", delimiter.is_err(), "must be one character, such as \",\" or \"\\t\""),
            ("device", device.is_none(), "either device or device_column must be set"),
            ("time_column", self.time_column.is_empty(), "must be named"),
            ("time_format", self.time_format.as_deref().is_some_and(str::is_empty), "must not be empty"),
            ("zone", zone.is_none(), "must be a distance from UTC, such as +08:00"),
            (
                "columns",
                layout.is_none(),
                "either series_column and value_column (and quality_column), or columns must be set",
            ),
        ];
        let found = bad.iter().filter(|(_, wrong, _)| *wrong);
        let problems = found.map(|(key, _, what)| ((*key).to_owned(), (*what).to_owned())).collect();
        let (Ok(delimiter), Some(device), Some(zone), Some(layout), false) =
            (delimiter, device, zone, layout, bad.iter().any(|(_, wrong, _)| *wrong))
        else {
            return Err(problems);
        };
        Ok(DropFolder {
            directory: self.directory.clone(),
            pattern: self.pattern.clone(),
            interval: Duration::from_secs(self.interval_seconds.into()),
            encoding: match self.encoding {
                FileEncoding::Auto => Encoding::Guessed,
                FileEncoding::Utf8 => Encoding::Utf8,
                FileEncoding::Gb18030 => Encoding::Gb18030,
            },
            delimiter,
            columns: Columns {
                headings: self.headings,
                device,
                time: self.time_column.clone(),
                time_format: self.time_format.clone(),
                zone,
                layout,
                historical: self.historical,
            },
        })
    }

    fn device_of(&self) -> Option<DeviceOf> {
        match (&self.device, &self.device_column) {
            (Some(device), None) if !device.trim().is_empty() => Some(DeviceOf::Fixed(device.clone())),
            (None, Some(column)) if !column.is_empty() => Some(DeviceOf::Column(column.clone())),
            _ => None,
        }
    }

    fn layout(&self) -> Option<Layout> {
        match (&self.series_column, &self.value_column, self.columns.is_empty()) {
            (Some(series), Some(value), true) => Some(Layout::Long {
                series: series.clone(),
                value: value.clone(),
                quality: self.quality_column.clone(),
                qualities: self.qualities.clone(),
            }),
            (None, None, false) if self.quality_column.is_none() => Some(Layout::Wide(self.columns.clone())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    fn problems(rest: &str) -> Vec<String> {
        let config: Config = toml::from_str(&format!("[[drop]]\n{rest}")).expect("TOML");
        let found = config.drop[0].folder().err().unwrap_or_default();
        found.into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn what_is_wrong_is_named() {
        let well = "directory = \"/srv/drop\"\ndevice = \"D\"\ntime_column = \"t\"\n";
        assert_eq!(problems(&format!("{well}columns = {{ a = \"b\" }}")), Vec::<String>::new());
        for (rest, key) in [
            (format!("{well}series_column = \"s\""), "columns"),
            (format!("{well}columns = {{ a = \"b\" }}\nzone = \"CST\""), "zone"),
            (format!("{well}columns = {{ a = \"b\" }}\ndelimiter = \"||\""), "delimiter"),
            (format!("{well}columns = {{ a = \"b\" }}\ndevice_column = \"d\""), "device"),
            (well.replace("/srv", "srv") + "columns = { a = \"b\" }", "directory"),
        ] {
            assert_eq!(problems(&rest), [key], "{rest}");
        }
    }
}
