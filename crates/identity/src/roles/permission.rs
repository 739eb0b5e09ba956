//! One permission of a role as the configuration writes it: `kind|kind:action|action@reach`.

use fengsui_kernel::{DivisionCode, DivisionLevel};

use super::vocabulary::Vocabulary;

/// How far a permission reaches from the post that gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// What the role says: the post's division or its enterprise.
    Role,
    /// The post's division and below, also in a role bound to an enterprise.
    Division,
    /// The whole province of the post's division.
    Province,
    /// The whole country.
    Country,
}

impl Reach {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "division" => Some(Self::Division),
            "province" => Some(Self::Province),
            "country" => Some(Self::Country),
            _ => None,
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::Role => "",
            Self::Division => "@division",
            Self::Province => "@province",
            Self::Country => "@country",
        }
    }

    /// The root of the subtree that is reached from a division.
    pub(crate) fn root(self, division: DivisionCode) -> DivisionCode {
        match self {
            Self::Role | Self::Division => division,
            Self::Country => DivisionCode::COUNTRY,
            Self::Province => division
                .lineage()
                .into_iter()
                .find(|code| code.level() == DivisionLevel::Province)
                .unwrap_or(DivisionCode::COUNTRY),
        }
    }
}

/// One action on one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Permission {
    pub(crate) kind: String,
    pub(crate) action: String,
    pub(crate) reach: Reach,
}

impl Permission {
    /// Whether it allows the action on the kind, wherever that may be.
    pub(crate) fn allows(&self, action: &str, kind: &str) -> bool {
        (self.kind == "*" || self.kind == kind) && (self.action == "*" || self.action == action)
    }
}

impl std::fmt::Display for Permission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}{}", self.kind, self.action, self.reach.suffix())
    }
}

/// Reads one entry of the list; it may stand for several permissions.
pub(crate) fn parse(text: &str, vocabulary: &Vocabulary) -> Result<Vec<Permission>, String> {
    let (body, reach) = match text.split_once('@') {
        None => (text, Reach::Role),
        Some((body, reach)) => {
            let known = Reach::parse(reach).ok_or_else(|| {
                format!("unknown reach `@{reach}` in `{text}`; known are @division, @province, @country")
            })?;
            (body, known)
        }
    };
    let (kinds, actions) = body.split_once(':').ok_or_else(|| format!("`{text}` is not of the form `kind:action`"))?;
    let mut permissions = Vec::new();
    for kind in kinds.split('|').map(str::trim) {
        if !vocabulary.has_kind(kind) {
            return Err(format!("unknown kind `{kind}` in `{text}`"));
        }
        for action in actions.split('|').map(str::trim) {
            if !vocabulary.has_action(kind, action) {
                return Err(format!("`{kind}` has no action `{action}` in `{text}`"));
            }
            permissions.push(Permission { kind: kind.to_owned(), action: action.to_owned(), reach });
        }
    }
    Ok(permissions)
}
