//! Writing reviews, lists of diagnoses, notes and hand-overs.

use super::super::columns::named;
use super::super::driver::{Conn, v};
use super::super::error::{Result, StoreError};
use super::super::open::Store;
use super::super::write::Tx;
use super::{review, stage};
use crate::domain::ids::{EncounterId, NoteId, ReviewId, UserId};
use crate::domain::review::{ListKind, ListedDiagnosis, Review, ReviewWords, Stage};
use crate::domain::review_action::ReviewToSave;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;

impl Store {
    /// Keeps a review while it is typed, by a small write of its own; gives its row and version.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if it was signed or discarded meanwhile, or the writer has begun one
    /// elsewhere.
    pub fn keep_review(
        &self,
        reviewer: UserId,
        review: &ReviewToSave,
        now: Instant,
    ) -> Result<(ReviewId, i64)> {
        let writer = self.writer();
        writer.conn.immediate(|c| match review.review {
            None if draft_of(c, review.encounter, reviewer)?.is_some() => Err(StoreError::Stale),
            None => Ok((begin(c, review.encounter, reviewer, &review.words, now)?, 1)),
            Some(id) => {
                let version = rewrite(c, id, reviewer, &review.words)?;
                Ok((id, version.ok_or(StoreError::Stale)?))
            }
        })
    }
}

/// The unfinished review a user has of a stay.
fn draft_of(c: &Conn, encounter: EncounterId, user: UserId) -> Result<Option<ReviewId>> {
    c.one(
        "SELECT id FROM review WHERE encounter = $1 AND reviewer = $2 AND state = 'draft'",
        v![encounter, user],
        |r| Ok(ReviewId(r.int(0)?)),
    )
}

fn begin(
    c: &Conn,
    encounter: EncounterId,
    reviewer: UserId,
    words: &ReviewWords,
    now: Instant,
) -> Result<ReviewId> {
    let id = c.insert(
        "INSERT INTO review (version, encounter, state, reviewer, kind, findings, outcome, next, begun, signed)
         VALUES (1, $1, 'draft', $2, $3, $4, $5, $6, $7, 0)",
        v![
            encounter,
            reviewer,
            words.kind.name(),
            &words.findings,
            words.outcome.name(),
            words.next.map_or(0, |t| t.0),
            now
        ],
    )?;
    Ok(ReviewId(id))
}

/// Writes the words of a user's unfinished review anew; gives its version, `None` if it is none.
fn rewrite(c: &Conn, id: ReviewId, reviewer: UserId, words: &ReviewWords) -> Result<Option<i64>> {
    c.one(
        "UPDATE review SET version = version + 1, kind = $3, findings = $4, outcome = $5, next = $6
         WHERE id = $1 AND reviewer = $2 AND state = 'draft' RETURNING version",
        v![
            id,
            reviewer,
            words.kind.name(),
            &words.findings,
            words.outcome.name(),
            words.next.map_or(0, |t| t.0)
        ],
        |r| r.int(0),
    )
}

