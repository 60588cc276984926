//! What was so at an instant: items and visits as statistics of a past day see them.

use super::deficiency::DeficiencyState;
use super::encounter::EncounterClass;
use super::ids::{DeficiencyId, EncounterId};
use super::time::{Instant, Moment};

/// An open item as it was at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastItem {
    /// The item.
    pub deficiency: DeficiencyId,
    /// Type code.
    pub kind: String,
    /// Its visit.
    pub encounter: EncounterId,
    /// Who owed it, 0 for nobody.
    pub owner: i64,
    /// State.
    pub state: DeficiencyState,
    /// Start of its clock.
    pub start: Instant,
    /// Due.
    pub due: Instant,
    /// Closed holds, microseconds.
    pub excused_micros: i64,
    /// Start of the hold in force.
    pub held_since: Option<Instant>,
    /// What was known of the visit.
    pub visit: PastVisit,
}

/// A visit as it was known at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastVisit {
    /// Class.
    pub class: EncounterClass,
    /// Facility, 0 if not known.
    pub facility: i64,
    /// Service, 0 if not known.
    pub service: i64,
    /// Attending, 0 if not known.
    pub attending: i64,
    /// Discharge, if it was known.
    pub discharged: Option<Moment>,
}

/// An item that changed: what it was and what it became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastChange {
    /// The item.
    pub deficiency: DeficiencyId,
    /// Its visit.
    pub encounter: EncounterId,
    /// Type code.
    pub kind: String,
    /// When.
    pub at: Instant,
    /// Who owed it then, 0 for nobody.
    pub owner: i64,
    /// State before; `None` for a new item.
    pub from: Option<DeficiencyState>,
    /// State after.
    pub to: DeficiencyState,
    /// Due, moved by the time on hold.
    pub late_at: Instant,
    /// What was known of the visit.
    pub visit: PastVisit,
}
