//! People who work with Chartroom, their roles, and who acts now.

use super::ids::{ProviderId, UserId};
use super::named::named_enum;
use super::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

named_enum! {
    /// Roles (domain reference §10).
    pub enum Role {
        /// HIM analyst.
        Analyst = "analyst",
        /// CDI specialist.
        Cdi = "cdi",
        /// Coder.
        Coder = "coder",
        /// Provider.
        Provider = "provider",
        /// HIM supervisor.
        Supervisor = "supervisor",
        /// Privacy officer.
        Privacy = "privacy",
        /// Release-of-information clerk.
        Release = "release",
        /// Cancer registrar.
        Registrar = "registrar",
        /// Auditor.
        Auditor = "auditor",
        /// Administrator.
        Admin = "admin",
    }
}

impl Role {
    /// A person of this role, with the article: `an analyst`.
    pub fn person(self) -> &'static str {
        match self {
            Self::Analyst => "an analyst",
            Self::Cdi => "a CDI specialist",
            Self::Coder => "a coder",
            Self::Provider => "a provider",
            Self::Supervisor => "a supervisor",
            Self::Privacy => "a privacy officer",
            Self::Release => "a release-of-information clerk",
            Self::Registrar => "a registrar",
            Self::Auditor => "an auditor",
            Self::Admin => "an administrator",
        }
    }
}

/// A user account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Row identity.
    pub id: UserId,
    /// Login name: lower case letters, digits, `.`, `-`, `_`.
    pub login: String,
    /// Name shown.
    pub name: Untrusted,
    /// Roles.
    pub roles: Vec<Role>,
    /// The provider this user is, for the provider role.
    pub provider: Option<ProviderId>,
    /// Whether the account may be used.
    pub active: bool,
    /// Row version.
    pub version: i64,
}

/// Who acts, from where. Every `ops` call takes one; there is no ambient user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub user: User,
    /// The operating system's user name.
    pub os_user: String,
    /// Terminal or host.
    pub terminal: String,
    /// Session identity, unique per run of the program.
    pub session: String,
}
