//! Reviews of stays for clinical documentation integrity: what a specialist found, the working and
//! the final diagnoses, notes, and whose turn it is.
//!
//! Nothing here knows what a stay is paid. The worklist is [`super::review_list`].

use super::clinical::{Diagnosis, PresentOnAdmission};
use super::ids::{EncounterId, NoteId, ReviewId, UserId};
use super::named::named_enum;
use super::opportunity::Opportunity;
use super::permission::Permission;
use super::query::Query;
use super::review_list::ReviewStay;
use super::time::Instant;
use super::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

named_enum! {
    /// Occasion of a review (domain reference §6, timing).
    pub enum ReviewKind {
        /// The first one of a stay, in house.
        Initial = "initial",
        /// Another look while the patient is in house.
        FollowUp = "follow_up",
        /// After discharge.
        Retrospective = "retrospective",
        /// After coding, before the bill goes out.
        PreBill = "pre_bill",
        /// After the bill; restricted by policy.
        PostBill = "post_bill",
    }
}

impl ReviewKind {
    /// In words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::FollowUp => "follow-up",
            Self::Retrospective => "retrospective",
            Self::PreBill => "pre-bill",
            Self::PostBill => "post-bill",
        }
    }
}

named_enum! {
    /// What came of a review.
    pub enum ReviewOutcome {
        /// The record says what there is to say.
        NoQuery = "no_query",
        /// A query was issued.
        QueryIssued = "query_issued",
        /// A query is being written, or waits for its answer.
        QueryPending = "query_pending",
        /// A document or a result is awaited.
        AwaitingRecord = "awaiting_record",
        /// Somebody else is to look: a physician advisor, the coder.
        Referred = "referred",
    }
}

impl ReviewOutcome {
    /// In words.
    pub fn title(self) -> &'static str {
        match self {
            Self::NoQuery => "no query needed",
            Self::QueryIssued => "query issued",
            Self::QueryPending => "query pending",
            Self::AwaitingRecord => "awaiting the record",
            Self::Referred => "referred",
        }
    }
}

named_enum! {
    /// Where a review stands.
    pub enum ReviewState {
        /// Being written; its reviewer may change it.
        Draft = "draft",
        /// Signed: it never changes, but can be added to.
        Signed = "signed",
    }
}

/// What a reviewer writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewWords {
    /// Occasion.
    pub kind: ReviewKind,
    /// What was found.
    pub findings: Untrusted,
    /// What came of it.
    pub outcome: ReviewOutcome,
    /// The day of the next review (its first instant), if there is to be one.
    pub next: Option<Instant>,
}

/// Something said of a signed review later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addition {
    /// When.
    pub at: Instant,
    /// By whom.
    pub user_name: Untrusted,
    /// What.
    pub words: Untrusted,
}

/// A review as kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Row identity.
    pub id: ReviewId,
    /// Row version.
    pub version: i64,
    /// The stay.
    pub encounter: EncounterId,
    /// State.
    pub state: ReviewState,
    /// Who reviews.
    pub reviewer: UserId,
    /// Their name.
    pub reviewer_name: Untrusted,
    /// What they wrote.
    pub words: ReviewWords,
    /// When it was begun.
    pub begun: Instant,
    /// When it was signed.
    pub signed: Option<Instant>,
    /// What was added after that, oldest first.
    pub additions: Vec<Addition>,
}

/// A signed review in numbers, for figures over a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedReview {
    /// Which.
    pub review: ReviewId,
    /// Of which stay.
    pub encounter: EncounterId,
    /// When it was signed.
    pub at: Instant,
    /// By whom.
    pub reviewer: UserId,
    /// Their name.
    pub reviewer_name: Untrusted,
    /// Occasion.
    pub kind: ReviewKind,
    /// What came of it.
    pub outcome: ReviewOutcome,
}

named_enum! {
    /// Which diagnoses of a stay.
    pub enum ListKind {
        /// As the specialist sees them while the record grows.
        Working = "working",
        /// As the coder assigned them.
        Final = "final",
    }
}

impl ListKind {
    /// What it takes to change the list.
    pub fn permission(self) -> Permission {
        match self {
            Self::Working => Permission::WriteReview,
            Self::Final => Permission::CodeStay,
        }
    }
}

/// A diagnosis of a list. Its place in the list is its rank: the first is the principal one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedDiagnosis {
    /// ICD-10-CM code; empty if there is none yet.
    pub code: Untrusted,
    /// In words.
    pub words: Untrusted,
    /// Present on admission, if it was said.
    pub poa: Option<PresentOnAdmission>,
}

