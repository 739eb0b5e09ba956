//! Topic names and filters.

/// Whether a text may be published to: not empty, no wildcards, no zero character.
pub fn is_valid_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(['+', '#', '\0'])
}

/// Whether a text may be subscribed to: wildcards fill whole levels, and `#` is the last.
pub fn is_valid_filter(filter: &str) -> bool {
    if filter.is_empty() || filter.contains('\0') {
        return false;
    }
    let mut levels = filter.split('/').peekable();
    while let Some(level) = levels.next() {
        let fits = match level {
            "#" => levels.peek().is_none(),
            "+" => true,
            plain => !plain.contains(['+', '#']),
        };
        if !fits {
            return false;
        }
    }
    true
}

/// Whether a message to `name` reaches a subscription to `filter`. Both are taken as valid.
///
/// `#` also matches the level above it, and neither wildcard matches a first level that begins with `$`.
pub fn matches(filter: &str, name: &str) -> bool {
    if name.starts_with('$') && filter.starts_with(['+', '#']) {
        return false;
    }
    let mut names = name.split('/');
    for level in filter.split('/') {
        if level == "#" {
            return true;
        }
        match names.next() {
            Some(name) if level == "+" || level == name => {}
            _ => return false,
        }
    }
    names.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_match_as_the_standard_shows() {
        for (filter, name) in [
            ("sport/tennis/player1/#", "sport/tennis/player1"),
            ("sport/tennis/player1/#", "sport/tennis/player1/ranking"),
            ("sport/#", "sport"),
            ("#", "sport/tennis"),
            ("sport/tennis/+", "sport/tennis/player1"),
            ("sport/+", "sport/"),
            ("+/+", "/finance"),
            ("/+", "/finance"),
            ("$SYS/#", "$SYS/monitor/clients"),
            ("$SYS/monitor/+", "$SYS/monitor/clients"),
            ("监测/+/水位", "监测/一号/水位"),
        ] {
            assert!(matches(filter, name), "{filter} {name}");
        }
        for (filter, name) in [
            ("sport/tennis/+", "sport/tennis/player1/ranking"),
            ("sport/+", "sport"),
            ("+", "/finance"),
            ("#", "$SYS/monitor"),
            ("+/monitor/clients", "$SYS/monitor/clients"),
            ("sport", "sport/"),
            ("sport/tennis", "sport"),
        ] {
            assert!(!matches(filter, name), "{filter} {name}");
        }
    }

    #[test]
    fn validity() {
        for filter in ["#", "+", "/", "a/+/b/#", "+/tennis/#", "a//b"] {
            assert!(is_valid_filter(filter), "{filter}");
        }
        for filter in ["", "a#", "a/#/b", "a+", "a/b+/c", "#/", "a\0"] {
            assert!(!is_valid_filter(filter), "{filter}");
        }
        assert!(is_valid_name("a/b") && is_valid_name("/"));
        assert!(!is_valid_name("") && !is_valid_name("a/+") && !is_valid_name("#"));
    }
}
