//! Paging, decided once: opaque cursors, a limit, and a count that may be capped.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The largest page that can be asked for.
pub const MAX_LIMIT: u32 = 500;

/// What a caller asks of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PageQuery {
    /// Rows to return, 1 to 500; 50 if absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// The `next` value of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

impl PageQuery {
    /// The limit within its bounds.
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(50).clamp(1, MAX_LIMIT)
    }

    /// The cursor read as an offset; lists ordered by arbitrary columns use it.
    pub fn offset(&self) -> u32 {
        // Beyond all pages lies an empty one, not the first: a client would begin again for ever.
        let Some(cursor) = self.cursor.as_deref().filter(|cursor| !cursor.is_empty()) else { return 0 };
        cursor.parse().unwrap_or(u32::MAX)
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PageOf{T}")]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Pass as `cursor` to get the following page; absent on the last.
    pub next: Option<String>,
    /// How many rows match in all, when counted.
    pub total: Option<u64>,
}

impl<T> Page<T> {
    /// Builds a page from rows fetched with one row more than the limit.
    pub fn from_overfetch(mut items: Vec<T>, query: &PageQuery, total: Option<u64>) -> Self {
        let limit = query.limit() as usize;
        let next = (items.len() > limit).then(|| (query.offset() as usize + limit).to_string());
        items.truncate(limit);
        Self { items, next, total }
    }

    /// The same page with other rows.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), next: self.next, total: self.total }
    }
}

#[cfg(test)]
mod tests {
    use super::PageQuery;

    #[test]
    fn a_cursor_beyond_all_pages_is_not_the_first_page() {
        let offset = |cursor: &str| PageQuery { limit: None, cursor: Some(cursor.to_owned()) }.offset();
        assert_eq!((offset("100"), offset("99999999999")), (100, u32::MAX));
        assert_eq!((offset(""), offset("kOfAnotherList")), (0, u32::MAX));
    }
}
