//! The five scales that are never mixed. Each is its own type; there are no conversions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::Text;

macro_rules! scale {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $stored:literal, $zh:literal, $en:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $stored)] $variant,)* }
        impl $name {
            /// All grades, gravest first.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// The stored form.
            pub fn as_str(self) -> &'static str { match self { $(Self::$variant => $stored,)* } }
            /// The name people read.
            pub fn text(self) -> Text { match self { $(Self::$variant => Text::new($zh, $en),)* } }
        }
        impl std::str::FromStr for $name {
            type Err = crate::fault::Fault;
            fn from_str(text: &str) -> crate::fault::Result<Self> {
                match text {
                    $($stored => Ok(Self::$variant),)*
                    _ => Err(crate::fault::Fault::field(stringify!($name), "unknown_value").with("value", text).into()),
                }
            }
        }
    };
}

scale! {
    /// Priority of a device alarm (告警优先级, ISA-18.2).
    AlarmPriority {
        /// Act at once.
        Urgent = "urgent", "紧急", "urgent";
        /// Act promptly.
        High = "high", "高", "high";
        /// Act soon.
        Medium = "medium", "中", "medium";
        /// Be aware.
        Low = "low", "低", "low";
    }
}
scale! {
    /// Colour of a public warning (预警级别; Emergency Response Law 2024 §63).
    WarningColor {
        /// Level one, the highest.
        Red = "red", "红色", "red";
        /// Level two.
        Orange = "orange", "橙色", "orange";
        /// Level three.
        Yellow = "yellow", "黄色", "yellow";
        /// Level four.
        Blue = "blue", "蓝色", "blue";
    }
}
scale! {
    /// Level of the emergency response (应急响应级别; Emergency Response Law 2024 §71).
    ResponseLevel {
        /// Ⅰ, the highest.
        One = "level_1", "Ⅰ级", "level I";
        /// Ⅱ.
        Two = "level_2", "Ⅱ级", "level II";
        /// Ⅲ.
        Three = "level_3", "Ⅲ级", "level III";
        /// Ⅳ.
        Four = "level_4", "Ⅳ级", "level IV";
    }
}
scale! {
    /// Level of an event (事件级别; State Council Order 493 §3 and the plans).
    EventLevel {
        /// 特别重大.
        ParticularlySerious = "particularly_serious", "特别重大", "particularly serious";
        /// 重大.
        Serious = "serious", "重大", "serious";
        /// 较大.
        RelativelySerious = "relatively_serious", "较大", "relatively serious";
        /// 一般.
        Ordinary = "ordinary", "一般", "ordinary";
    }
}
scale! {
    /// Level of a risk (风险等级, four colours).
    RiskLevel {
        /// 重大风险.
        Major = "major", "重大风险", "major";
        /// 较大风险.
        RelativelyLarge = "relatively_large", "较大风险", "relatively large";
        /// 一般风险.
        General = "general", "一般风险", "general";
        /// 低风险.
        Low = "low", "低风险", "low";
    }
}
