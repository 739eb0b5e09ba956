//! Divisions by the names that people write: 灵武市, 宁夏银川市灵武市东塔镇, 灵武.

use std::collections::HashMap;

use fengsui_kernel::{DivisionCode, Result, Scope};
use fengsui_storage::{Db, records};

use super::mend;
use super::reader::Named;

/// Words that end the name of a division.
const ENDINGS: [&str; 13] =
    ["特别行政区", "自治区", "自治州", "自治县", "街道", "省", "市", "县", "区", "旗", "镇", "乡", "盟"];
/// What a short form may lack.
const LACKING: [&str; 11] = ["", "市", "县", "区", "镇", "乡", "街道", "省", "回族自治区", "自治区", "村"];

/// Finds divisions by name and remembers what it found: a column holds few different ones.
pub struct PlaceNames {
    db: Db,
    /// Where the caller may write: decides between divisions of one name.
    scopes: Vec<Scope>,
    known: HashMap<String, Named>,
}

/// `宁夏回族自治区银川市灵武市` in its parts.
fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut current = String::new();
    for letter in text.chars() {
        if letter.is_whitespace() || matches!(letter, '/' | '-' | '>' | ',' | '，') {
            parts.extend(Some(std::mem::take(&mut current)).filter(|part| !part.is_empty()));
            continue;
        }
        current.push(letter);
        let ended = ENDINGS.iter().any(|ending| current.ends_with(ending));
        if ended && current.chars().count() >= 3 || (ended && current.chars().count() == 2 && current.ends_with('县'))
        {
            parts.push(std::mem::take(&mut current));
        }
    }
    match (current.chars().count(), parts.last_mut()) {
        (0, _) => {}
        // 沙市区 was cut after 市.
        (1, Some(last)) => last.push_str(&current),
        _ => parts.push(current),
    }
    parts
}

impl PlaceNames {
    /// Begins with nothing known.
    pub fn new(db: Db, scopes: Vec<Scope>) -> Self {
        Self { db, scopes, known: HashMap::new() }
    }

    /// What a text means.
    pub async fn find(&mut self, text: &str) -> Result<Named> {
        let text = mend::one_line(text);
        if let Some(known) = self.known.get(&text) {
            return Ok(known.clone());
        }
        let found = self.look_up(&text).await?;
        self.known.insert(text, found.clone());
        Ok(found)
    }

    async fn look_up(&self, text: &str) -> Result<Named> {
        let parts = parts(text);
        let found = self.chain(&parts).await?;
        if let Some(named) = self.decide(&found) {
            return Ok(named);
        }
        // 东塔镇三组: what stands before the unknown end is likely meant, but not certain.
        for end in (1..parts.len()).rev() {
            let found = self.chain(&parts[..end]).await?;
            if !found.is_empty() {
                return Ok(Named::Maybe(found));
            }
        }
        Ok(Named::Nothing)
    }

    fn decide(&self, found: &[DivisionCode]) -> Option<Named> {
        let within = |code: &DivisionCode| {
            self.scopes.iter().any(|scope| matches!(scope, Scope::Subtree { division } if division.contains(code)))
        };
        let near: Vec<DivisionCode> = found.iter().filter(|code| within(code)).copied().collect();
        match (near.as_slice(), found) {
            ([only], _) | ([], [only]) => Some(Named::One(*only)),
            ([], []) => None,
            ([], several) | (several, _) => Some(Named::Maybe(several.to_vec())),
        }
    }

    /// The divisions that a chain of names leads to.
    async fn chain(&self, parts: &[String]) -> Result<Vec<DivisionCode>> {
        let mut above: Option<Vec<DivisionCode>> = None;
        for part in parts {
            let mut found = self.called_after_province(part).await?;
            if let Some(above) = &above {
                found.retain(|code| above.iter().any(|higher| higher.contains(code) && higher != code));
            }
            if found.is_empty() {
                return Ok(found);
            }
            above = Some(found);
        }
        Ok(above.unwrap_or_default())
    }

    /// 宁夏银川市: the province in its short form is not cut off by an ending.
    async fn called_after_province(&self, name: &str) -> Result<Vec<DivisionCode>> {
        let found = self.called(name).await?;
        let letters: Vec<char> = name.chars().collect();
        if !found.is_empty() || letters.len() < 4 {
            return Ok(found);
        }
        for length in [2, 3] {
            let rest: String = letters.iter().skip(length).collect();
            let province = letters.iter().take(length).collect::<String>();
            let above = self.called(&province).await?;
            let mut found = if above.is_empty() { Vec::new() } else { self.called(&rest).await? };
            found.retain(|code| above.iter().any(|higher| higher.contains(code)));
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    async fn called(&self, name: &str) -> Result<Vec<DivisionCode>> {
        let whole = records::divisions_named(&self.db, &[name.to_owned()]).await?;
        if !whole.is_empty() {
            return Ok(whole.into_iter().map(|(code, _)| code).collect());
        }
        let variants: Vec<String> = LACKING.iter().skip(1).map(|ending| format!("{name}{ending}")).collect();
        let found = records::divisions_named(&self.db, &variants).await?;
        Ok(found.into_iter().map(|(code, _)| code).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn names_are_cut_where_a_division_ends() {
        assert_eq!(parts("宁夏回族自治区银川市灵武市"), ["宁夏回族自治区", "银川市", "灵武市"]);
        assert_eq!(parts("宁夏 灵武市 东塔镇"), ["宁夏", "灵武市", "东塔镇"]);
        assert_eq!(parts("灵武"), ["灵武"]);
        assert_eq!(parts("镇原县"), ["镇原县"]);
        assert_eq!(parts("荆州市沙市区"), ["荆州市", "沙市区"]);
    }
}
