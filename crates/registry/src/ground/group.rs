//! Groups (人员组): who is told together. Members are named, or follow from a rule over posts, so that
//! a group stays right when people change their seats.

use fengsui_kernel::{Fault, Problems, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{OrganisationCategory, Role};
use crate::Kind;
use crate::kind::Geometry;

/// The most persons or posts that are named one by one.
const MOST_NAMED: usize = 500;

/// A group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Persons by name.
    #[serde(default)]
    #[schemars(extend("x-title" = ["成员（人员）", "Persons"], "x-reference" = "person"))]
    pub persons: Vec<String>,
    /// Whoever holds these posts.
    #[serde(default)]
    #[schemars(extend("x-title" = ["成员（岗位）", "Posts"], "x-reference" = "post"))]
    pub posts: Vec<String>,
    /// Rule: all posts of the group's division and below with one of these roles …
    #[serde(default)]
    #[schemars(extend("x-title" = ["规则：本区划及以下的角色", "Rule: roles in the division and below"], "x-flags" = "listed"))]
    pub roles: Vec<Role>,
    /// … and in an organisation of one of these categories.
    #[serde(default)]
    #[schemars(extend("x-title" = ["规则：机构类别", "Rule: categories of organisation"], "x-flags" = "listed"))]
    pub organisation_categories: Vec<OrganisationCategory>,
    /// What it is for.
    #[schemars(extend("x-title" = ["用途", "Purpose"], "x-flags" = "listed searchable"))]
    pub purpose: Option<String>,
}

impl Kind for Group {
    const NAME: &'static str = "group";
    const TITLE: Text = Text::new("人员组", "Group");
    const ICON: &'static str = "users";
    const GEOMETRY: Geometry = Geometry::None;

    fn validate(&self, problems: &mut Problems) {
        let nobody = self.persons.is_empty()
            && self.posts.is_empty()
            && self.roles.is_empty()
            && self.organisation_categories.is_empty();
        if nobody {
            problems.push(Fault::field("attributes.persons", "group_without_members"));
        }
        for (field, named) in [("persons", &self.persons), ("posts", &self.posts)] {
            if named.len() > MOST_NAMED {
                let most = MOST_NAMED.to_string();
                problems.push(Fault::field(&format!("attributes.{field}"), "too_many").with("max", &most));
            }
        }
    }
}