/// One state of a list of diagnoses. A change makes a new one; the old ones stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagnosisList {
    /// Which list.
    pub kind: ListKind,
    /// 1 for the first state, 0 if nothing was ever listed.
    pub version: i64,
    /// When.
    pub at: Instant,
    /// By whom.
    pub user_name: Untrusted,
    /// The diagnoses, the principal one first.
    pub entries: Vec<ListedDiagnosis>,
}

impl DiagnosisList {
    /// A list nobody has begun.
    pub fn empty(kind: ListKind) -> Self {
        Self {
            kind,
            version: 0,
            at: Instant(0),
            user_name: Untrusted::default(),
            entries: Vec::new(),
        }
    }
}

named_enum! {
    /// Whose turn a stay is.
    pub enum Stage {
        /// With the specialist.
        Cdi = "cdi",
        /// Handed over to the coder.
        Coder = "coder",
        /// Codes are final.
        Final = "final",
    }
}

impl Stage {
    /// In words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Cdi => "with CDI",
            Self::Coder => "with the coder",
            Self::Final => "codes final",
        }
    }
}

impl Stage {
    /// What it takes to hand a stay over that is here: to the coder a specialist hands over, what
    /// the coder has the coder gives away.
    pub fn permission(self) -> Permission {
        match self {
            Self::Cdi => Permission::WriteReview,
            Self::Coder | Self::Final => Permission::CodeStay,
        }
    }
}

/// A stay that went from one hand to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageStep {
    /// To whom.
    pub stage: Stage,
    /// When.
    pub at: Instant,
    /// By whom.
    pub user_name: Untrusted,
    /// Why, or what to look at.
    pub reason: Untrusted,
}

/// A note on a stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayNote {
    /// Row identity.
    pub id: NoteId,
    /// When.
    pub at: Instant,
    /// By whom.
    pub user_name: Untrusted,
    /// What.
    pub words: Untrusted,
    /// Only its author sees it.
    pub private: bool,
}

/// A query of the stay, with whom it asks.
#[derive(Clone, Debug, PartialEq)]
pub struct AskedOfStay {
    /// The query.
    pub query: Query,
    /// Who is asked; empty if nobody yet.
    pub provider_name: Untrusted,
}

/// Everything the review of one stay shows.
#[derive(Clone, Debug, PartialEq)]
pub struct StayReview {
    /// The stay as the worklist shows it.
    pub stay: ReviewStay,
    /// Diagnoses the record brought.
    pub recorded: Vec<Diagnosis>,
    /// Reviews, newest first.
    pub reviews: Vec<Review>,
    /// Every state of both lists, newest first.
    pub lists: Vec<DiagnosisList>,
    /// Notes, newest first; private ones of the reader only.
    pub notes: Vec<StayNote>,
    /// Hand-overs, newest first.
    pub steps: Vec<StageStep>,
    /// What is worth asking about, best first.
    pub opportunities: Vec<Opportunity>,
    /// Queries, newest first; drafts of the reader only.
    pub queries: Vec<AskedOfStay>,
    /// Row version of the stay's stage.
    pub version: i64,
    /// What a new review of the stay begins with.
    pub fresh: ReviewWords,
    /// The occasions this hospital has.
    pub kinds: Vec<ReviewKind>,
    /// Additions and notes that the reader is typing.
    pub jottings: Vec<Jotting>,
}

named_enum! {
    /// What is typed beside a review.
    pub enum JottingKind {
        /// An addition to a signed review.
        Addition = "addition",
        /// A note that everybody sees.
        Note = "note",
        /// A note that only its author sees.
        Own = "own-note",
    }
}

/// An addition or a note that is being typed: nobody but its author sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jotting {
    /// The stay.
    pub encounter: EncounterId,
    /// What it is to become.
    pub kind: JottingKind,
    /// The review it is to be added to; none of a note.
    pub review: Option<ReviewId>,
    /// The words so far.
    pub words: Untrusted,
}

impl StayReview {
    /// The words so far of an addition or a note of the reader.
    pub fn jotting(&self, kind: JottingKind, review: Option<ReviewId>) -> Option<&Jotting> {
        let is = |j: &&Jotting| j.kind == kind && j.review == review;
        self.jottings.iter().find(is)
    }

    /// The newest state of a list; an empty one if nothing was ever listed.
    pub fn list(&self, kind: ListKind) -> DiagnosisList {
        let newest = self.lists.iter().find(|l| l.kind == kind);
        newest
            .cloned()
            .unwrap_or_else(|| DiagnosisList::empty(kind))
    }

    /// The unfinished review of a user.
    pub fn draft_of(&self, user: UserId) -> Option<&Review> {
        self.reviews
            .iter()
            .find(|r| r.state == ReviewState::Draft && r.reviewer == user)
    }
}
