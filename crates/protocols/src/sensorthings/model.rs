//! The eight entity types of SensorThings 1.1 (OGC 18-088, clause 8) with their properties and relations.

/// A type of entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntityType {
    /// A device.
    Thing,
    /// Where a thing is.
    Location,
    /// Since when a thing is where it is.
    HistoricalLocation,
    /// A series of observations.
    Datastream,
    /// The instrument.
    Sensor,
    /// What is measured.
    ObservedProperty,
    /// One value.
    Observation,
    /// What is watched.
    FeatureOfInterest,
}

/// A relation from one entity type to another.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Navigation {
    /// Its name in paths.
    pub name: &'static str,
    /// What it leads to.
    pub target: EntityType,
    /// Whether it leads to a set.
    pub many: bool,
}

const fn many(name: &'static str, target: EntityType) -> Navigation {
    Navigation { name, target, many: true }
}

const fn one(name: &'static str, target: EntityType) -> Navigation {
    Navigation { name, target, many: false }
}

impl EntityType {
    /// All types, in the order of the root document.
    pub const ALL: [Self; 8] = [
        Self::Thing,
        Self::Location,
        Self::HistoricalLocation,
        Self::Datastream,
        Self::Sensor,
        Self::ObservedProperty,
        Self::Observation,
        Self::FeatureOfInterest,
    ];

    /// The name of its set: `Things`.
    pub const fn set(self) -> &'static str {
        match self {
            Self::Thing => "Things",
            Self::Location => "Locations",
            Self::HistoricalLocation => "HistoricalLocations",
            Self::Datastream => "Datastreams",
            Self::Sensor => "Sensors",
            Self::ObservedProperty => "ObservedProperties",
            Self::Observation => "Observations",
            Self::FeatureOfInterest => "FeaturesOfInterest",
        }
    }

    /// The type whose set has this name.
    pub fn of_set(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.set() == name)
    }

    /// Its properties beside `id` and `selfLink`, in the order in which they are written.
    pub const fn properties(self) -> &'static [&'static str] {
        match self {
            Self::Thing => &["name", "description", "properties"],
            Self::Location => &["name", "description", "encodingType", "location", "properties"],
            Self::HistoricalLocation => &["time"],
            Self::Datastream => &[
                "name",
                "description",
                "observationType",
                "unitOfMeasurement",
                "observedArea",
                "phenomenonTime",
                "resultTime",
                "properties",
            ],
            Self::Sensor => &["name", "description", "encodingType", "metadata", "properties"],
            Self::ObservedProperty => &["name", "definition", "description", "properties"],
            Self::Observation => {
                &["phenomenonTime", "result", "resultTime", "resultQuality", "validTime", "parameters"]
            }
            Self::FeatureOfInterest => &["name", "description", "encodingType", "feature", "properties"],
        }
    }

    /// Its relations.
    pub const fn navigations(self) -> &'static [Navigation] {
        use EntityType as E;
        match self {
            E::Thing => {
                const {
                    &[
                        many("Locations", E::Location),
                        many("HistoricalLocations", E::HistoricalLocation),
                        many("Datastreams", E::Datastream),
                    ]
                }
            }
            E::Location => const { &[many("Things", E::Thing), many("HistoricalLocations", E::HistoricalLocation)] },
            E::HistoricalLocation => const { &[one("Thing", E::Thing), many("Locations", E::Location)] },
            E::Datastream => {
                const {
                    &[
                        one("Thing", E::Thing),
                        one("Sensor", E::Sensor),
                        one("ObservedProperty", E::ObservedProperty),
                        many("Observations", E::Observation),
                    ]
                }
            }
            E::Sensor | E::ObservedProperty => const { &[many("Datastreams", E::Datastream)] },
            E::Observation => {
                const { &[one("Datastream", E::Datastream), one("FeatureOfInterest", E::FeatureOfInterest)] }
            }
            E::FeatureOfInterest => const { &[many("Observations", E::Observation)] },
        }
    }

    /// The relation of this name.
    pub fn navigation(self, name: &str) -> Option<&'static Navigation> {
        self.navigations().iter().find(|navigation| navigation.name == name)
    }

    /// The property of this name.
    pub fn property(self, name: &str) -> Option<&'static str> {
        self.properties().iter().find(|property| **property == name).copied()
    }
}
