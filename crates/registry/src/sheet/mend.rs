//! What people write and what they mean: numbers with units, dates in Chinese, telephone numbers
//! with blanks. What is certain is read so; what is only likely becomes a suggestion.

use fengsui_kernel::reading::parse_decimal;

use crate::check;
use crate::kind::{Choice, FieldKind, FieldSpec};

/// Full-width letters, digits and signs as ASCII, without blanks around.
pub(crate) fn narrow(text: &str) -> String {
    let one = |letter: char| match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter),
        '\u{3000}' | '\u{a0}' => ' ',
        '—' | '–' | '‐' => '-',
        other => other,
    };
    text.chars().map(one).collect::<String>().trim().to_owned()
}

/// One line without doubled blanks: cells hold line breaks where a column is narrow. Chinese broken
/// over two lines needs no blank between.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::new();
    for part in text.split(['\n', '\r']) {
        let blanks = ['\t', '\u{3000}', '\u{a0}', ' '];
        let part = part.split(blanks).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        let latin = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii());
        if latin(line.chars().next_back()) || (latin(part.chars().next()) && !line.is_empty()) {
            line.push(' ');
        }
        line.push_str(&part);
    }
    line.trim().to_owned()
}

const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// A number below one hundred, or a year digit by digit, in Chinese numerals: 三十一, 二〇二六.
fn numeral(text: &str) -> Option<String> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.to_owned()).filter(|text| !text.is_empty());
    }
    let digit = |letter: char| {
        let letter = if letter == '零' || letter == '○' { '〇' } else { letter };
        DIGITS.iter().position(|own| *own == letter)
    };
    if let Some((tens, ones)) = text.split_once('十') {
        let single = |part: &str, absent: usize| match part.chars().collect::<Vec<_>>().as_slice() {
            [] => Some(absent),
            [letter] => digit(*letter),
            _ => None,
        };
        return Some((single(tens, 1)? * 10 + single(ones, 0)?).to_string());
    }
    text.chars()
        .map(digit)
        .map(|digit| Some(digit?.to_string()))
        .collect::<Option<String>>()
        .filter(|text| !text.is_empty())
}

fn date_of(parts: &[&str]) -> Option<String> {
    let [year, month, day] = parts else { return None };
    let (year, month, day) = (numeral(year)?, numeral(month)?, numeral(day)?);
    let year = if year.len() == 2 { format!("20{year}") } else { year };
    let text = format!("{year}-{month:0>2}-{day:0>2}");
    check::date(&text).then_some(text)
}

fn date_parts(text: &str) -> Vec<&str> {
    let parts = text.split(['-', '/', '.', '年', '月', '日', '号', ' ', 'T', ':']);
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// A day as people write it: 2026-3-5, 2026年3月5日, 20260305, 二〇二六年三月五日.
pub(crate) fn day(text: &str) -> Option<String> {
    let text = narrow(text);
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return date_of(&[text.get(..4)?, text.get(4..6)?, text.get(6..)?]);
    }
    let parts = date_parts(&text);
    date_of(parts.get(..3)?)
}

/// The day that a spreadsheet's number of days means, if it is likely to be one.
pub(crate) fn day_of_serial(days: f64) -> Option<String> {
    if !(10_000.0..80_000.0).contains(&days) {
        return None;
    }
    #[allow(clippy::cast_possible_truncation, reason = "checked to be small")]
    let days = days.floor() as i64;
    // Day 0 is 1899-12-30: the spreadsheet counts a 29 February 1900 that never was.
    let (mut year, mut left) = (1899_i64, days + 363);
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    while left >= 365 + i64::from(leap(year)) {
        left -= 365 + i64::from(leap(year));
        year += 1;
    }
    let lengths = [31, 28 + i64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for (month, length) in (1..).zip(lengths) {
        if left < length {
            return Some(format!("{year:04}-{month:02}-{:02}", left + 1));
        }
        left -= length;
    }
    None
}

/// Units that are another way to write the same one.
const SAME_UNITS: &[&[&str]] = &[
    &["人", "名", "个", "位"],
    &["t", "吨", "公吨"],
    &["kg", "公斤", "千克"],
    &["m", "米"],
    &["km", "公里", "千米"],
    &["m²", "m2", "㎡", "平方米", "平米"],
    &["km²", "km2", "平方公里", "平方千米"],
    &["m³", "m3", "立方米", "立方", "方"],
    &["万元", "万"],
    &["元", "圆"],
    &["℃", "°c", "度"],
    &["mpa", "兆帕"],
    &["kpa", "千帕"],
    &["%", "百分"],
    &["台", "辆", "套", "件", "只", "个"],
    &["h", "小时", "时"],
    &["d", "天", "日"],
    &["ha", "公顷"],
];

fn same_unit(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    one == other || SAME_UNITS.iter().any(|same| same.contains(&one.as_str()) && same.contains(&other.as_str()))
}

/// The number at the start of a text, and what follows it.
fn leading_number(text: &str) -> Option<(f64, &str)> {
    let number = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ',' | '-' | '+' | ' ');
    let end = text.find(|letter: char| !number(letter)).unwrap_or(text.len());
    let (head, rest) = text.split_at(end);
    let digits: String = head.chars().filter(|letter| !matches!(letter, ',' | ' ')).collect();
    Some((parse_decimal(&digits)?, rest.trim()))
}

