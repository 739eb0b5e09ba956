//! The enumerations of CAP 1.2, spelt on the wire exactly as the schema spells them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A word that is not in an enumeration of the schema.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{word:?} is no {enumeration}")]
pub struct UnknownWord {
    /// Element whose enumeration was consulted.
    pub enumeration: &'static str,
    /// The word found.
    pub word: String,
}

macro_rules! words {
    ($(#[$about:meta])* $name:ident, $element:literal,
     { $($(#[$meaning:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$meaning])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every value, in the order of the schema.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(UnknownWord { enumeration: $element, word: word.to_owned() }),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// How a message is to be handled: only `Actual` concerns the real world.
    Status, "status", {
        /// Act on it.
        Actual = "Actual",
        /// For the participants of an exercise named in the note.
        Exercise = "Exercise",
        /// Concerns the alerting network itself.
        System = "System",
        /// Technical test; all recipients disregard it.
        Test = "Test",
        /// Not actionable yet.
        Draft = "Draft",
    }
}

words! {
    /// What a message does to the ones before it.
    MessageType, "msgType", {
        /// First information.
        Alert = "Alert",
        /// Replaces the messages it refers to.
        Update = "Update",
        /// Lifts the messages it refers to.
        Cancel = "Cancel",
        /// Acknowledges receipt of the messages it refers to.
        Ack = "Ack",
        /// Rejects the messages it refers to.
        Error = "Error",
    }
}

words! {
    /// Who may see a message.
    Scope, "scope", {
        /// Everyone.
        Public = "Public",
        /// Those meeting the stated restriction.
        Restricted = "Restricted",
        /// The stated addresses only.
        Private = "Private",
    }
}

words! {
    /// Subject of an event.
    Category, "category", {
        /// Geophysical, landslides included.
        Geo = "Geo",
        /// Meteorological, floods included.
        Met = "Met",
        /// General emergency and public safety.
        Safety = "Safety",
        /// Law enforcement, military, homeland security.
        Security = "Security",
        /// Rescue and recovery.
        Rescue = "Rescue",
        /// Fire suppression and rescue.
        Fire = "Fire",
        /// Medical and public health.
        Health = "Health",
        /// Pollution and other environmental matters.
        Env = "Env",
        /// Public and private transport.
        Transport = "Transport",
        /// Utilities, telecommunication and other infrastructure.
        Infra = "Infra",
        /// Chemical, biological, radiological, nuclear, explosive.
        Cbrne = "CBRNE",
        /// Anything else.
        Other = "Other",
    }
}

words! {
    /// What the audience should do.
    ResponseType, "responseType", {
        /// Take shelter in place.
        Shelter = "Shelter",
        /// Leave for another place.
        Evacuate = "Evacuate",
        /// Get ready as instructed.
        Prepare = "Prepare",
        /// Carry out a planned activity.
        Execute = "Execute",
        /// Stay away from the event.
        Avoid = "Avoid",
        /// Follow the sources of information.
        Monitor = "Monitor",
        /// Evaluate the information; not for public warnings.
        Assess = "Assess",
        /// The event is over.
        AllClear = "AllClear",
        /// Nothing to do.
        None = "None",
    }
}

words! {
    /// How soon to act.
    Urgency, "urgency", {
        /// At once.
        Immediate = "Immediate",
        /// Within the next hour.
        Expected = "Expected",
        /// In the near future.
        Future = "Future",
        /// No longer needed.
        Past = "Past",
        /// Not known.
        Unknown = "Unknown",
    }
}

words! {
    /// How strong the event is.
    Severity, "severity", {
        /// Extraordinary threat to life or property.
        Extreme = "Extreme",
        /// Significant threat.
        Severe = "Severe",
        /// Possible threat.
        Moderate = "Moderate",
        /// Minimal or no known threat.
        Minor = "Minor",
        /// Not known.
        Unknown = "Unknown",
    }
}

words! {
    /// How sure the issuer is.
    Certainty, "certainty", {
        /// Has occurred or is going on.
        Observed = "Observed",
        /// Probability above one half.
        Likely = "Likely",
        /// Possible, probability up to one half.
        Possible = "Possible",
        /// Not expected to occur.
        Unlikely = "Unlikely",
        /// Not known.
        Unknown = "Unknown",
    }
}
