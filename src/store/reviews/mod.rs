//! Rows of the review of a stay: reviews, lists of diagnoses, notes, hand-over.
//!
//! `write.rs` beside it changes them, `worklist.rs` reads the stays to review.

mod jottings;
mod worklist;
mod write;

pub use worklist::StayRow;

use super::columns::{instant_or_none, named};
use super::driver::{Conn, Row, v};
use super::error::Result;
use super::open::Store;
use crate::domain::ids::{EncounterId, NoteId, ReviewId, UserId};
use crate::domain::review::{
    Addition, DiagnosisList, Jotting, JottingKind, ListKind, Review, ReviewKind, ReviewOutcome,
    ReviewState, ReviewWords, SignedReview, Stage, StageStep, StayNote,
};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;

const REVIEW: &str =
    "r.id, r.version, r.encounter, r.state, r.reviewer, coalesce(u.name, ''), r.kind,
    r.findings, r.outcome, r.next, r.begun, r.signed";

fn read_review(r: &Row<'_>) -> Result<Review> {
    Ok(Review {
        id: ReviewId(r.int(0)?),
        version: r.int(1)?,
        encounter: EncounterId(r.int(2)?),
        state: named(&r.text(3)?, ReviewState::from_name)?,
        reviewer: UserId(r.int(4)?),
        reviewer_name: r.untrusted(5)?,
        words: ReviewWords {
            kind: named(&r.text(6)?, ReviewKind::from_name)?,
            findings: r.untrusted(7)?,
            outcome: named(&r.text(8)?, ReviewOutcome::from_name)?,
            next: instant_or_none(r.int(9)?),
        },
        begun: Instant(r.int(10)?),
        signed: instant_or_none(r.int(11)?),
        additions: Vec::new(),
    })
}

fn additions(c: &Conn, review: ReviewId) -> Result<Vec<Addition>> {
    c.all(
        "SELECT a.at, coalesce(u.name, ''), a.words FROM review_addition a
           LEFT JOIN user u ON u.id = a.user WHERE a.review = $1 ORDER BY a.id",
        v![review],
        |r| {
            Ok(Addition {
                at: Instant(r.int(0)?),
                user_name: r.untrusted(1)?,
                words: r.untrusted(2)?,
            })
        },
    )
}

fn reviews(c: &Conn, encounter: EncounterId) -> Result<Vec<Review>> {
    let mut all = c.all(
        &format!(
            "SELECT {REVIEW} FROM review r LEFT JOIN user u ON u.id = r.reviewer
             WHERE r.encounter = $1 ORDER BY r.id DESC"
        ),
        v![encounter],
        read_review,
    )?;
    for review in &mut all {
        review.additions = additions(c, review.id)?;
    }
    Ok(all)
}

fn review(c: &Conn, id: ReviewId) -> Result<Option<Review>> {
    let found = c.one(
        &format!(
            "SELECT {REVIEW} FROM review r LEFT JOIN user u ON u.id = r.reviewer WHERE r.id = $1"
        ),
        v![id],
        read_review,
    )?;
    found
        .map(|mut review| {
            review.additions = additions(c, review.id)?;
            Ok(review)
        })
        .transpose()
}

fn lists(c: &Conn, encounter: EncounterId) -> Result<Vec<DiagnosisList>> {
    c.all(
        "SELECT l.kind, l.version, l.at, coalesce(u.name, ''), l.entries FROM diagnosis_list l
           LEFT JOIN user u ON u.id = l.user WHERE l.encounter = $1 ORDER BY l.id DESC",
        v![encounter],
        |r| {
            Ok(DiagnosisList {
                kind: named(&r.text(0)?, ListKind::from_name)?,
                version: r.int(1)?,
                at: Instant(r.int(2)?),
                user_name: r.untrusted(3)?,
                entries: serde_json::from_str(&r.text(4)?)?,
            })
        },
    )
}

/// Whose turn a stay is, with the row version of that.
/// Whose turn a stay is, and the version of that.
pub(super) fn stage(c: &Conn, encounter: EncounterId) -> Result<(i64, Stage)> {
    let found = c.one(
        "SELECT version, stage FROM cdi_stay WHERE encounter = $1",
        v![encounter],
        |r| Ok((r.int(0)?, named(&r.text(1)?, Stage::from_name)?)),
    )?;
    Ok(found.unwrap_or((0, Stage::Cdi)))
}

impl Store {
    /// Additions and notes that a user is typing about a stay.
    ///
    /// # Errors
    /// As any read.
    pub fn jottings(&self, user: UserId, encounter: EncounterId) -> Result<Vec<Jotting>> {
        self.read(|c| {
            c.all(
                "SELECT kind, review, words FROM jotting WHERE user = $1 AND encounter = $2
                 ORDER BY kind, review",
                v![user, encounter],
                |r| {
                    let review = r.int(1)?;
                    Ok(Jotting {
                        encounter,
                        kind: named(&r.text(0)?, JottingKind::from_name)?,
                        review: (review > 0).then_some(ReviewId(review)),
                        words: r.untrusted(2)?,
                    })
                },
            )
        })
    }

