//! Which logins and passwords are acceptable. Pure.

use fengsui_kernel::{Fault, Problems, Result};

const SHORTEST: usize = 10;
const LONG_ENOUGH_ALONE: usize = 16;
const LONGEST: usize = 200;

/// Words that attackers try first, alone or with digits and signs around them.
const COMMON_STEMS: &[&str] = &[
    "password",
    "passw",
    "passwd",
    "admin",
    "administrator",
    "root",
    "user",
    "guest",
    "test",
    "welcome",
    "letmein",
    "qwerty",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qazwsx",
    "qazwsxedc",
    "iloveyou",
    "woaini",
    "woaiwojia",
    "abc",
    "abcd",
    "abcdef",
    "aa",
    "a",
    "changeme",
    "default",
    "fengsui",
    "yingji",
    "yingjiju",
    "mima",
    "huawei",
    "china",
    "beijing",
    "zhongguo",
    "monkey",
    "dragon",
    "master",
    "secret",
    "login",
    "system",
    "p",
    "w",
];

/// Runs on the keyboard and numbers that mean something.
const COMMON_RUNS: &[&str] =
    &["1234567890", "0987654321", "1q2w3e4r5t", "qwertyuiop", "1qaz2wsx3edc", "5201314", "1314520", "147258369"];

/// Brings a login to its stored form, or says what is wrong with it.
pub(crate) fn normal_login(login: &str) -> Result<String> {
    let login = login.trim().to_lowercase();
    let length = login.chars().count();
    let allowed = |letter: char| {
        letter.is_ascii_alphanumeric() || "._-@".contains(letter) || ('\u{4e00}'..='\u{9fff}').contains(&letter)
    };
    if (2..=64).contains(&length) && login.chars().all(allowed) {
        Ok(login)
    } else {
        Err(Fault::field("login", "malformed_login").with("value", &login).into())
    }
}

/// Checks a new password; `field` is where its problems are shown.
pub(crate) fn check_password(field: &str, password: &str, login: &str) -> Result<()> {
    let mut problems = Problems::default();
    let length = password.chars().count();
    let lower = password.to_lowercase();
    if length < SHORTEST {
        problems.push(Fault::field(field, "password_too_short").with("min", &SHORTEST.to_string()));
    } else if length > LONGEST {
        problems.push(Fault::field(field, "password_too_long").with("max", &LONGEST.to_string()));
    }
    if lower == login || (login.chars().count() >= 4 && lower.contains(login)) {
        problems.push(Fault::field(field, "password_contains_login"));
    } else if is_common(&lower) {
        problems.push(Fault::field(field, "password_too_common"));
    } else if length < LONG_ENOUGH_ALONE && classes(password) < 3 {
        problems.push(Fault::field(field, "password_too_weak").with("long_enough", &LONG_ENOUGH_ALONE.to_string()));
    }
    problems.into_result()
}

fn is_common(lower: &str) -> bool {
    let stem = lower.trim_matches(|letter: char| !letter.is_alphabetic());
    // `p@ssw0rd` is `password` to every attacker.
    let plain: String = stem.chars().map(plain_letter).collect();
    let few_letters = lower.chars().collect::<std::collections::BTreeSet<_>>().len() <= 3;
    let run = COMMON_RUNS.iter().any(|run| lower.contains(run) && lower.len() <= run.len() + 4);
    few_letters || run || (!stem.is_empty() && COMMON_STEMS.iter().any(|common| *common == stem || *common == plain))
}

fn plain_letter(letter: char) -> char {
    match letter {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '$' | '5' => 's',
        other => other,
    }
}

/// How many of lower case, upper case, digits and the rest occur.
fn classes(password: &str) -> usize {
    let has = |test: fn(char) -> bool| usize::from(password.chars().any(test));
    has(char::is_lowercase)
        + has(char::is_uppercase)
        + has(char::is_numeric)
        + has(|letter| !letter.is_lowercase() && !letter.is_uppercase() && !letter.is_numeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(password: &str) -> Option<String> {
        check_password("new", password, "wang.duty").err().map(|fault| fault.code().to_owned())
    }

    #[test]
    fn refuses_weak_passwords_and_says_why() {
        assert_eq!(code("Ab1!").as_deref(), Some("password_too_short"));
        assert_eq!(code("Wang.Duty2026").as_deref(), Some("password_contains_login"));
        for common in ["P@ssw0rd2026!", "Admin12345!", "Fengsui@2026", "1234567890Aa", "Aaaaaaaaaa1", "Qwertyuiop1!"] {
            assert_eq!(code(common).as_deref(), Some("password_too_common"), "{common}");
        }
        assert_eq!(code("tiancaihenlan").as_deref(), Some("password_too_weak"));
        assert_eq!(code(&"x1Y".repeat(80)).as_deref(), Some("invalid"), "too long and three letters");
    }

    #[test]
    fn accepts_three_classes_or_length() {
        for good in ["Tian-cai-henlan", "correct horse battery", "黄河之水天上来Ab3奔流", "k8#mRt2vQz"] {
            assert_eq!(code(good), None, "{good}");
        }
    }

    #[test]
    fn logins_ignore_case_and_refuse_oddities() {
        assert_eq!(normal_login(" Wang.Duty ").expect("a login"), "wang.duty");
        assert_eq!(normal_login("王值班").expect("a login"), "王值班");
        for bad in ["", "a", "two words", "x\u{0}y", "wang<b>", &"x".repeat(65)] {
            assert!(normal_login(bad).is_err(), "{bad:?}");
        }
    }
}
