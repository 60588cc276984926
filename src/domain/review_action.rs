//! Changes of the review of a stay: reviews, lists of diagnoses, hand-over, notes.

use super::ids::{EncounterId, ReviewId};
use super::review::{ListKind, ListedDiagnosis, ReviewWords, Stage};
use super::untrusted::Untrusted;

/// A review as its writer holds it while it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewToSave {
    /// The stay.
    pub encounter: EncounterId,
    /// The unfinished review, once it has a row.
    pub review: Option<ReviewId>,
    /// The words.
    pub words: ReviewWords,
}

/// A change of the review of a stay.
#[derive(Clone, Debug, PartialEq)]
pub enum ReviewAction {
    /// Writes a review of a stay, or goes on with the acting user's unfinished one.
    Save {
        /// The stay.
        encounter: EncounterId,
        /// The unfinished review with the row version seen; `None` begins one.
        draft: Option<(ReviewId, i64)>,
        /// What was written.
        words: ReviewWords,
        /// Signs it at once: it never changes from then on.
        sign: bool,
    },
    /// Throws an unfinished review away.
    Discard {
        /// Which.
        review: ReviewId,
    },
    /// Adds to a signed review.
    Add {
        /// Which.
        review: ReviewId,
        /// What.
        words: Untrusted,
    },
    /// Sets the working or the final diagnoses of a stay, as a whole and in their order.
    SetDiagnoses {
        /// The stay.
        encounter: EncounterId,
        /// Which list.
        list: ListKind,
        /// The version of the list that was seen; 0 if there was none.
        version: i64,
        /// The diagnoses, the principal one first.
        entries: Vec<ListedDiagnosis>,
    },
    /// Hands a stay over: to the coder, back to the specialist, or as finally coded.
    HandOver {
        /// The stay.
        encounter: EncounterId,
        /// The version of its stage that was seen; 0 if it was never handed over.
        version: i64,
        /// To whom.
        to: Stage,
        /// Why, or what to look at.
        reason: Untrusted,
    },
    /// Leaves a note on a stay.
    Note {
        /// The stay.
        encounter: EncounterId,
        /// The note.
        words: Untrusted,
        /// Only its author sees it.
        private: bool,
    },
    /// Takes the stay: a lease, so that nobody else works it meanwhile. Items that are owed keep
    /// their analyst.
    Take {
        /// The stay.
        encounter: EncounterId,
    },
    /// Gives it back.
    Release {
        /// The stay.
        encounter: EncounterId,
    },
}

impl ReviewAction {
    /// The action's name in history and audit.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Save { sign: false, .. } => "review.save",
            Self::Save { sign: true, .. } => "review.sign",
            Self::Discard { .. } => "review.discard",
            Self::Add { .. } => "review.add",
            Self::SetDiagnoses { .. } => "review.diagnoses",
            Self::HandOver { .. } => "review.hand_over",
            Self::Note { .. } => "review.note",
            Self::Take { .. } => "chart.take",
            Self::Release { .. } => "chart.release",
        }
    }
}
