//! To follow.
use super::Scenario;
pub(super) const SCENARIOS: &[Scenario] = &[];
