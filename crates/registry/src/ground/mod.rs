//! The kinds that everything else stands on: organisations, persons and their posts.

mod group;
mod organisation;
mod person;
mod post;

pub use group::Group;
pub use organisation::{Organisation, OrganisationCategory};
pub use person::Person;
pub use post::{Post, Role};

use crate::KindSpec;

/// The descriptions of these kinds.
pub fn kinds() -> Vec<KindSpec> {
    vec![KindSpec::of::<Organisation>(), KindSpec::of::<Person>(), KindSpec::of::<Post>(), KindSpec::of::<Group>()]
}