impl Tx<'_> {
    /// A review.
    ///
    /// # Errors
    /// As any read.
    pub fn review(&self, id: ReviewId) -> Result<Option<Review>> {
        review(self.conn, id)
    }

    /// The unfinished review a user has of a stay.
    ///
    /// # Errors
    /// As any read.
    pub fn draft_review(&self, encounter: EncounterId, user: UserId) -> Result<Option<ReviewId>> {
        draft_of(self.conn, encounter, user)
    }

    /// Begins a review by the acting user.
    ///
    /// # Errors
    /// As any write.
    pub fn begin_review(
        &mut self,
        encounter: EncounterId,
        words: &ReviewWords,
    ) -> Result<ReviewId> {
        begin(self.conn, encounter, self.user, words, self.now)
    }

    /// Writes the words of an unfinished review anew.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if it is no longer in this version, or signed.
    pub fn rewrite_review(
        &mut self,
        id: ReviewId,
        version: i64,
        words: &ReviewWords,
    ) -> Result<()> {
        let now = review(self.conn, id)?.filter(|r| r.version == version);
        let reviewer = now.ok_or(StoreError::Stale)?.reviewer;
        rewrite(self.conn, id, reviewer, words)?.ok_or(StoreError::Stale)?;
        Ok(())
    }

    /// Signs an unfinished review: from now on it never changes. The worklist follows.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if it is signed already.
    pub fn sign_review(
        &mut self,
        id: ReviewId,
        encounter: EncounterId,
        next: Option<Instant>,
    ) -> Result<()> {
        let rows = self.conn.run(
            "UPDATE review SET version = version + 1, state = 'signed', signed = $2 WHERE id = $1 AND state = 'draft'",
            v![id, self.now],
        )?;
        if rows == 0 {
            return Err(StoreError::Stale);
        }
        self.cdi_stay(encounter)?;
        self.conn.run(
            "UPDATE cdi_stay SET reviews = reviews + 1, last = $2, next = $3 WHERE encounter = $1",
            v![encounter, id, next.map_or(0, |t| t.0)],
        )?;
        Ok(())
    }

    /// Deletes an unfinished review; a signed one is never deleted.
    ///
    /// # Errors
    /// As any write.
    pub fn delete_draft_review(&mut self, id: ReviewId) -> Result<bool> {
        let rows = self.conn.run(
            "DELETE FROM review WHERE id = $1 AND state = 'draft'",
            v![id],
        )?;
        Ok(rows > 0)
    }

    /// Adds to a signed review.
    ///
    /// # Errors
    /// As any write.
    pub fn add_to_review(&mut self, id: ReviewId, words: &Untrusted) -> Result<i64> {
        self.conn.insert(
            "INSERT INTO review_addition (review, at, user, words) VALUES ($1, $2, $3, $4)",
            v![id, self.now, self.user, words],
        )
    }

    /// The newest state of a list: its version and its entries.
    ///
    /// # Errors
    /// As any read.
    pub fn diagnosis_list(
        &self,
        encounter: EncounterId,
        kind: ListKind,
    ) -> Result<(i64, Vec<ListedDiagnosis>)> {
        let found = self.conn.one(
            "SELECT version, entries FROM diagnosis_list WHERE encounter = $1 AND kind = $2
             ORDER BY version DESC LIMIT 1",
            v![encounter, kind.name()],
            |r| Ok((r.int(0)?, serde_json::from_str(&r.text(1)?)?)),
        )?;
        Ok(found.unwrap_or_default())
    }

    /// Adds a state to a list; gives its row.
    ///
    /// # Errors
    /// As any write.
    pub fn add_diagnosis_list(
        &mut self,
        encounter: EncounterId,
        kind: ListKind,
        version: i64,
        entries: &[ListedDiagnosis],
    ) -> Result<i64> {
        let entries = serde_json::to_string(entries)?;
        self.conn.insert(
            "INSERT INTO diagnosis_list (encounter, kind, version, at, user, entries)
             VALUES ($1, $2, $3, $4, $5, $6)",
            v![
                encounter,
                kind.name(),
                version,
                self.now,
                self.user,
                entries
            ],
        )
    }

    /// Keeps a note on a stay.
    ///
    /// # Errors
    /// As any write.
    pub fn add_stay_note(
        &mut self,
        encounter: EncounterId,
        words: &Untrusted,
        private: bool,
    ) -> Result<i64> {
        self.conn.insert(
            "INSERT INTO stay_note (encounter, at, user, private, removed, words)
             VALUES ($1, $2, $3, $4, 0, $5)",
            v![encounter, self.now, self.user, private, words],
        )
    }

    /// Takes a note back; `false` if it is gone.
    ///
    /// # Errors
    /// As any write.
    pub fn remove_stay_note(&mut self, id: NoteId) -> Result<bool> {
        let rows = self.conn.run(
            "UPDATE stay_note SET removed = 1 WHERE id = $1 AND removed = 0",
            v![id],
        )?;
        Ok(rows > 0)
    }

    /// Whose turn a stay is, with the row version of that.
    ///
    /// # Errors
    /// As any read.
    pub fn stage(&self, encounter: EncounterId) -> Result<(i64, Stage)> {
        stage(self.conn, encounter)
    }

    /// Hands a stay over; gives the row of the step.
    ///
    /// # Errors
    /// As any write.
    pub fn set_stage(
        &mut self,
        encounter: EncounterId,
        to: Stage,
        reason: &Untrusted,
    ) -> Result<i64> {
        let step = self.conn.insert(
            "INSERT INTO stay_stage (encounter, at, user, stage, reason, undone) VALUES ($1, $2, $3, $4, $5, 0)",
            v![encounter, self.now, self.user, to.name(), reason],
        )?;
        self.cdi_stay(encounter)?;
        self.stage_follows(encounter)?;
        Ok(step)
    }

    /// Takes the newest hand-over back; `false` if it is not the newest any more.
    ///
    /// # Errors
    /// As any write.
    pub fn undo_stage(&mut self, encounter: EncounterId, step: i64) -> Result<bool> {
        let rows = self.conn.run(
            "UPDATE stay_stage SET undone = 1 WHERE id = $2 AND undone = 0
               AND id = (SELECT max(id) FROM stay_stage WHERE encounter = $1 AND undone = 0)",
            v![encounter, step],
        )?;
        if rows > 0 {
            self.stage_follows(encounter)?;
        }
        Ok(rows > 0)
    }

    /// The two newest hand-overs of a stay that stand, the newest first.
    ///
    /// # Errors
    /// As any read.
    pub fn newest_steps(&self, encounter: EncounterId) -> Result<Vec<(i64, Stage)>> {
        self.conn.all(
            "SELECT id, stage FROM stay_stage WHERE encounter = $1 AND undone = 0
             ORDER BY id DESC LIMIT 2",
            v![encounter],
            |r| Ok((r.int(0)?, named(&r.text(1)?, Stage::from_name)?)),
        )
    }

    /// Who had the stay before its codes became final.
    ///
    /// # Errors
    /// As any read.
    pub fn hand_before_final(&self, encounter: EncounterId) -> Result<Stage> {
        let found = self.conn.one(
            "SELECT stage FROM stay_stage WHERE encounter = $1 AND undone = 0 AND stage <> 'final'
             ORDER BY id DESC LIMIT 1",
            v![encounter],
            |r| named(&r.text(0)?, Stage::from_name),
        )?;
        Ok(found.unwrap_or(Stage::Cdi))
    }

    /// Brings the stay's row up to its newest hand-over.
    fn stage_follows(&mut self, encounter: EncounterId) -> Result<()> {
        let newest = self.conn.one(
            "SELECT stage, at, user, reason FROM stay_stage WHERE encounter = $1 AND undone = 0
             ORDER BY id DESC LIMIT 1",
            v![encounter],
            |r| Ok((r.text(0)?, r.int(1)?, r.int(2)?, r.untrusted(3)?)),
        )?;
        let (stage, at, by, reason) =
            newest.unwrap_or((Stage::Cdi.name().to_owned(), 0, 0, Untrusted::default()));
        self.conn.run(
            "UPDATE cdi_stay SET version = version + 1, stage = $2, stage_at = $3, stage_by = $4,
               stage_reason = $5 WHERE encounter = $1",
            v![encounter, stage, at, by, &reason],
        )?;
        Ok(())
    }

    /// Makes the stay's row if there is none.
    pub(super) fn cdi_stay(&mut self, encounter: EncounterId) -> Result<()> {
        self.conn.run(
            "INSERT INTO cdi_stay (encounter, version, stage, stage_at, stage_by, stage_reason, reviews,
               last, next)
             VALUES ($1, 0, 'cdi', 0, 0, '', 0, 0, 0) ON CONFLICT (encounter) DO NOTHING",
            v![encounter],
        )?;
        Ok(())
    }
}
