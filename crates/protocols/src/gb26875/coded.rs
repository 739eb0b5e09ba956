//! Tables of the standard as enums: a number, an identifier and the Chinese name.

/// A table of one-byte numbers, of which some are reserved and those from 128 on are left to the user.
macro_rules! coded_enum {
    ($(#[$doc:meta])* $name:ident { $($number:literal $variant:ident $identifier:literal $title:literal)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = $title] $variant,)*
            /// A number the standard reserves.
            Reserved(u8),
            /// 128 to 255: left to the user.
            UserDefined(u8),
        }

        impl $name {
            /// Every entry of the table, in its order.
            pub const NAMED: &'static [Self] = &[$(Self::$variant),*];

            /// The entry of a number.
            pub fn from_number(number: u8) -> Self {
                match number {
                    $($number => Self::$variant,)*
                    128.. => Self::UserDefined(number),
                    _ => Self::Reserved(number),
                }
            }

            /// The number on the wire.
            pub fn number(self) -> u8 {
                match self {
                    $(Self::$variant => $number,)*
                    Self::Reserved(number) | Self::UserDefined(number) => number,
                }
            }

            /// A stable English identifier; `reserved` and `user_defined` where the table names nothing.
            pub fn identifier(self) -> &'static str {
                match self {
                    $(Self::$variant => $identifier,)*
                    Self::Reserved(_) => "reserved",
                    Self::UserDefined(_) => "user_defined",
                }
            }

            /// The name the standard gives it.
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)*
                    Self::Reserved(_) => "预留",
                    Self::UserDefined(_) => "用户自行定义",
                }
            }
        }
    };
}

/// A word of bits, some of which have a meaning.
macro_rules! flag_set {
    (
        $(#[$set_doc:meta])* $set:ident($bits:ty);
        $(#[$flag_doc:meta])* $flag:ident { $($bit:literal $variant:ident $identifier:literal $title:literal)* }
    ) => {
        $(#[$flag_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $flag {
            $(#[doc = $title] $variant,)*
        }

        impl $flag {
            /// Every bit that has a meaning, from the lowest.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Number of the bit, the lowest being 0.
            pub fn bit(self) -> u8 {
                match self { $(Self::$variant => $bit,)* }
            }

            /// A stable English identifier.
            pub fn identifier(self) -> &'static str {
                match self { $(Self::$variant => $identifier,)* }
            }

            /// What the standard says of the bit being 1.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            const fn mask(self) -> $bits {
                match self { $(Self::$variant => 1 << $bit,)* }
            }
        }

        $(#[$set_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $set(pub $bits);

        impl $set {
            /// Whether the bit is 1.
            pub fn has(self, flag: $flag) -> bool {
                self.0 & flag.mask() != 0
            }

            /// The same word with the bit set.
            pub fn with(self, flag: $flag) -> Self {
                Self(self.0 | flag.mask())
            }

            /// The named bits that are 1, from the lowest.
            pub fn flags(self) -> Vec<$flag> {
                $flag::ALL.iter().copied().filter(|flag| self.has(*flag)).collect()
            }

            /// The bits that are 1 although the standard reserves them.
            pub fn reserved_bits(self) -> $bits {
                $flag::ALL.iter().fold(self.0, |rest, flag| rest & !flag.mask())
            }
        }
    };
}

pub(super) use {coded_enum, flag_set};
