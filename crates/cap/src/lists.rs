//! The lists CAP keeps inside one text: quoted words and references.

use crate::model::Reference;

/// Splits `addresses` and `incidents`: white space separates, double quotes hold together.
pub(crate) fn split_quoted(text: &str) -> Vec<String> {
    let mut items = Vec::new();
    let mut item = String::new();
    let mut quoted = false;
    for character in text.chars() {
        if character == '"' {
            quoted = !quoted;
        } else if character.is_ascii_whitespace() && !quoted {
            items.extend(Some(std::mem::take(&mut item)).filter(|item| !item.is_empty()));
        } else {
            item.push(character);
        }
    }
    items.extend(Some(item).filter(|item| !item.is_empty()));
    items
}

/// The inverse. CAP has no way to write a quote inside an item, so quotes are left out.
pub(crate) fn join_quoted(items: &[String]) -> String {
    let mut text = String::new();
    for item in items {
        let item = item.replace('"', "");
        if item.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        if item.contains(|character: char| character.is_ascii_whitespace()) {
            text.extend(["\"", &item, "\""]);
        } else {
            text.push_str(&item);
        }
    }
    text
}

/// Splits `references`. An item that is no triple is kept as well as it can be understood: a
/// lone identifier still helps to find the warning that a Cancel lifts.
pub(crate) fn split_references(text: &str) -> Vec<Reference> {
    text.split_ascii_whitespace().map(read_reference).collect()
}

fn read_reference(item: &str) -> Reference {
    let Some((sender, rest)) = item.split_once(',') else {
        return Reference { identifier: item.to_owned(), ..Reference::default() };
    };
    let (identifier, sent) = rest.rsplit_once(',').unwrap_or((rest, ""));
    Reference { sender: sender.to_owned(), identifier: identifier.to_owned(), sent: sent.to_owned() }
}

/// The inverse.
pub(crate) fn join_references(references: &[Reference]) -> String {
    let triples: Vec<String> = references
        .iter()
        .map(|reference| {
            let Reference { sender, identifier, sent } = reference;
            format!("{sender},{identifier},{sent}")
        })
        .collect();
    triples.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_items_together() {
        let items = split_quoted("Drought \"Infectious Disease\"\n\"Urban Fire\" \"\"");
        assert_eq!(items, ["Drought", "Infectious Disease", "Urban Fire"]);
        assert_eq!(join_quoted(&items), "Drought \"Infectious Disease\" \"Urban Fire\"");
        assert_eq!(split_quoted("  "), Vec::<String>::new());
    }

    #[test]
    fn references_survive_what_offices_send() {
        let text = "a@b,1,2024-07-12T21:31:38+08:00\n64052100000000_20240712153000";
        let references = split_references(text);
        assert_eq!(references[0].identifier, "1");
        assert_eq!(references[1].identifier, "64052100000000_20240712153000");
        assert_eq!(references[1].sender, "");
        assert_eq!(split_references(&join_references(&references)), references);
    }
}
