//! Sealing: what must not lie in clear in the store (personal data, second factors, addresses) is
//! encrypted here and nowhere else.
//!
//! - [`Keyring`]: the keys of an installation as the key file lists them; the last one seals, all open.
//! - [`Sealer`]: seals a value for its place (`record/<id>/<field>`), so that nobody can move it
//!   to another row or field of the database; opens it again; makes the keyed hash that finds equals.
//! - [`sweep`]: seals what an older program left in clear, and seals anew after a rotation.
//!
//! XChaCha20-Poly1305 with a random nonce; the envelope names the key: `s1:<key>:<nonce and text>`.

mod attributes;
mod envelope;
mod file;
mod keyring;
mod sealer;
pub(crate) mod secret;
mod sweep;

pub use attributes::{comparable, opened, seal_attributes};
pub use envelope::{is_sealed, place};
pub use file::{Keys, kept};
pub use keyring::{KeyInfo, Keyring};
pub use sealer::Sealer;
pub use sweep::{PersonalFields, Swept, census, is_due, sweep};
