//! History and audit: what happened to a thing, and who saw what.

use super::ids::{EventId, ProviderId};
use super::time::Instant;
use super::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

/// One line of the history of a thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// Row identity.
    pub id: EventId,
    /// When.
    pub at: Instant,
    /// Who.
    pub user_name: Untrusted,
    /// What (`deficiency.complete`).
    pub action: String,
    /// State before; empty for a creation.
    pub from: String,
    /// State after.
    pub to: String,
    /// Reason or comment, if one was given.
    pub reason: Untrusted,
    /// Names of the providers before and after, where the change was of the owner.
    #[serde(skip)]
    pub owners: Option<(Untrusted, Untrusted)>,
}

/// What history keeps as the state before or after where the owner of an item changed.
pub fn owner_told(owner: Option<ProviderId>) -> String {
    owner.map_or(NOBODY.to_owned(), |p| format!("{PROVIDER}{p}"))
}

/// The owner that [`owner_told`] told of; `None` if the text is no such thing.
pub fn told_owner(told: &str) -> Option<Option<ProviderId>> {
    match told {
        NOBODY => Some(None),
        _ => Some(Some(ProviderId(told.strip_prefix(PROVIDER)?.parse().ok()?))),
    }
}

/// The owner of what nobody owes, as history keeps it.
pub const NOBODY: &str = "nobody";

const PROVIDER: &str = "provider ";

/// One row of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// Chain: one for each writing process.
    pub chain: String,
    /// Position in the chain, from 1.
    pub seq: i64,
    /// When.
    pub at: Instant,
    /// Login name; empty before anyone is known.
    pub login: String,
    /// Operating system's user.
    pub os_user: String,
    /// Terminal or host.
    pub terminal: String,
    /// Roles held, comma separated.
    pub roles: String,
    /// What was done or shown (`chart.open`, `search`, `deficiency.complete`).
    pub action: String,
    /// What it was done to (`document 42`, `queue`).
    pub object: String,
    /// Patient row, 0 if none or many.
    pub patient: i64,
    /// Visit row, 0 if none or many.
    pub encounter: i64,
    /// Detail as JSON: search text and hits, row ids of a page, digests before and after.
    pub detail: String,
    /// Reason given, if any.
    pub reason: String,
    /// `ok`, `refused`, `failed`.
    pub outcome: String,
    /// SHA-256 of the row before, hexadecimal.
    pub previous: String,
    /// SHA-256 of this row with `previous`, hexadecimal.
    pub hash: String,
}
