//! Holds: time that is not charged, of an item or of a whole chart.

use super::HoldReason;
use crate::domain::ids::{AbsenceId, ChartHoldId, EncounterId, HoldId, UserId};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

/// A hold: time that is not charged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hold {
    /// Row identity.
    pub id: HoldId,
    /// Why.
    pub reason: HoldReason,
    /// A comment.
    pub comment: Untrusted,
    /// From.
    pub from: Instant,
    /// Until, if it has ended or its end is set.
    pub until: Option<Instant>,
    /// Who placed it.
    pub placed_by: UserId,
    /// The provider's absence it comes from; `None` for one that was placed on the item.
    #[serde(default)]
    pub absence: Option<AbsenceId>,
    /// The hold of the whole chart it comes from.
    #[serde(default)]
    pub chart: Option<ChartHoldId>,
}

/// A hold of a whole chart: what the rules excuse by its reason is not charged, on the items it has
/// and on those it comes to have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartHold {
    /// Row identity.
    pub id: ChartHoldId,
    /// The chart.
    pub encounter: EncounterId,
    /// Why; one of [`HoldReason::OF_CHART`].
    pub reason: HoldReason,
    /// A comment.
    pub comment: Untrusted,
    /// From.
    pub from: Instant,
    /// Until, if it has ended or its end is set.
    pub until: Option<Instant>,
    /// Taken back: it never was.
    pub removed: bool,
    /// Who placed it.
    pub placed_by: UserId,
}

impl ChartHold {
    /// Whether it is in force at an instant.
    pub fn in_force(&self, now: Instant) -> bool {
        !self.removed && self.from <= now && self.until.is_none_or(|until| until > now)
    }
}

impl HoldReason {
    /// Reasons that lie in the chart; the others lie in the provider who owes an item.
    pub const OF_CHART: &'static [Self] = &[
        Self::ChartUnavailable,
        Self::AwaitingOther,
        Self::Legal,
        Self::Other,
    ];

    /// A comment as it stands beside the reason: nothing, where it only says the reason again.
    pub fn beside(self, comment: &Untrusted) -> Untrusted {
        let said = comment.raw().trim();
        match said.eq_ignore_ascii_case(self.title()) || said.eq_ignore_ascii_case(self.name()) {
            true => Untrusted::default(),
            false => comment.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_not_said_twice() {
        for reason in HoldReason::ALL {
            assert!(reason.beside(&"".into()).is_blank());
            assert!(reason.beside(&reason.title().into()).is_blank());
            let comment = "sailing".into();
            assert_eq!(reason.beside(&comment), comment);
        }
    }
}