/// A number with thousands marks and its unit: `5,000 立方米`, `1.2万`.
pub(crate) fn number(text: &str, unit: Option<&str>) -> Option<f64> {
    let text = narrow(text);
    if let Some(plain) = parse_decimal(&text) {
        return Some(plain);
    }
    let (number, rest) = leading_number(&text)?;
    if rest.is_empty() || unit.is_some_and(|unit| same_unit(rest, unit)) {
        return Some(number);
    }
    // 万 multiplies unless the field itself counts in 万.
    let rest = rest.strip_prefix('万').filter(|_| !unit.is_some_and(|unit| unit.starts_with('万')))?.trim();
    (rest.is_empty() || unit.is_some_and(|unit| same_unit(rest, unit))).then_some(number * 10_000.0)
}

/// Degrees as decimals or as degrees, minutes and seconds: `106°30′15″E`.
pub(crate) fn degrees(text: &str) -> Option<f64> {
    let text = narrow(text);
    let text = text.trim_matches(|letter: char| {
        matches!(letter.to_ascii_uppercase(), 'E' | 'N' | '东' | '经' | '北' | '纬' | ' ')
    });
    if let Some(plain) = parse_decimal(text) {
        return Some(plain);
    }
    let marks = ['°', '度', '′', '\'', '分', '″', '"', '秒', '’', '”'];
    let parts: Option<Vec<f64>> =
        text.split(marks).map(str::trim).filter(|part| !part.is_empty()).map(parse_decimal).collect();
    match parts?.as_slice() {
        [degrees] => Some(*degrees),
        [degrees, minutes] => Some(degrees + minutes / 60.0),
        [degrees, minutes, seconds] => Some(degrees + minutes / 60.0 + seconds / 3600.0),
        _ => None,
    }
}

/// A telephone number without the blanks and dots that people put in.
fn phone(text: &str) -> String {
    let plain = narrow(text);
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    let mobile = digits.len() == 11 && digits.starts_with('1');
    let only_signs =
        plain.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, ' ' | '-' | '.' | '(' | ')'));
    if mobile && only_signs { digits } else { plain }
}

/// A text in the shape that its format asks for.
pub(crate) fn text(field: &FieldSpec, given: &str) -> String {
    match field.format.as_deref() {
        Some("phone") => phone(given),
        Some("credit_code") => narrow(given).replace([' ', '-'], "").to_uppercase(),
        Some("cas" | "email") => narrow(given).replace(' ', ""),
        Some("date") => day(given).unwrap_or_else(|| given.to_owned()),
        _ => given.to_owned(),
    }
}

/// How alike two texts are, 0 to 1: shared pairs of letters, or shared letters where they are short.
pub(crate) fn likeness(one: &str, other: &str) -> f64 {
    let pieces = |text: &str| -> Vec<String> {
        let letters: Vec<char> = text.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect();
        if letters.len() < 3 {
            return letters.iter().map(char::to_string).collect();
        }
        letters.windows(2).map(|pair| pair.iter().collect()).collect()
    };
    let (left, mut right) = (pieces(one), pieces(other));
    let total = left.len() + right.len();
    let shared = left.iter().filter(|piece| {
        let found = right.iter().position(|own| own == *piece);
        found.map(|at| right.swap_remove(at)).is_some()
    });
    if total == 0 { 0.0 } else { 2.0 * shared.count() as f64 / total as f64 }
}

/// The choice that a text most likely means.
fn nearest<'a>(options: &'a [Choice], text: &str) -> Option<&'a Choice> {
    let plain = narrow(text).to_lowercase();
    let score = |choice: &Choice| {
        let names = [choice.zh.to_lowercase(), choice.en.to_lowercase()];
        let contained = names.iter().any(|name| {
            (plain.contains(name.as_str()) && !name.is_empty()) || (plain.chars().count() >= 2 && name.contains(&plain))
        });
        let shared = shared_letters(&plain, &names[0]);
        let alike = names.iter().map(|name| likeness(name, &plain)).fold(0.0, f64::max);
        if contained { 0.9 } else { alike.max(shared) }
    };
    let best = options.iter().map(|choice| (score(choice), choice)).max_by(|one, other| one.0.total_cmp(&other.0));
    best.filter(|(score, _)| *score >= 0.34).map(|(_, choice)| choice)
}

