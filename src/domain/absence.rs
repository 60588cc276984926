//! Providers who are away, and providers who stand in for others.

use super::deficiency::HoldReason;
use super::ids::{AbsenceId, CoverId, ProviderId, UserId};
use super::time::Instant;
use super::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

/// A provider is away. Whether that excuses an item is for the item's rule to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Row identity.
    pub id: AbsenceId,
    /// Row version, for refusing stale writes.
    pub version: i64,
    /// Who.
    pub provider: ProviderId,
    /// Their name, `FAMILY,GIVEN`.
    pub provider_name: Untrusted,
    /// Why.
    pub reason: HoldReason,
    /// A comment.
    pub comment: Untrusted,
    /// From.
    pub from: Instant,
    /// The last instant away, if known.
    pub until: Option<Instant>,
    /// Taken back by undo: counts for nothing.
    pub removed: bool,
    /// Who recorded it.
    pub placed_by: UserId,
}

/// One provider stands in for another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// Row identity.
    pub id: CoverId,
    /// For whom.
    pub provider: ProviderId,
    /// Their name.
    pub provider_name: Untrusted,
    /// Who stands in.
    pub by: ProviderId,
    /// Their name.
    pub by_name: Untrusted,
    /// From.
    pub from: Instant,
    /// The last instant, if known.
    pub until: Option<Instant>,
    /// Why.
    pub reason: Untrusted,
}

/// A coverage group: each member may complete for the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverGroup {
    /// Its name.
    pub name: String,
    /// Who belongs to it, with their names.
    pub members: Vec<(ProviderId, Untrusted)>,
}
