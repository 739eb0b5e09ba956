//! Who may do what: accounts, sessions, tokens, and the roles that turn posts into rights.
//!
//! [`Identity`] is the engine; [`Roles`] is its configuration, checked when the program starts.
//! Secrets (passwords, cookies, tokens) leave this crate once and are kept only as hashes.

mod access;
mod account;
mod admin;
mod attempt;
mod bootstrap;
mod denial;
mod engine;
mod explain;
mod oversight;
mod password;
mod policy;
mod post;
mod preference;
mod principal;
mod role_grant;
pub mod roles;
mod saved_view;
mod screen;
mod secret;
mod session;
mod settings;
mod sign_in;
mod token;
mod totp;
mod view;

pub use admin::{CreatedUser, NewUser, UserPatch};
pub use bootstrap::Bootstrapped;
pub use denial::trace_denial;
pub use engine::Identity;
pub use explain::{Explanation, Missing};
pub use oversight::{Holder, Holders};
pub use post::PostFacts;
pub use preference::{Preference, PreferenceDraft};
pub use principal::SignedIn;
pub use roles::{Roles, RolesError, Vocabulary};
pub use saved_view::{SavedView, SavedViewDraft};
pub use screen::WaitingScreen;
pub use session::SessionView;
pub use settings::Settings;
pub use sign_in::{NewSession, SignIn};
pub use token::{NewToken, TokenView};
pub use totp::TotpSetup;
pub use view::{Account, HeldPost, HeldRole, OrganisationName, UserView};
