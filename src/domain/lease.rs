//! Leases: who works which chart right now.

use super::ids::{EncounterId, UserId};
use super::time::Instant;
use super::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

/// One chart, taken by one session until `expires`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The chart.
    pub encounter: EncounterId,
    /// Who.
    pub user: UserId,
    /// Their name.
    pub user_name: Untrusted,
    /// Which session of theirs.
    pub session: String,
    /// Fencing token: grows with every new holder; a write with an older token is refused.
    pub token: i64,
    /// When it was taken.
    pub since: Instant,
    /// When it ends unless renewed.
    pub expires: Instant,
}
