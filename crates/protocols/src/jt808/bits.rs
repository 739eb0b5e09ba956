//! Words whose bits have names.

/// Declares a set of bits and the enumeration of its named members.
macro_rules! bit_set {
    ($(#[$meta:meta])* $name:ident($number:ty) of
        $(#[$member_meta:meta])* $member:ident {
        $($(#[$variant_meta:meta])* $bit:literal $variant:ident $text:literal),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $name(pub $number);

        $(#[$member_meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $member {
            $($(#[$variant_meta])* $variant,)*
        }

        impl $member {
            /// All named bits, lowest first.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Number of the bit, from 0.
            pub fn bit(self) -> u32 {
                match self {
                    $(Self::$variant => $bit,)*
                }
            }

            /// The name in descriptions and events.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl $name {
            /// Whether the bit is set.
            pub fn contains(self, member: $member) -> bool {
                self.0 >> member.bit() & 1 == 1
            }

            /// The same set with this bit set, too.
            pub fn with(self, member: $member) -> Self {
                Self(self.0 | 1 << member.bit())
            }

            /// The named bits that are set, lowest first.
            pub fn members(self) -> impl Iterator<Item = $member> {
                $member::ALL.iter().copied().filter(move |member| self.contains(*member))
            }

            /// The bits set here that were not set in `earlier`.
            pub fn risen_since(self, earlier: Self) -> Self {
                Self(self.0 & !earlier.0)
            }

            pub(crate) fn names(self) -> serde_json::Value {
                self.members().map($member::name).collect()
            }
        }

        impl $crate::jt808::field::Field for $name {
            type Value = Self;

            fn read(
                reader: &mut $crate::jt808::reader::Reader<'_>,
            ) -> Result<Self, $crate::jt808::error::BodyError> {
                reader.array().map(<$number>::from_be_bytes).map(Self)
            }

            fn write(
                value: &Self,
                writer: &mut $crate::jt808::writer::Writer,
            ) -> Result<(), $crate::jt808::error::EncodeError> {
                writer.put(&value.0.to_be_bytes());
                Ok(())
            }

            fn to_json(value: &Self) -> Option<serde_json::Value> {
                let bits = $crate::jt808::digits::text(&value.0.to_be_bytes()).to_uppercase();
                Some(serde_json::json!({"bits": bits, "names": value.names()}))
            }

            fn from_json(
                json: Option<&serde_json::Value>,
            ) -> Result<Self, $crate::jt808::error::ComposeError> {
                let bits = json.and_then(|json| json.get("bits")).or(json);
                let bytes = $crate::jt808::field::hexadecimal(bits)?.try_into().ok();
                bytes.map_or_else(
                    || $crate::jt808::field::expected(json, "hexadecimal digits of the right number"),
                    |bytes| Ok(Self(<$number>::from_be_bytes(bytes))),
                )
            }
        }
    };
}

pub(crate) use bit_set;
