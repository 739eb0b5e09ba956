//! Closed lists of values with names in both languages.

/// Declares an enum whose values carry Chinese and English names.
///
/// ```
/// fengsui_registry::choices! {
///     /// Category of an organisation.
///     pub enum Category {
///         Government = "government", "人民政府", "government";
///         Medical = "medical", "医疗机构", "medical institution";
///     }
/// }
/// assert_eq!(Category::Medical.as_str(), "medical");
/// ```
#[macro_export]
macro_rules! choices {
    ($(#[$doc:meta])* pub enum $name:ident { $($variant:ident = $stored:literal, $zh:literal, $en:literal $(, also $also:expr)?;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ::serde::Serialize, ::serde::Deserialize)]
        #[allow(clippy::enum_variant_names, reason = "values are named by law and custom")]
        pub enum $name { $(#[doc = concat!($zh, ", ", $en, ".")] #[serde(rename = $stored)] $variant,)+ }

        impl $name {
            /// All values, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
            /// The stored form.
            pub fn as_str(self) -> &'static str { match self { $(Self::$variant => $stored,)+ } }
            /// The name for people.
            pub fn text(self) -> ::fengsui_kernel::Text {
                match self { $(Self::$variant => ::fengsui_kernel::Text::new($zh, $en),)+ }
            }
        }

        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> { stringify!($name).into() }
            fn inline_schema() -> bool { true }
            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({
                    "type": "string",
                    "enum": [$($stored),+],
                    "x-options": [$({ "value": $stored, "zh": $zh, "en": $en $(, "also": $also)? }),+],
                })
            }
        }
    };
}