    /// Reviews of a stay, newest first; unfinished ones too.
    ///
    /// # Errors
    /// As any read.
    pub fn reviews_of(&self, encounter: EncounterId) -> Result<Vec<Review>> {
        self.read(|c| reviews(c, encounter))
    }

    /// A review.
    ///
    /// # Errors
    /// As any read.
    pub fn review(&self, id: ReviewId) -> Result<Option<Review>> {
        self.read(|c| review(c, id))
    }

    /// Every state of the lists of diagnoses of a stay, newest first.
    ///
    /// # Errors
    /// As any read.
    pub fn diagnosis_lists(&self, encounter: EncounterId) -> Result<Vec<DiagnosisList>> {
        self.read(|c| lists(c, encounter))
    }

    /// Notes on a stay that `reader` may see, newest first: everybody's, and their own private
    /// ones.
    ///
    /// # Errors
    /// As any read.
    pub fn stay_notes(&self, encounter: EncounterId, reader: UserId) -> Result<Vec<StayNote>> {
        self.read(|c| {
            c.all(
                "SELECT n.id, n.at, coalesce(u.name, ''), n.words, n.private FROM stay_note n
                   LEFT JOIN user u ON u.id = n.user
                 WHERE n.encounter = $1 AND n.removed = 0 AND (n.private = 0 OR n.user = $2)
                 ORDER BY n.id DESC",
                v![encounter, reader],
                |r| {
                    Ok(StayNote {
                        id: NoteId(r.int(0)?),
                        at: Instant(r.int(1)?),
                        user_name: r.untrusted(2)?,
                        words: r.untrusted(3)?,
                        private: r.flag(4)?,
                    })
                },
            )
        })
    }

    /// Hand-overs of a stay, newest first.
    ///
    /// # Errors
    /// As any read.
    pub fn stage_steps(&self, encounter: EncounterId) -> Result<Vec<StageStep>> {
        self.read(|c| {
            c.all(
                "SELECT s.stage, s.at, coalesce(u.name, ''), s.reason FROM stay_stage s
                   LEFT JOIN user u ON u.id = s.user
                 WHERE s.encounter = $1 AND s.undone = 0 ORDER BY s.id DESC",
                v![encounter],
                |r| {
                    Ok(StageStep {
                        stage: named(&r.text(0)?, Stage::from_name)?,
                        at: Instant(r.int(1)?),
                        user_name: r.untrusted(2)?,
                        reason: r.untrusted(3)?,
                    })
                },
            )
        })
    }

    /// Whose turn a stay is, with the row version of that.
    ///
    /// # Errors
    /// As any read.
    pub fn stage(&self, encounter: EncounterId) -> Result<(i64, Stage)> {
        self.read(|c| stage(c, encounter))
    }

    /// Reviews signed from `from` on and before `until`, in the order of signing.
    ///
    /// # Errors
    /// As any read.
    pub fn signed_reviews(&self, from: Instant, until: Instant) -> Result<Vec<SignedReview>> {
        self.read(|c| {
            c.all(
                "SELECT r.id, r.encounter, r.signed, r.reviewer, coalesce(u.name, ''), r.kind, r.outcome
                 FROM review r LEFT JOIN user u ON u.id = r.reviewer
                 WHERE r.signed > 0 AND r.signed >= $1 AND r.signed < $2 ORDER BY r.signed, r.id",
                v![from, until],
                |r| {
                    Ok(SignedReview {
                        review: ReviewId(r.int(0)?),
                        encounter: EncounterId(r.int(1)?),
                        at: Instant(r.int(2)?),
                        reviewer: UserId(r.int(3)?),
                        reviewer_name: r.untrusted(4)?,
                        kind: named(&r.text(5)?, ReviewKind::from_name)?,
                        outcome: named(&r.text(6)?, ReviewOutcome::from_name)?,
                    })
                },
            )
        })
    }

    /// Codes the hospital has used before that begin with `code`, with their words, by code.
    ///
    /// # Errors
    /// As any read.
    pub fn codes_like(&self, code: &str, limit: usize) -> Result<Vec<(Untrusted, Untrusted)>> {
        let from = code.trim().to_uppercase();
        let end = format!("{from}\u{10FFFF}");
        self.read(|c| {
            c.all(
                "SELECT code, max(text) FROM diagnosis WHERE code >= $1 AND code < $2
                   AND system = 'ICD-10-CM' AND stub = 0 GROUP BY code ORDER BY code LIMIT $3",
                v![from, end, limit as i64],
                |r| Ok((r.untrusted(0)?, r.untrusted(1)?)),
            )
        })
    }
}
