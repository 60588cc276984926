//! What the engine is given.

use super::notes::Note;
use crate::domain::chart::Chart;
use crate::domain::clinical::Observation;
use crate::domain::ids::EncounterId;
use crate::domain::time::Instant;
use jiff::tz::TimeZone;

/// A stay with everything that rules may look at. Documents the reader may not see are left out
/// by whoever makes it.
pub struct Stay<'s> {
    /// The chart, with observations and medications.
    pub chart: &'s Chart,
    /// The texts.
    pub notes: &'s [Note<'s>],
    /// Measurements of the patient outside of this visit, with the visit they belong to; only
    /// those of [`super::Engine::baseline_codes`] are looked at.
    pub prior: &'s [(Observation, Option<EncounterId>)],
    /// The present.
    pub now: Instant,
    /// The hospital's zone.
    pub zone: &'s TimeZone,
}
