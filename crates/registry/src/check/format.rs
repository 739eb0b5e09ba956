//! Numbers and codes with a shape of their own.

/// A telephone number as it is dialled: digits, with `+`, blanks, hyphens, brackets and an extension.
pub fn phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let fits = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b' ' | b'(' | b')' | b'+' | b'#' | b',');
    (3..=24).contains(&digits) && text.len() <= 32 && text.bytes().all(fits)
}

/// An e-mail address, judged by its outline only: the mail server has the last word.
pub fn email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |letter: char| !letter.is_whitespace() && !letter.is_control() && !"<>()[],;:\"\\".contains(letter);
    !local.is_empty()
        && text.len() <= 254
        && text.chars().all(plain)
        && !local.contains('@')
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
}

/// A day as `YYYY-MM-DD`, 1900 to 2999.
pub fn date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    if (year.len(), month.len(), day.len()) != (4, 2, 2) || !text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
        return false;
    }
    let (Ok(year), Ok(month), Ok(day)) = (year.parse::<u32>(), month.parse::<u32>(), day.parse::<u32>()) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1900..3000).contains(&year) && (1..=days).contains(&day)
}

/// 统一社会信用代码: 18 characters with the check character of GB 32100-2015.
pub fn credit_code(text: &str) -> bool {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let values: Option<Vec<usize>> = text.chars().map(|letter| ALPHABET.find(letter)).collect();
    let Some(values) = values.filter(|values| values.len() == 18) else { return false };
    let sum: usize = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    values.last() == Some(&((31 - sum % 31) % 31))
}

/// 公民身份号码: 18 characters with the check character of GB 11643-1999 and a day that exists.
pub fn id_number(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let Some((digits, check)) = text.split_at_checked(17) else { return false };
    let values: Option<Vec<u32>> = digits.chars().map(|digit| digit.to_digit(10)).collect();
    let Some(values) = values else { return false };
    let sum: u32 = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    let expected = "10X98765432".chars().nth((sum % 11) as usize);
    let day = format!("{}-{}-{}", &digits[6..10], &digits[10..12], &digits[12..14]);
    check.chars().map(|letter| letter.to_ascii_uppercase()).eq(expected) && date(&day)
}

/// A CAS registry number with its check digit: `7664-41-7`.
pub fn cas(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [head, middle, check] = parts.as_slice() else { return false };
    let shaped = (2..=7).contains(&head.len()) && middle.len() == 2 && check.len() == 1;
    let digits: Option<Vec<u32>> = format!("{head}{middle}").chars().map(|digit| digit.to_digit(10)).collect();
    let (true, Some(digits), Ok(check)) = (shaped, digits, check.parse::<u32>()) else { return false };
    digits.iter().rev().zip(1..).map(|(digit, weight)| digit * weight).sum::<u32>() % 10 == check
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_characters_are_computed() {
        // 华为技术有限公司, as published in its annual reports.
        assert!(credit_code("914403001922038216"));
        assert!(!credit_code("914403001922038217"));
        for bad in ["", "9144030019220382", "91440300192203821I", "９14403001922038216", "914403001922038216\0"] {
            assert!(!credit_code(bad), "{bad}");
        }
        assert!(cas("7664-41-7") && cas("7732-18-5") && cas("67-56-1"));
        for bad in ["7664-41-8", "", "1-1-1", "76a4-41-7", "7664417", "+664-41-7", "7664-41-７"] {
            assert!(!cas(bad), "{bad}");
        }
    }

    #[test]
    fn numbers_of_identity_cards_are_checked() {
        // The examples of GB 11643-1999.
        assert!(id_number("11010519491231002X") && id_number("11010519491231002x"));
        assert!(id_number("440524188001010014") == date("1880-01-01"), "only days that exist");
        for bad in [
            "",
            "110105194912310021",
            "11010519491331002X",
            "1101051949123100２X",
            "身份证号身份证号身份证号身份证号身份",
        ] {
            assert!(!id_number(bad), "{bad}");
        }
    }

    #[test]
    fn days_exist() {
        assert!(date("2024-02-29") && date("2026-11-22"));
        for bad in ["2023-02-29", "2026-13-01", "2026-1-1", "26-01-01", "2026-00-10", "２026-01-01", "+026-01-01"] {
            assert!(!date(bad), "{bad}");
        }
    }

    #[test]
    fn phones_and_addresses() {
        assert!(phone("0951-0000001") && phone("+86 139 0000 0001") && phone("119"));
        assert!(!phone("138****0001") && !phone("一三八") && !phone("12"));
        assert!(email("demo-per-001@example.invalid"));
        assert!(!email("a@b") && !email("a b@c.d") && !email("@c.d") && !email("<x>@c.d"));
    }
}
