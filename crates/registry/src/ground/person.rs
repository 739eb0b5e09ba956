//! Persons (人员).

use fengsui_kernel::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Kind;
use crate::kind::Geometry;

/// A person on duty somewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Telephone.
    #[schemars(extend("x-title" = ["手机", "Phone"], "x-flags" = "listed personal", "format" = "phone"))]
    pub phone: Option<String>,
    /// E-mail address.
    #[schemars(extend("x-title" = ["电子邮箱", "E-mail"], "x-flags" = "personal", "format" = "email"))]
    pub email: Option<String>,
    /// Number of the identity card.
    #[schemars(extend("x-title" = ["身份证号", "ID number"], "x-flags" = "personal", "format" = "id_number"))]
    pub id_number: Option<String>,
    /// Where the person works.
    #[schemars(extend("x-title" = ["所在机构", "Organisation"], "x-flags" = "filterable listed", "x-reference" = "organisation"))]
    pub organisation: Option<String>,
    /// Title or duty.
    #[schemars(extend("x-title" = ["职务", "Title"], "x-flags" = "listed searchable"))]
    pub title: Option<String>,
}

impl Kind for Person {
    const NAME: &'static str = "person";
    const TITLE: Text = Text::new("人员", "Person");
    const ICON: &'static str = "user";
    const GEOMETRY: Geometry = Geometry::None;
}
