//! History and audit: what happened to a thing, and who saw what.

use super::ids::EventId;
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
}

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