/// Chinese short forms share letters, not pairs: 化工 and 危险化学品 share 化.
fn shared_letters(one: &str, other: &str) -> f64 {
    let count = |text: &str| text.chars().count().max(1) as f64;
    let shared = one.chars().filter(|letter| other.contains(*letter)).count() as f64;
    shared / count(one).max(2.0) * 0.7
}

fn credit_code(text: &str) -> Option<String> {
    let mended = narrow(text).to_uppercase().replace('O', "0").replace('I', "1").replace([' ', '-'], "");
    check::credit_code(&mended).then_some(mended)
}

fn first_phone(text: &str) -> Option<String> {
    let parts = narrow(text);
    let parts = parts.split(['/', '、', '，', ',', ';', '；', '或', '\n']).map(phone);
    parts.into_iter().find(|part| check::phone(part) && part.len() >= 7)
}

/// What the writer probably meant, where a cell could not be read.
pub(crate) fn suggestion(field: &FieldSpec, text: &str) -> Option<String> {
    if !field.options.is_empty() {
        return nearest(&field.options, text).map(|choice| choice.zh.clone());
    }
    match (field.kind, field.format.as_deref()) {
        (FieldKind::Number | FieldKind::Integer, _) => {
            let plain = narrow(text);
            let from = plain.find(|letter: char| letter.is_ascii_digit())?;
            leading_number(plain.get(from..)?).map(|(number, _)| number.to_string())
        }
        (FieldKind::Date, _) => {
            let plain = narrow(text);
            let parts = date_parts(&plain);
            let (year, month) = (parts.first()?, parts.get(1).unwrap_or(&"1"));
            let guess = date_of(&[year, month, "1"]);
            guess.filter(|_| parts.len() < 3)
        }
        (_, Some("credit_code")) => credit_code(text),
        (_, Some("phone")) => first_phone(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_every_dress() {
        for text in [
            "2026-3-5",
            "2026/03/05",
            "2026.3.5",
            "2026年3月5日",
            "２０２６年３月５日",
            "20260305",
            "二〇二六年三月五日",
            "2026-03-05 08:00",
        ] {
            assert_eq!(day(text).as_deref(), Some("2026-03-05"), "{text}");
        }
        assert_eq!(day("二○二六年十二月三十一日").as_deref(), Some("2026-12-31"));
        for bad in ["2026年3月", "2026-13-01", "三月五日", "明天", ""] {
            assert_eq!(day(bad), None, "{bad}");
        }
        assert_eq!(day_of_serial(46_086.0).as_deref(), Some("2026-03-05"));
        assert_eq!(day_of_serial(44_621.0).as_deref(), Some("2022-03-01"));
        assert_eq!(day_of_serial(12.0), None);
    }

    #[test]
    fn numbers_with_marks_and_units() {
        assert_eq!(number("5,000 立方米", Some("m³")), Some(5000.0));
        assert_eq!(number("５０００", None), Some(5000.0));
        assert_eq!(number("1.2万人", Some("人")), Some(12_000.0));
        assert_eq!(number("300 名", Some("人")), Some(300.0));
        for (bad, unit) in [("约300人", Some("人")), ("20公斤", Some("t")), ("很多", None), ("", None)] {
            assert_eq!(number(bad, unit), None, "{bad}");
        }
        assert_eq!(degrees("106°30′36″E"), Some(106.51));
        assert_eq!(degrees("东经106.5"), Some(106.5));
    }

    #[test]
    fn telephones_lose_their_blanks() {
        assert_eq!(phone("139 0000 0001"), "13900000001");
        assert_eq!(phone("139-0000-0001"), "13900000001");
        assert_eq!(phone("０９５１－０００００01"), "0951-0000001");
        assert_eq!(first_phone("13900000001/0951-0000001").as_deref(), Some("13900000001"));
    }

    #[test]
    fn the_nearest_choice_is_offered() {
        let choice =
            |value: &str, zh: &str| Choice { value: value.into(), zh: zh.into(), en: value.into(), also: Vec::new() };
        let options = [choice("hazardous_chemicals", "危险化学品"), choice("coal_mine", "煤矿"), choice("gas", "燃气")];
        let near = |text: &str| nearest(&options, text).map(|choice| choice.value.as_str());
        assert_eq!(near("危化品"), Some("hazardous_chemicals"));
        assert_eq!(near("化工企业"), None);
        assert_eq!(near("危险化学品生产"), Some("hazardous_chemicals"));
        assert_eq!(near("煤炭"), Some("coal_mine"));
        assert_eq!(near("银行"), None);
    }
}
