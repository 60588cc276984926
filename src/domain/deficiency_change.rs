//! What can be done with a deficiency.

use super::deficiency::{DeclineReason, DeficiencyState, HoldReason};
use super::ids::{DocumentId, ProviderId};
use super::time::Instant;
use super::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

/// A change of deficiencies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeficiencyChange {
    /// Done.
    Complete {
        /// A comment.
        comment: Untrusted,
    },
    /// Another owner (or none).
    Assign {
        /// The new owner.
        owner: Option<ProviderId>,
        /// Why.
        reason: Untrusted,
    },
    /// Not theirs.
    Decline {
        /// Why.
        reason: DeclineReason,
        /// A comment.
        comment: Untrusted,
    },
    /// HIM's answer to a decline: the item stands, its owner owes it.
    Uphold {
        /// Why.
        reason: Untrusted,
    },
    /// Set aside (supervisor).
    Void {
        /// Why.
        reason: Untrusted,
    },
    /// Excused for a time (supervisor).
    PlaceHold {
        /// Why.
        reason: HoldReason,
        /// A comment.
        comment: Untrusted,
        /// Until when, if known.
        until: Option<Instant>,
    },
    /// The hold ends.
    ReleaseHold {
        /// A comment.
        comment: Untrusted,
    },
    /// A person says that this document answers it.
    Answer {
        /// The document.
        document: DocumentId,
        /// A comment.
        comment: Untrusted,
    },
    /// A person says that this document does not answer it; it is not asked about again.
    NotAnswer {
        /// The document.
        document: DocumentId,
        /// A comment.
        comment: Untrusted,
    },
    /// Owed again.
    Reopen {
        /// Why.
        reason: Untrusted,
    },
    /// Moved along the ladder of stages.
    Advance {
        /// The new stage.
        to: DeficiencyState,
    },
}

impl DeficiencyChange {
    /// The action name in history, audit and the command table.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Complete { .. } => "deficiency.complete",
            Self::Assign { .. } => "deficiency.assign",
            Self::Decline { .. } => "deficiency.decline",
            Self::Void { .. } => "deficiency.void",
            Self::PlaceHold { .. } => "deficiency.hold",
            Self::ReleaseHold { .. } => "deficiency.release_hold",
            Self::Answer { .. } => "deficiency.answer",
            Self::NotAnswer { .. } => "deficiency.not_answer",
            Self::Uphold { .. } => "deficiency.uphold",
            Self::Reopen { .. } => "deficiency.reopen",
            Self::Advance { .. } => "deficiency.advance",
        }
    }
}
